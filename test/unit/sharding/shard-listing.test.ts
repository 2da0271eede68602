import type { AwsShard } from 'shardline';
import { describe, expect, it } from 'vitest';
import { toAwsShard } from '../../../src/sharding/shard.ts';
import { formatShardId } from '../../../src/sharding/shard-id.ts';
import { readShardListing } from '../../../src/sharding/shard-listing.ts';

function shard(shardIndex: number, start: bigint, end: bigint): AwsShard {
  const shardId = formatShardId(shardIndex);
  return toAwsShard({ shardId, shardIndex, startingHashKey: start, endingHashKey: end });
}

describe('readShardListing', () => {
  it('reads any iterable, in its order', () => {
    const shards = new Map([
      ['b', shard(1, 5n, 9n)],
      ['a', shard(0, 0n, 9n)],
    ]);
    const listing = readShardListing(shards.values());
    expect(listing.ok && listing.value.map(({ shardIndex }) => shardIndex)).toEqual([1, 0]);
  });

  it.each([
    [[shard(0, 0n, 9n), shard(0, 0n, 4n)], 'shardId-000000000000 is in the listing twice'],
    [[shard(0, 0n, 9n), {}], 'Shard 1 of the listing has no ShardId'],
    [[null], 'Shard 0 of the listing has no ShardId'],
    [['shardId-000000000000'], 'Shard 0 of the listing has no ShardId'],
  ])('refuses %o', (shards, message) => {
    expect(readShardListing(shards as AwsShard[])).toEqual({
      ok: false,
      fault: { code: 'InvalidShardMap', message, blame: 'client' },
    });
  });

  it('reads an array by index, not through its iterator or other members', () => {
    const shards = Object.assign([shard(0, 0n, 9n)], { [Symbol.iterator]: 5, map: 5 });
    expect(readShardListing(shards as never)).toMatchObject({ ok: true });
    expect(readShardListing(new Array(2 ** 32 - 1))).toMatchObject({
      fault: { message: 'Shard 0 of the listing has no ShardId' },
    });
  });

  it('lets an error of the iterator pass through', () => {
    const own = new TypeError('mine');
    function* listing(): Generator<AwsShard> {
      yield shard(0, 0n, 9n);
      throw own;
    }
    expect(() => readShardListing(listing())).toThrow(own);
  });

  it.each([undefined, null, 'shards', 1, { Shards: [] }])('throws for %j', (shards) => {
    expect(() => readShardListing(shards as never)).toThrow(
      /^shards must be the list of shards, such as the Shards of a ListShards response: got /,
    );
  });
});
