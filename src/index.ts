/**
 * The write path of Amazon Kinesis Data Streams as pure functions.
 *
 * @module
 */

export type {
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
export type { OperationName } from './api/service-model.ts';
export { type Fault, type FaultCode, KinesisError, type Result, unwrap } from './base/fault.ts';
export { HASH_KEY_MAX, HASH_KEY_MIN } from './base/limits.ts';
export type { ValidationMessageStyle } from './base/violation.ts';
export { formatHashKey, hashPartitionKey, parseHashKey } from './hashing/hash-key.ts';
export {
  isAtOrAfter,
  type Position,
  type PositionedRecord,
  type PositionRequest,
  type PositionShard,
  resolvePosition,
  type ShardIteratorType,
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
  createSequencer,
  endingSequenceNumber,
  type Sequencer,
  type SequencerOptions,
  type SequencerState,
  startingSequenceNumber,
} from './sequencing/sequencer.ts';
export type { HashRange } from './sharding/hash-key-range.ts';
export { createLineage, type Heir, type Lineage } from './sharding/lineage.ts';
export { planResharding, type ReshardCall } from './sharding/reshard-plan.ts';
export type { AwsShard, Shard } from './sharding/shard.ts';
export {
  createShardMap,
  createUniformShardMap,
  type RecordKeys,
  type ShardMap,
} from './sharding/shard-map.ts';
export { createStream, restoreStream } from './stream/create-stream.ts';
export { checkRequest, refuseMissingStream } from './stream/missing-stream.ts';
export type {
  ReshardStepSnapshot,
  ShardSnapshot,
  StreamSnapshot,
} from './stream/snapshot/snapshot.ts';
export type {
  AcceptedRecord,
  EmptyOutput,
  PutRecordResult,
  PutRecordsResult,
  Refusal,
  ShardPosition,
  Stream,
} from './stream/stream.ts';
export type { ChosenContext, StreamContext } from './stream/stream-config.ts';
