/** The workers example: several threads route one batch with the built package. */

import { createShardMap, unwrap } from 'shardline';
import { expect, it } from 'vitest';
import { shareKeys, startWorkers } from '../../examples/workers/route-in-workers.ts';
import { shardsBetween } from '../support/arbitraries.ts';

it.each([1, 2, 3])('%i workers route each key of a batch to its shard', async (count) => {
  const shards = shardsBetween([2n ** 100n, 2n ** 126n, 2n ** 127n, 2n ** 127n + 1n]);
  const keys = Array.from({ length: 200_000 }, (_, i) => `${'é'.repeat(i % 40)}${i}`);
  const map = unwrap(createShardMap(shards));
  const mapIndexes = new Map(map.shards.map((shard, mapIndex) => [shard, mapIndex]));
  const batch = shareKeys(keys, shards);
  const pool = startWorkers(count, batch);
  for (let turn = 0; turn < 2; turn++) {
    batch.mapIndexes.fill(9);
    await pool.route();
    const wrong = keys.findIndex(
      (key, i) => batch.mapIndexes[i] !== mapIndexes.get(map.locatePartitionKey(key)),
    );
    expect(wrong).toBe(-1);
  }
  await pool.close();
});
