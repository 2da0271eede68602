/**
 * `npm run test:runtimes [-- NAME…]`: the packed package on every runtime that npm or the PATH has.
 *
 * Prints a table. Ends with status 1 if a result or a kernel is wrong, if a runtime is slower than
 * it may be, or if one that was named cannot be installed.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackage } from '../installed-package.ts';
import { Place } from './place.ts';
import { NotInstalled, type Outcome, RUNTIMES, type Runtime } from './runtimes.ts';

/** How much slower than this Node a runtime may be that runs the same engine. */
const SLOWER_MOST = 1.5;

/** Each of 25 ms. */
const SAMPLES = 20;

/** The machine may be busy: a runtime that is too slow is measured again. */
const ATTEMPTS = 3;

const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
const isWanted = ({ name }: Runtime) =>
  wanted.length === 0 || wanted.some((part) => name.toLowerCase().startsWith(part));

const rows: string[][] = [['runtime', 'version', 'results', 'kernel', 'one key', 'in a batch']];
const counts = { right: 0, wrong: 0, missing: 0 };
const folder = mkdtempSync(join(tmpdir(), 'shardline-runtimes-'));
const { tarball } = packPackage(folder);
let baseline: Outcome | undefined;

for (const runtime of RUNTIMES) {
  // This Node is what others are compared with.
  if (!isWanted(runtime) && baseline !== undefined) continue;
  process.stderr.write(`${runtime.name} …\n`);
  rows.push([runtime.name, ...(await check(runtime))]);
}
rmSync(folder, { recursive: true, force: true });

for (const row of rows) console.log(`| ${row.map(pad).join(' | ')} |`);
console.log('One key and in a batch: nanoseconds per key of 16 characters.');
console.log(`${counts.right} right, ${counts.wrong} wrong, ${counts.missing} not installed`);
if (counts.wrong > 0 || (wanted.length > 0 && counts.missing > 0)) process.exitCode = 1;

async function check(runtime: Runtime): Promise<string[]> {
  let place: Place;
  try {
    place = await Place.create(tarball, runtime.packages);
  } catch (error) {
    return miss(error);
  }
  try {
    let outcome = await runtime.run(place, SAMPLES);
    for (let attempt = 1; attempt < ATTEMPTS && describeSlowness(runtime, outcome); attempt++) {
      outcome = await runtime.run(place, SAMPLES);
    }
    baseline ??= outcome;
    const { version, report } = outcome;
    const wrong = [
      ...report.wrong,
      describeKernel(runtime, outcome),
      describeSlowness(runtime, outcome),
    ].filter((line) => line !== undefined);
    counts[wrong.length === 0 ? 'right' : 'wrong']++;
    for (const line of wrong.slice(0, 5)) process.stderr.write(`  ${line}\n`);
    const results = wrong.length === 0 ? 'right' : `WRONG: ${wrong[0]}`;
    return [version, results, report.kernel, format(report.singleNs), format(report.batchNs)];
  } catch (error) {
    if (error instanceof NotInstalled) return miss(error);
    counts.wrong++;
    process.stderr.write(`  ${error}\n`);
    return ['', `FAILED: ${firstLine(error)}`, '', '', ''];
  } finally {
    place.remove();
  }
}

function miss(error: unknown): string[] {
  counts.missing++;
  process.stderr.write(`  ${error}\n`);
  return ['', `not installed: ${firstLine(error)}`, '', '', ''];
}

function describeKernel({ kernel }: Runtime, { report }: Outcome): string | undefined {
  return report.kernel === kernel ? undefined : `the kernel is ${report.kernel}, not ${kernel}`;
}

function describeSlowness({ asFastAsNode = [] }: Runtime, { report }: Outcome): string | undefined {
  if (baseline === undefined) return undefined;
  for (const figure of asFastAsNode) {
    const ratio = report[figure] / baseline.report[figure];
    if (ratio > SLOWER_MOST) return `${figure} is ${ratio.toFixed(1)} times that of this Node`;
  }
  return undefined;
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]!;
}

function format(ns: number): string {
  return ns < 1000
    ? ns.toFixed(0)
    : `${(ns / 1000).toFixed(0)},${(ns % 1000).toFixed(0).padStart(3, '0')}`;
}

function pad(cell: string, column: number): string {
  return cell.padEnd(Math.max(...rows.map((row) => row[column]!.length)));
}
