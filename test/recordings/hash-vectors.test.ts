/** Partition keys, explicit hash keys and shards that AWS and its users have published. */

import {
  createShardMap,
  createUniformShardMap,
  formatHashKey,
  hashPartitionKey,
  parseHashKey,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { codePointLength, utf8Length } from '../../src/base/utf8.ts';
import vectors from './hash-vectors.json' with { type: 'json' };

const { explicitHashKeys, partitionKeys, shardMapLookups } = vectors;

describe('a partition key', () => {
  it.each(partitionKeys.map((vector) => [vector.partitionKey.slice(0, 40), vector] as const))(
    'has the published hash key and shards: %j',
    (_, vector) => {
      const { partitionKey } = vector;
      expect(utf8Length(partitionKey)).toBe(vector.utf8Bytes);
      expect(codePointLength(partitionKey)).toBe(vector.codePoints);
      const hashKey = hashPartitionKey(partitionKey);
      expect(formatHashKey(hashKey)).toBe(vector.hashKey);
      expect(hashKey.toString(16).padStart(32, '0')).toBe(vector.md5);
      for (const [shardCount, shardIndex] of Object.entries(vector.uniformShardIndex)) {
        const map = createUniformShardMap(Number(shardCount));
        expect(map.locatePartitionKey(partitionKey).shardIndex).toBe(shardIndex);
        expect(map.locateRecord({ PartitionKey: partitionKey })).toMatchObject({
          value: { shardIndex },
        });
      }
    },
  );

  const observed = partitionKeys.flatMap(({ partitionKey, observed }) =>
    observed === undefined ? [] : [{ partitionKey, ...observed }],
  );

  it.each(observed.filter(({ shardCounts }) => shardCounts !== undefined))(
    'goes to the shard that it went to: $partitionKey, $shardId',
    ({ partitionKey, shardId, shardCounts }) => {
      for (const shardCount of shardCounts!) {
        expect(createUniformShardMap(shardCount).locatePartitionKey(partitionKey)).toMatchObject({
          shardId,
        });
      }
    },
  );

  it.each(observed.filter(({ HashKeyRange }) => HashKeyRange !== undefined))(
    'hashes into the range of the shard that it went to: $partitionKey',
    ({ partitionKey, HashKeyRange }) => {
      const hashKey = hashPartitionKey(partitionKey);
      expect(hashKey >= BigInt(HashKeyRange!.StartingHashKey)).toBe(true);
      expect(hashKey <= BigInt(HashKeyRange!.EndingHashKey)).toBe(true);
    },
  );
});

describe('an explicit hash key', () => {
  it.each(explicitHashKeys)('is located or refused as published: $explicitHashKey', (vector) => {
    const { explicitHashKey, shardId, shardCounts, code, message } = vector;
    const result = parseHashKey(explicitHashKey);
    if (shardId === undefined) {
      expect(result).toEqual({ ok: false, fault: { code, message, blame: 'client' } });
    } else {
      expect(result).toEqual({ ok: true, value: BigInt(explicitHashKey) });
    }
    for (const shardCount of shardCounts ?? [3]) {
      const record = { PartitionKey: 'a', ExplicitHashKey: explicitHashKey };
      const located = createUniformShardMap(shardCount).locateRecord(record);
      if (located.ok) expect(located.value.shardId).toBe(shardId);
      else expect(located).toEqual(result);
    }
  });
});

describe('the shard map of the KPL', () => {
  const map = unwrap(createShardMap(shardMapLookups.shards));

  it.each(shardMapLookups.lookups)('has $hashKey in $shardId', ({ hashKey, shardId }) => {
    expect(map.locate(BigInt(hashKey)).shardId).toBe(shardId);
  });
});
