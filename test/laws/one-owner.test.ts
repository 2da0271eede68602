/** Every hash key has one owner: the open shards of any map tile the key space. */

import fc from 'fast-check';
import {
  createShardMap,
  createUniformShardMap,
  HASH_KEY_MAX,
  HASH_KEY_MIN,
  type ShardMap,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { linearLocate } from '../oracles/reference/linear-locate.ts';
import { listings, partitionKeys } from '../support/arbitraries.ts';

function checkTiling({ shards }: ShardMap): void {
  expect(shards[0]!.startingHashKey).toBe(HASH_KEY_MIN);
  expect(shards.at(-1)!.endingHashKey).toBe(HASH_KEY_MAX);
  for (const [i, { startingHashKey, endingHashKey }] of shards.entries()) {
    expect(startingHashKey <= endingHashKey).toBe(true);
    if (i > 0) expect(startingHashKey).toBe(shards[i - 1]!.endingHashKey + 1n);
  }
}

describe('a listing', () => {
  it('gives the map of its open shards, in whatever order they come', () => {
    fc.assert(
      fc.property(listings, ({ shards, open }) => {
        const map = unwrap(createShardMap(shards));
        expect(map.shards.map(({ shardId }) => shardId)).toEqual(open.map((aws) => aws.ShardId));
        checkTiling(map);
      }),
    );
  });

  it('is only read', () => {
    fc.assert(
      fc.property(listings, ({ shards }) => {
        const before = structuredClone(shards);
        createShardMap(new Set(shards));
        expect(shards).toEqual(before);
      }),
    );
  });

  it('gives each partition key one owner, the same at every call', () => {
    fc.assert(
      fc.property(listings, fc.array(partitionKeys, { maxLength: 10 }), ({ shards }, keys) => {
        const map = unwrap(createShardMap(shards));
        const owners = keys.map((key) => map.locatePartitionKey(key));
        for (const owner of owners) {
          expect(linearLocate(map.shards, owner.startingHashKey)).toEqual([owner]);
        }
        expect(keys.map((key) => map.locatePartitionKey(key))).toEqual(owners);
      }),
    );
  });
});

describe('a uniform map', () => {
  it('has the shards asked for, of the same width but for less than one key a shard', () => {
    const counts = fc.oneof(
      fc.constantFrom(1, 2, 3, 10_000, 65_536),
      fc.integer({ min: 1, max: 3000 }),
    );
    fc.assert(
      fc.property(counts, (shardCount) => {
        const map = createUniformShardMap(shardCount);
        expect(map.shards).toHaveLength(shardCount);
        checkTiling(map);
        const widths = map.shards.map((shard) => shard.endingHashKey - shard.startingHashKey);
        for (const width of new Set(widths)) {
          const surplus = width - widths[0]!;
          expect(surplus >= 0n && surplus < BigInt(shardCount)).toBe(true);
        }
        expect(map.shards.map(({ shardIndex }) => shardIndex)).toEqual([...map.shards.keys()]);
      }),
      // A map of thousands of shards is slow to check, and its size is all that there is to choose.
      { numRuns: 20 },
    );
  });
});
