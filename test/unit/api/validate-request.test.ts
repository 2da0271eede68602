import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { OperationName, RequestLimits } from '../../../src/api/service-model.ts';
import { unitsRead } from '../../support/units-read.ts';
import { validate } from '../../support/validate.ts';

const MIB = 1_048_576;
const streamArn = 'arn:aws:kinesis:us-east-1:123456789012:stream/s';
const plain = { recordBytesMax: MIB };
const Data = new Uint8Array(1);

function violations(
  operation: OperationName,
  request: unknown,
  limits: Partial<RequestLimits> = {},
): string[] {
  const found = validate(operation, request, { recordBytesMax: MIB, ...limits });
  return found.map(({ path, constraint }) => `${path}: ${constraint}`);
}

const NULL = 'Member must not be null';
const tooLong = (max: number) => `Member must have length less than or equal to ${max}`;
const tooShort = (min: number) => `Member must have length greater than or equal to ${min}`;

describe('validateRequest', () => {
  it('reports missing members before wrong ones', () => {
    const Records = [{ Data, PartitionKey: '' }, { PartitionKey: 'k' }, null, undefined, { Data }];
    expect(violations('PutRecords', { Records })).toEqual([
      `records.2.member.data: ${NULL}`,
      `records.3.member: ${NULL}`,
      `records.4.member: ${NULL}`,
      `records.5.member.partitionKey: ${NULL}`,
      `streamName: ${NULL}`,
      `records.1.member.partitionKey: ${tooShort(1)}`,
    ]);
  });

  it('returns every violation with its value, however many there are', () => {
    const Records = Array.from({ length: 500 }, () => ({ Data, PartitionKey: '' }));
    const found = validate('PutRecords', { StreamName: 's', Records }, plain);
    expect(found).toHaveLength(500);
    expect(found[499]).toEqual({
      path: 'records.500.member.partitionKey',
      value: '',
      constraint: tooShort(1),
    });
  });

  it('checks only as many entries as a list may have', () => {
    const Records = [...Array(500).fill({ Data, PartitionKey: 'k' }), { Data, PartitionKey: 5 }];
    const paths = violations('PutRecords', { StreamName: 's', Records });
    expect(paths).toEqual([`records: ${tooLong(500)}`]);
  });

  it('ignores unknown members', () => {
    const entry = { Data, PartitionKey: 'k', SequenceNumberForOrdering: 'x', ShardId: 5 };
    expect(violations('PutRecords', { StreamName: 's', Records: [entry], X: 1 })).toEqual([]);
  });

  it('accepts an ARN in place of a name, and neither in ListShards', () => {
    expect(violations('DescribeStream', { StreamARN: streamArn })).toEqual([]);
    expect(violations('DescribeStream', { StreamId: `${'a'.repeat(20)}-abc` })).toEqual([
      `streamName: ${NULL}`,
    ]);
    expect(violations('ListShards', { NextToken: 't' })).toEqual([]);
    expect(violations('ListShards', {})).toEqual([]);
  });

  it('does not require a partition key under AUTO', () => {
    const limits = { recordDistributionStrategy: 'AUTO' } as const;
    expect(violations('PutRecord', { StreamName: 's', Data }, limits)).toEqual([]);
    expect(violations('PutRecord', { StreamName: 's', Data, PartitionKey: '' }, limits)).toEqual([
      `partitionKey: ${tooShort(1)}`,
    ]);
    const user = { recordDistributionStrategy: 'USER_PARTITION_KEY' } as const;
    expect(violations('PutRecord', { StreamName: 's', Data }, user)).toEqual([
      `partitionKey: ${NULL}`,
    ]);
  });

  it('counts the length of a key in code points', () => {
    const put = (PartitionKey: string) =>
      violations('PutRecord', { StreamName: 's', Data, PartitionKey });
    expect(put('😀'.repeat(256))).toEqual([]);
    expect(put('é'.repeat(256))).toEqual([]);
    expect(put('\ud83d'.repeat(256))).toEqual([]);
    for (const key of ['a'.repeat(257), `${'😀'.repeat(256)}a`, '\ud83d'.repeat(257)]) {
      expect(put(key)).toEqual([`partitionKey: ${tooLong(256)}`]);
    }
  });

  it("checks data, together with the bytes of its key, against the stream's limit", () => {
    const put = (size: number, PartitionKey: string, recordBytesMax: number) =>
      violations(
        'PutRecord',
        { StreamName: 's', Data: new Uint8Array(size), PartitionKey },
        { recordBytesMax },
      );
    for (const limit of [MIB, 10 * MIB]) {
      expect(put(limit - 1, 'a', limit)).toEqual([]);
      expect(put(limit, 'a', limit)).toEqual([`data: ${tooLong(limit)}`]);
      expect(put(limit + 1, 'a', limit)).toEqual([`data: ${tooLong(limit)}`]);
      expect(put(limit - 4, '😀', limit)).toEqual([]);
      expect(put(limit - 3, '😀', limit)).toEqual([`data: ${tooLong(limit)}`]);
      expect(put(limit - 3, '\ud83d', limit)).toEqual([]);
    }
    expect(put(MIB + 1, 'a', 10 * MIB)).toEqual([]);
    // The key alone is refused; its bytes are not added to those of the data.
    expect(put(MIB, 'a'.repeat(600), MIB)).toEqual([`partitionKey: ${tooLong(256)}`]);
  });

  it('matches the whole text against the pattern', () => {
    const notMatched = (path: string, pattern: string) =>
      `${path}: Member must satisfy regular expression pattern: ${pattern}`;
    const streamId = notMatched('streamId', '[a-z0-9]{20}-[a-z0-9]{3}');
    const id = `${'a'.repeat(20)}-abc`;
    for (const StreamId of [`x${id}`, `${id}x`]) {
      expect(violations('DescribeStream', { StreamName: 's', StreamId })).toEqual([
        streamId,
        `streamId: ${tooLong(24)}`,
      ]);
    }
    expect(violations('DescribeStream', { StreamARN: `x${streamArn}` })).toEqual([
      notMatched('streamARN', 'arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+'),
    ]);
  });

  it('reports the pattern before the length, each by itself', () => {
    expect(violations('DescribeStream', { StreamName: ' '.repeat(129) })).toEqual([
      'streamName: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
      `streamName: ${tooLong(128)}`,
    ]);
  });

  it('checks the number and the lengths of tags', () => {
    const Tags = { ['__proto__']: 'x'.repeat(257), '': '' };
    expect(violations('CreateStream', { StreamName: 's', Tags })).toEqual([
      `tags: Map keys must satisfy constraint: [${tooLong(128)}, ${tooShort(1)}]`,
      `tags: Map value must satisfy constraint: [${tooLong(256)}, ${tooShort(0)}]`,
    ]);
  });

  it('accepts integers of any size, as production does', () => {
    expect(violations('CreateStream', { StreamName: 's', ShardCount: 1e11 })).toEqual([]);
    expect(violations('DescribeStream', { StreamName: 's', Limit: -1e11 })).toEqual([
      'limit: Member must have value greater than or equal to 1',
    ]);
    for (const hours of [-(2 ** 31), 0, 9000]) {
      const request = { StreamName: 's', RetentionPeriodHours: hours };
      expect(violations('IncreaseStreamRetentionPeriod', request)).toEqual([]);
    }
  });

  it('throws for a member of the wrong type and names it', () => {
    const cases: [OperationName, unknown, string][] = [
      ['PutRecord', null, 'request must be an object: got null'],
      ['PutRecord', [], 'request must be an object: got an array'],
      ['PutRecord', { PartitionKey: 5 }, 'request.PartitionKey must be a string: got 5'],
      ['PutRecord', { Data: 'a' }, "request.Data must be a Uint8Array: got the string 'a'"],
      ['PutRecord', { DryRun: 1 }, 'request.DryRun must be a boolean: got 1'],
      ['PutRecords', { Records: {} }, 'request.Records must be an array: got an object'],
      [
        'PutRecords',
        { Records: ['a'] },
        "request.Records[0] must be an object: got the string 'a'",
      ],
      [
        'PutRecords',
        { Records: [{}, { Data: new Uint16Array(1) }] },
        'request.Records[1].Data must be a Uint8Array: got an object',
      ],
      ['CreateStream', { Tags: { 'a"': 5 } }, 'request.Tags["a\\""] must be a string: got 5'],
      ['CreateStream', { Tags: { a: null } }, 'request.Tags["a"] must be a string: got null'],
      [
        'ListShards',
        { ShardFilter: { Timestamp: 5 } },
        'request.ShardFilter.Timestamp must be a Date: got 5',
      ],
      [
        'toString' as OperationName,
        {},
        "operation must be one of SERVICE_MODEL: got the string 'toString'",
      ],
      ['PutRecord' as never, undefined, 'request must be an object: got undefined'],
    ];
    for (const [operation, request, message] of cases) {
      expect(() => violations(operation, request)).toThrow(TypeError);
      expect(() => violations(operation, request)).toThrow(message);
    }
    for (const Limit of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => violations('DescribeStream', { StreamName: 's', Limit })).toThrow(
        new RangeError(`request.Limit must be an integer: got ${Limit}`),
      );
    }
    const ShardFilter = { Type: 'AT_TIMESTAMP', Timestamp: new Date(Number.NaN) };
    expect(() => violations('ListShards', { ShardFilter })).toThrow(
      new RangeError('request.ShardFilter.Timestamp must be a valid Date: got an invalid one'),
    );
    const Tags = { ['k'.repeat(1e6)]: 5 };
    expect(() => violations('CreateStream', { Tags })).toThrow(
      new TypeError(`request.Tags["${'k'.repeat(64)}"] must be a string: got 5`),
    );
  });

  it('matches the first 4,096 units of a text against its pattern', () => {
    const of = (request: object) => violations('DescribeStream', request);
    const notMatched =
      'streamName: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';
    const nameTooLong = `streamName: ${tooLong(128)}`;
    for (const units of [4096, 4097, 100_000]) {
      expect(of({ StreamName: ' '.repeat(units) })).toEqual([notMatched, nameTooLong]);
    }
    expect(of({ StreamName: `${'x'.repeat(4095)} ` })).toEqual([notMatched, nameTooLong]);
    expect(of({ StreamName: `${'x'.repeat(4096)} ` })).toEqual([nameTooLong]);
    const arnOf = (units: number, start: string) => {
      const StreamARN = start.padEnd(units, 'x');
      return of({ StreamARN }).map((text) => text.slice(0, 30));
    };
    const pattern = 'streamARN: Member must satisfy';
    const length = 'streamARN: Member must have le';
    expect(arnOf(4096, 'arn:aws')).toEqual([pattern, length]);
    expect(arnOf(4097, 'arn:aws')).toEqual([length]);
    expect(arnOf(4097, 'arn:awx')).toEqual([pattern, length]);
    expect(of({ StreamName: 's', StreamId: 'x'.repeat(4097) })).toEqual([
      'streamId: Member must satisfy regular expression pattern: [a-z0-9]{20}-[a-z0-9]{3}',
      `streamId: ${tooLong(24)}`,
    ]);
    // A member whose only bound is its pattern violates the pattern.
    const put = { StreamName: 's', Data, PartitionKey: 'k', ExplicitHashKey: '1'.repeat(4097) };
    expect(violations('PutRecord', put)).toEqual([
      'explicitHashKey: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})',
    ]);
  });

  it('accepts bytes and dates of another realm', () => {
    const foreign = (code: string) => runInContext(code, createContext()) as object;
    const data = foreign('new Uint8Array(2)');
    expect(data).not.toBeInstanceOf(Uint8Array);
    expect(violations('PutRecord', { StreamName: 's', Data: data, PartitionKey: 'k' })).toEqual([]);
    const StreamCreationTimestamp = foreign('new Date(0)');
    expect(violations('ListShards', { StreamName: 's', StreamCreationTimestamp })).toEqual([]);
    for (const code of [
      'new Int8Array(2)',
      'new ArrayBuffer(2)',
      'new DataView(new ArrayBuffer(2))',
    ]) {
      expect(() => violations('PutRecord', { Data: foreign(code) })).toThrow(TypeError);
    }
    const tagged = Object.defineProperty(new Uint8Array(2), Symbol.toStringTag, { value: 'X' });
    const request = { StreamName: 's', Data: tagged, PartitionKey: 'k' };
    expect(violations('PutRecord', request)).toEqual([]);
    expect(() => violations('PutRecord', { Data: Object.create(Uint8Array.prototype) })).toThrow(
      'request.Data must be a Uint8Array: got an object',
    );
    expect(() => violations('PutRecord', { Data: new Proxy(Data, {}) })).toThrow(TypeError);
  });

  it('reads at most a few thousand units of huge members', () => {
    // A pattern reads 4,096 units at most; a length of 2,048 code points reads twice as many.
    const most = 4096 + 2 * 2048;
    const huge = 'x'.repeat(10_000_000);
    const rope = `${huge}${'é'.repeat(10_000_000)}`;
    const arn = `arn:aws${':kinesis:'.repeat(1_000_000)}`;
    const backtracking = `arn:aws${':kinesis::000000000000:stream/'.repeat(130)} `;
    const requests: [OperationName, unknown][] = [
      ['PutRecord', { StreamName: 's', Data, PartitionKey: huge }],
      ['PutRecord', { StreamName: 's', Data, PartitionKey: rope }],
      ['PutRecord', { StreamName: rope, StreamARN: arn, Data, PartitionKey: 'k' }],
      ['DescribeStream', { StreamARN: backtracking }],
      ['PutRecord', { StreamName: 's', Data, PartitionKey: 'k', ExplicitHashKey: huge }],
      ['PutRecord', { StreamName: 's', Data, PartitionKey: 'k', SequenceNumberForOrdering: huge }],
      ['PutRecords', { StreamName: 's', Records: new Array(2 ** 32 - 1).fill(1, 0, 0) }],
      ['ListShards', { StreamName: 's', NextToken: rope }],
    ];
    for (const [operation, request] of requests) {
      expect(validate(operation, request, plain).length).toBeGreaterThan(0);
      expect(unitsRead(() => validate(operation, request, plain))).toBeLessThanOrEqual(most);
    }
  });
});
