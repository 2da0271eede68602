/**
 * How long does it take from a partition key to the index of its shard, by the length of the key?
 *
 * With `--figure`, also draws bench/figures/batch-by-length.svg.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createBatchRouter, kernel } from '../dist/batch.js';
import { createUniformShardMap } from '../dist/index.js';
import { loadPeer, nanosecondsEach, printTable, randomKeys } from './support.ts';

interface WasmHasher {
  init(): WasmHasher;
  update(text: string): WasmHasher;
  digest(): string;
}

const KEYS = 1008;
const LENGTHS = [4, 8, 16, 24, 36, 55, 56, 64, 100, 128, 192, 256];

const { createMD5 } = loadPeer<{ createMD5(): Promise<WasmHasher> }>('hash-wasm');
const jsMd5 = loadPeer<(text: string) => string>('js-md5');
const wasmMd5 = await createMD5();

const map = createUniformShardMap(64);
const mapIndexes = new Map(map.shards.map((shard, mapIndex) => [shard, mapIndex]));
const starts = map.shards.map((shard) => shard.startingHashKey);
const router = createBatchRouter(map);
const scalar = createBatchRouter(map, { kernel: 'scalar' });
const out = new Uint32Array(KEYS);

/** Finds the last shard that starts at or below the hash key, as producers write it by hand. */
function search(hashKey: bigint): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= hashKey) low = middle;
    else high = middle - 1;
  }
  return low;
}

type Subject = (keys: readonly string[], packed: Uint8Array, offsets: Uint32Array) => Uint32Array;

const oneByOne =
  (locate: (key: string) => number): Subject =>
  (keys) => {
    for (let i = 0; i < keys.length; i++) out[i] = locate(keys[i]!);
    return out;
  };

const subjects: Record<string, Subject> = {
  'node:crypto createHash, BigInt, binary search': oneByOne((key) =>
    search(BigInt(`0x${createHash('md5').update(key).digest('hex')}`)),
  ),
  'hash-wasm, BigInt, binary search': oneByOne((key) =>
    search(BigInt(`0x${wasmMd5.init().update(key).digest()}`)),
  ),
  'js-md5, BigInt, binary search': oneByOne((key) => search(BigInt(`0x${jsMd5(key)}`))),
  'shardline, key by key': oneByOne((key) => mapIndexes.get(map.locatePartitionKey(key))!),
  'shardline/batch, scalar': (keys) => scalar.route(keys, out),
  'shardline/batch': (keys) => router.route(keys, out),
  'shardline/batch, from bytes': (_, packed, offsets) => router.routeBytes(packed, offsets, out),
};

async function measureAll(keys: readonly string[]): Promise<number[]> {
  const bytes = keys.map((key) => Buffer.from(key));
  const packed = new Uint8Array(Buffer.concat(bytes));
  const offsets = new Uint32Array(KEYS + 1);
  bytes.forEach((key, i) => {
    offsets[i + 1] = offsets[i]! + key.length;
  });
  const times: number[] = [];
  let expected: string | undefined;
  for (const [name, route] of Object.entries(subjects)) {
    const result = route(keys, packed, offsets).join();
    expected ??= result;
    if (result !== expected) throw new Error(`${name} and ${Object.keys(subjects)[0]} disagree`);
    times.push(await nanosecondsEach(KEYS, () => route(keys, packed, offsets)));
  }
  return times;
}

const columns = [...LENGTHS.map(String), 'not ASCII'];
const results: number[][] = [];
for (const length of LENGTHS) results.push(await measureAll(randomKeys(length).slice(0, KEYS)));
results.push(
  await measureAll(
    randomKeys(12)
      .slice(0, KEYS)
      .map((key) => `clé-${key}`),
  ),
);

const names = Object.keys(subjects);
console.log(`The ${kernel} kernel, ${KEYS} keys per call; columns: characters per key.\n`);
printTable(
  columns,
  Object.fromEntries(names.map((name, i) => [name, results.map((times) => times[i]!)])),
);

if (process.argv.includes('--figure')) {
  const values = LENGTHS.flatMap((characters, k) =>
    names.map((subject, i) => ({ subject, characters, nanoseconds: results[k]![i]! })),
  );
  const folder = new URL('figures/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const { drawLines } = await import('./figures/draw-lines.ts');
  const svg = await drawLines(values, {
    title: 'From a partition key to its shard, one core',
    x: { field: 'characters', title: 'characters per key' },
    y: { field: 'nanoseconds', title: 'nanoseconds per key (logarithmic)' },
    color: { field: 'subject', order: names },
  });
  writeFileSync(new URL('batch-by-length.svg', folder), svg);
}
