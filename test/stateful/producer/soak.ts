/**
 * Simulates worlds of producers for long, and shortens what breaks a law:
 * `npm run soak:producer -- --ops 100000 --seed 7`.
 */

import { performance } from 'node:perf_hooks';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { firstOperations } from './generator.ts';
import { traceFailure } from './shrink.ts';
import { simulate } from './simulation.ts';

/** The number of operations that shrinking may do: a few minutes. */
const SHRINKING_OPERATIONS_MAX = 300_000;

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('expected a whole number from 0 on');
}

const { ops, seed } = new Command('soak')
  .option('--ops <count>', 'how many operations', parseCount, 100_000)
  .option('--seed <number>', 'what they are drawn from', parseCount, Date.now() % 2 ** 31)
  .parse()
  .opts<{ ops: number; seed: number }>();

console.log(`seed ${seed}, ${ops} operations`);
const bar = new SingleBar({ format: '{bar} {percentage} % | {value} | {eta} s left' });
bar.start(ops, 0);
const startedAtMs = performance.now();
const report = simulate(firstOperations(seed, ops), { progress: (done) => bar.update(done) });
const seconds = (performance.now() - startedAtMs) / 1000;
bar.update(report.operations);
bar.stop();

for (const [what, count] of [...report.counts].sort()) {
  console.log(`${String(count).padStart(9)} ${what}`);
}
console.log(`${report.operations} operations, ${seconds.toFixed(1)} s\ndigest ${report.digest}`);

if (report.failure !== undefined) {
  console.log(`\nBROKEN at operation ${report.operations} of seed ${seed}`);
  console.log(`${report.failure.message}\n\nShrinking...`);
  const all = [...firstOperations(seed, report.operations)];
  console.log(traceFailure(all, {}, SHRINKING_OPERATIONS_MAX).join('\n'));
  process.exitCode = 1;
}
