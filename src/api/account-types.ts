/**
 * Requests and responses of the operations on settings, tags, consumers, policies and accounts, in
 * the shapes of the AWS SDK for JavaScript v3 (docs/facts.md#model-version).
 *
 * @module
 */

import type {
  ChildShard,
  EncryptionType,
  RecordDistributionStrategy,
  ShardLevelMetric,
  StreamAddress,
  StreamModeDetails,
  StreamStatus,
  WarmThroughput,
} from './aws-types.ts';

/** The request of DeleteStream. */
export interface DeleteStreamInput extends StreamAddress {
  /** Deletes the stream although it has consumers. */
  readonly EnforceConsumerDeletion?: boolean | undefined;
}

/** The request of UpdateStreamMode. */
export interface UpdateStreamModeInput {
  readonly StreamARN: string | undefined;
  readonly StreamId?: string | undefined;
  readonly StreamModeDetails: StreamModeDetails | undefined;
  /** Write throughput that an on-demand stream keeps ready. */
  readonly WarmThroughputMiBps?: number | undefined;
}

/** The request of UpdateStreamRecordDistributionStrategy. */
export interface UpdateStreamRecordDistributionStrategyInput {
  readonly StreamARN: string | undefined;
  readonly StreamId?: string | undefined;
  readonly RecordDistributionStrategy: RecordDistributionStrategy | undefined;
}

/** The request of UpdateStreamWarmThroughput. */
export interface UpdateStreamWarmThroughputInput extends StreamAddress {
  readonly WarmThroughputMiBps: number | undefined;
}

/** The response of UpdateStreamWarmThroughput. */
export interface UpdateStreamWarmThroughputOutput {
  StreamARN?: string | undefined;
  StreamName?: string | undefined;
  WarmThroughput?: WarmThroughput | undefined;
}

/** The request of StartStreamEncryption and StopStreamEncryption. */
export interface StreamEncryptionInput extends StreamAddress {
  /** `KMS`, in both requests. */
  readonly EncryptionType: EncryptionType | undefined;
  /** The KMS key: its id, its ARN or an alias. 1 to 2,048 characters. */
  readonly KeyId: string | undefined;
}

/** The request of EnableEnhancedMonitoring and DisableEnhancedMonitoring. */
export interface EnhancedMonitoringInput extends StreamAddress {
  /** From 1 to 7 metrics. `ALL` is all of them. */
  readonly ShardLevelMetrics: readonly (ShardLevelMetric | 'ALL')[] | undefined;
}

/** The response of EnableEnhancedMonitoring and DisableEnhancedMonitoring. */
export interface EnhancedMonitoringOutput {
  StreamName?: string | undefined;
  StreamARN?: string | undefined;
  /** The metrics before the call. */
  CurrentShardLevelMetrics?: ShardLevelMetric[] | undefined;
  /** The metrics after it. */
  DesiredShardLevelMetrics?: ShardLevelMetric[] | undefined;
}

/** A tag in a response. */
export interface Tag {
  Key: string;
  Value?: string | undefined;
}

/** Tags by key: keys of 1 to 128 characters, values of 0 to 256 (docs/facts.md#tags-limits). */
export type TagMap = Readonly<Record<string, string>>;

/** The request of AddTagsToStream. */
export interface AddTagsToStreamInput extends StreamAddress {
  readonly Tags: TagMap | undefined;
}

/** The request of RemoveTagsFromStream. */
export interface RemoveTagsFromStreamInput extends StreamAddress {
  /** From 1 to 50 keys. Those that no tag has are ignored. */
  readonly TagKeys: readonly string[] | undefined;
}

/** The request of ListTagsForStream. */
export interface ListTagsForStreamInput extends StreamAddress {
  /** Lists only the tags whose keys come after this one. */
  readonly ExclusiveStartTagKey?: string | undefined;
  /** From 1 to 50. */
  readonly Limit?: number | undefined;
}

/** The response of ListTagsForStream: the tags by ascending key. */
export interface ListTagsForStreamOutput {
  Tags: Tag[];
  HasMoreTags: boolean;
}

/** A request that names a stream or a consumer by its ARN. */
export interface ResourceInput {
  readonly ResourceARN: string | undefined;
  readonly StreamId?: string | undefined;
}

/** The request of TagResource. */
export interface TagResourceInput extends ResourceInput {
  readonly Tags: TagMap | undefined;
}

/** The request of UntagResource. */
export interface UntagResourceInput extends ResourceInput {
  /** From 1 to 50 keys. Those that no tag has are ignored. */
  readonly TagKeys: readonly string[] | undefined;
}

/** The response of ListTagsForResource: the tags by ascending key. */
export interface ListTagsForResourceOutput {
  Tags?: Tag[] | undefined;
}

/** The request of PutResourcePolicy. */
export interface PutResourcePolicyInput extends ResourceInput {
  /** The policy document. It is kept as it is. */
  readonly Policy: string | undefined;
}

/** The response of GetResourcePolicy. */
export interface GetResourcePolicyOutput {
  Policy: string;
}

/** The state of a consumer (docs/facts.md#consumer-states). */
export type ConsumerStatus = 'ACTIVE' | 'CREATING' | 'DELETING';

/** A registered consumer in the responses of RegisterStreamConsumer and ListStreamConsumers. */
export interface Consumer {
  ConsumerName: string;
  /** The ARN of the stream, the consumer's name and its creation second. */
  ConsumerARN: string;
  ConsumerStatus: ConsumerStatus;
  ConsumerCreationTimestamp: Date;
}

/** A registered consumer in the response of DescribeStreamConsumer. */
export interface ConsumerDescription extends Consumer {
  StreamARN: string;
}

/** The request of RegisterStreamConsumer. */
export interface RegisterStreamConsumerInput {
  readonly StreamARN: string | undefined;
  readonly StreamId?: string | undefined;
  /** 1 to 128 characters of `[a-zA-Z0-9_.-]`. */
  readonly ConsumerName: string | undefined;
  readonly Tags?: TagMap | undefined;
}

/** The response of RegisterStreamConsumer. */
export interface RegisterStreamConsumerOutput {
  Consumer: Consumer;
}

/**
 * The request of DescribeStreamConsumer and DeregisterStreamConsumer. It names the consumer by its
 * ARN, or by the stream's ARN and its own name.
 */
export interface ConsumerInput {
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** The response of DescribeStreamConsumer. */
export interface DescribeStreamConsumerOutput {
  ConsumerDescription: ConsumerDescription;
}

/** The request of ListStreamConsumers. */
export interface ListStreamConsumersInput {
  readonly StreamARN: string | undefined;
  readonly StreamId?: string | undefined;
  readonly NextToken?: string | undefined;
  /** From 1 to 10,000; 100 by default. */
  readonly MaxResults?: number | undefined;
  readonly StreamCreationTimestamp?: Date | undefined;
}

/** The response of ListStreamConsumers. */
export interface ListStreamConsumersOutput {
  Consumers?: Consumer[] | undefined;
  NextToken?: string | undefined;
}

/** The request of ListStreams. */
export interface ListStreamsInput {
  /** From 1 to 10,000; 100 by default. */
  readonly Limit?: number | undefined;
  /** Lists only the streams whose names come after this one. */
  readonly ExclusiveStartStreamName?: string | undefined;
  readonly NextToken?: string | undefined;
}

/** A stream in the response of ListStreams. */
export interface StreamSummary {
  StreamName: string;
  StreamARN: string;
  StreamStatus: StreamStatus;
  StreamModeDetails?: StreamModeDetails | undefined;
  StreamCreationTimestamp?: Date | undefined;
}

/** The response of ListStreams: the streams by ascending name. */
export interface ListStreamsOutput {
  StreamNames: string[];
  HasMoreStreams: boolean;
  NextToken?: string | undefined;
  StreamSummaries?: StreamSummary[] | undefined;
}

/** The request of DescribeLimits and DescribeAccountSettings: it has no members. */
export type EmptyInput = Readonly<Record<string, never>>;

/** The response of DescribeLimits. */
export interface DescribeLimitsOutput {
  ShardLimit: number;
  OpenShardCount: number;
  OnDemandStreamCount: number;
  OnDemandStreamCountLimit: number;
}

/** The response of DescribeAccountSettings. */
export interface DescribeAccountSettingsOutput {
  MinimumThroughputBillingCommitment?: { Status: 'DISABLED' } | undefined;
}

/** The response of GetShardIterator. */
export interface GetShardIteratorOutput {
  /** An opaque token, valid for 300 seconds and in this account only. */
  ShardIterator: string;
}

/** The request of GetRecords. */
export interface GetRecordsInput {
  readonly ShardIterator: string | undefined;
  /** From 1 to 10,000, the default. */
  readonly Limit?: number | undefined;
  readonly StreamARN?: string | undefined;
  readonly StreamId?: string | undefined;
  readonly DryRun?: boolean | undefined;
}

/** The request of SubscribeToShard. */
export interface SubscribeToShardInput {
  readonly ConsumerARN: string | undefined;
  readonly StreamId?: string | undefined;
  readonly ShardId: string | undefined;
  readonly StartingPosition:
    | {
        readonly Type:
          | 'AFTER_SEQUENCE_NUMBER'
          | 'AT_SEQUENCE_NUMBER'
          | 'AT_TIMESTAMP'
          | 'LATEST'
          | 'TRIM_HORIZON'
          | undefined;
        readonly SequenceNumber?: string | undefined;
        readonly Timestamp?: Date | undefined;
      }
    | undefined;
  readonly DryRun?: boolean | undefined;
}

/** An event of a subscription. */
export interface SubscribeToShardEvent {
  Records: AwsRecord[];
  /** Absent at the end of a closed shard (docs/facts.md#subscription-end). */
  ContinuationSequenceNumber?: string | undefined;
  MillisBehindLatest: number;
  /** Only at the end of a closed shard (docs/facts.md#child-shards). */
  ChildShards?: ChildShard[] | undefined;
}

/** A record in the response of GetRecords. */
export interface AwsRecord {
  SequenceNumber: string;
  ApproximateArrivalTimestamp?: Date | undefined;
  Data: Uint8Array;
  PartitionKey?: string | undefined;
  EncryptionType?: EncryptionType | undefined;
}

/** The response of GetRecords. */
export interface GetRecordsOutput {
  Records: AwsRecord[];
  /** Absent at the end of a closed shard (docs/facts.md#closed-shard-end). */
  NextShardIterator?: string | undefined;
  MillisBehindLatest?: number | undefined;
  /** Only at the end of a closed shard (docs/facts.md#child-shards). */
  ChildShards?: ChildShard[] | undefined;
}
