import { type AwsShard, createLineage, type Lineage, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { toAwsShard } from '../../../src/sharding/shard.ts';
import { formatShardId } from '../../../src/sharding/shard-id.ts';
import { reshardInputsOf } from '../../support/reshard-history.ts';

const MAX = 2n ** 128n - 1n;

/** A shard of a listing: `parents` by index, open unless it says `closed`. */
function shard(
  shardIndex: number,
  start: bigint,
  end: bigint,
  parents: readonly number[] = [],
  closed = '',
): AwsShard {
  const [parent, adjacent] = parents;
  return toAwsShard({
    shardId: formatShardId(shardIndex),
    shardIndex,
    startingHashKey: start,
    endingHashKey: end,
    startingSequenceNumber: '1',
    endingSequenceNumber: closed === 'closed' ? '2' : undefined,
    parentShardId: parent === undefined ? undefined : formatShardId(parent),
    adjacentParentShardId: adjacent === undefined ? undefined : formatShardId(adjacent),
  });
}

// 0 is split at 100 into 1 and 2; 2 is split at 200 into 3 and 4; 1 and 3 are merged into 5.
const LISTING = [
  shard(0, 0n, MAX, [], 'closed'),
  shard(1, 0n, 99n, [0], 'closed'),
  shard(2, 100n, MAX, [0], 'closed'),
  shard(3, 100n, 199n, [2], 'closed'),
  shard(4, 200n, MAX, [2]),
  shard(5, 0n, 199n, [1, 3]),
];

const id = formatShardId;

function indexes(shards: readonly { shardIndex: number }[]): number[] {
  return shards.map(({ shardIndex }) => shardIndex);
}

function heirs(lineage: Lineage, shardIndex: number): string[] {
  return lineage
    .openHeirsOf(id(shardIndex))
    .map(
      ({ shard, range }) => `${shard.shardIndex}: ${range.startingHashKey}-${range.endingHashKey}`,
    );
}

describe('Lineage', () => {
  const lineage = unwrap(createLineage([...LISTING].reverse()));

  it('returns parents, the lower one first', () => {
    expect([0, 1, 2, 3, 4, 5].map((i) => indexes(lineage.parentsOf(id(i))))).toEqual([
      [],
      [0],
      [0],
      [2],
      [2],
      [1, 3],
    ]);
  });

  it('returns children by ascending range', () => {
    expect([0, 1, 2, 3, 4, 5].map((i) => indexes(lineage.childrenOf(id(i))))).toEqual([
      [1, 2],
      [5],
      [3, 4],
      [5],
      [],
      [],
    ]);
  });

  it('returns ancestors and descendants, each once', () => {
    expect(indexes(lineage.ancestorsOf(id(5)))).toEqual([0, 1, 2, 3]);
    expect(indexes(lineage.ancestorsOf(id(0)))).toEqual([]);
    expect(indexes(lineage.descendantsOf(id(0)))).toEqual([1, 2, 3, 4, 5]);
    expect(indexes(lineage.descendantsOf(id(3)))).toEqual([5]);
  });

  it('returns the open shards that hold the hash keys of a shard', () => {
    expect(heirs(lineage, 0)).toEqual(['5: 0-199', `4: 200-${MAX}`]);
    expect(heirs(lineage, 1)).toEqual(['5: 0-99']);
    expect(heirs(lineage, 2)).toEqual(['5: 100-199', `4: 200-${MAX}`]);
    expect(heirs(lineage, 4)).toEqual([`4: 200-${MAX}`]);
  });

  it('orders parents before children', () => {
    expect(indexes(lineage.readingOrder())).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...lineage.shards.keys()]).toEqual([0, 1, 2, 3, 4, 5].map(id));
  });

  it('returns copies of its lists', () => {
    (lineage.readingOrder() as unknown[]).length = 0;
    (lineage.childrenOf(id(0)) as unknown[]).length = 0;
    expect(lineage.readingOrder().length).toBe(6);
    expect(lineage.childrenOf(id(0)).length).toBe(2);
    expect(Object.isFrozen(lineage.shards.get(id(0)))).toBe(true);
  });

  it('throws for an unknown shard', () => {
    const message =
      "shardId must name a shard of the listing, or a parent of one: got 'shardId-000000000009'";
    for (const ask of ['parentsOf', 'childrenOf', 'ancestorsOf', 'descendantsOf'] as const) {
      expect(() => lineage[ask](id(9))).toThrow(new RangeError(message));
    }
    expect(() => lineage.openHeirsOf(id(9))).toThrow(
      new RangeError("shardId must name a shard of the listing: got 'shardId-000000000009'"),
    );
  });

  it.each([
    [undefined, 'undefined'],
    [Symbol('s'), 'symbol'],
    [0, '0'],
    [[], 'an array'],
  ])('throws for %s in place of an id', (shardId, got) => {
    const methods = ['parentsOf', 'childrenOf', 'ancestorsOf', 'descendantsOf', 'openHeirsOf'];
    for (const ask of methods as 'parentsOf'[]) {
      expect(() => lineage[ask](shardId as never)).toThrow(
        new TypeError(`shardId must be a string: got ${got}`),
      );
    }
  });
});

describe('Lineage without expired shards', () => {
  const lineage = unwrap(createLineage(LISTING.slice(2)));

  it('leaves them out', () => {
    expect(indexes(lineage.parentsOf(id(2)))).toEqual([]);
    expect(indexes(lineage.parentsOf(id(5)))).toEqual([3]);
    expect(lineage.shards.get(id(5))?.parentShardId).toBe(id(1));
    expect(indexes(lineage.ancestorsOf(id(5)))).toEqual([2, 3]);
    expect(indexes(lineage.readingOrder())).toEqual([2, 3, 4, 5]);
  });

  it('returns their listed children', () => {
    expect(indexes(lineage.childrenOf(id(0)))).toEqual([2]);
    expect(indexes(lineage.childrenOf(id(1)))).toEqual([5]);
    expect(indexes(lineage.descendantsOf(id(0)))).toEqual([2, 3, 4, 5]);
    expect(lineage.parentsOf(id(0))).toEqual([]);
    expect(lineage.ancestorsOf(id(0))).toEqual([]);
    expect(() => lineage.openHeirsOf(id(0))).toThrow(RangeError);
  });
});

describe('createLineage', () => {
  it.each<[string, AwsShard[], string]>([
    [
      'a shard twice',
      [shard(0, 0n, MAX), shard(0, 0n, MAX)],
      'shardId-000000000000 is in the listing twice',
    ],
    [
      'a listing without its last page',
      LISTING.slice(0, 5),
      'No open shard holds the hash keys 0 to 199: the lowest, shardId-000000000004, starts at 200',
    ],
    [
      'a shard that is its own parent',
      [shard(3, 0n, MAX, [3])],
      'shardId-000000000003 has the parent shardId-000000000003: expected a parent with a lower id',
    ],
    [
      'a cycle',
      [shard(1, 0n, 9n, [2], 'closed'), shard(2, 0n, 9n, [1], 'closed'), shard(3, 0n, MAX)],
      'shardId-000000000001 has the parent shardId-000000000002: expected a parent with a lower id',
    ],
    [
      'one parent twice',
      [shard(3, 0n, MAX, [1, 1])],
      'shardId-000000000003 has shardId-000000000001 as both of its parents',
    ],
    [
      'an adjacent parent without a parent',
      [{ ...shard(3, 0n, MAX), AdjacentParentShardId: id(1) }],
      'shardId-000000000003 has an AdjacentParentShardId and no ParentShardId',
    ],
    [
      'a parent with an invalid id',
      [{ ...shard(3, 0n, MAX), ParentShardId: 'shard-2' }],
      "shardId-000000000003 has the parent 'shard-2': expected shardId- and twelve digits, at most shardId-002147483647",
    ],
    [
      'an open parent',
      [shard(0, 0n, 99n), shard(1, 100n, MAX, [0])],
      'shardId-000000000000 is open, but shardId-000000000001 has it as a parent',
    ],
    // cloudemu issue 372: a rescale that forgot the parents of its children.
    [
      'a closed shard without children',
      [shard(0, 0n, MAX, [], 'closed'), shard(1, 0n, 99n), shard(2, 100n, MAX)],
      'shardId-000000000000 is closed, but no shard of the listing has it as a parent',
    ],
    [
      'a split with one child',
      [shard(0, 0n, MAX, [], 'closed'), shard(1, 0n, 99n, [0]), shard(2, 100n, MAX)],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000001',
    ],
    [
      'a split with three children',
      [
        shard(0, 0n, MAX, [], 'closed'),
        shard(1, 0n, 9n, [0]),
        shard(2, 10n, 99n, [0]),
        shard(3, 100n, MAX, [0]),
      ],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000001, shardId-000000000002, shardId-000000000003',
    ],
    [
      'a split whose lower part starts too late',
      [
        shard(0, 0n, MAX, [], 'closed'),
        shard(1, 10n, 99n, [0]),
        shard(2, 100n, MAX, [0]),
        shard(3, 0n, 9n),
      ],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000001, shardId-000000000002',
    ],
    [
      'a split with a gap between its parts',
      [
        shard(0, 0n, MAX, [], 'closed'),
        shard(1, 0n, 49n, [0]),
        shard(2, 100n, MAX, [0]),
        shard(3, 50n, 99n),
      ],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000001, shardId-000000000002',
    ],
    [
      'children that leave the range of their parent',
      [
        shard(0, 0n, 99n, [], 'closed'),
        shard(1, 100n, MAX, [], 'closed'),
        shard(2, 0n, 149n, [0]),
        shard(3, 150n, MAX, [0]),
      ],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002, shardId-000000000003',
    ],
    [
      'parents that are not adjacent',
      [
        shard(0, 0n, 99n, [], 'closed'),
        shard(1, 200n, MAX, [], 'closed'),
        shard(2, 0n, MAX, [0, 1]),
      ],
      'shardId-000000000002 has the parents shardId-000000000000 and shardId-000000000001: expected the second to start where the first ends',
    ],
    [
      'parents in reverse order',
      [
        shard(0, 100n, MAX, [], 'closed'),
        shard(1, 0n, 99n, [], 'closed'),
        shard(2, 0n, MAX, [0, 1]),
      ],
      'shardId-000000000002 has the parents shardId-000000000000 and shardId-000000000001: expected the second to start where the first ends',
    ],
    [
      'a merge that ends too early',
      [shard(1, 100n, 199n, [], 'closed'), shard(2, 0n, 149n, [0, 1]), shard(3, 150n, MAX)],
      'shardId-000000000001 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002',
    ],
    [
      'a merge that starts too late',
      [shard(0, 0n, 99n, [], 'closed'), shard(2, 50n, MAX, [0, 1]), shard(3, 0n, 49n)],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002',
    ],
    [
      'a merge no wider than its lower parent',
      [shard(0, 0n, MAX, [], 'closed'), shard(2, 0n, MAX, [0, 1])],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002',
    ],
    [
      'a merge no wider than its upper parent',
      [shard(1, 0n, MAX, [], 'closed'), shard(2, 0n, MAX, [0, 1])],
      'shardId-000000000001 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002',
    ],
    [
      'a merge with one parent',
      [shard(0, 0n, 99n, [], 'closed'), shard(2, 0n, MAX, [0])],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002',
    ],
    [
      'a third child outside the range of its parent',
      [
        shard(0, 0n, 99n, [], 'closed'),
        shard(1, 0n, 49n, [0]),
        shard(2, 50n, 99n, [0]),
        shard(3, 100n, MAX, [0]),
      ],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000001, shardId-000000000002, shardId-000000000003',
    ],
    [
      'one split child of a merged shard',
      [
        shard(0, 0n, 99n, [], 'closed'),
        shard(2, 0n, 49n, [0, 1]),
        shard(3, 50n, 99n, [0]),
        shard(4, 100n, MAX),
      ],
      'shardId-000000000000 has children that are neither the two parts of a split nor the result of a merge: shardId-000000000002, shardId-000000000003',
    ],
  ])('refuses %s', (_, listing, message) => {
    expect(createLineage(listing)).toEqual({
      ok: false,
      fault: { code: 'InvalidShardMap', message, blame: 'client' },
    });
  });

  it('accepts children whose ids do not ascend with their ranges', () => {
    const listing = [
      shard(0, 0n, MAX, [], 'closed'),
      shard(1, 100n, MAX, [0]),
      shard(2, 0n, 99n, [0]),
    ];
    expect(indexes(unwrap(createLineage(listing)).childrenOf(id(0)))).toEqual([2, 1]);
  });

  it('throws for a value that is not a listing', () => {
    expect(() => createLineage({ Shards: LISTING } as never)).toThrow(TypeError);
  });

  it('reads the shards that a reshard makes', () => {
    const [, ...later] = reshardInputsOf({
      shardCount: 4,
      commands: [
        { kind: 'scale', share: 0 },
        { kind: 'scale', share: 100 },
      ],
    });
    expect(later.length).toBe(2);
    for (const { shards } of later) {
      expect(createLineage([...shards.values()].map(toAwsShard)).ok).toBe(true);
    }
  });
});
