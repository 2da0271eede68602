/**
 * Simulates many operations, and shortens them if they break a law:
 * `npm run soak -- --ops 1000000 --seed 7`.
 */

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { firstOperations } from './generator.ts';
import type { Operation } from './operation.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

/** The number of operations that shrinking may do: a few minutes. */
const SHRINKING_OPERATIONS_MAX = 1_000_000;

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('expected a whole number from 0 on');
}

const { ops, seed, replay } = new Command('soak')
  .option('--ops <count>', 'how many operations', parseCount, 1_000_000)
  .option('--seed <number>', 'what they are drawn from', parseCount, Date.now() % 2 ** 31)
  .option('--replay <file>', 'a list of operations in JSON, in place of drawn ones')
  .parse()
  .opts<{ ops: number; seed: number; replay?: string }>();

function operations(count: number): Iterable<Operation> {
  if (replay !== undefined) return JSON.parse(readFileSync(replay, 'utf8'));
  return firstOperations(seed, count);
}

console.log(replay === undefined ? `seed ${seed}, ${ops} operations` : replay);
const bar = new SingleBar({ format: '{bar} {percentage} % | {value} | {eta} s left' });
bar.start(ops, 0);
const startedAtMs = performance.now();
const report = simulate(operations(ops), { progress: (done) => bar.update(done) });
const seconds = (performance.now() - startedAtMs) / 1000;
bar.update(report.operations);
bar.stop();

for (const [outcome, count] of [...report.outcomes].sort()) {
  console.log(`${String(count).padStart(9)} ${outcome}`);
}
console.log(`${report.operations} operations, ${report.records} records, ${seconds.toFixed(1)} s`);
console.log(`digest ${report.digest}`);

const { failure } = report;
if (failure !== undefined) {
  console.log(`\nBROKEN at operation ${failure.operations} of seed ${seed}: ${failure.law}`);
  console.log(`${failure.message}\n\nShrinking...`);
  const all = [...operations(failure.operations)].slice(0, failure.operations);
  const few = shrink(all, failure.law, {}, SHRINKING_OPERATIONS_MAX);
  console.log(`The same in ${few.length} of ${failure.operations} operations:\n`);
  simulate(few, { trace: (line) => console.log(line) });
  console.log(`\nAs data, for --replay:\n${JSON.stringify(few)}`);
  process.exitCode = 1;
}
