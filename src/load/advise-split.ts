/**
 * Advises where to split a shard.
 *
 * @module
 */

import { type HashRange, readHashRange } from '../sharding/hash-key-range.ts';
import { type Load, loadsIn, readLoads, sumWeights } from './loads.ts';

/** A SplitShard call that divides the load of a shard as evenly as possible. */
export interface SplitAdvice {
  /** As in the SDK's SplitShardCommand: the lowest hash key of the upper child. */
  readonly NewStartingHashKey: string;
  /** The children's shares of the load of the shard, from 0 to 1. Both are 0 without any load. */
  readonly lowerShare: number;
  readonly upperShare: number;
}

/**
 * Returns the split of a shard that leaves the busier child with the least possible load, or
 * undefined if the shard is too narrow to be split.
 *
 * Only hash keys that SplitShard accepts are considered: both children have two hash keys or more
 * (docs/facts.md#split-key-bounds). All hash keys between two loads divide them equally well, so
 * the middle one is returned. Among equally good splits, the lowest is returned.
 *
 * Even the best split may be useless: a partition key with over half of the load keeps it in one
 * child. Compare `lowerShare` and `upperShare` before you pay for a shard.
 *
 * Takes the time to sort the loads.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, hashPartitionKey } from 'shardline';
 * import { adviseSplit } from 'shardline/load';
 *
 * const loads = [
 *   { hashKey: hashPartitionKey('a'), weight: 300 },
 *   { hashKey: hashPartitionKey('e'), weight: 100 },
 *   { hashKey: hashPartitionKey('b'), weight: 500 },
 * ];
 * const [shard] = createUniformShardMap(1).shards;
 * const advice = adviseSplit(loads, shard!);
 * advice?.lowerShare; // => 0.3333333333333333
 * advice?.upperShare; // => 0.6666666666666666
 * ```
 *
 * @param loads In any order. Those outside the shard do not count.
 * @param shard A shard of a map, or any other range.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {RangeError} If a hash key or a weight is out of range.
 */
export function adviseSplit(loads: readonly Load[], shard: HashRange): SplitAdvice | undefined {
  const range = readHashRange(shard, 'shard');
  const split = findSplit(loadsIn(readLoads(loads), range), range);
  return split && describeSplit(split);
}

/** A place to split a range: the load below it, and that of the whole range. */
export interface Split {
  readonly hashKey: bigint;
  readonly lower: number;
  readonly whole: number;
}

/** Returns the advice to split at a place. */
export function describeSplit({ hashKey, lower, whole }: Split): SplitAdvice {
  return {
    NewStartingHashKey: hashKey.toString(),
    lowerShare: whole === 0 ? 0 : lower / whole,
    upperShare: whole === 0 ? 0 : (whole - lower) / whole,
  };
}

/** Returns the best place to split a range, given the loads in it as `readLoads` returns them. */
export function findSplit(inside: readonly Load[], range: HashRange): Split | undefined {
  const whole = sumWeights(inside);
  // The hash keys at which SplitShard may start the upper child.
  const last = range.endingHashKey - 1n;
  let from = range.startingHashKey + 2n;
  let lower = 0;
  let best: Split | undefined;
  let least = Infinity;
  for (const load of [...inside, undefined]) {
    const to = load === undefined || load.hashKey > last ? last : load.hashKey;
    const busier = Math.max(lower, whole - lower);
    if (from <= to && busier < least) {
      best = { hashKey: (from + to) >> 1n, lower, whole };
      least = busier;
    }
    if (load === undefined) break;
    lower += load.weight;
    if (load.hashKey >= from) from = load.hashKey + 1n;
  }
  return best;
}
