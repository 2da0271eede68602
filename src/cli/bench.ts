/**
 * `shardline bench`: measures how fast this machine routes.
 *
 * @module
 */

import type { Command } from 'commander';
import { writeOutput } from './output.ts';

const DETAILS = `
Routes batches of 10,000 random keys over 16 shards on one core, and prints the
rate of the median batch for several kinds of keys:
  wasm-simd    the batch router with SIMD, where this machine has it
  scalar       the batch router without SIMD
  one by one   one lookup per key
  node:crypto  createHash, a BigInt and a binary search per key
Checks that all of them give the same shards before it measures. Takes about 10
seconds.

Examples:
  $ shardline bench
  $ shardline bench --json | jq '.rows[].keysPerSecond'`;

export function addBench(program: Command): void {
  program
    .command('bench')
    .summary('measure how fast this machine routes')
    .description('Measures how many partition keys per second this machine routes.')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action(async ({ json }: { json?: true }) => {
      // Loading node:crypto takes 10 ms, which the other commands save.
      const { formatFigures, measureAll } = await import('./measure-routes.ts');
      const figures = await measureAll();
      await writeOutput([json ? `${JSON.stringify(figures)}\n` : formatFigures(figures)]);
    });
}
