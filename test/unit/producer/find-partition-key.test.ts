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

  it('tries the last of them, and none after it', () => {
    const hashKey = hashPartitionKey('p123');
    const point = { startingHashKey: hashKey, endingHashKey: hashKey };
    expect(unwrap(findPartitionKey(point, { prefix: 'p', from: 120, tries: 4 }))).toBe('p123');
    expect(faultOf(findPartitionKey(point, { prefix: 'p', from: 120, tries: 3 }))).toMatch(
      /^PartitionKeyNotFound: None of the 3 keys from p120 on is /,
    );
    expect(findPartitionKey(point, { prefix: 'p', from: 124, tries: 3 }).ok).toBe(false);
  });

  it('tries 40 times as many keys as it takes on average', () => {
    const half = { startingHashKey: 0n, endingHashKey: HASH_KEYS / 2n - 1n };
    const prefix = 'p'.repeat(254);
    // 80 keys, up to 99 and up to 100.
    expect(findPartitionKey(half, { prefix, from: 20 }).ok).toBe(true);
    expect(faultOf(findPartitionKey(half, { prefix, from: 21 }))).toMatch(/^ValidationException: /);
  });

  it('tries ten million keys at most', () => {
    const prefix = 'p'.repeat(249);
    const hashKey = hashPartitionKey(`${prefix}0`);
    const point = { startingHashKey: hashKey, endingHashKey: hashKey };
    expect(unwrap(findPartitionKey(point, { prefix }))).toBe(`${prefix}0`);
    expect(faultOf(findPartitionKey(point, { prefix, from: 1 }))).toMatch(/^ValidationException: /);
  });

  it('refuses a prefix that leaves no room for the number', () => {
    expect(findPartitionKey(ALL, { prefix: 'p'.repeat(255), tries: 1 }).ok).toBe(true);
    expect(faultOf(findPartitionKey(ALL, { prefix: 'p'.repeat(256) }))).toMatch(
      /^ValidationException: .* at 'partitionKey' failed to satisfy constraint: /,
    );
  });

  it.each([
    [{ startingHashKey: 1n, endingHashKey: 0n }, {}, RangeError, 'range.'],
    [{ startingHashKey: 0n, endingHashKey: HASH_KEYS }, {}, RangeError, 'range.'],
    [undefined, {}, TypeError, 'range must be '],
    [ALL, { prefix: 7 }, TypeError, 'options.prefix must be '],
    [ALL, { from: -1 }, RangeError, 'options.from must be an integer from 0 to 4503599627370496: '],
    [ALL, { from: 2 ** 52 + 1 }, RangeError, 'options.from must be '],
    [ALL, { tries: 0 }, RangeError, 'options.tries must be an integer from 1 to 4294967296: '],
    [ALL, { tries: 2 ** 32 + 1 }, RangeError, 'options.tries must be '],
    [ALL, { start: 0 }, TypeError, 'options must have only the options prefix, from, tries: '],
  ])("throws for a caller's bug, case %#", (range, options, error, message) => {
    const call = () => findPartitionKey(range as never, options as never);
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });

  it('takes the highest numbers', () => {
    expect(unwrap(findPartitionKey(ALL, { from: 2 ** 52, tries: 2 ** 32 }))).toBe(`${2 ** 52}`);
  });
});
