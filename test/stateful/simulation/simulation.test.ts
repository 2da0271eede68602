/**
 * Simulates 20,000 operations; `npm run soak` simulates a million. SIMULATION_SEED, or otherwise
 * FC_SEED, adds a seed.
 */

import { describe, expect, it } from 'vitest';
import { firstOperations } from './generator.ts';
import { traceFailure } from './shrink.ts';
import { type SimulationReport, simulate } from './simulation.ts';

const OPERATIONS = 5000;
const SEEDS = [1, 2, 3, 4];
const ownSeed = process.env['SIMULATION_SEED'] ?? process.env['FC_SEED'];
if (ownSeed !== undefined) SEEDS.push(Number(ownSeed));

/** The outcomes that must occur. */
const OUTCOMES = {
  create: ['LimitExceededException', 'ok'],
  put: [
    'DryRunOperationException',
    'InvalidArgumentException',
    'ProvisionedThroughputExceededException',
    'ResourceNotFoundException',
    'ValidationException',
    'ok',
  ],
  batch: ['InvalidArgumentException', 'ResourceNotFoundException', 'ValidationException', 'ok'],
  record: ['ProvisionedThroughputExceededException', 'ok'],
  split: ['InvalidArgumentException', 'LimitExceededException', 'ResourceInUseException', 'ok'],
  merge: ['InvalidArgumentException', 'ResourceInUseException', 'ok'],
  scale: ['LimitExceededException', 'ResourceInUseException', 'ok'],
  increase: ['InvalidArgumentException', 'ok'],
  decrease: ['InvalidArgumentException', 'ok'],
  resize: ['ValidationException', 'ok'],
  list: ['ok'],
  save: ['ok'],
  crash: ['ok'],
};

describe('a simulated stream', () => {
  const reports: SimulationReport[] = [];

  it.each(SEEDS)(
    `agrees with its twin and keeps the laws: ${OPERATIONS} operations of seed %i`,
    (seed) => {
      const operations = [...firstOperations(seed, OPERATIONS)];
      const report = simulate(operations);
      reports.push(report);
      if (report.failure === undefined) return;
      expect.fail(`seed ${seed}:\n${traceFailure(operations).join('\n')}`);
    },
  );

  it('gives every kind of result for every kind of operation', () => {
    const outcomes = new Set(reports.flatMap((report) => [...report.outcomes.keys()]));
    const wanted = Object.entries(OUTCOMES).flatMap(([kind, codes]) =>
      codes.map((code) => `${kind} ${code}`),
    );
    expect(wanted.filter((outcome) => !outcomes.has(outcome))).toEqual([]);
  });
});

describe('a simulation', () => {
  it('has the same digest for the same seed, and another for another seed', () => {
    const digests = [7, 7, 8].map((seed) => simulate(firstOperations(seed, 1000)).digest);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('has the same digest if its operations come from JSON', () => {
    const operations = [...firstOperations(9, 500)];
    const again = simulate(JSON.parse(JSON.stringify(operations)));
    expect(again.digest).toBe(simulate(operations).digest);
  });
});
