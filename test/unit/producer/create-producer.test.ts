import { createShardMap, createUniformShardMap, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { createProducer } from '../../../src/producer/create-producer.ts';
import { MIB, NAME, recordOf, streamOf, T0 } from '../../support/streams.ts';

const DAY_MS = 86_400_000;
const shardMap = createUniformShardMap(1);
const required = { StreamName: NAME, shardMap, listedAtMs: T0 };

describe('createProducer', () => {
  it('lets records linger 100 ms and ends them after 30 s by default', () => {
    const producer = createProducer(required);
    unwrap(producer.add(recordOf(10), T0));
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 100 });
    expect(producer.next(T0 + 100)).toMatchObject({ action: 'put' });
    expect(producer.next(T0 + 100)).toEqual({ action: 'wait', untilMs: T0 + 30_000 });
  });

  it('takes records of 1 MiB, and 24 requests in flight, by default', () => {
    const producer = createProducer({ ...required, shardMap: createUniformShardMap(100) });
    expect(producer.add(recordOf(MIB + 1), T0).ok).toBe(false);
    expect(producer.add(recordOf(MIB), T0).ok).toBe(true);
    let requests = 0;
    for (let i = 0; i < 30; i++) {
      unwrap(producer.add(recordOf(10, { PartitionKey: `${i}` }), T0));
      producer.flush(T0);
      if (producer.next(T0).action === 'put') requests++;
    }
    expect(requests).toBe(24);
  });

  it('accepts both bounds of each option', () => {
    const least = { recordBytesMax: 1, aggregateBytesMax: 1, pendingBytesMax: 1, lingerMs: 0 };
    const most = { recordBytesMax: 10 * MIB, aggregateBytesMax: 10 * MIB, lingerMs: DAY_MS };
    const { Shards } = unwrap(streamOf(1).listShards({ StreamName: NAME }, T0));
    const listed = unwrap(createShardMap(Shards));
    for (const options of [
      { ...least, listedAtMs: 0, recordTtlMs: 1, requestsInFlightMax: 1, shardShare: 0.001 },
      { ...most, pendingBytesMax: 2 ** 52, recordTtlMs: DAY_MS, requestsInFlightMax: 10_000 },
      { shardMap: listed, aggregation: 'none', order: 'none', recordDistributionStrategy: 'AUTO' },
      { aggregation: 'shard', order: 'partition-key', shardShare: 1 },
    ] as const) {
      expect(createProducer({ ...required, ...options }).next(T0)).toEqual({ action: 'wait' });
    }
  });

  it.each([
    [{ listedAtMs: -1 }, 'options.listedAtMs must be an integer from 0 to '],
    [
      { aggregation: 'all' },
      "options.aggregation must be one of none, shard: got the string 'all'",
    ],
    [{ order: 'all' }, "options.order must be one of partition-key, none: got the string 'all'"],
    [{ recordBytesMax: 0 }, 'options.recordBytesMax must be an integer from 1 to 10485760: got 0'],
    [{ recordBytesMax: 10 * MIB + 1 }, 'options.recordBytesMax must be '],
    [{ aggregateBytesMax: 0 }, 'options.aggregateBytesMax must be an integer from 1 to 1048576: '],
    [{ aggregateBytesMax: MIB + 1 }, 'options.aggregateBytesMax must be '],
    [{ lingerMs: -1 }, 'options.lingerMs must be an integer from 0 to 86400000: got -1'],
    [{ lingerMs: DAY_MS + 1 }, 'options.lingerMs must be '],
    [{ recordTtlMs: 0 }, 'options.recordTtlMs must be an integer from 1 to 86400000: got 0'],
    [{ recordTtlMs: DAY_MS + 1 }, 'options.recordTtlMs must be '],
    [{ pendingBytesMax: MIB - 1 }, 'options.pendingBytesMax must be an integer from 1048576 to '],
    [{ pendingBytesMax: 2 ** 52 + 1 }, 'options.pendingBytesMax must be '],
    [
      { requestsInFlightMax: 0 },
      'options.requestsInFlightMax must be an integer from 1 to 10000: ',
    ],
    [{ requestsInFlightMax: 10_001 }, 'options.requestsInFlightMax must be '],
    [{ shardShare: 1.1 }, 'options.shardShare must be a number from 0.001 to 1: got 1.1'],
    [
      { recordDistributionStrategy: 'auto' },
      'options.recordDistributionStrategy must be AUTO or USER_PARTITION_KEY: got ',
    ],
    [
      { recordDistributionStrategy: 'AUTO', aggregation: 'shard' },
      "options.aggregation must be 'none' on an AUTO stream: consumers would drop the records",
    ],
    [{ StreamName: '' }, 'options must name a stream as the service does: got '],
    [{ StreamName: undefined }, 'options must name a stream as the service does: got '],
    [{ StreamARN: 'arn' }, 'options must name a stream as the service does: got '],
  ])('throws a RangeError at a value out of range, case %#', (options, message) => {
    const call = () => createProducer({ ...required, ...options } as never);
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  it.each([
    [{ shardMap: undefined }, 'options.shardMap must be a shard map: got undefined'],
    [{ shardMap: {} }, 'options.shardMap must be a shard map: got an object'],
    [{ shardMap: { shards: [1] } }, 'options.shardMap.shards[0] must be an object: got 1'],
    [{ listedAtMs: undefined }, 'options.listedAtMs must be a number: got undefined'],
    [{ shardShare: '0.5' }, "options.shardShare must be a number: got the string '0.5'"],
    [{ jitter: 0.5 }, 'options.jitter must be a function: got 0.5'],
    [{ lingerMS: 1 }, 'options must have only the options '],
  ])('throws a TypeError at a wrong type, case %#', (options, message) => {
    const call = () => createProducer({ ...required, ...options } as never);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});
