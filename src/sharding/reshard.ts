/**
 * SplitShard, MergeShards and uniform scaling: which shards close and which open, or the fault that
 * the service returns. The stream adds sequence numbers, status and time.
 *
 * @module
 */

import { assertInteger } from '../base/argument.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import { type HashRange, uniformHashRanges } from './hash-key-range.ts';
import type { Shard } from './shard.ts';
import { refuseUnknownShard, writeShardId } from './shard-id.ts';
import type { IndexedShardMap } from './shard-map.ts';
import { checkShardQuota, type ShardQuota } from './shard-quota.ts';

/** The shards of a stream at one moment. */
export interface ReshardInput {
  /** Every listed shard, open or closed, by shard index. */
  readonly shards: ReadonlyMap<number, Shard>;
  /** The open shards. Invariant: each of them is in `shards`. */
  readonly map: IndexedShardMap;
  /** The index of the next shard. Invariant: above every index ever assigned. */
  readonly nextShardIndex: number;
}

/** The stream to reshard: its identity, for messages, and the shard quota of its account. */
type ReshardStream = StreamIdentity & ShardQuota;

/** One step of a reshard: a split or a merge. Its parents close and its children open. */
export interface ReshardStep {
  /**
   * The shard indexes of the parents: one for a split, two for a merge, the lower one first. A
   * parent may be a child of an earlier step of the same list.
   */
  readonly parentShardIndexes: readonly number[];
  /**
   * The new shards, without sequence numbers: two for a split, the lower one first; one for a
   * merge. Their indexes ascend.
   */
  readonly children: readonly Shard[];
}

/**
 * Returns the single step of a SplitShard request.
 *
 * Both children must have two hash keys or more (docs/facts.md#split-key-bounds). The checks are in
 * the service's order (docs/facts.md#split-check-order). It is not known when the service checks
 * for a closed shard; here it follows the look-up (docs/known-gaps.md#closed-shard-check).
 *
 * @param request.newStartingHashKey May be 2^128 or more, as the service's pattern allows. It is
 *   then refused like any other key outside the shard.
 */
export function splitShard(
  input: ReshardInput,
  request: { readonly shardIndex: number; readonly newStartingHashKey: bigint },
  stream: ReshardStream,
): Result<ReshardStep[]> {
  const found = findShard(input, request.shardIndex, stream);
  if (!found.ok) return found;
  const shard = found.value;
  if (!isOpen(input, shard)) return refuseClosedShard(shard, stream);
  const openShardCount = input.map.shards.length;
  const overQuota = checkShardQuota(stream, { openShardCount, additionalShards: 1 });
  if (overQuota !== undefined) return overQuota;
  const { newStartingHashKey } = request;
  if (!isSplitPoint(shard, newStartingHashKey)) {
    return refuse(
      'InvalidArgumentException',
      `NewStartingHashKey ${newStartingHashKey} used in SplitShard() on shard ${shard.shardId} in stream ${stream.streamName} under account ${stream.accountId} is not both greater than one plus the shard's StartingHashKey ${shard.startingHashKey} and less than the shard's EndingHashKey ${shard.endingHashKey}.`,
    );
  }
  return ok([createSplitStep(shard, newStartingHashKey, input.nextShardIndex)]);
}

/**
 * Returns the single step of a MergeShards request.
 *
 * The first shard must be the lower neighbour of the second (docs/facts.md#merge-order). The shard
 * quota is not checked, because a merge reduces the number of shards. That closed shards are
 * checked before adjacency is a guess (docs/known-gaps.md#closed-shard-check).
 */
export function mergeShards(
  input: ReshardInput,
  request: { readonly shardIndex: number; readonly adjacentShardIndex: number },
  stream: ReshardStream,
): Result<ReshardStep[]> {
  const lower = findShard(input, request.shardIndex, stream);
  if (!lower.ok) return lower;
  const upper = findShard(input, request.adjacentShardIndex, stream);
  if (!upper.ok) return upper;
  for (const shard of [lower.value, upper.value]) {
    if (!isOpen(input, shard)) return refuseClosedShard(shard, stream);
  }
  if (lower.value.endingHashKey + 1n !== upper.value.startingHashKey) {
    return refuse(
      'InvalidArgumentException',
      `Shards ${lower.value.shardId} and ${upper.value.shardId} in stream ${stream.streamName} under account ${stream.accountId} are not an adjacent pair of shards eligible for merging`,
    );
  }
  return ok([createMergeStep(lower.value, upper.value, input.nextShardIndex)]);
}

/**
 * Returns the steps of an UpdateShardCount request with UNIFORM_SCALING, in the order in which they
 * happen. There are none if the stream already has that many shards.
 *
 * The steps are one sweep from the lowest hash key to the highest. It splits the shard that crosses
 * the next uniform boundary, and merges the pieces of a range as soon as all of them exist. This
 * gives the ids of all five published listings (docs/facts.md#scaling-sweep), though other evidence
 * disagrees (docs/facts.md#scaling-sweep-conflict). What the service does with many shards, or with
 * three or more pieces in one range, is not known (docs/known-gaps.md#scaling-order,
 * docs/known-gaps.md#scaling-many-pieces).
 *
 * The limits are documented (docs/facts.md#scaling-limits), but their errors are not
 * (docs/known-gaps.md#scaling-errors):
 * - The messages (docs/facts.md#scaling-messages) and the code LimitExceededException
 *   (docs/facts.md#scaling-error-class) are those of another implementation.
 * - "Half" is taken literally: 5 shards may become 3, not 2 (docs/facts.md#scaling-half-of-odd).
 * - A target that equals the current count succeeds without a step, even if the ranges are uneven
 *   (docs/facts.md#scaling-same-count).
 *
 * Short-lived shards count towards the account's quota (docs/facts.md#scaling-short-lived).
 * Therefore the highest number of open shards after any step is checked against the quota
 * (docs/known-gaps.md#scaling-account-limit).
 */
export function scaleUniformly(
  input: ReshardInput,
  targetShardCount: number,
  stream: ReshardStream,
): Result<ReshardStep[]> {
  assertInteger(targetShardCount, 1, Number.MAX_SAFE_INTEGER, 'TargetShardCount');
  const openShardCount = input.map.shards.length;
  const limit = describeExceededLimit(openShardCount, targetShardCount);
  if (limit !== undefined) {
    return refuse(
      'LimitExceededException',
      `${limit}. Current open shard count: ${openShardCount}, Target shard count: ${targetShardCount}`,
    );
  }
  if (targetShardCount === openShardCount) return ok([]);
  const ranges = uniformHashRanges(targetShardCount);
  const steps = sweep(input.map.shards, ranges, input.nextShardIndex);
  let growth = 0;
  let additionalShards = 0;
  for (const { parentShardIndexes, children } of steps) {
    growth += children.length - parentShardIndexes.length;
    additionalShards = Math.max(additionalShards, growth);
  }
  if (additionalShards === 0) return ok(steps);
  return checkShardQuota(stream, { openShardCount, additionalShards }) ?? ok(steps);
}

/**
 * Returns whether a shard may be split at a hash key: both children must have two hash keys or more
 * (docs/facts.md#split-key-bounds).
 */
export function isSplitPoint(range: HashRange, hashKey: bigint): boolean {
  return range.startingHashKey + 1n < hashKey && hashKey < range.endingHashKey;
}

/**
 * Returns the start of the service's message for the limit that a target exceeds, or undefined if
 * it exceeds none.
 */
function describeExceededLimit(
  openShardCount: number,
  targetShardCount: number,
): string | undefined {
  const most = UNIFORM_SCALING_SHARDS_MAX;
  // A stream of more than 10,000 shards can be scaled only to fewer than 10,000
  // (docs/facts.md#scaling-limits).
  if (targetShardCount > most || (openShardCount > most && targetShardCount === most)) {
    return `Target shard count or number of open shards cannot be greater than ${most}`;
  }
  if (targetShardCount > 2 * openShardCount) {
    return 'UpdateShardCount cannot scale up over double your current open shard count';
  }
  if (2 * targetShardCount < openShardCount) {
    return 'UpdateShardCount cannot scale down below half your current open shard count';
  }
  return undefined;
}

/**
 * Returns the steps that turn the open shards into the given ranges, of two hash keys or more each.
 *
 * A boundary may be a single key away from an existing one, for example in a stream that was split
 * by hand at 2^127 - 1 (docs/facts.md#split-half). SplitShard could not create it, so the shards on
 * both sides of the existing boundary are merged first. What the service does in this case is not
 * known (docs/known-gaps.md#scaling-many-pieces).
 */
function sweep(
  open: readonly Shard[],
  ranges: readonly HashRange[],
  nextShardIndex: number,
): ReshardStep[] {
  const steps: ReshardStep[] = [];
  let shardIndex = nextShardIndex;
  let mapIndex = 0;
  let rest: Shard | undefined;

  function split(shard: Shard, hashKey: bigint): Shard {
    const step = createSplitStep(shard, hashKey, shardIndex);
    shardIndex += 2;
    steps.push(step);
    rest = step.children[1];
    return step.children[0]!;
  }

  function merge(lower: Shard, upper: Shard): Shard {
    const step = createMergeStep(lower, upper, shardIndex++);
    steps.push(step);
    return step.children[0]!;
  }

  for (const { endingHashKey } of ranges) {
    const boundary = endingHashKey + 1n;
    // Invariant: `piece` starts where the range does. Its upper neighbour is `rest`, or an open
    // shard that no step has touched.
    let piece = rest ?? open[mapIndex++]!;
    rest = undefined;
    while (piece.endingHashKey !== endingHashKey) {
      if (isSplitPoint(piece, boundary)) {
        piece = split(piece, boundary);
      } else {
        const next = open[mapIndex++]!;
        piece = merge(piece, isSplitPoint(next, boundary) ? split(next, boundary) : next);
      }
    }
  }
  return steps;
}

/** Returns the step of a split. The lower child has the lower id (docs/facts.md#split-children). */
function createSplitStep(parent: Shard, hashKey: bigint, shardIndex: number): ReshardStep {
  return {
    parentShardIndexes: [parent.shardIndex],
    children: [
      {
        shardId: writeShardId(shardIndex),
        shardIndex,
        startingHashKey: parent.startingHashKey,
        endingHashKey: hashKey - 1n,
        parentShardId: parent.shardId,
      },
      {
        shardId: writeShardId(shardIndex + 1),
        shardIndex: shardIndex + 1,
        startingHashKey: hashKey,
        endingHashKey: parent.endingHashKey,
        parentShardId: parent.shardId,
      },
    ],
  };
}

/** Returns the step of a merge, whose child has two parents (docs/facts.md#merge-child). */
function createMergeStep(lower: Shard, upper: Shard, shardIndex: number): ReshardStep {
  return {
    parentShardIndexes: [lower.shardIndex, upper.shardIndex],
    children: [
      {
        shardId: writeShardId(shardIndex),
        shardIndex,
        startingHashKey: lower.startingHashKey,
        endingHashKey: upper.endingHashKey,
        parentShardId: lower.shardId,
        adjacentParentShardId: upper.shardId,
      },
    ],
  };
}

function findShard(input: ReshardInput, shardIndex: number, stream: StreamIdentity): Result<Shard> {
  const shard = input.shards.get(shardIndex);
  return shard === undefined ? refuseUnknownShard(writeShardId(shardIndex), stream) : ok(shard);
}

/**
 * Returns whether a shard is open: it still owns its lowest hash key. A closed shard has lost this
 * key to a descendant.
 */
function isOpen({ map }: ReshardInput, shard: Shard): boolean {
  return map.locate(shard.startingHashKey).shardIndex === shard.shardIndex;
}

/** Refuses a shard that is already closed (docs/facts.md#reshard-closed-shard). */
function refuseClosedShard(
  { shardId }: Shard,
  { streamName, accountId }: StreamIdentity,
): FaultResult {
  return refuse(
    'InvalidArgumentException',
    `Shard ${shardId} in stream ${streamName} under account ${accountId} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}
