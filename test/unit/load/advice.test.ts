import { createUniformShardMap, HASH_KEY_MAX, hashPartitionKey } from 'shardline';
import { adviseShardCount, adviseSplit, balanceRanges } from 'shardline/load';
import { describe, expect, it } from 'vitest';

const WHOLE = { startingHashKey: 0n, endingHashKey: HASH_KEY_MAX };

describe('adviseSplit', () => {
  it('halves a shard without load', () => {
    expect(adviseSplit([], WHOLE)).toEqual({
      NewStartingHashKey: `${2n ** 127n}`,
      lowerShare: 0,
      upperShare: 0,
    });
  });

  it.each([
    ['3', undefined],
    ['4', '2'],
  ])('of a shard of %s hash keys starts its upper half at %s', (width, at) => {
    const shard = { startingHashKey: 0n, endingHashKey: BigInt(width) - 1n };
    expect(adviseSplit([], shard)?.NewStartingHashKey).toBe(at);
  });

  it('leaves out what is not in the shard, and what weighs nothing', () => {
    const shard = { startingHashKey: 100n, endingHashKey: 199n };
    const loads = [99n, 110n, 130n, 150n, 200n].map((hashKey) => ({
      hashKey,
      weight: hashKey === 130n ? 0 : 1,
    }));
    expect(adviseSplit(loads, shard)).toEqual({
      NewStartingHashKey: '130',
      lowerShare: 0.5,
      upperShare: 0.5,
    });
  });

  it('reads each member of its arguments once', () => {
    const reads: string[] = [];
    const watch = <T extends object>(target: T, path: string): T =>
      new Proxy(target, {
        get: (object, name) => {
          reads.push(`${path}.${String(name)}`);
          return Reflect.get(object, name);
        },
      });
    adviseSplit([watch({ hashKey: 9n, weight: 1 }, 'load')], watch(WHOLE, 'shard'));
    expect(reads.sort()).toEqual([
      'load.hashKey',
      'load.weight',
      'shard.endingHashKey',
      'shard.startingHashKey',
    ]);
  });

  it.each([
    [[{ hashKey: 1, weight: 1 }], 'loads[0].hashKey must be a bigint: got 1'],
    [[{ hashKey: 1n, weight: '1' }], "loads[0].weight must be a number: got the string '1'"],
    [[{ hashKey: 1n, weight: -1 }], 'loads[0].weight must be finite and 0 or more: got -1'],
    [[{ hashKey: 1n, weight: Number.NaN }], 'loads[0].weight must be finite and 0 or more'],
    [
      [1n, 2n].map((hashKey) => ({ hashKey, weight: 1e308 })),
      'loads must have weights of a finite sum: got Infinity',
    ],
    [[{ hashKey: -1n, weight: 1 }], 'loads[0].hashKey must be from 0 to'],
    [{}, 'loads must be an array: got an object'],
  ])('refuses wrong loads %#', (loads, message) => {
    expect(() => adviseSplit(loads as never, WHOLE)).toThrow(message);
  });
});

describe('balanceRanges', () => {
  it('is uniform without load', () => {
    const ranges = createUniformShardMap(5).shards.map(({ startingHashKey, endingHashKey }) => ({
      startingHashKey,
      endingHashKey,
    }));
    expect(balanceRanges([], 5)).toEqual(ranges);
  });

  it('divides what is left once the hottest key has a shard', () => {
    const loads = [10n, 20n, 30n, 40n, 50n].map((hashKey) => ({
      hashKey,
      weight: hashKey === 30n ? 100 : 10,
    }));
    expect(balanceRanges(loads, 5).map(({ startingHashKey }) => startingHashKey)).toEqual([
      0n,
      15n,
      25n,
      35n,
      45n,
    ]);
  });

  it('spends shards without load on the widest range', () => {
    const ranges = balanceRanges([{ hashKey: 5n, weight: 1 }], 4);
    const starts = createUniformShardMap(4).shards.map(({ startingHashKey }) => startingHashKey);
    expect(ranges.map(({ startingHashKey }) => startingHashKey)).toEqual(starts);
  });

  it('accepts weights with fractions', () => {
    const loads = [0.6, 0.1, 0.2, 0.3].map((weight, i) => ({ hashKey: 100n * BigInt(i), weight }));
    expect(balanceRanges(loads, 2)[1]?.startingHashKey).toBe(50n);
  });

  it('goes up to 10,000 shards', () => {
    const loads = Array.from({ length: 5000 }, (_, i) => ({
      hashKey: (BigInt(i) << 115n) + 7n,
      weight: 1 + (i % 3),
    }));
    expect(balanceRanges(loads, 10_000)).toHaveLength(10_000);
    expect(() => balanceRanges([], 10_001)).toThrow(
      'shardCount must be an integer from 1 to 10000',
    );
  });
});

describe('the cost of balanceRanges', () => {
  it('depends on the loads, not on the number of shards', () => {
    const loads = Array.from({ length: 40_000 }, (_, i) => ({
      hashKey: hashPartitionKey(`${i}`),
      weight: 1 + Math.abs(Math.sin(i)),
    }));
    const timeOf = (shardCount: number): number => {
      const startMs = performance.now();
      expect(balanceRanges(loads, shardCount)).toHaveLength(shardCount);
      return performance.now() - startMs;
    };
    const fewMs = timeOf(2) + timeOf(2);
    // About as long. If each range searched all loads, over 10 times.
    expect(timeOf(10_000) + timeOf(10_000)).toBeLessThan(4 * fewMs);
  });
});

describe('adviseShardCount', () => {
  it('tries half of an odd count, rounded up, to double', () => {
    const load = { hashKey: 0n, weight: 5 };
    expect(adviseShardCount([load], 5, 5)).toBe(3);
    expect(adviseShardCount([load], 5, 4)).toBeUndefined();
    expect(adviseShardCount([], 1, 0)).toBe(1);
  });

  it('goes no higher than 10,000', () => {
    const loads = Array.from({ length: 20 }, (_, i) => ({ hashKey: BigInt(i) << 50n, weight: 1 }));
    expect(adviseShardCount(loads, 9999, 19)).toBeUndefined();
  });
});
