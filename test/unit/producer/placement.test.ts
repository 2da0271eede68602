import {
  type AwsShard,
  createShardMap,
  createStream,
  createUniformShardMap,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { readPlacement } from '../../../src/producer/placement.ts';
import {
  ARN,
  autoStream,
  CONTEXT,
  merge,
  NAME,
  recordOf,
  scale,
  split,
  streamOf,
  T0,
} from '../../support/streams.ts';

const S = 1000;

function mapOf(stream: Stream, nowMs: number) {
  return unwrap(createShardMap(unwrap(stream.listShards({ StreamName: NAME }, nowMs)).Shards));
}

/** Puts a record and compares the response with a map that was listed at a time. */
function placementOf(
  stream: Stream,
  listing: { readonly map: ReturnType<typeof mapOf>; readonly listedAtMs: number },
  nowMs: number,
  hashKey = 5n,
) {
  const entry = recordOf(10, { ExplicitHashKey: `${hashKey}` });
  const response = unwrap(stream.putRecord(entry, nowMs));
  const { map, listedAtMs } = listing;
  return readPlacement(map, entry, response, { sentAtMs: nowMs, listedAtMs });
}

describe('readPlacement', () => {
  it('expects what the map says', () => {
    const stream = streamOf(3);
    const listing = { map: mapOf(stream, T0), listedAtMs: T0 };
    expect(placementOf(stream, listing, T0 + 1)).toBe('expected');
    expect(placementOf(stream, { ...listing, map: createUniformShardMap(3) }, T0)).toBe('expected');
  });

  it('notices a split, a merge and a scaling', () => {
    const stream = streamOf(2);
    let listing = { map: mapOf(stream, T0), listedAtMs: T0 };
    const change = (nowMs: number) => {
      expect(placementOf(stream, listing, nowMs)).toBe('stale');
      listing = { map: mapOf(stream, nowMs), listedAtMs: nowMs };
      expect(placementOf(stream, listing, nowMs)).toBe('expected');
    };
    unwrap(split(stream, '0', 100n, T0 + S));
    change(T0 + S);
    unwrap(merge(stream, '2', '3', T0 + 3 * S));
    change(T0 + 3 * S);
    unwrap(scale(stream, 3, T0 + 5 * S));
    change(T0 + 5 * S);
  });

  it('ignores a response to what was sent before the listing', () => {
    const stream = streamOf(1);
    const entry = recordOf(10);
    const response = unwrap(stream.putRecord(entry, T0));
    unwrap(split(stream, '0', 100n, T0 + S));
    const map = mapOf(stream, T0 + 2 * S);
    const times = { sentAtMs: T0, listedAtMs: T0 + 2 * S };
    expect(readPlacement(map, entry, response, times)).toBe('older');
    expect(readPlacement(map, entry, response, { ...times, listedAtMs: T0 - 1 })).toBe('stale');
  });

  it('notices a stream that was created again with the same shards', () => {
    const listing = { map: mapOf(streamOf(2), T0), listedAtMs: T0 };
    const input = { StreamName: NAME, ShardCount: 2 };
    const again = unwrap(createStream(input, CONTEXT, T0 + 60 * S));
    expect(placementOf(again, listing, T0 + 61 * S)).toBe('stale');
    // Without a StartingSequenceNumber there is no second term.
    const uniform = { map: createUniformShardMap(2), listedAtMs: T0 };
    expect(placementOf(again, uniform, T0 + 61 * S)).toBe('expected');
  });

  it('notices a stream that was created again with other shards', () => {
    const listing = { map: createUniformShardMap(2), listedAtMs: T0 };
    const again = unwrap(createStream({ StreamName: NAME, ShardCount: 3 }, CONTEXT, T0 + S));
    expect(placementOf(again, listing, T0 + 2 * S, 2n ** 128n - 1n)).toBe('stale');
  });

  it('keeps to the creation second where the start has moved to the trim horizon', () => {
    const stream = streamOf(1);
    const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0));
    // A higher sequence index and a later time, but the same second of creation.
    const moved = BigInt(Shards[0]!.SequenceNumberRange.StartingSequenceNumber) + 2n ** 140n;
    const aws: AwsShard = {
      ...Shards[0]!,
      SequenceNumberRange: { StartingSequenceNumber: `${moved}` },
    };
    const map = unwrap(createShardMap([aws]));
    expect(placementOf(stream, { map, listedAtMs: T0 }, T0 + S)).toBe('expected');
  });

  it('takes no evidence from failed records and AUTO streams', () => {
    const map = createUniformShardMap(2);
    const times = { sentAtMs: T0 + 1, listedAtMs: T0 };
    const failed = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' };
    expect(readPlacement(map, recordOf(10), failed, times)).toBe('expected');
    const response = unwrap(
      autoStream().putRecord({ StreamARN: ARN, Data: new Uint8Array(1) }, T0),
    );
    expect(readPlacement(map, {}, response, times)).toBe('expected');
  });

  it.each([['not a number'], ['1'], ['9'.repeat(56)]])(
    'takes a StartingSequenceNumber of %s as absent',
    (startingSequenceNumber) => {
      const [shard] = createUniformShardMap(1).shards;
      const locateRecord = () =>
        ({ ok: true, value: { ...shard!, startingSequenceNumber } }) as const;
      const response = unwrap(streamOf(1).putRecord(recordOf(10), T0));
      const times = { sentAtMs: T0 + 1, listedAtMs: T0 };
      expect(readPlacement({ locateRecord }, recordOf(10), response, times)).toBe('expected');
    },
  );

  it.each([
    [-1n, 'older'],
    [0n, 'expected'],
    [(1n << 148n) - 1n, 'expected'],
    [1n << 148n, 'older'],
  ])('expects the numbers of the shard’s second of creation, case %#', (offset, placement) => {
    const stream = streamOf(1);
    const map = mapOf(stream, T0);
    const start = BigInt(map.shards[0]!.startingSequenceNumber!);
    const from = (start >> 148n) << 148n;
    const response = { ShardId: map.shards[0]!.shardId, SequenceNumber: `${from + offset}` };
    const times = { sentAtMs: T0, listedAtMs: T0 };
    expect(readPlacement(map, recordOf(10), response, times)).toBe(placement);
  });

  it('takes no evidence from half a response or a key that is null', () => {
    const map = createUniformShardMap(1);
    const times = { sentAtMs: T0 + 1, listedAtMs: T0 };
    const [ShardId, SequenceNumber] = ['other', '1'];
    expect(readPlacement(map, recordOf(10), { ShardId, SequenceNumber }, times)).toBe('stale');
    expect(readPlacement(map, recordOf(10), { ShardId }, times)).toBe('expected');
    expect(readPlacement(map, recordOf(10), { SequenceNumber }, times)).toBe('expected');
    const entry = { PartitionKey: null as never };
    expect(readPlacement(map, entry, { ShardId, SequenceNumber }, times)).toBe('expected');
  });

  it.each([
    [{ map: undefined }, TypeError, 'map must be an object: '],
    [{ entry: 7 }, TypeError, 'entry must be an object: '],
    [{ response: undefined }, TypeError, 'response must be an object: '],
    [{ times: undefined }, TypeError, 'times must be an object: '],
    [{ times: { sentAtMs: 0 } }, TypeError, 'times.listedAtMs must be a number: '],
    [{ times: { sentAtMs: -1, listedAtMs: 0 } }, RangeError, 'times.sentAtMs must be an integer '],
    [
      { entry: { PartitionKey: '' }, response: { ShardId: '', SequenceNumber: '' } },
      RangeError,
      'entry must be a record that the service accepts: got one that it refuses with 1 validation',
    ],
  ])("throws for a caller's bug, case %#", (wrong, error, message) => {
    const right = { map: createUniformShardMap(1), entry: {}, response: {} };
    const given = { ...right, times: { sentAtMs: 0, listedAtMs: 0 }, ...wrong };
    const { map, entry, response, times } = given as never as Record<string, never>;
    const call = () => readPlacement(map!, entry!, response!, times!);
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});
