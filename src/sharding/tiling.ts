/**
 * Checks whether ranges tile a larger range: whether each of its hash keys is in exactly one of
 * them.
 *
 * @module
 */

import { type HashRange, KEY_SPACE } from './hash-key-range.ts';

/** The first gap or overlap between ranges, with the hash keys in it. */
export interface TilingFlaw extends HashRange {
  readonly kind: 'gap' | 'overlap';
  /**
   * Index of the range below the gap, or -1 if there is none. For an overlap, index of the lower of
   * the two ranges.
   */
  readonly below: number;
}

/**
 * Finds the first gap or overlap between ranges, or returns undefined if they tile `whole`.
 *
 * @param ranges By ascending start. None of them is inverted or starts below `whole`.
 */
export function findTilingFlaw(
  ranges: readonly HashRange[],
  whole: HashRange = KEY_SPACE,
): TilingFlaw | undefined {
  let next = whole.startingHashKey;
  for (let i = 0; i < ranges.length; i++) {
    const { startingHashKey, endingHashKey } = ranges[i]!;
    if (startingHashKey > next) {
      return {
        kind: 'gap',
        below: i - 1,
        startingHashKey: next,
        endingHashKey: startingHashKey - 1n,
      };
    }
    if (startingHashKey < next) {
      const lowerEnd = next - 1n;
      return {
        kind: 'overlap',
        below: i - 1,
        startingHashKey,
        endingHashKey: endingHashKey < lowerEnd ? endingHashKey : lowerEnd,
      };
    }
    next = endingHashKey + 1n;
  }
  const { endingHashKey } = whole;
  if (next > endingHashKey) return undefined;
  return { kind: 'gap', below: ranges.length - 1, startingHashKey: next, endingHashKey };
}

/** A range that a message can name. */
export interface NamedRange extends HashRange {
  readonly shardId: string;
}

/**
 * Describes the first gap or overlap between open shards, or returns undefined if they tile the key
 * space.
 *
 * @param open By ascending start.
 */
export function describeTilingFlaw(open: readonly NamedRange[]): string | undefined {
  if (open.length === 0) return 'No shard is open';
  const flaw = findTilingFlaw(open);
  if (flaw === undefined) return undefined;
  const { kind, startingHashKey, endingHashKey } = flaw;
  const lower = open[flaw.below];
  const upper = open[flaw.below + 1];
  if (kind === 'overlap') {
    return `${lower!.shardId} and ${upper!.shardId} overlap: both are open and hold the hash keys ${startingHashKey} to ${endingHashKey}`;
  }
  const beside =
    lower === undefined
      ? `the lowest, ${upper!.shardId}, starts at ${upper!.startingHashKey}`
      : upper === undefined
        ? `the highest, ${lower.shardId}, ends at ${lower.endingHashKey}`
        : `${lower.shardId} ends at ${lower.endingHashKey}, ${upper.shardId} starts at ${upper.startingHashKey}`;
  return `No open shard holds the hash keys ${startingHashKey} to ${endingHashKey}: ${beside}`;
}
