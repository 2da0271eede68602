/** Small examples, most of which another router or emulator gets wrong. */

import { type AwsShard, createShardMap, createUniformShardMap, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { referenceHashKey } from '../../oracles/reference/hash-key.ts';

const MAX = '340282366920938463463374607431768211455';
const HALF = '170141183460469231731687303715884105728';
const BELOW_HALF = '170141183460469231731687303715884105727';

function shard(index: number, start: string, end: string, endedAt?: string): AwsShard {
  return {
    ShardId: `shardId-${String(index).padStart(12, '0')}`,
    HashKeyRange: { StartingHashKey: start, EndingHashKey: end },
    SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: endedAt },
  };
}

function messageOf(...shards: AwsShard[]): string {
  const result = createShardMap(shards);
  expect(result).toMatchObject({ ok: false, fault: { code: 'InvalidShardMap', blame: 'client' } });
  return result.ok ? '' : result.fault.message;
}

describe('locate', () => {
  const map = unwrap(createShardMap([shard(0, '0', BELOW_HALF), shard(1, HALF, MAX)]));

  // moto compares with < and finds no shard at an end (models.py, HEAD of Aug 2026).
  it.each([
    ['0', 0],
    [BELOW_HALF, 0],
    [HALF, 1],
    [MAX, 1],
  ])('includes the end %s of shard %i', (hashKey, shardIndex) => {
    expect(map.locate(BigInt(hashKey)).shardIndex).toBe(shardIndex);
    const record = { PartitionKey: 'a', ExplicitHashKey: hashKey };
    expect(map.locateRecord(record)).toMatchObject({ ok: true, value: { shardIndex } });
  });

  it.each([-1n, 2n ** 128n])('throws for %d', (hashKey) => {
    expect(() => map.locate(hashKey)).toThrow(RangeError);
  });

  it('throws for a hash key that is not a bigint', () => {
    expect(() => map.locate('0' as never)).toThrow(
      new TypeError("hashKey must be a bigint: got the string '0'"),
    );
  });
});

describe('locatePartitionKey', () => {
  // aws-kinesis-agg keeps keys in a plain object: these break it, and numeric ones are reordered.
  it.each(['hasOwnProperty', '__proto__', 'constructor', '10', '9'])(
    'accepts the key %j',
    (key) => {
      const map = createUniformShardMap(4);
      expect(map.locatePartitionKey(key)).toBe(map.locate(referenceHashKey(key)));
    },
  );

  it('throws for a key that is not a string', () => {
    expect(() => createUniformShardMap(2).locatePartitionKey(1 as never)).toThrow(
      new TypeError('partitionKey must be a string: got 1'),
    );
  });
});

describe('locateRecord', () => {
  const map = createUniformShardMap(3);

  it('returns the shard of the partition key, or that of an explicit hash key', () => {
    const record = { PartitionKey: 'a' };
    expect(unwrap(map.locateRecord(record)).shardIndex).toBe(0);
    expect(unwrap(map.locateRecord({ ...record, ExplicitHashKey: MAX })).shardIndex).toBe(2);
  });

  it('refuses keys that the service refuses', () => {
    expect(map.locateRecord({ PartitionKey: '' })).toMatchObject({
      fault: { code: 'ValidationException' },
    });
  });
});

describe('createShardMap', () => {
  it('leaves closed shards out', () => {
    // moto puts into the closed parent after a split, because it comes first.
    const parent = shard(0, '0', MAX, '2');
    const map = unwrap(createShardMap([parent, shard(2, HALF, MAX), shard(1, '0', BELOW_HALF)]));
    expect(map.shards.map(({ shardIndex }) => shardIndex)).toEqual([1, 2]);
    expect(map.locatePartitionKey('b').shardIndex).toBe(2);
  });

  it('freezes its shards', () => {
    const { shards } = createUniformShardMap(1);
    expect(() => Object.assign(shards[0]!, { shardId: 'x' })).toThrow(TypeError);
    expect(() => (shards as unknown[]).push('x')).toThrow(TypeError);
  });

  it('refuses shards that do not tile the key space', () => {
    expect(messageOf(shard(0, '0', '9'), shard(1, '20', MAX))).toBe(
      'No open shard holds the hash keys 10 to 19: shardId-000000000000 ends at 9, ' +
        'shardId-000000000001 starts at 20',
    );
  });

  it('names the lower id first if two shards start at the same hash key', () => {
    expect(messageOf(shard(1, '0', MAX), shard(0, '0', MAX))).toMatch(
      /^shardId-000000000000 and shardId-000000000001 overlap/,
    );
  });

  it('refuses a listing without an open shard', () => {
    expect(messageOf()).toBe(
      'No shard is open: of the 0 in the listing, at least one must be without an ' +
        'EndingSequenceNumber',
    );
    expect(messageOf(shard(0, '0', MAX, '2'))).toBe(
      'No shard is open: of the 1 in the listing, at least one must be without an ' +
        'EndingSequenceNumber',
    );
  });
});

describe('createUniformShardMap', () => {
  it('divides 2^128, not 2^128 - 1', () => {
    // kinesis-mock 0.6.2 divides 2^128 - 1: every power of two is off, 8 shards by up to 7 keys.
    const eight = createUniformShardMap(8).shards.map(({ startingHashKey }) => startingHashKey);
    expect(eight).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((i) => i << 125n));
  });

  it('covers the key space to the last key', () => {
    // moto ended at 2^128 and left gaps (issue 9909).
    for (const shardCount of [1, 3, 7, 1000]) {
      const { shards } = createUniformShardMap(shardCount);
      expect(shards.at(-1)!.endingHashKey).toBe(2n ** 128n - 1n);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_048_577])(
    'throws for the number %d',
    (shardCount) => {
      expect(() => createUniformShardMap(shardCount)).toThrow(RangeError);
    },
  );

  it.each([undefined, null, '3', 3n])('throws for %s, which is not a number', (shardCount) => {
    expect(() => createUniformShardMap(shardCount as never)).toThrow(TypeError);
  });
});
