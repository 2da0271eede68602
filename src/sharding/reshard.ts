/**
 * Split, merge and uniform scaling: which shards close and which open, or why the service would
 * refuse. Sequence numbers, status and time are the stream's.
 *
 * @module
 */

import { assertInteger } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { SHARD_INDEX_MAX, UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import { type HashRange, uniformHashRanges } from './hash-key-range.ts';
import type { Shard } from './shard.ts';
import { formatShardId } from './shard-id.ts';
import type { OpenShards } from './shard-map.ts';

/** What the service's texts call a stream. */
export interface Names {
  readonly streamName: string;
  readonly accountId: string;
}

/** Whose stream it is, for the service's texts and for the limit on the shards of an account. */
export interface ReshardContext extends Names {
  readonly region: string;
  /** The most shards the account may have open in the region. */
  readonly shardLimit: number;
  /** The open shards of the account's other streams in the region. */
  readonly otherOpenShardCount: number;
}

/** The shards of a stream at one moment. */
export interface Topology {
  /** Every shard that is listed, open and closed, by its index. */
  readonly shards: ReadonlyMap<number, Shard>;
  /** The open ones. Invariant: each of them stands in `shards`. */
  readonly map: OpenShards;
  /** The index of the next new shard. Invariant: above every index ever given. */
  readonly nextShardIndex: number;
}

/** A shard that opens in a step; it has no sequence numbers yet. */
export interface NewShard extends HashRange {
  readonly shardId: string;
  readonly shardIndex: number;
  /** Undefined for the first shards of a stream. */
  readonly parentShardId?: string | undefined;
  readonly adjacentParentShardId?: string | undefined;
}

/** A shard that closes in a step: one of the stream's, or a child of an earlier step. */
export type ParentShard = Shard | NewShard;

/** One step of a reshard: parents close, children open. */
export interface ReshardStep {
  /**
   * One for a split, two for a merge, the lower one first. A parent may be a child of an earlier
   * step of the same list.
   */
  readonly parents: readonly Shard[];
  /** Two for a split, the lower one first; one for a merge. Their indexes ascend. */
  readonly children: readonly NewShard[];
}

const DIGITS = /^[0-9]+$/;

/**
 * Reads the id of a shard as loosely as SplitShard, MergeShards and GetShardIterator do: `0`,
 * `shardId-0` and `foo-0` all name shard 0 (kinesalite tests, run on AWS 2018).
 *
 * The digits are what stands between the first hyphen and the second, or the whole text if nothing
 * does; so kinesalite reads it. The service does this before it looks for the stream.
 */
export function readShardId(text: string, names: Names): Result<number> {
  const digits = text.split('-', 2)[1] || text;
  const shardIndex = DIGITS.test(digits) ? Number(digits) : Number.NaN;
  return shardIndex <= SHARD_INDEX_MAX ? ok(shardIndex) : refuseUnknown(text, names);
}

/**
 * The step of a SplitShard request, whose NewStartingHashKey must be of the service's pattern.
 *
 * The pattern allows numbers of 2^128 and above; these are refused as any other key outside the
 * shard. Each check, its words and their order are production's (kinesalite tests, run on AWS 2018;
 * the text on closed shards: kinesalite issue 109). Where the check for a closed shard stands among
 * them is not known; here it follows the look-up.
 *
 * @returns One step.
 */
export function splitShard(
  topology: Topology,
  request: { readonly ShardToSplit: string; readonly NewStartingHashKey: string },
  context: ReshardContext,
): Result<ReshardStep[]> {
  const shardIndex = readShardId(request.ShardToSplit, context);
  if (!shardIndex.ok) return shardIndex;
  const found = findShard(topology, shardIndex.value, context);
  if (!found.ok) return found;
  const shard = found.value;
  if (!isOpen(topology, shard)) return refuseClosed(shard, context);
  const openShardCount = topology.map.shards.length;
  if (context.otherOpenShardCount + openShardCount + 1 > context.shardLimit) {
    return refuseShardLimit(openShardCount, 1, context);
  }
  const hashKey = BigInt(request.NewStartingHashKey);
  if (!isSplitPoint(shard, hashKey)) {
    return refuse(
      'InvalidArgumentException',
      `NewStartingHashKey ${request.NewStartingHashKey} used in SplitShard() on shard ${shard.shardId} in stream ${context.streamName} under account ${context.accountId} is not both greater than one plus the shard's StartingHashKey ${shard.startingHashKey} and less than the shard's EndingHashKey ${shard.endingHashKey}.`,
    );
  }
  return ok([stepOfSplit(shard, hashKey, topology.nextShardIndex)]);
}

/**
 * The step of a MergeShards request.
 *
 * ShardToMerge must be the lower neighbour; the inverted order is refused (kinesalite tests, run on
 * AWS 2018). A merge is not held against the account's shard limit. That a closed shard is refused
 * before two shards that are not adjacent is a guess.
 *
 * @returns One step.
 */
export function mergeShards(
  topology: Topology,
  request: { readonly ShardToMerge: string; readonly AdjacentShardToMerge: string },
  context: ReshardContext,
): Result<ReshardStep[]> {
  const lowerIndex = readShardId(request.ShardToMerge, context);
  if (!lowerIndex.ok) return lowerIndex;
  const upperIndex = readShardId(request.AdjacentShardToMerge, context);
  if (!upperIndex.ok) return upperIndex;
  const lower = findShard(topology, lowerIndex.value, context);
  if (!lower.ok) return lower;
  const upper = findShard(topology, upperIndex.value, context);
  if (!upper.ok) return upper;
  for (const shard of [lower.value, upper.value]) {
    if (!isOpen(topology, shard)) return refuseClosed(shard, context);
  }
  if (lower.value.endingHashKey + 1n !== upper.value.startingHashKey) {
    return refuse(
      'InvalidArgumentException',
      `Shards ${lower.value.shardId} and ${upper.value.shardId} in stream ${context.streamName} under account ${context.accountId} are not an adjacent pair of shards eligible for merging`,
    );
  }
  return ok([stepOfMerge(lower.value, upper.value, topology.nextShardIndex)]);
}

/**
 * The steps of an UpdateShardCount request with UNIFORM_SCALING, in the order in which they happen.
 *
 * One sweep from the lowest hash key to the highest splits the shard that crosses the next uniform
 * boundary and merges the pieces of a range as soon as they are there. It gives the ids of every
 * real listing known: 1 to 2, 2 to 3, 1 to 2 to 3, 4 to 8 and 4 to 3 shards. What the service does
 * with many shards, or with three pieces and more in one range, is not known.
 *
 * Limits and texts are those of the API reference and of kinesalite pull request 48, which has
 * LimitExceededException for all three. "Half" is read literally: 5 shards may become 3, not 2. A
 * target that equals the current count is taken to succeed without a step, even if the ranges are
 * uneven. Temporary shards count to the account's limit (API reference), so what is held against it
 * is the most shards that are open at once.
 *
 * @returns No step if the stream has `targetShardCount` shards.
 */
export function scaleUniformly(
  topology: Topology,
  targetShardCount: number,
  context: ReshardContext,
): Result<ReshardStep[]> {
  assertInteger(targetShardCount, 1, Number.MAX_SAFE_INTEGER, 'TargetShardCount');
  const openShardCount = topology.map.shards.length;
  const flaw = findExcess(openShardCount, targetShardCount);
  if (flaw !== undefined) {
    return refuse(
      'LimitExceededException',
      `${flaw}. Current open shard count: ${openShardCount}, Target shard count: ${targetShardCount}`,
    );
  }
  if (targetShardCount === openShardCount) return ok([]);
  const ranges = uniformHashRanges(targetShardCount);
  const steps = sweep(topology.map.shards, ranges, topology.nextShardIndex);
  let growth = 0;
  let growthMax = 0;
  for (const { parents, children } of steps) {
    growth += children.length - parents.length;
    growthMax = Math.max(growthMax, growth);
  }
  const openShardCountMax = context.otherOpenShardCount + openShardCount + growthMax;
  return growthMax > 0 && openShardCountMax > context.shardLimit
    ? refuseShardLimit(openShardCount, growthMax, context)
    : ok(steps);
}

/**
 * The service's refusal of shards beyond the account's limit (kinesalite tests, run on AWS 2018).
 *
 * @param openShardCount The open shards of the stream itself.
 * @param additional How many more there would have been.
 */
export function refuseShardLimit(
  openShardCount: number,
  additional: number,
  context: ReshardContext,
): Result<never> {
  return refuse(
    'LimitExceededException',
    `This request would exceed the shard limit for the account ${context.accountId} in ${context.region}. Current shard count for the account: ${context.otherOpenShardCount + openShardCount}. Limit: ${context.shardLimit}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  );
}

/**
 * True if a shard may be split at a hash key: both children are then at least two keys wide
 * (kinesalite tests, run on AWS 2018).
 */
export function isSplitPoint(range: HashRange, hashKey: bigint): boolean {
  return range.startingHashKey + 1n < hashKey && hashKey < range.endingHashKey;
}

/** What is too much about a target, in the service's words but for the counts, if anything. */
function findExcess(openShardCount: number, targetShardCount: number): string | undefined {
  const most = UNIFORM_SCALING_SHARDS_MAX;
  // A stream that was granted more than that may only go below it, not to it (API reference).
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
 * The steps from open shards to ranges that are at least two keys wide.
 *
 * Where a boundary lies one key beside an existing one, as that of a stream split in half by hand
 * at 2^127 - 1 does, no SplitShard could make it; the neighbours are merged first. What the service
 * does there is not known.
 */
function sweep(
  open: readonly Shard[],
  ranges: readonly HashRange[],
  nextShardIndex: number,
): ReshardStep[] {
  const steps: ReshardStep[] = [];
  let shardIndex = nextShardIndex;
  let position = 0;
  let rest: Shard | undefined;

  function split(shard: Shard, hashKey: bigint): Shard {
    const step = stepOfSplit(shard, hashKey, shardIndex);
    shardIndex += 2;
    steps.push(step);
    rest = step.children[1];
    return step.children[0]!;
  }

  function merge(lower: Shard, upper: Shard): Shard {
    const step = stepOfMerge(lower, upper, shardIndex++);
    steps.push(step);
    return step.children[0]!;
  }

  for (const { endingHashKey } of ranges) {
    const boundary = endingHashKey + 1n;
    // Invariant: `piece` starts where the range does; what is right of it is untouched or `rest`.
    let piece = rest ?? open[position++]!;
    rest = undefined;
    while (piece.endingHashKey !== endingHashKey) {
      if (isSplitPoint(piece, boundary)) {
        piece = split(piece, boundary);
      } else {
        const next = open[position++]!;
        piece = merge(piece, isSplitPoint(next, boundary) ? split(next, boundary) : next);
      }
    }
  }
  return steps;
}

function stepOfSplit(parent: Shard, hashKey: bigint, shardIndex: number): ReshardStep {
  return {
    parents: [parent],
    children: [
      {
        shardId: formatShardId(shardIndex),
        shardIndex,
        startingHashKey: parent.startingHashKey,
        endingHashKey: hashKey - 1n,
        parentShardId: parent.shardId,
      },
      {
        shardId: formatShardId(shardIndex + 1),
        shardIndex: shardIndex + 1,
        startingHashKey: hashKey,
        endingHashKey: parent.endingHashKey,
        parentShardId: parent.shardId,
      },
    ],
  };
}

function stepOfMerge(lower: Shard, upper: Shard, shardIndex: number): ReshardStep {
  return {
    parents: [lower, upper],
    children: [
      {
        shardId: formatShardId(shardIndex),
        shardIndex,
        startingHashKey: lower.startingHashKey,
        endingHashKey: upper.endingHashKey,
        parentShardId: lower.shardId,
        adjacentParentShardId: upper.shardId,
      },
    ],
  };
}

function findShard(topology: Topology, shardIndex: number, context: ReshardContext): Result<Shard> {
  const shard = topology.shards.get(shardIndex);
  return shard === undefined ? refuseUnknown(formatShardId(shardIndex), context) : ok(shard);
}

/** True if the shard owns its lowest key: a closed one has lost it to a descendant. */
function isOpen({ map }: Topology, shard: Shard): boolean {
  const owner = map.shards[map.positionOfHashKey(shard.startingHashKey)];
  return owner?.shardIndex === shard.shardIndex;
}

function refuseUnknown(shardId: string, { streamName, accountId }: Names): Result<never> {
  return refuse(
    'ResourceNotFoundException',
    `Could not find shard ${shardId} in stream ${streamName} under account ${accountId}.`,
  );
}

function refuseClosed(
  { shardId }: Shard,
  { streamName, accountId }: ReshardContext,
): Result<never> {
  return refuse(
    'InvalidArgumentException',
    `Shard ${shardId} in stream ${streamName} under account ${accountId} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}
