/**
 * What a stream says of itself and its shards.
 *
 * @module
 */

import type {
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryOutput,
  ListedShard,
  ListShardsInput,
  ListShardsOutput,
  StreamDescriptionSummary,
  StreamStatus,
} from '../../api/aws-types.ts';
import { streamNotFound } from '../../api/service-errors.ts';
import { ok, type Result, refuse } from '../../base/fault.ts';
import { DESCRIBED_SHARDS_MAX, LISTED_SHARDS_MAX } from '../../base/limits.ts';
import { toAwsShard } from '../../sharding/shard.ts';
import type { Surroundings } from '../stream-config.ts';
import type { StreamTopology } from '../stream-shards.ts';
import type { StreamSettings } from '../stream-state.ts';
import {
  formatNextToken,
  parseNextToken,
  queryOf,
  type ShardQuery,
  selectShards,
} from './shard-query.ts';

/** A stream at one time. */
export interface StreamView {
  readonly around: Surroundings;
  readonly settings: StreamSettings;
  readonly topology: StreamTopology;
  readonly status: StreamStatus;
  /** The trim horizon. */
  readonly horizonMs: number;
}

/** Answers a ListShards request for this stream. */
export function listShards(
  view: StreamView,
  request: ListShardsInput,
  nowMs: number,
): Result<ListShardsOutput> {
  const query = queryOfRequest(view, request, nowMs);
  if (!query.ok) return query;
  const page = pageOf(view, query.value, request.MaxResults, LISTED_SHARDS_MAX);
  if (page.lastShardIndex === undefined) return ok({ Shards: page.shards });
  const token = { ...query.value, afterShardIndex: page.lastShardIndex, issuedAtMs: nowMs };
  return ok({ Shards: page.shards, NextToken: formatNextToken(token, streamKey(view)) });
}

/** Answers a DescribeStream request for this stream. */
export function describeStream(
  view: StreamView,
  request: DescribeStreamInput,
): Result<DescribeStreamOutput> {
  const query = queryOf(undefined, request.ExclusiveStartShardId, firstMs(view), view.around);
  if (!query.ok) return query;
  const page = pageOf(view, query.value, request.Limit, DESCRIBED_SHARDS_MAX);
  return ok({
    StreamDescription: {
      ...describe(view),
      Shards: page.shards,
      HasMoreShards: page.lastShardIndex !== undefined,
    },
  });
}

/** Answers a DescribeStreamSummary request for this stream. */
export function describeStreamSummary(view: StreamView): DescribeStreamSummaryOutput {
  const { maxRecordSizeInKiB, recordDistributionStrategy, streamMode, warmThroughputMiBps } =
    view.settings;
  const summary: StreamDescriptionSummary = {
    ...describe(view),
    OpenShardCount: view.status === 'CREATING' ? 0 : view.topology.open.length,
    ConsumerCount: 0,
    MaxRecordSizeInKiB: maxRecordSizeInKiB,
  };
  if (streamMode === 'ON_DEMAND') summary.RecordDistributionStrategy = recordDistributionStrategy;
  if (warmThroughputMiBps !== undefined) {
    summary.WarmThroughput = {
      TargetMiBps: warmThroughputMiBps,
      CurrentMiBps: warmThroughputMiBps,
    };
  }
  return { StreamDescriptionSummary: summary };
}

function describe({
  around,
  settings,
  status,
}: StreamView): Omit<StreamDescriptionSummary, 'OpenShardCount'> {
  return {
    StreamName: around.streamName,
    StreamARN: around.streamArn,
    StreamStatus: status,
    StreamModeDetails: { StreamMode: settings.streamMode },
    RetentionPeriodHours: settings.retentionPeriodHours,
    StreamCreationTimestamp: new Date(settings.createdAtMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: around.encryptionType,
  };
}

function queryOfRequest(
  view: StreamView,
  request: ListShardsInput,
  nowMs: number,
): Result<ShardQuery> {
  const { NextToken, StreamName, StreamARN, StreamCreationTimestamp } = request;
  if (NextToken !== undefined && NextToken !== null) {
    if ((StreamName ?? StreamARN ?? undefined) !== undefined) {
      // kinesalite's words; the reference says no more than that the two exclude each other.
      return refuse(
        'InvalidArgumentException',
        'NextToken and StreamName cannot be provided together.',
      );
    }
    return parseNextToken(NextToken, streamKey(view), nowMs);
  }
  const createdAtMs = StreamCreationTimestamp?.getTime() ?? view.settings.createdAtMs;
  if (createdAtMs !== view.settings.createdAtMs) return streamNotFound(view.around);
  return queryOf(request.ShardFilter, request.ExclusiveStartShardId, firstMs(view), view.around);
}

/** The earliest instant that a listing can be asked about. */
function firstMs({ horizonMs, settings }: StreamView): number {
  return Math.max(horizonMs, settings.createdAtMs);
}

/** A stream that is being created shows no shards (kinesalite tests, run on AWS 2018). */
function pageOf(
  { status, topology }: StreamView,
  query: ShardQuery,
  limit: number | undefined,
  limitMax: number,
): { readonly shards: ListedShard[]; readonly lastShardIndex: number | undefined } {
  const selected = status === 'CREATING' ? [] : selectShards(topology.shards.values(), query);
  const page = selected.slice(0, Math.min(limit ?? limitMax, limitMax));
  return {
    shards: page.map((shard) => toAwsShard(shard) as ListedShard),
    lastShardIndex: page.length < selected.length ? page.at(-1)!.shardIndex : undefined,
  };
}

/** What tells this stream from any other, also from a later one of the same name. */
function streamKey({ around, settings }: StreamView): string {
  return `${around.streamArn}:${settings.createdAtMs}`;
}
