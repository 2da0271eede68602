/**
 * Bugs of other producers, by their sources: what happens here instead.
 *
 * The title of a test says what the other library does wrong. The test shows that it does not
 * happen here.
 */

import {
  createStream,
  hashPartitionKey,
  type PutRecordsRequestEntry,
  type Stream,
  unwrap,
} from 'shardline';
import { aggregateRecords, deaggregateRecord } from 'shardline/aggregation';
import { planRequests, readPlacement } from 'shardline/producer';
import { describe, expect, it } from 'vitest';
import { RequestSize } from '../../../src/producer/plan-requests.ts';
import {
  addAll,
  errorOf,
  exchange,
  exchangeAll,
  mapOf,
  nextPut,
  producerOf,
  responseOf,
  summarize,
  THROTTLED,
  textRecord,
  textsOf,
} from '../../support/producers.ts';
import { CONTEXT, MIB, NAME, recordOf, split, streamOf, T0 } from '../../support/streams.ts';

const HALF = 2n ** 127n;
const LOW_ID = 'shardId-000000000000';

/** Puts the records of a request, and returns the response and what consumers see of it. */
function store(stream: Stream, Records: readonly PutRecordsRequestEntry[], nowMs: number) {
  const output = unwrap(stream.putRecords({ StreamName: NAME, Records }, nowMs));
  const map = stream.shardMap(nowMs);
  const seen = output.Records.flatMap(({ ShardId }, i) => {
    const { Data, PartitionKey } = Records[i]!;
    const shard = map.get(ShardId!);
    return deaggregateRecord({ Data: Data!, PartitionKey: PartitionKey! }, shard).records;
  });
  return { output, seen: seen.map(({ Data }) => new TextDecoder().decode(Data)) };
}

describe('a bug that is not here: the KPL', () => {
  it('reports half of an aggregate as stored that consumers drop', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { aggregation: 'shard' });
    const texts = Array.from({ length: 10 }, (_, i) => `${i}0`);
    addAll(producer, texts.join(' '), T0);
    const { requestId, input } = nextPut(producer, T0);
    unwrap(split(stream, LOW_ID, HALF, T0 + 1));
    const first = store(stream, input.Records, T0 + 1);
    expect(first.seen).toEqual([]);
    // The map is fresh before the response arrives: the producer knows the shard that it names.
    producer.useShardMap(mapOf(stream, T0 + 2), T0 + 2, T0 + 2);
    producer.settle(requestId, { output: first.output }, T0 + 3);
    expect(producer.takeResults()).toEqual([]);
    const again = nextPut(producer, T0 + 3);
    const second = store(stream, again.input.Records, T0 + 3);
    producer.settle(again.requestId, { output: second.output }, T0 + 3);
    expect(second.seen.sort()).toEqual(texts.sort());
    expect(summarize(producer.takeResults())).toEqual(texts.map((_, i) => `${i} ok`));
  });

  it('sends a plain record again that went to an unknown shard', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { aggregation: 'shard' });
    unwrap(split(stream, LOW_ID, HALF, T0 + 1));
    addAll(producer, 'a1', T0 + 1);
    const { requestId, input } = nextPut(producer, T0 + 1);
    producer.settle(requestId, { output: store(stream, input.Records, T0 + 1).output }, T0 + 1);
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
    expect(producer.next(T0 + 1)).toEqual({ action: 'listShards' });
  });

  it('repeats a ValidationException until the records expire', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1', T0);
    producer.settle(nextPut(producer, T0).requestId, errorOf('ValidationException'), T0);
    expect(summarize(producer.takeResults())).toEqual(['0 ValidationException']);
    expect(producer.next(T0)).toEqual({ action: 'wait' });
  });

  it('considers a map current while the shard in the response has a lower id', () => {
    const stream = streamOf(1);
    unwrap(split(stream, LOW_ID, HALF, T0));
    const map = mapOf(stream, T0);
    const again = unwrap(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, T0 + 10_000));
    const response = unwrap(again.putRecord(recordOf(10), T0 + 10_000));
    expect(response.ShardId).toBe(LOW_ID);
    const times = { sentAtMs: T0 + 10_000, listedAtMs: T0 };
    expect(readPlacement(map, recordOf(10), response, times)).toBe('stale');
  });

  it('sends a record bare that consumers take for an aggregate', () => {
    const inner = unwrap(aggregateRecords([textRecord('x', '1'), textRecord('y', '2')]));
    const stream = streamOf(1);
    const producer = producerOf(stream, { aggregation: 'shard' });
    unwrap(producer.add({ PartitionKey: 'a', Data: inner.Data }, T0));
    const { requestId, input } = nextPut(producer, T0);
    const { Data, PartitionKey } = input.Records[0]!;
    const { records } = deaggregateRecord({ Data, PartitionKey: PartitionKey! });
    expect(records).toMatchObject([{ PartitionKey: 'a', Data: inner.Data }]);
    producer.settle(requestId, responseOf(['ok']), T0);
    expect(producer.takeResults()).toMatchObject([{ ok: true, subSequenceNumber: 0 }]);
  });

  it('sends such a record at its largest size, which would exceed the limit', () => {
    const producer = producerOf(streamOf(1), { aggregation: 'shard' });
    const Data = new Uint8Array(MIB - 1);
    expect(producer.add({ PartitionKey: 'a', Data }, T0).ok).toBe(true);
    Data.set([0xf3, 0x89, 0x9a, 0xc2]);
    expect(producer.add({ PartitionKey: 'a', Data }, T0)).toMatchObject({
      ok: false,
      fault: { code: 'ValidationException' },
    });
  });

  it.each(['none', 'shard'] as const)(
    'does not meter partition keys, and nothing without aggregation: %s',
    (aggregation) => {
      const stream = streamOf(1);
      let refused = 0;
      const counting = {
        ...stream,
        putRecords: (...call: Parameters<Stream['putRecords']>) => {
          const result = stream.putRecords(...call);
          refused += unwrap(result).FailedRecordCount;
          return result;
        },
      };
      const order = 'none';
      const producer = producerOf(stream, { aggregation, order, aggregateBytesMax: 1 });
      const PartitionKey = 'k'.repeat(256);
      for (let i = 0; i < 5000; i++) {
        unwrap(producer.add({ PartitionKey, Data: new Uint8Array(1000) }, T0));
        if (i % 1000 === 999) exchange(producer, counting, T0 + i);
      }
      exchangeAll(producer, counting, T0 + 5000);
      expect(producer.takeResults().filter(({ ok }) => ok)).toHaveLength(5000);
      expect(refused).toBe(0);
    },
  );

  it('orders an aggregate by deadlines', () => {
    const producer = producerOf(streamOf(1), { aggregation: 'shard' });
    addAll(producer, 'a1 b1 a2', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf([THROTTLED]), T0);
    addAll(producer, 'a3', T0 + 50);
    const [{ Data, PartitionKey }] = nextPut(producer, T0 + 50).input.Records as [
      { Data: Uint8Array; PartitionKey: string },
    ];
    const { records } = deaggregateRecord({ Data, PartitionKey });
    const texts = records.map(({ Data: data }) => new TextDecoder().decode(data));
    expect(texts).toEqual(['a1', 'b1', 'a2', 'a3']);
  });
});

describe('a bug that is not here: libraries that aggregate without a shard map', () => {
  it('put records of several shards into one aggregate', () => {
    const stream = streamOf(7);
    const producer = producerOf(stream, { aggregation: 'shard' });
    for (let i = 0; i < 300; i++) unwrap(producer.add(textRecord(`${i}`, `${i}`), T0));
    const { input } = nextPut(producer, T0);
    expect(input.Records).toHaveLength(7);
    const { seen } = store(stream, input.Records, T0);
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
  });

  it('permute keys (aws-kinesis-streams-for-fluent-bit, kinesis4cats, aws-kinesis-agg)', () => {
    const producer = producerOf(streamOf(1), { aggregation: 'shard' });
    const keys = ['9', '10', 'b', '2', '__proto__', 'hasOwnProperty', '9'];
    const records = keys.map((key, i) => ({
      ...textRecord(key, `${key}=${i}`),
      ...(i % 2 === 1 && { ExplicitHashKey: `${i}` }),
    }));
    for (const record of records) unwrap(producer.add(record, T0));
    const [carrier] = nextPut(producer, T0).input.Records;
    const { PartitionKey, Data } = carrier!;
    const opened = deaggregateRecord({ Data, PartitionKey: PartitionKey! }).records;
    expect(opened.map(({ subSequenceNumber: _, ...record }) => record)).toEqual(records);
    expect(carrier!.ExplicitHashKey).toBe(`${hashPartitionKey('9')}`);
  });

  it('send every record under one key (a fork of Vector, a8m/kinesis-producer)', () => {
    const stream = streamOf(4);
    const producer = producerOf(stream);
    for (let i = 0; i < 40; i++) unwrap(producer.add(textRecord(`${i}`, ''), T0));
    const keys = nextPut(producer, T0).input.Records.map(({ PartitionKey }) => PartitionKey);
    expect(keys.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});

describe('a bug that is not here: a refused record', () => {
  it('is dropped with the last batch (aws-kinesis-streams-for-fluent-bit)', () => {
    const producer = producerOf(streamOf(1), { lingerMs: 1000 });
    addAll(producer, 'a1 b1', T0);
    producer.flush(T0);
    const failed = responseOf(['InternalFailure', 'InternalFailure']);
    producer.settle(nextPut(producer, T0).requestId, failed, T0);
    expect(producer.pending.records).toBe(2);
    const put = nextPut(producer, T0 + 50);
    producer.settle(put.requestId, responseOf(['ok', 'ok']), T0 + 50);
    expect(summarize(producer.takeResults())).toEqual(['0 ok', '1 ok']);
  });

  it('takes the whole batch with it (fluent-bit)', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1 c1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf(['ok', THROTTLED, 'ok']), T0);
    expect(summarize(producer.takeResults())).toEqual(['0 ok', '2 ok']);
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('b1');
  });

  it('counts as stored if its code is unknown (zio-kinesis)', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf(['KMSThrottlingException']), T0);
    expect(producer.takeResults()).toEqual([]);
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('a1');
  });

  it('counts as delivered (Vector), and is not looked at (aws-kinesis-writable)', () => {
    const producer = producerOf(streamOf(1), { recordTtlMs: 100 });
    addAll(producer, 'a1', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf([THROTTLED]), T0);
    producer.next(T0 + 100);
    expect(summarize(producer.takeResults())).toEqual(['0 RecordExpired']);
  });

  it('is lost with its batch if the request fails (a8m/kinesis-producer)', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1', T0);
    producer.settle(nextPut(producer, T0).requestId, { error: new Error('socket hang up') }, T0);
    expect(textsOf(nextPut(producer, T0 + 50))).toBe('a1 b1');
  });
});

describe('a bug that is not here:', () => {
  it('any other shard counts as stale (zio-kinesis), even a child that the map knows', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream);
    addAll(producer, 'a1', T0);
    const { requestId, input } = nextPut(producer, T0);
    unwrap(split(stream, LOW_ID, HALF, T0 + 1));
    producer.useShardMap(mapOf(stream, T0 + 2), T0 + 2, T0 + 2);
    producer.settle(requestId, { output: store(stream, input.Records, T0 + 1).output }, T0 + 3);
    expect(producer.next(T0 + 3)).toEqual({ action: 'wait' });
  });

  it('short data that starts with the magic panics (a8m/kinesis-producer)', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream, { aggregation: 'shard' });
    const Data = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2, 1);
    unwrap(producer.add({ PartitionKey: 'a', Data }, T0));
    exchange(producer, stream, T0);
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
  });

  it('a key is cut in the middle of a code point (aws-kinesis-streams-for-fluent-bit)', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream);
    const longest = '😀'.repeat(256);
    expect(producer.add(textRecord(`${longest}x`, ''), T0)).toMatchObject({
      ok: false,
      fault: { code: 'ValidationException' },
    });
    unwrap(producer.add(textRecord(longest, ''), T0));
    expect(nextPut(producer, T0).input.Records[0]!.PartitionKey).toBe(longest);
  });

  it('retries lose the order of a key (zio-kinesis)', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1 b1 a2', T0);
    producer.settle(nextPut(producer, T0).requestId, responseOf([THROTTLED, 'ok']), T0);
    addAll(producer, 'a3', T0);
    const texts: string[] = [];
    for (let nowMs = T0 + 50; producer.pending.records > 0; nowMs++) {
      const put = nextPut(producer, nowMs);
      texts.push(textsOf(put));
      producer.settle(put.requestId, responseOf(['ok']), nowMs);
    }
    expect(texts).toEqual(['a1', 'a2', 'a3']);
  });

  it('records above 950,000 bytes are skipped, requests end at 5 MB (Vector and its fork)', () => {
    const stream = streamOf(16);
    const producer = producerOf(stream, { aggregation: 'shard' });
    const { shards } = mapOf(stream, T0);
    for (let i = 0; i < 10; i++) {
      const ExplicitHashKey = `${shards[i]!.startingHashKey}`;
      unwrap(producer.add(recordOf(MIB, { ExplicitHashKey }), T0));
    }
    const { input } = nextPut(producer, T0);
    expect(input.Records).toHaveLength(10);
    expect(store(stream, input.Records, T0).seen).toHaveLength(10);
  });

  it('key bytes do not count towards a request (Flink connector)', () => {
    const PartitionKey = '漢'.repeat(256);
    const Data = new Uint8Array(MIB - 768);
    const entries = new Array(11).fill({ PartitionKey, Data });
    expect(planRequests(entries).requests.map(({ length }) => length)).toEqual([10, 1]);
    expect(new RequestSize(9, 10 * MIB - 768).hasRoomFor(769)).toBe(false);
  });

  it('options of one producer change those of others (aws-kinesis-writable)', () => {
    const stream = streamOf(1);
    producerOf(stream, { lingerMs: 1, order: 'none', aggregation: 'shard' });
    const options = Object.freeze({ lingerMs: undefined });
    const producer = producerOf(stream, options);
    addAll(producer, 'a1 a2', T0);
    expect(producer.next(T0)).toEqual({ action: 'wait', untilMs: T0 + 100 });
    expect(textsOf(nextPut(producer, T0 + 100))).toBe('a1');
  });

  it('results come in the order of the responses (lifion-kinesis)', () => {
    const producer = producerOf(streamOf(1));
    addAll(producer, 'a1', T0);
    nextPut(producer, T0);
    addAll(producer, 'b1', T0);
    nextPut(producer, T0);
    producer.settle(1, responseOf(['ok']), T0);
    producer.settle(0, errorOf('ValidationException'), T0);
    expect(producer.takeResults()).toMatchObject([
      { recordId: 1, ok: true },
      { recordId: 0, ok: false },
    ]);
  });

  it('a record overtakes one of its key that does not fit the request', () => {
    const stream = streamOf(16, {}, {});
    const producer = producerOf(stream);
    const { shards } = mapOf(stream, T0);
    for (let i = 0; i < 10; i++) {
      const ExplicitHashKey = `${shards[i]!.startingHashKey}`;
      const PartitionKey = 'abcdefghij'[i]!;
      unwrap(producer.add(recordOf(MIB - 10, { PartitionKey, ExplicitHashKey }), T0));
    }
    const ExplicitHashKey = `${shards[12]!.startingHashKey}`;
    unwrap(producer.add(recordOf(500, { PartitionKey: 'k', ExplicitHashKey }), T0));
    unwrap(producer.add(recordOf(10, { PartitionKey: 'k', ExplicitHashKey }), T0));
    const first = nextPut(producer, T0).input.Records;
    expect(first.filter(({ PartitionKey }) => PartitionKey === 'k')).toEqual([]);
    expect(first).toHaveLength(10);
    const second = nextPut(producer, T0).input.Records;
    expect(second.map(({ Data }) => Data.length)).toEqual([499]);
  });
});
