/**
 * The service model: the requests of the official API model, as data (docs/facts.md#model-version).
 * The tests compare each rule with the model.
 *
 * @module
 */

import { isDecimal } from '../base/decimal.ts';
import {
  HASH_KEY_DIGITS_MAX,
  HASH_KEY_PATTERN,
  PARTITION_KEY_CHARACTERS_MAX,
  RECORD_BYTES_DEFAULT,
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  REQUEST_RECORDS_MAX,
  SEQUENCE_NUMBER_DIGITS_MAX,
} from '../base/limits.ts';
import type { RecordDistributionStrategy, ShardLevelMetric } from './aws-types.ts';

/** The operations whose requests the service model describes. */
export type OperationName =
  | 'AddTagsToStream'
  | 'CreateStream'
  | 'DecreaseStreamRetentionPeriod'
  | 'DeleteResourcePolicy'
  | 'DeleteStream'
  | 'DeregisterStreamConsumer'
  | 'DescribeAccountSettings'
  | 'DescribeLimits'
  | 'DescribeStream'
  | 'DescribeStreamConsumer'
  | 'DescribeStreamSummary'
  | 'DisableEnhancedMonitoring'
  | 'EnableEnhancedMonitoring'
  | 'GetRecords'
  | 'GetResourcePolicy'
  | 'GetShardIterator'
  | 'IncreaseStreamRetentionPeriod'
  | 'ListShards'
  | 'ListStreamConsumers'
  | 'ListStreams'
  | 'ListTagsForResource'
  | 'ListTagsForStream'
  | 'MergeShards'
  | 'PutRecord'
  | 'PutRecords'
  | 'PutResourcePolicy'
  | 'RegisterStreamConsumer'
  | 'RemoveTagsFromStream'
  | 'SplitShard'
  | 'StartStreamEncryption'
  | 'StopStreamEncryption'
  | 'SubscribeToShard'
  | 'TagResource'
  | 'UntagResource'
  | 'UpdateMaxRecordSize'
  | 'UpdateShardCount'
  | 'UpdateStreamMode'
  | 'UpdateStreamRecordDistributionStrategy'
  | 'UpdateStreamWarmThroughput';

/** The constraints on a request that depend on its stream. */
export interface RequestLimits {
  /** The stream's limit on the bytes of a record, partition key included. From 1 to 10 MiB. */
  readonly recordBytesMax: number;
  /** With `AUTO`, a record needs no partition key. `USER_PARTITION_KEY` by default. */
  readonly recordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** The limits of a new stream. A stream that does not exist is taken to have them. */
export const DEFAULT_LIMITS: RequestLimits = { recordBytesMax: RECORD_BYTES_DEFAULT };

/** An object whose members have not been checked yet. */
export type Structure = Readonly<Record<string, unknown>>;

/** A pattern: as the service prints it, and as the test of a string. */
export interface Pattern {
  readonly text: string;
  readonly isMatch: (text: string) => boolean;
}

/** The rule for one member. */
export interface Rule {
  /** As in the request, for example `StreamName`. */
  readonly name: string;
  /** The type of the member. A blob is a Uint8Array, a timestamp a Date. */
  readonly type:
    | 'blob'
    | 'boolean'
    | 'integer'
    | 'list'
    | 'map'
    | 'string'
    | 'structure'
    | 'timestamp';
  /** Whether the member must be present, or a function that decides it. False if absent. */
  readonly isRequired?: boolean | ((request: Structure, limits: RequestLimits) => boolean);
  /** The lowest length, or the lowest value of an integer. */
  readonly min?: number;
  /** The highest length, or the highest value of an integer. */
  readonly max?: number;
  /** The pattern of a string. */
  readonly pattern?: Pattern;
  /** The allowed values of a string. */
  readonly values?: readonly string[];
  /** The members of a structure, or of each structure of a list. */
  readonly members?: readonly Rule[];
  /** The constraint on each string of a list. A list without it holds structures. */
  readonly strings?: Pick<Rule, 'min' | 'max' | 'values'>;
}

/** The shard-level metrics, in the model's order. */
export const SHARD_LEVEL_METRICS: readonly ShardLevelMetric[] = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
];

/** In the order in which the service prints them (docs/facts.md#validation-enum-print). */
const ITERATOR_TYPES = [
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
] as const;

/**
 * The members of each request, in the order in which messages report violations: the rules of the
 * service model, and for a protocol layer the type of each member.
 *
 * @example
 * ```ts
 * import { SERVICE_MODEL } from 'shardline';
 *
 * const blobs = SERVICE_MODEL.PutRecord.filter(({ type }) => type === 'blob');
 * blobs.map(({ name }) => name); // => ['Data']
 * ```
 *
 * The order is the service's until January 2016; since then it varies from response to response
 * (docs/facts.md#validation-order). The places of newer members are our choice
 * (docs/known-gaps.md#violation-order).
 *
 * Patterns are printed without anchors, as in messages of 2018 and 2023
 * (docs/facts.md#validation-pattern-anchors). What the service prints now is not known
 * (docs/known-gaps.md#validation-wording).
 */
export const MODEL: Readonly<Record<OperationName, readonly Rule[]>> = /* @__PURE__ */ (() => {
  const name = createPattern('[a-zA-Z0-9_.-]+', startOf);
  const streamName: Rule = { name: 'StreamName', type: 'string', min: 1, max: 128, pattern: name };
  const streamArn: Rule = {
    name: 'StreamARN',
    type: 'string',
    min: 1,
    max: 2048,
    // Only the first `:kinesis:` is tried. If it does not match, no later one does.
    pattern: createArnPattern(
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
  // The model requires none of these members, but a request must name its stream
  // (docs/facts.md#stream-address). The message for a request that does not is the one of 2018
  // (docs/facts.md#validation-stream-missing, docs/known-gaps.md#missing-members).
  const stream: readonly Rule[] = [
    { ...streamName, isRequired: (request) => isAbsent(request['StreamARN']) },
    streamArn,
    streamId,
  ];
  const partitionKey: Rule = {
    name: 'PartitionKey',
    type: 'string',
    // The model no longer requires the key (docs/facts.md#partition-key-optional), which only AUTO
    // streams can do without (docs/facts.md#auto-keys-ignored). The message is the one of 2018
    // (docs/facts.md#partition-key-missing, docs/known-gaps.md#missing-members).
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
  const streamMode: Rule = {
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
  };
  const distributionStrategy: Rule = {
    name: 'RecordDistributionStrategy',
    type: 'string',
    values: ['AUTO', 'USER_PARTITION_KEY'],
  };
  const warmThroughput: Rule = { name: 'WarmThroughputMiBps', type: 'integer', min: 0 };
  const tags: Rule = { name: 'Tags', type: 'map', min: 1, max: 200 };
  const tagKeys: Rule = {
    name: 'TagKeys',
    type: 'list',
    isRequired: true,
    min: 1,
    max: 50,
    strings: { min: 1, max: 128 },
  };
  const encryption: readonly Rule[] = [
    { name: 'EncryptionType', type: 'string', isRequired: true, values: ['NONE', 'KMS'] },
    { name: 'KeyId', type: 'string', isRequired: true, min: 1, max: 2048 },
    ...stream,
  ];
  const monitoring: readonly Rule[] = [
    {
      name: 'ShardLevelMetrics',
      type: 'list',
      isRequired: true,
      min: 1,
      max: 7,
      strings: { values: [...SHARD_LEVEL_METRICS, 'ALL'] },
    },
    ...stream,
  ];
  const requiredArn: readonly Rule[] = [{ ...streamArn, isRequired: true }, streamId];
  const resource: readonly Rule[] = [
    {
      name: 'ResourceARN',
      type: 'string',
      isRequired: true,
      min: 1,
      max: 2048,
      // Only the first account id after the first `:kinesis:` is tried: anything may follow.
      pattern: createArnPattern(
        'arn:aws.*:kinesis:.*:\\d{12}:.*(stream|channel)/\\S+',
        /^(?=(arn:aws.*?:kinesis:.*?:\d{12}:))\1.*(?:stream|channel)\/\S+$/,
      ),
    },
    streamId,
  ];
  const consumerName: Rule = { ...streamName, name: 'ConsumerName' };
  const consumerArn: Rule = {
    name: 'ConsumerARN',
    type: 'string',
    min: 1,
    max: 2048,
    pattern: createArnPattern(
      '^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
      /^(?=(arn:aws.*?:kinesis:.*?:\d{12}:))\1.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+$/,
    ),
  };
  const consumer: readonly Rule[] = [consumerName, consumerArn, streamArn, streamId];
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
      streamMode,
      tags,
      warmThroughput,
      maxRecordSize,
      distributionStrategy,
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
      // Neither is required here: a NextToken takes their place, and a request with none of the
      // three is refused after its validation (docs/facts.md#list-names-nothing).
      streamName,
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
        values: ITERATOR_TYPES,
      },
      { name: 'StartingSequenceNumber', type: 'string', pattern: sequenceNumber },
      { name: 'Timestamp', type: 'timestamp' },
      ...stream,
      dryRun,
    ],
    // There is no StreamName, because the iterator identifies its stream.
    GetRecords: [
      { name: 'Limit', type: 'integer', min: 1, max: 10_000 },
      { name: 'ShardIterator', type: 'string', isRequired: true, min: 1, max: 512 },
      streamArn,
      streamId,
      dryRun,
    ],
    // There is no StreamName: the operation takes the ARN alone (docs/facts.md#stream-address).
    UpdateMaxRecordSize: [{ ...maxRecordSize, isRequired: true }, ...requiredArn],
    UpdateStreamMode: [{ ...streamMode, isRequired: true }, warmThroughput, ...requiredArn],
    UpdateStreamRecordDistributionStrategy: [
      { ...distributionStrategy, isRequired: true },
      ...requiredArn,
    ],
    UpdateStreamWarmThroughput: [{ ...warmThroughput, isRequired: true }, ...stream],
    StartStreamEncryption: encryption,
    StopStreamEncryption: encryption,
    EnableEnhancedMonitoring: monitoring,
    DisableEnhancedMonitoring: monitoring,
    AddTagsToStream: [{ ...tags, isRequired: true }, ...stream],
    RemoveTagsFromStream: [tagKeys, ...stream],
    ListTagsForStream: [
      { name: 'ExclusiveStartTagKey', type: 'string', min: 1, max: 128 },
      { name: 'Limit', type: 'integer', min: 1, max: 50 },
      ...stream,
    ],
    TagResource: [{ ...tags, isRequired: true }, ...resource],
    UntagResource: [tagKeys, ...resource],
    ListTagsForResource: resource,
    PutResourcePolicy: [{ name: 'Policy', type: 'string', isRequired: true }, ...resource],
    GetResourcePolicy: resource,
    DeleteResourcePolicy: resource,
    RegisterStreamConsumer: [{ ...consumerName, isRequired: true }, tags, ...requiredArn],
    DescribeStreamConsumer: consumer,
    DeregisterStreamConsumer: consumer,
    ListStreamConsumers: [
      nextToken,
      { name: 'MaxResults', type: 'integer', min: 1, max: 10_000 },
      { name: 'StreamCreationTimestamp', type: 'timestamp' },
      ...requiredArn,
    ],
    SubscribeToShard: [
      { ...shardId, isRequired: true },
      {
        name: 'StartingPosition',
        type: 'structure',
        isRequired: true,
        members: [
          { name: 'Type', type: 'string', isRequired: true, values: ITERATOR_TYPES },
          { name: 'SequenceNumber', type: 'string', pattern: sequenceNumber },
          { name: 'Timestamp', type: 'timestamp' },
        ],
      },
      { ...consumerArn, isRequired: true },
      streamId,
      dryRun,
    ],
    DescribeLimits: [],
    DescribeAccountSettings: [],
  };
})();

/** @param read Returns the part of a value that is matched; all of it by default. */
function createPattern(text: string, read = (value: string): string => value): Pattern {
  const regexp = new RegExp(`^${text}$`);
  return { text, isMatch: (value) => regexp.test(read(value)) };
}

/**
 * How many UTF-16 units of a text are matched, so that a huge one takes no time. Its length is
 * refused anyway (docs/known-gaps.md#long-values).
 */
const MATCHED_UNITS_MAX = 4096;

function startOf(text: string): string {
  return text.length > MATCHED_UNITS_MAX ? text.slice(0, MATCHED_UNITS_MAX) : text;
}

/**
 * Returns the pattern of an ARN. Of a longer text, only the first characters are matched: its end
 * may be anything.
 *
 * @param regexp The pattern with lookaheads that do not backtrack. Then the worst text of 4,096
 *   characters takes 0.3 ms instead of 28.
 */
function createArnPattern(text: string, regexp: RegExp): Pattern {
  return {
    text,
    isMatch: (value) =>
      value.length > MATCHED_UNITS_MAX ? value.startsWith('arn:aws') : regexp.test(value),
  };
}

/**
 * Returns whether a member is absent. `null` counts as absent (docs/facts.md#request-null-absent).
 */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
