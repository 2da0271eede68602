import {
  formatSequenceNumber,
  parseSequenceNumber,
  restoreStream,
  type Stream,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { faultOf, HASH_KEYS, NAME, putAt, split, streamOf, T0 } from '../../../support/streams.ts';

/** Puts a record and returns its number. */
function numberAt(stream: Stream, hashKey: bigint, nowMs: number): string {
  const put = putAt(stream, hashKey, nowMs);
  if (!put.ok) throw new Error(put.fault.message);
  return put.accepted.sequenceNumber;
}

describe('restoreStream with lastSequenceNumbers', () => {
  it('goes on after the highest number of each shard, with full token buckets', () => {
    const stream = streamOf(2);
    const snapshot = stream.snapshot();
    const first = numberAt(stream, 0n, T0);
    const second = numberAt(stream, 0n, T0 + 5000);
    const lastSequenceNumbers = [second, first];
    const resumed = unwrap(restoreStream(snapshot, { lastSequenceNumbers }));
    const { shards, arrivedAtMs } = resumed.snapshot();
    expect(shards.map(({ open }) => open?.lastSequenceNumber)).toEqual([
      second,
      snapshot.shards[1]!.open!.lastSequenceNumber,
    ]);
    expect(shards.map(({ open }) => open?.records)).toEqual([1000, 1000]);
    expect(arrivedAtMs).toBeGreaterThan(T0 + 3000);
    expect(numberAt(resumed, 0n, T0 + 9000)).toBe(numberAt(stream, 0n, T0 + 9000));
  });

  it('does not go back to numbers that are older than the snapshot', () => {
    const stream = streamOf(1);
    const first = numberAt(stream, 0n, T0);
    numberAt(stream, 0n, T0);
    const resumed = unwrap(restoreStream(stream.snapshot(), { lastSequenceNumbers: [first] }));
    expect(numberAt(resumed, 0n, T0)).toBe(numberAt(stream, 0n, T0));
  });

  it('takes the number of a child for the end of a pending reshard', () => {
    const stream = streamOf(1, { updatingMs: 1000 });
    unwrap(split(stream, '0', HASH_KEYS / 2n, T0));
    const snapshot = stream.snapshot();
    const before = numberAt(stream, 0n, T0 + 999);
    const after = numberAt(stream, 0n, T0 + 1000);
    const lastSequenceNumbers = [before, after];
    const resumed = unwrap(restoreStream(snapshot, { lastSequenceNumbers }));
    expect(resumed.snapshot().pending).toBe(null);
    expect(resumed.shardMap(T0).shards.map(({ shardIndex }) => shardIndex)).toEqual([1, 2]);
    expect(numberAt(resumed, 0n, T0 + 2000)).toBe(numberAt(stream, 0n, T0 + 2000));
  });

  it('does not take the second of a shard that is created ahead of the clock for an arrival', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', HASH_KEYS / 2n, T0));
    const snapshot = stream.snapshot();
    const lastSequenceNumbers = [numberAt(stream, 0n, T0)];
    const resumed = unwrap(restoreStream(snapshot, { lastSequenceNumbers }));
    expect(resumed.snapshot().arrivedAtMs).toBe(T0);
  });

  const { shardCreatedAtMs } = unwrap(parseSequenceNumber(startingSequenceNumber(0, T0))) as {
    shardCreatedAtMs: number;
  };
  const base = { version: 2, shardIndex: 0, sequenceIndex: 5n } as const;
  const open = { ...base, shardCreatedAtMs: T0 - 3000, writtenAtMs: T0 };
  it.each([
    ['a text that is not a number', 'x', /must be sequence numbers of version 2/],
    ['a shard that does not exist', formatSequenceNumber({ ...open, shardIndex: 9 }), /of shards/],
    [
      'a shard of another stream',
      formatSequenceNumber({ ...open, shardCreatedAtMs }),
      /must be of shards of the snapshot/,
    ],
    [
      'a time beyond all clocks',
      formatSequenceNumber({ ...open, writtenAtMs: 16_025_002_200_000 }),
      /must be written by 16025002199000/,
    ],
  ])('refuses %s', (_, number, message) => {
    const result = restoreStream(streamOf(1).snapshot(), { lastSequenceNumbers: [number] });
    expect(faultOf(result)).toMatch(/^InvalidSnapshot: lastSequenceNumbers/);
    expect(faultOf(result)).toMatch(message);
  });

  it('takes numbers of a closed shard, and of the parents of the pending reshard', () => {
    const stream = streamOf(1, { updatingMs: 1000 });
    unwrap(split(stream, '0', HASH_KEYS / 2n, T0));
    const snapshot = stream.snapshot();
    const before = numberAt(stream, 0n, T0 + 999);
    const after = numberAt(stream, 0n, T0 + 1000);
    for (const lastSequenceNumbers of [
      [before, after],
      [after, before],
      [after, after, before],
    ]) {
      const resumed = unwrap(restoreStream(snapshot, { lastSequenceNumbers }));
      const again = unwrap(restoreStream(resumed.snapshot(), { lastSequenceNumbers }));
      expect(again.snapshot()).toEqual(resumed.snapshot());
      expect(numberAt(again, 0n, T0 + 2000)).toBe(numberAt(resumed, 0n, T0 + 2000));
    }
  });

  it('refuses a number that no sequencer assigns', () => {
    const lastSequenceNumbers = [formatSequenceNumber({ ...open, unknownByte: 1 })];
    expect(faultOf(restoreStream(streamOf(1).snapshot(), { lastSequenceNumbers }))).toMatch(
      /^InvalidSnapshot: lastSequenceNumbers: '\d{56}' has bits that a sequencer never sets$/,
    );
  });

  it.each([
    ['its end', {}],
    // Its group would count on from the last sequence index, past the end of all numbers.
    ['one with the sequence index of its end', { writtenAtMs: T0 }],
    ['one with bits that are never set', { sequenceIndex: 5n, unknownByte: 1 }],
  ])('refuses numbers that a closed shard does not assign: %s', (_, change) => {
    const stream = streamOf(1);
    numberAt(stream, 0n, T0);
    unwrap(split(stream, '0', HASH_KEYS / 2n, T0 + 5000));
    const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0 + 5000));
    const end = unwrap(parseSequenceNumber(Shards[0]!.SequenceNumberRange.EndingSequenceNumber!));
    const lastSequenceNumbers = [formatSequenceNumber({ ...end, ...change } as never)];
    expect(faultOf(restoreStream(stream.snapshot(), { lastSequenceNumbers }))).toMatch(
      /^InvalidSnapshot: lastSequenceNumbers: '\d{56}' has (the sequence index 9|bits)/,
    );
  });

  it('refuses numbers that are not a list of texts, and unknown options', () => {
    const snapshot = streamOf(1).snapshot();
    for (const lastSequenceNumbers of [5, [5], [null]] as never[]) {
      expect(faultOf(restoreStream(snapshot, { lastSequenceNumbers }))).toMatch(
        /^InvalidSnapshot: lastSequenceNumbers must be/,
      );
    }
    expect(() => restoreStream(snapshot, { lastSequenceNumber: [] } as never)).toThrow(
      /options must have only the options .*: got 'lastSequenceNumber'/,
    );
  });
});
