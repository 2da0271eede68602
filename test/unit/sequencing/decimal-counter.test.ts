/** The counter against bigint addition. Values are weighted towards carries between its limbs. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterStep, DecimalCounter } from '../../../src/sequencing/decimal-counter.ts';
import '../../support/property-runs.ts';

const LIMB = 1_000_000_000;

/** A limb of nine digits, half of the time at or beside an end. */
const limbs = fc.oneof(
  fc.constantFrom(0, 1, 999, 1000, 999_999, 1_000_000, LIMB - 2, LIMB - 1),
  fc.nat(LIMB - 1),
);

/** The digits above the limbs: also such that a carry adds a digit or passes 2^53. */
const highDigits = fc.oneof(
  fc.constantFrom('1', '9', '999', `${2 ** 53 - 1}`, '9'.repeat(29)),
  fc.bigInt(1n, 10n ** 29n).map(String),
);

/** Values whose low limbs are often all nines, so that a carry goes through all of them. */
const values = fc
  .tuple(highDigits, fc.oneof(fc.tuple(limbs, limbs, limbs), fc.constant([LIMB - 1, LIMB - 1, 0])))
  .map(([high, low]) => high + low.map((limb) => String(limb).padStart(9, '0')).join(''));

const steps: fc.Arbitrary<CounterStep> = fc.record({ top: limbs, middle: limbs, low: limbs });

function stepValue({ top, middle, low }: CounterStep): bigint {
  return (BigInt(top) * BigInt(LIMB) + BigInt(middle)) * BigInt(LIMB) + BigInt(low);
}

describe('DecimalCounter', () => {
  it('prints the value it is set to', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const counter = new DecimalCounter(first);
        expect(`${counter}`).toBe(first);
        counter.set(second);
        expect(`${counter}`).toBe(second);
      }),
    );
  });

  it('adds steps as a bigint does', () => {
    fc.assert(
      fc.property(values, fc.array(steps, { maxLength: 8 }), (start, list) => {
        const counter = new DecimalCounter(start);
        let expected = BigInt(start);
        for (const step of list) {
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
