/**
 * Reads the shards of a ListShards or DescribeStream answer. None of them is trusted.
 *
 * @module
 */

import { describe } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { type AwsShard, fromAwsShard, type Shard } from './shard.ts';

/**
 * Reads a listing of shards. No two of them may have the same id.
 *
 * @returns An `InvalidShardMap` fault that names the shard and what is wrong with it.
 * @throws {TypeError} If `shards` is not iterable.
 */
export function readShardListing(shards: Iterable<AwsShard>): Result<Shard[]> {
  if (typeof shards !== 'object' || shards === null || !(Symbol.iterator in shards)) {
    throw new TypeError(
      `shards must be the list of shards, such as the Shards of a ListShards answer: got ${describe(shards)}`,
    );
  }
  const listing: Shard[] = [];
  const ids = new Set<string>();
  for (const aws of shards) {
    const shard = fromAwsShard(aws, `Shard ${listing.length} of the listing`);
    if (!shard.ok) return shard;
    const { shardId } = shard.value;
    if (ids.has(shardId)) {
      return refuse('InvalidShardMap', `${shardId} is in the listing twice`);
    }
    ids.add(shardId);
    listing.push(shard.value);
  }
  return ok(listing);
}
