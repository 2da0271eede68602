/**
 * The example emulator answers arbitrary JSON as the service could. It throws nothing but a
 * SerializationError, for a member of the wrong type.
 */

import fc from 'fast-check';
import { formatSequenceNumber, type OperationName, SERVICE_MODEL } from 'shardline';
import { describe, expect, it } from 'vitest';
import '../support/arbitraries.ts';
import { JSON_1_1 } from '../../examples/emulator/formats.ts';
import { Emulator } from '../../examples/emulator/operations.ts';
import { readRequest, SerializationError } from '../../examples/emulator/shapes.ts';

const NOW_MS = 1_700_000_000_000;
const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/';

/** Mostly the first value, sometimes one of the others. */
function mostly<T>(value: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, fc.constantFrom(value, ...others));
}

const names = mostly('a', 'b', 'none', '', 'a/b', '__proto__', 'x'.repeat(129));
const shardIds = mostly('0', '1', 'shardId-000000000002', 'a-7', '-', '', '2147483648');
const numbers = fc.oneof(
  mostly('0', '1', '01', '9'.repeat(56), '9'.repeat(129), 'LATEST'),
  fc.nat(2).map((shardIndex) =>
    formatSequenceNumber({
      version: 2,
      shardIndex,
      shardCreatedAtMs: NOW_MS - 3000,
      sequenceIndex: 5n,
      writtenAtMs: NOW_MS,
    }),
  ),
);
const integers = fc.constantFrom(-1, 0, 1, 1.9, 2, 3, 24, 25, 500, 1024, 1e300, -1e300);
const hashKeys = mostly('100', '0', '1', `${2n ** 127n}`, `${2n ** 128n}`, '01', 'x');
const times = mostly(NOW_MS / 1000, 0, -1e300, 1e300, NOW_MS / 1000 + 0.001);
const data = mostly('AAAA', '', 'AAA', 'AA==', 'AB==', '====', 'A'.repeat(1_400_000));
const keys = mostly('k', '', '\ud800', 'k'.repeat(257), '__proto__');
const record = fc.record({ PartitionKey: keys, Data: data }, { requiredKeys: ['Data'] });

/** Replaced by the most recent shard iterator. */
const LAST_ITERATOR = 'last';

/** Members that most requests have, with plausible values. */
const usual: Record<string, fc.Arbitrary<unknown>> = {
  StreamName: names,
  ShardId: shardIds,
  ShardToSplit: shardIds,
  ShardToMerge: shardIds,
  AdjacentShardToMerge: mostly('1', '0', '7'),
  NewStartingHashKey: hashKeys,
  ShardIteratorType: fc.constantFrom('LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'NONE'),
  Timestamp: times,
  ShardCount: integers,
  TargetShardCount: integers,
  RetentionPeriodHours: integers,
  MaxRecordSizeInKiB: mostly(1024, 0, 1e300),
  ScalingType: mostly('UNIFORM_SCALING', ''),
  PartitionKey: keys,
  Data: data,
  Records: fc.array(fc.option(record, { freq: 9 }), { maxLength: 3 }),
  ShardIterator: mostly(LAST_ITERATOR, '', '.', 'a', 'a.b'),
};

/** Members that few requests have. */
const unusual: Record<string, fc.Arbitrary<unknown>> = {
  StreamARN: names.map((name) => ARN + name),
  StreamId: names,
  ExclusiveStartStreamName: names,
  ExclusiveStartShardId: shardIds,
  ExplicitHashKey: hashKeys,
  StartingSequenceNumber: numbers,
  SequenceNumberForOrdering: numbers,
  StreamCreationTimestamp: times,
  ShardFilter: fc.record({ Type: fc.constantFrom('AT_LATEST', 'AT_TIMESTAMP'), Timestamp: times }),
  WarmThroughputMiBps: integers,
  Limit: integers,
  MaxResults: integers,
  StreamModeDetails: fc.constantFrom(
    { StreamMode: 'ON_DEMAND' },
    { StreamMode: 'PROVISIONED' },
    {},
  ),
  RecordDistributionStrategy: fc.constantFrom('AUTO', 'USER_PARTITION_KEY'),
  Tags: fc.constantFrom({ a: 'b' }, { a: null }, {}, { '': '' }, { a: 5 }),
  DryRun: fc.boolean(),
  NextToken: fc.constantFrom('', '/', 'a', 'a/', 'a/1:2:3', 'none/x', '__proto__/x'),
};

const anything = fc.jsonValue({ maxDepth: 2 });

function optional(
  arbitraries: Record<string, fc.Arbitrary<unknown>>,
  present: number,
  absent: number,
): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(arbitraries).map(([name, arbitrary]) => [
      name,
      fc.oneof(
        { weight: 20 * present, arbitrary },
        { weight: 20 * absent, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: anything },
      ),
    ]),
  );
}

const request = fc.record({ ...optional(usual, 9, 1), ...optional(unusual, 1, 9) });
const call = fc.tuple(
  fc.constantFrom(...(Object.keys(SERVICE_MODEL) as OperationName[])),
  fc.oneof(
    { weight: 50, arbitrary: request },
    { weight: 1, arbitrary: anything.filter((json) => Object(json) === json) },
  ),
);

describe('the emulator', () => {
  it('answers any request', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 20, maxLength: 60, size: 'max' }), (calls) => {
        const context = { accountId: '123456789012', region: 'us-east-1' };
        const emulator = new Emulator(context, () => NOW_MS);
        let iterator: string | undefined;
        for (const StreamName of ['a', 'b']) {
          emulator.call('CreateStream', { StreamName, ShardCount: 2 });
        }
        for (const [operation, json] of calls) {
          const sent = json as Record<string, unknown>;
          const isLast = sent['ShardIterator'] === LAST_ITERATOR && iterator !== undefined;
          const all = isLast ? { ...sent, ShardIterator: iterator } : sent;
          try {
            const result = emulator.call(operation, readRequest(operation, all));
            if (result.ok) {
              const { ShardIterator } = result.value as { ShardIterator?: string };
              iterator = ShardIterator ?? iterator;
              JSON_1_1.write(result.value);
            } else if (result.fault.code === 'InternalFailure') {
              expect(['GetShardIterator', 'SubscribeToShard']).toContain(operation);
              expect(result.fault.message).toBe('');
            } else {
              expect(result.fault.message).not.toBe('');
            }
          } catch (error) {
            expect(error).toBeInstanceOf(SerializationError);
          }
        }
      }),
    );
  });
});
