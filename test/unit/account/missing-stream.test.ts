import { checkRequest, refuseMissingStream } from 'shardline';
import { describe, expect, it } from 'vitest';

const context = { accountId: '123456789012', region: 'us-east-1' };
const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';

describe('checkRequest', () => {
  it.each([
    ['DeleteStream', { StreamName: 'orders' }, 'orders'],
    ['DeleteStream', { StreamARN: ARN }, 'orders'],
    ['DeleteStream', { StreamName: 'orders', StreamARN: ARN }, 'orders'],
    ['ListStreams', {}, undefined],
    ['GetRecords', { ShardIterator: 'a' }, undefined],
    ['ListShards', { NextToken: 'a' }, undefined],
  ] as const)('accepts a %s of %o and returns the stream name %s', (operation, request, value) => {
    expect(checkRequest(operation, request, context)).toEqual({ ok: true, value });
  });

  it.each([
    ['DeleteStream', {}, "'streamName' failed to satisfy constraint: Member must not be null"],
    ['ListStreams', { Limit: 10_001 }, "Value '10001' at 'limit' failed"],
    ['GetRecords', {}, "'shardIterator' failed to satisfy constraint: Member must not be null"],
  ] as const)('refuses an invalid %s of %o', (operation, request, text) => {
    const result = checkRequest(operation, request, context);
    expect(result).toMatchObject({ fault: { code: 'ValidationException' } });
    expect(!result.ok && result.fault.message).toContain(text);
  });

  it('refuses members that exclude each other', () => {
    expect(checkRequest('ListShards', { StreamName: 'nope', NextToken: 'a' }, context)).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: 'NextToken and StreamName cannot be provided together.',
        blame: 'client',
      },
    });
  });

  it('applies the default record size', () => {
    const put = (bytes: number) =>
      checkRequest(
        'PutRecord',
        { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(bytes) },
        context,
      );
    expect(put(1_048_575)).toEqual({ ok: true, value: 'orders' });
    expect(put(1_048_576)).toMatchObject({ fault: { code: 'ValidationException' } });
  });

  it('prints Data in messages if the context asks for it', () => {
    const shown = { ...context, validationMessages: 'value-shown' } as const;
    const put = { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(1_048_576) };
    expect(checkRequest('PutRecord', put, shown)).toMatchObject({
      fault: { message: expect.stringContaining("lim=1048576 cap=1048576]' at 'data'") },
    });
  });
});

describe('refuseMissingStream', () => {
  it('refuses a valid request', () => {
    const request = { StreamName: 'nope', ShardId: 5 };
    expect(refuseMissingStream('DescribeStream', request, context)).toEqual({
      ok: false,
      fault: {
        code: 'ResourceNotFoundException',
        message: 'Stream nope under account 123456789012 not found.',
        blame: 'client',
      },
    });
  });

  it('refuses a shard id that cannot be read, before it looks up the stream', () => {
    const request = { StreamName: 'nope', ShardToSplit: 'abc', NewStartingHashKey: '5' };
    expect(refuseMissingStream('SplitShard', request, context).fault.message).toBe(
      'Could not find shard abc in stream nope under account 123456789012.',
    );
  });

  it('reports the violations of an invalid request first', () => {
    const { fault } = refuseMissingStream('PutRecord', { StreamName: 'nope' }, context);
    expect(fault.code).toBe('ValidationException');
  });

  it('refuses members that exclude each other, before it looks up the stream', () => {
    const messageOf = (request: object) =>
      refuseMissingStream('ListShards', request, context).fault.message;
    expect(messageOf({ StreamARN: ARN, NextToken: 'a' })).toBe(
      'NextToken and StreamARN cannot be provided together.',
    );
    expect(messageOf({})).toBe('Either NextToken or StreamName should be provided.');
    expect(messageOf({ StreamName: 'nope', ShardFilter: { Type: 'AT_TIMESTAMP' } })).toBe(
      'Timestamp must be specified in the ShardFilter of type AT_TIMESTAMP.',
    );
    expect(() => messageOf({ NextToken: 'a' })).toThrow('request must name a stream');
  });

  it('throws for a request that names no stream', () => {
    expect(() => refuseMissingStream('ListStreams', {}, context)).toThrow(
      new TypeError('request must name a stream: got a ListStreams that names none'),
    );
  });
});
