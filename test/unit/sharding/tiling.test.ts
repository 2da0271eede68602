import { describe, expect, it } from 'vitest';
import { describeTilingFlaw, findTilingFlaw } from '../../../src/sharding/tiling.ts';

const MAX = 2n ** 128n - 1n;

function rangesOf(...ends: [start: bigint, end: bigint][]) {
  return ends.map(([startingHashKey, endingHashKey], i) => ({
    startingHashKey,
    endingHashKey,
    shardId: `s${i}`,
  }));
}

describe('findTilingFlaw', () => {
  const whole = { startingHashKey: 10n, endingHashKey: 19n };

  it.each([
    ['no range', [], 'gap', -1, 10n, 19n],
    ['a start that is too high', [[11n, 19n]], 'gap', -1, 10n, 10n],
    ['an end that is too low', [[10n, 18n]], 'gap', 0, 19n, 19n],
    [
      'a gap of one key',
      [
        [10n, 12n],
        [14n, 19n],
      ],
      'gap',
      0,
      13n,
      13n,
    ],
    [
      'an overlap of one key',
      [
        [10n, 13n],
        [13n, 19n],
      ],
      'overlap',
      0,
      13n,
      13n,
    ],
    [
      'a range inside another',
      [
        [10n, 19n],
        [12n, 14n],
      ],
      'overlap',
      0,
      12n,
      14n,
    ],
    [
      'a second flaw behind the first',
      [
        [10n, 11n],
        [13n, 15n],
        [15n, 19n],
      ],
      'gap',
      0,
      12n,
      12n,
    ],
  ] as const)('finds %s', (_, ends, kind, below, startingHashKey, endingHashKey) => {
    const ranges = rangesOf(...(ends as never as [bigint, bigint][]));
    expect(findTilingFlaw(ranges, whole)).toEqual({ kind, below, startingHashKey, endingHashKey });
  });

  it('returns undefined for ranges that tile', () => {
    expect(findTilingFlaw(rangesOf([10n, 10n], [11n, 19n]), whole)).toBeUndefined();
    expect(findTilingFlaw(rangesOf([0n, MAX]))).toBeUndefined();
  });
});

describe('describeTilingFlaw', () => {
  it.each([
    ['No shard is open', []],
    [
      'No open shard holds the hash keys 10 to 19: s0 ends at 9, s1 starts at 20',
      [
        [0n, 9n],
        [20n, MAX],
      ],
    ],
    [
      's0 and s1 overlap: both are open and hold the hash keys 20 to 20',
      [
        [0n, 20n],
        [20n, MAX],
      ],
    ],
    ['No open shard holds the hash keys 0 to 0: the lowest, s0, starts at 1', [[1n, MAX]]],
    [
      `No open shard holds the hash keys ${MAX} to ${MAX}: the highest, s0, ends at ${MAX - 1n}`,
      [[0n, MAX - 1n]],
    ],
  ] as const)('says: %s', (text, ends) => {
    expect(describeTilingFlaw(rangesOf(...(ends as never as [bigint, bigint][])))).toBe(text);
  });

  it('returns undefined for shards that tile the key space', () => {
    expect(describeTilingFlaw(rangesOf([0n, 9n], [10n, MAX]))).toBeUndefined();
  });
});
