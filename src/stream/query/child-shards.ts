/**
 * Lists the children of a closed shard.
 *
 * @module
 */

import type { ChildShard } from '../../api/aws-types.ts';
import { formatHashKey } from '../../hashing/hash-key.ts';
import type { Shard } from '../../sharding/shard.ts';

/**
 * Returns the children of a shard, by ascending index, as a GetRecords at its end lists them
 * (docs/facts.md#child-shards).
 */
export function listChildShards(shards: Iterable<Shard>, shardId: string): ChildShard[] {
  const children: ChildShard[] = [];
  for (const { shardId: ShardId, parentShardId, adjacentParentShardId, ...range } of shards) {
    if (parentShardId !== shardId && adjacentParentShardId !== shardId) continue;
    children.push({
      ShardId,
      ParentShards: [parentShardId, adjacentParentShardId].filter((id) => id !== undefined),
      HashKeyRange: {
        StartingHashKey: formatHashKey(range.startingHashKey),
        EndingHashKey: formatHashKey(range.endingHashKey),
      },
    });
  }
  return children;
}
