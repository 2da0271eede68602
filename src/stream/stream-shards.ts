/**
 * The shards of a stream at one time, and the next such value after a reshard.
 *
 * @module
 */

import {
  childCreatedAtMs,
  createSequencer,
  endingSequenceNumber,
  type Sequencer,
  startingSequenceNumber,
} from '../sequencing/sequencer.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import type { NewShard, ReshardStep } from '../sharding/reshard.ts';
import type { Shard } from '../sharding/shard.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { OpenShards } from '../sharding/shard-map.ts';
import { type Budget, fullBudget } from '../sharding/token-bucket.ts';

/** A shard with the times that its sequence numbers are made of. */
export interface StreamShard extends Shard {
  readonly startingSequenceNumber: string;
  /** The creation second in the shard's sequence numbers, in epoch milliseconds. */
  readonly createdAtMs: number;
  /** When the shard began to take records: of a child, the instant at which its parents closed. */
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
 * One object, with the shard's names once more: with 10,000 shards it is the way through memory
 * that a put costs.
 */
export interface OpenShard extends Budget {
  readonly shard: StreamShard;
  readonly shardId: string;
  readonly shardIndex: number;
  readonly sequencer: Sequencer;
}

/** Everything that a reshard changes; replaced as one value, so that no put sees half of it. */
export interface StreamTopology {
  /** Every shard that has not expired, open and closed, by index; in ascending order of index. */
  readonly shards: ReadonlyMap<number, StreamShard>;
  readonly map: OpenShards;
  /** Invariant: `open[i].shard` is `map.shards[i]`. */
  readonly open: readonly OpenShard[];
  /** The index of the next shard to be made; above every index ever used. */
  readonly nextShardIndex: number;
}

const SECOND_MS = 1000;

/** The topology of a new stream. @param createdAtMs The creation second of the shards. */
export function firstTopology(
  ranges: readonly HashRange[],
  createdAtMs: number,
  openedAtMs: number,
  depthBytes: number,
): StreamTopology {
  const shards = ranges.map((range, shardIndex) =>
    newShard({ ...range, shardIndex, shardId: formatShardId(shardIndex) }, createdAtMs, openedAtMs),
  );
  const table = new Map(shards.map((shard) => [shard.shardIndex, shard]));
  return topologyOf(
    table,
    shards.map((shard) => openShard(shard, depthBytes, openedAtMs)),
    shards.length,
  );
}

/** The topology whose open shards are given, in any order. */
export function topologyOf(
  shards: ReadonlyMap<number, StreamShard>,
  open: readonly OpenShard[],
  nextShardIndex: number,
): StreamTopology {
  const sorted = [...open].sort((a, b) =>
    a.shard.startingHashKey < b.shard.startingHashKey ? -1 : 1,
  );
  return {
    shards,
    map: new OpenShards(sorted.map(({ shard }) => shard)),
    open: sorted,
    nextShardIndex,
  };
}

/** A new open shard with full budgets and the number after its starting one. */
export function openShard(shard: StreamShard, depthBytes: number, nowMs: number): OpenShard {
  const { shardIndex, createdAtMs: shardCreatedAtMs } = shard;
  const sequencer = createSequencer({ shardIndex, shardCreatedAtMs });
  return joinOpenShard(shard, sequencer, fullBudget(depthBytes, nowMs));
}

/**
 * An open shard of its parts. The one place that makes one, so that all have one form to the
 * engine.
 */
export function joinOpenShard(
  shard: StreamShard,
  sequencer: Sequencer,
  { records, byteUnits, filledAtMs }: Budget,
): OpenShard {
  const { shardId, shardIndex } = shard;
  return { shard, shardId, shardIndex, sequencer, records, byteUnits, filledAtMs };
}

/**
 * The topology after a reshard at `atMs`. Shards that the reshard does not touch go on with the
 * state they have: both topologies hold the same objects.
 *
 * A shard closes no earlier than in its creation second, and its children are created in the second
 * after its closing one, as in every real listing (six pairs, 2015 to 2018). A temporary shard of a
 * longer reshard so takes up a second of its own, however fast the reshard.
 *
 * If the clock has stepped back, a shard closes no earlier than it opened and its last record
 * arrived: a listing would else drop it before its records, and know no time at which it was open.
 *
 * @param arrivedAtMs The latest arrival of a record.
 * @param horizonMs The trim horizon: shards that closed before it are dropped.
 */
export function reshape(
  topology: StreamTopology,
  steps: readonly ReshardStep[],
  atMs: number,
  arrivedAtMs: number,
  depthBytes: number,
  horizonMs: number,
): StreamTopology {
  const shards = new Map(topology.shards);
  const open = new Map(topology.open.map((entry) => [entry.shard.shardIndex, entry]));
  let { nextShardIndex } = topology;
  const nowSecondMs = atMs - (atMs % SECOND_MS);
  for (const { parents, children } of steps) {
    const closing = parents.map(({ shardIndex }) => shards.get(shardIndex)!);
    const closingSecondMs = Math.max(nowSecondMs, ...closing.map(({ createdAtMs }) => createdAtMs));
    const closedAtMs = Math.max(atMs, arrivedAtMs, ...closing.map(({ openedAtMs }) => openedAtMs));
    for (const shard of closing) {
      shards.set(shard.shardIndex, closeShard(shard, closingSecondMs, closedAtMs));
      open.delete(shard.shardIndex);
    }
    for (const child of children) {
      const shard = newShard(child, childCreatedAtMs(closingSecondMs), closedAtMs);
      shards.set(shard.shardIndex, shard);
      open.set(shard.shardIndex, openShard(shard, depthBytes, atMs));
      nextShardIndex = Math.max(nextShardIndex, shard.shardIndex + 1);
    }
  }
  return topologyOf(unexpired(shards, horizonMs), [...open.values()], nextShardIndex);
}

/** The shards that are open or closed no earlier than the trim horizon. */
export function unexpired(
  shards: ReadonlyMap<number, StreamShard>,
  horizonMs: number,
): ReadonlyMap<number, StreamShard> {
  return new Map([...shards].filter(([, { closedAtMs = horizonMs }]) => closedAtMs >= horizonMs));
}

/** A shard as it is made: open, without a record. */
export function newShard(child: NewShard, createdAtMs: number, openedAtMs: number): StreamShard {
  return {
    shardId: child.shardId,
    shardIndex: child.shardIndex,
    startingHashKey: child.startingHashKey,
    endingHashKey: child.endingHashKey,
    parentShardId: child.parentShardId,
    adjacentParentShardId: child.adjacentParentShardId,
    startingSequenceNumber: startingSequenceNumber(child.shardIndex, createdAtMs),
    endingSequenceNumber: undefined,
    createdAtMs,
    openedAtMs,
    closedAtMs: undefined,
    closingSecondMs: undefined,
  };
}

/** A shard that takes no more records. @param closingSecondMs The second in its ending number. */
export function closeShard(
  shard: StreamShard,
  closingSecondMs: number,
  closedAtMs: number,
): StreamShard {
  const { shardIndex, createdAtMs } = shard;
  return {
    ...shard,
    endingSequenceNumber: endingSequenceNumber(shardIndex, createdAtMs, closingSecondMs),
    closedAtMs,
    closingSecondMs,
  };
}
