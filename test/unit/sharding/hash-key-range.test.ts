import { createUniformShardMap, planResharding } from 'shardline';
import { deaggregateRecord } from 'shardline/aggregation';
import { adviseSplit } from 'shardline/load';
import { findPartitionKey } from 'shardline/producer';
import { describe, expect, it } from 'vitest';
import { readHashRange } from '../../../src/sharding/hash-key-range.ts';

const MAX = 2n ** 128n - 1n;

describe('readHashRange', () => {
  it('returns a copy of a range', () => {
    const range = { startingHashKey: 5n, endingHashKey: 5n, shardId: 'x' };
    expect(readHashRange(range, 'range')).toEqual({ startingHashKey: 5n, endingHashKey: 5n });
  });

  it('refuses an inverted range unless the caller takes one', () => {
    const range = { startingHashKey: 6n, endingHashKey: 5n };
    expect(() => readHashRange(range, 'range')).toThrow(
      new RangeError(`range.endingHashKey must be from 6 to ${MAX}: got 5n`),
    );
    expect(readHashRange(range, 'range', 0n)).toEqual(range);
  });

  it.each([
    [{ startingHashKey: 0n }, 'range.endingHashKey must be a bigint: got undefined'],
    [{ startingHashKey: '0' }, "range.startingHashKey must be a bigint: got the string '0'"],
    [undefined, 'range must be an object: got undefined'],
  ])('refuses %o', (range, message) => {
    expect(() => readHashRange(range as never, 'range')).toThrow(new TypeError(message));
  });
});

describe("a range in AWS's shape", () => {
  const aws = { StartingHashKey: '0', EndingHashKey: '5' } as never;
  const map = createUniformShardMap(2);

  it.each<[string, () => unknown]>([
    ['range', () => deaggregateRecord({ Data: new Uint8Array() }, aws)],
    ['range', () => findPartitionKey(aws)],
    ['shard', () => adviseSplit([], aws)],
    ['target[0]', () => planResharding(map, [aws])],
  ])('is refused by the name of the member that it lacks: %s of %o', (title, call) => {
    const message = `${title}.startingHashKey must be a bigint: got undefined`;
    expect(call).toThrow(new TypeError(message));
  });
});
