/**
 * Where in a stream's shards a reader begins.
 *
 * @module
 */

import type { GetShardIteratorInput } from '../../api/aws-types.ts';
import { shardNotFound } from '../../api/service-errors.ts';
import { ok, type Result } from '../../base/fault.ts';
import { resolvePosition } from '../../sequencing/iterator-position.ts';
import { readShardId } from '../../sharding/reshard.ts';
import type { ShardPosition } from '../stream.ts';
import type { StreamView } from './describe-stream.ts';

/**
 * Answers a GetShardIterator request for this stream.
 *
 * A stream that is being created shows no shards, here as in its descriptions.
 */
export function resolveShardPosition(
  { around, topology, status, horizonMs }: StreamView,
  request: GetShardIteratorInput,
  nowMs: number,
): Result<ShardPosition> {
  const shardIndex = readShardId(request.ShardId!, around);
  if (!shardIndex.ok) return shardIndex;
  const shard = topology.shards.get(shardIndex.value);
  if (shard === undefined || status === 'CREATING' || (shard.closedAtMs ?? nowMs) < horizonMs) {
    return shardNotFound(around, shardIndex.value);
  }
  const { shardId, endingSequenceNumber, startingSequenceNumber } = shard;
  const open = topology.open[topology.map.positionOfHashKey(shard.startingHashKey)]!;
  const lastSequenceNumber = endingSequenceNumber ?? open.sequencer.state.lastSequenceNumber;
  const position = resolvePosition(
    request,
    { shardId, startingSequenceNumber, lastSequenceNumber },
    around,
    nowMs,
  );
  return position.ok
    ? ok({ shardId, shardIndex: shard.shardIndex, position: position.value })
    : position;
}
