/**
 * The interface of an account: the operations by name, with their requests and results.
 *
 * @module
 */

import type * as account from '../api/account-types.ts';
import type * as aws from '../api/aws-types.ts';
import type { OperationName } from '../api/service-model.ts';
import type { Result } from '../base/fault.ts';
import type { EmptyOutput, PutRecordResult, PutRecordsResult, Stream } from '../stream/stream.ts';
import type { AccountContextChanges } from './account-config.ts';
import type { AccountSnapshot } from './account-snapshot.ts';
import type { RecordReading } from './reading.ts';
import type { ShardSubscription } from './subscription.ts';

/** The request and the result of each operation. */
export interface AccountOperations {
  AddTagsToStream: [account.AddTagsToStreamInput, Result<EmptyOutput>];
  CreateStream: [aws.CreateStreamInput, Result<EmptyOutput>];
  DecreaseStreamRetentionPeriod: [aws.DecreaseStreamRetentionPeriodInput, Result<EmptyOutput>];
  DeleteResourcePolicy: [account.ResourceInput, Result<EmptyOutput>];
  DeleteStream: [account.DeleteStreamInput, Result<EmptyOutput>];
  DeregisterStreamConsumer: [account.ConsumerInput, Result<EmptyOutput>];
  DescribeAccountSettings: [account.EmptyInput, Result<account.DescribeAccountSettingsOutput>];
  DescribeLimits: [account.EmptyInput, Result<account.DescribeLimitsOutput>];
  DescribeStream: [aws.DescribeStreamInput, Result<aws.DescribeStreamOutput>];
  DescribeStreamConsumer: [account.ConsumerInput, Result<account.DescribeStreamConsumerOutput>];
  DescribeStreamSummary: [aws.DescribeStreamSummaryInput, Result<aws.DescribeStreamSummaryOutput>];
  DisableEnhancedMonitoring: [
    account.EnhancedMonitoringInput,
    Result<account.EnhancedMonitoringOutput>,
  ];
  EnableEnhancedMonitoring: [
    account.EnhancedMonitoringInput,
    Result<account.EnhancedMonitoringOutput>,
  ];
  /** What to read, instead of records: see {@link RecordReading}. */
  GetRecords: [account.GetRecordsInput, Result<RecordReading>];
  GetResourcePolicy: [account.ResourceInput, Result<account.GetResourcePolicyOutput>];
  GetShardIterator: [aws.GetShardIteratorInput, Result<account.GetShardIteratorOutput>];
  IncreaseStreamRetentionPeriod: [aws.IncreaseStreamRetentionPeriodInput, Result<EmptyOutput>];
  ListShards: [aws.ListShardsInput, Result<aws.ListShardsOutput>];
  ListStreamConsumers: [
    account.ListStreamConsumersInput,
    Result<account.ListStreamConsumersOutput>,
  ];
  ListStreams: [account.ListStreamsInput, Result<account.ListStreamsOutput>];
  ListTagsForResource: [account.ResourceInput, Result<account.ListTagsForResourceOutput>];
  ListTagsForStream: [account.ListTagsForStreamInput, Result<account.ListTagsForStreamOutput>];
  MergeShards: [aws.MergeShardsInput, Result<EmptyOutput>];
  PutRecord: [aws.PutRecordInput, PutRecordResult];
  PutRecords: [aws.PutRecordsInput, PutRecordsResult];
  PutResourcePolicy: [account.PutResourcePolicyInput, Result<EmptyOutput>];
  RegisterStreamConsumer: [
    account.RegisterStreamConsumerInput,
    Result<account.RegisterStreamConsumerOutput>,
  ];
  RemoveTagsFromStream: [account.RemoveTagsFromStreamInput, Result<EmptyOutput>];
  SplitShard: [aws.SplitShardInput, Result<EmptyOutput>];
  StartStreamEncryption: [account.StreamEncryptionInput, Result<EmptyOutput>];
  StopStreamEncryption: [account.StreamEncryptionInput, Result<EmptyOutput>];
  /** A subscription, which says what each event reads: see {@link ShardSubscription}. */
  SubscribeToShard: [account.SubscribeToShardInput, Result<ShardSubscription>];
  TagResource: [account.TagResourceInput, Result<EmptyOutput>];
  UntagResource: [account.UntagResourceInput, Result<EmptyOutput>];
  UpdateMaxRecordSize: [aws.UpdateMaxRecordSizeInput, Result<EmptyOutput>];
  UpdateShardCount: [aws.UpdateShardCountInput, Result<aws.UpdateShardCountOutput>];
  UpdateStreamMode: [account.UpdateStreamModeInput, Result<EmptyOutput>];
  UpdateStreamRecordDistributionStrategy: [
    account.UpdateStreamRecordDistributionStrategyInput,
    Result<EmptyOutput>,
  ];
  UpdateStreamWarmThroughput: [
    account.UpdateStreamWarmThroughputInput,
    Result<account.UpdateStreamWarmThroughputOutput>,
  ];
}

/**
 * The streams of one account in one region, without their records: the account decides, the caller
 * stores.
 *
 * As with a {@link Stream}, every call takes the time. A call that throws or returns a fault
 * changes nothing. Each member of a request is read once, before anything else happens.
 */
export interface Account {
  /**
   * Answers a request of any operation. It finds the stream by name, ARN or token. The result of a
   * put has `accepted` beside `value`: what a store must keep. The cost of a put does not depend on
   * the number of streams.
   *
   * @throws {TypeError} If the operation is not one of the model's, or a member of the request is
   *   of the wrong type.
   * @throws {RangeError} If the time or a member is out of range.
   */
  call<K extends OperationName>(
    operation: K,
    request: AccountOperations[K][0],
    nowMs: number,
  ): AccountOperations[K][1];
  /**
   * Returns a stream by name, or undefined. You may call its methods directly: quotas count all
   * streams of the account either way. A deleted stream remains until the first call that changes
   * the account after its deletion is over.
   */
  stream(name: string): Stream | undefined;
  /** Returns the names of the streams, in ascending order. */
  streamNames(): string[];
  /**
   * A number that changes exactly when {@link snapshot} changes by more than sequence numbers,
   * arrival times, token buckets and turns under AUTO, as `revision` of a stream does.
   */
  readonly revision: number;
  /**
   * Changes members of the context, for the account and for all of its streams. Members that are
   * absent or undefined keep their values.
   *
   * @throws {TypeError} If a member is of the wrong type or has an unknown name.
   * @throws {RangeError} If a member is out of range.
   */
  updateContext(changes: AccountContextChanges): void;
  /** Returns the whole state as plain JSON, from which `restoreAccount` restores the account. */
  snapshot(): AccountSnapshot;
}
