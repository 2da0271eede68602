/** Small examples, most of which another router or emulator gets wrong. */

import {
  type AwsShard,
  createShardMap,
  createUniformShardMap,
  type Shard,
  type ShardMap,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { readTilingShards } from '../../../src/sharding/shard-map.ts';
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

describe('get', () => {
  const closed = shard(0, '0', MAX, '2');
  const map = unwrap(createShardMap([shard(2, HALF, MAX), closed, shard(1, '0', BELOW_HALF)]));

  it('returns the open shard with an id, the same object as in shards', () => {
    expect(map.get('shardId-000000000001')).toBe(map.shards[0]);
    expect(map.get('shardId-000000000002')).toBe(map.shards[1]);
  });

  it.each(['shardId-000000000000', 'shardId-000000000003', '1', 'shardId-1', '', '__proto__'])(
    'returns undefined for %j, which is not the id of an open shard',
    (shardId) => {
      expect(map.get(shardId)).toBeUndefined();
    },
  );

  it('throws for an id that is not a string', () => {
    expect(() => map.get(1 as never)).toThrow(new TypeError('shardId must be a string: got 1'));
  });
});

describe('createShardMap', () => {
  it('throws for a missing list, which the types of the SDK allow', () => {
    const text =
      'shards must be the list of shards, such as the Shards of a ListShards response: got ';
    expect(() => createShardMap(undefined)).toThrow(new TypeError(`${text}undefined`));
  });

  it('omits closed shards', () => {
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
    expect(messageOf()).toBe('The listing is empty: expected at least one shard');
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

describe('readTilingShards', () => {
  const map = createUniformShardMap(4);
  const read = (shards: unknown) => () => readTilingShards({ shards } as ShardMap);
  const change = (at: number, members: object): unknown[] =>
    map.shards.map((shard, i) => (i === at ? { ...shard, ...members } : shard));

  it('returns the list itself if this library made the map', () => {
    expect(readTilingShards(map)).toBe(map.shards);
    expect(readTilingShards({ shards: map.shards })).toBe(map.shards);
  });

  it('returns a copy of any other list', () => {
    const shards: Shard[] = map.shards.map((shard) => ({ ...shard }));
    const copies = readTilingShards({ shards });
    expect(copies).toEqual(map.shards);
    expect(copies).not.toBe(shards);
    copies.forEach((copy, i) => {
      expect(copy).not.toBe(shards[i]);
    });
  });

  it('reads the list, its length and each member once', () => {
    const reads = new Map<string, number>();
    const watch = <T extends object>(target: T, title: string): T =>
      new Proxy(target, {
        get(from, name) {
          const path = `${title}.${String(name)}`;
          reads.set(path, (reads.get(path) ?? 0) + 1);
          return Reflect.get(from, name);
        },
      });
    const shards = watch(
      map.shards.map((shard, i) => watch({ ...shard }, `${i}`)),
      'shards',
    );
    readTilingShards(watch({ shards }, 'map'));
    const twice = [...reads].filter(([, count]) => count > 1).map(([path]) => path);
    expect(twice).toEqual([]);
    expect(reads.get('3.endingHashKey')).toBe(1);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'an object'],
    [{ shards: [] }, 'an object'],
    [{ shards: new Set() }, 'an object'],
    [createShardMap([]), 'a Result; unwrap it'],
    [{ ok: true, value: map }, 'a Result; unwrap it'],
  ])('throws for %o, which is not a map', (value, found) => {
    expect(() => readTilingShards(value as never)).toThrow(
      new TypeError(`map must be a shard map: got ${found}`),
    );
  });

  it.each<[unknown, Error]>([
    [[undefined], new TypeError('map.shards[0] must be an object: got undefined')],
    [change(1, { shardId: 7 }), new TypeError('map.shards[1].shardId must be a string: got 7')],
    [
      change(1, { shardId: 'shard-1' }),
      new RangeError('map.shards[1].shardIndex must be the number in its shardId: got 1'),
    ],
    [
      change(1, { shardIndex: 2 }),
      new RangeError('map.shards[1].shardIndex must be the number in its shardId: got 2'),
    ],
    [
      change(0, { startingHashKey: '0' }),
      new TypeError("map.shards[0].startingHashKey must be a bigint: got the string '0'"),
    ],
    [
      change(3, { endingHashKey: 2n ** 128n }),
      new RangeError(
        `map.shards[3].endingHashKey must be from ${3n * 2n ** 126n} to ${MAX}: got ${2n ** 128n}n`,
      ),
    ],
    [
      change(0, { startingHashKey: -1n }),
      new RangeError(`map.shards[0].startingHashKey must be from 0 to ${MAX}: got -1n`),
    ],
    [
      change(2, { endingHashKey: 0n }),
      new RangeError(`map.shards[2].endingHashKey must be from ${HALF} to ${MAX}: got 0n`),
    ],
    [
      change(2, { endingSequenceNumber: '1' }),
      new RangeError('map.shards[2] must be open: got an endingSequenceNumber'),
    ],
    [
      [...map.shards].reverse(),
      new RangeError(
        `map.shards[0].startingHashKey must be 0 to tile the key space: got ${3n * 2n ** 126n}`,
      ),
    ],
    [
      map.shards.map((shard) => ({ ...shard, shardId: 'shardId-000000000000', shardIndex: 0 })),
      new RangeError('map.shards must hold shardId-000000000000 once'),
    ],
    [
      map.shards.slice(1),
      new RangeError(
        `map.shards[0].startingHashKey must be 0 to tile the key space: got ${2n ** 126n}`,
      ),
    ],
    [map.shards.slice(0, 2), new RangeError(`map.shards must end at 2^128 - 1: got ${BELOW_HALF}`)],
    [
      change(1, { endingHashKey: BigInt(HALF) }),
      new RangeError(
        `map.shards[2].startingHashKey must be ${BigInt(HALF) + 1n} to tile the key space: got ${HALF}`,
      ),
    ],
    [
      new Proxy([...map.shards], { get: (list, name) => (name === 'length' ? -1 : list[0]) }),
      new RangeError('map.shards must have the length of an array: got -1'),
    ],
    [
      new Proxy([...map.shards], {
        get: (list, name) => (name === 'length' ? 2_097_152 : Reflect.get(list, name)),
      }),
      new TypeError('map.shards[4] must be an object: got undefined'),
    ],
    [
      new Proxy([...map.shards], {
        get: (list, name) => (name === 'length' ? 2 ** 32 - 1 : Reflect.get(list, name)),
      }),
      new RangeError('map.shards must have at most 2097152 members: got 4294967295'),
    ],
  ])('throws for shards that no map has: case %#', (shards, error) => {
    expect(read(shards)).toThrow(error);
  });
});
