/** The parts that benchmarks share: peers, inputs, and tables of medians. */

import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { do_not_optimize, measure, run } from 'mitata';

/** A power of two, so that a mask cycles through the inputs. */
export const INPUTS = 4096;

const WARM_UP_ROUNDS = 200;
const ROUNDS = 800;

const requirePeer = createRequire(new URL('peers/package.json', import.meta.url));

/**
 * Returns a package of bench/peers. Its types are not installed: the caller declares what it uses.
 */
export function loadPeer<T>(name: string): T {
  return requirePeer(name);
}

/** Does the same for an ES module. */
export function importPeer<T>(name: string): Promise<T> {
  return import(pathToFileURL(requirePeer.resolve(name)).href);
}

/** Returns distinct random keys. Each is a flat string, as if it were just read from a socket. */
export function randomKeys(characters: number): string[] {
  const keys = new Set<string>();
  while (keys.size < INPUTS) {
    keys.add(
      randomBytes(Math.ceil(characters / 2))
        .toString('hex')
        .slice(0, characters),
    );
  }
  return [...keys];
}

/**
 * Returns a function that calls the candidate with the next input, in a cycle.
 *
 * The function is compiled separately for each candidate, because V8 would not inline candidates
 * into a shared one.
 */
export function cycle<T, R>(inputs: readonly T[], call: (input: T) => R): () => R {
  const body = 'let i = 0; return () => call(inputs[i++ & mask]);';
  return new Function('inputs', 'call', 'mask', body)(inputs, call, INPUTS - 1);
}

/** @throws {Error} If a candidate differs from the first one on some input. */
export function assertSameResults<T, R>(
  inputs: readonly T[],
  candidates: Readonly<Record<string, (input: T) => R>>,
  plain: (result: R) => unknown = (result) => result,
): void {
  const [[reference, ask], ...others] = Object.entries(candidates) as [
    [string, (input: T) => R],
    ...[string, (input: T) => R][],
  ];
  for (const input of inputs) {
    const expected = plain(ask(input));
    for (const [name, call] of others) {
      const actual = plain(call(input));
      if (actual === expected) continue;
      throw new Error(`${input}: ${name} says ${actual}, ${reference} says ${expected}`);
    }
  }
}

/** Runs the registered benchmarks, then prints one table of medians. */
export async function runAll(): Promise<void> {
  const { benchmarks } = await run({ colors: process.stdout.isTTY === true });
  const rows = benchmarks.flatMap(({ runs }) =>
    runs.flatMap(({ name, stats }) => (stats === undefined ? [] : [{ name, ...stats }])),
  );
  const first = rows[0];
  console.log(`\nns: median, ratio to the first row, minimum`);
  for (const { name, p50, min } of rows) {
    const columns = [p50.toFixed(1), (p50 / first!.p50).toFixed(2), min.toFixed(1)];
    console.log(`${columns.map((column) => column.padStart(10)).join('')}  ${name}`);
  }
}

/**
 * Measures a call that works through `count` inputs. Returns the median in nanoseconds per input.
 *
 * It warms up for half a second, because another thread optimizes WebAssembly in the background.
 */
export async function nanosecondsEach(count: number, call: () => unknown): Promise<number> {
  const until = performance.now() + 500;
  while (performance.now() < until) do_not_optimize(call());
  // A call of over 2 us is a sample of its own: longer samples would include other processes.
  const options = { min_cpu_time: 300e6, batch_threshold: 2000 };
  const { p50 } = await measure(() => do_not_optimize(call()), options);
  return p50 / count;
}

/**
 * Returns the median time of each call. The calls take turns, so that other load on the machine
 * affects all equally.
 */
export async function mediansMs(calls: readonly (() => unknown)[]): Promise<number[]> {
  const samples = calls.map((): number[] => []);
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const [i, call] of calls.entries()) {
      const startMs = performance.now();
      await call();
      if (round >= WARM_UP_ROUNDS) samples[i]!.push(performance.now() - startMs);
    }
  }
  return samples.map((list) => list.sort((a, b) => a - b)[list.length >> 1]!);
}

/** Prints a table with a row per candidate and a column per case, in nanoseconds. */
export function printTable(
  columns: readonly string[],
  rows: Readonly<Record<string, number[]>>,
  what = 'key',
): void {
  const width = Math.max(...columns.map((column) => column.length)) + 3;
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => cell.padStart(width)).join('');
  console.log(`${line(columns)}  ns per ${what}, median`);
  for (const [name, row] of Object.entries(rows)) {
    console.log(`${line(row.map((nanoseconds) => nanoseconds.toFixed(1)))}  ${name}`);
  }
}
