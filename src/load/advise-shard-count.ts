/**
 * Advises how many uniform shards a load needs.
 *
 * @module
 */

import { assertInteger } from '../base/argument.ts';
import { UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import { uniformStartingHashKey } from '../sharding/hash-key-range.ts';
import { assertWeight, type Load, readLoads } from './loads.ts';

/**
 * Returns the lowest target of UpdateShardCount with which no shard has more than a given load, or
 * undefined if no legal target does that.
 *
 * Legal targets are from half to double the number of open shards, and at most 10,000
 * (docs/facts.md#scaling-limits). The result assumes uniform shards. If it equals the number of
 * open shards and these are not uniform, the call changes nothing
 * (docs/facts.md#scaling-same-count).
 *
 * Takes time in proportion to the loads and shards, once per target.
 *
 * @example
 * ```ts
 * import { hashPartitionKey } from 'shardline';
 * import { adviseShardCount } from 'shardline/load';
 *
 * const bytesPerSecond = { a: 900_000, b: 500_000, c: 500_000, d: 500_000 };
 * const loads = Object.entries(bytesPerSecond).map(([key, weight]) => ({
 *   hashKey: hashPartitionKey(key),
 *   weight,
 * }));
 * adviseShardCount(loads, 2, 1_048_576); // => 4
 * adviseShardCount(loads, 2, 800_000); // => undefined
 * ```
 *
 * @param loads In any order.
 * @param openShardCount The open shards of the stream, from 1 to 10,000.
 * @param weightMax The highest load that a shard may have, in the unit of the weights.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {RangeError} If a hash key, a weight or the number of shards is out of range.
 */
export function adviseShardCount(
  loads: readonly Load[],
  openShardCount: number,
  weightMax: number,
): number | undefined {
  const list = readLoads(loads);
  assertInteger(openShardCount, 1, UNIFORM_SCALING_SHARDS_MAX, 'openShardCount');
  assertWeight(weightMax, 'weightMax');
  const [least, most] = legalTargets(openShardCount);
  for (let target = least; target <= most; target++) {
    if (fitsUniformly(list, target, weightMax)) return target;
  }
  return undefined;
}

/** Returns the lowest and the highest legal target (docs/facts.md#scaling-half-of-odd). */
export function legalTargets(openShardCount: number): [number, number] {
  return [Math.ceil(openShardCount / 2), Math.min(2 * openShardCount, UNIFORM_SCALING_SHARDS_MAX)];
}

/** Returns whether no uniform shard has more than `weightMax`. The loads are from `readLoads`. */
export function fitsUniformly(
  loads: readonly Load[],
  shardCount: number,
  weightMax: number,
): boolean {
  let next = 1;
  let end = uniformStartingHashKey(next, shardCount);
  let weight = 0;
  for (const load of loads) {
    while (next < shardCount && load.hashKey >= end) {
      weight = 0;
      end = uniformStartingHashKey(++next, shardCount);
    }
    weight += load.weight;
    if (weight > weightMax) return false;
  }
  return true;
}
