/** Five shards share a sequence index. */

import { parseSequenceNumber, restoreStream, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  faultOf,
  HASH_KEYS,
  merge,
  putAt,
  revive,
  split,
  streamOf,
  T0,
} from '../../support/streams.ts';

// biome-ignore lint/suspicious/noExplicitAny: any member is to be damaged.
type Draft = any;

function draftOf(stream: Stream): Draft {
  return JSON.parse(JSON.stringify(stream.snapshot()));
}

/** Puts a record at a hash key, and returns the index in its shard's id and its sequence index. */
function put(stream: Stream, hashKey: bigint, nowMs = T0 + 9000): [number, bigint] {
  const result = putAt(stream, hashKey, nowMs);
  if (!result.ok) throw new Error(result.fault.message);
  const { shardIndex, sequenceIndex } = unwrap(parseSequenceNumber(result.value.SequenceNumber));
  return [shardIndex, sequenceIndex!];
}

/** Shard 0 takes three records and is split into 1 and 2, which are merged into 3. */
function closedShards(): Stream {
  const stream = streamOf(1);
  for (let i = 0; i < 3; i++) put(stream, 0n);
  unwrap(split(stream, '0', HASH_KEYS / 2n, T0 + 9000));
  unwrap(merge(stream, '1', '2', T0 + 9000));
  return stream;
}

describe('a sequence index', () => {
  it('rises by one from shard 0 to shard 1, as in the service', () => {
    const stream = streamOf(2);
    expect([0n, HASH_KEYS - 1n, 0n, 0n].map((hashKey) => put(stream, hashKey))).toEqual([
      [0, 1n],
      [1, 2n],
      [0, 3n],
      [0, 4n],
    ]);
  });

  it('is shared by shards 0 to 4, and another by 5 to 9', () => {
    const stream = streamOf(11);
    const { shards } = stream.shardMap(T0);
    const order = [4, 5, 0, 9, 10, 4, 5];
    expect(order.map((i) => put(stream, shards[i]!.startingHashKey))).toEqual([
      [4, 1n],
      [5, 1n],
      [0, 2n],
      [9, 2n],
      [10, 1n],
      [4, 3n],
      [5, 3n],
    ]);
  });

  it('goes on after a reshard, also while one is under way', () => {
    const stream = streamOf(1, { updatingMs: 1000 });
    put(stream, 0n);
    unwrap(split(stream, '0', HASH_KEYS / 2n, T0 + 9000));
    expect(put(stream, 0n, T0 + 9500)).toEqual([0, 2n]);
    expect(put(stream, 0n, T0 + 10_000)).toEqual([1, 3n]);
    expect(put(stream, HASH_KEYS - 1n, T0 + 10_000)).toEqual([2, 4n]);
  });

  it('goes on if all shards of its group but the next one are closed', () => {
    expect(put(closedShards(), 0n)).toEqual([3, 4n]);
  });

  it('is passed by a SequenceNumberForOrdering in all shards of the group', () => {
    const stream = streamOf(2);
    const first = putAt(stream, 0n, T0 + 9000);
    if (!first.ok) throw new Error('refused');
    const high = BigInt(first.value.SequenceNumber) + (1000n << 80n);
    const ordered = { SequenceNumberForOrdering: `${high}`, ExplicitHashKey: '0' };
    const request = { StreamName: 'orders', PartitionKey: 'a', Data: new Uint8Array(1) };
    expect(stream.putRecord({ ...request, ...ordered }, T0 + 9000).ok).toBe(true);
    expect(put(stream, HASH_KEYS - 1n)).toEqual([1, 1003n]);
  });
});

describe('a snapshot', () => {
  it('holds the index of a group although a closed shard has the latest number', () => {
    const stream = closedShards();
    expect(stream.snapshot().sequenceIndexes).toEqual([{ shardGroup: 0, lastSequenceIndex: '3' }]);
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
    expect(revive(streamOf(5)).snapshot()).toEqual(streamOf(5).snapshot());
    expect(put(revive(stream), 0n)).toEqual([3, 4n]);
  });

  it('drops the groups that assign no more numbers', () => {
    const stream = closedShards();
    for (let i = 3; i < 9; i += 3) {
      unwrap(split(stream, `${i}`, HASH_KEYS / 2n, T0 + 9000));
      unwrap(merge(stream, `${i + 1}`, `${i + 2}`, T0 + 9000));
    }
    const groups = stream.snapshot().sequenceIndexes!.map(({ shardGroup }) => shardGroup);
    expect(groups).toEqual([1, 2]);
    expect(put(stream, 0n)).toEqual([9, 1n]);
  });

  it('of an earlier version continues after the numbers of its open shards', () => {
    const stream = streamOf(2);
    put(stream, 0n);
    put(stream, HASH_KEYS - 1n);
    const { sequenceIndexes, ...earlier } = draftOf(stream);
    expect(sequenceIndexes).toEqual([{ shardGroup: 0, lastSequenceIndex: '2' }]);
    expect(put(unwrap(restoreStream(earlier)), 0n)).toEqual([0, 3n]);
  });

  it('resumes after the numbers of closed shards too', () => {
    const stream = streamOf(2);
    unwrap(split(stream, '0', HASH_KEYS / 4n, T0 + 9000));
    const snapshot = stream.snapshot();
    const { shards } = snapshot;
    const start = BigInt(shards[1]!.open!.lastSequenceNumber);
    const closed = BigInt(
      unwrap(stream.listShards({ StreamName: 'orders' }, T0 + 9000)).Shards[0]!.SequenceNumberRange
        .StartingSequenceNumber,
    );
    const lastSequenceNumbers = [`${closed + (7n << 80n)}`, `${start + (5n << 80n)}`];
    const resumed = unwrap(restoreStream(snapshot, { lastSequenceNumbers }));
    expect(put(resumed, HASH_KEYS - 1n)).toEqual([1, 8n]);
  });

  it.each([
    [{ shardGroup: 0, lastSequenceIndex: '03' }, /lastSequenceIndex must match/],
    [{ shardGroup: 0, lastSequenceIndex: 3 }, /lastSequenceIndex must be a string/],
    [
      { shardGroup: 0, lastSequenceIndex: `${2n ** 63n - 1n}` },
      /not before its numbers: got 9223372036854775807/,
    ],
    [{ shardGroup: 0, lastSequenceIndex: '0' }, /not before its numbers: got 0/],
    [
      { shardGroup: 1, lastSequenceIndex: '1' },
      /must be of a group with an open shard or the next one/,
    ],
    [{ shardGroup: 3, lastSequenceIndex: '3' }, /shardGroup must be an integer from 0 to 2/],
    [{ shardGroup: -1, lastSequenceIndex: '3' }, /shardGroup must be an integer from 0 to 2/],
    [null, /sequenceIndexes\[0\] must be an object/],
  ])('is refused with the sequence index %o', (entry, message) => {
    const stream = streamOf(1);
    put(stream, 0n);
    const draft = { ...draftOf(stream), nextShardIndex: 10, sequenceIndexes: [entry] };
    const fault = faultOf(restoreStream(draft));
    expect(fault).toMatch(/^InvalidSnapshot: snapshot\.sequenceIndexes\[0\]/);
    expect(fault).toMatch(message);
  });

  it('is refused with the same group twice', () => {
    const entry = { shardGroup: 0, lastSequenceIndex: '3' };
    const draft = { ...draftOf(streamOf(1)), sequenceIndexes: [entry, entry] };
    expect(faultOf(restoreStream(draft))).toMatch(
      /sequenceIndexes\[1\]\.shardGroup must be an integer from 1/,
    );
  });
});
