import { describe, expect, it } from 'vitest';
import { readShardIndexes, refuseRequestedStream } from '../../../src/api/requested-shards.ts';
import type { OperationName } from '../../../src/api/service-model.ts';

const STREAM = { streamName: 'nope', accountId: '123456789012' };

describe('readShardIndexes', () => {
  it('returns the shards of a reshard, the lower one first', () => {
    const request = { AdjacentShardToMerge: 'shardId-2', ShardToMerge: '1' };
    expect(readShardIndexes(request, STREAM)).toEqual({ ok: true, value: [1, 2] });
  });

  it('ignores absent members', () => {
    const request = { ShardToSplit: undefined, ShardToMerge: null };
    expect(readShardIndexes(request, STREAM)).toEqual({ ok: true, value: [] });
  });
});

describe('refuseRequestedStream', () => {
  const notFound = 'Stream nope under account 123456789012 not found.';
  const noId = (id: string) =>
    `Could not find shard ${id} in stream nope under account 123456789012.`;

  it.each<readonly [OperationName, object, string]>([
    ['PutRecord', {}, notFound],
    ['SplitShard', { ShardToSplit: 'shardId-1' }, notFound],
    ['SplitShard', { ShardToSplit: 'abc' }, noId('abc')],
    ['MergeShards', { ShardToMerge: 'x', AdjacentShardToMerge: 'y' }, noId('x')],
    ['MergeShards', { ShardToMerge: '0', AdjacentShardToMerge: 'x-y' }, noId('x-y')],
    ['GetShardIterator', { ShardId: 'a' }, noId('a')],
    [
      'GetShardIterator',
      { ShardId: 'a-1' },
      'Shard shardId-000000000001 in stream nope under account 123456789012 does not exist',
    ],
  ])('refuses a %s of %o', (operation, request, message) => {
    expect(refuseRequestedStream(operation, request, STREAM)).toEqual({
      ok: false,
      fault: { code: 'ResourceNotFoundException', message, blame: 'client' },
    });
  });
});
