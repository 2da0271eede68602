import { createStream, type ListShardsInput, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ARN,
  CONTEXT,
  DAY_MS,
  faultOf,
  HOUR_MS,
  mergedStream,
  NAME,
  revive,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../../../support/streams.ts';

describe('listShards', () => {
  const list = (stream: Stream, request: ListShardsInput, nowMs = T0) =>
    unwrap(stream.listShards(request, nowMs));

  it('returns as many shards as requested, at most 1,000', () => {
    const stream = streamOf(1500);
    expect(list(stream, { StreamName: NAME }).Shards.length).toBe(1000);
    expect(list(stream, { StreamName: NAME, MaxResults: 10_000 }).Shards.length).toBe(1000);
    const first = list(stream, { StreamName: NAME, MaxResults: 700 });
    const second = list(stream, { NextToken: first.NextToken!, MaxResults: 700 });
    const third = list(stream, { NextToken: second.NextToken! });
    const pages = [first, second, third];
    expect(pages.map(({ Shards }) => Shards.length)).toEqual([700, 700, 100]);
    expect(third).not.toHaveProperty('NextToken');
    const ids = pages.flatMap(({ Shards }) => Shards.map(({ ShardId }) => ShardId));
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('returns no token with the last shard', () => {
    expect(list(streamOf(3), { StreamName: NAME, MaxResults: 3 })).not.toHaveProperty('NextToken');
    expect(list(streamOf(3), { StreamName: NAME, MaxResults: 2 })).toHaveProperty('NextToken');
  });

  it.each([0, 10_001])('refuses a page of %d shards', (MaxResults) => {
    const result = streamOf(1).listShards({ StreamName: NAME, MaxResults }, T0);
    expect(faultOf(result)).toMatch(
      `Value '${MaxResults}' at 'maxResults' failed to satisfy constraint`,
    );
  });

  it('continues with the filter and the time of the first page', () => {
    const stream = mergedStream();
    const nowMs = T0 + 3 * HOUR_MS;
    const ShardFilter = { Type: 'AT_TIMESTAMP', Timestamp: new Date(T0 + HOUR_MS) } as const;
    const first = list(stream, { StreamName: NAME, MaxResults: 1, ShardFilter }, nowMs);
    expect(shardsOf(stream, nowMs, { StreamName: undefined, NextToken: first.NextToken })).toBe(
      '1 2',
    );
    const latest = { Type: 'AT_LATEST' } as const;
    const wide = streamOf(3);
    const open = list(wide, { StreamName: NAME, MaxResults: 1, ShardFilter: latest });
    unwrap(split(wide, '1', 2n ** 127n, T0));
    expect(shardsOf(wide, T0, { StreamName: undefined, NextToken: open.NextToken })).toBe(
      '2* 3* 4*',
    );
  });

  it('continues within 300 seconds, even after a restart', () => {
    const stream = streamOf(3);
    const { NextToken } = list(stream, { StreamName: NAME, MaxResults: 1 });
    const later = { StreamName: undefined, NextToken };
    expect(shardsOf(stream, T0 + 300_000, later)).toBe('1* 2*');
    expect(shardsOf(revive(stream), T0 + 300_000, later)).toBe('1* 2*');
    expect(shardsOf(stream, T0 - DAY_MS, later)).toBe('1* 2*');
    expect(faultOf(stream.listShards({ NextToken }, T0 + 300_001))).toBe(
      'ExpiredNextTokenException: The pagination token passed to the operation is expired.',
    );
  });

  it('continues with any filter', () => {
    const stream = streamOf(3);
    const Timestamp = new Date(8.64e15);
    for (const ShardFilter of [
      { Type: 'AT_LATEST' },
      { Type: 'AT_TRIM_HORIZON' },
      { Type: 'FROM_TIMESTAMP', Timestamp },
    ] as const) {
      const { NextToken } = list(stream, { StreamName: NAME, MaxResults: 1, ShardFilter });
      expect(shardsOf(stream, T0, { StreamName: undefined, NextToken })).toBe('1* 2*');
    }
  });

  const invalid =
    'InvalidArgumentException: The pagination token passed to the operation is invalid.';

  it('refuses the token of another stream, or of an earlier one of this name', () => {
    const token = list(streamOf(3), { StreamName: NAME, MaxResults: 1 }).NextToken!;
    const others = [
      streamOf(3, { region: 'eu-west-1' }),
      streamOf(3, { accountId: '000000000000' }),
      unwrap(createStream({ StreamName: 'other', ShardCount: 3 }, CONTEXT, T0)),
      unwrap(createStream({ StreamName: NAME, ShardCount: 3 }, CONTEXT, T0 + 1)),
    ];
    for (const other of others) {
      expect(faultOf(other.listShards({ NextToken: token }, T0 + 1))).toBe(invalid);
    }
  });

  it.each([
    ['StreamName', { StreamName: NAME }],
    ['StreamName', { StreamName: 'nowhere' }],
    ['StreamName', { StreamName: NAME, StreamARN: ARN }],
    ['StreamARN', { StreamARN: ARN }],
    ['StreamARN', { StreamARN: ARN.replace('us-east-1', 'eu-west-1') }],
    ['ShardFilter', { ShardFilter: { Type: 'AT_LATEST' } }],
    ['ShardFilter', { ShardFilter: { Type: 'AT_TIMESTAMP' } }],
    ['ExclusiveStartShardId', { ExclusiveStartShardId: 'shardId-000000000000' }],
    ['StreamCreationTimestamp', { StreamCreationTimestamp: new Date(T0) }],
  ] as const)('refuses a %s together with a token, of this stream or of none', (member, more) => {
    const stream = streamOf(3);
    const { NextToken } = list(stream, { StreamName: NAME, MaxResults: 1 });
    for (const token of [NextToken, 'token']) {
      expect(faultOf(stream.listShards({ ...more, NextToken: token }, T0))).toBe(
        `InvalidArgumentException: NextToken and ${member} cannot be provided together.`,
      );
    }
  });

  it('accepts MaxResults together with a token', () => {
    const stream = streamOf(3);
    const { NextToken } = list(stream, { StreamName: NAME, MaxResults: 1 });
    expect(shardsOf(stream, T0, { StreamName: undefined, NextToken, MaxResults: 1 })).toBe('1*');
  });

  it('reports violations before it reads a token', () => {
    const request = { StreamName: '', NextToken: '', MaxResults: 0, ExclusiveStartShardId: '' };
    const fault = faultOf(streamOf(1).listShards(request, T0));
    expect(fault).toMatch(/^ValidationException: 6 validation errors detected: /);
  });

  it('refuses a request that names nothing', () => {
    for (const request of [{}, { MaxResults: 1 }, { ShardFilter: { Type: 'AT_TIMESTAMP' } }]) {
      expect(faultOf(streamOf(1).listShards(request as ListShardsInput, T0))).toBe(
        'InvalidArgumentException: Either NextToken or StreamName should be provided.',
      );
    }
    const fault = faultOf(streamOf(1).listShards({ MaxResults: 0 }, T0));
    expect(fault).toMatch(/^ValidationException: 1 validation error detected: .* 'maxResults' /);
  });

  it('treats null as an absent member', () => {
    const stream = streamOf(2);
    const nulls = { NextToken: null, ExclusiveStartShardId: null, MaxResults: null };
    expect(shardsOf(stream, T0, nulls as never)).toBe('0* 1*');
    const filtered = (ShardFilter: object) =>
      faultOf(stream.listShards({ StreamName: NAME, ShardFilter } as never, T0));
    expect(filtered({ Type: 'AT_TIMESTAMP', Timestamp: null })).toBe(
      'InvalidArgumentException: Timestamp must be specified in the ShardFilter of type AT_TIMESTAMP.',
    );
    expect(filtered({ Type: 'AFTER_SHARD_ID', ShardId: null })).toBe(
      'InvalidArgumentException: ShardId must be specified in the ShardFilter of type AFTER_SHARD_ID.',
    );
  });

  it('starts after ExclusiveStartShardId', () => {
    const behind = (id: string) => shardsOf(streamOf(3), T0, { ExclusiveStartShardId: id });
    expect(behind('shardId-000000000000')).toBe('1* 2*');
    expect(behind('shardId-000000000002')).toBe('');
  });

  it('compares a StreamCreationTimestamp by the second', () => {
    const stream = unwrap(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, T0 + 927));
    const at = (ms: number) => ({ StreamCreationTimestamp: new Date(T0 + ms) });
    for (const ms of [0, 927, 999]) expect(shardsOf(stream, T0 + 927, at(ms))).toBe('0*');
    for (const ms of [-1, 1000]) {
      expect(faultOf(stream.listShards({ StreamName: NAME, ...at(ms) }, T0 + 927))).toBe(
        `ResourceNotFoundException: Stream ${NAME} under account ${ACCOUNT} not found.`,
      );
    }
  });

  it('finds a stream by the StreamCreationTimestamp of its description', () => {
    const stream = unwrap(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, T0 + 927));
    const summary = unwrap(stream.describeStreamSummary({ StreamName: NAME }, T0 + 927));
    const { StreamCreationTimestamp } = summary.StreamDescriptionSummary;
    expect(shardsOf(stream, T0 + 927, { StreamCreationTimestamp })).toBe('0*');
  });
});
