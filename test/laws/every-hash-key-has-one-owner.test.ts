/** The open shards of every map tile the key space, so that each hash key has one owner. */

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
import { listings } from '../support/arbitraries.ts';

function checkTiling({ shards }: ShardMap): void {
  expect(shards[0]!.startingHashKey).toBe(HASH_KEY_MIN);
  expect(shards.at(-1)!.endingHashKey).toBe(HASH_KEY_MAX);
  for (const [i, { startingHashKey, endingHashKey }] of shards.entries()) {
    expect(startingHashKey <= endingHashKey).toBe(true);
    if (i > 0) expect(startingHashKey).toBe(shards[i - 1]!.endingHashKey + 1n);
  }
}

describe('createShardMap', () => {
  it('maps the open shards of a listing, in whatever order they are listed', () => {
    fc.assert(
      fc.property(listings, ({ shards, open }) => {
        const map = unwrap(createShardMap(shards));
        expect(map.shards.map(({ shardId }) => shardId)).toEqual(open.map((aws) => aws.ShardId));
        checkTiling(map);
      }),
    );
  });

  it('leaves the listing unchanged', () => {
    fc.assert(
      fc.property(listings, ({ shards }) => {
        const before = structuredClone(shards);
        createShardMap(new Set(shards));
        expect(shards).toEqual(before);
      }),
    );
  });
});

describe('createUniformShardMap', () => {
  it('maps shards whose widths differ by less than the shard count', () => {
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
      // A map of thousands of shards is slow to check.
      { numRuns: 20 },
    );
  });
});
