/** The counter against bigint addition. Values are weighted towards carries between the limbs. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterStep, DecimalCounter } from '../../../src/sequencing/decimal-counter.ts';
import '../../support/property-runs.ts';

const LIMB = 1_000_000_000;
const LIMBS = 10n ** 27n;

/** A limb of nine digits, most of the time at or beside an end. */
const limbs = fc.oneof(
  fc.constantFrom(0, 0, 1, 999, 1000, 999_999, 1_000_000, LIMB - 2, LIMB - 1, LIMB - 1),
  fc.nat(LIMB - 1),
);

const steps: fc.Arbitrary<CounterStep> = fc.record({ top: limbs, middle: limbs, low: limbs });

/** The digits above the limbs: also such that a carry adds a digit or passes 2^53. */
const highDigits = fc.oneof(
  fc.constantFrom('1', '9', '999', `${2 ** 53 - 1}`, '9'.repeat(29)),
  fc.bigInt(1n, 10n ** 29n).map(String),
);

const values = fc
  .tuple(highDigits, steps)
  .map(([high, low]) => high + stepValue(low).toString().padStart(27, '0'));

function stepValue({ top, middle, low }: CounterStep): bigint {
  return (BigInt(top) * BigInt(LIMB) + BigInt(middle)) * BigInt(LIMB) + BigInt(low);
}

/** Returns the step from one value of the limbs to another, which may need a carry out of them. */
function stepBetween(from: CounterStep, to: CounterStep): CounterStep {
  const difference = (stepValue(to) - stepValue(from) + LIMBS) % LIMBS;
  const limb = (index: bigint) => Number((difference / BigInt(LIMB) ** index) % BigInt(LIMB));
  return { top: limb(2n), middle: limb(1n), low: limb(0n) };
}

describe('DecimalCounter', () => {
  it('prints the value it starts with', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(`${new DecimalCounter(value)}`).toBe(value);
      }),
    );
  });

  it('adds steps as a bigint does, up to limbs of zeros and of nines', () => {
    fc.assert(
      fc.property(highDigits, fc.array(steps, { minLength: 2, maxLength: 8 }), (high, stops) => {
        let expected = BigInt(high) * LIMBS + stepValue(stops[0]!);
        const counter = new DecimalCounter(`${expected}`);
        for (const [i, to] of stops.slice(1).entries()) {
          const step = stepBetween(stops[i]!, to);
          counter.add(step);
          expected += stepValue(step);
          expect(`${counter}`).toBe(`${expected}`);
        }
      }),
    );
  });

  it('adds a step many times as a bigint does', () => {
    const smallSteps = fc.record({
      top: fc.constant(0),
      middle: fc.oneof(fc.constantFrom(0, 1, 68), fc.nat(68)),
      low: limbs,
    });
    const counts = fc.oneof(
      fc.constantFrom(0, 1, 8_388_607, 8_388_608, 8_388_609, 3 * 8_388_608, 2 ** 36),
      fc.nat(2 ** 31 - 1),
    );
    fc.assert(
      fc.property(values, smallSteps, counts, (start, step, times) => {
        const counter = new DecimalCounter(start);
        counter.addTimes(step, times);
        expect(`${counter}`).toBe(`${BigInt(start) + BigInt(times) * stepValue(step)}`);
      }),
    );
  });
});
