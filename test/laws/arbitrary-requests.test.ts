/**
 * A stream answers arbitrary requests, contexts and times with a Result, a TypeError or a
 * RangeError. Its state changes only if it accepts the request.
 */

import fc from 'fast-check';
import {
  type CreateStreamInput,
  createStream,
  type Result,
  type Stream,
  type StreamContext,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { anything } from '../support/arbitraries.ts';
import { expectCallerBug } from '../support/caller-bug.ts';
import {
  ARN,
  autoStream,
  CONTEXT,
  HASH_KEYS,
  NAME,
  putAt,
  scale,
  streamOf,
  T0,
} from '../support/streams.ts';

/** Values that are nearly valid. */
const nearly = fc.constantFrom<unknown>(
  null,
  undefined,
  '',
  '0',
  '-1',
  'x'.repeat(5000),
  `${HASH_KEYS}`,
  '9'.repeat(100_000),
  0,
  -1,
  0.5,
  Number.NaN,
  2 ** 31,
  2 ** 53,
  1e300,
  Number.NEGATIVE_INFINITY,
  10n ** 40n,
  true,
  [],
  [null],
  new Array(3),
  new Array(600).fill({}),
  {},
  { Type: 'AT_TIMESTAMP' },
  { Type: 'AFTER_SHARD_ID', ShardId: 'x' },
  { Type: 'AT_TIMESTAMP', Timestamp: new Date(Number.NaN) },
  new Date(Number.NaN),
  new Uint8Array(2_000_000),
  new Uint16Array(3),
  new ArrayBuffer(8),
  Symbol('s'),
  () => 0,
  Object.create(null),
);

const VALID = {
  putRecord: { StreamName: NAME, PartitionKey: 'a', Data: new Uint8Array(3) },
  putRecords: { StreamName: NAME, Records: [{ PartitionKey: 'a', Data: new Uint8Array(3) }] },
  splitShard: { StreamName: NAME, ShardToSplit: '1', NewStartingHashKey: `${HASH_KEYS / 2n}` },
  mergeShards: { StreamName: NAME, ShardToMerge: '0', AdjacentShardToMerge: '1' },
  updateShardCount: { StreamName: NAME, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
  increaseStreamRetentionPeriod: { StreamName: NAME, RetentionPeriodHours: 48 },
  decreaseStreamRetentionPeriod: { StreamName: NAME, RetentionPeriodHours: 24 },
  updateMaxRecordSize: { StreamARN: ARN, MaxRecordSizeInKiB: 2048 },
  listShards: { StreamName: NAME, MaxResults: 1 },
  describeStream: { StreamName: NAME, Limit: 1 },
  describeStreamSummary: { StreamName: NAME },
  getShardIterator: { StreamName: NAME, ShardId: '0', ShardIteratorType: 'LATEST' },
} as const;

type Operation = keyof typeof VALID;

const MEMBERS = [
  'StreamName',
  'StreamARN',
  'StreamId',
  'PartitionKey',
  'Data',
  'ExplicitHashKey',
  'SequenceNumberForOrdering',
  'DryRun',
  'Records',
  'ShardToSplit',
  'NewStartingHashKey',
  'ShardToMerge',
  'AdjacentShardToMerge',
  'TargetShardCount',
  'ScalingType',
  'RetentionPeriodHours',
  'MaxRecordSizeInKiB',
  'NextToken',
  'ExclusiveStartShardId',
  'MaxResults',
  'Limit',
  'ShardFilter',
  'StreamCreationTimestamp',
  'ShardId',
  'ShardIteratorType',
  'StartingSequenceNumber',
  'Timestamp',
];

const operations = fc.constantFrom(...(Object.keys(VALID) as Operation[]));

/** Valid requests with one member, their own or a record's, replaced by any value. */
const damaged = fc
  .tuple(operations, fc.constantFrom(...MEMBERS), fc.oneof(anything, nearly), fc.boolean())
  .map(([operation, member, value, isInside]): [Operation, unknown] => {
    const request: object = VALID[operation];
    if (isInside && operation === 'putRecords') {
      const [record] = VALID.putRecords.Records;
      return [operation, { ...request, Records: [record, { ...record, [member]: value }] }];
    }
    return [operation, { ...request, [member]: value }];
  });

const requests = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(operations, fc.oneof(anything, nearly)) },
  { weight: 3, arbitrary: damaged },
);

const times = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(T0, T0 + 1500, T0 + 5000, 0) },
  { weight: 1, arbitrary: fc.oneof(anything, nearly) },
);

function streams(): Stream[] {
  const updating = streamOf(3, { transitionMs: 1000 });
  putAt(updating, 0n, T0 + 1000);
  scale(updating, 2, T0 + 1000);
  return [streamOf(2), updating, streamOf(1, { transitionMs: 1000 }), autoStream()];
}

/** Returns the result of a call, or undefined if it throws the error of a caller's bug. */
function attempt(call: () => Result<unknown>): Result<unknown> | undefined {
  try {
    const result = call();
    expect(typeof result.ok).toBe('boolean');
    if (!result.ok) {
      expect(result.fault.message.length).toBeGreaterThan(0);
      expect(result.fault.blame).toBe('client');
    }
    return result;
  } catch (error) {
    expectCallerBug(error);
    return undefined;
  }
}

describe('arbitrary requests', () => {
  it('leave a stream unchanged unless it accepts them', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.array(fc.tuple(requests, times)), (which, calls) => {
        const stream = streams()[which]!;
        for (const [[operation, request], nowMs] of calls) {
          const before = stream.snapshot();
          const call = stream[operation] as (request: unknown, nowMs: unknown) => Result<unknown>;
          const result = attempt(() => call.call(stream, request, nowMs));
          if (result?.ok === true) accepted++;
          else expect(stream.snapshot()).toEqual(before);
        }
      }),
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('with any time give a Result or throw', () => {
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (nowMs) => {
        const stream = streamOf(2);
        attempt(() => ({ ok: true, value: stream.shardMap(nowMs as number) }));
        attempt(() => ({ ok: true, value: stream.trimHorizonMs(nowMs as number) }));
      }),
    );
  });

  it('to create a stream give a Result or throw', () => {
    const input = { StreamName: NAME, ShardCount: 2 };
    const parts = fc.oneof(anything, nearly);
    const names = fc.constantFrom(
      'StreamName',
      'ShardCount',
      'StreamModeDetails',
      'Tags',
      'WarmThroughputMiBps',
      'MaxRecordSizeInKiB',
      'RecordDistributionStrategy',
      'accountId',
      'region',
      'throughput',
      'transitionMs',
      'encryptionType',
      'validationMessages',
      'shardLimit',
      'otherOpenShardCount',
    );
    fc.assert(
      fc.property(names, parts, times, (name, value, nowMs) => {
        const request = { ...input, [name]: value } as CreateStreamInput;
        const context = { ...CONTEXT, [name]: value } as StreamContext;
        attempt(() => createStream(request, CONTEXT, nowMs as number));
        attempt(() => createStream(input, context, nowMs as number));
        attempt(() => createStream(value as CreateStreamInput, CONTEXT, T0));
        attempt(() => createStream(input, value as StreamContext, T0));
      }),
    );
  });
});
