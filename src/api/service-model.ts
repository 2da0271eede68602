/**
 * What the official API model says of the requests: botocore `kinesis-2013-12-02.service-2`
 * 1.43.107, held against it row by row in the tests.
 *
 * @module
 */

import {
  HASH_KEY_PATTERN,
  PARTITION_KEY_CHARACTERS_MAX,
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  REQUEST_RECORDS_MAX,
} from '../base/limits.ts';
import type { RecordDistributionStrategy } from './aws-types.ts';

/** The operations whose requests the service model is known for. */
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

/** What a stream itself adds to the model. */
export interface RequestLimits {
  /** Bytes of a record, its partition key included: the stream's own limit, 1 to 10 MiB. */
  readonly recordBytesMax: number;
  /** A stream with `AUTO` needs no partition key. `USER_PARTITION_KEY` if absent. */
  readonly recordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** An object whose members are not known yet. */
export type Structure = Readonly<Record<string, unknown>>;

/** The form of a string: as the service prints it, and as it tests it. */
export interface Pattern {
  readonly text: string;
  readonly regexp: RegExp;
}

/** What the model says of one member. Bounds are of the length, or of the value of an integer. */
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
  /** Of a structure, or of each structure of a list. */
  readonly members?: readonly Rule[];
}

/**
 * What the model says of the requests, each structure in the order of the service's report.
 *
 * The order is that of production until Jan 2016 (kinesalite's tests of that time); since then it
 * is not deterministic (kinesalite commit 0c52a1e). Where members younger than 2016 stand is ours.
 *
 * Patterns are printed without anchors, as production printed them in 2018; the model has anchors
 * around two of them since, and what is printed now is not known.
 */
export const MODEL: Readonly<Record<OperationName, readonly Rule[]>> = /* @__PURE__ */ (() => {
  const name: Pattern = { text: '[a-zA-Z0-9_.-]+', regexp: /^[a-zA-Z0-9_.-]+$/ };
  const streamName: Rule = { name: 'StreamName', type: 'string', min: 1, max: 128, pattern: name };
  const streamArn: Rule = {
    name: 'StreamARN',
    type: 'string',
    min: 1,
    max: 2048,
    pattern: {
      text: 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+',
      // The first `:kinesis:` is as good as any later one, and taking no other (a lookahead does
      // not backtrack) makes the worst text of 4,096 characters cost 0.3 ms instead of 28.
      regexp: /^(?=(arn:aws.*?:kinesis:))\1.*:\d{12}:stream\/\S+$/,
    },
  };
  const streamId: Rule = {
    name: 'StreamId',
    type: 'string',
    min: 1,
    max: 24,
    pattern: { text: '[a-z0-9]{20}-[a-z0-9]{3}', regexp: /^[a-z0-9]{20}-[a-z0-9]{3}$/ },
  };
  // The model requires no member that names a stream since there is the ARN; the service still
  // wants one of them, in words not known. These are those of before the ARN.
  const stream: readonly Rule[] = [
    { ...streamName, isRequired: (request) => isAbsent(request['StreamARN']) },
    streamArn,
    streamId,
  ];
  const partitionKey: Rule = {
    name: 'PartitionKey',
    type: 'string',
    // Nor the key, because a stream may find shards by itself. Likewise the words of before.
    isRequired: (_, limits) => limits.recordDistributionStrategy !== 'AUTO',
    min: 1,
    max: PARTITION_KEY_CHARACTERS_MAX,
  };
  const hashKey: Pattern = { text: HASH_KEY_PATTERN, regexp: /^(?:0|[1-9]\d{0,38})$/ };
  const sequenceNumber: Pattern = {
    text: '0|([1-9]\\d{0,128})',
    regexp: /^(?:0|[1-9]\d{0,128})$/,
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
        // A token stands for the stream of the page before; the two are not to come together.
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
        // In the order in which production printed them (kinesalite tests, run on AWS 2018).
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
    // The iterator stands for its stream.
    GetRecords: [
      { name: 'Limit', type: 'integer', min: 1, max: 10_000 },
      { name: 'ShardIterator', type: 'string', isRequired: true, min: 1, max: 512 },
      streamArn,
      streamId,
      dryRun,
    ],
    // It has no StreamName, so that nothing but the ARN can name the stream.
    UpdateMaxRecordSize: [
      { ...maxRecordSize, isRequired: true },
      { ...streamArn, isRequired: true },
      streamId,
    ],
  };
})();

/** JSON `null` is absent to the service too (kinesalite tests, run on AWS 2018). */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
