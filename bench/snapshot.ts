/**
 * How long does it take to save a stream and to restore it? How much do records in every shard add,
 * and numbers that are later than the snapshot?
 */

import { bench, do_not_optimize, group } from 'mitata';
import { createStream, restoreStream, unwrap } from '../dist/index.js';
import { runAll } from './support.ts';

const NOW = 1_700_000_000_000;
const LATER = NOW + 60_000;
const SHARD_COUNTS = [500, 10_000];

for (const ShardCount of SHARD_COUNTS) {
  group(`a stream of ${ShardCount} shards`, () => {
    const context = { accountId: '123456789012', region: 'us-east-1' };
    const stream = unwrap(createStream({ StreamName: 'S', ShardCount }, context, NOW));
    const fresh = JSON.parse(JSON.stringify(stream.snapshot()));
    const lastSequenceNumbers = stream.shardMap(LATER).shards.map(({ startingHashKey }) => {
      const ExplicitHashKey = `${startingHashKey}`;
      const Data = new Uint8Array(1);
      const record = { StreamName: 'S', PartitionKey: 'k', ExplicitHashKey, Data };
      return unwrap(stream.putRecord(record, LATER)).SequenceNumber;
    });
    const used = JSON.parse(JSON.stringify(stream.snapshot()));
    bench(`stream.snapshot, shards=${ShardCount}`, () => do_not_optimize(stream.snapshot()));
    bench(`restoreStream, no records, shards=${ShardCount}`, () =>
      do_not_optimize(unwrap(restoreStream(fresh))),
    );
    bench(`restoreStream, a record in each shard, shards=${ShardCount}`, () =>
      do_not_optimize(unwrap(restoreStream(used))),
    );
    bench(`restoreStream, lastSequenceNumbers of each shard, shards=${ShardCount}`, () =>
      do_not_optimize(unwrap(restoreStream(fresh, { lastSequenceNumbers }))),
    );
  });
}

await runAll();
