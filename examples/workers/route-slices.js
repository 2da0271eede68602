/** A worker thread that routes slices of a shared batch. */

import { parentPort, workerData } from 'node:worker_threads';
import { createShardMap, unwrap } from 'shardline';
import { createBatchRouter } from 'shardline/batch';

const { shards, packed, offsets, mapIndexes } = workerData;
const router = createBatchRouter(unwrap(createShardMap(shards)));

parentPort.on('message', ({ from, until }) => {
  router.routeBytes(packed, offsets.subarray(from, until + 1), mapIndexes.subarray(from, until));
  parentPort.postMessage(until - from);
});
