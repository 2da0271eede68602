/**
 * The token buckets of a shard against two oracles: the limit over every interval of time, and a
 * bucket in exact fractions.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTokenBucket,
  resizeTokenBucket,
  takeTokens,
} from '../../src/sharding/token-bucket.ts';
import '../support/arbitraries.ts';
import { MIB, T0 } from '../support/streams.ts';
import {
  bucketAt,
  fullBucket,
  type RationalBucket,
  resized,
  taken,
  waitMs,
} from './reference/rational-bucket.ts';

interface Arrival {
  readonly stepMs: number;
  readonly bytes: number;
}

const capacities = fc.constantFrom(MIB, MIB + 1024, 3 * MIB, 10 * MIB);

function arrivalsUpTo(capacity: number, ...stepsBack: number[]): fc.Arbitrary<Arrival[]> {
  const sizes = fc.oneof(
    fc.constantFrom(0, 1, 1048, 1049, 131_072, capacity - 1, capacity),
    fc.nat({ max: capacity }),
    fc.nat({ max: 2000 }),
  );
  const steps = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 0, 0, 1, ...stepsBack) },
    { weight: 2, arbitrary: fc.constantFrom(2, 10, 124, 125, 126, 999, 1000, 1001, 10_000) },
    fc.nat({ max: 12_000 }),
  );
  const one = fc.record({ stepMs: steps, bytes: sizes });
  // Single records rarely reach the limit on records. Bursts do.
  const burst = fc
    .tuple(steps, fc.constantFrom(1, 500, 999, 1000, 1001), fc.constantFrom(0, 1, 1048, 1100))
    .map(([stepMs, count, bytes]) => [
      { stepMs, bytes },
      ...Array.from({ length: count - 1 }, () => ({ stepMs: 0, bytes })),
    ]);
  return fc
    .array(
      fc.oneof({ weight: 6, arbitrary: one.map((a) => [a]) }, { weight: 1, arbitrary: burst }),
      {
        maxLength: 40,
      },
    )
    .map((groups) => groups.flat());
}

const cases = capacities.chain((capacity) =>
  fc.tuple(fc.constant(capacity), arrivalsUpTo(capacity)),
);

describe('takeTokens', () => {
  it('admits a record exactly if no interval that ends with it exceeds its limit', () => {
    fc.assert(
      fc.property(cases, ([capacity, arrivals]) => {
        const bucket = createTokenBucket(capacity, T0);
        let nowMs = T0;
        // For each time at which records were admitted, how much has been admitted since then.
        const intervals: { fromMs: number; records: bigint; bytes: bigint }[] = [];
        for (const { stepMs, bytes } of arrivals) {
          nowMs += stepMs;
          if (intervals.at(-1)?.fromMs !== nowMs) {
            intervals.push({ fromMs: nowMs, records: 0n, bytes: 0n });
          }
          const isTooMuch = intervals.some((interval) => {
            const wMs = BigInt(nowMs - interval.fromMs);
            return (
              interval.records + 1n > 1000n + wMs ||
              (interval.bytes + BigInt(bytes)) * 1000n > BigInt(capacity) * 1000n + 1_048_576n * wMs
            );
          });
          expect(takeTokens(bucket, bytes, nowMs) === 0).toBe(!isTooMuch);
          if (isTooMuch) continue;
          for (const interval of intervals) {
            interval.records += 1n;
            interval.bytes += BigInt(bytes);
          }
        }
      }),
    );
  });

  it('agrees with exact fractions, whatever the clock does and the capacity becomes', () => {
    const hostile = capacities.chain((capacity) =>
      fc.tuple(
        fc.constant(capacity),
        arrivalsUpTo(capacity, -1, -999, -1000, -1001, -5000, -10_000, -10_001, -86_400_000),
        fc.array(fc.tuple(fc.nat({ max: 60 }), capacities), { maxLength: 3 }),
      ),
    );
    fc.assert(
      fc.property(hostile, ([firstCapacity, arrivals, resizes]) => {
        let capacity = firstCapacity;
        const bucket = createTokenBucket(capacity, T0);
        let twin: RationalBucket = fullBucket(capacity, T0);
        let nowMs = T0;
        for (const [i, { stepMs, bytes: size }] of arrivals.entries()) {
          nowMs = Math.max(0, nowMs + stepMs);
          for (const [at, newCapacity] of resizes) {
            if (at !== i) continue;
            resizeTokenBucket(bucket, newCapacity, nowMs);
            twin = resized(twin, capacity, newCapacity, nowMs);
            capacity = newCapacity;
            expect(bucket.byteTokens).toBeLessThanOrEqual(125 * capacity);
          }
          const bytes = Math.min(size, capacity);
          const before = { ...bucket };
          const wait = takeTokens(bucket, bytes, nowMs);
          const next = taken(twin, bytes, capacity, nowMs);
          expect(wait === 0).toBe(next !== undefined);
          if (next === undefined) {
            expect(bucket).toEqual(before);
            // All refused records of one burst wait equally long: checking one is enough.
            if (stepMs !== 0) expect(wait).toBe(waitMs(twin, bytes, capacity, nowMs));
          } else {
            twin = next;
          }
          expect(bucket.recordTokens).toBe(Number(twin.records.above / twin.records.below));
          expect(BigInt(bucket.byteTokens) * twin.bytes.below).toBe(125n * twin.bytes.above);
        }
        expect(bucketAt(twin, capacity, nowMs + 20_000).bytes.above).toBe(BigInt(capacity));
      }),
    );
  });
});
