import { createUniformShardMap, hashPartitionKey, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { findPartitionKey } from '../../../src/producer/find-partition-key.ts';
import { faultOf, HASH_KEYS } from '../../support/streams.ts';

const ALL = { startingHashKey: 0n, endingHashKey: HASH_KEYS - 1n };

describe('findPartitionKey', () => {
  it('returns the first key in the range', () => {
    expect(unwrap(findPartitionKey(ALL))).toBe('0');
    expect(unwrap(findPartitionKey(ALL, { prefix: 'p', from: 7 }))).toBe('p7');
    const hashKey = hashPartitionKey('p123');
    const point = { startingHashKey: hashKey, endingHashKey: hashKey };
    expect(unwrap(findPartitionKey(point, { prefix: 'p', tries: 124 }))).toBe('p123');
    expect(unwrap(findPartitionKey(point, { prefix: 'p', from: 123, tries: 1 }))).toBe('p123');
  });

  it('finds a key for each of many shards', () => {
    const map = createUniformShardMap(500);
    const keys = map.shards.map((shard) => unwrap(findPartitionKey(shard)));
    expect(keys.map((key) => map.locatePartitionKey(key))).toEqual(map.shards);
  });

  it('gives up after the given number of tries', () => {
    const point = { startingHashKey: 5n, endingHashKey: 6n };
    expect(faultOf(findPartitionKey(point, { tries: 3 }))).toBe(
      `PartitionKeyNotFound: None of the 3 keys from 0 on is in the range from 5 to 6, where one in ${2n ** 127n} is expected`,
    );
  });

  it('refuses a prefix that leaves no room for the number', () => {
    expect(findPartitionKey(ALL, { prefix: 'p'.repeat(255), tries: 1 }).ok).toBe(true);
    expect(faultOf(findPartitionKey(ALL, { prefix: 'p'.repeat(256) }))).toMatch(
      /^ValidationException: /,
    );
  });

  it.each([
    [{ startingHashKey: 1n, endingHashKey: 0n }, {}, RangeError],
    [{ startingHashKey: 0n, endingHashKey: HASH_KEYS }, {}, RangeError],
    [undefined, {}, TypeError],
    [ALL, { prefix: 7 }, TypeError],
    [ALL, { from: -1 }, RangeError],
    [ALL, { tries: 0 }, RangeError],
    [ALL, { start: 0 }, TypeError],
  ])("throws at a caller's bug, case %#", (range, options, error) => {
    expect(() => findPartitionKey(range as never, options as never)).toThrow(error);
  });
});
