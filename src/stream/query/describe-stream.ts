/**
 * Answers DescribeStream and DescribeStreamSummary.
 *
 * @module
 */

import type {
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryOutput,
  StreamDescriptionSummary,
} from '../../api/aws-types.ts';
import { ok, type Result } from '../../base/fault.ts';
import { DESCRIBED_SHARDS_MAX } from '../../base/limits.ts';
import { secondOf } from '../../sequencing/sequence-number.ts';
import { firstMsOf, type StreamView } from '../stream-view.ts';
import { readPage, readShardQuery } from './shard-query.ts';

/** Answers a valid DescribeStream request for this stream. */
export function describeStream(
  view: StreamView,
  request: DescribeStreamInput,
): Result<DescribeStreamOutput> {
  const { ExclusiveStartShardId: exclusiveStartShardId } = request;
  const firstMs = firstMsOf(view);
  const query = readShardQuery({ filter: undefined, exclusiveStartShardId, firstMs }, view.config);
  if (!query.ok) return query;
  const limit = Math.min(request.Limit ?? DESCRIBED_SHARDS_MAX, DESCRIBED_SHARDS_MAX);
  const { shards: Shards, lastShardIndex } = readPage(view, query.value, limit);
  return ok({
    StreamDescription: {
      ...commonMembers(view),
      Shards,
      HasMoreShards: lastShardIndex !== undefined,
    },
  });
}

/** Answers a valid DescribeStreamSummary request for this stream. */
export function describeStreamSummary(view: StreamView): DescribeStreamSummaryOutput {
  const { maxRecordSizeInKiB, recordDistributionStrategy, streamMode, warmThroughputMiBps } =
    view.state;
  const summary: StreamDescriptionSummary = {
    ...commonMembers(view),
    OpenShardCount: view.isCreated ? view.shards.open.length : 0,
    ConsumerCount: 0,
    MaxRecordSizeInKiB: maxRecordSizeInKiB,
  };
  // Only on-demand streams have them (docs/facts.md#auto-described, docs/facts.md#warm-throughput).
  if (streamMode !== 'ON_DEMAND') return { StreamDescriptionSummary: summary };
  summary.RecordDistributionStrategy = recordDistributionStrategy;
  if (warmThroughputMiBps !== undefined) {
    summary.WarmThroughput = {
      TargetMiBps: warmThroughputMiBps,
      CurrentMiBps: warmThroughputMiBps,
    };
  }
  return { StreamDescriptionSummary: summary };
}

/** Returns the members of both responses (docs/facts.md#description-members). */
function commonMembers({
  config,
  state,
  status,
}: StreamView): Omit<StreamDescriptionSummary, 'OpenShardCount'> {
  return {
    StreamName: config.streamName,
    StreamARN: config.streamArn,
    StreamStatus: status,
    StreamModeDetails: { StreamMode: state.streamMode },
    RetentionPeriodHours: state.retentionPeriodHours,
    // In whole seconds (docs/facts.md#creation-timestamp-seconds).
    StreamCreationTimestamp: new Date(secondOf(state.createdAtMs) * 1000),
    EnhancedMonitoring: [{ ShardLevelMetrics: [...state.shardLevelMetrics] }],
    EncryptionType: state.encryption.type,
    ...(state.encryption.keyId !== undefined && { KeyId: state.encryption.keyId }),
  };
}
