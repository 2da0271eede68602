/**
 * Lives through operations until they end or a law breaks, and then tells the shortest story found
 * of how it broke: `npm run soak -- --ops 1000000 --seed 7`.
 */

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { firstOperations } from './generator.ts';
import { live } from './life.ts';
import type { Operation } from './operation.ts';
import { shrink } from './shrink.ts';

/** How many operations to spend on a short story: some minutes. */
const SHRINKING_OPERATIONS_MAX = 1_000_000;

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('expected a whole number from 0 on');
}

const { ops, seed, replay } = new Command('soak')
  .option('--ops <count>', 'how many operations', parseCount, 1_000_000)
  .option('--seed <number>', 'what they are drawn from', parseCount, Date.now() % 2 ** 31)
  .option('--replay <file>', 'operations as a list in JSON, in place of drawn ones')
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
const report = live(operations(ops), { progress: (done) => bar.update(done) });
const seconds = (performance.now() - startedAtMs) / 1000;
bar.update(report.operations);
bar.stop();

for (const [answer, count] of [...report.answers].sort()) {
  console.log(`${String(count).padStart(9)} ${answer}`);
}
console.log(`${report.operations} operations, ${report.records} records, ${seconds.toFixed(1)} s`);
console.log(`digest ${report.digest}`);

const { failure } = report;
if (failure !== undefined) {
  console.log(`\nBROKEN at operation ${failure.operations} of seed ${seed}: ${failure.law}`);
  console.log(`${failure.message}\n\nShrinking...`);
  const all = [...operations(failure.operations)].slice(0, failure.operations);
  const story = shrink(all, failure.law, undefined, SHRINKING_OPERATIONS_MAX);
  console.log(`The same in ${story.length} of ${failure.operations} operations:\n`);
  live(story, { tell: (line) => console.log(line) });
  console.log(`\nAs data, for --replay:\n${JSON.stringify(story)}`);
  process.exitCode = 1;
}
