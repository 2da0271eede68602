/**
 * From one layout of shards to another by hand: the calls to make, in order.
 *
 * A layout is its boundaries, the lowest hash keys of all its shards but the first. MergeShards
 * takes one away, SplitShard adds one, unless there is one a single key beside it (kinesalite
 * tests, run on AWS 2018). A plan adds each boundary that is wanted and not there once, takes away
 * each that is there and not wanted once, and touches no other: no plan is shorter.
 *
 * @module
 */

import { assertBigint, assertInteger, assertObject, describe } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { HASH_KEY_MAX, HASH_KEY_MIN } from '../base/limits.ts';
import { type HashRange, uniformHashRanges } from './hash-key-range.ts';
import { formatShardId } from './shard-id.ts';
import { assertShardMap, type ShardMap, UNIFORM_SHARDS_MAX } from './shard-map.ts';

/** A SplitShard or MergeShards request of a plan, and the ids of the shards it opens. */
export type ReshardCall =
  | {
      readonly operation: 'SplitShard';
      /** The request but for the stream; goes straight into the SDK's SplitShardCommand. */
      readonly input: { readonly ShardToSplit: string; readonly NewStartingHashKey: string };
      /** The lower child, then the upper one. */
      readonly newShardIds: readonly [string, string];
    }
  | {
      readonly operation: 'MergeShards';
      /** The request but for the stream; goes straight into the SDK's MergeShardsCommand. */
      readonly input: { readonly ShardToMerge: string; readonly AdjacentShardToMerge: string };
      readonly newShardIds: readonly [string];
    };

/**
 * The SplitShard and MergeShards calls that turn one layout into another, in the order to make
 * them, each once the stream is ACTIVE again.
 *
 * No plan takes fewer calls: one for each boundary that is added and one for each that is taken
 * away. While it runs, the stream never has more open shards than at its start or its end,
 * whichever is more (one more if both are equal), and never fewer than at its start or its end,
 * whichever is less, except by one for a moment where a wanted boundary lies a single key beside an
 * unwanted one.
 *
 * The ids in the calls are those the service will give. They count on from the highest id of the
 * map, which is the highest ever given: a shard closes only as shards with higher ids open. So they
 * hold as long as nothing else reshards the stream meanwhile.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, planResharding, unwrap } from 'shardline';
 *
 * const plan = unwrap(planResharding(createUniformShardMap(2), 3));
 * plan.map(({ operation }) => operation); // => ['SplitShard', 'MergeShards', 'SplitShard']
 * plan[1]?.newShardIds; // => ['shardId-000000000004']
 * ```
 *
 * @param map The open shards as they are; of it only `shards` is read.
 * @param target The number of uniform shards, from 1 to 1,048,576, or the wanted ranges in any
 *   order, for example the `shards` of another map.
 * @returns An empty plan if nothing is to be done. An `InvalidShardMap` if the target ranges do not
 *   tile the key space. An `InvalidArgumentException` that names the boundary if no calls lead to
 *   the target, because SplitShard makes no shard of a single key.
 * @throws {TypeError} If the map has no shards, or the target is neither a number nor a list of
 *   ranges of bigints.
 * @throws {RangeError} If a number or a hash key of the target is out of range.
 */
export function planResharding(
  map: ShardMap,
  target: number | readonly HashRange[],
): Result<ReshardCall[]> {
  assertShardMap(map);
  const wanted = readTarget(target);
  if (!wanted.ok) return wanted;
  const changes = listChanges(boundariesOf(map.shards), wanted.value);
  if (!changes.ok) return changes;
  const starts = linkStarts(map, changes.value);
  const scheduled = schedule(changes.value, map.shards.length, wanted.value.length + 1);
  return ok(writeCalls(map, scheduled, starts));
}

/** A boundary that a split adds or a merge takes away. */
interface Change {
  readonly hashKey: bigint;
  readonly isSplit: boolean;
}

/** The boundaries of the target, ascending. */
function readTarget(target: number | readonly HashRange[]): Result<bigint[]> {
  if (typeof target === 'number') {
    assertInteger(target, 1, UNIFORM_SHARDS_MAX, 'target');
    return ok(boundariesOf(uniformHashRanges(target)));
  }
  if (!Array.isArray(target)) {
    throw new TypeError(`target must be a number or a list of ranges: got ${describe(target)}`);
  }
  const ranges: HashRange[] = [...target];
  for (const [i, range] of ranges.entries()) {
    const title = `target[${i}]`;
    assertObject(range, title);
    assertBigint(range.startingHashKey, HASH_KEY_MIN, HASH_KEY_MAX, `${title}.startingHashKey`);
    assertBigint(range.endingHashKey, HASH_KEY_MIN, HASH_KEY_MAX, `${title}.endingHashKey`);
  }
  ranges.sort((a, b) => (a.startingHashKey < b.startingHashKey ? -1 : 1));
  let expected = HASH_KEY_MIN;
  for (const { startingHashKey, endingHashKey } of ranges) {
    if (startingHashKey !== expected || endingHashKey < startingHashKey) {
      return refuse(
        'InvalidShardMap',
        `The target has the range ${startingHashKey} to ${endingHashKey} where one that starts at ${expected} is wanted`,
      );
    }
    expected = endingHashKey + 1n;
  }
  return expected === HASH_KEY_MAX + 1n
    ? ok(boundariesOf(ranges))
    : refuse(
        'InvalidShardMap',
        `The target has no range for the hash keys ${expected} to ${HASH_KEY_MAX}`,
      );
}

function boundariesOf(ranges: readonly HashRange[]): bigint[] {
  return ranges.slice(1).map(({ startingHashKey }) => startingHashKey);
}

/** The difference of two layouts, ascending; or why no calls lead from the first to the second. */
function listChanges(current: readonly bigint[], wanted: readonly bigint[]): Result<Change[]> {
  const changes: Change[] = [];
  let position = 0;
  // The end of the key space is a boundary of every layout, and so is its start.
  const end = HASH_KEY_MAX + 1n;
  let before = { hashKey: HASH_KEY_MIN, isSplit: false };
  for (const hashKey of [...wanted, end]) {
    while (position < current.length && current[position]! < hashKey) {
      changes.push({ hashKey: current[position++]!, isSplit: false });
    }
    const isSplit = hashKey !== end && current[position] !== hashKey;
    if (isSplit) changes.push({ hashKey, isSplit });
    else position++;
    if (hashKey === before.hashKey + 1n && (isSplit || before.isSplit)) {
      return refuse(
        'InvalidArgumentException',
        `No call makes a boundary at ${isSplit ? hashKey : before.hashKey}: a shard of the single hash key ${before.hashKey} would begin or end there, and SplitShard makes shards of two and more`,
      );
    }
    before = { hashKey, isSplit };
  }
  return ok(changes);
}

/** Changes that are made one right after the other. */
interface Block {
  readonly changes: readonly Change[];
  /** By how much it changes the number of open shards: -1, 0 or 1. */
  readonly growth: number;
}

/**
 * The changes in an order in which every call is legal: left to right, but for what keeps the
 * number of open shards within bounds.
 */
function schedule(changes: readonly Change[], current: number, wanted: number): Change[] {
  const queues: [Block[], Block[], Block[]] = [[], [], []];
  for (const block of linkNeighbours(changes)) queues[block.growth + 1]!.push(block);
  const heads = [0, 0, 0];
  const low = Math.min(current, wanted);
  const high = Math.max(current, wanted, low + 1);
  const scheduled: Change[] = [];
  let open = current;
  for (;;) {
    let chosen: Block | undefined;
    // Some block always fits: were only shrinking ones left at `low`, the end would be below it.
    for (const [index, queue] of queues.entries()) {
      const block = queue[heads[index]!];
      const after = open + index - 1;
      if (block === undefined || after < low || after > high) continue;
      if (chosen === undefined || block.changes[0]!.hashKey < chosen.changes[0]!.hashKey) {
        chosen = block;
      }
    }
    if (chosen === undefined) return scheduled;
    heads[chosen.growth + 1]!++;
    open += chosen.growth;
    for (const change of chosen.changes) scheduled.push(change);
  }
}

/**
 * Blocks of changes. A split and a merge at neighbouring hash keys belong together, the merge
 * first, since no split can be made beside a boundary; these alternate, as two splits cannot be
 * neighbours.
 */
function linkNeighbours(changes: readonly Change[]): Block[] {
  const blocks: Block[] = [];
  let start = 0;
  for (let end = 1; end <= changes.length; end++) {
    const last = changes[end - 1]!;
    const next = changes[end];
    const isLinked =
      next !== undefined && next.hashKey === last.hashKey + 1n && next.isSplit !== last.isSplit;
    if (isLinked) continue;
    blocks.push(orderBlock(changes.slice(start, end)));
    start = end;
  }
  return blocks;
}

/** Each split right after the merges beside it, so that few shards are missing meanwhile. */
function orderBlock(linked: Change[]): Block {
  const first = linked[0]!.isSplit;
  const last = linked[linked.length - 1]!.isSplit;
  // From the end that is a split, its one merge goes first; from the other end it would be two.
  if (!first && last) linked.reverse();
  for (let i = first || last ? 0 : 1; i + 1 < linked.length; i += 2) {
    const split = linked[i]!;
    linked[i] = linked[i + 1]!;
    linked[i + 1] = split;
  }
  return { changes: linked, growth: first === last ? (first ? 1 : -1) : 0 };
}

/** A hash key at which a shard begins before a plan, after it, or both. */
interface Start {
  /** The next lower one; undefined for the lowest of all. */
  readonly before: Start | undefined;
  /** The shard that begins here at the moment; undefined if none does. */
  shardId: string | undefined;
  /** Where the neighbouring shards begin. Invariant: true while a shard begins here. */
  lower: Start | undefined;
  upper: Start | undefined;
}

/** The calls that make the changes, with the ids that the service gives meanwhile. */
function writeCalls(
  map: ShardMap,
  changes: readonly Change[],
  starts: ReadonlyMap<Change, Start>,
): ReshardCall[] {
  let shardIndex = map.shards.reduce((max, shard) => Math.max(max, shard.shardIndex), 0) + 1;
  return changes.map((change) => {
    const start = starts.get(change)!;
    if (change.isSplit) {
      // What a split leaves stays, and splits go from left to right: in all, the search passes each
      // start once or twice (100,000 calls: 0.2 s).
      let parent = start.before!;
      while (parent.shardId === undefined) parent = parent.before!;
      const input = { ShardToSplit: parent.shardId, NewStartingHashKey: change.hashKey.toString() };
      const newShardIds = [formatShardId(shardIndex++), formatShardId(shardIndex++)] as const;
      [parent.shardId, start.shardId] = newShardIds;
      joinStarts(start, parent.upper);
      joinStarts(parent, start);
      return { operation: 'SplitShard', input, newShardIds };
    }
    const lower = start.lower!;
    const input = { ShardToMerge: lower.shardId!, AdjacentShardToMerge: start.shardId! };
    const newShardIds = [formatShardId(shardIndex++)] as const;
    [lower.shardId] = newShardIds;
    start.shardId = undefined;
    joinStarts(lower, start.upper);
    return { operation: 'MergeShards', input, newShardIds };
  });
}

/** Where shards begin before the changes and after them; gives the start of each change. */
function linkStarts({ shards }: ShardMap, changes: readonly Change[]): Map<Change, Start> {
  // Not by hash key: V8 hashes a bigint by its low 64 bits, which are 0 in all boundaries of a
  // power of two of shards (a Map of 20,000 then takes 2.4 s to fill, and 9 ms else).
  const starts = new Map<Change, Start>();
  let position = 0;
  let before: Start | undefined;
  let lower: Start | undefined;

  function begin(shardId: string | undefined): Start {
    const start: Start = { before, shardId, lower: undefined, upper: undefined };
    before = start;
    return start;
  }

  function beginSplitsBelow(hashKey: bigint): void {
    for (; position < changes.length && changes[position]!.hashKey < hashKey; position++) {
      starts.set(changes[position]!, begin(undefined));
    }
  }

  for (const { startingHashKey, shardId } of shards) {
    beginSplitsBelow(startingHashKey);
    const start = begin(shardId);
    if (lower !== undefined) joinStarts(lower, start);
    lower = start;
    if (changes[position]?.hashKey === startingHashKey) starts.set(changes[position++]!, start);
  }
  beginSplitsBelow(HASH_KEY_MAX + 1n);
  return starts;
}

/** Makes two shards neighbours, or the lower one the highest of all. */
function joinStarts(lower: Start, upper: Start | undefined): void {
  lower.upper = upper;
  if (upper !== undefined) upper.lower = lower;
}
