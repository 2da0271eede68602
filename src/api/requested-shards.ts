/**
 * Reads the shards that a request names, and refuses a request whose stream does not exist.
 *
 * @module
 */

import { type FaultResult, ok, type Result } from '../base/fault.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import { readRequestedShardId } from '../sharding/shard-id.ts';
import { refuseShardNotFound, refuseStreamNotFound } from './service-errors.ts';
import { isAbsent, type OperationName, type Structure } from './service-model.ts';

const SHARD_ID_MEMBERS = ['ShardToSplit', 'ShardToMerge', 'AdjacentShardToMerge', 'ShardId'];

/**
 * Returns the shard indexes that a SplitShard, MergeShards or GetShardIterator request names, in
 * the order of `SHARD_ID_MEMBERS`; none for other operations.
 *
 * @param request A copy of a request that is valid for the service model. It has no other members.
 */
export function readShardIndexes(
  request: object,
  stream: StreamIdentity,
): Result<readonly number[]> {
  const shardIndexes: number[] = [];
  for (const member of SHARD_ID_MEMBERS) {
    const shardId = (request as Structure)[member];
    if (isAbsent(shardId)) continue;
    const shardIndex = readRequestedShardId(shardId as string, stream);
    if (!shardIndex.ok) return shardIndex;
    shardIndexes.push(shardIndex.value);
  }
  return ok(shardIndexes);
}

/**
 * Refuses a valid request for a stream that does not exist. Shard ids are read before the stream is
 * looked up, and refused first (docs/facts.md#shard-id-read-first).
 *
 * @param stream The stream that the request names.
 */
export function refuseRequestedStream(
  operation: OperationName,
  request: object,
  stream: StreamIdentity,
): FaultResult {
  const shardIndexes = readShardIndexes(request, stream);
  if (!shardIndexes.ok) return shardIndexes;
  return operation === 'GetShardIterator'
    ? refuseShardNotFound(stream, shardIndexes.value[0]!)
    : refuseStreamNotFound(stream);
}
