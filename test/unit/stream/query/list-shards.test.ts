/** Listing and describing shards. */

import {
  createStream,
  type ListShardsInput,
  type ShardFilter,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ARN,
  CONTEXT,
  DAY_MS,
  faultOf,
  HOUR_MS,
  merge,
  NAME,
  revive,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../../../support/streams.ts';

/*
 *  hours   0       1       2       3
 *  shard 0 |=======|
 *  shard 1         |=======|
 *  shard 2         |=======|
 *  shard 3                 |-------------   1 and 2 merged
 */
function merged(): Stream {
  const stream = streamOf(1);
  unwrap(split(stream, '0', 100n, T0 + HOUR_MS));
  unwrap(merge(stream, '1', '2', T0 + 2 * HOUR_MS));
  return stream;
}

function filtered(Type: ShardFilter['Type'], hours: number | undefined, nowHours = 3): string {
  const timestamp = hours === undefined ? {} : { Timestamp: new Date(T0 + hours * HOUR_MS) };
  return shardsOf(merged(), T0 + nowHours * HOUR_MS, { ShardFilter: { Type, ...timestamp } });
}

describe('a shard filter', () => {
  it('is all within retention by default', () => {
    expect(shardsOf(merged(), T0 + 3 * HOUR_MS)).toBe('0 1 2 3*');
    expect(filtered('FROM_TRIM_HORIZON', undefined)).toBe('0 1 2 3*');
  });

  it.each([
    // The horizon lies at -21, 0.5, 1, 1.5, 2, 2.5 hours.
    [3, '0 1 2 3*', '0'],
    [24.5, '0 1 2 3*', '0'],
    [25, '0 1 2 3*', '0 1 2'],
    [25.5, '1 2 3*', '1 2'],
    [26, '1 2 3*', '1 2 3*'],
    [26.5, '3*', '3*'],
  ])('of the trim horizon, after %d hours', (nowHours, from, at) => {
    expect(filtered('FROM_TRIM_HORIZON', undefined, nowHours)).toBe(from);
    expect(filtered('AT_TRIM_HORIZON', undefined, nowHours)).toBe(at);
  });

  it('AT_LATEST is the open shards', () => {
    expect(filtered('AT_LATEST', undefined)).toBe('3*');
  });

  it.each([
    [-5, '0', '0 1 2 3*'],
    [0, '0', '0 1 2 3*'],
    [0.5, '0', '0 1 2 3*'],
    [1, '0 1 2', '0 1 2 3*'],
    [1.5, '1 2', '1 2 3*'],
    [2, '1 2 3*', '1 2 3*'],
    [2.5, '3*', '3*'],
    [99, '3*', '3*'],
  ])('of %d hours', (hours, at, from) => {
    expect(filtered('AT_TIMESTAMP', hours)).toBe(at);
    expect(filtered('FROM_TIMESTAMP', hours)).toBe(from);
  });

  it('moves a time before the trim horizon to it', () => {
    expect(filtered('FROM_TIMESTAMP', 0, 25.5)).toBe('1 2 3*');
    expect(filtered('AT_TIMESTAMP', 0, 25.5)).toBe('1 2');
  });

  it('AFTER_SHARD_ID is those behind a shard', () => {
    const behind = (ShardId: string) =>
      shardsOf(merged(), T0 + 3 * HOUR_MS, { ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId } });
    expect(behind('shardId-000000000001')).toBe('2 3*');
    expect(behind('0')).toBe('1 2 3*');
    expect(behind('3')).toBe('');
    expect(behind('77')).toBe('');
  });

  it.each([
    [{ Type: 'AFTER_SHARD_ID' }, 'ShardId'],
    [{ Type: 'AT_TIMESTAMP' }, 'Timestamp'],
    [{ Type: 'FROM_TIMESTAMP' }, 'Timestamp'],
  ] as const)('%o lacks its %s', (ShardFilter, member) => {
    const result = merged().listShards({ StreamName: NAME, ShardFilter }, T0);
    expect(faultOf(result)).toBe(
      `InvalidArgumentException: ${member} must be specified in the ShardFilter of type ${ShardFilter.Type}.`,
    );
  });

  it('of no known type, or of a shard that cannot be read, is refused', () => {
    const ask = (ShardFilter: object) =>
      faultOf(merged().listShards({ StreamName: NAME, ShardFilter } as ListShardsInput, T0));
    expect(ask({})).toMatch(
      "'shardFilter.type' failed to satisfy constraint: Member must not be null",
    );
    expect(ask({ Type: 'ALL' })).toMatch('Member must satisfy enum value set: [AFTER_SHARD_ID, ');
    expect(ask({ Type: 'AFTER_SHARD_ID', ShardId: 'x' })).toBe(
      `ResourceNotFoundException: Could not find shard x in stream ${NAME} under account ${ACCOUNT}.`,
    );
  });

  it('goes with an ExclusiveStartShardId', () => {
    const ask = (ExclusiveStartShardId: string, ShardFilter: ShardFilter) =>
      shardsOf(merged(), T0 + 3 * HOUR_MS, { ExclusiveStartShardId, ShardFilter });
    expect(ask('1', { Type: 'FROM_TRIM_HORIZON' })).toBe('2 3*');
    expect(ask('1', { Type: 'AFTER_SHARD_ID', ShardId: '0' })).toBe('2 3*');
    expect(ask('0', { Type: 'AFTER_SHARD_ID', ShardId: '1' })).toBe('2 3*');
  });
});

describe('a page', () => {
  const list = (stream: Stream, request: ListShardsInput, nowMs = T0) =>
    unwrap(stream.listShards(request, nowMs));

  it('has as many shards as were asked for, 1,000 at most', () => {
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

  it('that ends with the last shard has no token', () => {
    expect(list(streamOf(3), { StreamName: NAME, MaxResults: 3 })).not.toHaveProperty('NextToken');
    expect(list(streamOf(3), { StreamName: NAME, MaxResults: 2 })).toHaveProperty('NextToken');
  });

  it.each([0, 10_001])('of %d shards is refused', (MaxResults) => {
    const result = streamOf(1).listShards({ StreamName: NAME, MaxResults }, T0);
    expect(faultOf(result)).toMatch("Value at 'maxResults' failed to satisfy constraint");
  });

  it('goes on with the filter and the time of the first', () => {
    const stream = merged();
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

  it('is there for 300 seconds, also after a restart', () => {
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

  const invalid =
    'InvalidArgumentException: The pagination token passed to the operation is invalid.';

  it('needs a token that was given', () => {
    const stream = streamOf(3);
    const token = list(stream, { StreamName: NAME, MaxResults: 1 }).NextToken!;
    const changed = Array.from(token, (digit, i) => {
      const other = digit === '1' ? '2' : '1';
      return token.slice(0, i) + other + token.slice(i + 1);
    });
    const cut = Array.from(token, (_, i) => token.slice(0, i)).slice(1);
    const padded = [`${token}0`, `0${token}`, token.toUpperCase(), ` ${token}`];
    for (const NextToken of [...changed, ...cut, ...padded, 'x', 'x'.repeat(88), 'x'.repeat(1e6)]) {
      expect(faultOf(stream.listShards({ NextToken }, T0))).toBe(invalid);
    }
  });

  it('has a token of digits, whatever its filter', () => {
    const stream = streamOf(3);
    const Timestamp = new Date(8.64e15);
    for (const ShardFilter of [
      { Type: 'AT_LATEST' },
      { Type: 'AT_TRIM_HORIZON' },
      { Type: 'FROM_TIMESTAMP', Timestamp },
    ] as const) {
      const { NextToken } = list(stream, { StreamName: NAME, MaxResults: 1, ShardFilter });
      expect(NextToken).toMatch(/^[0-9a-f]{88}$/);
      expect(shardsOf(stream, T0, { StreamName: undefined, NextToken })).toBe('1* 2*');
    }
  });

  it('needs a token of this stream, and not of one before it', () => {
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

  it('takes no name beside its token', () => {
    const stream = streamOf(3);
    const { NextToken } = list(stream, { StreamName: NAME, MaxResults: 1 });
    for (const name of [{ StreamName: NAME }, { StreamARN: ARN }]) {
      expect(faultOf(stream.listShards({ ...name, NextToken }, T0))).toBe(
        'InvalidArgumentException: NextToken and StreamName cannot be provided together.',
      );
    }
  });

  it('needs a name or a token', () => {
    expect(faultOf(streamOf(1).listShards({}, T0))).toBe(
      "ValidationException: 1 validation error detected: Value at 'streamName' failed to satisfy constraint: Member must not be null",
    );
  });

  it('takes members that are null for absent ones', () => {
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

  it('starts behind a shard', () => {
    const behind = (id: string) => shardsOf(streamOf(3), T0, { ExclusiveStartShardId: id });
    expect(behind('shardId-000000000000')).toBe('1* 2*');
    expect(behind('shardId-000000000002')).toBe('');
  });

  it('is of the stream created then', () => {
    const at = (ms: number) => ({ StreamCreationTimestamp: new Date(T0 + ms) });
    expect(shardsOf(streamOf(1), T0, at(0))).toBe('0*');
    expect(faultOf(streamOf(1).listShards({ StreamName: NAME, ...at(1) }, T0))).toBe(
      `ResourceNotFoundException: Stream ${NAME} under account ${ACCOUNT} not found.`,
    );
  });
});

describe('describeStream', () => {
  it('refuses to start behind what is no shard', () => {
    const request = { StreamName: NAME, ExclusiveStartShardId: 'x' };
    expect(faultOf(streamOf(1).describeStream(request, T0))).toBe(
      `ResourceNotFoundException: Could not find shard x in stream ${NAME} under account ${ACCOUNT}.`,
    );
  });

  it('gives the stream and its shards', () => {
    const stream = streamOf(1, { encryptionType: 'KMS' });
    const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0));
    expect(unwrap(stream.describeStream({ StreamARN: ARN }, T0 + 1))).toEqual({
      StreamDescription: {
        StreamName: NAME,
        StreamARN: ARN,
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        Shards,
        HasMoreShards: false,
        RetentionPeriodHours: 24,
        StreamCreationTimestamp: new Date(T0),
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        EncryptionType: 'KMS',
      },
    });
    expect(Shards).toEqual([
      {
        ShardId: 'shardId-000000000000',
        HashKeyRange: {
          StartingHashKey: '0',
          EndingHashKey: '340282366920938463463374607431768211455',
        },
        SequenceNumberRange: {
          StartingSequenceNumber: Shards[0]!.SequenceNumberRange.StartingSequenceNumber,
        },
      },
    ]);
  });

  it('gives 100 shards at most', () => {
    const stream = streamOf(150);
    const page = (request: object) => {
      const result = unwrap(stream.describeStream({ StreamName: NAME, ...request }, T0));
      const { Shards, HasMoreShards } = result.StreamDescription;
      return [Shards.length, Shards[0]?.ShardId, HasMoreShards];
    };
    expect(page({})).toEqual([100, 'shardId-000000000000', true]);
    expect(page({ Limit: 10_000 })).toEqual([100, 'shardId-000000000000', true]);
    expect(page({ Limit: 1 })).toEqual([1, 'shardId-000000000000', true]);
    const rest = { ExclusiveStartShardId: 'shardId-000000000099' };
    expect(page(rest)).toEqual([50, 'shardId-000000000100', false]);
    expect(page({ ...rest, Limit: 50 })).toEqual([50, 'shardId-000000000100', false]);
    expect(page({ ExclusiveStartShardId: '149' })).toEqual([0, undefined, false]);
  });

  it('leaves out shards that have expired', () => {
    const ids = (nowMs: number) =>
      unwrap(merged().describeStream({ StreamName: NAME }, nowMs)).StreamDescription.Shards.map(
        ({ ShardId }) => Number(ShardId.slice(8)),
      );
    expect(ids(T0 + 25 * HOUR_MS)).toEqual([0, 1, 2, 3]);
    expect(ids(T0 + 25 * HOUR_MS + 1)).toEqual([1, 2, 3]);
  });

  it('of another stream is refused', () => {
    for (const operation of ['describeStream', 'describeStreamSummary', 'listShards'] as const) {
      expect(faultOf(streamOf(1)[operation]({ StreamName: 'other' }, T0))).toBe(
        `ResourceNotFoundException: Stream other under account ${ACCOUNT} not found.`,
      );
    }
  });
});

describe('describeStreamSummary', () => {
  it('gives the stream without its shards', () => {
    const stream = merged();
    expect(unwrap(stream.describeStreamSummary({ StreamName: NAME }, T0 + 3 * HOUR_MS))).toEqual({
      StreamDescriptionSummary: {
        StreamName: NAME,
        StreamARN: ARN,
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        RetentionPeriodHours: 24,
        StreamCreationTimestamp: new Date(T0),
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        EncryptionType: 'NONE',
        OpenShardCount: 1,
        ConsumerCount: 0,
        MaxRecordSizeInKiB: 1024,
      },
    });
  });

  it('gives the throughput that is kept ready', () => {
    const stream = streamOf(1, {}, { WarmThroughputMiBps: 7 });
    const summary = unwrap(stream.describeStreamSummary({ StreamName: NAME }, T0));
    const { WarmThroughput } = summary.StreamDescriptionSummary;
    expect(WarmThroughput).toEqual({ TargetMiBps: 7, CurrentMiBps: 7 });
  });

  it('counts no shards while the stream is being created', () => {
    const stream = streamOf(5, { transitionMs: 10 });
    const count = (nowMs: number) =>
      unwrap(stream.describeStreamSummary({ StreamName: NAME }, nowMs)).StreamDescriptionSummary
        .OpenShardCount;
    expect([count(T0 + 9), count(T0 + 10)]).toEqual([0, 5]);
  });
});
