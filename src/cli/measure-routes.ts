/**
 * Measures how fast this machine routes keys of several kinds, in several ways.
 *
 * @module
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { do_not_optimize, measure } from 'mitata/src/lib.mjs';
import { createBatchRouter } from '../batch/batch-router.ts';
import { createUniformShardMap, type ShardMap } from '../sharding/shard-map.ts';

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

/** Figures of this machine. */
export interface Figures {
  readonly cpu: string;
  readonly node: string;
  readonly shards: number;
  readonly rows: readonly Row[];
}

interface Row {
  /** The kind of keys. */
  readonly keys: string;
  /** Keys per second, by the name of the route. */
  readonly keysPerSecond: Readonly<Record<string, number>>;
}

/**
 * Measures every kind of key.
 *
 * @throws {Error} If two ways route a key to different shards.
 */
export async function measureAll(): Promise<Figures> {
  const rows: Row[] = [];
  for (const [keys, generateKey] of Object.entries(KEY_GENERATORS))
    rows.push(await measureRoutes(keys, generateKey));
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  return { cpu, node: process.version, shards: SHARD_COUNT, rows };
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

/** Returns the figures as a table. */
export function formatFigures({ cpu, node, shards, rows }: Figures): string {
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
