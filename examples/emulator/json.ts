/**
 * The Kinesis JSON protocol: converts JSON to the SDK's shapes and back.
 *
 * A value of the wrong type is refused with the message of the service's parser (kinesalite
 * test/helpers.js, run on AWS 2018).
 */

/** A JSON value is not of the type that the operation expects. */
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

/** The requests of the emulator, each with the types of its members. */
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

/**
 * Returns the request in the SDK's shape.
 *
 * @throws {SerializationError} If a value is of the wrong type.
 */
export function readRequest(operation: Operation, json: unknown): object {
  return readMembers(json as Record<string, unknown>, REQUESTS[operation]);
}

/** Converts an answer to JSON: bytes in base64, times in seconds since 1970. */
export function writeAnswer(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(writeAnswer);
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, writeAnswer(part)]));
}

/** Reads the known members and ignores the others. A null member counts as absent. */
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
    if (!Array.isArray(value)) throw createPlaceError(value, 'Expected list or null');
    return value.map((element) => readValue(element, type.list));
  }
  const isMap = 'map' in type;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw createPlaceError(value, isMap ? 'Expected map or null' : 'Expected null');
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
  const createError = (found: string) =>
    new SerializationError(`${found} can not be converted to ${target}`);
  switch (typeof value) {
    case 'boolean':
      if (type === 'Boolean') return value;
      throw createError('class java.lang.Boolean');
    case 'number':
      if (type === 'Integer') return Math.max(-INT_MAX - 1, Math.min(INT_MAX, Math.floor(value)));
      if (type === 'Timestamp') {
        return new Date(Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, Math.round(value * 1000))));
      }
      throw createError('class com.amazon.coral.value.json.numbers.TruncatingBigNumber');
    case 'string':
      if (type === 'String') return value;
      if (type === 'Blob') return readBase64(value);
      throw createError(type === 'Boolean' ? `'${value.toUpperCase()}'` : 'class java.lang.String');
    default:
      throw createPlaceError(value, '');
  }
}

const INT_MAX = 2_147_483_647;
const TIME_MS_MAX = 8.64e15;

/** The checks are in the service's order. `dectected` is the service's spelling. */
function readBase64(text: string): Uint8Array {
  const createError = (reason: string) =>
    new SerializationError(`'${text}' can not be converted to a Blob: ${reason}`);
  if (text.length % 4 !== 0) {
    throw createError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`,
    );
  }
  const stray = /[^a-zA-Z0-9+/=]|=(?=[^=])/.exec(text);
  if (stray !== null) throw createError(`Invalid Base64 character: '${stray[0]}'`);
  const bytes = Buffer.from(text, 'base64');
  // The unused bits of the last character must be 0.
  if (bytes.toString('base64') !== text) {
    throw createError('Invalid last non-pad Base64 character dectected');
  }
  return bytes;
}

/** An error for a list or an object in the wrong place; for other values, with `otherwise`. */
function createPlaceError(value: unknown, otherwise: string): SerializationError {
  if (Array.isArray(value)) return new SerializationError('Start of list found where not expected');
  return new SerializationError(
    typeof value === 'object' ? 'Start of structure or map found where not expected.' : otherwise,
  );
}
