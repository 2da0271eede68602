/**
 * Reads and checks the shards of ListShards or DescribeStream responses. They are not trusted.
 *
 * @module
 */

import { ok, type Result, refuse } from '../base/fault.ts';
import { iterate } from '../base/lists.ts';
import { type AwsShard, fromAwsShard, type Shard } from './shard.ts';

/**
 * The maximum number of shards in a listing: twice as many as a uniform map may have. This is our
 * own limit, so that an endless iterator is refused instead of filling the heap.
 */
export const LISTING_SHARDS_MAX = 2_097_152;

const LISTING_TITLE =
  'shards must be the list of shards, such as the Shards of a ListShards response';

/**
 * Reads a listing of shards. Their ids must be distinct.
 *
 * @returns An `InvalidShardMap` fault that names the shard and what is wrong with it.
 * @throws {TypeError} If `shards` is not iterable.
 */
export function readShardListing(shards: Iterable<AwsShard> | undefined): Result<Shard[]> {
  const listing: Shard[] = [];
  const ids = new Set<string>();
  for (const aws of iterate(shards, LISTING_TITLE)) {
    if (listing.length === LISTING_SHARDS_MAX) {
      return refuse('InvalidShardMap', `The listing has more than ${LISTING_SHARDS_MAX} shards`);
    }
    const shard = fromAwsShard(aws as AwsShard, `Shard ${listing.length} of the listing`);
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
