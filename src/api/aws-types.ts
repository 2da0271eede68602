/**
 * Requests and answers of a stream in the shapes of AWS SDK for JavaScript v3: an object of the SDK
 * goes straight in, and what comes out stands where the SDK's output stands, less its `$metadata`.
 *
 * Members and what they may hold: API model, botocore `kinesis-2013-12-02.service-2` 1.43.107.
 *
 * @module
 */

import type { IteratorRequest } from '../sequencing/iterator-position.ts';
import type { AwsShard } from '../sharding/shard.ts';

/** Whether a stream's records are encrypted at rest. */
export type EncryptionType = 'NONE' | 'KMS';

/** Who finds the shard of a record: the user's partition key, or the service on its own. */
export type RecordDistributionStrategy = 'AUTO' | 'USER_PARTITION_KEY';

/** The only way of UpdateShardCount. */
export type ScalingType = 'UNIFORM_SCALING';

/** Which shards ListShards gives. */
export type ShardFilterType =
  | 'AFTER_SHARD_ID'
  | 'AT_LATEST'
  | 'AT_TIMESTAMP'
  | 'AT_TRIM_HORIZON'
  | 'FROM_TIMESTAMP'
  | 'FROM_TRIM_HORIZON';

/** Who chooses the number of shards: `PROVISIONED` the user, `ON_DEMAND` the service. */
export type StreamMode = 'ON_DEMAND' | 'PROVISIONED';

/** The state of a stream. */
export type StreamStatus = 'ACTIVE' | 'CREATING' | 'DELETING' | 'UPDATING';

/** What names the stream of a request: its name, its ARN, or both. */
export interface StreamAddress {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  /** Reserved by the service, and documented as not implemented: it names nothing. */
  readonly StreamId?: string | undefined;
}

/** The request of PutRecord. */
export interface PutRecordInput extends StreamAddress {
  /** The payload, before any encoding. May be empty. */
  readonly Data: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  /** Overrides the hash of the partition key. Decimal digits, from 0 to 2^128 - 1. */
  readonly ExplicitHashKey?: string | undefined;
  /** The number given is greater than this one. Decimal digits. */
  readonly SequenceNumberForOrdering?: string | undefined;
  readonly DryRun?: boolean | undefined;
}

/** The answer of PutRecord. */
export interface PutRecordOutput {
  ShardId: string;
  SequenceNumber: string;
  EncryptionType?: EncryptionType | undefined;
}

/** One record of PutRecords. */
export interface PutRecordsRequestEntry {
  /** The payload, before any encoding. May be empty. */
  readonly Data: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  /** Overrides the hash of the partition key. Decimal digits, from 0 to 2^128 - 1. */
  readonly ExplicitHashKey?: string | undefined;
}

/** The request of PutRecords. */
export interface PutRecordsInput extends StreamAddress {
  /** From 1 to 500 records. */
  readonly Records: readonly PutRecordsRequestEntry[] | undefined;
  readonly DryRun?: boolean | undefined;
}

/** What became of one record: a shard and a number, or a code and a message. */
export interface PutRecordsResultEntry {
  SequenceNumber?: string | undefined;
  ShardId?: string | undefined;
  /** `ProvisionedThroughputExceededException` or `InternalFailure`. */
  ErrorCode?: string | undefined;
  ErrorMessage?: string | undefined;
}

/** The answer of PutRecords. */
export interface PutRecordsOutput {
  /** How many of the records were refused; 0 if none was. */
  FailedRecordCount: number;
  /** One entry a record, in the order of the request. */
  Records: PutRecordsResultEntry[];
  EncryptionType?: EncryptionType | undefined;
}

/** The mode of a stream, as requests and answers carry it. */
export interface StreamModeDetails {
  readonly StreamMode: StreamMode | undefined;
}

/** The request of CreateStream. */
export interface CreateStreamInput {
  readonly StreamName: string | undefined;
  readonly ShardCount?: number | undefined;
  readonly StreamModeDetails?: StreamModeDetails | undefined;
  readonly Tags?: Readonly<Record<string, string>> | undefined;
  readonly WarmThroughputMiBps?: number | undefined;
  /** From 1,024 to 10,240; 1,024 without it. */
  readonly MaxRecordSizeInKiB?: number | undefined;
  readonly RecordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** The request of SplitShard. */
export interface SplitShardInput extends StreamAddress {
  readonly ShardToSplit: string | undefined;
  /** Where the upper child begins. Decimal digits. */
  readonly NewStartingHashKey: string | undefined;
}

/** The request of MergeShards. */
export interface MergeShardsInput extends StreamAddress {
  /** The lower one of the two. */
  readonly ShardToMerge: string | undefined;
  /** The upper one of the two. */
  readonly AdjacentShardToMerge: string | undefined;
}

/** The request of UpdateShardCount. */
export interface UpdateShardCountInput extends StreamAddress {
  readonly TargetShardCount: number | undefined;
  readonly ScalingType: ScalingType | undefined;
}

/** The answer of UpdateShardCount. */
export interface UpdateShardCountOutput {
  StreamName: string;
  /** The open shards before the call. */
  CurrentShardCount: number;
  TargetShardCount: number;
  StreamARN: string;
}

/** Which shards ListShards gives. */
export interface ShardFilter {
  readonly Type: ShardFilterType | undefined;
  /** For `AFTER_SHARD_ID`. */
  readonly ShardId?: string | undefined;
  /** For `AT_TIMESTAMP` and `FROM_TIMESTAMP`. */
  readonly Timestamp?: Date | undefined;
}

/** The request of ListShards. */
export interface ListShardsInput extends StreamAddress {
  /** Of the page before, as it came; names the stream by itself. */
  readonly NextToken?: string | undefined;
  readonly ExclusiveStartShardId?: string | undefined;
  /** From 1 to 10,000. */
  readonly MaxResults?: number | undefined;
  readonly StreamCreationTimestamp?: Date | undefined;
  readonly ShardFilter?: ShardFilter | undefined;
}

/** A shard as answers list it: all its members are there. */
export interface ListedShard extends AwsShard {
  ShardId: string;
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
  SequenceNumberRange: {
    StartingSequenceNumber: string;
    /** Only a closed shard has one. */
    EndingSequenceNumber?: string | undefined;
  };
}

/** The answer of ListShards. */
export interface ListShardsOutput {
  Shards: ListedShard[];
  /** There is a next page. Digits that mean something to this stream only, for 300 seconds. */
  NextToken?: string | undefined;
}

/** The request of DescribeStream. */
export interface DescribeStreamInput extends StreamAddress {
  /** From 1 to 10,000. */
  readonly Limit?: number | undefined;
  readonly ExclusiveStartShardId?: string | undefined;
}

/** The request of GetShardIterator. */
export interface GetShardIteratorInput extends StreamAddress, IteratorRequest {
  readonly ShardId: string | undefined;
  readonly DryRun?: boolean | undefined;
}

/** Metrics by shard; a stream that nobody monitors has one entry with an empty list. */
export interface EnhancedMetrics {
  ShardLevelMetrics?: never[] | undefined;
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
  EnhancedMonitoring: EnhancedMetrics[];
  EncryptionType?: EncryptionType | undefined;
  KeyId?: string | undefined;
}

/** The answer of DescribeStream. */
export interface DescribeStreamOutput {
  StreamDescription: StreamDescription;
}

/** The request of DescribeStreamSummary. */
export type DescribeStreamSummaryInput = StreamAddress;

/** Write throughput that an on-demand stream keeps ready. */
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
  EnhancedMonitoring: EnhancedMetrics[];
  EncryptionType?: EncryptionType | undefined;
  KeyId?: string | undefined;
  OpenShardCount: number;
  ConsumerCount?: number | undefined;
  WarmThroughput?: WarmThroughput | undefined;
  MaxRecordSizeInKiB?: number | undefined;
  ChannelCount?: number | undefined;
  RecordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** The answer of DescribeStreamSummary. */
export interface DescribeStreamSummaryOutput {
  StreamDescriptionSummary: StreamDescriptionSummary;
}

/** The request of IncreaseStreamRetentionPeriod. */
export interface IncreaseStreamRetentionPeriodInput extends StreamAddress {
  /** From 24 to 8,760. */
  readonly RetentionPeriodHours: number | undefined;
}

/** The request of DecreaseStreamRetentionPeriod. */
export interface DecreaseStreamRetentionPeriodInput extends StreamAddress {
  /** From 24 to 8,760. */
  readonly RetentionPeriodHours: number | undefined;
}

/** The request of UpdateMaxRecordSize, which takes no StreamName. */
export interface UpdateMaxRecordSizeInput {
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
  /** From 1,024 to 10,240. */
  readonly MaxRecordSizeInKiB: number | undefined;
}
