/**
 * The public types against those of `@aws-sdk/client-kinesis`, at compile time: `tsc -p .` is the
 * test, and package.test.ts compiles this file against the packed package. Oracle: the SDK's
 * published types.
 */

import type * as sdk from '@aws-sdk/client-kinesis';
import type * as ours from 'shardline';

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

/** Our answers are assignable to the SDK's outputs without `$metadata`. */
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
];

/** The parameters of a function of ours. */
type Call<Name extends keyof typeof ours> = (typeof ours)[Name] extends (
  ...values: infer Values
) => unknown
  ? Values
  : never;

/** Answers, entries and inputs of the SDK can be passed to our functions without a cast. */
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
  // @ts-expect-error: a whole answer is not a list of shards.
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
  // @ts-expect-error: this file can fail.
  Holds<SameMembers<ours.StreamDescription, sdk.StreamDescriptionSummary>>,
];

/** The unions have the same cases. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
export type Unions = [
  Holds<Same<ours.EncryptionType, sdk.EncryptionType>>,
  Holds<Same<ours.RecordDistributionStrategy, sdk.RecordDistributionStrategy>>,
  Holds<Same<ours.ScalingType, sdk.ScalingType>>,
  Holds<Same<ours.ShardFilterType, sdk.ShardFilterType>>,
  Holds<Same<ours.StreamMode, sdk.StreamMode>>,
  Holds<Same<ours.StreamStatus, sdk.StreamStatus>>,
];
