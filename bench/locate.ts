/**
 * How long does it take to find the shard of a key, and how does that grow with the number of
 * shards?
 */

import { createHash } from 'node:crypto';
import { bench, do_not_optimize, group } from 'mitata';
import { createUniformShardMap, hashPartitionKey, type Shard } from '../dist/index.js';
import { assertSameResults, cycle, randomKeys, runAll } from './support.ts';

const SHARD_COUNTS = [1, 10, 100, 1000, 10_000];

function binarySearch(shards: readonly Shard[], hashKey: bigint): Shard {
  let low = 0;
  let high = shards.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (shards[middle]!.endingHashKey < hashKey) low = middle + 1;
    else high = middle;
  }
  return shards[low]!;
}

function linearScan(shards: readonly Shard[], hashKey: bigint): Shard {
  for (const shard of shards) {
    if (shard.startingHashKey <= hashKey && hashKey <= shard.endingHashKey) return shard;
  }
  throw new RangeError(`No shard holds ${hashKey}`);
}

const keys = randomKeys(16);
const hashKeys = keys.map(hashPartitionKey);
const maps = SHARD_COUNTS.map(createUniformShardMap);

group('a hash key', () => {
  const byHashKey: Record<string, (map: (typeof maps)[number]) => (hashKey: bigint) => Shard> = {
    'shardline locate': (map) => (hashKey) => map.locate(hashKey),
    'binary search': (map) => (hashKey) => binarySearch(map.shards, hashKey),
    'linear scan': (map) => (hashKey) => linearScan(map.shards, hashKey),
  };
  for (const map of maps) {
    assertSameResults(
      hashKeys,
      Object.fromEntries(Object.entries(byHashKey).map(([name, make]) => [name, make(map)])),
    );
  }
  for (const [name, make] of Object.entries(byHashKey)) {
    for (const map of maps) {
      const next = cycle(hashKeys, make(map));
      bench(`${name}, shards=${map.shards.length}`, () => do_not_optimize(next()));
    }
  }
});

group('a partition key of 16 characters', () => {
  const byPartitionKey: Record<string, (map: (typeof maps)[number]) => (key: string) => Shard> = {
    'shardline locatePartitionKey': (map) => (key) => map.locatePartitionKey(key),
    'createHash, hex, BigInt, binary search': (map) => (key) =>
      binarySearch(map.shards, BigInt(`0x${createHash('md5').update(key).digest('hex')}`)),
  };
  for (const [name, make] of Object.entries(byPartitionKey)) {
    for (const map of maps) {
      const next = cycle(keys, make(map));
      bench(`${name}, shards=${map.shards.length}`, () => do_not_optimize(next()));
    }
  }
  for (const map of maps) {
    assertSameResults(
      keys,
      Object.fromEntries(Object.entries(byPartitionKey).map(([name, make]) => [name, make(map)])),
    );
  }
});

await runAll();
