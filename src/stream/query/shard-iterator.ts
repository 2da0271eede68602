/**
 * Answers GetShardIterator.
 *
 * @module
 */

import type { GetShardIteratorInput } from '../../api/aws-types.ts';
import { refuseShardNotFound } from '../../api/service-errors.ts';
import { ok, type Result } from '../../base/fault.ts';
import { resolvePosition } from '../../sequencing/iterator-position.ts';
import type { ShardIterator } from '../stream.ts';
import { findShard, isExpired } from '../stream-shards.ts';
import type { StreamView } from '../stream-view.ts';

/**
 * Answers a valid GetShardIterator request for this stream.
 *
 * A stream in CREATING has no shards, here as in its descriptions
 * (docs/facts.md#creating-shows-no-shards).
 *
 * @param shardIndex The index in the request's ShardId.
 */
export function getShardIterator(
  { config, shards, isCreated, horizonMs }: StreamView,
  request: GetShardIteratorInput,
  shardIndex: number,
  nowMs: number,
): Result<ShardIterator> {
  const shard = findShard(shards.shards, shardIndex);
  if (shard === undefined || !isCreated || isExpired(shard, horizonMs)) {
    return refuseShardNotFound(config, shardIndex);
  }
  const { shardId, endingSequenceNumber, startingSequenceNumber } = shard;
  const open = shards.open[shards.map.mapIndexOf(shard.startingHashKey)]!;
  const lastSequenceNumber = endingSequenceNumber ?? open.sequencer.lastSequenceNumber;
  const position = resolvePosition(
    request,
    { shardId, startingSequenceNumber, lastSequenceNumber },
    config,
    nowMs,
  );
  return position.ok ? ok({ shardId, shardIndex, position: position.value }) : position;
}
