/**
 * Closed ranges of the key space: both ends belong to the range, as in the service's HashKeyRange.
 *
 * @module
 */

import { HASH_KEY_MAX } from '../base/limits.ts';

/** A closed range of hash keys. */
export interface HashRange {
  /** Lowest hash key of the range. Invariant: not above `endingHashKey`. */
  readonly startingHashKey: bigint;
  /** Highest hash key of the range, included. */
  readonly endingHashKey: bigint;
}

/**
 * The lowest hash key of range `index` of `count` uniform ones: index times floor(2^128 / count).
 *
 * Every listing of a real stream fits (1, 2, 3, 4, 5, 8, 16 shards), but all of them fit
 * floor(index times 2^128 / count) as well. The two part at 6 shards first; there one listing of
 * uncertain origin has this formula, an edited example of the API reference (10 shards) leans to
 * the other. They differ by less than `count` hash keys at each boundary. See the known gaps.
 */
export function uniformStartingHashKey(index: number, count: number): bigint {
  return BigInt(index) * ((HASH_KEY_MAX + 1n) / BigInt(count));
}

/** The `count` uniform ranges of the key space, ascending; the last one takes the remainder. */
export function uniformHashRanges(count: number): HashRange[] {
  const ranges: HashRange[] = [];
  const width = uniformStartingHashKey(1, count);
  let startingHashKey = 0n;
  for (let index = 1; index <= count; index++) {
    const next = startingHashKey + width;
    ranges.push({ startingHashKey, endingHashKey: index === count ? HASH_KEY_MAX : next - 1n });
    startingHashKey = next;
  }
  return ranges;
}
