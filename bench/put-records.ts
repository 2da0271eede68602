/**
 * How long does a PutRecords of 500 records take? The clock advances with every batch, so that no
 * record is refused for throughput, except in the row that says so.
 */

import { bench, do_not_optimize, group } from 'mitata';
import { createStream, type Stream, unwrap } from '../dist/index.js';
import { INPUTS, loadPeer, randomKeys, runAll } from './support.ts';

const NOW = 1_700_000_000_000;
const BATCH = 500;
const SHARD_COUNTS = [1, 100, 10_000];

function streamOf(ShardCount: number): Stream {
  const context = { accountId: '123456789012', region: 'us-east-1' };
  return unwrap(createStream({ StreamName: 'S', ShardCount }, context, NOW));
}

const Data = new Uint8Array(100);
const records = randomKeys(36).map((PartitionKey) => ({ PartitionKey, Data }));
const batches = Array.from({ length: Math.floor(INPUTS / BATCH) }, (_, i) => ({
  StreamName: 'S',
  Records: records.slice(i * BATCH, (i + 1) * BATCH),
}));
const singles = batches.map(({ StreamName, Records }) =>
  Records.map((record) => ({ StreamName, ...record })),
);

group('putRecords of 500', () => {
  for (const count of SHARD_COUNTS) {
    const stream = streamOf(count);
    let nowMs = NOW;
    let i = 0;
    const next = () => {
      nowMs += BATCH;
      return stream.putRecords(batches[i++ % batches.length]!, nowMs);
    };
    for (let batch = 0; batch < 20; batch++) {
      const result = next();
      if (!result.ok || result.value.FailedRecordCount > 0) throw new Error('a record was refused');
    }
    bench(`shardline putRecords, shards=${count}`, () => do_not_optimize(next()));
  }
});

group('one by one', () => {
  for (const count of SHARD_COUNTS) {
    const stream = streamOf(count);
    let nowMs = NOW;
    let i = 0;
    bench(`shardline putRecord 500 times, shards=${count}`, () => {
      nowMs += BATCH;
      for (const request of singles[i++ % singles.length]!) {
        do_not_optimize(stream.putRecord(request, nowMs));
      }
    });
  }
});

group('of a full shard', () => {
  const stream = streamOf(1);
  for (let i = 0; i < 3; i++) stream.putRecords(batches[0]!, NOW);
  bench('shardline putRecords, shards=1, all refused', () =>
    do_not_optimize(stream.putRecords(batches[0]!, NOW)),
  );
});

group('the same of kinesalite', () => {
  const kinesalite = loadPeer<{
    partitionKeyToHashKey(key: string): { comparedTo(other: string): number };
    stringifySequence(sequence: object): string;
  }>('kinesalite/db');
  for (const count of [1, 100]) {
    // The work of its PutRecords action without the store: hash, scan of the shards, number.
    const { shards } = streamOf(count).snapshot();
    let seqIx = 1;
    let i = 0;
    bench(`kinesalite hash, scan and number, shards=${count}`, () => {
      for (const { PartitionKey } of batches[i++ % batches.length]!.Records) {
        const hashKey = kinesalite.partitionKeyToHashKey(PartitionKey);
        const shard = shards.find(
          ({ startingHashKey, endingHashKey }) =>
            hashKey.comparedTo(startingHashKey) >= 0 && hashKey.comparedTo(endingHashKey) <= 0,
        )!;
        do_not_optimize(
          kinesalite.stringifySequence({
            version: 2,
            shardCreateTime: shard.createdAtMs,
            shardIx: shard.shardIndex,
            seqIx: seqIx++,
            seqTime: NOW,
          }),
        );
      }
    });
  }
});

await runAll();
