/**
 * Chooses ranges for a number of shards such that the busiest has the least possible load.
 *
 * @module
 */

import { assertInteger } from '../base/argument.ts';
import { HASH_KEY_MAX, HASH_KEY_MIN, UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import { type HashRange, uniformHashRanges } from '../sharding/hash-key-range.ts';
import { findSplit } from './advise-split.ts';
import { type Load, loadsIn, readLoads } from './loads.ts';

/**
 * Returns ranges that tile the key space such that the busiest has the least possible load. Pass
 * them to `planResharding`, which returns the calls.
 *
 * If fewer ranges are enough for that, the rest come from splitting the busiest ranges that a split
 * relieves. Without any load, the ranges are uniform. Every range has two hash keys or more, as
 * SplitShard requires (docs/facts.md#split-key-bounds).
 *
 * Takes time in proportion to the number of loads times the number of binary digits of their sum.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, planResharding, unwrap } from 'shardline';
 * import { balanceRanges } from 'shardline/load';
 *
 * const loads = [10n, 20n, 30n, 2n ** 100n].map((hashKey) => ({ hashKey, weight: 1 }));
 * const ranges = balanceRanges(loads, 2);
 * ranges[1]?.startingHashKey; // => 25n
 * unwrap(planResharding(createUniformShardMap(2), ranges)).length; // => 2
 * ```
 *
 * @param loads In any order.
 * @param shardCount From 1 to 10,000.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {RangeError} If a hash key, a weight or the number of shards is out of range.
 */
export function balanceRanges(loads: readonly Load[], shardCount: number): HashRange[] {
  const list = readLoads(loads);
  assertInteger(shardCount, 1, UNIFORM_SCALING_SHARDS_MAX, 'shardCount');
  if (list.length === 0) return uniformHashRanges(shardCount);
  const borders = findBorders(list, shardCount);
  return rangesBetween(spendBorders(list, borders, shardCount - 1));
}

/**
 * A possible place of a border. All hash keys between two loads divide the loads equally, and
 * borders are at least two apart. So each border can move down to one of the two lowest hash keys
 * above a load.
 */
interface Place {
  readonly hashKey: bigint;
  /**
   * The middle between the loads below and above the place. A border goes there if no other is too
   * close.
   */
  readonly middle: bigint;
  /** The sum of the loads below it. */
  readonly below: number;
  /** How many places are at least two hash keys below it. */
  readonly reach: number;
}

/**
 * Returns the fewest borders, ascending, with which the busiest range has the least possible load.
 */
function findBorders(loads: readonly Load[], shardCount: number): bigint[] {
  const places = listPlaces(loads);
  const whole = places[places.length - 1]!.below;
  let low = loads.reduce((most, { weight }) => Math.max(most, weight), whole / shardCount);
  let best = findFewestBorders(places, low, shardCount);
  if (best !== undefined) return centre(best.borders);
  let high = whole;
  // Invariant: no borders keep every range at `low`, and `best` keeps it at `high`.
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return centre(best?.borders ?? []);
    const found = findFewestBorders(places, middle, shardCount);
    if (found === undefined) low = middle;
    else [best, high] = [found, found.busiest];
  }
}

/**
 * Moves each border to the middle between two loads, unless it would be next to the one below. The
 * one above is above the upper load, so it is two hash keys away.
 */
function centre(places: readonly Place[]): bigint[] {
  let lower = 0n;
  return places.map(({ hashKey, middle }) => {
    lower = middle >= lower + 2n ? middle : hashKey;
    return lower;
  });
}

/** Returns the start of the key space, the places above it, and its end. */
function listPlaces(loads: readonly Load[]): Place[] {
  const places: Place[] = [{ hashKey: 0n, middle: 0n, below: 0, reach: 0 }];
  let below = 0;
  let reach = 0;
  const add = (hashKey: bigint, middle: bigint): void => {
    while (reach < places.length && places[reach]!.hashKey + 2n <= hashKey) reach++;
    places.push({ hashKey, middle, below, reach });
  };
  loads.forEach(({ hashKey, weight }, i) => {
    below += weight;
    const next = loads[i + 1]?.hashKey ?? 0n;
    for (const place of [hashKey + 1n, hashKey + 2n]) {
      if (place <= next) add(place, (hashKey + next + 1n) >> 1n);
    }
  });
  add(HASH_KEY_MAX + 1n, HASH_KEY_MAX + 1n);
  return places;
}

/**
 * Returns the fewest borders that keep every range at `most` or below, and the load of the busiest,
 * or undefined if `shardCount` ranges are not enough.
 */
function findFewestBorders(
  places: readonly Place[],
  most: number,
  shardCount: number,
): { readonly borders: Place[]; readonly busiest: number } | undefined {
  // For each place, the least number of ranges that end there, and where the last of them starts.
  const counts = new Float64Array(places.length).fill(Infinity);
  const from = new Uint32Array(places.length);
  counts[0] = 0;
  // The places that may start a range, by ascending place and count: the first one is the best.
  const queue: number[] = [];
  let head = 0;
  let reached = 0;
  for (let i = 1; i < places.length; i++) {
    const { below, reach } = places[i]!;
    for (; reached < reach; reached++) {
      while (queue.length > head && counts[queue[queue.length - 1]!]! >= counts[reached]!)
        queue.pop();
      queue.push(reached);
    }
    while (head < queue.length && below - places[queue[head]!]!.below > most) head++;
    if (head === queue.length) continue;
    from[i] = queue[head]!;
    counts[i] = counts[queue[head]!]! + 1;
  }
  const last = places.length - 1;
  if (!(counts[last]! <= shardCount)) return undefined;
  const borders: Place[] = [];
  let busiest = 0;
  for (let i = last; i > 0; i = from[i]!) {
    busiest = Math.max(busiest, places[i]!.below - places[from[i]!]!.below);
    if (from[i]! > 0) borders.push(places[from[i]!]!);
  }
  return { borders: borders.reverse(), busiest };
}

/** Adds borders until there are `count`: each splits the busiest range that a split relieves. */
function spendBorders(loads: readonly Load[], borders: readonly bigint[], count: number): bigint[] {
  // Loads and ranges ascend: one pass for all ranges.
  let end = 0;
  const pieces = rangesBetween(borders).map((range) => {
    const start = end;
    while (end < loads.length && loads[end]!.hashKey <= range.endingHashKey) end++;
    return describePiece(loads.slice(start, end), range);
  });
  while (pieces.length <= count) {
    const chosen = pieces.reduce((a, b) => (b.relief > a.relief ? b : a));
    if (chosen.relief === 0) break;
    const { range, inside, middle } = chosen;
    const { startingHashKey, endingHashKey } = range;
    const halves = [
      { startingHashKey, endingHashKey: middle - 1n },
      { startingHashKey: middle, endingHashKey },
    ].map((half) => describePiece(loadsIn(inside, half), half));
    pieces.splice(pieces.indexOf(chosen), 1, ...halves);
  }
  const ranges = pieces.map(({ range }) => range);
  // No load is left to divide: the remaining borders divide the widest range into equal parts.
  const widest = ranges.reduce((a, b) => (widthOf(b) > widthOf(a) ? b : a));
  const parts = BigInt(count + 2 - ranges.length);
  const step = widthOf(widest) / parts;
  const starts = ranges.slice(1).map(({ startingHashKey }) => startingHashKey);
  for (let i = 1n; i < parts; i++) starts.push(widest.startingHashKey + i * step);
  return starts.sort((a, b) => (a < b ? -1 : 1));
}

/** A range with its loads, the best place to split it, and its load if that split relieves it. */
interface Piece {
  readonly range: HashRange;
  readonly inside: readonly Load[];
  readonly middle: bigint;
  readonly relief: number;
}

function describePiece(inside: readonly Load[], range: HashRange): Piece {
  const split = findSplit(inside, range);
  const isRelieved = split !== undefined && split.lower > 0 && split.lower < split.whole;
  return {
    range,
    inside,
    middle: split?.hashKey ?? 0n,
    relief: isRelieved ? split.whole : 0,
  };
}

/** Returns the ranges of the key space that start at 0 and at each border. */
function rangesBetween(borders: readonly bigint[]): HashRange[] {
  return [...borders, HASH_KEY_MAX + 1n].map((end, i) => ({
    startingHashKey: borders[i - 1] ?? HASH_KEY_MIN,
    endingHashKey: end - 1n,
  }));
}

function widthOf({ startingHashKey, endingHashKey }: HashRange): bigint {
  return endingHashKey - startingHashKey + 1n;
}
