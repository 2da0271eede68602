/** No shard refuses records that a producer sends within its budget. */

import fc from 'fast-check';
import { createUniformShardMap, type Stream, unwrap } from 'shardline';
import {
  createProducer,
  createShardBudgets,
  type Producer,
  type ProducerOptions,
} from 'shardline/producer';
import { expect, test } from 'vitest';
import '../support/property-runs.ts';
import { mapOf } from '../support/producers.ts';
import { MIB, NAME, putAt, streamOf, T0 } from '../support/streams.ts';

/** Milliseconds between one record and the next, and its size. */
const steps = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.constantFrom(1, 2, 999, 1000), fc.nat(3000)),
    bytes: fc.oneof(fc.constantFrom(2, 100, MIB / 4, MIB / 2), fc.integer({ min: 2, max: MIB })),
    count: fc.constantFrom(1, 1, 10, 400),
    producer: fc.nat(3),
  }),
  { maxLength: 30 },
);

test('a lone producer is never refused, and waits no longer than it must', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const budgets = createShardBudgets(createUniformShardMap(1));
      const stream = streamOf(1);
      let nowMs = T0;
      for (const { afterMs, bytes, count } of given) {
        nowMs += afterMs;
        for (let i = 0; i < count; i++) {
          const waitMs = budgets.take(0, bytes, nowMs);
          const result = putAt(stream, 0n, nowMs, bytes);
          expect(result.ok).toBe(waitMs === 0);
          if (!result.ok) expect(result).toMatchObject({ retryAfterMs: waitMs });
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('producers that share a shard are never refused', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 7 }), (given, producers) => {
      const shardShare = 1 / producers;
      const map = createUniformShardMap(1);
      const budgets = Array.from({ length: producers }, () =>
        createShardBudgets(map, { shardShare }),
      );
      const stream = streamOf(1);
      let nowMs = T0;
      for (const { afterMs, bytes, count, producer } of given) {
        nowMs += afterMs;
        const bytesMost = Math.min(bytes, Math.floor(MIB * shardShare));
        for (let i = 0; i < count; i++) {
          if (budgets[(producer + i) % producers]!.take(0, bytesMost, nowMs) > 0) continue;
          expect(putAt(stream, 0n, nowMs, bytesMost).ok).toBe(true);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('the wait is as long as it must be', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 0.5, 0.3, 0.001), (given, shardShare) => {
      const budgets = createShardBudgets(createUniformShardMap(1), { shardShare });
      let nowMs = T0;
      for (const { afterMs, bytes } of given) {
        nowMs += afterMs;
        const waitMs = budgets.take(0, bytes, nowMs);
        expect(Number.isInteger(waitMs)).toBe(true);
        if (waitMs === 0) continue;
        expect(budgets.take(0, bytes, nowMs + waitMs - 1)).toBeGreaterThan(0);
        nowMs += waitMs;
        // Shares such as 0.3 are rounded, by less than a millisecond.
        const again = budgets.take(0, bytes, nowMs);
        expect(again).toBeLessThanOrEqual(1);
        nowMs += again;
        if (again > 0) expect(budgets.take(0, bytes, nowMs)).toBe(0);
      }
    }),
  );
});

/** Runs producers against a stream whose responses take a while, and counts refused records. */
function countRefused(stream: Stream, producers: readonly Producer[], untilMs: number): number {
  let refused = 0;
  const responses: { readonly atMs: number; readonly settle: () => void }[] = [];
  for (let nowMs = T0; nowMs < untilMs; nowMs++) {
    while (responses[0] !== undefined && responses[0].atMs <= nowMs) responses.shift()!.settle();
    for (const producer of producers) {
      for (let todo = producer.next(nowMs); todo.action === 'put'; todo = producer.next(nowMs)) {
        const { requestId, input } = todo;
        const output = unwrap(stream.putRecords(input, nowMs));
        refused += output.FailedRecordCount;
        const atMs = nowMs + 20;
        responses.push({ atMs, settle: () => producer.settle(requestId, { output }, atMs) });
      }
    }
  }
  return refused;
}

const setups: readonly Partial<ProducerOptions>[] = [
  { aggregation: 'none', order: 'none' },
  { aggregation: 'none', order: 'partition-key' },
  { aggregation: 'shard', order: 'none', aggregateBytesMax: 200 },
  { aggregation: 'shard', order: 'partition-key' },
];

test.each(setups)('a producer that has too much to send is never refused: %o', (setup) => {
  for (const count of [1, 3]) {
    const stream = streamOf(2);
    const shardMap = mapOf(stream, T0);
    const shardShare = 1 / count;
    const producers = Array.from({ length: count }, () =>
      createProducer({ StreamName: NAME, shardMap, listedAtMs: T0, shardShare, ...setup }),
    );
    for (const producer of producers) {
      for (let i = 0; i < 8000; i++) {
        const Data = new Uint8Array(i % 50 === 0 ? 20_000 : 60);
        unwrap(producer.add({ PartitionKey: `key-${i % 977}`, Data }, T0));
      }
    }
    expect(countRefused(stream, producers, T0 + 3000)).toBe(0);
    const stored = producers.flatMap((producer) => producer.takeResults());
    expect(stored.length).toBeGreaterThan(3000);
  }
});
