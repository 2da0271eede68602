import type { AwsShard } from 'shardline';
import { describe, expect, it } from 'vitest';
import { fromAwsShard, type Shard, toAwsShard } from '../../../src/sharding/shard.ts';

const MAX = 2n ** 128n - 1n;

describe('toAwsShard', () => {
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

  it('leaves out the members that the shard does not have', () => {
    expect(toAwsShard(bare)).toStrictEqual({
      ShardId: 'shardId-000000000003',
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: `${MAX}` },
    });
    const open = toAwsShard({ ...bare, startingSequenceNumber: '1' });
    expect(open.SequenceNumberRange).toStrictEqual({ StartingSequenceNumber: '1' });
  });

  it('writes all other members', () => {
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

  it('keeps a shard closed whose listing left out the StartingSequenceNumber', () => {
    const closed = toAwsShard({ ...bare, endingSequenceNumber: '2' });
    expect(fromAwsShard(closed, 'Shard 0')).toEqual({
      ok: true,
      value: { ...bare, endingSequenceNumber: '2' },
    });
  });

  it.each([
    [undefined, 'shard must be an object: got undefined'],
    [[bare], 'shard must be an object: got an array'],
    [{ ...bare, shardId: 3 }, 'shard.shardId must be a string: got 3'],
    [
      { ...bare, startingHashKey: '0' },
      "shard.startingHashKey must be a bigint: got the string '0'",
    ],
    [{ ...bare, endingHashKey: MAX + 1n }, 'shard.endingHashKey must be from 0 to'],
  ])('throws for %o', (shard, text) => {
    expect(() => toAwsShard(shard as Shard)).toThrow(text);
  });
});

describe('fromAwsShard', () => {
  const aws: AwsShard = {
    ShardId: 'shardId-000000000003',
    ParentShardId: 'p',
    AdjacentParentShardId: 'q',
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: `${MAX}` },
    SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' },
  };

  it('reads every member', () => {
    expect(fromAwsShard(aws, 'Shard 0')).toEqual({
      ok: true,
      value: {
        shardId: 'shardId-000000000003',
        shardIndex: 3,
        startingHashKey: 0n,
        endingHashKey: MAX,
        parentShardId: 'p',
        adjacentParentShardId: 'q',
        startingSequenceNumber: '1',
        endingSequenceNumber: '2',
      },
    });
  });

  it('treats null as an absent member', () => {
    const shard = fromAwsShard({ ...aws, ParentShardId: null as never }, 'Shard 0');
    expect(shard).toMatchObject({ ok: true, value: { parentShardId: undefined } });
  });

  const range = (StartingHashKey: unknown, EndingHashKey: unknown) => ({
    HashKeyRange: { StartingHashKey, EndingHashKey },
  });

  it.each([
    [{ ShardId: undefined }, 'Shard 0 has no ShardId'],
    [{ ShardId: 3 }, 'Shard 0 has no ShardId'],
    [
      { ShardId: 'shardId-\u001b[2J\n' },
      "Shard 0 has the ShardId 'shardId-\\u001b[2J\\u000a': expected shardId- and twelve digits, at most shardId-002147483647",
    ],
    [
      { ShardId: 'shardId-3' },
      "Shard 0 has the ShardId 'shardId-3': expected shardId- and twelve digits, at most shardId-002147483647",
    ],
    [
      { HashKeyRange: undefined },
      'shardId-000000000003 has no valid StartingHashKey: got undefined, expected a string of decimal digits below 2^128',
    ],
    [
      range('0', null),
      'shardId-000000000003 has no valid EndingHashKey: got null, expected a string of decimal digits below 2^128',
    ],
    // JSON.parse rounds such a number.
    [
      range(0, 3.4e38),
      'shardId-000000000003 has no valid StartingHashKey: got a number, expected a string of decimal digits below 2^128',
    ],
    [
      range('0', [1]),
      'shardId-000000000003 has no valid EndingHashKey: got an array, expected a string of decimal digits below 2^128',
    ],
    // moto used to print this end.
    [
      range('0', `${MAX + 1n}`),
      `shardId-000000000003 has no valid EndingHashKey: got the string '${MAX + 1n}', expected a string of decimal digits below 2^128`,
    ],
    [
      range('10', '9'),
      'shardId-000000000003 has an inverted range: StartingHashKey 10 is above EndingHashKey 9',
    ],
    [{ ParentShardId: 5 }, 'shardId-000000000003 has 5 as ParentShardId: expected a string'],
  ])('refuses %o', (members, message) => {
    expect(fromAwsShard({ ...aws, ...members } as AwsShard, 'Shard 0')).toEqual({
      ok: false,
      fault: { code: 'InvalidShardMap', message, blame: 'client' },
    });
  });
});
