/**
 * Simulates worlds of producers for long, and shortens what breaks a law:
 * `npm run soak:producer -- --records 1000000 --lost 5 --seed 7`.
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

function parsePercent(text: string): number {
  const percent = parseCount(text);
  if (percent <= 100) return percent;
  throw new InvalidArgumentError('expected a whole number from 0 to 100');
}

const { ops, records, lost, seed } = new Command('soak')
  .option('--ops <count>', 'how many operations at most', parseCount)
  .option('--records <count>', 'how many records to add at most', parseCount)
  .option('--lost <percent>', 'how many of 100 responses are lost', parsePercent, 0)
  .option('--seed <number>', 'what they are drawn from', parseCount, Date.now() % 2 ** 31)
  .parse()
  .opts<{ ops?: number; records?: number; lost: number; seed: number }>();

const recordsMax = records ?? Number.POSITIVE_INFINITY;
const operationsMax = ops ?? (records === undefined ? 100_000 : Number.POSITIVE_INFINITY);
const options = { lostPercent: lost, recordsMax };
console.log(`seed ${seed}, ${records ?? 'any number of'} records, ${lost} % of the responses lost`);
const bar = new SingleBar({ format: '{bar} {percentage} % | {value} | {eta} s left' });
bar.start(records ?? operationsMax, 0);
const startedAtMs = performance.now();
const report = simulate(firstOperations(seed, operationsMax), {
  ...options,
  progress: (operations, added) => bar.update(records === undefined ? operations : added),
});
const seconds = (performance.now() - startedAtMs) / 1000;
bar.update(bar.getTotal());
bar.stop();

for (const [what, count] of [...report.counts].sort()) {
  console.log(`${String(count).padStart(9)} ${what}`);
}
const mebibytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
console.log(`${report.operations} operations, ${seconds.toFixed(1)} s, ${mebibytes} MiB at most`);
console.log(`digest ${report.digest}`);

if (report.failure !== undefined) {
  console.log(`\nBROKEN at operation ${report.operations} of seed ${seed}`);
  console.log(`${report.failure.message}\n\nShrinking...`);
  const all = [...firstOperations(seed, report.operations)];
  console.log(traceFailure(all, options, SHRINKING_OPERATIONS_MAX).join('\n'));
  process.exitCode = 1;
}
