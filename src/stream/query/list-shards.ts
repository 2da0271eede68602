/**
 * Answers ListShards.
 *
 * @module
 */

import type { ListShardsInput, ListShardsOutput } from '../../api/aws-types.ts';
import { refuseStreamNotFound } from '../../api/service-errors.ts';
import { ok, type Result } from '../../base/fault.ts';
import { LISTED_SHARDS_MAX } from '../../base/limits.ts';
import { secondOf } from '../../sequencing/sequence-number.ts';
import { firstMsOf, type StreamView } from '../stream-view.ts';
import { formatNextToken, parseNextToken, type TokenStream } from './next-token.ts';
import { readPage, readShardQuery, type ShardQuery } from './shard-query.ts';

/**
 * Answers a valid ListShards request for this stream.
 *
 * @param request One that passed `checkCombination`.
 */
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
  return ok({ Shards, NextToken: formatNextToken(token, tokenStreamOf(view)) });
}

function readQuery(view: StreamView, request: ListShardsInput, nowMs: number): Result<ShardQuery> {
  const { NextToken, StreamCreationTimestamp: createdAt } = request;
  if (NextToken !== undefined && NextToken !== null) {
    return parseNextToken(NextToken, tokenStreamOf(view), nowMs);
  }
  // Compared by the second, because that is what a description shows
  // (docs/facts.md#creation-timestamp-seconds). The service's error for the timestamp of another
  // stream is not known (docs/facts.md#list-creation-timestamp).
  if (createdAt && secondOf(createdAt.getTime()) !== secondOf(view.state.createdAtMs)) {
    return refuseStreamNotFound(view.config);
  }
  const { ShardFilter: filter, ExclusiveStartShardId: exclusiveStartShardId } = request;
  return readShardQuery({ filter, exclusiveStartShardId, firstMs: firstMsOf(view) }, view.config);
}

function tokenStreamOf({ config, state }: StreamView): TokenStream {
  return { name: config.streamName, key: `${config.streamArn}:${state.createdAtMs}` };
}
