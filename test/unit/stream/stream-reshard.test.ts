/** Resharding a stream, and what it is in between. */

import {
  compareSequenceNumbers,
  createLineage,
  parseSequenceNumber,
  type Stream,
  unwrap,
} from 'shardline';
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

const STREAM = `in stream ${NAME} under account ${ACCOUNT}`;
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

/** Creation, writing of the end: the seconds in the numbers of a shard, less T0. */
function secondsOf(stream: Stream, nowMs: number): string[] {
  const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, nowMs));
  return Shards.map(({ SequenceNumberRange: { StartingSequenceNumber, EndingSequenceNumber } }) => {
    const { shardCreatedAtMs } = unwrap(parseSequenceNumber(StartingSequenceNumber));
    const created = (shardCreatedAtMs - T0) / 1000;
    if (EndingSequenceNumber === undefined) return `${created}`;
    const end = unwrap(parseSequenceNumber(EndingSequenceNumber));
    expect(end).toMatchObject({ shardCreatedAtMs, sequenceIndex: 2n ** 63n - 1n });
    return `${created}-${(end.writtenAtMs! - T0) / 1000}`;
  });
}

describe('a reshard at once', () => {
  it('splits a shard, whose records go to the children from that millisecond on', () => {
    const stream = streamOf(1);
    expect(unwrap(split(stream, 'shardId-000000000000', 100n, T0 + 5000))).toEqual({});
    expect(shardsOf(stream, T0 + 5000)).toBe('0 1* 2*');
    expect(shardOf(stream, 99n, T0 + 5000)).toBe(1);
    expect(shardOf(stream, 100n, T0 + 5000)).toBe(2);
  });

  it('creates children in the second after the one in which their parents closed', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 5999));
    expect(secondsOf(stream, T0 + 6000)).toEqual(['-3-5', '6', '6']);
    unwrap(merge(stream, '1', '2', T0 + 6000));
    expect(secondsOf(stream, T0 + 7000)).toEqual(['-3-5', '6-6', '6-6', '7']);
  });

  it('gives each temporary shard a second of its own', () => {
    const stream = streamOf(4);
    unwrap(scale(stream, 3, T0));
    expect(shardsOf(stream, T0)).toBe('0 1 2 3 4 5 6* 7 8 9* 10*');
    // 1 > 4 5, 0 4 > 6, 2 > 7 8, 5 7 > 9, 8 3 > 10: as real listings have it.
    const seconds = ['-3-1', '-3-0', '-3-0', '-3-1', '1-1', '1-1', '2', '1-1', '1-1', '2', '2'];
    expect(secondsOf(stream, T0)).toEqual(seconds);
  });

  it('keeps the lineage', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    unwrap(merge(stream, '1', '2', T0));
    const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0));
    expect(Shards.map((shard) => [shard.ParentShardId, shard.AdjacentParentShardId])).toEqual([
      [undefined, undefined],
      ['shardId-000000000000', undefined],
      ['shardId-000000000000', undefined],
      ['shardId-000000000001', 'shardId-000000000002'],
    ]);
    expect(createLineage(Shards).ok).toBe(true);
  });

  it('keeps what a shard beside has left of its budget', () => {
    const stream = streamOf(2);
    putAt(stream, HASH_KEYS - 1n, T0, 1_048_576);
    unwrap(split(stream, '0', 100n, T0));
    expect(putAt(stream, HASH_KEYS - 1n, T0, 2).ok).toBe(false);
    expect(putAt(stream, 0n, T0, 1_048_576).ok).toBe(true);
  });
});

describe('a reshard in transition', () => {
  const start = () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    putAt(stream, 0n, T0 + 1000);
    unwrap(split(stream, '0', 100n, T0 + 5000));
    return stream;
  };

  it('puts records on the old shard until the very millisecond, and then on one of the new', () => {
    const stream = start();
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(0);
    expect(shardsOf(stream, T0 + 5999)).toBe('0*');
    expect(statusOf(stream, T0 + 5999)).toBe('UPDATING 1');
    expect(statusOf(stream, T0 + 6000)).toBe('ACTIVE 2');
    expect(shardsOf(stream, T0 + 6000)).toBe('0 1* 2*');
    expect(shardOf(stream, 99n, T0 + 6000)).toBe(1);
    expect(shardOf(stream, 100n, T0 + 6000)).toBe(2);
    expect(secondsOf(stream, T0 + 6000)).toEqual(['-3-6', '7', '7']);
  });

  it('stays done once a record has seen it', () => {
    const stream = start();
    expect(shardOf(stream, 99n, T0 + 6000)).toBe(1);
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(1);
    expect(statusOf(stream, T0 + 5999)).toBe('ACTIVE 2');
  });

  it('is not done by a question or a refusal', () => {
    const stream = start();
    const before = stream.snapshot();
    statusOf(stream, T0 + 6000);
    putAt(stream, HASH_KEYS, T0 + 6000);
    putAt(stream, 0n, T0 + 6000, 2_000_000);
    split(stream, '0', 50n, T0 + 6000);
    expect(stream.snapshot()).toEqual(before);
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(0);
  });

  it('gives the last number of the parent below the first of a child', () => {
    const stream = start();
    const last = putAt(stream, 99n, T0 + 5999);
    const first = putAt(stream, 99n, T0 + 6000);
    const numbers = [last, first].map((put) => (put.ok ? put.value.SequenceNumber : ''));
    expect(compareSequenceNumbers(numbers[0]!, numbers[1]!)).toBe(-1);
  });

  it('lets no other change in', () => {
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

  it('goes on after a restart', () => {
    const stream = revive(start());
    expect(shardOf(stream, 99n, T0 + 5999)).toBe(0);
    expect(shardOf(stream, 99n, T0 + 6000)).toBe(1);
  });

  it('does not happen if nothing changes', () => {
    const stream = streamOf(2, { transitionMs: 1000 });
    unwrap(scale(stream, 2, T0 + 5000));
    expect(statusOf(stream, T0 + 5000)).toBe('ACTIVE 2');
  });
});

describe('SplitShard and MergeShards refuse', () => {
  const closed = (id: number) =>
    `InvalidArgumentException: Shard shardId-00000000000${id} ${STREAM} has already been merged or split, and thus is not eligible for merging or splitting.`;

  it('a shard that is closed', () => {
    const stream = streamOf(2);
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(split(stream, '0', 100n, T0))).toBe(closed(0));
    expect(faultOf(merge(stream, '0', '1', T0))).toBe(closed(0));
    unwrap(merge(stream, '2', '3', T0));
    expect(faultOf(merge(stream, '2', '3', T0))).toBe(closed(2));
    expect(shardsOf(stream, T0)).toBe('0 1* 2 3 4*');
  });

  it('a shard that never was, or has expired', () => {
    const stream = streamOf(1);
    const missing = (id: string) =>
      `ResourceNotFoundException: Could not find shard ${id} ${STREAM}.`;
    expect(faultOf(split(stream, '5', 100n, T0))).toBe(missing('shardId-000000000005'));
    expect(faultOf(split(stream, 'shardId-x', 100n, T0))).toBe(missing('shardId-x'));
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(split(stream, '0', 9n, T0 + DAY_MS))).toBe(closed(0));
    expect(faultOf(split(stream, '0', 9n, T0 + DAY_MS + 1))).toBe(missing('shardId-000000000000'));
  });

  it('a key at an end of the shard', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    for (const key of [0n, 1n, 99n, 100n, 2n ** 127n]) {
      expect(faultOf(split(stream, '1', key, T0))).toBe(
        `InvalidArgumentException: NewStartingHashKey ${key} used in SplitShard() on shard shardId-000000000001 ${STREAM} is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey 99.`,
      );
    }
    expect(split(stream, '1', 98n, T0).ok).toBe(true);
    expect(split(stream, '3', 2n, T0).ok).toBe(true);
  });

  it('a key that is none', () => {
    const stream = streamOf(1);
    for (const NewStartingHashKey of ['12345.5', '12abc', '', '01']) {
      const request = { StreamName: NAME, ShardToSplit: '0', NewStartingHashKey };
      expect(faultOf(stream.splitShard(request, T0))).toMatch(
        /^ValidationException: 1 .* pattern: 0\|\(\[1-9\]\\d\{0,38\}\)$/,
      );
    }
  });

  it('shards that are not neighbours, the lower one first', () => {
    const stream = streamOf(3);
    for (const [lower, upper] of [
      [1, 0],
      [0, 2],
      [1, 1],
      [2, 0],
    ]) {
      expect(faultOf(merge(stream, `${lower}`, `${upper}`, T0))).toBe(
        `InvalidArgumentException: Shards shardId-00000000000${lower} and shardId-00000000000${upper} ${STREAM} are not an adjacent pair of shards eligible for merging`,
      );
    }
    expect(merge(stream, 'foo-1', 'shardId-2', T0).ok).toBe(true);
  });

  it('to go beyond the shards of the account, open ones alone counted', () => {
    const stream = streamOf(2, { shardLimit: 10, otherOpenShardCount: 7 });
    unwrap(split(stream, '0', 100n, T0));
    expect(faultOf(split(stream, '2', 1000n, T0))).toMatch(
      'Current shard count for the account: 10. Limit: 10. Number of additional shards that would have resulted from this request: 1.',
    );
    unwrap(merge(stream, '2', '3', T0));
    expect(split(stream, '4', 100n + 1000n, T0).ok).toBe(true);
  });

  it('to touch an on-demand stream', () => {
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

  it('a stream that is being created', () => {
    const stream = streamOf(2, { transitionMs: 1000 });
    expect(faultOf(merge(stream, '0', '1', T0 + 999))).toMatch('instead in state CREATING');
  });

  it('in the order id, stream, state, shard, key', () => {
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

describe('UpdateShardCount', () => {
  it('answers with the counts before and after', () => {
    expect(unwrap(scale(streamOf(2), 3, T0))).toEqual({
      StreamName: NAME,
      StreamARN: ARN,
      CurrentShardCount: 2,
      TargetShardCount: 3,
    });
  });

  it('spends a second on each level of temporary shards, and routes to the last', () => {
    const stream = streamOf(2);
    unwrap(scale(stream, 3, T0));
    expect(shardsOf(stream, T0)).toBe('0 1 2* 3 4 5* 6*');
    expect([0n, HASH_KEYS / 2n, HASH_KEYS - 1n].map((key) => shardOf(stream, key, T0))).toEqual([
      2, 6, 5,
    ]);
  });

  it.each([
    [2, 5, 'UpdateShardCount cannot scale up over double your current open shard count'],
    [5, 2, 'UpdateShardCount cannot scale down below half your current open shard count'],
    [2, 10_001, 'Target shard count or number of open shards cannot be greater than 10000'],
  ])('refuses %d to %d', (from, to, text) => {
    expect(faultOf(scale(streamOf(from), to, T0))).toBe(
      `LimitExceededException: ${text}. Current open shard count: ${from}, Target shard count: ${to}`,
    );
  });

  it('takes ten times in 24 hours, also through restarts, and refusals do not count', () => {
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

  it('counts temporary shards to the limit of the account', () => {
    expect(scale(streamOf(4, { shardLimit: 5 }), 3, T0).ok).toBe(true);
    expect(faultOf(scale(streamOf(4, { shardLimit: 4 }), 3, T0))).toMatch(
      'Current shard count for the account: 4. Limit: 4. Number of additional shards that would have resulted from this request: 1.',
    );
  });
});

describe('a moment of a reshard', () => {
  it('loses no record and doubles none, whichever way the clock runs across it', () => {
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

describe('a reshard that is no request', () => {
  it('is a bug of the caller, named as such', () => {
    const stream = streamOf(2);
    const wrong = new TypeError('request must be an object: got null');
    expect(() => stream.splitShard(null as never, T0)).toThrow(wrong);
    expect(() => stream.mergeShards(null as never, T0)).toThrow(wrong);
    expect(() => stream.updateShardCount(null as never, T0)).toThrow(wrong);
  });
});
