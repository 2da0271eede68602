/**
 * Finds a partition key for a given range of hash keys.
 *
 * @module
 */

import { assertInteger, assertString } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { HASH_KEY_MAX } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { uint128FromWords } from '../base/uint128.ts';
import { refuseViolations } from '../base/violation.ts';
import { checkPartitionKey } from '../hashing/hash-key.ts';
import { md5Text } from '../hashing/md5.ts';
import { type HashRange, readHashRange } from '../sharding/hash-key-range.ts';

/** Which keys are tried: `prefix` followed by `from`, `from + 1` and so on. */
export interface PartitionKeySearch {
  /** The beginning of every key. Empty by default. */
  readonly prefix?: string | undefined;
  /** The first number. From 0 (default) to 2^52. */
  readonly from?: number | undefined;
  /**
   * How many keys are tried, from 1 to 2^32. By default 40 times as many as it takes on average,
   * and at most ten million, which take a few seconds.
   */
  readonly tries?: number | undefined;
}

const TRIES_DEFAULT_MAX = 10_000_000;

/** With this many times the average number of tries, the search fails once in e^40 times. */
const MARGIN = 40n;

/** Scratch of the search, written and read within one call that runs no caller code. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * Returns the first partition key whose hash key is in a range. The keys tried are a prefix
 * followed by ascending numbers. Use it where a sink takes a partition key but not an
 * ExplicitHashKey.
 *
 * The same arguments always give the same key. The average number of tries is 2^128 divided by the
 * width of the range, and each takes about 100 ns: one of 10,000 equal shards takes a millisecond.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, unwrap } from 'shardline';
 * import { findPartitionKey } from 'shardline/producer';
 *
 * const map = createUniformShardMap(100);
 * const key = unwrap(findPartitionKey(map.shards[42]!, { prefix: 'shard-42-' }));
 * map.locatePartitionKey(key).shardIndex; // => 42
 * ```
 *
 * @param range A shard, or any closed range of hash keys.
 * @returns The key. A `PartitionKeyNotFound` fault, which is our own, if none of the keys is in the
 *   range. A `ValidationException` fault if the prefix and the highest number are too long for a
 *   key.
 * @throws {TypeError} If an argument is of the wrong type, or an option has an unknown name.
 * @throws {RangeError} If an argument is out of range, or the range is inverted.
 */
export function findPartitionKey(
  range: HashRange,
  options: PartitionKeySearch = {},
): Result<string> {
  const { startingHashKey, endingHashKey } = readHashRange(range, 'range');
  const average = (HASH_KEY_MAX + 1n) / (endingHashKey - startingHashKey + 1n);
  const read = readOptions(options, ['prefix', 'from', 'tries'], 'options');
  const { prefix = '', from = 0 } = read;
  const { tries = Number(minimum(average * MARGIN, BigInt(TRIES_DEFAULT_MAX))) } = read;
  assertString(prefix, 'options.prefix');
  assertInteger(from, 0, 2 ** 52, 'options.from');
  assertInteger(tries, 1, 2 ** 32, 'options.tries');
  const violation = checkPartitionKey(`${prefix}${from + tries - 1}`, 'partitionKey');
  if (violation !== undefined) return refuseViolations([violation]);
  for (let number = from; number < from + tries; number++) {
    const key = `${prefix}${number}`;
    md5Text(key, words);
    const hashKey = uint128FromWords(words);
    if (hashKey >= startingHashKey && hashKey <= endingHashKey) return ok(key);
  }
  return refuse(
    'PartitionKeyNotFound',
    `None of the ${tries} keys from ${prefix}${from} on is in the range from ${startingHashKey} to ${endingHashKey}, where one in ${average} is expected`,
  );
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
