/**
 * `shardline bench`: measures how fast this machine routes.
 *
 * @module
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import type { Command } from 'commander';
import { do_not_optimize, measure } from 'mitata/src/lib.mjs';
import { createBatchRouter } from '../batch/batch-router.ts';
import { createUniformShardMap, type ShardMap } from '../sharding/shard-map.ts';
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

const BATCH_KEYS = 10_000;
const SHARD_COUNT = 16;

/** The time of a measurement: long enough for a stable median, short enough to wait for. */
const CPU_NANOSECONDS_MIN = 200_000_000;

const KEY_GENERATORS: Readonly<Record<string, () => string>> = {
  '8 characters': () => randomBytes(4).toString('hex'),
  '16 characters': () => randomBytes(8).toString('hex'),
  '36, UUID': () => randomUUID(),
  '200 characters': () => randomBytes(100).toString('hex'),
  '16, Cyrillic': () =>
    Array.from(randomBytes(16), (byte) => String.fromCharCode(0x430 + (byte & 31))).join(''),
};

/** Returns the map index of each key. */
type Route = (keys: readonly string[]) => ArrayLike<number>;

interface Machine {
  readonly cpu: string;
  readonly node: string;
  readonly shards: number;
}

interface Row {
  /** The kind of keys. */
  readonly keys: string;
  /** Keys per second, by the name of the route. */
  readonly keysPerSecond: Readonly<Record<string, number>>;
}

export function addBench(program: Command): void {
  program
    .command('bench')
    .summary('measure how fast this machine routes')
    .description('Measures how many partition keys per second this machine routes.')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action(async ({ json }: { json?: true }) => {
      const rows: Row[] = [];
      for (const [keys, generateKey] of Object.entries(KEY_GENERATORS))
        rows.push(await measureRoutes(keys, generateKey));
      const machine = {
        cpu: cpus()[0]?.model.trim() ?? 'unknown',
        node: process.version,
        shards: SHARD_COUNT,
      };
      await writeOutput([
        json ? `${JSON.stringify({ ...machine, rows })}\n` : formatTable(machine, rows),
      ]);
    });
}

async function measureRoutes(kind: string, generateKey: () => string): Promise<Row> {
  const routes = createRoutes(createUniformShardMap(SHARD_COUNT));
  const keys = Array.from({ length: BATCH_KEYS }, generateKey);
  const expected = routes['node:crypto']!(keys);
  const keysPerSecond: Record<string, number> = {};
  for (const [name, route] of Object.entries(routes)) {
    const mapIndexes = route(keys);
    const wrong = keys.findIndex((_, i) => mapIndexes[i] !== expected[i]);
    if (wrong >= 0) {
      throw new Error(
        `expected ${name} to route '${keys[wrong]}' to shard ${expected[wrong]}, as node:crypto does; got ${mapIndexes[wrong]}`,
      );
    }
    const { p50 } = await measure(() => do_not_optimize(route(keys)), {
      min_cpu_time: CPU_NANOSECONDS_MIN,
    });
    keysPerSecond[name] = Math.round((BATCH_KEYS * 1e9) / p50);
  }
  return { keys: kind, keysPerSecond };
}

function createRoutes(map: ShardMap): Record<string, Route> {
  const fast = createBatchRouter(map);
  const scalar = createBatchRouter(map, { kernel: 'scalar' });
  const starts = map.shards.map(({ startingHashKey }) => startingHashKey);
  return {
    ...(fast.kernel === 'wasm-simd' && { 'wasm-simd': (keys) => fast.route(keys) }),
    scalar: (keys) => scalar.route(keys),
    'one by one': (keys) => keys.map((key) => map.shards.indexOf(map.locatePartitionKey(key))),
    'node:crypto': (keys) =>
      keys.map((key) => {
        const hashKey = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
        let low = 0;
        for (let high = starts.length - 1; low < high; ) {
          const middle = (low + high + 1) >>> 1;
          if (starts[middle]! <= hashKey) low = middle;
          else high = middle - 1;
        }
        return low;
      }),
  };
}

function formatTable({ cpu, node, shards }: Machine, rows: readonly Row[]): string {
  const names = Object.keys(rows[0]!.keysPerSecond);
  const lines = [
    ['million keys/s', ...names],
    ...rows.map(({ keys, keysPerSecond }) => [
      keys,
      ...names.map((name) => (keysPerSecond[name]! / 1e6).toFixed(2)),
    ]),
  ].map(([title, ...cells]) => title!.padEnd(16) + cells.map((cell) => cell.padStart(12)).join(''));
  return `${cpu}, Node ${node}, ${shards} shards, one core\n\n${lines.join('\n')}\n`;
}
