/**
 * A look-up table that finds the range of a hash key among ranges that tile the key space. It works
 * on 32-bit words and creates no bigints.
 *
 * @module
 */

import { uint128ToWords } from '../base/uint128.ts';

/** A look-up table over ranges that tile the key space, in ascending order. */
export interface RangeIndex {
  /** A hash key's bucket is its first word shifted right by this many bits. From 12 to 31. */
  readonly shift: number;
  /**
   * For each bucket, the index of the range that holds the bucket's lowest hash key. One more entry
   * at the end is the index of the last range.
   *
   * Invariant: the range of a key in bucket `b` has an index from `buckets[b]` to `buckets[b + 1]`.
   */
  readonly buckets: Uint32Array;
  /** For each range, the first (most significant) word of its lowest hash key. */
  readonly firstWords: Uint32Array;
  /** For each range, the four words of its lowest hash key. Read only if the first words tie. */
  readonly words: Uint32Array;
}

/**
 * Creates the index of ranges, given their lowest hash keys.
 *
 * There are one to two buckets per range, so uniform ranges need at most one comparison per
 * look-up. Other ranges need a binary search over those that share a bucket.
 *
 * @param startingHashKeys Strictly ascending, the first one 0.
 */
export function createRangeIndex(startingHashKeys: readonly bigint[]): RangeIndex {
  const count = startingHashKeys.length;
  const bits = Math.max(1, Math.min(32 - Math.clz32(count - 1), 20));
  const shift = 32 - bits;
  const buckets = new Uint32Array(2 ** bits + 1);
  const firstWords = new Uint32Array(count);
  const words = new Uint32Array(4 * count);
  let bucket = 0;
  for (let i = 0; i < count; i++) {
    uint128ToWords(startingHashKeys[i]!, words, 4 * i);
    const first = words[4 * i]!;
    firstWords[i] = first;
    // The lowest key of a bucket belongs to this range only if the range starts at or before it.
    const isLowest =
      first << bits === 0 && (words[4 * i + 1]! | words[4 * i + 2]! | words[4 * i + 3]!) === 0;
    const firstOwned = (first >>> shift) + (isLowest ? 0 : 1);
    while (bucket < firstOwned) buckets[bucket++] = i - 1;
  }
  while (bucket < buckets.length) buckets[bucket++] = count - 1;
  return { shift, buckets, firstWords, words };
}

/**
 * Returns the index of the range that holds a hash key.
 *
 * @param words The hash key as four words, most significant first.
 */
export function findRange(index: RangeIndex, words: Uint32Array): number {
  const first = words[0]!;
  const bucket = first >>> index.shift;
  let low = index.buckets[bucket]!;
  let high = index.buckets[bucket + 1]!;
  // Invariant: range `low` starts at or below the key; every range after `high` starts above it.
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const start = index.firstWords[middle]!;
    if (start < first || (start === first && !startsAbove(index.words, 4 * middle, words))) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const start = index.firstWords[high]!;
  if (start === first) return startsAbove(index.words, 4 * high, words) ? low : high;
  return low + ((high - low) & -(start < first));
}

/** Returns whether the start at index `at` is above a key that has the same first word. */
function startsAbove(starts: Uint32Array, at: number, key: Uint32Array): boolean {
  for (let i = 1; i < 3; i++) {
    if (starts[at + i]! !== key[i]!) return starts[at + i]! > key[i]!;
  }
  return starts[at + 3]! > key[3]!;
}
