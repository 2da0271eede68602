/** readPlacement: a map is stale after a change, and only then. */

import fc from 'fast-check';
import {
  createStream,
  HASH_KEY_MAX,
  hashPartitionKey,
  type ShardMap,
  type Stream,
  unwrap,
} from 'shardline';
import { findPartitionKey, readPlacement } from 'shardline/producer';
import { expect, test } from 'vitest';
import { hashKeys } from '../support/arbitraries.ts';
import { mapOf } from '../support/producers.ts';
import { CONTEXT, merge, NAME, recordOf, scale, split, streamOf, T0 } from '../support/streams.ts';

const changes = fc.array(
  fc.tuple(fc.constantFrom('split', 'merge', 'scale', 'recreate', 'none'), fc.nat(), fc.nat(1000)),
  { minLength: 1, maxLength: 6 },
);

/** Changes a stream, or creates it again. Returns the stream that is there now. */
function change(stream: Stream, [kind, pick, permille]: [string, number, number], nowMs: number) {
  const { shards } = stream.shardMap(nowMs);
  const at = pick % shards.length;
  const shard = shards[at]!;
  if (kind === 'split') {
    const width = shard.endingHashKey - shard.startingHashKey;
    split(stream, shard.shardId, shard.startingHashKey + (width * BigInt(permille)) / 1000n, nowMs);
  } else if (kind === 'merge' && at + 1 < shards.length) {
    merge(stream, shard.shardId, shards[at + 1]!.shardId, nowMs);
  } else if (kind === 'scale') {
    scale(stream, Math.max(1, Math.round((shards.length * (50 + (permille % 151))) / 100)), nowMs);
  } else if (kind === 'recreate') {
    return unwrap(createStream({ StreamName: NAME, ShardCount: shards.length }, CONTEXT, nowMs));
  }
  return stream;
}

/** Whether two maps have the same shard for a hash key, down to its second of creation. */
function isSame(before: ShardMap, after: ShardMap, hashKey: bigint): boolean {
  const [old, now] = [before.locate(hashKey), after.locate(hashKey)];
  return old.shardId === now.shardId && old.startingSequenceNumber === now.startingSequenceNumber;
}

test('the first response after a change is unexpected exactly if the shard of its key changed', () => {
  fc.assert(
    fc.property(changes, hashKeys(), (given, hashKey) => {
      let stream = streamOf(3);
      let nowMs = T0;
      for (const one of given) {
        const map = mapOf(stream, nowMs);
        const listedAtMs = nowMs;
        nowMs += 10_000;
        stream = change(stream, one, nowMs);
        const entry = recordOf(10, { ExplicitHashKey: `${hashKey}` });
        const response = unwrap(stream.putRecord(entry, nowMs));
        const expected = isSame(map, mapOf(stream, nowMs), hashKey) ? 'expected' : 'stale';
        const times = { sentAtMs: nowMs, listedAtMs };
        expect(readPlacement(map, entry, response, times)).toBe(expected);
        const older = { sentAtMs: listedAtMs, listedAtMs };
        expect(readPlacement(map, entry, response, older)).not.toBe('stale');
      }
    }),
  );
});

test('a partition key that was found is in its range, and is found again', () => {
  const ranges = fc
    .tuple(hashKeys(), hashKeys())
    .map(([a, b]) => (a < b ? [a, b] : [b, a]) as [bigint, bigint])
    .filter(([a, b]) => (b - a) * 1000n > HASH_KEY_MAX);
  fc.assert(
    fc.property(ranges, fc.string({ maxLength: 20 }), fc.nat(1000), ([a, b], prefix, from) => {
      const range = { startingHashKey: a, endingHashKey: b };
      const key = unwrap(findPartitionKey(range, { prefix, from }));
      expect(unwrap(findPartitionKey(range, { prefix, from }))).toBe(key);
      const hashKey = hashPartitionKey(key);
      expect(hashKey >= a && hashKey <= b).toBe(true);
      expect(key.startsWith(prefix)).toBe(true);
      const found = Number(key.slice(prefix.length));
      for (let number = from; number < found; number++) {
        const before = hashPartitionKey(`${prefix}${number}`);
        expect(before < a || before > b).toBe(true);
      }
    }),
  );
});
