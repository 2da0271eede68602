/** Arbitrary calls of an account, and lives made of them. */

import fc from 'fast-check';
import type { AccountContext, AccountSnapshot, OperationName, StreamSnapshot } from 'shardline';
import { hashKeys } from './arbitraries.ts';
import { ACCOUNT, ARN, NAME, REGION, T0 } from './streams.ts';

export interface AccountCall {
  readonly operation: OperationName;
  readonly request: object;
  readonly nowMs: number;
}

/** The times of transitions, and the quotas. */
export type LifeContext = Partial<Omit<AccountContext, 'accountId' | 'region'>>;

const NAMES = [NAME, NAME, NAME, 'other', '__proto__'];

/** The ARN of a consumer of the stream that is registered at T0. */
export const CONSUMER_ARN = `${ARN}/consumer/reader:${T0 / 1000}`;

/** A member that is mostly absent. */
function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(undefined, null) },
    { weight: 1, arbitrary: value },
  );
}

function orInvalid<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: value },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined, '', 'x y') },
  );
}

/** A list or a map, which is null or absent at times: a text there would be a caller's bug. */
function orNull<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof(
    { weight: 12, arbitrary: value },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  );
}

function arnOf(name: string): string {
  return `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`;
}

const names = fc.constantFrom(...NAMES);
const arns = orInvalid(names.map(arnOf));
const byName = { StreamName: orInvalid(names) };
const byArn = { StreamARN: arns };
const resource = { ResourceARN: fc.oneof(arns, fc.constant(CONSUMER_ARN)) };
const shardIds = orInvalid(fc.nat(6).map((i) => `shardId-00000000000${i}`));
const modes = fc.constantFrom('PROVISIONED', 'ON_DEMAND').map((StreamMode) => ({ StreamMode }));
const strategies = fc.constantFrom('AUTO', 'USER_PARTITION_KEY');
const tagKeys = fc.constantFrom('a', 'b', '__proto__', 'a%', 'c;');
const tags = fc
  .array(fc.tuple(tagKeys, fc.constantFrom('', '1', '2', '%')), { minLength: 1, maxLength: 3 })
  .map((pairs) => Object.fromEntries(pairs));
const metrics = fc.array(fc.constantFrom('IncomingBytes', 'OutgoingRecords', 'ALL'), {
  minLength: 1,
  maxLength: 2,
});
const consumerNames = fc.constantFrom('reader', 'reader', 'other', '__proto__');
const consumer = fc.oneof(
  fc.record({ ...byArn, ConsumerName: orInvalid(consumerNames) }),
  fc.constantFrom({ ConsumerARN: CONSUMER_ARN }, { ConsumerARN: CONSUMER_ARN, StreamARN: ARN }, {}),
);
const encryption = {
  ...byName,
  EncryptionType: fc.constantFrom('KMS', 'KMS', 'KMS', 'NONE'),
  KeyId: orInvalid(fc.constantFrom('alias/aws/kinesis', 'other')),
};
const record = {
  PartitionKey: orInvalid(fc.constantFrom('a', 'b', 'c', 'd', 'é')),
  ExplicitHashKey: rarely(hashKeys().map(String)),
  Data: fc.constantFrom(1, 10, 300_000).map((length) => new Uint8Array(length)),
};
const retention = { ...byName, RetentionPeriodHours: fc.constantFrom(24, 25, 48, 8760, 8761) };
const timestamps = fc.constantFrom(T0 - 5000, T0, T0 + 5000).map((timeMs) => new Date(timeMs));
const throughput = fc.constantFrom(0, 10, 20);

/** The requests of each operation: mostly valid. */
export const accountRequests: Readonly<Record<OperationName, fc.Arbitrary<object>>> = {
  AddTagsToStream: fc.record({ ...byName, Tags: orNull(tags) }),
  CreateStream: fc.record({
    ...byName,
    ShardCount: orNull(fc.integer({ min: 1, max: 3 })),
    StreamModeDetails: rarely(modes),
    RecordDistributionStrategy: rarely(strategies),
    Tags: rarely(tags),
  }),
  DecreaseStreamRetentionPeriod: fc.record(retention),
  DeleteResourcePolicy: fc.record(resource),
  DeleteStream: fc.record({ ...byName, EnforceConsumerDeletion: rarely(fc.boolean()) }),
  DeregisterStreamConsumer: consumer,
  DescribeAccountSettings: fc.constant({}),
  DescribeLimits: fc.constant({}),
  DescribeStream: fc.record({ ...byName, Limit: rarely(fc.constantFrom(0, 1, 2)) }),
  DescribeStreamConsumer: consumer,
  DescribeStreamSummary: fc.record(byName),
  DisableEnhancedMonitoring: fc.record({ ...byName, ShardLevelMetrics: orNull(metrics) }),
  EnableEnhancedMonitoring: fc.record({ ...byName, ShardLevelMetrics: orNull(metrics) }),
  GetRecords: fc.record({ ShardIterator: fc.constantFrom('x', '', 'y'.repeat(90)) }),
  GetResourcePolicy: fc.record(resource),
  GetShardIterator: fc.record({
    ...byName,
    ShardId: shardIds,
    ShardIteratorType: fc.constantFrom('LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP'),
    Timestamp: rarely(timestamps),
  }),
  IncreaseStreamRetentionPeriod: fc.record(retention),
  ListShards: fc.record({ ...byName, MaxResults: rarely(fc.constantFrom(0, 1, 2)) }),
  ListStreamConsumers: fc.record({ ...byArn, MaxResults: rarely(fc.constantFrom(0, 1, 2)) }),
  ListStreams: fc.record({ Limit: rarely(fc.constantFrom(0, 1, 2)), NextToken: rarely(names) }),
  ListTagsForResource: fc.record(resource),
  ListTagsForStream: fc.record({ ...byName, Limit: rarely(fc.constantFrom(0, 1, 2)) }),
  MergeShards: fc.record({ ...byName, ShardToMerge: shardIds, AdjacentShardToMerge: shardIds }),
  PutRecord: fc.record({ ...byName, ...record, DryRun: rarely(fc.boolean()) }),
  PutRecords: fc.record({
    ...byName,
    Records: orNull(fc.array(fc.record(record), { minLength: 1, maxLength: 6 })),
  }),
  PutResourcePolicy: fc.record({ ...resource, Policy: orInvalid(fc.constantFrom('{}', '{ }')) }),
  RegisterStreamConsumer: fc.record({
    ...byArn,
    ConsumerName: orInvalid(consumerNames),
    Tags: rarely(tags),
  }),
  RemoveTagsFromStream: fc.record({ ...byName, TagKeys: fc.array(tagKeys, { maxLength: 2 }) }),
  SplitShard: fc.record({
    ...byName,
    ShardToSplit: shardIds,
    NewStartingHashKey: hashKeys().map(String),
  }),
  StartStreamEncryption: fc.record(encryption),
  StopStreamEncryption: fc.record(encryption),
  SubscribeToShard: fc.record({
    ConsumerARN: fc.constant(CONSUMER_ARN),
    ShardId: shardIds,
    StartingPosition: fc.record({ Type: fc.constantFrom('LATEST', 'TRIM_HORIZON') }),
  }),
  TagResource: fc.record({ ...resource, Tags: orNull(tags) }),
  UntagResource: fc.record({ ...resource, TagKeys: fc.array(tagKeys, { maxLength: 2 }) }),
  UpdateMaxRecordSize: fc.record({
    ...byName,
    MaxRecordSizeInKiB: fc.constantFrom(1024, 2048, 10_241),
  }),
  UpdateShardCount: fc.record({
    ...byName,
    TargetShardCount: fc.integer({ min: 1, max: 5 }),
    ScalingType: fc.constant('UNIFORM_SCALING'),
  }),
  UpdateStreamMode: fc.record({
    ...byArn,
    StreamModeDetails: modes,
    WarmThroughputMiBps: rarely(throughput),
  }),
  UpdateStreamRecordDistributionStrategy: fc.record({
    ...byArn,
    RecordDistributionStrategy: strategies,
  }),
  UpdateStreamWarmThroughput: fc.record({ ...byName, WarmThroughputMiBps: throughput }),
};

/** A call of any operation, with the step of the clock before it. */
interface Step {
  readonly operation: OperationName;
  readonly request: object;
  readonly byMs: number;
}

/** The steps of the clock between two calls: it stands still, moves, jumps and steps back. */
const clockSteps = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 500, 999, 1000) },
  { weight: 2, arbitrary: fc.constantFrom(5000, -1, -1000, -5000) },
  { weight: 1, arbitrary: fc.constantFrom(3_600_000, 90_000_000) },
);

/** Calls of the operations that are named, or of all. */
export function accountCalls(
  operations: readonly OperationName[] = Object.keys(accountRequests) as OperationName[],
): fc.Arbitrary<Step> {
  const one = (operation: OperationName) =>
    fc
      .tuple(accountRequests[operation], clockSteps)
      .map(([request, byMs]) => ({ operation, request, byMs }));
  return fc.oneof(...operations.map(one));
}

/** A life: a context, and calls of which the first two create a stream and a consumer at T0. */
export function lifeOf(
  steps: fc.Arbitrary<Step>,
  maxLength = 40,
): fc.Arbitrary<{ readonly context: LifeContext; readonly calls: readonly AccountCall[] }> {
  const transitions = fc.constantFrom(undefined, undefined, 1000);
  const context = fc.record({
    creatingMs: fc.constantFrom(undefined, undefined, undefined, 1000),
    updatingMs: transitions,
    deletingMs: transitions,
    shardLimit: fc.constantFrom(undefined, 6),
    onDemandStreamLimit: fc.constantFrom(undefined, 1),
  });
  const isOnDemand = fc.boolean();
  return fc
    .tuple(context, isOnDemand, fc.array(steps, { minLength: 5, maxLength }))
    .map(([chosen, onDemand, list]) => {
      let nowMs = T0;
      const StreamModeDetails = { StreamMode: onDemand ? 'ON_DEMAND' : 'PROVISIONED' };
      const first = { StreamName: NAME, ShardCount: 2, StreamModeDetails };
      const calls: AccountCall[] = [
        { operation: 'CreateStream', request: first, nowMs },
        {
          operation: 'RegisterStreamConsumer',
          request: { StreamARN: ARN, ConsumerName: 'reader' },
          nowMs,
        },
      ];
      for (const { operation, request, byMs } of list) {
        nowMs = Math.max(0, nowMs + byMs);
        calls.push({ operation, request, nowMs });
      }
      return { context: chosen, calls };
    });
}

/** The members of a snapshot that every record changes. */
const NUMBERS = new Set([
  'lastSequenceNumber',
  'records',
  'byteUnits',
  'filledAtMs',
  'arrivedAtMs',
  'distributedCount',
  'sequenceIndexes',
]);

/** Returns a snapshot as text, without what the records change. */
export function withoutNumbers(snapshot: AccountSnapshot | StreamSnapshot): string {
  return JSON.stringify(snapshot, (name, value) => (NUMBERS.has(name) ? undefined : value));
}
