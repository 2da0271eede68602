/**
 * What a shard admits. Oracle: a record is admitted exactly if no stretch of time that ends with it
 * gets more than the depth and what flows in meanwhile; bigints, every stretch looked at.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTokenBucket,
  resizeTokenBucket,
  takeTokens,
} from '../../src/sharding/token-bucket.ts';
import '../support/arbitraries.ts';
import {
  bucketAt,
  fullBucket,
  type RationalBucket,
  resized,
  taken,
  waitMs,
} from '../oracles/reference/rational-bucket.ts';
import { MIB, putAt, recordOf, revive, streamOf, T0 } from '../support/streams.ts';

interface Arrival {
  readonly stepMs: number;
  readonly bytes: number;
}

const depths = fc.constantFrom(MIB, MIB + 1024, 3 * MIB, 10 * MIB);

function arrivalsUpTo(depth: number, ...stepsBack: number[]): fc.Arbitrary<Arrival[]> {
  const sizes = fc.oneof(
    fc.constantFrom(0, 1, 1048, 1049, 131_072, depth - 1, depth),
    fc.nat({ max: depth }),
    fc.nat({ max: 2000 }),
  );
  const steps = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 0, 0, 1, ...stepsBack) },
    { weight: 2, arbitrary: fc.constantFrom(2, 10, 124, 125, 126, 999, 1000, 1001, 10_000) },
    fc.nat({ max: 12_000 }),
  );
  const one = fc.record({ stepMs: steps, bytes: sizes });
  // Many small ones at once, or there would never be too many records.
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

const cases = depths.chain((depth) => fc.tuple(fc.constant(depth), arrivalsUpTo(depth)));

describe('a shard', () => {
  it('admits what no stretch of time has too much with, and nothing else', () => {
    fc.assert(
      fc.property(cases, ([depth, arrivals]) => {
        const bucket = createTokenBucket(depth, T0);
        let nowMs = T0;
        // Of the stretches from each instant at which records were admitted: how much since then.
        const stretches: { fromMs: number; records: bigint; bytes: bigint }[] = [];
        for (const { stepMs, bytes } of arrivals) {
          nowMs += stepMs;
          if (stretches.at(-1)?.fromMs !== nowMs) {
            stretches.push({ fromMs: nowMs, records: 0n, bytes: 0n });
          }
          const isTooMuch = stretches.some((stretch) => {
            const wMs = BigInt(nowMs - stretch.fromMs);
            return (
              stretch.records + 1n > 1000n + wMs ||
              (stretch.bytes + BigInt(bytes)) * 1000n > BigInt(depth) * 1000n + 1_048_576n * wMs
            );
          });
          expect(takeTokens(bucket, bytes, nowMs) === 0).toBe(!isTooMuch);
          if (isTooMuch) continue;
          for (const stretch of stretches) {
            stretch.records += 1n;
            stretch.bytes += BigInt(bytes);
          }
        }
      }),
    );
  });

  it('refuses nothing of a producer at the full rate, for ever', () => {
    const rates = fc.constantFrom(
      { everyMs: 1, bytes: 1048 },
      { everyMs: 125, bytes: 131_072 },
      { everyMs: 1000, bytes: MIB },
      { everyMs: 1, bytes: 0 },
    );
    fc.assert(
      fc.property(depths, rates, fc.nat({ max: 1000 }), (depth, { everyMs, bytes }, phaseMs) => {
        const bucket = createTokenBucket(depth, T0);
        let refused = 0;
        for (let i = 0; i < 3000; i++) {
          if (takeTokens(bucket, bytes, T0 + phaseMs + i * everyMs) !== 0) refused++;
        }
        expect(refused).toBe(0);
      }),
    );
  });

  it('is as its twin in fractions, whatever the clock and the depth', () => {
    const hostile = depths.chain((depth) =>
      fc.tuple(
        fc.constant(depth),
        arrivalsUpTo(depth, -1, -999, -1000, -1001, -5000, -10_000, -10_001, -86_400_000),
        fc.array(fc.tuple(fc.nat({ max: 60 }), depths), { maxLength: 3 }),
      ),
    );
    fc.assert(
      fc.property(hostile, ([firstDepth, arrivals, resizes]) => {
        let depth = firstDepth;
        const bucket = createTokenBucket(depth, T0);
        let twin: RationalBucket = fullBucket(depth, T0);
        let nowMs = T0;
        for (const [i, { stepMs, bytes: size }] of arrivals.entries()) {
          nowMs = Math.max(0, nowMs + stepMs);
          for (const [at, newDepth] of resizes) {
            if (at !== i) continue;
            resizeTokenBucket(bucket, newDepth, nowMs);
            twin = resized(twin, depth, newDepth, nowMs);
            depth = newDepth;
            expect(bucket.byteTokens).toBeLessThanOrEqual(125 * depth);
          }
          const bytes = Math.min(size, depth);
          const before = { ...bucket };
          const wait = takeTokens(bucket, bytes, nowMs);
          const next = taken(twin, bytes, depth, nowMs);
          expect(wait === 0).toBe(next !== undefined);
          if (next === undefined) {
            expect(bucket).toEqual(before);
            // The first of a burst that is refused stands for the rest.
            if (stepMs !== 0) expect(wait).toBe(waitMs(twin, bytes, depth, nowMs));
          } else {
            twin = next;
          }
          expect(bucket.recordTokens).toBe(Number(twin.records.above / twin.records.below));
          expect(BigInt(bucket.byteTokens) * twin.bytes.below).toBe(125n * twin.bytes.above);
        }
        expect(bucketAt(twin, depth, nowMs + 20_000).bytes.above).toBe(BigInt(depth));
      }),
    );
  });
});

describe('retryAfterMs', () => {
  it('is when the record is admitted, and not a millisecond before', () => {
    const all = depths.chain((depth) =>
      fc.tuple(fc.constant(depth), arrivalsUpTo(depth, -1, -500, -1000, -1001, -10_000)),
    );
    fc.assert(
      fc.property(all, ([depth, arrivals]) => {
        const stream = streamOf(1, {}, { MaxRecordSizeInKiB: depth / 1024 });
        let nowMs = T0;
        let checked = 0;
        for (const { stepMs, bytes } of arrivals) {
          nowMs += stepMs;
          const size = Math.max(1, bytes);
          const put = stream.putRecord(recordOf(size), nowMs);
          if (put.ok) continue;
          expect(put.fault.code).toBe('ProvisionedThroughputExceededException');
          const wait = put.retryAfterMs!;
          expect(Number.isInteger(wait) && wait > 0).toBe(true);
          if (++checked > 5) continue;
          expect(revive(stream).putRecord(recordOf(size), nowMs + wait - 1)).toMatchObject({
            ok: false,
            retryAfterMs: 1,
          });
          expect(revive(stream).putRecord(recordOf(size), nowMs + wait).ok).toBe(true);
        }
      }),
    );
  });

  it('stands beside each refused record of a batch', () => {
    const stream = streamOf(1);
    const Data = new Uint8Array(MIB / 2 - 1);
    const Records = Array.from({ length: 4 }, () => ({ PartitionKey: 'a', Data }));
    const result = stream.putRecords({ StreamName: 'orders', Records }, T0);
    expect(result).toMatchObject({ ok: true, retryAfterMs: [0, 0, 500, 500] });
    expect(putAt(stream, 0n, T0 + 499, MIB / 2).ok).toBe(false);
    expect(putAt(stream, 0n, T0 + 500, MIB / 2).ok).toBe(true);
  });
});
