import { hashPartitionKey } from 'shardline';
import { describe, expect, it } from 'vitest';
import { uniformHashRanges } from '../../../../src/sharding/hash-key-range.ts';
import { IndexedShardMap } from '../../../../src/sharding/shard-map.ts';
import { routeRecord } from '../../../../src/stream/put/route-record.ts';
import { HASH_KEYS } from '../../../support/streams.ts';

function mapOf(shardCount: number): IndexedShardMap {
  const shards = uniformHashRanges(shardCount).map((range, shardIndex) => ({
    ...range,
    shardIndex,
    shardId: `${shardIndex}`,
  }));
  return new IndexedShardMap(shards);
}

describe('routeRecord', () => {
  const Data = new Uint8Array(10);

  // kinesalite's tests, run on AWS 2018: the shards of a stream of three.
  it.each([
    ['a', 0],
    ['b', 1],
    ['e', 2],
    ['f', 1],
  ])('routes the key %s by its hash to shard %i', (PartitionKey, mapIndex) => {
    const route = routeRecord({ Data, PartitionKey, ExplicitHashKey: undefined }, mapOf(3));
    expect(route).toEqual({ mapIndex, hashKey: hashPartitionKey(PartitionKey), bytes: 11 });
  });

  it.each([
    [0n, 0],
    [HASH_KEYS / 2n - 1n, 0],
    [HASH_KEYS / 2n, 1],
    [HASH_KEYS - 1n, 1],
  ])('routes the explicit hash key %s to shard %i', (hashKey, mapIndex) => {
    const ExplicitHashKey = `${hashKey}`;
    const route = routeRecord({ Data, PartitionKey: 'a', ExplicitHashKey }, mapOf(2));
    expect(route).toEqual({ mapIndex, hashKey, bytes: 11 });
  });

  it('treats null as an absent explicit hash key', () => {
    const record = { Data, PartitionKey: 'e', ExplicitHashKey: null as never };
    expect(routeRecord(record, mapOf(3))).toMatchObject({ mapIndex: 2 });
  });

  it('counts the bytes of the key as UTF-8, and not those of the explicit hash key', () => {
    for (const ExplicitHashKey of [undefined, '9'.repeat(38)]) {
      const record = { Data, PartitionKey: '€\ud800', ExplicitHashKey };
      expect(routeRecord(record, mapOf(1))).toMatchObject({ bytes: 16 });
    }
  });

  it('refuses an explicit hash key of 2^128', () => {
    const record = { Data, PartitionKey: 'a', ExplicitHashKey: `${HASH_KEYS}` };
    expect(routeRecord(record, mapOf(1))).toMatchObject({
      fault: { code: 'InvalidArgumentException' },
    });
  });
});
