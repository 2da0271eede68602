/** Published listings of streams: uniform maps have the same ranges and ids. */

import { type AwsShard, createShardMap, createUniformShardMap, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import layouts from './shard-layouts.json' with { type: 'json' };

function rangesOf(shards: readonly AwsShard[]): unknown[] {
  return shards.map(({ HashKeyRange }) => [
    BigInt(HashKeyRange!.StartingHashKey!),
    BigInt(HashKeyRange!.EndingHashKey!),
  ]);
}

const uniform = layouts.filter(({ isUniform }) => isUniform);

describe('a uniform listing', () => {
  it.each(uniform)(
    'has our ranges: $shardCount by $operation, $source',
    ({ shardCount, shards }) => {
      const expected = createUniformShardMap(shardCount).shards.map((shard) => [
        shard.startingHashKey,
        shard.endingHashKey,
      ]);
      expect(expected).toEqual(expect.arrayContaining(rangesOf(shards)));
    },
  );

  it.each(uniform.filter(({ operation }) => operation === 'CreateStream'))(
    'has our ids: $shardCount by $operation, $source',
    ({ shardCount, shards }) => {
      const ids = createUniformShardMap(shardCount).shards.map(({ shardId }) => shardId);
      expect(ids).toEqual(expect.arrayContaining(shards.map(({ ShardId }) => ShardId)));
    },
  );
});

describe('a complete listing', () => {
  it.each(layouts.filter(({ complete }) => complete))(
    'makes a map: $shardCount by $operation, $source',
    ({ shards }) => {
      const map = unwrap(createShardMap(shards));
      for (const { ShardId, HashKeyRange } of shards) {
        const { StartingHashKey, EndingHashKey } = HashKeyRange;
        expect(map.locate(BigInt(StartingHashKey)).shardId).toBe(ShardId);
        expect(map.locate(BigInt(EndingHashKey)).shardId).toBe(ShardId);
      }
    },
  );
});

it('an incomplete listing is refused', () => {
  for (const { shards } of layouts.filter(({ complete }) => !complete)) {
    expect(createShardMap(shards)).toMatchObject({ fault: { code: 'InvalidShardMap' } });
  }
});

it('kinesis-mock divides 2^128 - 1 instead of 2^128 and is one key off', () => {
  const emulated = layouts.filter(({ tier }) => tier === 'emulator');
  expect(emulated.length).toBeGreaterThan(0);
  for (const { shardCount, shards } of emulated) {
    const first = createUniformShardMap(shardCount).shards[0]!;
    expect(first.endingHashKey - BigInt(shards[0]!.HashKeyRange.EndingHashKey)).toBe(1n);
  }
});
