/** Requests to one stream, and whether they are accepted or with which message they are refused. */

import { createStream, type StreamContext, unwrap, type ValidationMessageStyle } from 'shardline';
import sent from '../../../test/recordings/sequence-number-cases.json' with { type: 'json' };
import recorded from '../../../test/recordings/validation-cases.json' with { type: 'json' };
import { callLibrary, type JsonObject, type Operation } from '../request.ts';
import type { Case, VectorFile } from './vector-file.ts';

const NOW_MS = 1_700_000_000_000;
const STREAM = { StreamName: 'orders', ShardCount: 3 };
const CONTEXT = { accountId: '123456789012', region: 'us-east-1' };
const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';

/** The default limit. One recorded case has a limit that no stream has today; it is left out. */
const RECORD_BYTES_MAX = 1_048_576;

/** How the service prints an entry of a list. An unknown number follows. */
const HASH_CODE = 'PutRecordsRequestEntry@';

/** Operations whose recorded cases repeat those of another, or that no single stream answers. */
const LEFT_OUT = [
  'AddTagsToStream',
  'DecreaseStreamRetentionPeriod',
  'DescribeStreamSummary',
  'MergeShards',
  'RemoveTagsFromStream',
];

/**
 * Cases whose response today is not known. The model allows a missing ShardCount, and sets no upper
 * bound for it; kinesalite 3.3.3 has a bound of 100,000.
 */
const NOT_KNOWN = [
  'CreateStream of nothing',
  'CreateStream of a long name and a count beyond 32 bits',
];

type Known =
  | { readonly verified: true; readonly source: string }
  | { readonly verified: false; readonly note: string };

function faultOf(
  operation: Operation,
  request: JsonObject,
  validationMessages: ValidationMessageStyle,
): Case | undefined {
  const context: StreamContext = { ...CONTEXT, validationMessages, shardLimit: 20_000 };
  const stream = unwrap(createStream(STREAM, context, NOW_MS));
  const result = callLibrary(stream, operation, request, context, NOW_MS + 60_000);
  return result.ok ? undefined : { ...result.fault };
}

function validation(
  title: string,
  operation: Operation,
  request: JsonObject,
  known: Known,
  wantedShardId?: string,
): Case {
  const omitted = faultOf(operation, request, 'data-omitted');
  if (omitted === undefined) {
    const shardId = wantedShardId === undefined ? {} : { shardId: wantedShardId };
    return { title, operation, request, accepted: true, ...shardId, ...known };
  }
  const shown = faultOf(operation, request, 'value-shown')?.['message'] as string;
  const isOther = shown !== omitted['message'] && !shown.includes(HASH_CODE);
  return {
    title,
    operation,
    request,
    accepted: false,
    code: omitted['code'],
    message: omitted['message'],
    ...(isOther && { messageWithValues: shown }),
    ...known,
  };
}

/** Translates the short forms of the recorded cases to those of the vectors. */
function translate(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\{(.) x (\d+)\}/g, (_, part: string, count: string) =>
      part.repeat(Number(count)),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(translate);
  if ('$bytes' in value) return value.$bytes === 0 ? '' : { $zeroBytes: value.$bytes };
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, translate(member)]),
  );
}

const KINESALITE = 'kinesalite tests, run on AWS 2018';
const MODEL = 'service model, botocore 1.43.107, in the words of the recorded cases';

function verified(source: string): Known {
  return { verified: true, source };
}

function chosen(note: string): Known {
  return { verified: false, note };
}

function* recordings(): Generator<Case> {
  for (const one of recorded.cases) {
    const { title, operation, request, source } = one;
    const { recordBytesMax = RECORD_BYTES_MAX, superseded } = one as {
      recordBytesMax?: number;
      superseded?: { why: string };
    };
    if (recordBytesMax !== RECORD_BYTES_MAX || LEFT_OUT.includes(operation)) continue;
    if (NOT_KNOWN.includes(title)) continue;
    const known = superseded === undefined ? verified(source) : chosen(superseded.why);
    yield validation(title, operation as Operation, translate(request) as JsonObject, known);
  }
}

const DATA = 'YQ==';

function put(more: JsonObject): JsonObject {
  return { StreamName: 'orders', PartitionKey: 'a', Data: DATA, ...more };
}

function without(request: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(request).filter(([key]) => key !== name));
}

function* puts(): Generator<Case> {
  const accept = (title: string, more: JsonObject, known: Known, shardId?: string) =>
    validation(title, 'PutRecord', put(more), known, shardId);
  yield accept('a record', {}, verified(KINESALITE), 'shardId-000000000000');
  yield accept('empty data', { Data: '' }, verified(KINESALITE));
  yield accept(
    'a stream named by its ARN',
    { StreamName: undefined, StreamARN: ARN },
    verified('API reference, PutRecord'),
  );
  yield accept('a key of 256 letters', { PartitionKey: 'a'.repeat(256) }, verified(MODEL));
  yield accept(
    'a key of 256 code points in 512 UTF-16 units',
    { PartitionKey: '\u{1f600}'.repeat(256) },
    verified('live tests of aws-amplify/amplify-swift, amplify-android and amplify-flutter'),
  );
  yield accept(
    'a key of 257 code points in 514 UTF-16 units',
    { PartitionKey: '\u{1f600}'.repeat(257) },
    chosen('Smithy counts code points; nobody has shown the refusal'),
  );
  yield accept('a key of 257 letters', { PartitionKey: 'a'.repeat(257) }, verified(KINESALITE));
  yield accept('an empty key', { PartitionKey: '' }, verified(KINESALITE));
  yield validation(
    'no partition key',
    'PutRecord',
    without(put({}), 'PartitionKey'),
    chosen('the words of before 2026; the model no longer requires the key'),
  );
  yield validation('no data', 'PutRecord', without(put({}), 'Data'), verified(KINESALITE));
  yield accept('null for a key', { PartitionKey: null }, chosen('null counts as absent'));
  yield accept('a stream that is not there', { StreamName: 'other' }, verified(KINESALITE));
  yield accept('a name with a blank', { StreamName: 'a b' }, verified(MODEL));
  const explicit: readonly [string, string, string?][] = [
    ['0', 'model', 'shardId-000000000000'],
    ['113427455640312821154458202477256070484', KINESALITE, 'shardId-000000000000'],
    ['113427455640312821154458202477256070485', KINESALITE, 'shardId-000000000001'],
    ['226854911280625642308916404954512140969', KINESALITE, 'shardId-000000000001'],
    ['226854911280625642308916404954512140970', KINESALITE, 'shardId-000000000002'],
    ['340282366920938463463374607431768211455', KINESALITE, 'shardId-000000000002'],
  ];
  for (const [ExplicitHashKey, source, shardId] of explicit) {
    const title = `explicit hash key ${ExplicitHashKey}`;
    yield accept(
      title,
      { ExplicitHashKey },
      verified(source === 'model' ? MODEL : source),
      shardId,
    );
  }
  for (const ExplicitHashKey of [
    '340282366920938463463374607431768211456',
    '9'.repeat(39),
    '1'.padEnd(40, '0'),
    '',
    '00',
    '01',
    '+1',
    '-1',
    ' 1',
    '1 ',
    '1.5',
    '1e3',
    '0x10',
    '1_0',
    'abc',
    '\u0661',
  ]) {
    const isRecorded = ['340282366920938463463374607431768211456', ''].includes(ExplicitHashKey);
    const source = isRecorded ? KINESALITE : MODEL;
    yield accept(
      `explicit hash key ${JSON.stringify(ExplicitHashKey)}`,
      { ExplicitHashKey },
      verified(source),
    );
  }
  for (const { title, hex, source } of sent.cases) {
    const SequenceNumberForOrdering = BigInt(`0x${hex}`).toString();
    const isSent = !source.includes('getShardIterator');
    const known = isSent
      ? verified(source)
      : chosen('GetShardIterator reads it so; nobody has shown what PutRecord does');
    yield accept(`ordering: ${title}`, { SequenceNumberForOrdering }, known);
  }
  yield accept('ordering: no number', { SequenceNumberForOrdering: 'abc' }, verified(MODEL));
}

function* sizes(): Generator<Case> {
  const record = (bytes: number, key: string) => ({
    PartitionKey: key,
    Data: { $zeroBytes: bytes },
  });
  const one = (title: string, bytes: number, key: string, known: Known) =>
    validation(title, 'PutRecord', { StreamName: 'orders', ...record(bytes, key) }, known);
  const atLimit = chosen('exactly 1 MiB is taken, as "must not exceed" says (moto)');
  const key = chosen('key bytes count; the words for data within the limit are those of moto');
  yield one('1 MiB of data and key', RECORD_BYTES_MAX - 1, 'a', atLimit);
  yield one('1 MiB of data, and a key', RECORD_BYTES_MAX, 'a', key);
  yield one('1 MiB and a byte of data', RECORD_BYTES_MAX + 1, 'a', verified(KINESALITE));
  yield one('a key counts in UTF-8: 1 MiB', RECORD_BYTES_MAX - 4, '\u{1f600}', atLimit);
  yield one('a key counts in UTF-8: a byte more', RECORD_BYTES_MAX - 3, '\u{1f600}', key);
  const many = (title: string, times: number, bytes: number, known: Known) =>
    validation(
      title,
      'PutRecords',
      { StreamName: 'orders', Records: { $times: times, entry: record(bytes, 'a') } },
      known,
    );
  yield many('500 records', 500, 1, verified(MODEL));
  yield many('501 records', 501, 1, verified(KINESALITE));
  yield many(
    '10 MiB in ten records',
    10,
    RECORD_BYTES_MAX - 1,
    chosen('exactly 10 MiB are taken; the very edge is not known'),
  );
  yield many(
    'more than 10 MiB in eleven records',
    11,
    RECORD_BYTES_MAX - 1,
    chosen('the limit is the API reference; the words are those for 5 MB before October 2025'),
  );
  const Records = [
    { PartitionKey: 'a', Data: DATA },
    { PartitionKey: 'b', Data: DATA, ExplicitHashKey: `${2n ** 128n}` },
  ];
  yield validation(
    'one explicit hash key out of range refuses the whole PutRecords',
    'PutRecords',
    { StreamName: 'orders', Records },
    verified(KINESALITE),
  );
  yield validation(
    'one record of 1 MiB and a byte refuses the whole PutRecords',
    'PutRecords',
    {
      StreamName: 'orders',
      Records: [{ PartitionKey: 'a', Data: DATA }, record(RECORD_BYTES_MAX + 1, 'b')],
    },
    verified('awslabs/amazon-kinesis-producer issue 680 (2025), less its final dot'),
  );
}

function* others(): Generator<Case> {
  const hours = (
    title: string,
    operation: 'DecreaseStreamRetentionPeriod' | 'IncreaseStreamRetentionPeriod',
    RetentionPeriodHours: number,
    known: Known = verified(KINESALITE),
  ) => validation(title, operation, { StreamName: 'orders', RetentionPeriodHours }, known);
  yield hours('the same retention', 'IncreaseStreamRetentionPeriod', 24);
  yield hours('a longer retention', 'IncreaseStreamRetentionPeriod', 25);
  yield hours('too short a retention', 'IncreaseStreamRetentionPeriod', 23);
  yield hours('too short a retention to decrease to', 'DecreaseStreamRetentionPeriod', 23);
  yield hours('a decrease that is longer', 'DecreaseStreamRetentionPeriod', 25);
  yield hours(
    'too long a retention',
    'IncreaseStreamRetentionPeriod',
    8761,
    chosen('the limit is the API reference; the words are those of moto'),
  );
  const model = (title: string, operation: Operation, request: JsonObject) =>
    validation(title, operation, request, verified(MODEL));
  const StreamName = 'orders';
  yield model('no shards', 'CreateStream', { StreamName: 'new', ShardCount: 0 });
  yield model('an unknown mode', 'CreateStream', {
    StreamName: 'new',
    StreamModeDetails: { StreamMode: 'OFF' },
    ShardCount: 1,
  });
  yield model('too small a record size', 'UpdateMaxRecordSize', {
    StreamARN: ARN,
    MaxRecordSizeInKiB: 1023,
  });
  yield model('too large a record size', 'UpdateMaxRecordSize', {
    StreamARN: ARN,
    MaxRecordSizeInKiB: 10_241,
  });
  yield model('a page of no shards', 'ListShards', { StreamName, MaxResults: 0 });
  const list = (title: string, request: JsonObject, known: Known) =>
    validation(title, 'ListShards', request, known);
  const NextToken = 'AAAA';
  yield list('a listing of nothing', {}, verified(KINESALITE));
  yield list('a token and a name', { StreamName, NextToken }, verified(KINESALITE));
  yield list(
    'a token and the name of a stream that is not there',
    { StreamName: 'other', NextToken },
    verified(KINESALITE),
  );
  yield list(
    'a token and an ARN',
    { StreamARN: ARN, NextToken },
    verified('aws/aws-cli issue 9635 (2025)'),
  );
  yield list(
    'a token and a filter',
    { ShardFilter: { Type: 'AT_LATEST' }, NextToken },
    verified('apache/beam issue 33478'),
  );
  yield list(
    'a token and a shard to start after',
    { ExclusiveStartShardId: 'shardId-000000000000', NextToken },
    verified('awslabs/amazon-kinesis-scaling-utils pull request 82 (2019)'),
  );
  yield list(
    'a filter without the member that its type needs',
    { StreamName, ShardFilter: { Type: 'AFTER_SHARD_ID' } },
    chosen('the need is the API reference; the words are ours'),
  );
  yield list(
    'a filter with a member that its type excludes',
    { StreamName, ShardFilter: { Type: 'AT_LATEST', ShardId: 'shardId-000000000000' } },
    chosen('the exclusion is the API reference; the words are ours'),
  );
  yield model('an unknown filter', 'ListShards', { StreamName, ShardFilter: { Type: 'ALL' } });
  yield model('scaling to no shards', 'UpdateShardCount', {
    StreamName,
    TargetShardCount: 0,
    ScalingType: 'UNIFORM_SCALING',
  });
  yield model('an unknown scaling', 'UpdateShardCount', {
    StreamName,
    TargetShardCount: 2,
    ScalingType: 'FAST',
  });
  yield model('a split at no number', 'SplitShard', {
    StreamName,
    ShardToSplit: 'shardId-000000000000',
    NewStartingHashKey: '12abc',
  });
  yield model('a split at a fraction', 'SplitShard', {
    StreamName,
    ShardToSplit: 'shardId-000000000000',
    NewStartingHashKey: '12345.5',
  });
}

export const validations: VectorFile = {
  name: 'validation',
  description:
    'A request on a new stream, described by the setting above, and the response: accepted (shardId where the record goes), or the exact code and message. message shows every value except Data and lists of records, as production does since 2022; messageWithValues shows these too, as it did from 2013 to about 2021, and is left out where it is the same or carries a hash code. Violations are listed in the order of production before 2016; since then the order is not deterministic. Every case starts from a new stream. {"$zeroBytes": n} stands for the base64 form of n bytes of 0, {"$times": n, "entry": e} for a list of n copies of e; other data is base64. verified: production responded so, or the API model says so in words that production printed; otherwise note says what was chosen and why.',
  source:
    "Production's responses as recorded in public (kinesalite's tests, run on AWS on 2018-03-25, and logs of users, named in each case), and the API model of botocore 1.43.107.",
  setting: { stream: { ...STREAM, createdAtMs: NOW_MS }, ...CONTEXT },
  cases: [...recordings(), ...puts(), ...sizes(), ...others()],
};
