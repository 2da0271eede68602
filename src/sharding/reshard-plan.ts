/**
 * Plans the SplitShard and MergeShards calls that turn one layout of shards into another.
 *
 * A layout is a set of boundaries: the lowest hash keys of all shards but the first. MergeShards
 * removes a boundary. SplitShard adds one, unless an existing boundary is a single key away from it
 * (docs/facts.md#split-key-bounds). A plan adds each missing boundary once, removes each unwanted
 * one once, and touches no others, so no plan is shorter.
 *
 * @module
 */

import { assertInteger, describe, isArray, wrongType } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { HASH_KEY_MAX, HASH_KEY_MIN } from '../base/limits.ts';
import { readList } from '../base/lists.ts';
import {
  compareStartingHashKeys,
  type HashRange,
  readHashRange,
  uniformHashRanges,
} from './hash-key-range.ts';
import type { Shard } from './shard.ts';
import { checkShardIndexes, formatShardId } from './shard-id.ts';
import { LISTING_SHARDS_MAX } from './shard-listing.ts';
import { readTilingShards, type ShardMap, UNIFORM_SHARDS_MAX } from './shard-map.ts';
import { findTilingFlaw } from './tiling.ts';

/** A SplitShard or MergeShards call of a plan, and the ids of the shards that it opens. */
export type ReshardCall =
  | {
      readonly operation: 'SplitShard';
      /** The input of the SDK's SplitShardCommand, without the stream. */
      readonly input: { readonly ShardToSplit: string; readonly NewStartingHashKey: string };
      /** The id of the lower child, then that of the upper one (docs/facts.md#split-children). */
      readonly newShardIds: readonly [string, string];
    }
  | {
      readonly operation: 'MergeShards';
      /** The input of the SDK's MergeShardsCommand, without the stream. */
      readonly input: { readonly ShardToMerge: string; readonly AdjacentShardToMerge: string };
      /** The id of the merged shard. */
      readonly newShardIds: readonly [string];
    };

/**
 * Returns the SplitShard and MergeShards calls that turn one layout into another. Make them in this
 * order, each one once the stream is ACTIVE again (docs/facts.md#reshard-updating).
 *
 * No plan takes fewer calls: there is one for each added boundary and one for each removed one.
 *
 * The number of open shards stays between its values before and after the plan. If the two are
 * equal, it may be one more in between. It may briefly be one less where a wanted boundary is a
 * single key away from an unwanted one.
 *
 * The ids in the calls are those that the service will assign, as long as nothing else reshards the
 * stream in between. They continue from the highest id in the map (docs/facts.md#shard-ids-ascend).
 * That is the highest id ever assigned, because a shard closes only when shards with higher ids
 * open.
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
 * @param map The current open shards. Only `shards` is read, once. The shards of a map that this
 *   library made are not checked again; any others are checked like a listing.
 * @param target The number of uniform shards, from 1 to 1,048,576, or the wanted ranges in any
 *   order, for example the `shards` of another map.
 * @returns The calls; none if the layouts are equal. An `InvalidShardMap` fault if the target
 *   ranges do not tile the key space. An `InvalidArgumentException` fault that names a boundary if
 *   no calls lead to the target, because SplitShard does not create a shard of a single key. A
 *   `LimitExceededException` fault if the plan needs ids above shardId-002147483647.
 * @throws {TypeError} If the map has no shards, or the target is neither a number nor a list of
 *   ranges of bigints.
 * @throws {RangeError} If the shards of the map are not open, are not in ascending order or do not
 *   tile the key space, or if a number, a hash key or the length of the target is out of range.
 */
export function planResharding(
  map: ShardMap,
  target: number | readonly HashRange[],
): Result<ReshardCall[]> {
  const shards = readTilingShards(map);
  const wanted = readTarget(target);
  if (!wanted.ok) return wanted;
  const changes = listChanges(boundariesOf(shards), wanted.value);
  if (!changes.ok) return changes;
  const lastShardIndex = shards.reduce((max, shard) => Math.max(max, shard.shardIndex), 0);
  const opened = changes.value.reduce((count, { isSplit }) => count + (isSplit ? 2 : 1), 0);
  const exhausted = checkShardIndexes(lastShardIndex + 1, opened);
  if (exhausted !== undefined) return exhausted;
  const starts = linkStarts(shards, changes.value);
  const ordered = orderChanges(changes.value, shards.length, wanted.value.length + 1);
  return ok(writeCalls(lastShardIndex + 1, ordered, starts));
}

/** A boundary that a split adds or a merge removes. */
interface Change {
  readonly hashKey: bigint;
  readonly isSplit: boolean;
}

/** Returns the boundaries of the target in ascending order. */
function readTarget(target: number | readonly HashRange[]): Result<bigint[]> {
  if (typeof target === 'number') {
    assertInteger(target, 1, UNIFORM_SHARDS_MAX, 'target');
    return ok(boundariesOf(uniformHashRanges(target)));
  }
  if (!isArray(target)) {
    throw wrongType(`target must be a number or a list of ranges: got ${describe(target)}`);
  }
  const options = { title: 'target', lengthMax: LISTING_SHARDS_MAX };
  // Inverted ranges are not a caller's bug but a fault, below.
  const ranges = readList(target, options, (range, title) =>
    readHashRange(range as HashRange, title, HASH_KEY_MIN),
  );
  const inverted = ranges.find((range) => range.endingHashKey < range.startingHashKey);
  if (inverted !== undefined) {
    return refuse(
      'InvalidShardMap',
      `The target has an inverted range: ${inverted.startingHashKey} to ${inverted.endingHashKey}`,
    );
  }
  ranges.sort(compareStartingHashKeys);
  const flaw = findTilingFlaw(ranges);
  if (flaw === undefined) return ok(boundariesOf(ranges));
  const found = flaw.kind === 'gap' ? 'no range' : 'two ranges';
  return refuse(
    'InvalidShardMap',
    `The target has ${found} for the hash keys ${flaw.startingHashKey} to ${flaw.endingHashKey}`,
  );
}

function boundariesOf(ranges: readonly HashRange[]): bigint[] {
  return ranges.slice(1).map(({ startingHashKey }) => startingHashKey);
}

/** Returns the changes between two layouts, ascending, or a fault if no calls can make them. */
function listChanges(current: readonly bigint[], wanted: readonly bigint[]): Result<Change[]> {
  const changes: Change[] = [];
  let mapIndex = 0;
  // The start and the end of the key space are boundaries of every layout.
  const end = HASH_KEY_MAX + 1n;
  let before = { hashKey: HASH_KEY_MIN, isSplit: false };
  for (const hashKey of [...wanted, end]) {
    while (mapIndex < current.length && current[mapIndex]! < hashKey) {
      changes.push({ hashKey: current[mapIndex++]!, isSplit: false });
    }
    const isSplit = hashKey !== end && current[mapIndex] !== hashKey;
    if (isSplit) changes.push({ hashKey, isSplit });
    else mapIndex++;
    if (hashKey === before.hashKey + 1n && (isSplit || before.isSplit)) {
      return refuse(
        'InvalidArgumentException',
        `No call makes a boundary at ${isSplit ? hashKey : before.hashKey}: a shard of the single hash key ${before.hashKey} would start or end there, and SplitShard makes shards of two keys or more`,
      );
    }
    before = { hashKey, isSplit };
  }
  return ok(changes);
}

/** Changes that are made in direct succession. */
interface Block {
  readonly changes: readonly Change[];
  /** By how much the block changes the number of open shards: -1, 0 or 1. */
  readonly growth: number;
}

/**
 * Orders the changes so that every call is legal: from the lowest hash key to the highest, except
 * where the number of open shards would leave its bounds.
 */
function orderChanges(changes: readonly Change[], current: number, wanted: number): Change[] {
  const queues: [Block[], Block[], Block[]] = [[], [], []];
  for (const block of linkNeighbours(changes)) queues[block.growth + 1]!.push(block);
  const heads = [0, 0, 0];
  const low = Math.min(current, wanted);
  const high = Math.max(current, wanted, low + 1);
  const scheduled: Change[] = [];
  let open = current;
  for (;;) {
    let chosen: Block | undefined;
    // A block that fits always exists: if only shrinking ones were left at `low`, the plan would
    // end below `low`.
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
 * Groups the changes into blocks. A split and a merge at neighbouring hash keys belong to one
 * block, because the merge must come first: SplitShard cannot add a boundary next to an existing
 * one. Splits and merges alternate in a block, because two splits cannot be neighbours.
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

/** Puts each split right after the merges next to it, so that few shards are missing in between. */
function orderBlock(linked: Change[]): Block {
  const first = linked[0]!.isSplit;
  const last = linked[linked.length - 1]!.isSplit;
  // Start at the end that is a split: only one merge must precede it, not two.
  if (!first && last) linked.reverse();
  for (let i = first || last ? 0 : 1; i + 1 < linked.length; i += 2) {
    const split = linked[i]!;
    linked[i] = linked[i + 1]!;
    linked[i + 1] = split;
  }
  return { changes: linked, growth: first === last ? (first ? 1 : -1) : 0 };
}

/** A hash key at which a shard starts before a plan, after it, or both. */
interface Start {
  /** The next lower start, whether or not a shard starts there; undefined for the lowest. */
  readonly before: Start | undefined;
  /** The id of the shard that starts here at this point of the plan; undefined if none does. */
  shardId: string | undefined;
  /** The starts of the neighbouring shards. Invariant: valid while a shard starts here. */
  lower: Start | undefined;
  upper: Start | undefined;
}

/** Returns the calls that make the changes, with the ids that the service will assign. */
function writeCalls(
  nextShardIndex: number,
  changes: readonly Change[],
  starts: ReadonlyMap<Change, Start>,
): ReshardCall[] {
  let shardIndex = nextShardIndex;
  return changes.map((change) => {
    const start = starts.get(change)!;
    if (change.isSplit) {
      // Splits are made from the lowest key to the highest, and each leaves a start behind. So all
      // searches together visit each start once or twice (100,000 calls: 0.2 s).
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

/** Links all starts of shards, before and after the changes. Returns the start of each change. */
function linkStarts(shards: readonly Shard[], changes: readonly Change[]): Map<Change, Start> {
  // Not keyed by hash key: V8 hashes a bigint by its low 64 bits, which are 0 in all boundaries if
  // the number of shards is a power of two. Filling a Map with 20,000 then takes 2.4 s, not 9 ms.
  const starts = new Map<Change, Start>();
  let changeIndex = 0;
  let before: Start | undefined;
  let lower: Start | undefined;

  function addStart(shardId: string | undefined): Start {
    const start: Start = { before, shardId, lower: undefined, upper: undefined };
    before = start;
    return start;
  }

  function addSplitsBelow(hashKey: bigint): void {
    for (; changeIndex < changes.length; changeIndex++) {
      const change = changes[changeIndex]!;
      if (change.hashKey >= hashKey) break;
      starts.set(change, addStart(undefined));
    }
  }

  for (const { startingHashKey, shardId } of shards) {
    addSplitsBelow(startingHashKey);
    const start = addStart(shardId);
    if (lower !== undefined) joinStarts(lower, start);
    lower = start;
    const change = changes[changeIndex];
    if (change?.hashKey === startingHashKey) {
      starts.set(change, start);
      changeIndex++;
    }
  }
  addSplitsBelow(HASH_KEY_MAX + 1n);
  return starts;
}

/** Makes two shards neighbours, or the lower one the highest shard if there is no upper one. */
function joinStarts(lower: Start, upper: Start | undefined): void {
  lower.upper = upper;
  if (upper !== undefined) upper.lower = lower;
}
