import { type AwsShard, createShardMap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { type Shard, toAwsShard } from '../../../src/sharding/shard.ts';

const MAX = 2n ** 128n - 1n;

describe('a shard in the AWS shape', () => {
  const bare: Shard = {
    shardId: 'shardId-000000000003',
    shardIndex: 3,
    startingHashKey: 0n,
    endingHashKey: MAX,
    parentShardId: undefined,
    adjacentParentShardId: undefined,
    startingSequenceNumber: undefined,
    endingSequenceNumber: undefined,
  };

  it('has no member that the shard has not, not even an undefined one', () => {
    expect(toAwsShard(bare)).toStrictEqual({
      ShardId: 'shardId-000000000003',
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: `${MAX}` },
    });
    const open = toAwsShard({ ...bare, startingSequenceNumber: '1' });
    expect(open.SequenceNumberRange).toStrictEqual({ StartingSequenceNumber: '1' });
  });

  it('has all others', () => {
    const whole = toAwsShard({
      ...bare,
      parentShardId: 'shardId-000000000000',
      adjacentParentShardId: 'shardId-000000000001',
      startingSequenceNumber: '1',
      endingSequenceNumber: '2',
    });
    expect(whole).toStrictEqual({
      ShardId: 'shardId-000000000003',
      ParentShardId: 'shardId-000000000000',
      AdjacentParentShardId: 'shardId-000000000001',
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: `${MAX}` },
      SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' },
    });
  });

  it('is read with null for absent', () => {
    const shard = { ...toAwsShard(bare), ParentShardId: null } as unknown as AwsShard;
    const map = createShardMap([shard]);
    expect(map.ok && map.value.shards[0]?.parentShardId).toBeUndefined();
    expect(map.ok).toBe(true);
  });

  it.each([null, undefined])('is not %s', (shard) => {
    expect(createShardMap([shard as never])).toMatchObject({
      ok: false,
      fault: { message: 'Shard 0 of the listing has no ShardId' },
    });
  });
});
