/**
 * A batch gives the results of its keys one by one, for every kernel and any keys, of any number
 * and alignment. The oracle is node:crypto, read as hexadecimal digits, and a linear scan.
 */

import fc from 'fast-check';
import { createShardMap, createUniformShardMap, unwrap } from 'shardline';
import { createBatchRouter, hashPartitionKeys, type Kernel } from 'shardline/batch';
import { describe, expect, it } from 'vitest';
import { referenceHashKey } from '../oracles/reference/hash-key.ts';
import { cuts, shardsBetween, texts } from '../support/arbitraries.ts';
import { pack } from '../support/packing.ts';

const KERNELS: Kernel[] = ['wasm-simd', 'scalar'];

/** Keys mostly of one length class, like those of a typical program, with others among them. */
const manyTexts: fc.Arbitrary<string[]> = fc.oneof(
  fc.array(texts, { maxLength: 70, size: 'max' }),
  fc
    .tuple(
      fc.array(fc.string({ unit: 'binary-ascii', maxLength: 60 })),
      fc.array(texts),
      fc.nat(40),
    )
    .map(([most, others, at]) => [...most, ...others, ...most].slice(at)),
);

/** Returns the hash keys in hexadecimal, sixteen bytes per key. */
function referenceDigests(keys: readonly string[]): string {
  return keys.map((key) => referenceHashKey(key).toString(16).padStart(32, '0')).join('');
}

function keysOfLength(length: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const key = `${i}-${length}-`.repeat(Math.ceil(length / 4) + 1);
    return key.slice(0, length);
  });
}

describe.each(KERNELS)('with the %s kernel', (kernel) => {
  it('routes arrays of any strings as the reference does, from strings and from bytes', () => {
    fc.assert(
      fc.property(manyTexts, cuts(), fc.nat(80), (keys, cutPoints, start) => {
        const map = unwrap(createShardMap(shardsBetween(cutPoints)));
        const expected = keys.map((key) => {
          const hashKey = referenceHashKey(key);
          return map.shards.findIndex((shard) => hashKey <= shard.endingHashKey);
        });
        const router = createBatchRouter(map, { kernel });
        expect([...router.route(keys)]).toEqual(expected);
        expect([...router.routeBytes(...pack(keys, start))]).toEqual(expected);
        const records = keys.map((key) => ({ PartitionKey: `k${key}`.slice(0, 128) }));
        expect([...router.routeRecords(records)]).toEqual(
          records.map((record) => map.shards.indexOf(unwrap(map.locateRecord(record)))),
        );
      }),
    );
  });

  it('routes keys to the right shard if one starts at, just below or just above their hash keys', () => {
    const near = fc.array(fc.tuple(texts, fc.bigInt(-1n, 1n)), { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(near, (pairs) => {
        const keys = pairs.map(([key]) => key);
        const starts = pairs.map(([key, by]) => referenceHashKey(key) + by);
        const inside = [...new Set(starts)].filter((at) => at > 0n && at < 2n ** 128n);
        const map = unwrap(createShardMap(shardsBetween(inside.sort((a, b) => (a < b ? -1 : 1)))));
        const expected = keys.map((key) =>
          map.shards.findIndex((shard) => referenceHashKey(key) <= shard.endingHashKey),
        );
        const router = createBatchRouter(map, { kernel });
        expect([...router.route(keys)]).toEqual(expected);
        expect([...router.routeBytes(...pack(keys, 3))]).toEqual(expected);
      }),
    );
  });

  it('routes keys of every length from 0 to 300, in every lane', () => {
    const map = createUniformShardMap(4096);
    const router = createBatchRouter(map, { kernel });
    const mapIndexOf = (key: string): number => map.shards.indexOf(map.locatePartitionKey(key));
    for (let length = 0; length <= 300; length++) {
      const keys = keysOfLength(length, 13);
      const expected = keys.map(mapIndexOf);
      expect([...router.route(keys)]).toEqual(expected);
      // One key of that length among short ones, in each place of a group.
      for (let place = 0; place < 12; place++) {
        const mixed = keysOfLength(length % 23, 12);
        mixed[place] = keys[place]!;
        expect([...router.route(mixed)]).toEqual(mixed.map(mapIndexOf));
      }
    }
  });

  it('routes every number of keys from 0 to 70, and around whole chunks', () => {
    const map = createUniformShardMap(4096);
    const router = createBatchRouter(map, { kernel });
    const around = [1000, 1007, 1008, 1009, 1013, 1020, 2015, 2016, 2017];
    for (const count of [...Array(71).keys(), ...around]) {
      for (const length of [16, 36, 50, 90]) {
        const keys = keysOfLength(length, count);
        const expected = keys.map((key) => map.shards.indexOf(map.locatePartitionKey(key)));
        expect([...router.route(keys)]).toEqual(expected);
        expect([...router.routeBytes(...pack(keys, count))]).toEqual(expected);
      }
    }
  });

  it('reads bytes at every alignment, of the view and within it', () => {
    const map = createUniformShardMap(4096);
    const router = createBatchRouter(map, { kernel });
    const keys = [...keysOfLength(19, 20), ...keysOfLength(61, 9), '', 'é', '日本語'];
    const expected = keys.map((key) => map.shards.indexOf(map.locatePartitionKey(key)));
    for (let start = 0; start <= 32; start++) {
      const [packed, offsets] = pack(keys, start);
      const moved = new Uint8Array(packed.length + start).subarray(start);
      moved.set(packed);
      expect([...router.routeBytes(moved, offsets)]).toEqual(expected);
    }
  });
});

describe('hashPartitionKeys', () => {
  it('agrees with the reference on arrays of any strings', () => {
    fc.assert(
      fc.property(manyTexts, (keys) => {
        expect(Buffer.from(hashPartitionKeys(keys)).toString('hex')).toBe(referenceDigests(keys));
      }),
    );
  });

  it('agrees with the reference on keys of every length from 0 to 300, 0 to 70 at a time', () => {
    for (let length = 0; length <= 300; length++) {
      const keys = keysOfLength(length, length % 71);
      expect(Buffer.from(hashPartitionKeys(keys)).toString('hex')).toBe(referenceDigests(keys));
    }
  });
});
