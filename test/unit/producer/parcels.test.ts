/** Aggregated records whose response names a shard that no map knows. */

import { unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  addAll,
  mapOf,
  nextPut,
  producerOf,
  responseOf,
  summarize,
} from '../../support/producers.ts';
import { split, streamOf, T0 } from '../../support/streams.ts';

const HALF = 2n ** 127n;
const TTL_MS = 100;

/**
 * A producer with an aggregated record in doubt: its shard was split while it was under way. The
 * keys `b`, `d` and `e` are in the upper half, the keys `a` and `c` in the lower one. Each record
 * is added a millisecond after the one before it.
 */
function setUp(texts: string) {
  const stream = streamOf(1);
  const before = mapOf(stream, T0);
  const producer = producerOf(stream, { aggregation: 'shard', recordTtlMs: TTL_MS });
  for (const [i, text] of texts.split(' ').entries()) addAll(producer, text, T0 + i);
  const { requestId, input } = nextPut(producer, T0 + 10);
  expect(input.Records).toHaveLength(1);
  unwrap(split(stream, '0', HALF, T0 + 11));
  const output = unwrap(stream.putRecords(input, T0 + 11));
  producer.settle(requestId, { output }, T0 + 12);
  const { ShardId: shardId, SequenceNumber: sequenceNumber } = output.Records[0]!;
  return { stream, before, producer, stored: { ok: true, shardId, sequenceNumber } };
}

describe('an aggregated record in doubt', () => {
  it('waits for a map', () => {
    const { producer } = setUp('b1 e1');
    expect(producer.next(T0 + 12)).toEqual({ action: 'listShards' });
    expect(producer.takeResults()).toEqual([]);
    expect(producer.pending.records).toBe(2);
    // It keeps its shard's only place in flight.
    addAll(producer, 'd1', T0 + 13);
    expect(producer.next(T0 + 13)).toEqual({ action: 'wait', untilMs: T0 + TTL_MS });
  });

  it('is stored if all its records belong where it is', () => {
    const { stream, producer, stored } = setUp('b1 e1');
    producer.useShardMap(mapOf(stream, T0 + 13), T0 + 13, T0 + 13);
    expect(producer.takeResults()).toEqual([
      { recordId: 0, ...stored, subSequenceNumber: 0 },
      { recordId: 1, ...stored, subSequenceNumber: 1 },
    ]);
    expect(producer.next(T0 + 13)).toEqual({ action: 'wait' });
  });

  it('is sent again if not all do, and each record may be stored', () => {
    const { stream, producer } = setUp('b1 a1 e1');
    producer.useShardMap(mapOf(stream, T0 + 13), T0 + 13, T0 + 13);
    expect(producer.takeResults()).toEqual([]);
    const { requestId, input } = nextPut(producer, T0 + 13);
    expect(input.Records).toHaveLength(2);
    producer.settle(requestId, { error: new Error('message') }, T0 + TTL_MS + 2);
    producer.next(T0 + TTL_MS + 2);
    expect(summarize(producer.takeResults())).toEqual([
      '0 RecordExpired maybe',
      '1 RecordExpired maybe',
      '2 RecordExpired maybe',
    ]);
  });

  it('names the reason when a record expires that was sent again', () => {
    const { stream, producer } = setUp('b1 a1');
    producer.useShardMap(mapOf(stream, T0 + 13), T0 + 13, T0 + TTL_MS + 1);
    producer.next(T0 + TTL_MS + 1);
    const message =
      `The record was pending for ${TTL_MS} ms; the last error was InvalidResponse: ` +
      'The aggregated record was stored in shardId-000000000002, where not all of its records belong';
    const fault = { code: 'RecordExpired', message, blame: 'server' };
    expect(producer.takeResults()).toEqual([
      { recordId: 0, ok: false, fault, mayBeStored: true },
      { recordId: 1, ok: false, fault, mayBeStored: true },
    ]);
  });

  it('is sent again after two maps without its shard', () => {
    const { before, producer } = setUp('b1 e1');
    expect(producer.next(T0 + 12)).toEqual({ action: 'listShards' });
    producer.useShardMap(before, T0 + 13, T0 + 13);
    expect(producer.next(T0 + 13)).toEqual({ action: 'listShards' });
    producer.useShardMap(before, T0 + 14, T0 + 14);
    expect(nextPut(producer, T0 + 14).input.Records).toHaveLength(1);
  });

  it('leaves the others in doubt when a record expires', () => {
    const { stream, producer, stored } = setUp('b1 e1 d1');
    producer.next(T0 + TTL_MS + 1);
    expect(summarize(producer.takeResults())).toEqual([
      '0 RecordExpired maybe',
      '1 RecordExpired maybe',
    ]);
    expect(producer.pending.records).toBe(1);
    producer.useShardMap(mapOf(stream, T0 + TTL_MS + 1), T0 + TTL_MS + 1, T0 + TTL_MS + 1);
    expect(producer.takeResults()).toEqual([{ recordId: 2, ...stored, subSequenceNumber: 2 }]);
    expect(producer.pending).toEqual({ records: 0, bytes: 0 });
  });

  it('sends again only the records that have not expired', () => {
    const { before, producer } = setUp('b1 e1 d1');
    producer.next(T0 + TTL_MS);
    producer.useShardMap(before, T0 + 13, T0 + TTL_MS);
    producer.useShardMap(before, T0 + 14, T0 + TTL_MS);
    const { requestId } = nextPut(producer, T0 + TTL_MS);
    producer.settle(requestId, responseOf(['ok']), T0 + TTL_MS);
    expect(summarize(producer.takeResults())).toEqual(['0 RecordExpired maybe', '1 ok', '2 ok']);
  });

  it('makes room for the next one once all its records have expired', () => {
    const { before, producer } = setUp('b1 e1');
    addAll(producer, 'd1', T0 + 50);
    expect(producer.next(T0 + 50)).toEqual({ action: 'listShards' });
    expect(producer.next(T0 + TTL_MS)).toEqual({ action: 'wait', untilMs: T0 + TTL_MS + 1 });
    const nowMs = T0 + TTL_MS + 1;
    expect(nextPut(producer, nowMs).input.Records).toHaveLength(1);
    expect(summarize(producer.takeResults())).toEqual([
      '0 RecordExpired maybe',
      '1 RecordExpired maybe',
    ]);
    // Maps decide nothing about it any more.
    for (const listedAtMs of [nowMs, nowMs + 1]) producer.useShardMap(before, listedAtMs, nowMs);
    addAll(producer, 'd2', nowMs);
    expect(producer.next(nowMs)).toMatchObject({ action: 'wait' });
  });

  it('does not wait for a map if it was pending for too long before its response', () => {
    const { before, stream } = setUp('b1');
    const options = { shardMap: before, aggregation: 'shard', recordTtlMs: TTL_MS } as const;
    const producer = producerOf(stream, options);
    addAll(producer, 'b1 e1', T0 + 20);
    addAll(producer, 'd1', T0 + 30);
    const { requestId, input } = nextPut(producer, T0 + 30);
    const output = unwrap(stream.putRecords(input, T0 + 30));
    const nowMs = T0 + 25 + TTL_MS;
    expect(producer.next(nowMs)).toMatchObject({ action: 'wait' });
    producer.settle(requestId, { output }, nowMs);
    expect(summarize(producer.takeResults())).toEqual([
      '0 RecordExpired maybe',
      '1 RecordExpired maybe',
    ]);
    expect(producer.next(nowMs)).toEqual({ action: 'listShards' });
    producer.listShardsFailed(nowMs);
    producer.next(T0 + 30 + TTL_MS);
    expect(summarize(producer.takeResults())).toEqual(['2 RecordExpired maybe']);
    expect(producer.pending).toEqual({ records: 0, bytes: 0 });
  });

  it('is not mixed up with later records when some of its own expire', () => {
    const { stream, producer } = setUp('b1 e1 d1');
    const nowMs = T0 + TTL_MS + 1;
    producer.next(nowMs);
    addAll(producer, 'b2 b3', nowMs);
    producer.useShardMap(mapOf(stream, nowMs), nowMs, nowMs);
    addAll(producer, 'b4 b5 b6 b7', nowMs);
    const texts = producer.drain().map(({ record }) => new TextDecoder().decode(record.Data));
    expect(texts).toEqual(['b2', 'b3', 'b4', 'b5', 'b6', 'b7']);
  });

  it('expires in time proportional to its records', () => {
    const { before, stream } = setUp('b1');
    const producer = producerOf(stream, {
      shardMap: before,
      aggregation: 'shard',
      recordBytesMax: 1_048_576,
      aggregateBytesMax: 1_048_576,
      recordTtlMs: TTL_MS,
    });
    const count = 40_000;
    const addingFromMs = performance.now();
    for (let i = 0; i < count; i++) {
      unwrap(producer.add({ PartitionKey: 'b', Data: new Uint8Array(1) }, T0 + 20));
    }
    const addingMs = performance.now() - addingFromMs;
    producer.flush(T0 + 20);
    const { requestId, input } = nextPut(producer, T0 + 20);
    expect(input.Records).toHaveLength(1);
    producer.settle(requestId, { output: unwrap(stream.putRecords(input, T0 + 20)) }, T0 + 20);
    const expiringFromMs = performance.now();
    expect(producer.next(T0 + 20 + TTL_MS)).toEqual({ action: 'listShards' });
    // 0.5 times as long as adding them. If each were looked up in its parcel, over 100 times.
    expect(performance.now() - expiringFromMs).toBeLessThan(20 * addingMs);
    expect(producer.takeResults()).toHaveLength(count);
    expect(producer.pending).toEqual({ records: 0, bytes: 0 });
  });

  it('is drained as perhaps stored', () => {
    const { stream, producer } = setUp('b1 e1');
    expect(producer.drain()).toMatchObject([{ mayBeStored: true }, { mayBeStored: true }]);
    producer.useShardMap(mapOf(stream, T0 + 13), T0 + 13, T0 + 13);
    expect(producer.takeResults()).toEqual([]);
    addAll(producer, 'b2', T0 + 13);
    expect(nextPut(producer, T0 + 13).input.Records).toHaveLength(1);
  });
});

describe('a listing', () => {
  it('is not wanted because of a request that was sent before the last one', () => {
    const stream = streamOf(1);
    const producer = producerOf(stream);
    addAll(producer, 'a1', T0);
    const { requestId, input } = nextPut(producer, T0);
    const output = unwrap(stream.putRecords(input, T0));
    unwrap(split(stream, '0', HALF, T0 + 1));
    producer.useShardMap(mapOf(stream, T0 + 2), T0 + 2, T0 + 2);
    producer.settle(requestId, { output }, T0 + 3);
    expect(producer.next(T0 + 3)).toEqual({ action: 'wait' });
    expect(summarize(producer.takeResults())).toEqual(['0 ok']);
  });
});
