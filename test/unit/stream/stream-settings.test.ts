import { type StreamContext, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ARN,
  autoStream,
  DAY_MS,
  faultOf,
  NAME,
  putAt,
  streamOf,
  T0,
} from '../../support/streams.ts';

const BY_NAME = { StreamName: NAME };
const KMS = { ...BY_NAME, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const;
const ON_DEMAND = { StreamARN: ARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const;
const PROVISIONED = { StreamARN: ARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } } as const;
const UPDATING: Partial<StreamContext> = { updatingMs: 1000 };

function summaryOf(stream: ReturnType<typeof streamOf>, nowMs: number) {
  return unwrap(stream.describeStreamSummary(BY_NAME, nowMs)).StreamDescriptionSummary;
}

describe('updateStreamMode', () => {
  it('changes the mode twice in 24 hours, and keeps the shards', () => {
    const stream = streamOf(3);
    expect(unwrap(stream.updateStreamMode(ON_DEMAND, T0))).toEqual({});
    expect(summaryOf(stream, T0)).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      OpenShardCount: 3,
    });
    // What changes nothing does not count.
    unwrap(stream.updateStreamMode(ON_DEMAND, T0));
    unwrap(stream.updateStreamMode(PROVISIONED, T0 + 1));
    expect(faultOf(stream.updateStreamMode(ON_DEMAND, T0 + DAY_MS - 1))).toBe(
      'LimitExceededException: Stream orders under account 123456789012 has changed its mode 2 times in the last 24 hours, which is the most that is allowed.',
    );
    unwrap(stream.updateStreamMode(ON_DEMAND, T0 + DAY_MS));
  });

  it('refuses a provisioned stream with AUTO', () => {
    const stream = autoStream();
    expect(faultOf(stream.updateStreamMode(PROVISIONED, T0))).toMatch(/AUTO record distribution/);
    const strategy = { StreamARN: ARN, RecordDistributionStrategy: 'USER_PARTITION_KEY' } as const;
    unwrap(stream.updateStreamRecordDistributionStrategy(strategy, T0));
    unwrap(stream.updateStreamMode(PROVISIONED, T0));
    const auto = { ...strategy, RecordDistributionStrategy: 'AUTO' } as const;
    expect(stream.updateStreamRecordDistributionStrategy(auto, T0).ok).toBe(false);
  });

  it('keeps the stream UPDATING for a while', () => {
    const stream = streamOf(1, UPDATING);
    unwrap(stream.updateStreamMode(ON_DEMAND, T0));
    const statuses = [T0, T0 + 999, T0 + 1000].map((ms) => summaryOf(stream, ms).StreamStatus);
    expect(statuses).toEqual(['UPDATING', 'UPDATING', 'ACTIVE']);
    expect(faultOf(stream.updateStreamMode(PROVISIONED, T0 + 999))).toMatch(
      /^ResourceInUseException: .* not ACTIVE, instead in state UPDATING$/,
    );
  });
});

describe('startStreamEncryption and stopStreamEncryption', () => {
  it('change the responses to puts once the stream is ACTIVE again', () => {
    const stream = streamOf(1, UPDATING);
    const typeAt = (nowMs: number) => {
      const put = putAt(stream, 0n, nowMs);
      return put.ok ? put.value.EncryptionType : put.fault;
    };
    unwrap(stream.startStreamEncryption(KMS, T0));
    expect([typeAt(T0 + 999), typeAt(T0 + 1000)]).toEqual([undefined, 'KMS']);
    expect(summaryOf(stream, T0 + 1000)).toMatchObject({
      EncryptionType: 'KMS',
      KeyId: KMS.KeyId,
    });
    unwrap(stream.stopStreamEncryption(KMS, T0 + 2000));
    expect([typeAt(T0 + 2999), typeAt(T0 + 3000)]).toEqual(['KMS', undefined]);
    expect(summaryOf(stream, T0 + 3000).EncryptionType).toBe('NONE');
    expect(summaryOf(stream, T0 + 3000)).not.toHaveProperty('KeyId');
  });

  it('may be called 25 times each in 24 hours', () => {
    const stream = streamOf(1);
    for (let i = 0; i < 25; i++) unwrap(stream.startStreamEncryption(KMS, T0));
    expect(faultOf(stream.startStreamEncryption(KMS, T0))).toMatch(/^LimitExceededException: /);
    for (let i = 0; i < 25; i++) unwrap(stream.stopStreamEncryption(KMS, T0));
    expect(stream.stopStreamEncryption(KMS, T0).ok).toBe(false);
    unwrap(stream.startStreamEncryption(KMS, T0 + DAY_MS));
  });

  it('take KMS only', () => {
    const none = { ...KMS, EncryptionType: 'NONE' } as const;
    expect(faultOf(streamOf(1).startStreamEncryption(none, T0))).toBe(
      'InvalidArgumentException: EncryptionType must be KMS, not NONE.',
    );
  });
});

describe('enableEnhancedMonitoring and disableEnhancedMonitoring', () => {
  it('respond with the metrics before and after, in the order of the model', () => {
    const stream = streamOf(1);
    const ShardLevelMetrics = ['OutgoingBytes', 'IncomingBytes'] as const;
    expect(
      unwrap(stream.enableEnhancedMonitoring({ ...BY_NAME, ShardLevelMetrics }, T0)),
    ).toMatchObject({
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
    });
    const { revision } = stream;
    unwrap(stream.enableEnhancedMonitoring({ ...BY_NAME, ShardLevelMetrics }, T0));
    expect(stream.revision).toBe(revision);
    expect(
      unwrap(stream.disableEnhancedMonitoring({ ...BY_NAME, ShardLevelMetrics: ['ALL'] }, T0)),
    ).toMatchObject({ DesiredShardLevelMetrics: [] });
    unwrap(stream.enableEnhancedMonitoring({ ...BY_NAME, ShardLevelMetrics: ['ALL'] }, T0));
    expect(summaryOf(stream, T0).EnhancedMonitoring[0]!.ShardLevelMetrics).toHaveLength(7);
  });
});

describe('updateStreamWarmThroughput', () => {
  it('is for on-demand streams', () => {
    const stream = streamOf(1);
    const request = { ...BY_NAME, WarmThroughputMiBps: 20 };
    expect(faultOf(stream.updateStreamWarmThroughput(request, T0))).toMatch(/^ValidationException/);
    unwrap(stream.updateStreamMode(ON_DEMAND, T0));
    const WarmThroughput = { TargetMiBps: 20, CurrentMiBps: 20 };
    expect(unwrap(stream.updateStreamWarmThroughput(request, T0))).toEqual({
      StreamName: NAME,
      StreamARN: ARN,
      WarmThroughput,
    });
    expect(summaryOf(stream, T0).WarmThroughput).toEqual(WarmThroughput);
  });
});

describe('deleteStream', () => {
  it('ends a stream: it is DELETING, and takes neither puts nor changes', () => {
    const stream = streamOf(1, { deletingMs: 5000 });
    unwrap(stream.deleteStream(BY_NAME, T0));
    expect(summaryOf(stream, T0 + DAY_MS).StreamStatus).toBe('DELETING');
    expect(faultOf(putAt(stream, 0n, T0))).toMatch(/^ResourceNotFoundException/);
    expect(faultOf(stream.deleteStream(BY_NAME, T0))).toMatch(/instead in state DELETING$/);
    expect(stream.snapshot().goneAtMs).toBe(T0 + 5000);
  });

  it('leaves the shards of a stream visible, even if the clock steps back to CREATING', () => {
    const stream = streamOf(1, { creatingMs: 1000 });
    unwrap(stream.deleteStream(BY_NAME, T0 + 1000));
    expect(summaryOf(stream, T0 + 999).OpenShardCount).toBe(1);
  });
});
