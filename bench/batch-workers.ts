/** How does the routing of a large batch of bytes scale with worker threads? */

import { availableParallelism } from 'node:os';
import { createBatchRouter } from '../dist/batch.js';
import { createShardMap, unwrap } from '../dist/index.js';
import { shareKeys, startWorkers } from '../examples/workers/route-in-workers.ts';
import { nanosecondsEach, printTable } from './support.ts';

const KEYS = 4_000_000;
const WORKERS = [1, 2, 4].filter((count) => count <= availableParallelism());

const HALF = 2n ** 127n;
const shards = [0n, HALF].map((start, i) => ({
  ShardId: `shardId-00000000000${i}`,
  HashKeyRange: { StartingHashKey: `${start}`, EndingHashKey: `${start + HALF - 1n}` },
}));
const keys = Array.from({ length: KEYS }, (_, i) => `user-${i}`.padEnd(16, '-'));
const batch = shareKeys(keys, shards);
const router = createBatchRouter(unwrap(createShardMap(shards)));
const expected = router.routeBytes(batch.packed, batch.offsets);

const rows: Record<string, number[]> = {
  'in this thread': [
    await nanosecondsEach(KEYS, () => router.routeBytes(batch.packed, batch.offsets, expected)),
  ],
};
for (const count of WORKERS) {
  const pool = startWorkers(count, batch);
  batch.mapIndexes.fill(9);
  await pool.route();
  if (Buffer.compare(Buffer.from(batch.mapIndexes.buffer), Buffer.from(expected.buffer)) !== 0) {
    throw new Error(`${count} workers and one thread disagree`);
  }
  const times: number[] = [];
  for (let run = 0; run < 30; run++) {
    const from = performance.now();
    await pool.route();
    times.push(((performance.now() - from) * 1e6) / KEYS);
  }
  rows[`in ${count} worker${count === 1 ? '' : 's'}`] = [times.sort((a, b) => a - b)[15]!];
  await pool.close();
}
console.log(`${KEYS} keys of 16 bytes in one call.\n`);
printTable([''], rows);
