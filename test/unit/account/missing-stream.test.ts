import { checkRequest, type OperationName, refuseMissingStream } from 'shardline';
import { describe, expect, it } from 'vitest';

const context = { accountId: '123456789012', region: 'us-east-1' };
const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';

describe('a request', () => {
  it.each([
    ['DeleteStream', { StreamName: 'orders' }, 'orders'],
    ['DeleteStream', { StreamARN: ARN }, 'orders'],
    ['DeleteStream', { StreamName: 'orders', StreamARN: ARN }, 'orders'],
    ['ListStreams', {}, undefined],
    ['GetRecords', { ShardIterator: 'a' }, undefined],
  ] as const)('%s %o is for %s', (operation, request, value) => {
    expect(checkRequest(operation, request, context)).toEqual({ ok: true, value });
  });

  it.each([
    ['DeleteStream', {}, "'streamName' failed to satisfy constraint: Member must not be null"],
    ['ListStreams', { Limit: 10_001 }, "Value at 'limit' failed"],
    ['GetRecords', {}, "'shardIterator' failed to satisfy constraint: Member must not be null"],
  ] as const)('%s %o is invalid', (operation, request, text) => {
    const result = checkRequest(operation, request, context);
    expect(result).toMatchObject({ fault: { code: 'ValidationException' } });
    expect(!result.ok && result.fault.message).toContain(text);
  });

  it('is held against the record size of a stream nobody has set', () => {
    const put = (bytes: number) =>
      checkRequest(
        'PutRecord',
        { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(bytes) },
        context,
      );
    expect(put(1_048_575)).toEqual({ ok: true, value: 'orders' });
    expect(put(1_048_576)).toMatchObject({ fault: { code: 'ValidationException' } });
  });

  it('shows values where the context asks for it', () => {
    const shown = { ...context, validationMessages: 'value-shown' } as const;
    expect(checkRequest('ListStreams', { Limit: 0 }, shown)).toMatchObject({
      fault: { message: expect.stringContaining("Value '0' at 'limit'") },
    });
  });
});

describe('a missing stream', () => {
  const notFound = 'Stream nope under account 123456789012 not found.';
  const noShard =
    'Shard shardId-000000000001 in stream nope under account 123456789012 does not exist';
  const noId = (id: string) =>
    `Could not find shard ${id} in stream nope under account 123456789012.`;

  it.each<readonly [OperationName, object, string]>([
    ['DescribeStream', {}, notFound],
    ['PutRecord', { Data: new Uint8Array(1), PartitionKey: 'k' }, notFound],
    ['SplitShard', { ShardToSplit: 'shardId-1', NewStartingHashKey: '5' }, notFound],
    ['DescribeStream', { ShardToSplit: 'abc', ShardId: 5 }, notFound],
    ['SplitShard', { ShardToSplit: 'abc', NewStartingHashKey: '5' }, noId('abc')],
    ['MergeShards', { ShardToMerge: 'x', AdjacentShardToMerge: '0' }, noId('x')],
    ['MergeShards', { ShardToMerge: '0', AdjacentShardToMerge: 'x-y' }, noId('x-y')],
    ['GetShardIterator', { ShardId: 'a-1', ShardIteratorType: 'LATEST' }, noShard],
    ['GetShardIterator', { ShardId: 'a', ShardIteratorType: 'LATEST' }, noId('a')],
  ])('refuses a %s of %o', (operation, members, message) => {
    const request = { StreamName: 'nope', ...members };
    expect(refuseMissingStream(operation, request, context)).toEqual({
      ok: false,
      fault: { code: 'ResourceNotFoundException', message, blame: 'client' },
    });
  });

  it('refuses an invalid request for what is wrong with it', () => {
    const { fault } = refuseMissingStream('PutRecord', { StreamName: 'nope' }, context);
    expect(fault.code).toBe('ValidationException');
  });

  it('has a name', () => {
    expect(() => refuseMissingStream('ListStreams', {}, context)).toThrow(
      new TypeError('request must name a stream: got a ListStreams that names none'),
    );
  });
});
