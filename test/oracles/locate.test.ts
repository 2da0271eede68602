/** Locating a hash key against a linear scan over bigints, at every boundary of random maps. */

import fc from 'fast-check';
import {
  createShardMap,
  createUniformShardMap,
  HASH_KEY_MAX,
  HASH_KEY_MIN,
  type Shard,
  type ShardMap,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { cuts, hashKeys, shardsBetween, texts } from '../support/arbitraries.ts';
import { referenceHashKey } from './reference/hash-key.ts';
import { linearLocate } from './reference/linear-locate.ts';

/** Returns the one shard of the map that holds the hash key. */
function ownerOf(map: ShardMap, hashKey: bigint): Shard {
  const owners = linearLocate(map.shards, hashKey);
  expect(owners).toHaveLength(1);
  return owners[0]!;
}

function checkHashKey(map: ShardMap, hashKey: bigint): void {
  const owner = ownerOf(map, hashKey);
  expect(map.locate(hashKey)).toBe(owner);
  const record = { PartitionKey: 'any', ExplicitHashKey: `${hashKey}` };
  expect(map.locateRecord(record)).toEqual({ ok: true, value: owner });
}

function checkPartitionKey(map: ShardMap, partitionKey: string): void {
  const owner = ownerOf(map, referenceHashKey(partitionKey));
  expect(map.locatePartitionKey(partitionKey)).toBe(owner);
  const length = [...partitionKey].length;
  if (length === 0 || length > 256) return;
  expect(map.locateRecord({ PartitionKey: partitionKey })).toEqual({ ok: true, value: owner });
}

function checkBoundaries(map: ShardMap, shards: readonly Shard[] = map.shards): void {
  for (const { startingHashKey, endingHashKey } of shards) {
    for (const at of [startingHashKey, endingHashKey]) {
      for (const hashKey of [at - 1n, at, at + 1n]) {
        if (hashKey >= HASH_KEY_MIN && hashKey <= HASH_KEY_MAX) checkHashKey(map, hashKey);
      }
    }
  }
}

describe('a map of random cuts', () => {
  it('finds the owner at every boundary and beside it', () => {
    fc.assert(
      fc.property(cuts(), (cutPoints) => {
        checkBoundaries(unwrap(createShardMap(shardsBetween(cutPoints))));
      }),
    );
  });

  it('finds the owner of any hash key', () => {
    fc.assert(
      fc.property(
        cuts().chain((cutPoints) =>
          fc.tuple(fc.constant(cutPoints), fc.array(hashKeys(cutPoints), { maxLength: 40 })),
        ),
        ([cutPoints, keys]) => {
          const map = unwrap(createShardMap(shardsBetween(cutPoints)));
          for (const hashKey of keys) checkHashKey(map, hashKey);
        },
      ),
    );
  });

  it('finds the owner of partition keys whose hash is at a boundary or beside it', () => {
    fc.assert(
      fc.property(
        fc
          .array(texts, { minLength: 1, maxLength: 8 })
          .chain((keys) => fc.tuple(fc.constant(keys), cuts(keys.map(referenceHashKey)))),
        ([keys, cutPoints]) => {
          const map = unwrap(createShardMap(shardsBetween(cutPoints)));
          for (const partitionKey of keys) checkPartitionKey(map, partitionKey);
        },
      ),
    );
  });
});

describe('a uniform map', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 100])(
    'of %i shards finds the owner at every boundary and beside it',
    (shardCount) => checkBoundaries(createUniformShardMap(shardCount)),
  );

  it('of 10,000 shards finds the owner at some of the boundaries and beside them', () => {
    const map = createUniformShardMap(10_000);
    const { shards } = map;
    checkBoundaries(map, [...shards.slice(0, 2), shards[4999]!, shards[5000]!, shards.at(-1)!]);
  });
});

describe('a map of thousands of cuts that share their first word', () => {
  it('finds the owner at every boundary', () => {
    const base = 0x8000_0001n << 96n;
    const cutPoints = Array.from({ length: 3000 }, (_, i) => base + BigInt(i * i));
    const map = unwrap(createShardMap(shardsBetween(cutPoints)));
    for (const [i, at] of cutPoints.entries()) {
      expect(map.locate(at - 1n)).toBe(map.shards[i]);
      expect(map.locate(at)).toBe(map.shards[i + 1]);
    }
  });
});
