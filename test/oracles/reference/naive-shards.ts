/**
 * The state of the slow twin: all shards that ever existed, in one array that every look-up scans
 * from the start.
 *
 * @module
 */

import type { NaiveRing } from './naive-reshard.ts';
import { fullBucket, type RationalBucket, resized, taken, waitMs } from './rational-bucket.ts';

const HOUR_MS = 3_600_000;

/** A shard. Its index is its place in the array. */
export interface NaiveShard {
  readonly index: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly parents: readonly number[];
  readonly openedAtMs: number;
  /** The creation second in its sequence numbers. */
  readonly createdSecond: number;
  readonly closed?: { readonly atMs: number; readonly second: number };
  /** True for a shard whose records had expired at a later reshard. */
  readonly isDropped?: boolean;
  readonly last: { readonly sequenceIndex: bigint; readonly second: number };
  readonly bucket: RationalBucket;
}

/** A stream at the time of a call. */
export interface NaiveState {
  readonly nowMs: number;
  readonly shards: NaiveShard[];
  /** All shards as they will be after the reshard that is under way. */
  pending: { readonly atMs: number; readonly ring: NaiveRing } | undefined;
  retentionHours: number;
  recordKiB: number;
  trimmedToMs: number;
  arrivedAtMs: number;
  scaledAtMs: readonly number[];
  mode: 'PROVISIONED' | 'ON_DEMAND';
  strategy: 'AUTO' | 'USER_PARTITION_KEY';
  encryption: { readonly type: 'KMS' | 'NONE'; readonly keyId: string | undefined };
  /** The type that puts respond with until `updatingUntilMs`. */
  typeBefore: 'KMS' | 'NONE';
  /** When the last change of the encryption takes effect. */
  encryptedFromMs: number;
  metrics: readonly string[];
  /** The write throughput that an on-demand stream keeps ready. */
  warmMiBps: number | undefined;
  updatingUntilMs: number;
  isDeleted: boolean;
  /** Whether it was deleted in CREATING, so that it has no shards. */
  isHollow: boolean;
  /** The times of the calls that changed the mode, started encryption or stopped it. */
  changes: Readonly<Record<'mode' | 'start' | 'stop', readonly number[]>>;
  /** How many records have been put under AUTO. */
  putCount: number;
}

export function naiveShardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

export function secondOf(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

/** Records that arrived before it have expired. */
export function horizonMs(state: NaiveState, nowMs: number = state.nowMs): number {
  return Math.max(nowMs - state.retentionHours * HOUR_MS, state.trimmedToMs);
}

/** Whether a shard had closed before a time, or was dropped. */
export function isGone({ closed, isDropped }: NaiveShard, beforeMs: number): boolean {
  return isDropped || (closed !== undefined && closed.atMs < beforeMs);
}

/** The open shards, by ascending range. */
export function openShards({ shards }: NaiveState): NaiveShard[] {
  return shards.filter(({ closed }) => !closed).sort((a, b) => (a.start < b.start ? -1 : 1));
}

/** The open shards in the order in which AUTO asks them to take the next record. */
export function shardsInTurn(state: NaiveState): NaiveShard[] {
  const open = openShards(state);
  const first = state.putCount % open.length;
  return [...open.slice(first), ...open.slice(0, first)];
}

/** Adds an open shard without records. */
export function openShard(
  { shards, recordKiB }: Pick<NaiveState, 'shards' | 'recordKiB'>,
  shard: Pick<NaiveShard, 'start' | 'end' | 'parents' | 'openedAtMs' | 'createdSecond'>,
  nowMs: number,
): void {
  shards.push({
    ...shard,
    index: shards.length,
    last: { sequenceIndex: 0n, second: shard.createdSecond },
    bucket: fullBucket(recordKiB * 1024, nowMs),
  });
}

/** Does the pending reshard if its time has come; then drops expired shards. */
export function finishReshard(state: NaiveState): void {
  if (state.pending === undefined || state.nowMs < state.pending.atMs) return;
  const { shards, arrivedAtMs } = state;
  const { atMs, ring } = state.pending;
  for (const { start, end, parents } of ring.slice(shards.length)) {
    const closing = parents.map((parent) => shards[parent]!);
    const second = Math.max(secondOf(atMs), ...closing.map((parent) => parent.createdSecond));
    const openedAtMs = Math.max(atMs, arrivedAtMs, ...closing.map((parent) => parent.openedAtMs));
    for (const parent of closing) {
      shards[parent.index] = { ...parent, closed: { atMs: openedAtMs, second } };
    }
    openShard(state, { start, end, parents, openedAtMs, createdSecond: second + 1 }, atMs);
  }
  for (const shard of shards) {
    if (isGone(shard, horizonMs(state, atMs))) shards[shard.index] = { ...shard, isDropped: true };
  }
  state.pending = undefined;
}

/** Changes the size of the largest record. */
export function resizeRecords(state: NaiveState, recordKiB: number): void {
  for (const shard of openShards(state)) {
    const bucket = resized(shard.bucket, state.recordKiB * 1024, recordKiB * 1024, state.nowMs);
    state.shards[shard.index] = { ...shard, bucket };
  }
  state.recordKiB = recordKiB;
}

/** How long a record must wait for a shard; 0 if the shard takes it now. */
export function waitFor({ bucket }: NaiveShard, bytes: number, state: NaiveState): number {
  const depth = state.recordKiB * 1024;
  const isTaken = taken(bucket, bytes, depth, state.nowMs) !== undefined;
  return isTaken ? 0 : waitMs(bucket, bytes, depth, state.nowMs);
}

/** Takes a record from the bucket of a shard that has room for it. */
export function takeFrom({ index }: NaiveShard, bytes: number, state: NaiveState): void {
  const shard = state.shards[index]!;
  const bucket = taken(shard.bucket, bytes, state.recordKiB * 1024, state.nowMs)!;
  state.shards[index] = { ...shard, bucket };
}

/** Accepts a record on a shard: gives it a sequence number and an arrival time. */
export function acceptRecord(
  state: NaiveState,
  index: number,
  hashKey: bigint,
): {
  readonly shardId: string;
  readonly shardIndex: number;
  readonly sequenceNumber: string;
  readonly hashKey: bigint;
  readonly arrivedAtMs: number;
} {
  const shard = state.shards[index]!;
  const second = Math.max(shard.last.second, secondOf(state.nowMs) - 1);
  const last = { sequenceIndex: lastIndexOfGroup(state, index) + 1n, second };
  state.shards[index] = { ...shard, last };
  if (state.strategy === 'AUTO') state.putCount += 1;
  state.arrivedAtMs = Math.max(state.arrivedAtMs, state.nowMs);
  return {
    shardId: naiveShardId(index),
    shardIndex: index,
    sequenceNumber: sequenceNumber(shard, last.sequenceIndex, second),
    hashKey,
    arrivedAtMs: state.arrivedAtMs,
  };
}

/** The highest sequence index of the five shards that share one. Closed and dropped ones count. */
function lastIndexOfGroup({ shards }: NaiveState, index: number): bigint {
  const first = index - (index % 5);
  const indexes = shards.slice(first, first + 5).map(({ last }) => last.sequenceIndex);
  return indexes.sort((a, b) => (a < b ? -1 : 1)).at(-1)!;
}

/** A sequence number of version 2, by addition. */
function sequenceNumber(
  { index, createdSecond }: NaiveShard,
  sequenceIndex: bigint,
  writtenSecond: number,
): string {
  const number =
    2n * 2n ** 184n +
    BigInt(createdSecond) * 2n ** 148n +
    BigInt(index % 16) * 2n ** 144n +
    sequenceIndex * 2n ** 80n +
    BigInt(writtenSecond) * 2n ** 36n +
    BigInt(index) * 2n ** 4n +
    2n;
  return number.toString();
}

/** The lowest number of a shard, which no record has. */
export function startingNumber(shard: NaiveShard): string {
  return sequenceNumber(shard, 0n, shard.createdSecond);
}

/** A shard as ListShards shows it. */
export function listedShard(shard: NaiveShard): object {
  const [parent, adjacent] = shard.parents;
  const { closed } = shard;
  const end = closed && sequenceNumber(shard, 2n ** 63n - 1n, closed.second);
  return {
    ShardId: naiveShardId(shard.index),
    ...(parent !== undefined && { ParentShardId: naiveShardId(parent) }),
    ...(adjacent !== undefined && { AdjacentParentShardId: naiveShardId(adjacent) }),
    HashKeyRange: { StartingHashKey: `${shard.start}`, EndingHashKey: `${shard.end}` },
    SequenceNumberRange: {
      StartingSequenceNumber: startingNumber(shard),
      ...(end !== undefined && { EndingSequenceNumber: end }),
    },
  };
}
