/**
 * The write path of Amazon Kinesis Data Streams as pure functions.
 *
 * @module shardline
 */

export type { Account, AccountOperations } from './account/account.ts';
export type { AccountContext, AccountContextChanges } from './account/account-config.ts';
export type { AccountSnapshot, ConsumerSnapshot } from './account/account-snapshot.ts';
export {
  createAccount,
  type RestoreAccountOptions,
  restoreAccount,
} from './account/create-account.ts';
export { checkRequest, refuseMissingStream } from './account/missing-stream.ts';
export type { RecordReading } from './account/reading.ts';
export type { EventReading, ShardSubscription } from './account/subscription.ts';
export type {
  AddTagsToStreamInput,
  AwsRecord,
  Consumer,
  ConsumerDescription,
  ConsumerInput,
  ConsumerStatus,
  DeleteStreamInput,
  DescribeAccountSettingsOutput,
  DescribeLimitsOutput,
  DescribeStreamConsumerOutput,
  EmptyInput,
  EnhancedMonitoringInput,
  EnhancedMonitoringOutput,
  GetRecordsInput,
  GetRecordsOutput,
  GetResourcePolicyOutput,
  GetShardIteratorOutput,
  ListStreamConsumersInput,
  ListStreamConsumersOutput,
  ListStreamsInput,
  ListStreamsOutput,
  ListTagsForResourceOutput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  PutResourcePolicyInput,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput,
  RemoveTagsFromStreamInput,
  ResourceInput,
  StreamEncryptionInput,
  StreamSummary,
  SubscribeToShardEvent,
  SubscribeToShardInput,
  Tag,
  TagMap,
  TagResourceInput,
  UntagResourceInput,
  UpdateStreamModeInput,
  UpdateStreamRecordDistributionStrategyInput,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput,
} from './api/account-types.ts';
export type {
  ChildShard,
  CreateStreamInput,
  DecreaseStreamRetentionPeriodInput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  EncryptionType,
  EnhancedMetrics,
  GetShardIteratorInput,
  IncreaseStreamRetentionPeriodInput,
  ListedShard,
  ListShardsInput,
  ListShardsOutput,
  MergeShardsInput,
  PutRecordInput,
  PutRecordOutput,
  PutRecordsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
  RecordDistributionStrategy,
  ScalingType,
  ShardFilter,
  ShardFilterType,
  ShardLevelMetric,
  SplitShardInput,
  StreamAddress,
  StreamDescription,
  StreamDescriptionSummary,
  StreamMode,
  StreamModeDetails,
  StreamStatus,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
  WarmThroughput,
} from './api/aws-types.ts';
export type { ValidationMessageStyle } from './api/print-value.ts';
export { recordBytes } from './api/request-size.ts';
export {
  MODEL as SERVICE_MODEL,
  type OperationName,
  type RequestLimits,
  type Rule,
} from './api/service-model.ts';
export {
  type Fault,
  type FaultCode,
  type FaultResult,
  KinesisError,
  type Result,
  unwrap,
} from './base/fault.ts';
export {
  HASH_KEY_MAX,
  HASH_KEY_MIN,
  PARTITION_KEY_CHARACTERS_MAX,
  RECORD_BYTES_DEFAULT,
  RECORD_BYTES_LIMIT,
  REQUEST_BYTES_MAX,
  REQUEST_RECORDS_MAX,
} from './base/limits.ts';
export type { StreamIdentity } from './base/stream-identity.ts';
export { formatHashKey, hashPartitionKey, parseHashKey } from './hashing/hash-key.ts';
export {
  type IteratorPosition,
  type IteratorRequest,
  type IteratorShard,
  isVisibleFrom,
  resolvePosition,
  type ShardIteratorType,
  type StoredRecord,
} from './sequencing/iterator-position.ts';
export {
  compareSequenceNumbers,
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberParts,
  type SequenceNumberV0,
  type SequenceNumberV1,
  type SequenceNumberV2,
} from './sequencing/sequence-number.ts';
export {
  childCreatedAtMs,
  endingSequenceNumber,
  startingSequenceNumber,
} from './sequencing/sequence-number-range.ts';
export {
  createSequencer,
  type Sequencer,
  type SequencerOptions,
  type SequencerState,
} from './sequencing/sequencer.ts';
export type { HashRange } from './sharding/hash-key-range.ts';
export { createLineage, type Heir, type Lineage } from './sharding/lineage.ts';
export type { RecordKeys } from './sharding/record-keys.ts';
export { planResharding, type ReshardCall } from './sharding/reshard-plan.ts';
export { type AwsShard, type Shard, toAwsShard } from './sharding/shard.ts';
export { formatShardId, parseShardId } from './sharding/shard-id.ts';
export { createShardMap, createUniformShardMap, type ShardMap } from './sharding/shard-map.ts';
export { createStream, type RestoreOptions, restoreStream } from './stream/create-stream.ts';
export {
  type ReadableRecord,
  type ReadOptions,
  type RecordPage,
  readRecords,
} from './stream/query/read-records.ts';
export type {
  ContextSnapshot,
  ReshardStepSnapshot,
  SequenceIndexSnapshot,
  ShardSnapshot,
  StreamSnapshot,
} from './stream/snapshot/snapshot.ts';
export type {
  AcceptedRecord,
  EmptyOutput,
  PutFaultResult,
  PutRecordResult,
  PutRecordsResult,
  ShardIterator,
  Stream,
} from './stream/stream.ts';
export type { ContextChanges, StreamContext } from './stream/stream-config.ts';
