/**
 * Answers ListShards.
 *
 * @module
 */

import type { ListShardsInput, ListShardsOutput } from '../../api/aws-types.ts';
import { refuseStreamNotFound } from '../../api/service-errors.ts';
import { ok, type Result, refuse } from '../../base/fault.ts';
import { LISTED_SHARDS_MAX } from '../../base/limits.ts';
import { firstMsOf, type StreamView } from '../stream-view.ts';
import { formatNextToken, parseNextToken } from './next-token.ts';
import { readPage, readShardQuery, type ShardQuery } from './shard-query.ts';

/** Answers a valid ListShards request for this stream. */
export function listShards(
  view: StreamView,
  request: ListShardsInput,
  nowMs: number,
): Result<ListShardsOutput> {
  const query = readQuery(view, request, nowMs);
  if (!query.ok) return query;
  const limit = Math.min(request.MaxResults ?? LISTED_SHARDS_MAX, LISTED_SHARDS_MAX);
  const { shards: Shards, lastShardIndex } = readPage(view, query.value, limit);
  if (lastShardIndex === undefined) return ok({ Shards });
  const token = { ...query.value, afterShardIndex: lastShardIndex, issuedAtMs: nowMs };
  return ok({ Shards, NextToken: formatNextToken(token, streamKeyOf(view)) });
}

function readQuery(view: StreamView, request: ListShardsInput, nowMs: number): Result<ShardQuery> {
  const { NextToken, StreamName, StreamARN, StreamCreationTimestamp } = request;
  if (NextToken !== undefined && NextToken !== null) {
    if ((StreamName ?? StreamARN ?? undefined) !== undefined) {
      // A token identifies its stream (docs/facts.md#list-token-alone).
      return refuse(
        'InvalidArgumentException',
        'NextToken and StreamName cannot be provided together.',
      );
    }
    return parseNextToken(NextToken, streamKeyOf(view), nowMs);
  }
  // The service's error for the timestamp of another stream is not known
  // (docs/facts.md#list-creation-timestamp).
  const createdAtMs = StreamCreationTimestamp?.getTime() ?? view.state.createdAtMs;
  if (createdAtMs !== view.state.createdAtMs) return refuseStreamNotFound(view.config);
  const { ShardFilter: filter, ExclusiveStartShardId: exclusiveStartShardId } = request;
  return readShardQuery({ filter, exclusiveStartShardId, firstMs: firstMsOf(view) }, view.config);
}

/** Returns a text that no two streams share, not even two that had the same name. */
function streamKeyOf({ config, state }: StreamView): string {
  return `${config.streamArn}:${state.createdAtMs}`;
}
