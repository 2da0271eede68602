/**
 * Creates producers: checks their options and resolves the defaults.
 *
 * @module
 */

import { DEFAULT_LIMITS } from '../api/service-model.ts';
import { validateRequest } from '../api/validate-request.ts';
import { assertInteger, describe, wrongType, wrongValue } from '../base/argument.ts';
import { RECORD_BYTES_DEFAULT, RECORD_BYTES_LIMIT } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { refuseViolations } from '../base/violation.ts';
import { NOW_MS_MAX } from '../stream/stream-config.ts';
import { assertStrategy } from './plan-requests.ts';
import type { Producer, ProducerOptions } from './producer.ts';
import type { ProducerConfig } from './producer-config.ts';
import { ProducerMachine } from './producer-machine.ts';
import { assertShare } from './shard-budgets.ts';

const OPTIONS = [
  'StreamName',
  'StreamARN',
  'shardMap',
  'listedAtMs',
  'aggregation',
  'order',
  'recordBytesMax',
  'aggregateBytesMax',
  'lingerMs',
  'recordTtlMs',
  'pendingBytesMax',
  'requestsInFlightMax',
  'shardShare',
  'recordDistributionStrategy',
  'jitter',
] as const;

/** The default of the KPL: two units of 25 KiB, by which puts are billed. */
const AGGREGATE_BYTES_DEFAULT = 51_200;

const PENDING_BYTES_DEFAULT = 67_108_864;
const DAY_MS = 86_400_000;

/**
 * Creates a producer, which batches, aggregates, meters, retries and keeps order. The caller sends
 * the requests, lists the shards and owns the clock.
 *
 * What it holds back:
 * - Each record of a partition key waits until the previous one is stored. With aggregation, each
 *   shard has at most one aggregated record in flight. With order `none`, neither applies.
 * - A shard takes 1,000 records and 1 MiB per second. A record that it would refuse waits.
 * - After a new shard map, aggregated records wait until those of the old map are settled.
 *
 * A record may be stored twice only if a response was lost, or if its aggregated record went to a
 * shard that opened and closed between two listings. It is never lost: it ends as stored, or as
 * failed.
 *
 * @example
 * ```ts
 * import { createShardMap, createStream, unwrap } from 'shardline';
 * import { createProducer } from 'shardline/producer';
 *
 * const StreamName = 'orders';
 * const context = { accountId: '123456789012', region: 'us-east-1' };
 * const nowMs = 1_700_000_000_000;
 * const service = unwrap(createStream({ StreamName, ShardCount: 2 }, context, nowMs));
 * const { Shards } = unwrap(service.listShards({ StreamName }, nowMs));
 * const shardMap = unwrap(createShardMap(Shards));
 *
 * const producer = createProducer({ StreamName, shardMap, listedAtMs: nowMs, lingerMs: 0 });
 * for (const PartitionKey of ['a', 'b', 'a']) {
 *   unwrap(producer.add({ PartitionKey, Data: Uint8Array.of(1) }, nowMs));
 * }
 * const sizes: number[] = [];
 * let todo = producer.next(nowMs);
 * while (todo.action === 'put') {
 *   sizes.push(todo.input.Records.length);
 *   // With the SDK: await client.send(new PutRecordsCommand(todo.input))
 *   const output = unwrap(service.putRecords(todo.input, nowMs));
 *   producer.settle(todo.requestId, { output }, nowMs);
 *   todo = producer.next(nowMs);
 * }
 * sizes; // => [2, 1]
 * todo; // => { action: 'wait' }
 * producer.takeResults().map(({ recordId, ok }) => `${recordId} ${ok}`);
 * // => ['0 true', '1 true', '2 true']
 * ```
 *
 * @throws {TypeError} If an option is missing, is of the wrong type or has an unknown name.
 * @throws {RangeError} If an option is out of range, the service would refuse the name of the
 *   stream, or `aggregation` is `shard` on an AUTO stream, where consumers would silently drop
 *   records (docs/facts.md#auto-aggregation).
 */
export function createProducer(options: ProducerOptions): Producer {
  const read = readOptions(options, OPTIONS, 'options');
  const { shardMap, listedAtMs, jitter = () => 1 } = read;
  const { recordBytesMax = RECORD_BYTES_DEFAULT, lingerMs = 100, recordTtlMs = 30_000 } = read;
  const { aggregateBytesMax = Math.min(AGGREGATE_BYTES_DEFAULT, recordBytesMax) } = read;
  const { requestsInFlightMax = 24, shardShare = 1, aggregation = 'none' } = read;
  const { pendingBytesMax = Math.max(PENDING_BYTES_DEFAULT, recordBytesMax) } = read;
  const { order = 'partition-key', recordDistributionStrategy = 'USER_PARTITION_KEY' } = read;
  assertInteger(listedAtMs, 0, NOW_MS_MAX, 'options.listedAtMs');
  assertChoice(aggregation, ['none', 'shard'], 'options.aggregation');
  assertChoice(order, ['partition-key', 'none'], 'options.order');
  assertInteger(recordBytesMax, 1, RECORD_BYTES_LIMIT, 'options.recordBytesMax');
  assertInteger(aggregateBytesMax, 1, recordBytesMax, 'options.aggregateBytesMax');
  assertInteger(lingerMs, 0, DAY_MS, 'options.lingerMs');
  assertInteger(recordTtlMs, 1, DAY_MS, 'options.recordTtlMs');
  assertInteger(pendingBytesMax, recordBytesMax, 2 ** 52, 'options.pendingBytesMax');
  assertInteger(requestsInFlightMax, 1, 10_000, 'options.requestsInFlightMax');
  assertShare(shardShare, 'options.shardShare');
  assertStrategy(recordDistributionStrategy, 'options.recordDistributionStrategy');
  if (typeof jitter !== 'function') {
    throw wrongType(`options.jitter must be a function: got ${describe(jitter)}`);
  }
  const isAuto = recordDistributionStrategy === 'AUTO';
  const isAggregating = aggregation === 'shard';
  if (isAuto && isAggregating) {
    throw wrongValue(
      "options.aggregation must be 'none' on an AUTO stream: consumers would drop the records",
    );
  }
  const config: ProducerConfig = {
    address: readAddress(read),
    isAggregating,
    isOrdered: order === 'partition-key',
    isAuto,
    limits: { recordBytesMax, recordDistributionStrategy },
    aggregateBytesMax,
    lingerMs,
    recordTtlMs,
    pendingBytesMax,
    requestsInFlightMax,
    weight: 1 / shardShare,
    jitter,
  };
  return new ProducerMachine(config, shardMap, listedAtMs);
}

/** @throws {RangeError} If the service would refuse the name of the stream. */
function readAddress({ StreamName, StreamARN }: ProducerOptions): ProducerConfig['address'] {
  const address = {
    ...(StreamName !== undefined && { StreamName }),
    ...(StreamARN !== undefined && { StreamARN }),
  };
  const violations = validateRequest('DescribeStreamSummary', address, DEFAULT_LIMITS);
  if (violations.length === 0) return address;
  const { message } = refuseViolations(violations).fault;
  throw wrongValue(`options must name a stream as the service does: got ${message}`);
}

/** @throws {RangeError} If the value is not one of the choices. */
function assertChoice(value: string, choices: readonly string[], title: string): void {
  if (choices.includes(value)) return;
  throw wrongValue(`${title} must be one of ${choices.join(', ')}: got ${describe(value)}`);
}
