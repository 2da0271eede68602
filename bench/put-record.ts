/**
 * How long does PutRecord take, compared with finding the shard? Does it grow with the number of
 * shards, the size of the data, or the number of earlier records?
 *
 * The clock advances with every put, so that no put is refused for throughput, except in the row
 * that says so.
 */

import { bench, do_not_optimize, group } from 'mitata';
import {
  createStream,
  createUniformShardMap,
  formatSequenceNumber,
  parseSequenceNumber,
  restoreStream,
  type Stream,
  unwrap,
} from '../dist/index.js';
import { cycle, loadPeer, randomKeys, runAll } from './support.ts';

interface BigNumber {
  comparedTo(other: string): number;
}

interface Kinesalite {
  partitionKeyToHashKey(key: string): BigNumber;
  stringifySequence(sequence: object): string;
}

const NOW = 1_700_000_000_000;
const SHARD_COUNTS = [1, 100, 10_000];
const MANY = 10_000_000n;
/** The size of the data, and how long a shard takes to refill the tokens of such a record. */
const SIZES = [
  { name: '100 B', bytes: 100, stepMs: 1 },
  { name: '100 kB', bytes: 100_000, stepMs: 100 },
];

function streamOf(ShardCount: number): Stream {
  const context = { accountId: '123456789012', region: 'us-east-1' };
  return unwrap(createStream({ StreamName: 'S', ShardCount }, context, NOW));
}

/** Returns the stream in the state that it would have after that many more records per shard. */
function after(stream: Stream, records: bigint): Stream {
  const snapshot = stream.snapshot();
  const shards = snapshot.shards.map((shard) => {
    const parts = unwrap(parseSequenceNumber(shard.open!.lastSequenceNumber));
    if (parts.version !== 2) throw new Error('expected a number of version 2');
    const sequenceIndex = parts.sequenceIndex + records;
    const lastSequenceNumber = formatSequenceNumber({ ...parts, sequenceIndex });
    return { ...shard, open: { ...shard.open!, lastSequenceNumber } };
  });
  // Those of the snapshot are before the numbers now. The numbers raise them.
  return unwrap(restoreStream({ ...snapshot, shards, sequenceIndexes: [] }));
}

const keys = randomKeys(36);

function requestsOf(bytes: number) {
  const Data = new Uint8Array(bytes);
  return keys.map((PartitionKey) => ({ StreamName: 'S', PartitionKey, Data }));
}

/** @throws {Error} If a record is refused that should be accepted, or vice versa. */
function putter(stream: Stream, bytes: number, stepMs: number): () => unknown {
  const requests = requestsOf(bytes);
  let nowMs = NOW;
  for (const request of requests) {
    nowMs += stepMs;
    if (!stream.putRecord(request, nowMs).ok) throw new Error('a record was refused');
  }
  return cycle(requests, (request) => {
    nowMs += stepMs;
    return stream.putRecord(request, nowMs);
  });
}

group('locatePartitionKey', () => {
  for (const count of SHARD_COUNTS) {
    const map = createUniformShardMap(count);
    const next = cycle(keys, (key) => map.locatePartitionKey(key));
    bench(`shardline locatePartitionKey, shards=${count}`, () => do_not_optimize(next()));
  }
});

for (const { name, bytes, stepMs } of SIZES) {
  group(`putRecord of ${name}`, () => {
    for (const count of SHARD_COUNTS) {
      const next = putter(streamOf(count), bytes, stepMs);
      bench(`shardline putRecord, ${name}, shards=${count}`, () => do_not_optimize(next()));
    }
  });
}

group('putRecord after many others', () => {
  for (const count of SHARD_COUNTS) {
    const next = putter(after(streamOf(count), MANY), 100, 1);
    bench(`shardline putRecord, 100 B, shards=${count}, after ${MANY} records each`, () =>
      do_not_optimize(next()),
    );
  }
});

group('putRecord of a full shard', () => {
  const stream = streamOf(1);
  const requests = requestsOf(100);
  while (stream.putRecord(requests[0]!, NOW).ok);
  const next = cycle(requests, (request) => stream.putRecord(request, NOW));
  bench('shardline putRecord, 100 B, shards=1, refused', () => do_not_optimize(next()));
});

group('the same of kinesalite', () => {
  const kinesalite = loadPeer<Kinesalite>('kinesalite/db');
  for (const count of SHARD_COUNTS) {
    // The work of its PutRecord action without the store: hash, scan of the shards, number.
    const { shards } = streamOf(count).snapshot();
    let seqIx = 1;
    const next = cycle(keys, (key) => {
      const hashKey = kinesalite.partitionKeyToHashKey(key);
      const shard = shards.find(
        ({ startingHashKey, endingHashKey }) =>
          hashKey.comparedTo(startingHashKey) >= 0 && hashKey.comparedTo(endingHashKey) <= 0,
      )!;
      return kinesalite.stringifySequence({
        version: 2,
        shardCreateTime: shard.createdAtMs,
        shardIx: shard.shardIndex,
        seqIx: seqIx++,
        seqTime: NOW,
      });
    });
    bench(`kinesalite hash, scan and number, shards=${count}`, () => do_not_optimize(next()));
  }
});

await runAll();
