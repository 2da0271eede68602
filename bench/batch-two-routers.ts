/** How much slower are two routers of different maps, used in turn, than one? */

import { createBatchRouter } from '../dist/batch.js';
import { createUniformShardMap } from '../dist/index.js';
import { nanosecondsEach, printTable, randomKeys } from './support.ts';

const SHARDS = [16, 1000, 10_000, 100_000];
const SIZES = [100, 1000];

const all = randomKeys(16);
const out = new Uint32Array(Math.max(...SIZES));

// V8 optimizes the kernel in another thread. The first measurement must wait for that.
const warmUp = createBatchRouter(createUniformShardMap(16));
await nanosecondsEach(all.length, () => warmUp.route(all));

for (const size of SIZES) {
  const keys = all.slice(0, size);
  const one: number[] = [];
  const two: number[] = [];
  for (const shardCount of SHARDS) {
    // Two maps, because routers of one map would share its look-up table.
    const maps = [createUniformShardMap(shardCount), createUniformShardMap(shardCount)];
    const [first, second] = maps.map((map) => createBatchRouter(map));
    const expected = keys.map((key) => maps[0]!.locatePartitionKey(key).shardIndex).join();
    for (const router of [first!, second!, first!]) {
      if (router.route(keys, out).subarray(0, size).join() !== expected) {
        throw new Error(`A router of ${shardCount} shards is wrong`);
      }
    }
    const routeTwice = () => first!.route(keys, out) && first!.route(keys, out);
    const routeInTurn = () => first!.route(keys, out) && second!.route(keys, out);
    one.push(await nanosecondsEach(2 * size, routeTwice));
    two.push(await nanosecondsEach(2 * size, routeInTurn));
  }
  console.log(`${size} keys of 16 characters per call; columns: shards of a map.\n`);
  printTable(SHARDS.map(String), {
    'one router': one,
    'two routers in turn': two,
    'two routers, times one': two.map((nanoseconds, i) => nanoseconds / one[i]!),
  });
  console.log();
}
