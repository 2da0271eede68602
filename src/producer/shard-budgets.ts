/**
 * The throughput of each shard, tracked by the sender, so that a record that the service would
 * refuse is not sent in the first place.
 *
 * @module
 */

import { assertInteger, describe, wrongType, wrongValue } from '../base/argument.ts';
import { RECORD_BYTES_DEFAULT, RECORD_BYTES_LIMIT, REQUEST_BYTES_MAX } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import { createTokenBucket, RECORD_CAPACITY, takeTokens } from '../sharding/token-bucket.ts';
import { assertCallTime } from '../stream/stream-config.ts';

/** How much a producer may take from each shard. */
export interface ShardBudgetsOptions {
  /**
   * The part of each shard's throughput that this producer may use. From 0.001 to 1 (default). Give
   * four producers 0.25 each.
   */
  readonly shardShare?: number | undefined;
  /**
   * The stream's limit on the size of a record, in bytes, partition key included. It is also the
   * burst that a shard takes (docs/facts.md#shard-write-burst). From 1 to 10,485,760; 1,048,576 by
   * default.
   */
  readonly recordBytesMax?: number | undefined;
}

/** The remaining throughput of each shard. */
export interface ShardBudgets {
  /**
   * Takes the throughput of one Kinesis record if there is enough, otherwise nothing.
   *
   * @param mapIndex The index of the shard in `map.shards`.
   * @param bytes Data and partition key, from 0 to 10,485,760.
   * @param nowMs Epoch milliseconds. A clock that steps back refills nothing until it catches up.
   * @returns 0 if it was taken and the record may be sent. Otherwise how many milliseconds to wait
   *   before the next try; nothing was taken.
   * @throws {TypeError} If an argument is not a number.
   * @throws {RangeError} If an argument is not an integer in its range.
   */
  take(mapIndex: number, bytes: number, nowMs: number): number;
}

const SHARE_MIN = 1 / RECORD_CAPACITY;

/**
 * Creates full budgets for the shards of a map: 1,000 records and 1 MiB per shard per second,
 * partition keys included (docs/facts.md#shard-write-rate), times `shardShare`.
 *
 * A lone producer at share 1 is never refused if each record arrives at the time at which it was
 * taken. The same is true of `n` producers at share 1 / n, as long as no record is larger than
 * their share of the burst. A larger one is taken when the budget is full, and paid off afterwards.
 *
 * One call takes some 20 ns.
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { createShardBudgets } from 'shardline/producer';
 *
 * const nowMs = 1_700_000_000_000;
 * const budgets = createShardBudgets(createUniformShardMap(2), { shardShare: 0.5 });
 * for (let i = 0; i < 500; i++) budgets.take(0, 100, nowMs);
 * budgets.take(0, 100, nowMs); // => 2
 * budgets.take(1, 100, nowMs); // => 0
 * ```
 *
 * @throws {TypeError} If an argument is of the wrong type, or an option has an unknown name.
 * @throws {RangeError} If an option is out of range.
 */
export function createShardBudgets(
  map: Pick<ShardMap, 'shards'>,
  options: ShardBudgetsOptions = {},
): ShardBudgets {
  const read = readOptions(options, ['shardShare', 'recordBytesMax'], 'options');
  const { shardShare = 1, recordBytesMax = RECORD_BYTES_DEFAULT } = read;
  assertShare(shardShare, 'options.shardShare');
  assertInteger(recordBytesMax, 1, RECORD_BYTES_LIMIT, 'options.recordBytesMax');
  const buckets = readTilingShards(map).map(() => createTokenBucket(recordBytesMax, 0));
  const weight = 1 / shardShare;
  return {
    take(mapIndex, bytes, nowMs) {
      assertInteger(mapIndex, 0, buckets.length - 1, 'mapIndex');
      assertInteger(bytes, 0, REQUEST_BYTES_MAX, 'bytes');
      assertCallTime(nowMs);
      return takeTokens(buckets[mapIndex]!, bytes, nowMs, weight);
    },
  };
}

/**
 * @throws {TypeError} If the value is not a number.
 * @throws {RangeError} If it is not a share of a shard.
 */
export function assertShare(value: unknown, title: string): void {
  if (typeof value !== 'number') {
    throw wrongType(`${title} must be a number: got ${describe(value)}`);
  }
  if (value >= SHARE_MIN && value <= 1) return;
  throw wrongValue(`${title} must be a number from ${SHARE_MIN} to 1: got ${describe(value)}`);
}
