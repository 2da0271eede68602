import { createLineage, parseSequenceNumber, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { findShard, type StreamShard } from '../../../src/stream/stream-shards.ts';
import {
  DAY_MS,
  HASH_KEYS,
  HOUR_MS,
  merge,
  NAME,
  putAt,
  revive,
  scale,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../../support/streams.ts';

function shardOf(stream: Stream, hashKey: bigint, nowMs: number): number | undefined {
  const put = putAt(stream, hashKey, nowMs);
  return put.ok ? put.accepted.shardIndex : undefined;
}

/** Returns the seconds from T0 of each shard's creation, and of its closing: `-3-5`. */
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

describe('a reshard without a transition', () => {
  it('routes records to the children from its millisecond on', () => {
    const stream = streamOf(1);
    expect(unwrap(split(stream, 'shardId-000000000000', 100n, T0 + 5000))).toEqual({});
    expect(shardsOf(stream, T0 + 5000)).toBe('0 1* 2*');
    expect(shardOf(stream, 99n, T0 + 5000)).toBe(1);
    expect(shardOf(stream, 100n, T0 + 5000)).toBe(2);
  });

  it('creates children in the second after the parents closed', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 5999));
    expect(secondsOf(stream, T0 + 6000)).toEqual(['-3-5', '6', '6']);
    unwrap(merge(stream, '1', '2', T0 + 6000));
    expect(secondsOf(stream, T0 + 7000)).toEqual(['-3-5', '6-6', '6-6', '7']);
  });

  it('closes shards and creates their children at the end of a transition', () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    unwrap(split(stream, '0', 100n, T0 + 5000));
    expect(secondsOf(stream, T0 + 5999)).toEqual(['-3']);
    expect(secondsOf(stream, T0 + 6000)).toEqual(['-3-6', '7', '7']);
  });

  it('gives each temporary shard a second of its own', () => {
    const stream = streamOf(4);
    unwrap(scale(stream, 3, T0));
    expect(shardsOf(stream, T0)).toBe('0 1 2 3 4 5 6* 7 8 9* 10*');
    // 1 > 4 5, 0 4 > 6, 2 > 7 8, 5 7 > 9, 8 3 > 10: as real listings have it.
    const seconds = ['-3-1', '-3-0', '-3-0', '-3-1', '1-1', '1-1', '2', '1-1', '1-1', '2', '2'];
    expect(secondsOf(stream, T0)).toEqual(seconds);
  });

  it('names the parents of each shard', () => {
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

  it('keeps the tokens of other shards', () => {
    const stream = streamOf(2);
    putAt(stream, HASH_KEYS - 1n, T0, 1_048_576);
    unwrap(split(stream, '0', 100n, T0));
    expect(putAt(stream, HASH_KEYS - 1n, T0, 2).ok).toBe(false);
    expect(putAt(stream, 0n, T0, 1_048_576).ok).toBe(true);
  });
});

describe('a reshard after the clock has stepped back', () => {
  it('gives each shard an open interval', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 10_000));
    unwrap(split(stream, '1', 10n, T0 + 5_000));
    const filter = { Type: 'AT_TIMESTAMP', Timestamp: new Date(T0 + 10_000) } as const;
    expect(shardsOf(stream, T0 + 20_000, { ShardFilter: filter })).toBe('0 1 2* 3* 4*');
  });

  it('keeps a closed shard in the listing as long as its last record', () => {
    const stream = streamOf(1);
    const put = putAt(stream, 0n, T0 + HOUR_MS);
    unwrap(split(stream, '0', 100n, T0));
    const arrivedAtMs = put.ok ? put.accepted.arrivedAtMs : 0;
    expect(stream.trimHorizonMs(arrivedAtMs + DAY_MS)).toBe(arrivedAtMs);
    expect(shardsOf(stream, arrivedAtMs + DAY_MS)).toBe('0 1* 2*');
    expect(shardsOf(stream, arrivedAtMs + DAY_MS + 1)).toBe('1* 2*');
  });

  it('fills the token buckets of the new shards', () => {
    const stream = streamOf(1);
    putAt(stream, 0n, T0 + 500);
    unwrap(split(stream, '0', 100n, T0));
    for (let i = 0; i < 1000; i++) expect(putAt(stream, 0n, T0).ok).toBe(true);
    expect(putAt(stream, 0n, T0)).toMatchObject({ ok: false, retryAfterMs: 1 });
    expect(putAt(stream, 0n, T0 + 1).ok).toBe(true);
  });

  it('makes shards that can be restored', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 10_000));
    unwrap(split(stream, '1', 10n, T0 + 9_999));
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  });
});

describe('findShard', () => {
  it('finds each shard of a list with gaps, and nothing in the gaps', () => {
    for (const indexes of [[], [0], [5], [0, 1, 2], [3, 4, 9, 2 ** 31 - 1]]) {
      const shards = indexes.map((shardIndex) => ({ shardIndex }) as StreamShard);
      const asked = indexes.flatMap((shardIndex) => [shardIndex - 1, shardIndex, shardIndex + 1]);
      for (const shardIndex of [-1, 0, ...asked]) {
        const expected = shards.find((shard) => shard.shardIndex === shardIndex);
        expect(findShard(shards, shardIndex)).toBe(expected);
      }
    }
  });
});
