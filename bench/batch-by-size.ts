/** How many keys per call does it take for the batch router to be faster than a look-up per key? */

import { createBatchRouter } from '../dist/batch.js';
import { createUniformShardMap } from '../dist/index.js';
import { nanosecondsEach, printTable, randomKeys } from './support.ts';

const SIZES = [1, 2, 4, 5, 8, 12, 24, 100, 500, 1008, 4096];

const map = createUniformShardMap(64);
const mapIndexes = new Map(map.shards.map((shard, mapIndex) => [shard, mapIndex]));
const router = createBatchRouter(map);
const scalar = createBatchRouter(map, { kernel: 'scalar' });
const out = new Uint32Array(Math.max(...SIZES));

const subjects: Record<string, (keys: readonly string[]) => void> = {
  'shardline, key by key': (keys) => {
    for (let i = 0; i < keys.length; i++)
      out[i] = mapIndexes.get(map.locatePartitionKey(keys[i]!))!;
  },
  'shardline/batch, scalar': (keys) => scalar.route(keys, out),
  'shardline/batch': (keys) => router.route(keys, out),
};

for (const characters of [16, 36]) {
  const rows: Record<string, number[]> = {};
  const all = randomKeys(characters);
  for (const [name, route] of Object.entries(subjects)) {
    const times: number[] = [];
    for (const size of SIZES) {
      const keys = all.slice(0, size);
      const expected = keys.map((key) => mapIndexes.get(map.locatePartitionKey(key)));
      out.fill(0);
      route(keys);
      if (out.subarray(0, size).join() !== expected.join()) throw new Error(`${name} is wrong`);
      times.push(await nanosecondsEach(size, () => route(keys)));
    }
    rows[name] = times;
  }
  console.log(`Keys of ${characters} characters; columns: keys per call.\n`);
  printTable(SIZES.map(String), rows);
  console.log();
}
