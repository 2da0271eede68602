/**
 * The public types against those of `@aws-sdk/client-kinesis`, at compile time: `tsc -p .` is the
 * test, and package.test.ts compiles this file against the packed package. Oracle: the SDK's
 * published types.
 */

import type * as sdk from '@aws-sdk/client-kinesis';
import type * as ours from 'shardline';
import type { deaggregateRecord } from 'shardline/aggregation';
import type { LoadMeter } from 'shardline/load';

type Accepts<To, From extends To> = From;

/** An input of the SDK can be passed unchanged. */
export type Inputs = [
  Accepts<ours.PutRecordInput, sdk.PutRecordCommandInput>,
  Accepts<ours.PutRecordsInput, sdk.PutRecordsCommandInput>,
  Accepts<ours.PutRecordsRequestEntry, sdk.PutRecordsRequestEntry>,
  Accepts<ours.CreateStreamInput, sdk.CreateStreamCommandInput>,
  Accepts<ours.SplitShardInput, sdk.SplitShardCommandInput>,
  Accepts<ours.MergeShardsInput, sdk.MergeShardsCommandInput>,
  Accepts<ours.UpdateShardCountInput, sdk.UpdateShardCountCommandInput>,
  Accepts<ours.ListShardsInput, sdk.ListShardsCommandInput>,
  Accepts<ours.ShardFilter, sdk.ShardFilter>,
  Accepts<ours.DescribeStreamInput, sdk.DescribeStreamCommandInput>,
  Accepts<ours.DescribeStreamSummaryInput, sdk.DescribeStreamSummaryCommandInput>,
  Accepts<ours.IncreaseStreamRetentionPeriodInput, sdk.IncreaseStreamRetentionPeriodCommandInput>,
  Accepts<ours.DecreaseStreamRetentionPeriodInput, sdk.DecreaseStreamRetentionPeriodCommandInput>,
  Accepts<ours.UpdateMaxRecordSizeInput, sdk.UpdateMaxRecordSizeCommandInput>,
  Accepts<ours.UpdateStreamModeInput, sdk.UpdateStreamModeCommandInput>,
  Accepts<
    ours.UpdateStreamRecordDistributionStrategyInput,
    sdk.UpdateStreamRecordDistributionStrategyCommandInput
  >,
  Accepts<ours.UpdateStreamWarmThroughputInput, sdk.UpdateStreamWarmThroughputCommandInput>,
  Accepts<ours.DeleteStreamInput, sdk.DeleteStreamCommandInput>,
  Accepts<ours.AddTagsToStreamInput, sdk.AddTagsToStreamCommandInput>,
  Accepts<ours.RemoveTagsFromStreamInput, sdk.RemoveTagsFromStreamCommandInput>,
  Accepts<ours.ListTagsForStreamInput, sdk.ListTagsForStreamCommandInput>,
  Accepts<ours.TagResourceInput, sdk.TagResourceCommandInput>,
  Accepts<ours.UntagResourceInput, sdk.UntagResourceCommandInput>,
  Accepts<ours.PutResourcePolicyInput, sdk.PutResourcePolicyCommandInput>,
  Accepts<ours.RegisterStreamConsumerInput, sdk.RegisterStreamConsumerCommandInput>,
  Accepts<ours.ListStreamConsumersInput, sdk.ListStreamConsumersCommandInput>,
  Accepts<ours.ListStreamsInput, sdk.ListStreamsCommandInput>,
  Accepts<ours.GetRecordsInput, sdk.GetRecordsCommandInput>,
  Accepts<ours.StreamEncryptionInput, sdk.StartStreamEncryptionCommandInput>,
  Accepts<ours.StreamEncryptionInput, sdk.StopStreamEncryptionCommandInput>,
  Accepts<ours.EnhancedMonitoringInput, sdk.EnableEnhancedMonitoringCommandInput>,
  Accepts<ours.EnhancedMonitoringInput, sdk.DisableEnhancedMonitoringCommandInput>,
  Accepts<ours.ResourceInput, sdk.ListTagsForResourceCommandInput>,
  Accepts<ours.ResourceInput, sdk.GetResourcePolicyCommandInput>,
  Accepts<ours.ResourceInput, sdk.DeleteResourcePolicyCommandInput>,
  Accepts<ours.ConsumerInput, sdk.DescribeStreamConsumerCommandInput>,
  Accepts<ours.ConsumerInput, sdk.DeregisterStreamConsumerCommandInput>,
  Accepts<ours.SubscribeToShardInput, sdk.SubscribeToShardCommandInput>,
];

/** Our inputs can be passed to the SDK, except for the list of records, which is read-only here. */
export type InputsBack = [
  Accepts<sdk.PutRecordCommandInput, ours.PutRecordInput>,
  Accepts<sdk.PutRecordsRequestEntry, ours.PutRecordsRequestEntry>,
  Accepts<Omit<sdk.PutRecordsCommandInput, 'Records'>, Omit<ours.PutRecordsInput, 'Records'>>,
  // @ts-expect-error: a read-only list does not go into a writable one; this file can fail.
  Accepts<sdk.PutRecordsCommandInput, ours.PutRecordsInput>,
  Accepts<sdk.CreateStreamCommandInput, ours.CreateStreamInput>,
  Accepts<sdk.SplitShardCommandInput, ours.SplitShardInput>,
  Accepts<sdk.MergeShardsCommandInput, ours.MergeShardsInput>,
  Accepts<sdk.UpdateShardCountCommandInput, ours.UpdateShardCountInput>,
  Accepts<sdk.ListShardsCommandInput, ours.ListShardsInput>,
  Accepts<sdk.DescribeStreamCommandInput, ours.DescribeStreamInput>,
  Accepts<sdk.DescribeStreamSummaryCommandInput, ours.DescribeStreamSummaryInput>,
  Accepts<sdk.IncreaseStreamRetentionPeriodCommandInput, ours.IncreaseStreamRetentionPeriodInput>,
  Accepts<sdk.DecreaseStreamRetentionPeriodCommandInput, ours.DecreaseStreamRetentionPeriodInput>,
  Accepts<sdk.UpdateMaxRecordSizeCommandInput, ours.UpdateMaxRecordSizeInput>,
];

/** Our responses are assignable to the SDK's outputs without `$metadata`. */
export type Outputs = [
  Accepts<Omit<sdk.PutRecordCommandOutput, '$metadata'>, ours.PutRecordOutput>,
  Accepts<Omit<sdk.PutRecordsCommandOutput, '$metadata'>, ours.PutRecordsOutput>,
  Accepts<Omit<sdk.UpdateShardCountCommandOutput, '$metadata'>, ours.UpdateShardCountOutput>,
  Accepts<Omit<sdk.ListShardsCommandOutput, '$metadata'>, ours.ListShardsOutput>,
  Accepts<Omit<sdk.DescribeStreamCommandOutput, '$metadata'>, ours.DescribeStreamOutput>,
  Accepts<
    Omit<sdk.DescribeStreamSummaryCommandOutput, '$metadata'>,
    ours.DescribeStreamSummaryOutput
  >,
  Accepts<sdk.Shard, ours.ListedShard>,
  Accepts<
    Omit<sdk.UpdateStreamWarmThroughputCommandOutput, '$metadata'>,
    ours.UpdateStreamWarmThroughputOutput
  >,
  Accepts<Omit<sdk.ListTagsForStreamCommandOutput, '$metadata'>, ours.ListTagsForStreamOutput>,
  Accepts<Omit<sdk.ListTagsForResourceCommandOutput, '$metadata'>, ours.ListTagsForResourceOutput>,
  Accepts<Omit<sdk.GetResourcePolicyCommandOutput, '$metadata'>, ours.GetResourcePolicyOutput>,
  Accepts<
    Omit<sdk.RegisterStreamConsumerCommandOutput, '$metadata'>,
    ours.RegisterStreamConsumerOutput
  >,
  Accepts<
    Omit<sdk.DescribeStreamConsumerCommandOutput, '$metadata'>,
    ours.DescribeStreamConsumerOutput
  >,
  Accepts<Omit<sdk.ListStreamConsumersCommandOutput, '$metadata'>, ours.ListStreamConsumersOutput>,
  Accepts<Omit<sdk.ListStreamsCommandOutput, '$metadata'>, ours.ListStreamsOutput>,
  Accepts<Omit<sdk.DescribeLimitsCommandOutput, '$metadata'>, ours.DescribeLimitsOutput>,
  Accepts<
    Omit<sdk.DescribeAccountSettingsCommandOutput, '$metadata'>,
    ours.DescribeAccountSettingsOutput
  >,
  Accepts<Omit<sdk.GetShardIteratorCommandOutput, '$metadata'>, ours.GetShardIteratorOutput>,
  Accepts<Omit<sdk.GetRecordsCommandOutput, '$metadata'>, ours.GetRecordsOutput>,
  Accepts<sdk.EnhancedMonitoringOutput, ours.EnhancedMonitoringOutput>,
];

/** The parameters of a function of ours. */
type Call<Name extends keyof typeof ours> = (typeof ours)[Name] extends (
  ...values: infer Values
) => unknown
  ? Values
  : never;

/** Responses, entries and inputs of the SDK can be passed to our functions without a cast. */
export type Calls = [
  Accepts<Call<'createShardMap'>[0], sdk.ListShardsCommandOutput['Shards']>,
  Accepts<Call<'createShardMap'>[0], sdk.StreamDescription['Shards']>,
  Accepts<Call<'createLineage'>[0], sdk.ListShardsCommandOutput['Shards']>,
  Accepts<Call<'createLineage'>[0], sdk.StreamDescription['Shards']>,
  Accepts<Call<'recordBytes'>[0], sdk.PutRecordsRequestEntry>,
  Accepts<Call<'recordBytes'>[0], sdk.PutRecordCommandInput>,
  Accepts<Parameters<ours.ShardMap['locateRecord']>[0], sdk.PutRecordsRequestEntry>,
  Accepts<Call<'resolvePosition'>[0], sdk.GetShardIteratorCommandInput>,
  Accepts<Call<'createStream'>[0], sdk.CreateStreamCommandInput>,
  Accepts<Parameters<typeof deaggregateRecord>[0], sdk._Record>,
  Accepts<Parameters<LoadMeter['add']>[0], sdk._Record>,
  Accepts<Parameters<LoadMeter['add']>[0], sdk.PutRecordsRequestEntry>,
  // @ts-expect-error: a record without Data.
  Accepts<Parameters<typeof deaggregateRecord>[0], { PartitionKey: string }>,
  // @ts-expect-error: a whole response is not a list of shards.
  Accepts<Call<'createShardMap'>[0], sdk.ListShardsCommandOutput>,
  // @ts-expect-error: a result must be unwrapped.
  Accepts<Call<'planResharding'>[0], ReturnType<typeof ours.createShardMap>>,
];

/** What our functions return can be passed to the SDK. */
export type CallsBack = [
  Accepts<Omit<sdk.Shard, 'SequenceNumberRange'>, ReturnType<typeof ours.toAwsShard>>,
  // @ts-expect-error: a shard of a uniform map has no SequenceNumberRange.
  Accepts<sdk.Shard, ReturnType<typeof ours.toAwsShard>>,
  Accepts<ours.AwsShard, sdk.Shard>,
  Accepts<sdk.SplitShardCommandInput, ReshardInput<'SplitShard'>>,
  Accepts<sdk.MergeShardsCommandInput, ReshardInput<'MergeShards'>>,
];
type ReshardInput<Operation extends string> = Extract<
  ours.ReshardCall,
  { operation: Operation }
>['input'];

/** Our types have every member of the SDK's, and no others. */
type SameMembers<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : false;
type Holds<T extends true> = T;
export type Members = [
  Holds<SameMembers<ours.PutRecordInput, sdk.PutRecordInput>>,
  Holds<SameMembers<ours.PutRecordsInput, sdk.PutRecordsInput>>,
  Holds<SameMembers<ours.PutRecordsRequestEntry, sdk.PutRecordsRequestEntry>>,
  Holds<SameMembers<ours.CreateStreamInput, sdk.CreateStreamInput>>,
  Holds<SameMembers<ours.SplitShardInput, sdk.SplitShardInput>>,
  Holds<SameMembers<ours.MergeShardsInput, sdk.MergeShardsInput>>,
  Holds<SameMembers<ours.UpdateShardCountInput, sdk.UpdateShardCountInput>>,
  Holds<SameMembers<ours.ListShardsInput, sdk.ListShardsInput>>,
  Holds<SameMembers<ours.ShardFilter, sdk.ShardFilter>>,
  Holds<SameMembers<ours.DescribeStreamInput, sdk.DescribeStreamInput>>,
  Holds<SameMembers<ours.DescribeStreamSummaryInput, sdk.DescribeStreamSummaryInput>>,
  Holds<
    SameMembers<ours.IncreaseStreamRetentionPeriodInput, sdk.IncreaseStreamRetentionPeriodInput>
  >,
  Holds<
    SameMembers<ours.DecreaseStreamRetentionPeriodInput, sdk.DecreaseStreamRetentionPeriodInput>
  >,
  Holds<SameMembers<ours.UpdateMaxRecordSizeInput, sdk.UpdateMaxRecordSizeInput>>,
  Holds<SameMembers<ours.PutRecordOutput, sdk.PutRecordOutput>>,
  Holds<SameMembers<ours.PutRecordsOutput, sdk.PutRecordsOutput>>,
  Holds<SameMembers<ours.PutRecordsResultEntry, sdk.PutRecordsResultEntry>>,
  Holds<SameMembers<ours.UpdateShardCountOutput, sdk.UpdateShardCountOutput>>,
  Holds<SameMembers<ours.ListShardsOutput, sdk.ListShardsOutput>>,
  Holds<SameMembers<ours.StreamDescription, sdk.StreamDescription>>,
  Holds<SameMembers<ours.StreamDescriptionSummary, sdk.StreamDescriptionSummary>>,
  Holds<SameMembers<ours.UpdateStreamModeInput, sdk.UpdateStreamModeInput>>,
  Holds<
    SameMembers<
      ours.UpdateStreamRecordDistributionStrategyInput,
      sdk.UpdateStreamRecordDistributionStrategyInput
    >
  >,
  Holds<SameMembers<ours.UpdateStreamWarmThroughputInput, sdk.UpdateStreamWarmThroughputInput>>,
  Holds<SameMembers<ours.DeleteStreamInput, sdk.DeleteStreamInput>>,
  Holds<SameMembers<ours.AddTagsToStreamInput, sdk.AddTagsToStreamInput>>,
  Holds<SameMembers<ours.RemoveTagsFromStreamInput, sdk.RemoveTagsFromStreamInput>>,
  Holds<SameMembers<ours.ListTagsForStreamInput, sdk.ListTagsForStreamInput>>,
  Holds<SameMembers<ours.TagResourceInput, sdk.TagResourceInput>>,
  Holds<SameMembers<ours.UntagResourceInput, sdk.UntagResourceInput>>,
  Holds<SameMembers<ours.PutResourcePolicyInput, sdk.PutResourcePolicyInput>>,
  Holds<SameMembers<ours.RegisterStreamConsumerInput, sdk.RegisterStreamConsumerInput>>,
  Holds<SameMembers<ours.ListStreamConsumersInput, sdk.ListStreamConsumersInput>>,
  Holds<SameMembers<ours.ListStreamsInput, sdk.ListStreamsInput>>,
  Holds<SameMembers<ours.GetRecordsInput, sdk.GetRecordsInput>>,
  Holds<SameMembers<ours.StreamEncryptionInput, sdk.StartStreamEncryptionInput>>,
  Holds<SameMembers<ours.StreamEncryptionInput, sdk.StopStreamEncryptionInput>>,
  Holds<SameMembers<ours.EnhancedMonitoringInput, sdk.EnableEnhancedMonitoringInput>>,
  Holds<SameMembers<ours.EnhancedMonitoringInput, sdk.DisableEnhancedMonitoringInput>>,
  Holds<SameMembers<ours.ResourceInput, sdk.ListTagsForResourceInput>>,
  Holds<SameMembers<ours.ResourceInput, sdk.GetResourcePolicyInput>>,
  Holds<SameMembers<ours.ResourceInput, sdk.DeleteResourcePolicyInput>>,
  Holds<SameMembers<ours.ConsumerInput, sdk.DescribeStreamConsumerInput>>,
  Holds<SameMembers<ours.ConsumerInput, sdk.DeregisterStreamConsumerInput>>,
  Holds<SameMembers<ours.SubscribeToShardInput, sdk.SubscribeToShardInput>>,
  Holds<SameMembers<ours.SubscribeToShardEvent, sdk.SubscribeToShardEvent>>,
  Holds<SameMembers<ours.UpdateStreamWarmThroughputOutput, sdk.UpdateStreamWarmThroughputOutput>>,
  Holds<SameMembers<ours.ListTagsForStreamOutput, sdk.ListTagsForStreamOutput>>,
  Holds<SameMembers<ours.ListTagsForResourceOutput, sdk.ListTagsForResourceOutput>>,
  Holds<SameMembers<ours.GetResourcePolicyOutput, sdk.GetResourcePolicyOutput>>,
  Holds<SameMembers<ours.RegisterStreamConsumerOutput, sdk.RegisterStreamConsumerOutput>>,
  Holds<SameMembers<ours.DescribeStreamConsumerOutput, sdk.DescribeStreamConsumerOutput>>,
  Holds<SameMembers<ours.ListStreamConsumersOutput, sdk.ListStreamConsumersOutput>>,
  Holds<SameMembers<ours.ListStreamsOutput, sdk.ListStreamsOutput>>,
  // An account here has no channels.
  Holds<
    SameMembers<
      ours.DescribeLimitsOutput,
      Omit<sdk.DescribeLimitsOutput, 'ChannelCount' | 'ChannelCountLimit'>
    >
  >,
  Holds<SameMembers<ours.DescribeAccountSettingsOutput, sdk.DescribeAccountSettingsOutput>>,
  Holds<SameMembers<ours.GetShardIteratorOutput, sdk.GetShardIteratorOutput>>,
  Holds<SameMembers<ours.GetRecordsOutput, sdk.GetRecordsOutput>>,
  Holds<SameMembers<ours.EnhancedMonitoringOutput, sdk.EnhancedMonitoringOutput>>,
  Holds<SameMembers<ours.AwsRecord, sdk._Record>>,
  Holds<SameMembers<ours.Consumer, sdk.Consumer>>,
  Holds<SameMembers<ours.ConsumerDescription, sdk.ConsumerDescription>>,
  Holds<SameMembers<ours.StreamSummary, sdk.StreamSummary>>,
  // @ts-expect-error: this file can fail.
  Holds<SameMembers<ours.StreamDescription, sdk.StreamDescriptionSummary>>,
];

/** The unions have the same cases. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
export type Unions = [
  Holds<Same<ours.ConsumerStatus, sdk.ConsumerStatus>>,
  Holds<Same<ours.EncryptionType, sdk.EncryptionType>>,
  // A request may say ALL, and no response does.
  Holds<Same<ours.ShardLevelMetric | 'ALL', sdk.MetricsName>>,
  Holds<Same<ours.RecordDistributionStrategy, sdk.RecordDistributionStrategy>>,
  Holds<Same<ours.ScalingType, sdk.ScalingType>>,
  Holds<Same<ours.ShardFilterType, sdk.ShardFilterType>>,
  Holds<Same<ours.StreamMode, sdk.StreamMode>>,
  Holds<Same<ours.StreamStatus, sdk.StreamStatus>>,
];
