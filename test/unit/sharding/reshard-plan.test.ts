import {
  createUniformShardMap,
  planResharding,
  type ReshardCall,
  type Result,
  type Shard,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { reshardInputBetween, reshardInputOf } from '../../support/reshard-input.ts';
import { faultOf } from '../../support/streams.ts';

const KEYS = 2n ** 128n;
const THIRD = KEYS / 3n;

/** Prints a plan: `0 > 2 3` for a split, `3 4 > 6` for a merge. */
function short(plan: Result<ReshardCall[]>): string[] {
  if (!plan.ok) throw new Error(plan.fault.message);
  const index = (shardId: string) => Number(shardId.slice('shardId-'.length));
  return plan.value.map((call) => {
    const parents =
      call.operation === 'SplitShard'
        ? [call.input.ShardToSplit]
        : [call.input.ShardToMerge, call.input.AdjacentShardToMerge];
    return `${parents.map(index).join(' ')} > ${call.newShardIds.map(index).join(' ')}`;
  });
}

describe('planResharding', () => {
  it('reads the shards of the map once', () => {
    const map = createUniformShardMap(2);
    let reads = 0;
    const watched = {
      get shards() {
        return reads++ === 0 ? map.shards : [];
      },
    } as typeof map;
    expect(planResharding(watched, 3)).toEqual(planResharding(map, 3));
    expect(reads).toBe(1);
  });

  it('returns the inputs of SDK commands', () => {
    expect(planResharding(createUniformShardMap(2), 3)).toEqual({
      ok: true,
      value: [
        {
          operation: 'SplitShard',
          input: { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(THIRD) },
          newShardIds: ['shardId-000000000002', 'shardId-000000000003'],
        },
        {
          operation: 'MergeShards',
          input: {
            ShardToMerge: 'shardId-000000000003',
            AdjacentShardToMerge: 'shardId-000000000001',
          },
          newShardIds: ['shardId-000000000004'],
        },
        {
          operation: 'SplitShard',
          input: { ShardToSplit: 'shardId-000000000004', NewStartingHashKey: String(2n * THIRD) },
          newShardIds: ['shardId-000000000005', 'shardId-000000000006'],
        },
      ],
    });
  });

  it.each([
    [1, 1, []],
    [3, 3, []],
    [1, 3, ['0 > 1 2', '2 > 3 4']],
    [3, 1, ['0 1 > 3', '3 2 > 4']],
    // Left to right, wherever the number of open shards allows it.
    [5, 3, ['0 1 > 5', '5 > 6 7', '7 2 > 8', '8 3 > 9', '9 > 10 11', '11 4 > 12']],
    // As many calls as the service's own sweep, but never a fifth shard.
    [4, 3, ['0 1 > 4', '4 > 5 6', '6 2 > 7', '7 > 8 9', '9 3 > 10']],
  ])('takes %i uniform shards to %i', (from, to, expected) => {
    expect(short(planResharding(createUniformShardMap(from), to))).toEqual(expected);
  });

  it('is not limited to double or half', () => {
    const plan = planResharding(createUniformShardMap(2), 1_024);
    expect(plan.ok && plan.value.length).toBe(1022);
    const back = planResharding(createUniformShardMap(1_024), 2);
    expect(back.ok && back.value.length).toBe(1022);
  });

  // amazon-kinesis-scaling-utils issue 22: ranges that a tool left uneven.
  it('evens out ranges that a tool left uneven', () => {
    const uneven = reshardInputBetween([KEYS / 4n, KEYS / 2n]);
    expect(short(planResharding(uneven.map, 3))).toEqual([
      '1 > 3 4',
      '0 3 > 5',
      '2 > 6 7',
      '4 6 > 8',
    ]);
  });

  it('merges before it splits at a boundary one key away', () => {
    // Half by hand is 2^127 - 1; half by UpdateShardCount is 2^127.
    expect(short(planResharding(reshardInputBetween([KEYS / 2n - 1n]).map, 2))).toEqual([
      '0 1 > 2',
      '2 > 3 4',
    ]);
  });

  it('alternates splits and merges where many boundaries are off by one key', () => {
    const off = reshardInputBetween([KEYS / 4n - 1n, KEYS / 2n + 1n, (KEYS / 4n) * 3n - 1n]);
    expect(short(planResharding(off.map, 4))).toEqual([
      '0 1 > 4',
      '4 > 5 6',
      '6 2 > 7',
      '7 > 8 9',
      '9 3 > 10',
      '10 > 11 12',
    ]);
  });

  it('continues from the highest id in the map', () => {
    const layout = reshardInputOf([
      { shardIndex: 40, startingHashKey: 0n, endingHashKey: 99n },
      { shardIndex: 7, startingHashKey: 100n, endingHashKey: KEYS - 1n },
    ]);
    expect(short(planResharding(layout.map, 1))).toEqual(['40 7 > 41']);
  });

  it('accepts target ranges in any order, and the shards of another map', () => {
    const map = createUniformShardMap(2);
    expect(short(planResharding(map, createUniformShardMap(1).shards))).toEqual(['0 1 > 2']);
    const ranges = [
      { startingHashKey: 5n, endingHashKey: KEYS - 1n },
      { startingHashKey: 0n, endingHashKey: 4n },
    ];
    expect(short(planResharding(createUniformShardMap(1), ranges))).toEqual(['0 > 1 2']);
    expect(ranges[0]?.startingHashKey).toBe(5n);
  });

  it.each([
    [[], [1n], 1n, 0n],
    [[], [5n, 6n], 6n, 5n],
    [[5n], [5n, 6n], 6n, 5n],
    [[6n], [5n, 6n], 5n, 5n],
    [[], [KEYS - 1n], KEYS - 1n, KEYS - 1n],
  ])('refuses boundaries %s to %s', (current, wanted, boundary, key) => {
    expect(
      faultOf(
        planResharding(reshardInputBetween(current).map, reshardInputBetween(wanted).map.shards),
      ),
    ).toBe(
      `InvalidArgumentException: No call makes a boundary at ${boundary}: a shard of the single hash key ${key} would start or end there, and SplitShard makes shards of two keys or more`,
    );
  });

  it('keeps a shard of a single key that the target wants', () => {
    const wanted = reshardInputBetween([5n, 6n]).map.shards;
    expect(short(planResharding(reshardInputBetween([5n, 6n]).map, wanted))).toEqual([]);
    expect(short(planResharding(reshardInputBetween([5n, 6n, 9n]).map, wanted))).toEqual([
      '2 3 > 4',
    ]);
  });

  it.each([
    [[], 'The target has no range for the hash keys 0 to 340282366920938463463374607431768211455'],
    [
      [[0n, 9n]],
      'The target has no range for the hash keys 10 to 340282366920938463463374607431768211455',
    ],
    [[[1n, KEYS - 1n]], 'The target has no range for the hash keys 0 to 0'],
    [
      [
        [0n, 9n],
        [11n, KEYS - 1n],
      ],
      'The target has no range for the hash keys 10 to 10',
    ],
    [
      [
        [0n, 9n],
        [9n, KEYS - 1n],
      ],
      'The target has two ranges for the hash keys 9 to 9',
    ],
    [
      [
        [0n, 9n],
        [10n, 8n],
      ],
      'The target has an inverted range: 10 to 8',
    ],
    [
      [
        [0n, 5n],
        [0n, 9n],
      ],
      'The target has two ranges for the hash keys 0 to 5',
    ],
  ])('refuses the target %s', (ranges, message) => {
    const target = ranges.map(([start, end]) => ({
      startingHashKey: start!,
      endingHashKey: end!,
    }));
    expect(faultOf(planResharding(createUniformShardMap(1), target))).toBe(
      `InvalidShardMap: ${message}`,
    );
  });

  it.each([
    [
      'splits no further than one above both counts',
      [5000n],
      [2000n, 3000n],
      '0 > 2 3, 3 1 > 4, 4 > 5 6',
    ],
    [
      'merges no further than to the lower count',
      [1000n, 1001n],
      [5000n],
      '0 1 > 3, 2 > 4 5, 3 4 > 6',
    ],
    ['merges from the left around a split', [1000n, 1002n], [1001n], '0 1 > 3, 3 2 > 4, 4 > 5 6'],
    ['keeps a first shard of a single key', [1n, 1000n], [1n], '1 2 > 3'],
    ['splits off the highest two keys', [], [KEYS - 2n], '0 > 1 2'],
  ])('%s', (_, current, wanted, calls) => {
    const plan = planResharding(
      reshardInputBetween(current).map,
      reshardInputBetween(wanted).map.shards,
    );
    expect(short(plan).join(', ')).toBe(calls);
  });

  it('throws for a value that is not a shard map', () => {
    const { shards } = createUniformShardMap(1);
    const lists = [[], [1], [undefined], [null], [...shards, {}], [...shards, undefined]];
    const maps = lists.map((list) => ({ shards: list }));
    for (const map of [undefined, null, 'map', {}, ...maps]) {
      expect(() => planResharding(map as never, 2)).toThrow(
        /^map must be a shard map: got |^map\.shards\[\d\](\.shardId)? must be an? \w+: got /,
      );
    }
    expect(() => planResharding({ shards: 3 } as never, 2)).toThrow(
      new TypeError('map must be a shard map: got an object'),
    );
  });

  it.each<[string, (shards: readonly Shard[]) => unknown]>([
    ['do not tile', (shards) => shards.slice(1)],
    ['are unsorted', (shards) => [...shards].reverse()],
    ['overlap', (shards) => [shards[0], ...shards]],
    [
      'leave the key space',
      (shards) => [...shards.slice(0, 2), { ...shards[2], endingHashKey: 2n ** 128n }],
    ],
    ['have no id', (shards) => shards.map(({ shardId: _, ...shard }) => shard)],
    ['have no index', (shards) => shards.map(({ shardIndex: _, ...shard }) => shard)],
    ['are closed', (shards) => shards.map((shard) => ({ ...shard, endingSequenceNumber: '1' }))],
    ['have a hole', (shards) => Object.assign(new Array(3), { 0: shards[0], 2: shards[2] })],
  ])('throws for a map whose shards %s', (_, damage) => {
    const { shards } = createUniformShardMap(3);
    const plan = () => planResharding({ shards: damage(shards) } as never, 2);
    expect(plan).toThrow(/^map\.shards(\[\d\](\.\w+)?)? must /);
    expect(planResharding({ shards: [...shards] } as never, 2)).toEqual(
      planResharding(createUniformShardMap(3), 2),
    );
  });

  it('predicts the last ids that exist, and none above', () => {
    const mapFrom = (shardIndex: number) => {
      const shard = { ...createUniformShardMap(1).shards[0]!, shardIndex };
      return { shards: [{ ...shard, shardId: `shardId-${String(shardIndex).padStart(12, '0')}` }] };
    };
    const plan = unwrap(planResharding(mapFrom(2 ** 31 - 3) as never, 2));
    expect(plan[0]!.newShardIds).toEqual(['shardId-002147483646', 'shardId-002147483647']);
    for (const shardIndex of [2 ** 31 - 2, 2 ** 31 - 1]) {
      expect(planResharding(mapFrom(shardIndex) as never, 2)).toEqual({
        ok: false,
        fault: {
          code: 'LimitExceededException',
          message: `This request would open 2 shards, the last of them with the index ${shardIndex + 2}. The highest index of a shard is 2147483647.`,
          blame: 'client',
        },
      });
      expect(planResharding(mapFrom(shardIndex) as never, 1)).toEqual({ ok: true, value: [] });
    }
  });

  it('reads each member of the target once, and refuses a target that is too long', () => {
    const reads: string[] = [];
    const once = <T extends object>(title: string, target: T): T =>
      new Proxy(target, {
        get: (_, name) => {
          reads.push(`${title}.${String(name)}`);
          return Reflect.get(target, name);
        },
      });
    const ranges = createUniformShardMap(2).shards.map((shard, i) => once(`${i}`, shard));
    const map = createUniformShardMap(3);
    expect(planResharding(map, once('list', ranges))).toEqual(planResharding(map, 2));
    expect(reads).toEqual([...new Set(reads)]);
    expect(() => planResharding(map, new Array(2 ** 32 - 1))).toThrow(
      new RangeError('target must have at most 2097152 members: got 4294967295'),
    );
    expect(() => planResharding(map, new Array(3))).toThrow(
      new TypeError('target[0] must be an object: got undefined'),
    );
    const disguised = Object.assign([...ranges], { [Symbol.iterator]: 5, map: 5, sort: 5 });
    expect(planResharding(map, disguised)).toEqual(planResharding(map, 2));
  });

  it('plans for more shards than any stream has', () => {
    // The boundaries of a power of two have only zeros in their low halves.
    const plan = unwrap(planResharding(createUniformShardMap(65_536), 65_535));
    expect(plan.length).toBe(65_535 + 65_534);
    const grown = unwrap(planResharding(createUniformShardMap(2), 65_536));
    expect(grown.length).toBe(65_534);
    expect(new Set(grown.flatMap(({ newShardIds }) => newShardIds)).size).toBe(2 * 65_534);
  });

  it('throws for an invalid target', () => {
    const map = createUniformShardMap(1);
    expect(() => planResharding(map, 0)).toThrow(RangeError);
    expect(() => planResharding(map, 1.5)).toThrow(RangeError);
    expect(() => planResharding(map, 1_048_577)).toThrow(RangeError);
    expect(() => planResharding(map, Number.NaN)).toThrow('target must be an integer');
    expect(() => planResharding(map, '3' as never)).toThrow(
      new TypeError("target must be a number or a list of ranges: got the string '3'"),
    );
    const text = [{ startingHashKey: '0', endingHashKey: '1' }] as never;
    expect(() => planResharding(map, text)).toThrow(
      new TypeError("target[0].startingHashKey must be a bigint: got the string '0'"),
    );
    expect(() => planResharding(map, new Array(1) as never)).toThrow(
      new TypeError('target[0] must be an object: got undefined'),
    );
    const beyond = [{ startingHashKey: 0n, endingHashKey: KEYS }];
    expect(() => planResharding(map, beyond)).toThrow('target[0].endingHashKey must be from 0');
  });

  it('orders a long chain of neighbouring boundaries', () => {
    // Wanted and unwanted boundaries alternate, one key apart: each split waits for two merges.
    const odd = Array.from({ length: 500 }, (_, i) => BigInt(2 * i + 101));
    const even = Array.from({ length: 499 }, (_, i) => BigInt(2 * i + 102));
    const plan = planResharding(reshardInputBetween(odd).map, reshardInputBetween(even).map.shards);
    expect(plan.ok && plan.value.length).toBe(999);
    const back = planResharding(reshardInputBetween(even).map, reshardInputBetween(odd).map.shards);
    expect(back.ok && back.value.length).toBe(999);
  });
});
