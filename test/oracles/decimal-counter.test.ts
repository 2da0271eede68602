/** The decimal counter against bigint addition, at the edges of its limbs. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CounterStep, DecimalCounter } from '../../src/sequencing/decimal-counter.ts';
import '../support/arbitraries.ts';

const LIMB = 1_000_000_000;

/** Nine digits. Most are near 0 or near 10^9, so that sums meet the carry. */
const limbs = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 1, 2, LIMB - 2, LIMB - 1) },
  { weight: 1, arbitrary: fc.nat(LIMB - 1) },
);

const starts = fc
  .tuple(fc.constantFrom(1n, 9n, 10n ** 27n - 1n), limbs, limbs, limbs)
  .map(([high, ...low]) => [`${high}`, ...low.map((limb) => `${limb}`.padStart(9, '0'))].join(''));

const steps = fc.record({ top: limbs, middle: limbs, low: limbs });
const smallSteps = fc.record({ top: fc.constant(0), middle: fc.nat(68), low: limbs });
const counts = fc.constantFrom(0, 1, 8_388_607, 8_388_608, 8_388_609, 100_000_000);

function sizeOfStep({ top, middle, low }: CounterStep): bigint {
  return (BigInt(top) * BigInt(LIMB) + BigInt(middle)) * BigInt(LIMB) + BigInt(low);
}

it('add adds a step', () => {
  fc.assert(
    fc.property(starts, fc.array(steps, { maxLength: 10 }), (start, added) => {
      const counter = new DecimalCounter(start);
      let expected = BigInt(start);
      for (const step of added) {
        counter.add(step);
        expected += sizeOfStep(step);
        expect(counter.toString()).toBe(`${expected}`);
      }
    }),
  );
});

it('addTimes adds a step many times', () => {
  fc.assert(
    fc.property(starts, smallSteps, counts, (start, step, times) => {
      const counter = new DecimalCounter(start);
      counter.addTimes(step, times);
      expect(counter.toString()).toBe(`${BigInt(start) + sizeOfStep(step) * BigInt(times)}`);
    }),
  );
});

it('set replaces the number', () => {
  fc.assert(
    fc.property(starts, starts, (before, after) => {
      const counter = new DecimalCounter(before);
      counter.set(after);
      expect(counter.toString()).toBe(after);
    }),
  );
});
