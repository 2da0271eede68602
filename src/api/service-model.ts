/**
 * The requests of the official API model, as data: botocore `kinesis-2013-12-02.service-2`
 * 1.43.107. The tests compare each row with it.
 *
 * @module
 */

import { isDecimal } from '../base/decimal.ts';
import {
  HASH_KEY_DIGITS_MAX,
  HASH_KEY_PATTERN,
  PARTITION_KEY_CHARACTERS_MAX,
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  REQUEST_RECORDS_MAX,
  SEQUENCE_NUMBER_DIGITS_MAX,
} from '../base/limits.ts';
import type { RecordDistributionStrategy } from './aws-types.ts';

/** The operations whose requests are in the service model here. */
export type OperationName =
  | 'CreateStream'
  | 'DecreaseStreamRetentionPeriod'
  | 'DeleteStream'
  | 'DescribeStream'
  | 'DescribeStreamSummary'
  | 'GetRecords'
  | 'GetShardIterator'
  | 'IncreaseStreamRetentionPeriod'
  | 'ListShards'
  | 'ListStreams'
  | 'MergeShards'
  | 'PutRecord'
  | 'PutRecords'
  | 'SplitShard'
  | 'UpdateMaxRecordSize'
  | 'UpdateShardCount';

/** The constraints on a request that depend on its stream. */
export interface RequestLimits {
  /** The most bytes of a record, partition key included: the stream's limit, 1 to 10 MiB. */
  readonly recordBytesMax: number;
  /** With `AUTO`, a record needs no partition key. `USER_PARTITION_KEY` by default. */
  readonly recordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** The limits of a new stream. A stream that does not exist is taken to have them. */
export const DEFAULT_LIMITS: RequestLimits = { recordBytesMax: 1024 * RECORD_KIB_DEFAULT };

/** An object whose members are not checked yet. */
export type Structure = Readonly<Record<string, unknown>>;

/** A pattern of strings, as the service prints it and as a test of a string. */
export interface Pattern {
  readonly text: string;
  readonly isMatch: (text: string) => boolean;
}

/** One member in the model. Bounds are on the length, or on the value of an integer. */
export interface Rule {
  readonly name: string;
  readonly type:
    | 'blob'
    | 'boolean'
    | 'integer'
    | 'list'
    | 'map'
    | 'string'
    | 'structure'
    | 'timestamp';
  readonly isRequired?: boolean | ((request: Structure, limits: RequestLimits) => boolean);
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: Pattern;
  readonly values?: readonly string[];
  /** The members of a structure, or of each structure of a list. */
  readonly members?: readonly Rule[];
}

/**
 * The members of each request, in the order in which the service reports violations.
 *
 * The order is production's until January 2016 (kinesalite's tests of that time). Since then it is
 * not deterministic (kinesalite commit 0c52a1e). The place of members younger than 2016 is ours.
 *
 * Patterns are printed without anchors, as production printed them in 2018. The model now has
 * anchors around two of them; what production prints now is not known.
 */
export const MODEL: Readonly<Record<OperationName, readonly Rule[]>> = /* @__PURE__ */ (() => {
  const name = createPattern('[a-zA-Z0-9_.-]+');
  const streamName: Rule = { name: 'StreamName', type: 'string', min: 1, max: 128, pattern: name };
  const streamArn: Rule = {
    name: 'StreamARN',
    type: 'string',
    min: 1,
    max: 2048,
    // The first `:kinesis:` is as good as any later one. The lookahead does not backtrack to
    // another: the worst text of 4,096 characters then takes 0.3 ms instead of 28.
    pattern: createPattern(
      'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+',
      /^(?=(arn:aws.*?:kinesis:))\1.*:\d{12}:stream\/\S+$/,
    ),
  };
  const streamId: Rule = {
    name: 'StreamId',
    type: 'string',
    min: 1,
    max: 24,
    pattern: createPattern('[a-z0-9]{20}-[a-z0-9]{3}'),
  };
  // Since ARNs were added, the model requires none of these members, but the service still requires
  // one of them. Its current message is not known; this is the one from before ARNs.
  const stream: readonly Rule[] = [
    { ...streamName, isRequired: (request) => isAbsent(request['StreamARN']) },
    streamArn,
    streamId,
  ];
  const partitionKey: Rule = {
    name: 'PartitionKey',
    type: 'string',
    // The model no longer requires the key, because a stream may choose the shards itself. The
    // message is again the earlier one.
    isRequired: (_, limits) => limits.recordDistributionStrategy !== 'AUTO',
    min: 1,
    max: PARTITION_KEY_CHARACTERS_MAX,
  };
  const hashKey: Pattern = {
    text: HASH_KEY_PATTERN,
    isMatch: (text) => isDecimal(text, HASH_KEY_DIGITS_MAX),
  };
  const sequenceNumber: Pattern = {
    text: '0|([1-9]\\d{0,128})',
    isMatch: (text) => isDecimal(text, SEQUENCE_NUMBER_DIGITS_MAX),
  };
  const explicitHashKey: Rule = { name: 'ExplicitHashKey', type: 'string', pattern: hashKey };
  const data: Rule = { name: 'Data', type: 'blob', isRequired: true };
  const dryRun: Rule = { name: 'DryRun', type: 'boolean' };
  const shardId: Rule = { name: 'ShardId', type: 'string', min: 1, max: 128, pattern: name };
  const nextToken: Rule = { name: 'NextToken', type: 'string', min: 1, max: 1_048_576 };
  const maxRecordSize: Rule = {
    name: 'MaxRecordSizeInKiB',
    type: 'integer',
    min: RECORD_KIB_DEFAULT,
    max: RECORD_KIB_MAX,
  };
  const retention: readonly Rule[] = [
    { name: 'RetentionPeriodHours', type: 'integer', isRequired: true },
    ...stream,
  ];
  return {
    PutRecord: [
      { name: 'SequenceNumberForOrdering', type: 'string', pattern: sequenceNumber },
      partitionKey,
      explicitHashKey,
      data,
      ...stream,
      dryRun,
    ],
    PutRecords: [
      {
        name: 'Records',
        type: 'list',
        isRequired: true,
        min: 1,
        max: REQUEST_RECORDS_MAX,
        members: [partitionKey, explicitHashKey, data],
      },
      ...stream,
      dryRun,
    ],
    CreateStream: [
      { name: 'ShardCount', type: 'integer', min: 1 },
      {
        name: 'StreamModeDetails',
        type: 'structure',
        members: [
          {
            name: 'StreamMode',
            type: 'string',
            isRequired: true,
            values: ['PROVISIONED', 'ON_DEMAND'],
          },
        ],
      },
      { name: 'Tags', type: 'map', min: 1, max: 200 },
      { name: 'WarmThroughputMiBps', type: 'integer', min: 0 },
      maxRecordSize,
      {
        name: 'RecordDistributionStrategy',
        type: 'string',
        values: ['AUTO', 'USER_PARTITION_KEY'],
      },
      { ...streamName, isRequired: true },
    ],
    SplitShard: [
      { name: 'NewStartingHashKey', type: 'string', isRequired: true, pattern: hashKey },
      ...stream,
      { ...shardId, name: 'ShardToSplit', isRequired: true },
    ],
    MergeShards: [
      { ...shardId, name: 'ShardToMerge', isRequired: true },
      { ...shardId, name: 'AdjacentShardToMerge', isRequired: true },
      ...stream,
    ],
    UpdateShardCount: [
      { name: 'ScalingType', type: 'string', isRequired: true, values: ['UNIFORM_SCALING'] },
      ...stream,
      { name: 'TargetShardCount', type: 'integer', isRequired: true, min: 1 },
    ],
    ListShards: [
      { name: 'MaxResults', type: 'integer', min: 1, max: 10_000 },
      { ...shardId, name: 'ExclusiveStartShardId' },
      nextToken,
      {
        name: 'ShardFilter',
        type: 'structure',
        members: [
          {
            name: 'Type',
            type: 'string',
            isRequired: true,
            values: [
              'AFTER_SHARD_ID',
              'AT_TRIM_HORIZON',
              'FROM_TRIM_HORIZON',
              'AT_LATEST',
              'AT_TIMESTAMP',
              'FROM_TIMESTAMP',
            ],
          },
          shardId,
          { name: 'Timestamp', type: 'timestamp' },
        ],
      },
      { name: 'StreamCreationTimestamp', type: 'timestamp' },
      {
        ...streamName,
        // A NextToken identifies the stream of the previous page; the two exclude each other.
        isRequired: (request) => isAbsent(request['StreamARN']) && isAbsent(request['NextToken']),
      },
      streamArn,
      streamId,
    ],
    DescribeStream: [
      { name: 'Limit', type: 'integer', min: 1, max: 10_000 },
      { ...shardId, name: 'ExclusiveStartShardId' },
      ...stream,
    ],
    DescribeStreamSummary: stream,
    IncreaseStreamRetentionPeriod: retention,
    DecreaseStreamRetentionPeriod: retention,
    DeleteStream: [{ name: 'EnforceConsumerDeletion', type: 'boolean' }, ...stream],
    ListStreams: [
      { name: 'Limit', type: 'integer', min: 1, max: 10_000 },
      { ...streamName, name: 'ExclusiveStartStreamName' },
      nextToken,
    ],
    GetShardIterator: [
      { ...shardId, isRequired: true },
      {
        name: 'ShardIteratorType',
        type: 'string',
        isRequired: true,
        // In the order in which production prints them (kinesalite tests, run on AWS 2018).
        values: [
          'AFTER_SEQUENCE_NUMBER',
          'LATEST',
          'AT_TIMESTAMP',
          'AT_SEQUENCE_NUMBER',
          'TRIM_HORIZON',
        ],
      },
      { name: 'StartingSequenceNumber', type: 'string', pattern: sequenceNumber },
      { name: 'Timestamp', type: 'timestamp' },
      ...stream,
      dryRun,
    ],
    // It has no StreamName, because the iterator identifies the stream.
    GetRecords: [
      { name: 'Limit', type: 'integer', min: 1, max: 10_000 },
      { name: 'ShardIterator', type: 'string', isRequired: true, min: 1, max: 512 },
      streamArn,
      streamId,
      dryRun,
    ],
    // It has no StreamName: only the ARN names the stream.
    UpdateMaxRecordSize: [
      { ...maxRecordSize, isRequired: true },
      { ...streamArn, isRequired: true },
      streamId,
    ],
  };
})();

function createPattern(text: string, regexp: RegExp = new RegExp(`^${text}$`)): Pattern {
  return { text, isMatch: (value) => regexp.test(value) };
}

/** Returns whether an operation has a member of that name. Others are ignored. */
export function hasMember(operation: OperationName, member: string): boolean {
  return MODEL[operation].some(({ name }) => name === member);
}

/**
 * Returns whether a member is absent. JSON `null` is, as in the service (kinesalite tests, 2018).
 */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
