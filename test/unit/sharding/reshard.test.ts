import type { Result } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  isSplitPoint,
  type ReshardInput,
  type ReshardStep,
  scaleUniformly,
} from '../../../src/sharding/reshard.ts';
import { formatShardId } from '../../../src/sharding/shard-id.ts';
import {
  applySteps,
  describeStep,
  openRanges,
  RESHARD_STREAM,
  reshardInputBetween,
  stepsOfCall,
  uniformReshardInput,
} from '../../support/reshard-input.ts';
import { faultOf } from '../../support/streams.ts';

const MAX = 2n ** 128n - 1n;

function split(
  layout: ReshardInput,
  shardId: string,
  hashKey: bigint | string,
  context = RESHARD_STREAM,
) {
  const input = { ShardToSplit: shardId, NewStartingHashKey: String(hashKey) };
  return stepsOfCall(layout, { operation: 'SplitShard', input }, context);
}

function merge(layout: ReshardInput, shardId: string, adjacent: string, context = RESHARD_STREAM) {
  const input = { ShardToMerge: shardId, AdjacentShardToMerge: adjacent };
  return stepsOfCall(layout, { operation: 'MergeShards', input }, context);
}

function reshard(layout: ReshardInput, result: Result<ReshardStep[]>): ReshardInput {
  if (!result.ok) throw new Error(result.fault.message);
  return applySteps(layout, result.value);
}

function steps(result: Result<ReshardStep[]>): string[] {
  if (!result.ok) throw new Error(result.fault.message);
  return result.value.map(describeStep);
}

const NOT_FOUND = (id: string) =>
  `ResourceNotFoundException: Could not find shard ${id} in stream S under account 000000000000.`;
const CLOSED = (id: string) =>
  `InvalidArgumentException: Shard ${id} in stream S under account 000000000000 has already been merged or split, and thus is not eligible for merging or splitting.`;
const NOT_ADJACENT = (a: string, b: string) =>
  `InvalidArgumentException: Shards ${a} and ${b} in stream S under account 000000000000 are not an adjacent pair of shards eligible for merging`;
const OUT_OF_RANGE = (key: bigint, id: string, start: bigint, end: bigint) =>
  `InvalidArgumentException: NewStartingHashKey ${key} used in SplitShard() on shard ${id} in stream S under account 000000000000 is not both greater than one plus the shard's StartingHashKey ${start} and less than the shard's EndingHashKey ${end}.`;
const OVER_LIMIT = (count: number, limit: number, additional: number) =>
  `LimitExceededException: This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: ${count}. Limit: ${limit}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`;

const ID_0 = 'shardId-000000000000';
const ID_1 = 'shardId-000000000001';
const ID_2 = 'shardId-000000000002';

describe('isSplitPoint', () => {
  it('leaves at least two keys on both sides', () => {
    const range = { startingHashKey: 10n, endingHashKey: 15n };
    const points = [9n, 10n, 11n, 12n, 13n, 14n, 15n, 16n].filter((k) => isSplitPoint(range, k));
    expect(points).toEqual([12n, 13n, 14n]);
    expect(isSplitPoint({ startingHashKey: 10n, endingHashKey: 12n }, 12n)).toBe(false);
    expect(isSplitPoint({ startingHashKey: 10n, endingHashKey: 13n }, 12n)).toBe(true);
  });
});

describe('splitShard', () => {
  it('returns a lower child with the lower id, and one parent for both', () => {
    const layout = uniformReshardInput(1);
    expect(split(layout, 'foo-0', 2n)).toEqual({
      ok: true,
      value: [
        {
          parentShardIndexes: [0],
          children: [
            {
              shardId: ID_1,
              shardIndex: 1,
              startingHashKey: 0n,
              endingHashKey: 1n,
              parentShardId: ID_0,
            },
            {
              shardId: ID_2,
              shardIndex: 2,
              startingHashKey: 2n,
              endingHashKey: MAX,
              parentShardId: ID_0,
            },
          ],
        },
      ],
    });
  });

  it('refuses a shard that does not exist', () => {
    expect(faultOf(split(uniformReshardInput(2), '5', 9n))).toBe(NOT_FOUND('shardId-000000000005'));
    expect(faultOf(split(uniformReshardInput(2), 'five', 9n))).toBe(NOT_FOUND('five'));
  });

  // kinesalite issue 109: two pairs of overlapping children.
  it('refuses to split a shard twice', () => {
    const once = uniformReshardInput(1);
    const twice = reshard(once, split(once, '0', 100n));
    expect(faultOf(split(twice, '0', 100n))).toBe(CLOSED(ID_0));
    expect(faultOf(split(twice, '0', 1n))).toBe(CLOSED(ID_0));
  });

  // kinesis-mock splits at the start, moto at the key after it.
  it.each([0n, 1n, 2n ** 127n - 1n, 2n ** 127n, MAX])(
    'refuses to split shard 0 of 2 at %s',
    (key) => {
      expect(faultOf(split(uniformReshardInput(2), '0', key))).toBe(
        OUT_OF_RANGE(key, ID_0, 0n, 2n ** 127n - 1n),
      );
    },
  );

  it.each([2n ** 127n, 2n ** 127n + 1n, MAX])('refuses to split shard 1 of 2 at %s', (key) => {
    expect(faultOf(split(uniformReshardInput(2), '1', key))).toBe(
      OUT_OF_RANGE(key, ID_1, 2n ** 127n, MAX),
    );
  });

  it('refuses a key beyond the key space like any other outside the shard', () => {
    expect(faultOf(split(uniformReshardInput(1), '0', 2n ** 128n))).toBe(
      OUT_OF_RANGE(2n ** 128n, ID_0, 0n, MAX),
    );
  });

  it('counts the open shards of the account, not the closed ones', () => {
    const layout = uniformReshardInput(1);
    const context: typeof RESHARD_STREAM = {
      ...RESHARD_STREAM,
      shardLimit: 5,
      otherOpenShardCount: 3,
    };
    const two = reshard(layout, split(layout, '0', 100n, context));
    expect(faultOf(split(two, '1', 50n, context))).toBe(OVER_LIMIT(5, 5, 1));
    const one = reshard(two, merge(two, '1', '2'));
    expect(split(one, '3', 50n, context).ok).toBe(true);
  });

  it('checks in order: id, shard, closed, limit, range', () => {
    const layout = reshard(uniformReshardInput(1), split(uniformReshardInput(1), '0', 100n));
    const context: typeof RESHARD_STREAM = { ...RESHARD_STREAM, shardLimit: 0 };
    expect(faultOf(split(layout, 'x', 0n, context))).toBe(NOT_FOUND('x'));
    expect(faultOf(split(layout, '3', 0n, context))).toBe(NOT_FOUND('shardId-000000000003'));
    expect(faultOf(split(layout, '0', 0n, context))).toBe(CLOSED(ID_0));
    expect(faultOf(split(layout, '1', 0n, context))).toBe(OVER_LIMIT(2, 0, 1));
    expect(faultOf(split(layout, '1', 0n))).toBe(OUT_OF_RANGE(0n, ID_1, 0n, 99n));
  });
});

describe('mergeShards', () => {
  it('names the lower parent first and takes the next id', () => {
    const layout = uniformReshardInput(3);
    expect(merge(layout, '1', 'shardId-2')).toEqual({
      ok: true,
      value: [
        {
          parentShardIndexes: [1, 2],
          children: [
            {
              shardId: 'shardId-000000000003',
              shardIndex: 3,
              startingHashKey: layout.shards.get(1)?.startingHashKey,
              endingHashKey: MAX,
              parentShardId: ID_1,
              adjacentParentShardId: ID_2,
            },
          ],
        },
      ],
    });
  });

  // kinesis-mock accepts the reverse order.
  it('refuses the reverse order', () => {
    expect(faultOf(merge(uniformReshardInput(2), '1', '0'))).toBe(NOT_ADJACENT(ID_1, ID_0));
  });

  // moto accepted any pair in ascending order as adjacent.
  it('refuses shards with a shard between them, and a shard with itself', () => {
    expect(faultOf(merge(uniformReshardInput(3), '0', '2'))).toBe(NOT_ADJACENT(ID_0, ID_2));
    expect(faultOf(merge(uniformReshardInput(3), '2', '0'))).toBe(NOT_ADJACENT(ID_2, ID_0));
    expect(faultOf(merge(uniformReshardInput(3), '1', '1'))).toBe(NOT_ADJACENT(ID_1, ID_1));
  });

  it('refuses shards that do not exist, the first one first', () => {
    expect(faultOf(merge(uniformReshardInput(2), 'x', 'y'))).toBe(NOT_FOUND('x'));
    expect(faultOf(merge(uniformReshardInput(2), '7', 'y'))).toBe(NOT_FOUND('y'));
    expect(faultOf(merge(uniformReshardInput(2), '7', '8'))).toBe(
      NOT_FOUND('shardId-000000000007'),
    );
    expect(faultOf(merge(uniformReshardInput(2), '1', '8'))).toBe(
      NOT_FOUND('shardId-000000000008'),
    );
  });

  // kinesalite merges a closed parent with its open neighbour, moto an already merged pair.
  it('refuses closed shards on either side', () => {
    const layout = reshard(uniformReshardInput(2), split(uniformReshardInput(2), '0', 100n));
    expect(faultOf(merge(layout, '0', '1'))).toBe(CLOSED(ID_0));
    expect(faultOf(merge(layout, '1', '0'))).toBe(CLOSED(ID_0));
    const merged = reshard(layout, merge(layout, '3', '1'));
    expect(faultOf(merge(merged, '3', '1'))).toBe(CLOSED('shardId-000000000003'));
  });

  it('ignores the shard quota of the account', () => {
    const context = { ...RESHARD_STREAM, shardLimit: 0 };
    expect(merge(uniformReshardInput(2), '0', '1', context).ok).toBe(true);
  });
});

describe('scaleUniformly', () => {
  it('returns no step for the current count, even above the quota', () => {
    const context = { ...RESHARD_STREAM, shardLimit: 1 };
    expect(scaleUniformly(uniformReshardInput(7), 7, context)).toEqual({ ok: true, value: [] });
    expect(steps(scaleUniformly(reshardInputBetween([5n]), 2, RESHARD_STREAM))).toEqual([]);
  });

  it.each([
    [1, 2, ['0 > 1 2']],
    [2, 3, ['0 > 2 3', '1 > 4 5', '3 4 > 6']],
    [4, 3, ['1 > 4 5', '0 4 > 6', '2 > 7 8', '5 7 > 9', '8 3 > 10']],
    [2, 4, ['0 > 2 3', '1 > 4 5']],
    [4, 2, ['0 1 > 4', '2 3 > 5']],
    // Three pieces in the middle: the order in which the service merges them is not known.
    [5, 3, ['1 > 5 6', '0 5 > 7', '6 2 > 8', '3 > 9 10', '8 9 > 11', '10 4 > 12']],
  ])('scales %i shards to %i', (from, to, expected) => {
    expect(steps(scaleUniformly(uniformReshardInput(from), to, RESHARD_STREAM))).toEqual(expected);
  });

  // kinesis-mock: 50, 25 and 25 percent. moto: midpoints by float.
  it.each([
    [2, 3],
    [3, 6],
    [4, 6],
    [6, 3],
    [10, 13],
    [5, 10],
    [7, 4],
  ])('turns %i shards into %i uniform ones', (from, to) => {
    const layout = uniformReshardInput(from);
    const scaled = reshard(layout, scaleUniformly(layout, to, RESHARD_STREAM));
    const ranges = (t: ReshardInput) => openRanges(t).map((text) => text.slice(text.indexOf(':')));
    expect(ranges(scaled)).toEqual(ranges(uniformReshardInput(to)));
  });

  // cloudemu issue 372: children without parents lead a consumer into a dead end.
  it('names the parents of every new shard', () => {
    const result = scaleUniformly(uniformReshardInput(4), 3, RESHARD_STREAM);
    for (const { parentShardIndexes, children } of result.ok ? result.value : []) {
      for (const { parentShardId, adjacentParentShardId } of children) {
        const ids = [parentShardId, adjacentParentShardId].filter((id) => id !== undefined);
        expect(ids).toEqual(parentShardIndexes.map(formatShardId));
      }
    }
  });

  it('merges first where a boundary is one key away from an existing one', () => {
    // A stream split in half by hand, at 2^127 - 1 as the developer guide computes it.
    const below = reshardInputBetween([2n ** 127n - 1n]);
    expect(steps(scaleUniformly(below, 4, RESHARD_STREAM))).toEqual([
      '0 > 2 3',
      '3 1 > 4',
      '4 > 5 6',
      '6 > 7 8',
    ]);
    const above = reshardInputBetween([2n ** 127n + 1n]);
    expect(steps(scaleUniformly(above, 4, RESHARD_STREAM))).toEqual([
      '0 > 2 3',
      '3 1 > 4',
      '4 > 5 6',
      '6 > 7 8',
    ]);
    for (const layout of [below, above]) {
      const scaled = reshard(layout, scaleUniformly(layout, 4, RESHARD_STREAM));
      expect(scaled.map.shards.map((shard) => shard.startingHashKey)).toEqual(
        [0n, 1n, 2n, 3n].map((i) => i * 2n ** 126n),
      );
    }
  });

  const up = 'UpdateShardCount cannot scale up over double your current open shard count';
  const down = 'UpdateShardCount cannot scale down below half your current open shard count';
  const most = 'Target shard count or number of open shards cannot be greater than 10000';

  it.each([
    [2, 5, up],
    [2, 6, up],
    [5, 2, down],
    [4, 1, down],
    [2, 10_001, most],
    [10_001, 10_000, most],
    [10_001, 10_001, most],
  ])('refuses to scale %i shards to %i', (from, to, message) => {
    expect(faultOf(scaleUniformly(uniformReshardInput(from), to, RESHARD_STREAM))).toBe(
      `LimitExceededException: ${message}. Current open shard count: ${from}, Target shard count: ${to}`,
    );
  });

  it.each([
    [5, 3],
    [4, 2],
    [2, 4],
    [3, 6],
    [10_000, 10_000],
    [10_001, 9_999],
  ])('scales %i shards to %i', (from, to) => {
    expect(scaleUniformly(uniformReshardInput(from), to, RESHARD_STREAM).ok).toBe(true);
  });

  it('checks the maximum number of open shards against the quota', () => {
    const at = (shardLimit: number) => ({ ...RESHARD_STREAM, shardLimit, otherOpenShardCount: 10 });
    // 2 to 3 by way of 4.
    expect(scaleUniformly(uniformReshardInput(2), 3, at(14)).ok).toBe(true);
    expect(faultOf(scaleUniformly(uniformReshardInput(2), 3, at(13)))).toBe(OVER_LIMIT(12, 13, 2));
    expect(scaleUniformly(uniformReshardInput(4), 2, at(0)).ok).toBe(true);
  });

  it('throws for a target that is not a positive integer', () => {
    expect(() => scaleUniformly(uniformReshardInput(2), 0, RESHARD_STREAM)).toThrow(RangeError);
    expect(() => scaleUniformly(uniformReshardInput(2), 2.5, RESHARD_STREAM)).toThrow(
      'TargetShardCount must be an integer',
    );
  });
});
