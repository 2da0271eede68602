/**
 * Simulates 20,000 operations; `npm run soak:producer` simulates more. SIMULATION_SEED, or
 * otherwise FC_SEED, adds a seed.
 */

import { describe, expect, it } from 'vitest';
import { firstOperations } from './generator.ts';
import { traceFailure } from './shrink.ts';
import { type SimulationReport, simulate } from './simulation.ts';

const OPERATIONS = 2500;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const ownSeed = process.env['SIMULATION_SEED'] ?? process.env['FC_SEED'];
if (ownSeed !== undefined) SEEDS.push(Number(ownSeed));

/** What must happen. */
const COUNTS = [
  'add PendingBytesExceeded',
  'aggregates outside',
  'clock',
  'drained',
  'failed AccessDeniedException',
  'failed RecordExpired',
  'failed entry',
  'flush',
  'listShards failed',
  'lost response',
  'lost request',
  'merge',
  'more than once',
  'no records',
  'recreate',
  'refused',
  'scale',
  'settled twice',
  'short response',
  'split',
  'stored',
  'strange entry',
  'throttled request',
  'unavailable',
];

describe('a simulated world of producers', () => {
  const reports: SimulationReport[] = [];

  it.each(SEEDS)(`keeps the laws: ${OPERATIONS} operations of seed %i`, (seed) => {
    const operations = [...firstOperations(seed, OPERATIONS)];
    const report = simulate(operations);
    reports.push(report);
    if (report.failure === undefined) return;
    expect.fail(`seed ${seed}:\n${traceFailure(operations).join('\n')}`);
  });

  it('makes everything happen that it counts', () => {
    const seen = new Set(reports.flatMap(({ counts }) => [...counts.keys()]));
    expect(COUNTS.filter((what) => !seen.has(what))).toEqual([]);
  });

  it('has the same digest for the same seed, and another for another seed', () => {
    const digests = [9, 9, 10].map((seed) => simulate(firstOperations(seed, 300)).digest);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('has the same digest if its operations come from JSON', () => {
    const operations = [...firstOperations(11, 300)];
    const again = simulate(JSON.parse(JSON.stringify(operations)));
    expect(again.digest).toBe(simulate(operations).digest);
  });
});
