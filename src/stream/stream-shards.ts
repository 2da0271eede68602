/**
 * The shards of a stream at one time, and the next such value after a reshard.
 *
 * @module
 */

import {
  childCreatedAtMs,
  endingSequenceNumber,
  startingSequenceNumber,
} from '../sequencing/sequence-number-range.ts';
import { createSequencer, type Sequencer } from '../sequencing/sequencer.ts';
import { compareStartingHashKeys, type HashRange } from '../sharding/hash-key-range.ts';
import type { ReshardStep } from '../sharding/reshard.ts';
import type { Shard } from '../sharding/shard.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { IndexedShardMap } from '../sharding/shard-map.ts';
import { createTokenBucket, type TokenBucket } from '../sharding/token-bucket.ts';

/** A shard with the times from which its sequence numbers are made. */
export interface StreamShard extends Shard {
  readonly startingSequenceNumber: string;
  /** The creation second in the shard's sequence numbers, in epoch milliseconds. */
  readonly createdAtMs: number;
  /** When the shard began to take records. For a child, the time at which its parents closed. */
  readonly openedAtMs: number;
  /** When the shard stopped taking records; undefined while it is open. */
  readonly closedAtMs: number | undefined;
  /**
   * The second in its ending sequence number, in epoch milliseconds; undefined while it is open.
   */
  readonly closingSecondMs: number | undefined;
}

/**
 * An open shard with the state that its records change.
 *
 * Id and index are duplicated here so that a put touches one object: with 10,000 shards, cache
 * misses dominate its cost.
 */
export interface ShardState extends TokenBucket {
  readonly shard: StreamShard;
  readonly shardId: string;
  readonly shardIndex: number;
  readonly sequencer: Sequencer;
}

/** Everything that a reshard changes. It is replaced as one value: no put sees half of it. */
export interface StreamShards {
  /** Every shard that has not expired, open or closed, by index, in ascending order of index. */
  readonly shards: ReadonlyMap<number, StreamShard>;
  readonly map: IndexedShardMap;
  /** The open shards by map index. Invariant: `open[i].shard` is `map.shards[i]`. */
  readonly open: readonly ShardState[];
  /** The index of the next shard. Invariant: above every index ever assigned. */
  readonly nextShardIndex: number;
}

const SECOND_MS = 1000;

/** Creates the shards of a new stream, one for each of the ranges. */
export function createStreamShards(
  ranges: readonly HashRange[],
  times: {
    /** The creation second of the shards. */
    readonly createdAtMs: number;
    readonly openedAtMs: number;
  },
  capacityBytes: number,
): StreamShards {
  const shards = ranges.map((range, shardIndex) =>
    createShard({ ...range, shardIndex, shardId: formatShardId(shardIndex) }, times),
  );
  return indexStreamShards(
    new Map(shards.map((shard) => [shard.shardIndex, shard])),
    shards.map((shard) => createShardState(shard, capacityBytes, times.openedAtMs)),
    shards.length,
  );
}

/** Indexes shards whose open ones are given in any order. */
export function indexStreamShards(
  shards: ReadonlyMap<number, StreamShard>,
  open: readonly ShardState[],
  nextShardIndex: number,
): StreamShards {
  const sorted = [...open].sort((a, b) => compareStartingHashKeys(a.shard, b.shard));
  return {
    shards,
    map: new IndexedShardMap(sorted.map(({ shard }) => shard)),
    open: sorted,
    nextShardIndex,
  };
}

/** Creates the state of a new open shard: full token buckets, and no record yet. */
function createShardState(shard: StreamShard, capacityBytes: number, nowMs: number): ShardState {
  const { shardIndex, createdAtMs: shardCreatedAtMs } = shard;
  const sequencer = createSequencer({ shardIndex, shardCreatedAtMs });
  return assembleShardState(shard, sequencer, createTokenBucket(capacityBytes, nowMs));
}

/**
 * Assembles the state of an open shard. All are made here, so that they have one hidden class.
 */
export function assembleShardState(
  shard: StreamShard,
  sequencer: Sequencer,
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
 * Returns the shards after a reshard. Both values share the state of the shards that the reshard
 * does not touch.
 *
 * A shard closes no earlier than in its creation second, and its children are created in the second
 * after the closing one, as in every real listing (six pairs, 2015 to 2018). A temporary shard of a
 * longer reshard therefore takes a second of its own, however fast the reshard is.
 *
 * If the clock has stepped back, a shard closes no earlier than it opened and than its last record
 * arrived. Otherwise a listing would drop the shard before its records expire, and show an empty
 * open interval.
 */
export function applyReshard(
  before: StreamShards,
  steps: readonly ReshardStep[],
  options: {
    /** When the reshard happens. */
    readonly atMs: number;
    /** The latest arrival of a record. */
    readonly arrivedAtMs: number;
    /** The capacity of the new shards for bytes. */
    readonly capacityBytes: number;
    /** The trim horizon: shards that closed before it are dropped. */
    readonly horizonMs: number;
  },
): StreamShards {
  const { atMs, arrivedAtMs, capacityBytes, horizonMs } = options;
  const shards = new Map(before.shards);
  const open = new Map(before.open.map((state) => [state.shardIndex, state]));
  let { nextShardIndex } = before;
  const nowSecondMs = atMs - (atMs % SECOND_MS);
  for (const { parentIndexes, children } of steps) {
    const parents = parentIndexes.map((shardIndex) => shards.get(shardIndex)!);
    const closingSecondMs = Math.max(nowSecondMs, ...parents.map(({ createdAtMs }) => createdAtMs));
    const closedAtMs = Math.max(atMs, arrivedAtMs, ...parents.map(({ openedAtMs }) => openedAtMs));
    for (const parent of parents) {
      shards.set(parent.shardIndex, closeShard(parent, { closingSecondMs, closedAtMs }));
      open.delete(parent.shardIndex);
    }
    const times = { createdAtMs: childCreatedAtMs(closingSecondMs), openedAtMs: closedAtMs };
    for (const child of children) {
      const shard = createShard(child, times);
      shards.set(shard.shardIndex, shard);
      open.set(shard.shardIndex, createShardState(shard, capacityBytes, atMs));
      nextShardIndex = Math.max(nextShardIndex, shard.shardIndex + 1);
    }
  }
  return indexStreamShards(
    dropExpiredShards(shards, horizonMs),
    [...open.values()],
    nextShardIndex,
  );
}

/** Returns the shards that are open, or closed no earlier than the trim horizon. */
export function dropExpiredShards(
  shards: ReadonlyMap<number, StreamShard>,
  horizonMs: number,
): ReadonlyMap<number, StreamShard> {
  return new Map([...shards].filter(([, shard]) => !isExpired(shard, horizonMs)));
}

/** Returns whether a shard closed before the trim horizon. */
export function isExpired({ closedAtMs }: StreamShard, horizonMs: number): boolean {
  return closedAtMs !== undefined && closedAtMs < horizonMs;
}

/** Creates a shard: open, without a record. */
export function createShard(
  shard: Shard,
  { createdAtMs, openedAtMs }: { readonly createdAtMs: number; readonly openedAtMs: number },
): StreamShard {
  return {
    shardId: shard.shardId,
    shardIndex: shard.shardIndex,
    startingHashKey: shard.startingHashKey,
    endingHashKey: shard.endingHashKey,
    parentShardId: shard.parentShardId,
    adjacentParentShardId: shard.adjacentParentShardId,
    startingSequenceNumber: startingSequenceNumber(shard.shardIndex, createdAtMs),
    endingSequenceNumber: undefined,
    createdAtMs,
    openedAtMs,
    closedAtMs: undefined,
    closingSecondMs: undefined,
  };
}

/** Closes a shard, which then takes no more records. */
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
