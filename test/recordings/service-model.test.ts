/**
 * Every row of the API model is enforced, exactly at its boundaries.
 *
 * Where production differs from the model, a constant below says how.
 */

import { describe, expect, it } from 'vitest';
import { MODEL, type OperationName, type Rule } from '../../src/api/service-model.ts';
import { validate } from '../support/validate.ts';
import type { ModelRow } from './extract-service-model.ts';
import table from './service-model.json' with { type: 'json' };

const rows: readonly ModelRow[] = table.rows;

type Request = Record<string, unknown>;

/**
 * Members that we require although the model no longer does, because a request may use
 * alternatives.
 */
const REQUIRED_BEYOND_THE_MODEL = [
  'AddTagsToStream StreamName',
  'DecreaseStreamRetentionPeriod StreamName',
  'DeleteStream StreamName',
  'DescribeStream StreamName',
  'DescribeStreamSummary StreamName',
  'DisableEnhancedMonitoring StreamName',
  'EnableEnhancedMonitoring StreamName',
  'GetShardIterator StreamName',
  'IncreaseStreamRetentionPeriod StreamName',
  'ListTagsForStream StreamName',
  'MergeShards StreamName',
  'PutRecord PartitionKey',
  'PutRecord StreamName',
  'PutRecords Records.[].PartitionKey',
  'PutRecords StreamName',
  'RemoveTagsFromStream StreamName',
  'SplitShard StreamName',
  'StartStreamEncryption StreamName',
  'StopStreamEncryption StreamName',
  'UpdateMaxRecordSize StreamARN',
  'UpdateShardCount StreamName',
  'UpdateStreamWarmThroughput StreamName',
];

/** Values that production prints in another order (kinesalite's tests, run on AWS in 2018). */
const ITERATOR_TYPES = [
  'AFTER_SEQUENCE_NUMBER',
  'LATEST',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
];
const PRINTED_VALUES: Readonly<Record<string, readonly string[]>> = {
  'GetShardIterator ShardIteratorType': ITERATOR_TYPES,
  'SubscribeToShard StartingPosition.Type': ITERATOR_TYPES,
};

const STREAM_ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/s';
const CONSUMER_ARN = `${STREAM_ARN}/consumer/c:1700000000`;

/** Returns a valid request with every structure that has rows of its own. */
function validRequest(operation: string): Request {
  const StreamName = 's';
  switch (operation) {
    case 'AddTagsToStream':
      return { StreamName, Tags: { a: 'b' } };
    case 'RemoveTagsFromStream':
      return { StreamName, TagKeys: ['a'] };
    case 'TagResource':
      return { ResourceARN: STREAM_ARN, Tags: { a: 'b' } };
    case 'UntagResource':
      return { ResourceARN: STREAM_ARN, TagKeys: ['a'] };
    case 'PutResourcePolicy':
      return { ResourceARN: STREAM_ARN, Policy: '{}' };
    case 'DeleteResourcePolicy':
    case 'GetResourcePolicy':
    case 'ListTagsForResource':
      return { ResourceARN: STREAM_ARN };
    case 'RegisterStreamConsumer':
      return { StreamARN: STREAM_ARN, ConsumerName: 'c', Tags: { a: 'b' } };
    case 'DescribeStreamConsumer':
    case 'DeregisterStreamConsumer':
    case 'ListStreamConsumers':
      return { StreamARN: STREAM_ARN };
    case 'SubscribeToShard': {
      const StartingPosition = { Type: 'LATEST' };
      return { ConsumerARN: CONSUMER_ARN, ShardId: 'shardId-0', StartingPosition };
    }
    case 'StartStreamEncryption':
    case 'StopStreamEncryption':
      return { StreamName, EncryptionType: 'KMS', KeyId: 'k' };
    case 'DisableEnhancedMonitoring':
    case 'EnableEnhancedMonitoring':
      return { StreamName, ShardLevelMetrics: ['ALL'] };
    case 'UpdateStreamMode':
      return { StreamARN: STREAM_ARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } };
    case 'UpdateStreamRecordDistributionStrategy':
      return { StreamARN: STREAM_ARN, RecordDistributionStrategy: 'AUTO' };
    case 'UpdateStreamWarmThroughput':
      return { StreamName, WarmThroughputMiBps: 1 };
    case 'CreateStream':
      return { StreamName, StreamModeDetails: { StreamMode: 'ON_DEMAND' }, Tags: { a: 'b' } };
    case 'GetRecords':
      return { ShardIterator: 'a' };
    case 'GetShardIterator':
      return { StreamName, ShardId: 'shardId-0', ShardIteratorType: 'LATEST' };
    case 'IncreaseStreamRetentionPeriod':
    case 'DecreaseStreamRetentionPeriod':
      return { StreamName, RetentionPeriodHours: 24 };
    case 'ListShards':
      return { StreamName, ShardFilter: { Type: 'AT_LATEST' } };
    case 'MergeShards':
      return { StreamName, ShardToMerge: 'shardId-0', AdjacentShardToMerge: 'shardId-1' };
    case 'PutRecord':
      return { StreamName, Data: new Uint8Array(1), PartitionKey: 'k' };
    case 'PutRecords':
      return { StreamName, Records: [{ Data: new Uint8Array(1), PartitionKey: 'k' }] };
    case 'SplitShard':
      return { StreamName, ShardToSplit: 'shardId-0', NewStartingHashKey: '2' };
    case 'UpdateMaxRecordSize':
      return { StreamARN: STREAM_ARN, MaxRecordSizeInKiB: 1024 };
    case 'UpdateShardCount':
      return { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' };
    default:
      return { StreamName };
  }
}

/** Returns the request with one member set, or left out if `value` is undefined. */
function withMember(request: Request, [name, ...rest]: readonly string[], value: unknown): Request {
  if (name === '[]' || rest[0] === '[]') {
    const list = request[name!] as Request[];
    const [, ...inside] = rest;
    const entry = inside.length === 0 ? value : withMember(list[0]!, inside, value);
    return { ...request, [name!]: [entry] };
  }
  if (rest[0] === '{key}') return { ...request, [name!]: { [value as string]: 'b' } };
  if (rest[0] === '{value}') return { ...request, [name!]: { a: value } };
  if (rest.length > 0) {
    return { ...request, [name!]: withMember(request[name!] as Request, rest, value) };
  }
  const { [name!]: _, ...others } = request;
  return value === undefined ? others : { ...others, [name!]: value };
}

function titleOf({ operation, path }: ModelRow): string {
  return `${operation} ${path.join('.')}`;
}

function isStringOfList({ path, type }: ModelRow): boolean {
  return path.at(-1) === '[]' && type === 'string';
}

/** Returns the path of a member as the service prints it. */
function wirePath(row: ModelRow): string {
  // The strings of a list are reported once, for the whole list.
  return (isStringOfList(row) ? row.path.slice(0, -1) : row.path)
    .filter((name) => !name.startsWith('{'))
    .map((name) => (name === '[]' ? '1.member' : name.charAt(0).toLowerCase() + name.slice(1)))
    .join('.');
}

/** Returns the pattern as production printed it in 2018, without the anchors of today's model. */
function printedPattern(pattern: string): string {
  return pattern.replace(/^\^\((.*)\)\$$/, '$1');
}

/** Returns the constraints of a row that a value breaks, in the service's words. */
function brokenConstraints(row: ModelRow, value: unknown): string[] {
  const found: string[] = [];
  const { min, max, pattern, enum: values } = row;
  if (isStringOfList(row)) {
    const constraints = brokenConstraints({ ...row, path: [] }, value);
    if (constraints.length === 0) return [];
    const all =
      values === undefined
        ? [
            `Member must have length less than or equal to ${max}`,
            `Member must have length greater than or equal to ${min}`,
          ]
        : constraints;
    return [`Member must satisfy constraint: [${all.join(', ')}]`];
  }
  if (values !== undefined && !values.includes(value as string)) {
    const printed = PRINTED_VALUES[titleOf(row)] ?? values;
    expect([...printed].sort()).toEqual([...values].sort());
    found.push(`Member must satisfy enum value set: [${printed.join(', ')}]`);
  }
  if (pattern !== undefined) {
    const printed = printedPattern(pattern);
    if (!new RegExp(`^(?:${printed})$`).test(value as string)) {
      found.push(`Member must satisfy regular expression pattern: ${printed}`);
    }
  }
  const [noun, size] =
    row.type === 'integer' ? ['value', value as number] : ['length', lengthOf(row, value)];
  const below = `Member must have ${noun} greater than or equal to ${min}`;
  const above = `Member must have ${noun} less than or equal to ${max}`;
  const isBelow = min !== undefined && size < min;
  const isAbove = max !== undefined && size > max;
  const part = row.path.at(-1);
  if (part === '{key}' || part === '{value}') {
    const subject = part === '{key}' ? 'Map keys' : 'Map value';
    if (isBelow || isAbove) found.push(`${subject} must satisfy constraint: [${above}, ${below}]`);
  } else {
    if (isBelow) found.push(below);
    if (isAbove) found.push(above);
  }
  return found;
}

function lengthOf({ type }: ModelRow, value: unknown): number {
  if (type === 'string') return [...(value as string)].length;
  if (type === 'blob' || type === 'list') return (value as ArrayLike<unknown>).length;
  return Object.keys(value as object).length;
}

/** Values at and beside each boundary of the row, and of its pattern and list of values. */
function candidates(row: ModelRow): unknown[] {
  const { type, min, max } = row;
  const sizes = [min, max]
    .flatMap((bound) => (bound === undefined ? [] : [bound - 1, bound, bound + 1]))
    .filter((size) => type === 'integer' || size >= 0);
  switch (type) {
    case 'integer':
      return [...sizes, 24, 2 ** 31];
    case 'blob':
      return [...sizes, 0].map((size) => new Uint8Array(size));
    case 'list': {
      const [entry] = validRequest(row.operation)[row.path[0]!] as unknown[];
      return sizes.map((size) => Array(size).fill(entry));
    }
    case 'map':
      return sizes.map((size) =>
        Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, 'v'])),
      );
    case 'string':
      return [
        ...sizes.map((size) => 'a'.repeat(size)),
        ...(row.pattern === undefined ? sizes.map((size) => '😀'.repeat(size)) : []),
        ...(row.enum ?? []),
        ...sizes.map((size) => STREAM_ARN.padEnd(size, 'x').slice(0, size)),
        ...sizes.map((size) => CONSUMER_ARN.padEnd(size, '0').slice(0, size)),
        ...ODD_TEXTS,
      ];
    default:
      return [];
  }
}

const ODD_TEXTS = [
  ...['', ' ', 'a b', 'a\n', '\na', 'Ä', '😀', 'a.b-c_D9', 'uniform_scaling', 'AT_LATEST '],
  ...['0', '1', '00', '01', '-1', '+1', '1.5', '1e3', '0x10', '1_0', '12abc', '٣', '1\n'],
  ...['9'.repeat(39), '9'.repeat(40), `1${'0'.repeat(38)}`, '9'.repeat(129), '9'.repeat(130)],
  ...[
    STREAM_ARN,
    `${STREAM_ARN} `,
    STREAM_ARN.toUpperCase(),
    STREAM_ARN.slice(1),
    'arn:aws:kinesis',
  ],
  `${STREAM_ARN}:kinesis:x`,
  ...[CONSUMER_ARN, `${CONSUMER_ARN}x`, CONSUMER_ARN.replace(':1', '')],
  ...[`${STREAM_ARN}/consumer/a/consumer/b:1`, STREAM_ARN.replace('stream', 'channel')],
  `arn:aws:kinesis:kinesis:${STREAM_ARN}`,
  'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/s',
  'arn:aws:kinesis:us-east-1:12345678901:stream/s',
  'arn:aws:kinesis:us-east-1:123456789012:stream/',
  ...['a'.repeat(20), `${'a'.repeat(20)}-abc`, `${'a'.repeat(19)}-abc`, `${'A'.repeat(20)}-abc`],
];

/** The limit on Data is the stream's. Key and Data share it, so requests for Data have no key. */
function limitsOf(row: ModelRow) {
  const isData = row.path.at(-1) === 'Data';
  return {
    recordBytesMax: isData ? row.max! : 1_048_576,
    ...(isData && { recordDistributionStrategy: 'AUTO' as const }),
  };
}

function baseOf(row: ModelRow): Request {
  const base = validRequest(row.operation);
  if (row.path.at(-1) !== 'Data') return base;
  return withMember(base, [...row.path.slice(0, -1), 'PartitionKey'], undefined);
}

describe('the service model', () => {
  it('has rows for all operations', () => {
    expect(rows.length).toBeGreaterThan(60);
    const withMembers = Object.entries(MODEL).filter(([, rules]) => rules.length > 0);
    const names = withMembers.map(([operation]) => operation);
    expect(new Set(rows.map(({ operation }) => operation))).toEqual(new Set(names));
  });

  it('has the same members as ours', () => {
    const pathsOf = (rules: readonly Rule[], path: readonly string[]): string[] =>
      rules.flatMap((rule) => {
        const here = [...path, rule.name];
        const inside = rule.type === 'list' ? [...here, '[]'] : here;
        return [here.join('.'), ...pathsOf(rule.members ?? [], inside)];
      });
    for (const [operation, rules] of Object.entries(MODEL)) {
      const known = rows
        .filter((row) => row.operation === operation && !/[\]}]/.test(row.path.at(-1)!))
        .map(({ path }) => path.join('.'));
      expect(pathsOf(rules, []).sort()).toEqual(known.sort());
    }
  });

  it.each(Object.keys(MODEL))('accepts a valid %s', (operation) => {
    const limits = { recordBytesMax: 1_048_576 };
    expect(validate(operation as OperationName, validRequest(operation), limits)).toEqual([]);
  });

  it.each(rows.map((row) => [titleOf(row), row] as const))('constrains %s', (_, row) => {
    const seen = new Set<string>();
    for (const value of candidates(row)) {
      const request = withMember(baseOf(row), row.path, value);
      const violations = validate(row.operation as OperationName, request, limitsOf(row));
      const expected = brokenConstraints(row, value);
      expect(violations.map(({ path, constraint }) => [path, constraint])).toEqual(
        expected.map((constraint) => [wirePath(row), constraint]),
      );
      for (const constraint of expected) seen.add(constraint);
      if (expected.length === 0) seen.add('fine');
    }
    // Some candidates satisfy and some break every constraint of the row.
    const { type, min, max, pattern, enum: values } = row;
    const isPart = /^[{[]/.test(row.path.at(-1)!);
    const hasMin = min !== undefined && (min > 0 || type === 'integer') && !isPart;
    const constraints = [hasMin, max !== undefined, pattern, values].filter(Boolean).length;
    const isBounded = candidates(row).length > 0;
    expect(seen.size).toBe(isBounded ? constraints + 1 : 0);
  });

  it.each(['absent', 'null'])('requires the same members if they are %s', (how) => {
    const refused: string[] = [];
    const required: string[] = [];
    for (const row of rows) {
      if (/[\]}]/.test(row.path.at(-1)!)) continue;
      const value = how === 'null' ? null : undefined;
      const request = withMember(validRequest(row.operation), row.path, value);
      const violations = validate(row.operation as OperationName, request, {
        recordBytesMax: 1_048_576,
      });
      if (row.required) required.push(titleOf(row));
      if (violations.length === 0) continue;
      expect(violations).toEqual([
        { path: wirePath(row), value, constraint: 'Member must not be null' },
      ]);
      refused.push(titleOf(row));
    }
    expect(refused.sort()).toEqual([...required, ...REQUIRED_BEYOND_THE_MODEL].sort());
  });

  it.each(rows.map((row) => [titleOf(row), row] as const))(
    'throws for a value of another type: %s',
    (_, row) => {
      if (row.path.at(-1) === '{key}') return;
      const right: Record<string, (value: unknown) => boolean> = {
        string: (value) => typeof value === 'string',
        integer: (value) => typeof value === 'number',
        boolean: (value) => typeof value === 'boolean',
        blob: (value) => value instanceof Uint8Array,
        timestamp: (value) => value instanceof Date,
        list: (value) => Array.isArray(value),
        map: (value) => typeof value === 'object' && !Array.isArray(value),
        structure: (value) => typeof value === 'object' && !Array.isArray(value),
      };
      const jsPath = `request.${row.path.join('.')}`
        .replace('.[]', '[0]')
        .replace('.{value}', '["a"]');
      for (const value of ['a', 5, true, [], {}, 5n, Symbol('s'), () => 1, new Uint8Array(1)]) {
        if (right[row.type]!(value)) continue;
        const request = withMember(validRequest(row.operation), row.path, value);
        const call = () =>
          validate(row.operation as OperationName, request, { recordBytesMax: 1_048_576 });
        expect(call).toThrow(TypeError);
        expect(call).toThrow(`${jsPath} must be a`);
      }
    },
  );
});
