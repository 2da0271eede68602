/**
 * The Kinesis JSON protocol: from JSON to the SDK's shapes and back.
 *
 * What is of the wrong type is refused in the words of the service's parser (kinesalite
 * test/helpers.js, run on AWS 2018).
 */

/** A JSON value that is not of the type that the operation wants. */
export class SerializationError extends Error {}

type Scalar = 'Blob' | 'Boolean' | 'Integer' | 'String' | 'Timestamp';
interface Members {
  readonly [name: string]: Type;
}
type Type =
  | Scalar
  | { readonly list: Type }
  | { readonly map: Type }
  | { readonly structure: Members };

const stream: Members = { StreamName: 'String', StreamARN: 'String', StreamId: 'String' };
const entry: Members = { Data: 'Blob', PartitionKey: 'String', ExplicitHashKey: 'String' };

/** The requests that are known, each with the types of its members. */
const REQUESTS = {
  CreateStream: {
    StreamName: 'String',
    ShardCount: 'Integer',
    StreamModeDetails: { structure: { StreamMode: 'String' } },
    Tags: { map: 'String' },
    WarmThroughputMiBps: 'Integer',
    MaxRecordSizeInKiB: 'Integer',
    RecordDistributionStrategy: 'String',
  },
  DecreaseStreamRetentionPeriod: { RetentionPeriodHours: 'Integer', ...stream },
  DeleteStream: { EnforceConsumerDeletion: 'Boolean', ...stream },
  DescribeStream: { Limit: 'Integer', ExclusiveStartShardId: 'String', ...stream },
  DescribeStreamSummary: stream,
  GetRecords: {
    ShardIterator: 'String',
    Limit: 'Integer',
    StreamARN: 'String',
    StreamId: 'String',
    DryRun: 'Boolean',
  },
  GetShardIterator: {
    ShardId: 'String',
    ShardIteratorType: 'String',
    StartingSequenceNumber: 'String',
    Timestamp: 'Timestamp',
    DryRun: 'Boolean',
    ...stream,
  },
  IncreaseStreamRetentionPeriod: { RetentionPeriodHours: 'Integer', ...stream },
  ListShards: {
    NextToken: 'String',
    ExclusiveStartShardId: 'String',
    MaxResults: 'Integer',
    StreamCreationTimestamp: 'Timestamp',
    ShardFilter: { structure: { Type: 'String', ShardId: 'String', Timestamp: 'Timestamp' } },
    ...stream,
  },
  ListStreams: { Limit: 'Integer', ExclusiveStartStreamName: 'String', NextToken: 'String' },
  MergeShards: { ShardToMerge: 'String', AdjacentShardToMerge: 'String', ...stream },
  PutRecord: { SequenceNumberForOrdering: 'String', DryRun: 'Boolean', ...entry, ...stream },
  PutRecords: { Records: { list: { structure: entry } }, DryRun: 'Boolean', ...stream },
  SplitShard: { ShardToSplit: 'String', NewStartingHashKey: 'String', ...stream },
  UpdateMaxRecordSize: { MaxRecordSizeInKiB: 'Integer', StreamARN: 'String', StreamId: 'String' },
  UpdateShardCount: { TargetShardCount: 'Integer', ScalingType: 'String', ...stream },
} as const satisfies Readonly<Record<string, Members>>;

export type Operation = keyof typeof REQUESTS;

export const OPERATIONS: readonly Operation[] = Object.keys(REQUESTS) as Operation[];

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(REQUESTS, name);
}

/** The request in the SDK's shape. @throws {SerializationError} If the JSON is not of its type. */
export function readRequest(operation: Operation, json: unknown): object {
  return readMembers(json as Record<string, unknown>, REQUESTS[operation]);
}

/** The answer as JSON has it: bytes in base64, times in seconds since 1970. */
export function writeAnswer(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(writeAnswer);
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, writeAnswer(part)]));
}

/** Reads what is known and passes over the rest; null counts as absent. */
function readMembers(json: Readonly<Record<string, unknown>>, members: Members): object {
  const structure: Record<string, unknown> = {};
  for (const name in members) {
    const value = json[name];
    if (value !== undefined && value !== null) structure[name] = readValue(value, members[name]!);
  }
  return structure;
}

function readValue(value: unknown, type: Type): unknown {
  if (value === null) return undefined;
  if (typeof type === 'string') return readScalar(value, type);
  if ('list' in type) {
    if (!Array.isArray(value)) throw misplaced(value, 'Expected list or null');
    return value.map((part) => readValue(part, type.list));
  }
  const isMap = 'map' in type;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw misplaced(value, isMap ? 'Expected map or null' : 'Expected null');
  }
  if (!isMap) return readMembers(value as Record<string, unknown>, type.structure);
  const parts = Object.entries(value as object).filter(([, part]) => part !== null);
  return Object.fromEntries(parts.map(([name, part]) => [name, readValue(part, type.map)]));
}

function readScalar(value: unknown, type: Scalar): unknown {
  const target = {
    Blob: 'a Blob',
    Boolean: 'an Boolean',
    Integer: 'an Integer',
    String: 'an String',
    Timestamp: 'milliseconds since epoch',
  }[type];
  const refuse = (text: string) =>
    new SerializationError(`${text} can not be converted to ${target}`);
  switch (typeof value) {
    case 'boolean':
      if (type === 'Boolean') return value;
      throw refuse('class java.lang.Boolean');
    case 'number':
      if (type === 'Integer') return Math.max(-INT_MAX - 1, Math.min(INT_MAX, Math.floor(value)));
      if (type === 'Timestamp') {
        return new Date(Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, Math.round(value * 1000))));
      }
      throw refuse('class com.amazon.coral.value.json.numbers.TruncatingBigNumber');
    case 'string':
      if (type === 'String') return value;
      if (type === 'Blob') return readBase64(value);
      throw refuse(type === 'Boolean' ? `'${value.toUpperCase()}'` : 'class java.lang.String');
    default:
      throw misplaced(value, '');
  }
}

const INT_MAX = 2_147_483_647;
const TIME_MS_MAX = 8.64e15;

/** The checks in the service's order. `dectected` is how it spells the word. */
function readBase64(text: string): Uint8Array {
  const refuse = (reason: string) =>
    new SerializationError(`'${text}' can not be converted to a Blob: ${reason}`);
  if (text.length % 4 !== 0) {
    throw refuse(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`,
    );
  }
  const stray = /[^a-zA-Z0-9+/=]|=(?=[^=])/.exec(text);
  if (stray !== null) throw refuse(`Invalid Base64 character: '${stray[0]}'`);
  const bytes = Buffer.from(text, 'base64');
  // The bits that the last character has to spare must be 0.
  if (bytes.toString('base64') !== text) {
    throw refuse('Invalid last non-pad Base64 character dectected');
  }
  return bytes;
}

function misplaced(value: unknown, otherwise: string): SerializationError {
  if (Array.isArray(value)) return new SerializationError('Start of list found where not expected');
  return new SerializationError(
    typeof value === 'object' ? 'Start of structure or map found where not expected.' : otherwise,
  );
}
