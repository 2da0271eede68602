/**
 * `shardline bench`: how fast this machine routes.
 *
 * @module
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import type { Command } from 'commander';
import { do_not_optimize, measure } from 'mitata/src/lib.mjs';
import { createBatchRouter } from '../batch/batch-router.ts';
import { createUniformShardMap, type ShardMap } from '../sharding/shard-map.ts';

const DETAILS = `
Routes random keys over 16 shards, a batch of 10,000 at a time, and prints the keys a second of the
median batch on one core: of each kernel of the batch router, of one look-up a key, and of
node:crypto's createHash, a BigInt and a binary search in their place. All give the same answers
before they are measured. Takes some seconds.`;

const KEYS = 10_000;
const SHARDS = 16;

/** Long enough for a median that stays, short enough to wait for. */
const NANOSECONDS_MIN = 200_000_000;

const KEY_KINDS: Readonly<Record<string, () => string>> = {
  '8 characters': () => randomBytes(4).toString('hex'),
  '16 characters': () => randomBytes(8).toString('hex'),
  '36, UUID': () => randomUUID(),
  '200 characters': () => randomBytes(100).toString('hex'),
  '16, Cyrillic': () =>
    Array.from(randomBytes(16), (byte) => String.fromCharCode(0x430 + (byte & 31))).join(''),
};

type Route = (keys: readonly string[]) => ArrayLike<number>;

interface Row {
  readonly keys: string;
  /** By kernel, keys a second. */
  readonly keysPerSecond: Readonly<Record<string, number>>;
}

export function addBench(program: Command): void {
  program
    .command('bench')
    .summary('measure how fast this machine routes')
    .description('Measures how many partition keys a second this machine routes.')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action(async ({ json }: { json?: true }) => {
      const rows: Row[] = [];
      for (const [keys, make] of Object.entries(KEY_KINDS))
        rows.push(await measureKeys(keys, make));
      const machine = {
        cpu: cpus()[0]?.model.trim() ?? 'unknown',
        node: process.version,
        shards: SHARDS,
      };
      process.stdout.write(
        json ? `${JSON.stringify({ ...machine, rows })}\n` : draw(machine, rows),
      );
    });
}

async function measureKeys(name: string, make: () => string): Promise<Row> {
  const map = createUniformShardMap(SHARDS);
  const routes = routesOver(map);
  const keys = Array.from({ length: KEYS }, make);
  const expected = routes['node:crypto']!(keys);
  const keysPerSecond: Record<string, number> = {};
  for (const [kernel, route] of Object.entries(routes)) {
    const answers = route(keys);
    const wrong = keys.findIndex((_, i) => answers[i] !== expected[i]);
    if (wrong >= 0) throw new Error(`${kernel} and node:crypto disagree on ${keys[wrong]}`);
    const { p50 } = await measure(() => do_not_optimize(route(keys)), {
      min_cpu_time: NANOSECONDS_MIN,
    });
    keysPerSecond[kernel] = Math.round((KEYS * 1e9) / p50);
  }
  return { keys: name, keysPerSecond };
}

function routesOver(map: ShardMap): Record<string, Route> {
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

function draw(
  machine: { cpu: string; node: string; shards: number },
  rows: readonly Row[],
): string {
  const kernels = Object.keys(rows[0]!.keysPerSecond);
  const lines = [
    ['million keys/s', ...kernels],
    ...rows.map(({ keys, keysPerSecond }) => [
      keys,
      ...kernels.map((kernel) => (keysPerSecond[kernel]! / 1e6).toFixed(2)),
    ]),
  ].map(([name, ...cells]) => name!.padEnd(16) + cells.map((cell) => cell.padStart(12)).join(''));
  return `${machine.cpu}, Node ${machine.node}, ${machine.shards} shards, one core\n\n${lines.join('\n')}\n`;
}
