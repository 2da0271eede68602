/**
 * Requests and responses of a stream, in the shapes of the AWS SDK for JavaScript v3.
 *
 * The input of an SDK command can be passed as it is. A response has the members of the SDK's
 * output, except for `$metadata`. Members, types and bounds are those of the official API model
 * (docs/facts.md#model-version).
 *
 * @module
 */

import type { IteratorRequest } from '../sequencing/iterator-position.ts';
import type { AwsShard } from '../sharding/shard.ts';

/** The encryption of a stream's records at rest. */
export type EncryptionType = 'NONE' | 'KMS';

/**
 * How a stream finds the shard of a record: `USER_PARTITION_KEY` by the record's keys, `AUTO` by
 * the service's own choice, for on-demand streams only (docs/facts.md#auto-strategy).
 */
export type RecordDistributionStrategy = 'AUTO' | 'USER_PARTITION_KEY';

/** How UpdateShardCount scales: to shards of equal width. It is the only way. */
export type ScalingType = 'UNIFORM_SCALING';

/** The type of a ShardFilter (docs/facts.md#shard-filter). */
export type ShardFilterType =
  | 'AFTER_SHARD_ID'
  | 'AT_LATEST'
  | 'AT_TIMESTAMP'
  | 'AT_TRIM_HORIZON'
  | 'FROM_TIMESTAMP'
  | 'FROM_TRIM_HORIZON';

/** How the number of shards is chosen: `PROVISIONED` by the user, `ON_DEMAND` by the service. */
export type StreamMode = 'ON_DEMAND' | 'PROVISIONED';

/** The state of a stream (docs/facts.md#stream-states). */
export type StreamStatus = 'ACTIVE' | 'CREATING' | 'DELETING' | 'UPDATING';

/** The members of a request that name its stream: its name, its ARN, or both. */
export interface StreamAddress {
  /** 1 to 128 characters of `[a-zA-Z0-9_.-]` (docs/facts.md#stream-name-form). */
  readonly StreamName?: string | undefined;
  /** For example `arn:aws:kinesis:us-east-1:123456789012:stream/orders`. */
  readonly StreamARN?: string | undefined;
  /** Reserved by the service; it does not name a stream (docs/facts.md#stream-address). */
  readonly StreamId?: string | undefined;
}

/** The request of PutRecord. */
export interface PutRecordInput extends StreamAddress {
  /** The payload, before base64. May be empty (docs/facts.md#record-data-empty). */
  readonly Data: Uint8Array | undefined;
  /** 1 to 256 characters. Required except on an AUTO stream. */
  readonly PartitionKey?: string | undefined;
  /**
   * Overrides the hash of the partition key (docs/facts.md#explicit-hash-key-overrides). Decimal
   * digits, from 0 to 2^128 - 1.
   */
  readonly ExplicitHashKey?: string | undefined;
  /**
   * The number of the previous record of the same partition key. The number of this record is then
   * higher (docs/facts.md#ordering-guarantee). Decimal digits.
   */
  readonly SequenceNumberForOrdering?: string | undefined;
  /** Checks the request and puts nothing (docs/facts.md#dry-run). */
  readonly DryRun?: boolean | undefined;
}

/** The response of PutRecord. */
export interface PutRecordOutput {
  ShardId: string;
  /** Decimal digits. */
  SequenceNumber: string;
  EncryptionType?: EncryptionType | undefined;
}

/** One record of a PutRecords request. */
export interface PutRecordsRequestEntry {
  /** The payload, before base64. May be empty (docs/facts.md#record-data-empty). */
  readonly Data: Uint8Array | undefined;
  /** 1 to 256 characters. Required except on an AUTO stream. */
  readonly PartitionKey?: string | undefined;
  /**
   * Overrides the hash of the partition key (docs/facts.md#explicit-hash-key-overrides). Decimal
   * digits, from 0 to 2^128 - 1.
   */
  readonly ExplicitHashKey?: string | undefined;
}

/** The request of PutRecords. */
export interface PutRecordsInput extends StreamAddress {
  /** From 1 to 500 records. */
  readonly Records: readonly PutRecordsRequestEntry[] | undefined;
  /** Checks the request and puts nothing (docs/facts.md#dry-run). */
  readonly DryRun?: boolean | undefined;
}

/**
 * The result of one record of a PutRecords request: a shard and a number, or a code and a message.
 */
export interface PutRecordsResultEntry {
  /** Decimal digits. Only for an accepted record. */
  SequenceNumber?: string | undefined;
  /** Only for an accepted record. */
  ShardId?: string | undefined;
  /**
   * Only for a failed record: `ProvisionedThroughputExceededException`, or from the service also
   * `InternalFailure` (docs/facts.md#put-records-failed-entry).
   */
  ErrorCode?: string | undefined;
  /** Only for a failed record. */
  ErrorMessage?: string | undefined;
}

/** The response of PutRecords. */
export interface PutRecordsOutput {
  /** How many of the records failed; 0 if none did (docs/facts.md#put-records-response). */
  FailedRecordCount: number;
  /** One entry per record, in the order of the request. */
  Records: PutRecordsResultEntry[];
  EncryptionType?: EncryptionType | undefined;
}

/** The mode of a stream, as requests and responses carry it. */
export interface StreamModeDetails {
  readonly StreamMode: StreamMode | undefined;
}

/** The request of CreateStream. */
export interface CreateStreamInput {
  /** 1 to 128 characters of `[a-zA-Z0-9_.-]` (docs/facts.md#stream-name-form). */
  readonly StreamName: string | undefined;
  /** At least 1. Required for a provisioned stream, ignored for an on-demand one. */
  readonly ShardCount?: number | undefined;
  /** `PROVISIONED` by default. */
  readonly StreamModeDetails?: StreamModeDetails | undefined;
  /**
   * 1 to 200 tags, with keys of 1 to 128 and values of 0 to 256 characters
   * (docs/facts.md#tags-limits).
   */
  readonly Tags?: Readonly<Record<string, string>> | undefined;
  /** Write throughput that an on-demand stream keeps ready (docs/facts.md#warm-throughput). */
  readonly WarmThroughputMiBps?: number | undefined;
  /** From 1,024 to 10,240; 1,024 by default (docs/facts.md#record-size-range). */
  readonly MaxRecordSizeInKiB?: number | undefined;
  /** `USER_PARTITION_KEY` by default. */
  readonly RecordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** The request of SplitShard. */
export interface SplitShardInput extends StreamAddress {
  readonly ShardToSplit: string | undefined;
  /** The StartingHashKey of the upper child (docs/facts.md#split-key-bounds). Decimal digits. */
  readonly NewStartingHashKey: string | undefined;
}

/** The request of MergeShards. */
export interface MergeShardsInput extends StreamAddress {
  /** The lower one of the two neighbours (docs/facts.md#merge-order). */
  readonly ShardToMerge: string | undefined;
  /** The upper one of the two neighbours. */
  readonly AdjacentShardToMerge: string | undefined;
}

/** The request of UpdateShardCount. */
export interface UpdateShardCountInput extends StreamAddress {
  /**
   * From half to double the number of open shards, at most 10,000 (docs/facts.md#scaling-limits).
   */
  readonly TargetShardCount: number | undefined;
  readonly ScalingType: ScalingType | undefined;
}

/** The response of UpdateShardCount. */
export interface UpdateShardCountOutput {
  StreamName: string;
  /** The number of open shards before the call (docs/facts.md#scaling-response). */
  CurrentShardCount: number;
  TargetShardCount: number;
  StreamARN: string;
}

/** Selects the shards of a ListShards response (docs/facts.md#shard-filter). */
export interface ShardFilter {
  readonly Type: ShardFilterType | undefined;
  /** Required with `AFTER_SHARD_ID`. */
  readonly ShardId?: string | undefined;
  /** Required with `AT_TIMESTAMP` and `FROM_TIMESTAMP`. */
  readonly Timestamp?: Date | undefined;
}

/** The request of ListShards. */
export interface ListShardsInput extends StreamAddress {
  /**
   * The NextToken of the previous page. It identifies the stream (docs/facts.md#list-token-alone).
   */
  readonly NextToken?: string | undefined;
  /** Lists only the shards after this one. */
  readonly ExclusiveStartShardId?: string | undefined;
  /** From 1 to 10,000. A page has at most 1,000 shards (docs/facts.md#list-page-size). */
  readonly MaxResults?: number | undefined;
  /** Distinguishes streams that had the same name (docs/facts.md#list-creation-timestamp). */
  readonly StreamCreationTimestamp?: Date | undefined;
  /** `FROM_TRIM_HORIZON` by default. */
  readonly ShardFilter?: ShardFilter | undefined;
}

/** A shard in a response. Unlike in an {@link AwsShard}, no member is missing. */
export interface ListedShard extends AwsShard {
  ShardId: string;
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
  SequenceNumberRange: {
    StartingSequenceNumber: string;
    /** Only for a closed shard (docs/facts.md#open-shard-has-no-end). */
    EndingSequenceNumber?: string | undefined;
  };
}

/** The response of ListShards. */
export interface ListShardsOutput {
  Shards: ListedShard[];
  /**
   * The token of the next page; undefined on the last one. It is opaque, and valid for this stream
   * only, for 300 seconds (docs/facts.md#list-token-life).
   */
  NextToken?: string | undefined;
}

/** The request of DescribeStream. */
export interface DescribeStreamInput extends StreamAddress {
  /** From 1 to 10,000. A page has at most 100 shards (docs/facts.md#describe-page-size). */
  readonly Limit?: number | undefined;
  /** Lists only the shards after this one. */
  readonly ExclusiveStartShardId?: string | undefined;
}

/** The request of GetShardIterator. */
export interface GetShardIteratorInput extends StreamAddress, IteratorRequest {
  readonly ShardId: string | undefined;
  /** Checks the request and returns no iterator (docs/facts.md#dry-run). */
  readonly DryRun?: boolean | undefined;
}

/** A metric that CloudWatch gets per shard (docs/facts.md#shard-level-metrics). */
export type ShardLevelMetric =
  | 'IncomingBytes'
  | 'IncomingRecords'
  | 'IteratorAgeMilliseconds'
  | 'OutgoingBytes'
  | 'OutgoingRecords'
  | 'ReadProvisionedThroughputExceeded'
  | 'WriteProvisionedThroughputExceeded';

/** The shard-level metrics of a stream. */
export interface EnhancedMetrics {
  ShardLevelMetrics?: ShardLevelMetric[] | undefined;
}

/** A child of a closed shard (docs/facts.md#child-shards). */
export interface ChildShard {
  ShardId: string;
  /** One for a split; two for a merge, the lower one first. */
  ParentShards: string[];
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
}

/** A stream with its shards. */
export interface StreamDescription {
  StreamName: string;
  StreamARN: string;
  StreamStatus: StreamStatus;
  StreamModeDetails?: StreamModeDetails | undefined;
  Shards: ListedShard[];
  HasMoreShards: boolean;
  RetentionPeriodHours: number;
  StreamCreationTimestamp: Date;
  /** One entry. */
  EnhancedMonitoring: EnhancedMetrics[];
  EncryptionType?: EncryptionType | undefined;
  KeyId?: string | undefined;
}

/** The response of DescribeStream. */
export interface DescribeStreamOutput {
  StreamDescription: StreamDescription;
}

/** The request of DescribeStreamSummary. */
export type DescribeStreamSummaryInput = StreamAddress;

/** Write throughput that an on-demand stream keeps ready (docs/facts.md#warm-throughput). */
export interface WarmThroughput {
  TargetMiBps?: number | undefined;
  CurrentMiBps?: number | undefined;
}

/** A stream without its shards. */
export interface StreamDescriptionSummary {
  StreamName: string;
  StreamARN: string;
  StreamId?: string | undefined;
  StreamStatus: StreamStatus;
  StreamModeDetails?: StreamModeDetails | undefined;
  RetentionPeriodHours: number;
  StreamCreationTimestamp: Date;
  /** One entry. */
  EnhancedMonitoring: EnhancedMetrics[];
  EncryptionType?: EncryptionType | undefined;
  KeyId?: string | undefined;
  OpenShardCount: number;
  ConsumerCount?: number | undefined;
  WarmThroughput?: WarmThroughput | undefined;
  MaxRecordSizeInKiB?: number | undefined;
  ChannelCount?: number | undefined;
  /** Only for an on-demand stream (docs/facts.md#auto-described). */
  RecordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** The response of DescribeStreamSummary. */
export interface DescribeStreamSummaryOutput {
  StreamDescriptionSummary: StreamDescriptionSummary;
}

/** The request of IncreaseStreamRetentionPeriod. */
export interface IncreaseStreamRetentionPeriodInput extends StreamAddress {
  /** From the current period to 8,760 (docs/facts.md#retention-bounds). */
  readonly RetentionPeriodHours: number | undefined;
}

/** The request of DecreaseStreamRetentionPeriod. */
export interface DecreaseStreamRetentionPeriodInput extends StreamAddress {
  /** From 24 to the current period (docs/facts.md#retention-bounds). */
  readonly RetentionPeriodHours: number | undefined;
}

/** The request of UpdateMaxRecordSize. It has no StreamName (docs/facts.md#stream-address). */
export interface UpdateMaxRecordSizeInput {
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
  /** From 1,024 to 10,240 (docs/facts.md#record-size-range). */
  readonly MaxRecordSizeInKiB: number | undefined;
}
