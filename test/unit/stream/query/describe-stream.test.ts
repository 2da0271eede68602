import { createStream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ARN,
  autoStream,
  CONTEXT,
  faultOf,
  HOUR_MS,
  mergedStream,
  NAME,
  streamOf,
  T0,
} from '../../../support/streams.ts';

const ON_DEMAND = { StreamMode: 'ON_DEMAND' } as const;

describe('describeStream', () => {
  it('refuses to start after a shard that cannot be read', () => {
    const request = { StreamName: NAME, ExclusiveStartShardId: 'x' };
    expect(faultOf(streamOf(1).describeStream(request, T0))).toBe(
      `ResourceNotFoundException: Could not find shard x in stream ${NAME} under account ${ACCOUNT}.`,
    );
  });

  it('returns the stream and its shards', () => {
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

  it('returns 100 shards at most', () => {
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
      unwrap(
        mergedStream().describeStream({ StreamName: NAME }, nowMs),
      ).StreamDescription.Shards.map(({ ShardId }) => Number(ShardId.slice(8)));
    expect(ids(T0 + 25 * HOUR_MS)).toEqual([0, 1, 2, 3]);
    expect(ids(T0 + 25 * HOUR_MS + 1)).toEqual([1, 2, 3]);
  });

  it('refuses another stream', () => {
    for (const operation of ['describeStream', 'describeStreamSummary', 'listShards'] as const) {
      expect(faultOf(streamOf(1)[operation]({ StreamName: 'other' }, T0))).toBe(
        `ResourceNotFoundException: Stream other under account ${ACCOUNT} not found.`,
      );
    }
  });
});

describe('describeStreamSummary', () => {
  it('returns the creation in whole seconds, as describeStream does', () => {
    const stream = unwrap(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, T0 + 927));
    const { StreamDescription } = unwrap(stream.describeStream({ StreamName: NAME }, T0 + 927));
    const summary = unwrap(stream.describeStreamSummary({ StreamName: NAME }, T0 + 927));
    expect(StreamDescription.StreamCreationTimestamp).toEqual(new Date(T0));
    expect(summary.StreamDescriptionSummary.StreamCreationTimestamp).toEqual(new Date(T0));
  });

  it('returns the stream without its shards', () => {
    const stream = mergedStream();
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

  it('returns the warm throughput of an on-demand stream', () => {
    const warmOf = (StreamMode: 'ON_DEMAND' | 'PROVISIONED') => {
      const stream = streamOf(1, {}, { StreamModeDetails: { StreamMode }, WarmThroughputMiBps: 7 });
      const summary = unwrap(stream.describeStreamSummary({ StreamName: NAME }, T0));
      return summary.StreamDescriptionSummary.WarmThroughput;
    };
    expect(warmOf('ON_DEMAND')).toEqual({ TargetMiBps: 7, CurrentMiBps: 7 });
    expect(warmOf('PROVISIONED')).toBeUndefined();
  });

  it('counts no shards while the stream is being created', () => {
    const stream = streamOf(5, { transitionMs: 10 });
    const count = (nowMs: number) =>
      unwrap(stream.describeStreamSummary({ StreamName: NAME }, nowMs)).StreamDescriptionSummary
        .OpenShardCount;
    expect([count(T0 + 9), count(T0 + 10)]).toEqual([0, 5]);
  });

  it('returns the record distribution strategy of on-demand streams only', () => {
    const strategyOf = (stream: ReturnType<typeof autoStream>) => {
      const result = stream.describeStreamSummary({ StreamARN: ARN }, T0);
      return result.ok && result.value.StreamDescriptionSummary.RecordDistributionStrategy;
    };
    expect(strategyOf(autoStream())).toBe('AUTO');
    expect(strategyOf(streamOf(4, {}, { StreamModeDetails: ON_DEMAND }))).toBe(
      'USER_PARTITION_KEY',
    );
    expect(strategyOf(streamOf(1))).toBe(undefined);
  });
});
