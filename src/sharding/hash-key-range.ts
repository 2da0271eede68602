/**
 * Ranges of hash keys, and the uniform ranges of a new stream.
 *
 * Both ends belong to a range, as in the service's HashKeyRange
 * (docs/facts.md#shard-owns-both-ends).
 *
 * @module
 */

import { assertBigint, assertObject } from '../base/argument.ts';
import { HASH_KEY_MAX, HASH_KEY_MIN } from '../base/limits.ts';

/** A HashKeyRange with bigints instead of decimal strings. */
export interface HashRange {
  /** The lowest hash key of the range. Not above `endingHashKey`. */
  readonly startingHashKey: bigint;
  /** The highest hash key of the range, which belongs to it. */
  readonly endingHashKey: bigint;
}

/** The whole key space. */
export const KEY_SPACE: HashRange = {
  startingHashKey: HASH_KEY_MIN,
  endingHashKey: HASH_KEY_MAX,
};

/**
 * Returns a checked copy of a range. Each of its members is read once.
 *
 * @param endMin The lowest valid end. By default the start, so that inverted ranges are refused.
 * @throws {TypeError} If it is not an object of two bigints.
 * @throws {RangeError} If a hash key is out of range.
 */
export function readHashRange(range: HashRange, title: string, endMin?: bigint): HashRange {
  assertObject(range, title);
  const { startingHashKey, endingHashKey } = range;
  assertBigint(startingHashKey, HASH_KEY_MIN, HASH_KEY_MAX, `${title}.startingHashKey`);
  assertBigint(endingHashKey, endMin ?? startingHashKey, HASH_KEY_MAX, `${title}.endingHashKey`);
  return { startingHashKey, endingHashKey };
}

/**
 * Returns the lowest hash key of range `index` among `count` uniform ranges: index times
 * floor(2^128 / count).
 *
 * All listings of real streams fit this formula, but they also fit floor(index times 2^128 / count)
 * (docs/facts.md#uniform-listings). The two first differ at 6 shards, by less than `count` hash
 * keys per boundary (docs/facts.md#uniform-formulas). The evidence for either is weak
 * (docs/facts.md#uniform-six, docs/facts.md#uniform-ten, docs/known-gaps.md#uniform-boundaries).
 */
export function uniformStartingHashKey(index: number, count: number): bigint {
  return BigInt(index) * ((HASH_KEY_MAX + 1n) / BigInt(count));
}

/** Returns `count` uniform ranges of the key space, ascending. The last one takes the remainder. */
export function uniformHashRanges(count: number): HashRange[] {
  const ranges: HashRange[] = [];
  const width = uniformStartingHashKey(1, count);
  let startingHashKey = HASH_KEY_MIN;
  for (let index = 1; index <= count; index++) {
    const next = startingHashKey + width;
    ranges.push({ startingHashKey, endingHashKey: index === count ? HASH_KEY_MAX : next - 1n });
    startingHashKey = next;
  }
  return ranges;
}

/** Compares ranges by their lowest hash keys. A callback for `sort`. */
export function compareStartingHashKeys(a: HashRange, b: HashRange): -1 | 0 | 1 {
  if (a.startingHashKey === b.startingHashKey) return 0;
  return a.startingHashKey < b.startingHashKey ? -1 : 1;
}
