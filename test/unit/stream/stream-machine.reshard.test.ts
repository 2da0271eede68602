/** When a reshard takes effect and when a stream refuses it. Its steps are tested in sharding/. */

import { compareSequenceNumbers, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ARN,
  DAY_MS,
  faultOf,
  HASH_KEYS,
  HOUR_MS,
  merge,
  NAME,
  putAt,
  recordOf,
  revive,
  scale,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../../support/streams.ts';

const UPDATING = `ResourceInUseException: Stream ${NAME} under account ${ACCOUNT} not ACTIVE, instead in state UPDATING`;

function statusOf(stream: Stream, nowMs: number): string {
  const summary = unwrap(stream.describeStreamSummary({ StreamName: NAME }, nowMs));
  const { StreamStatus, OpenShardCount } = summary.StreamDescriptionSummary;
  return `${StreamStatus} ${OpenShardCount}`;
}

function shardOf(stream: Stream, hashKey: bigint, nowMs: number): number | undefined {
  const put = putAt(stream, hashKey, nowMs);
  return put.ok ? put.accepted.shardIndex : undefined;
}

describe('a reshard in transition', () => {
  const start = () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    putAt(stream, 0n, T0 + 1000);
    unwrap(split(stream, '0', 100n, T0 + 5000));
    return stream;
  };

  it('routes records to the old shard until it ends, and then to the new ones', () => {
    const stream = start();
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(0);
    expect(shardsOf(stream, T0 + 5999)).toBe('0*');
    expect(statusOf(stream, T0 + 5999)).toBe('UPDATING 1');
    expect(statusOf(stream, T0 + 6000)).toBe('ACTIVE 2');
    expect(shardsOf(stream, T0 + 6000)).toBe('0 1* 2*');
    expect(shardOf(stream, 99n, T0 + 6000)).toBe(1);
    expect(shardOf(stream, 100n, T0 + 6000)).toBe(2);
  });

  it('is not undone once a record has seen its end', () => {
    const stream = start();
    expect(shardOf(stream, 99n, T0 + 6000)).toBe(1);
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(1);
    expect(statusOf(stream, T0 + 5999)).toBe('ACTIVE 2');
  });

  it('is not ended by a query or a refused call', () => {
    const stream = start();
    const before = stream.snapshot();
    statusOf(stream, T0 + 6000);
    putAt(stream, HASH_KEYS, T0 + 6000);
    putAt(stream, 0n, T0 + 6000, 2_000_000);
    split(stream, '0', 50n, T0 + 6000);
    expect(stream.snapshot()).toEqual(before);
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(0);
  });

  it('numbers the first record of a child above the last of its parent', () => {
    const stream = start();
    const last = putAt(stream, 99n, T0 + 5999);
    const first = putAt(stream, 99n, T0 + 6000);
    const numbers = [last, first].map((put) => (put.ok ? put.value.SequenceNumber : ''));
    expect(compareSequenceNumbers(numbers[0]!, numbers[1]!)).toBe(-1);
  });

  it('refuses any other change', () => {
    const stream = start();
    const nowMs = T0 + 5999;
    const before = stream.snapshot();
    const address = { StreamARN: ARN };
    for (const result of [
      split(stream, '0', 50n, nowMs),
      merge(stream, '0', '0', nowMs),
      scale(stream, 2, nowMs),
      stream.updateMaxRecordSize({ ...address, MaxRecordSizeInKiB: 2048 }, nowMs),
      stream.increaseStreamRetentionPeriod({ ...address, RetentionPeriodHours: 48 }, nowMs),
      stream.decreaseStreamRetentionPeriod({ ...address, RetentionPeriodHours: 24 }, nowMs),
    ]) {
      expect(faultOf(result)).toBe(UPDATING);
    }
    expect(stream.snapshot()).toEqual(before);
  });

  it('continues after a restart', () => {
    const stream = revive(start());
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(0);
    expect(shardOf(stream, 99n, T0 + 6000)).toBe(1);
  });

  it('does not start if nothing changes', () => {
    const stream = streamOf(2, { transitionMs: 1000 });
    unwrap(scale(stream, 2, T0 + 5000));
    expect(statusOf(stream, T0 + 5000)).toBe('ACTIVE 2');
  });
});
describe('splitShard and mergeShards', () => {
  it('refuse a shard that has expired, and one that is closed until it has', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(split(stream, '0', 9n, T0 + DAY_MS))).toMatch(/^InvalidArgumentException: /);
    expect(faultOf(split(stream, '0', 9n, T0 + DAY_MS + 1))).toBe(
      `ResourceNotFoundException: Could not find shard shardId-000000000000 in stream ${NAME} under account ${ACCOUNT}.`,
    );
  });

  it('refuse an invalid hash key', () => {
    const stream = streamOf(1);
    for (const NewStartingHashKey of ['12345.5', '12abc', '', '01']) {
      const request = { StreamName: NAME, ShardToSplit: '0', NewStartingHashKey };
      expect(faultOf(stream.splitShard(request, T0))).toMatch(
        /^ValidationException: 1 .* pattern: 0\|\(\[1-9\]\\d\{0,38\}\)$/,
      );
    }
  });

  it('refuse to exceed the shard quota, which counts open shards only', () => {
    const stream = streamOf(2, { shardLimit: 10, otherOpenShardCount: 7 });
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(split(stream, '2', 1000n, T0))).toMatch(
      'Current shard count for the account: 10. Limit: 10. Number of additional shards that would have resulted from this request: 1.',
    );
    unwrap(merge(stream, '2', '3', T0));
    expect(split(stream, '4', 100n + 1000n, T0).ok).toBe(true);
  });

  it('refuse an on-demand stream', () => {
    const stream = streamOf(4, {}, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    const before = stream.snapshot();
    for (const result of [
      split(stream, '0', 100n, T0),
      merge(stream, '0', '1', T0),
      scale(stream, 5, T0),
    ]) {
      expect(faultOf(result)).toBe(
        `ValidationException: Request is invalid. Stream ${NAME} under account ${ACCOUNT} is in On-Demand mode.`,
      );
    }
    expect(stream.snapshot()).toEqual(before);
  });

  it('refuse a stream that is being created', () => {
    const stream = streamOf(2, { transitionMs: 1000 });
    expect(faultOf(merge(stream, '0', '1', T0 + 999))).toMatch('instead in state CREATING');
  });

  it('check shard id, stream, status, shard and hash key in this order', () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    const ask = (ShardToSplit: string, StreamName: string, nowMs: number) =>
      faultOf(stream.splitShard({ StreamName, ShardToSplit, NewStartingHashKey: '0' }, nowMs));
    expect(ask('x', 'other', T0)).toMatch('Could not find shard x in stream other under');
    expect(ask('7', 'other', T0)).toMatch('Stream other under');
    expect(ask('7', NAME, T0)).toMatch('CREATING');
    expect(ask('7', NAME, T0 + 1000)).toMatch('Could not find shard shardId-000000000007');
    expect(ask('0', NAME, T0 + 1000)).toMatch('NewStartingHashKey 0 used');
  });
});

describe('updateShardCount', () => {
  it('returns the counts before and after', () => {
    expect(unwrap(scale(streamOf(2), 3, T0))).toEqual({
      StreamName: NAME,
      StreamARN: ARN,
      CurrentShardCount: 2,
      TargetShardCount: 3,
    });
  });

  it('accepts ten calls in 24 hours, across restarts, and does not count refused ones', () => {
    let stream = streamOf(2);
    for (let i = 0; i < 10; i++) {
      unwrap(scale(stream, 2 + ((i + 1) % 2), T0 + i * HOUR_MS));
      expect(scale(stream, 100, T0 + i * HOUR_MS).ok).toBe(false);
      stream = revive(stream);
    }
    const before = stream.snapshot();
    expect(faultOf(scale(stream, 3, T0 + DAY_MS - 1))).toBe(
      `LimitExceededException: Stream ${NAME} under account ${ACCOUNT} has been scaled 10 times in the last 24 hours, which is as often as it may be.`,
    );
    expect(stream.snapshot()).toEqual(before);
    expect(scale(stream, 3, T0 + DAY_MS).ok).toBe(true);
    expect(scale(stream, 2, T0 + DAY_MS).ok).toBe(false);
    expect(scale(stream, 2, T0 + DAY_MS + HOUR_MS).ok).toBe(true);
  });
});

describe('the end of a reshard', () => {
  it('gives each record one owner, in whichever direction the clock crosses it', () => {
    for (const transitionMs of [0, 1, 500]) {
      const stream = streamOf(1, { transitionMs });
      putAt(stream, 0n, T0 + transitionMs);
      unwrap(split(stream, '0', 100n, T0 + 1000));
      const numbers = new Set<string>();
      const atMs = T0 + 1000 + transitionMs;
      for (const nowMs of [atMs - 1, atMs, atMs - 1, atMs + 1, atMs]) {
        for (const key of [0n, 99n, 100n, HASH_KEYS - 1n]) {
          const put = stream.putRecord(recordOf(5, { ExplicitHashKey: `${key}` }), nowMs);
          if (!put.ok) throw new Error(put.fault.message);
          const owners = stream
            .shardMap(nowMs)
            .shards.filter((s) => s.startingHashKey <= key && key <= s.endingHashKey);
          expect(owners.map(({ shardIndex }) => shardIndex)).toEqual([put.accepted.shardIndex]);
          numbers.add(put.value.SequenceNumber);
        }
      }
      expect(numbers.size).toBe(20);
    }
  });
});
describe('a reshard', () => {
  it('throws for a value that is not a request', () => {
    const stream = streamOf(2);
    const wrong = new TypeError('request must be an object: got null');
    expect(() => stream.splitShard(null as never, T0)).toThrow(wrong);
    expect(() => stream.mergeShards(null as never, T0)).toThrow(wrong);
    expect(() => stream.updateShardCount(null as never, T0)).toThrow(wrong);
  });
});
