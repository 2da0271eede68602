/**
 * The shards of a stream at one time, and those after a reshard.
 *
 * @module
 */

import { ok, type Result, refuse } from '../base/fault.ts';
import { SequenceIndex } from '../sequencing/sequence-index.ts';
import { CREATED_SECOND_MAX } from '../sequencing/sequence-number.ts';
import {
  childCreatedAtMs,
  endingSequenceNumber,
  StartingNumbers,
} from '../sequencing/sequence-number-range.ts';
import { ShardSequencer } from '../sequencing/sequencer.ts';
import { compareStartingHashKeys, type HashRange } from '../sharding/hash-key-range.ts';
import type { ReshardStep } from '../sharding/reshard.ts';
import type { Shard } from '../sharding/shard.ts';
import { checkShardIndexes, formatShardId } from '../sharding/shard-id.ts';
import { IndexedShardMap } from '../sharding/shard-map.ts';
import { createTokenBucket, type TokenBucket } from '../sharding/token-bucket.ts';

/** A shard of a stream, with the times of its life. */
export interface StreamShard extends Shard {
  readonly startingSequenceNumber: string;
  /** The creation second in the shard's sequence numbers, in epoch milliseconds. */
  readonly createdAtMs: number;
  /** When the shard opened, in epoch milliseconds. A child opens when its parents close. */
  readonly openedAtMs: number;
  /** When the shard closed, in epoch milliseconds; undefined while it is open. */
  readonly closedAtMs: number | undefined;
  /**
   * The closing second in the shard's EndingSequenceNumber, in epoch milliseconds; undefined while
   * it is open.
   */
  readonly closingSecondMs: number | undefined;
}

/**
 * An open shard with the state that its records change: token buckets and sequencer.
 *
 * Id and index are duplicated here so that a put touches one object: with 10,000 shards, cache
 * misses dominate its cost.
 */
export interface ShardState extends TokenBucket {
  readonly shard: StreamShard;
  readonly shardId: string;
  readonly shardIndex: number;
  readonly sequencer: ShardSequencer;
}

/**
 * The shards of a stream at one time. A reshard replaces them as one value: no put sees half of it.
 */
export interface StreamShards {
  /** All shards, open or closed, by ascending shard index. Some may have expired since. */
  readonly shards: readonly StreamShard[];
  readonly map: IndexedShardMap;
  /** The open shards by map index. Invariant: `open[i].shard` is `map.shards[i]`. */
  readonly open: readonly ShardState[];
  /** The index of the next shard. Invariant: above every index ever assigned. */
  readonly nextShardIndex: number;
  /** By shard group, ascending: those of the open shards and that of the next shard. */
  readonly sequenceIndexes: SequenceIndexes;
}

/** The sequence indexes of shard groups. */
export type SequenceIndexes = ReadonlyMap<number, SequenceIndex>;

const SECOND_MS = 1000;

/**
 * How many shards share a sequence index (docs/facts.md#sequence-index-shared). They are the shards
 * 0 to 4, 5 to 9 and so on (docs/known-gaps.md#sequence-index).
 */
const SHARDS_PER_GROUP = 5;

/** Returns the number of the group to which a shard belongs. */
export function shardGroupOf(shardIndex: number): number {
  return Math.floor(shardIndex / SHARDS_PER_GROUP);
}

/** Returns the sequence index of a shard's group. A group without one gets one that starts at 0. */
export function sequenceIndexOf(
  indexes: Map<number, SequenceIndex>,
  shardIndex: number,
): SequenceIndex {
  const group = shardGroupOf(shardIndex);
  const known = indexes.get(group);
  if (known !== undefined) return known;
  const created = new SequenceIndex(0n);
  indexes.set(group, created);
  return created;
}

/**
 * Creates the shards of a new stream, one per range, with the indexes 0, 1, 2 and so on
 * (docs/facts.md#shard-ids-ascend).
 */
export function createStreamShards(
  ranges: readonly HashRange[],
  times: {
    /** The creation second of the shards, in epoch milliseconds. */
    readonly createdAtMs: number;
    /** When the shards open, in epoch milliseconds. */
    readonly openedAtMs: number;
  },
  capacityBytes: number,
): StreamShards {
  const starts = new StartingNumbers();
  const shards = ranges.map(({ startingHashKey, endingHashKey }, shardIndex) => {
    const shardId = formatShardId(shardIndex);
    const start = starts.of(shardIndex, times.createdAtMs);
    return createShard({ startingHashKey, endingHashKey, shardIndex, shardId }, times, start);
  });
  const indexes = new Map<number, SequenceIndex>();
  return indexStreamShards({
    shards,
    open: shards.map((shard) => createShardState(shard, indexes, capacityBytes, times.openedAtMs)),
    nextShardIndex: shards.length,
    sequenceIndexes: indexes,
  });
}

/**
 * Returns the shards of a stream as one value. The open ones may be in any order, and there may be
 * more sequence indexes than are needed.
 */
export function indexStreamShards(parts: Omit<StreamShards, 'map'>): StreamShards {
  const { shards, nextShardIndex } = parts;
  const open = [...parts.open].sort((a, b) => compareStartingHashKeys(a.shard, b.shard));
  const groups = new Set(open.map(({ shardIndex }) => shardGroupOf(shardIndex)));
  groups.add(shardGroupOf(nextShardIndex));
  const sequenceIndexes = new Map(parts.sequenceIndexes);
  sequenceIndexOf(sequenceIndexes, nextShardIndex);
  for (const group of sequenceIndexes.keys()) {
    if (!groups.has(group)) sequenceIndexes.delete(group);
  }
  const map = new IndexedShardMap(open.map(({ shard }) => shard));
  return { shards, map, open, nextShardIndex, sequenceIndexes };
}

/** Creates the state of a new open shard: full token buckets, and no record yet. */
function createShardState(
  shard: StreamShard,
  indexes: Map<number, SequenceIndex>,
  capacityBytes: number,
  nowMs: number,
): ShardState {
  const index = sequenceIndexOf(indexes, shard.shardIndex);
  const sequencer = new ShardSequencer(shard.startingSequenceNumber, index);
  return assembleShardState(shard, sequencer, createTokenBucket(capacityBytes, nowMs));
}

/**
 * Returns the state of an open shard. All are made here, so that they have one hidden class in V8.
 */
export function assembleShardState(
  shard: StreamShard,
  sequencer: ShardSequencer,
  { recordTokens, byteTokens, byteCapacity, refilledAtMs }: TokenBucket,
): ShardState {
  const { shardId, shardIndex } = shard;
  return {
    shard,
    shardId,
    shardIndex,
    sequencer,
    recordTokens,
    byteTokens,
    byteCapacity,
    refilledAtMs,
  };
}

/**
 * Returns the shards after a reshard. They share the state of the shards that it does not touch.
 *
 * Children are created in the second after the closing one
 * (docs/facts.md#child-created-next-second), and a shard closes no earlier than in its creation
 * second. So each generation of short-lived shards takes one second of sequence numbers, although
 * all steps happen at once. In the service they take seconds (docs/facts.md#scaling-step-seconds,
 * docs/known-gaps.md#scaling-times).
 *
 * Even if the clock has stepped back, a shard closes no earlier than it opened, and no earlier than
 * its last record arrived. Otherwise a listing would drop the shard before its records expire, or
 * would find no time at which it was open.
 *
 * @returns The shards. A `LimitExceededException` fault if no shard index is left for the children,
 *   or no second of creation: 172,800 reshards at one instant use up those that are kept free. Its
 *   message is ours (docs/known-gaps.md#unrecorded-messages).
 */
export function applyReshard(
  before: StreamShards,
  steps: readonly ReshardStep[],
  options: {
    /** When the reshard happens, in epoch milliseconds. */
    readonly atMs: number;
    /** The latest arrival of a record, in epoch milliseconds. */
    readonly arrivedAtMs: number;
    /** The capacity of the new shards for bytes: the stream's largest record. */
    readonly capacityBytes: number;
    /** The trim horizon, in epoch milliseconds. Shards that closed before it are dropped. */
    readonly horizonMs: number;
  },
): Result<StreamShards> {
  const { atMs, arrivedAtMs, capacityBytes, horizonMs } = options;
  const shards = mapShards(before.shards);
  const open = new Map(before.open.map((state) => [state.shardIndex, state]));
  const indexes = new Map(before.sequenceIndexes);
  const starts = new StartingNumbers();
  let { nextShardIndex } = before;
  const nowSecondMs = atMs - (atMs % SECOND_MS);
  for (const { parentShardIndexes, children } of steps) {
    const parents = parentShardIndexes.map((shardIndex) => shards.get(shardIndex)!);
    const closingSecondMs = Math.max(nowSecondMs, ...parents.map(({ createdAtMs }) => createdAtMs));
    const closedAtMs = Math.max(atMs, arrivedAtMs, ...parents.map(({ openedAtMs }) => openedAtMs));
    if (closingSecondMs >= CREATED_SECOND_MAX * SECOND_MS) {
      return refuse(
        'LimitExceededException',
        `This request would create shards later than second ${CREATED_SECOND_MAX}, the last one for which there are sequence numbers.`,
      );
    }
    const exhausted = checkShardIndexes(children[0]!.shardIndex, children.length);
    if (exhausted !== undefined) return exhausted;
    for (const parent of parents) {
      shards.set(parent.shardIndex, closeShard(parent, { closingSecondMs, closedAtMs }));
      open.delete(parent.shardIndex);
    }
    const times = { createdAtMs: childCreatedAtMs(closingSecondMs), openedAtMs: closedAtMs };
    for (const child of children) {
      const start = starts.of(child.shardIndex, times.createdAtMs);
      const shard = createShard(child, times, start);
      shards.set(shard.shardIndex, shard);
      open.set(shard.shardIndex, createShardState(shard, indexes, capacityBytes, atMs));
      nextShardIndex = Math.max(nextShardIndex, shard.shardIndex + 1);
    }
  }
  return ok(
    indexStreamShards({
      shards: dropExpiredShards([...shards.values()], horizonMs),
      open: [...open.values()],
      nextShardIndex,
      sequenceIndexes: indexes,
    }),
  );
}

/** Returns the shards that are open, or closed no earlier than the trim horizon. */
export function dropExpiredShards(
  shards: readonly StreamShard[],
  horizonMs: number,
): readonly StreamShard[] {
  return shards.filter((shard) => !isExpired(shard, horizonMs));
}

/** Returns the shards by shard index, in the order of the list. */
export function mapShards(shards: readonly StreamShard[]): Map<number, StreamShard> {
  return new Map(shards.map((shard) => [shard.shardIndex, shard]));
}

/**
 * Returns the shard with this index, by bisection. A map of 10,000 shards would take 460 kB, which
 * every restored stream would have to fill.
 *
 * @param shards By ascending shard index.
 */
export function findShard(
  shards: readonly StreamShard[],
  shardIndex: number,
): StreamShard | undefined {
  let low = 0;
  let high = shards.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (shards[middle]!.shardIndex < shardIndex) low = middle + 1;
    else high = middle;
  }
  const shard = shards[low];
  return shard?.shardIndex === shardIndex ? shard : undefined;
}

/** Returns whether a shard closed before the trim horizon. */
export function isExpired({ closedAtMs }: StreamShard, horizonMs: number): boolean {
  return closedAtMs !== undefined && closedAtMs < horizonMs;
}

/**
 * Creates an open shard. Its StartingSequenceNumber does not move with the trim horizon
 * (docs/facts.md#shard-start-moved, docs/known-gaps.md#moving-start).
 */
export function createShard(
  shard: Shard,
  { createdAtMs, openedAtMs }: { readonly createdAtMs: number; readonly openedAtMs: number },
  startingSequenceNumber: string,
): StreamShard {
  return {
    shardId: shard.shardId,
    shardIndex: shard.shardIndex,
    startingHashKey: shard.startingHashKey,
    endingHashKey: shard.endingHashKey,
    parentShardId: shard.parentShardId,
    adjacentParentShardId: shard.adjacentParentShardId,
    startingSequenceNumber,
    endingSequenceNumber: undefined,
    createdAtMs,
    openedAtMs,
    closedAtMs: undefined,
    closingSecondMs: undefined,
  };
}

/** Returns a shard as it is after closing, with its EndingSequenceNumber. */
export function closeShard(
  shard: StreamShard,
  times: { readonly closingSecondMs: number; readonly closedAtMs: number },
): StreamShard {
  const { shardIndex, createdAtMs } = shard;
  return {
    ...shard,
    endingSequenceNumber: endingSequenceNumber(shardIndex, createdAtMs, times.closingSecondMs),
    closedAtMs: times.closedAtMs,
    closingSecondMs: times.closingSecondMs,
  };
}
