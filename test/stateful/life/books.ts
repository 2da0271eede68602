/**
 * What a stream should be, kept by hand: its shards, its settings and every number it gave, in
 * plain collections and BigInt, without a line of the library.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import {
  type NaiveRefusal,
  type NaiveRing,
  naiveMerge,
  naiveRing,
  naiveScale,
  naiveSplit,
} from '../../oracles/reference/naive-reshard.ts';
import { Meter } from './meter.ts';
import type { Listing, Operation, Point, ShardPick, SplitPoint } from './operation.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KEYS = 2n ** 128n;

/** A shard as the books have it. */
export interface BookedShard {
  readonly index: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly parents: readonly number[];
  readonly openedAtMs: number;
  /** The second in its numbers. */
  readonly createdSecond: number;
  readonly meter: Meter;
  /** The number given last; the starting one before any. */
  last: bigint;
  /** When its last record arrived; before all time if none has. */
  lastArrivedAtMs: number;
}

/** A shard in a listing. */
export interface ListedShard {
  readonly shard: BookedShard;
  readonly closed?: { readonly atMs: number; readonly second: number };
}

/** All shards at one time. */
export interface Layout {
  /** By ascending range. */
  readonly open: readonly BookedShard[];
  /** By ascending index. */
  readonly listed: ReadonlyMap<number, ListedShard>;
  readonly nextIndex: number;
}

/** Where a record goes, and how long it must wait. */
export interface Place {
  readonly owner: BookedShard;
  readonly hashKey: bigint;
  readonly waitMs: number;
}

/** The code of a refusal; undefined if there should be none. */
export type Code = string | undefined;

type CreateOperation = Extract<Operation, { kind: 'create' }>;

export class Books {
  readonly createdAtMs: number;
  readonly activeAtMs: number;
  readonly transitionMs: number;
  readonly isMetered: boolean;
  readonly isOnDemand: boolean;
  /** Whether the service finds the shard of a record. */
  readonly isAuto: boolean;
  /** How many records it has found one for. */
  distributed = 0;
  readonly shardsFree: number;
  maxRecordSizeInKiB: number;
  retentionHours = 24;
  trimmedToMs = 0;
  /** The latest trim horizon that any change was made under: what lies before it is gone. */
  goneBeforeMs = 0;
  arrivedAtMs: number;
  scaledAtMs: readonly number[] = [];
  /** How many times the shards have changed. */
  changes = 0;
  #layout: Layout;
  #pending: { readonly atMs: number; readonly layout: Layout } | undefined;
  /** The number given last at each place in the key space. */
  readonly lastAt = new Map<bigint, bigint>();
  /** The number given last. */
  last: bigint | undefined;
  /** The shards that have records, by index; some of them gone. */
  readonly filled = new Map<number, BookedShard>();

  constructor(operation: CreateOperation) {
    const { nowMs, mode, shardCount, maxRecordSizeInKiB } = operation;
    this.createdAtMs = nowMs;
    this.arrivedAtMs = nowMs;
    this.transitionMs = operation.transitionMs;
    this.activeAtMs = nowMs + operation.transitionMs;
    this.isOnDemand = mode !== 'provisioned';
    this.isAuto = mode === 'on-demand, distributed by the service';
    this.isMetered = operation.throughput === 'enforced';
    this.shardsFree = operation.shardLimit - operation.otherOpenShardCount;
    this.maxRecordSizeInKiB = maxRecordSizeInKiB;
    const createdSecond = Math.max(0, Math.floor(nowMs / SECOND_MS) - 3);
    const open = naiveRing(shardCount).map(({ start, end }, index) =>
      this.#newShard({ index, start, end, parents: [], openedAtMs: nowMs, createdSecond }, nowMs),
    );
    const listed = new Map(open.map((shard) => [shard.index, { shard }]));
    this.#layout = { open, listed, nextIndex: shardCount };
  }

  get maxRecordBytes(): number {
    return this.maxRecordSizeInKiB * 1024;
  }

  statusAt(nowMs: number): 'CREATING' | 'UPDATING' | 'ACTIVE' {
    // A stream that has taken a record is not created anew by a clock that steps back.
    if (Math.max(nowMs, this.arrivedAtMs) < this.activeAtMs) return 'CREATING';
    return this.#pending !== undefined && nowMs < this.#pending.atMs ? 'UPDATING' : 'ACTIVE';
  }

  /** The shards that a call at this time finds. */
  layoutAt(nowMs: number): Layout {
    const pending = this.#pending;
    return pending !== undefined && nowMs >= pending.atMs ? pending.layout : this.#layout;
  }

  horizonAt(nowMs: number): number {
    return Math.max(nowMs - this.retentionHours * HOUR_MS, this.trimmedToMs);
  }

  /** A call at this time was answered and may have changed something. */
  pass(nowMs: number): void {
    this.goneBeforeMs = Math.max(this.goneBeforeMs, this.horizonAt(nowMs));
    if (this.#pending === undefined || nowMs < this.#pending.atMs) return;
    this.#layout = this.#pending.layout;
    this.#pending = undefined;
    this.changes++;
  }

  retain(hours: number, nowMs: number): void {
    this.trimmedToMs = Math.max(0, this.horizonAt(nowMs));
    this.retentionHours = hours;
  }

  resize(maxRecordSizeInKiB: number, nowMs: number): void {
    this.maxRecordSizeInKiB = maxRecordSizeInKiB;
    for (const { meter } of this.layoutAt(nowMs).open) meter.deepen(this.maxRecordBytes, nowMs);
  }

  /**
   * Whether a SequenceNumberForOrdering was written too late. A number of the stream's own is not:
   * the clock may have stepped back, and a child's creation second lies ahead of it.
   */
  isTooLate(number: bigint, nowMs: number): boolean {
    const latestMs = Math.max(nowMs, this.arrivedAtMs);
    const own = this.layoutAt(nowMs).listed.get(shardIndexIn(number));
    const ownMs = own === undefined ? 0 : own.shard.createdSecond * SECOND_MS;
    return writtenAtMsIn(number) > Math.max(latestMs, ownMs);
  }

  /** The open shard at a position counted around, or any shard that is or was or will be. */
  pickIndex(pick: ShardPick, { open, nextIndex }: Layout): number {
    return 'open' in pick ? open[pick.open % open.length]!.index : pick.ever % (nextIndex + 1);
  }

  pointOf(point: Point, { open }: Layout): bigint {
    if (typeof point === 'string') return BigInt(point);
    const { start, end } = open[point.open % open.length]!;
    return within((point.end === 'low' ? start : end) + BigInt(point.by));
  }

  splitPointOf(at: SplitPoint, index: number, { listed }: Layout): bigint {
    const { start, end } = listed.get(index)?.shard ?? { start: 0n, end: KEYS - 1n };
    if ('permille' in at) return start + ((end - start) * BigInt(at.permille)) / 1000n;
    return within((at.end === 'low' ? start : end) + BigInt(at.by));
  }

  targetOf(percent: number, { open }: Layout): number {
    return Math.max(1, Math.round((open.length * percent) / 100));
  }

  /**
   * The shard that a record goes to, where it then lies in the key space, and how long it must
   * wait: the shard that owns its hash key; or, if the service finds one, the next in turn that has
   * room, or the one that has room first.
   */
  placeOf(hashKey: bigint, bytes: number, layout: Layout, nowMs: number): Place {
    const waitOn = ({ meter }: BookedShard): number =>
      this.isMetered ? meter.waitMs(bytes, nowMs) : 0;
    if (!this.isAuto) {
      const [owner, other] = ownersOf(hashKey, layout);
      if (owner === undefined || other !== undefined) {
        throw new Error(`the books do not have one owner of ${hashKey}`);
      }
      return { owner, hashKey, waitMs: waitOn(owner) };
    }
    const turn = this.distributed % layout.open.length;
    const waits = [...layout.open.slice(turn), ...layout.open.slice(0, turn)].map((owner) => ({
      owner,
      hashKey: owner.start,
      waitMs: waitOn(owner),
    }));
    const leastMs = Math.min(...waits.map(({ waitMs }) => waitMs));
    return waits.find(({ waitMs }) => waitMs === leastMs)!;
  }

  split(index: number, hashKey: bigint, nowMs: number): Code {
    const layout = this.layoutAt(nowMs);
    const code = this.#refuseReshard(nowMs, [index], layout);
    if (code !== undefined) return code;
    if (layout.open.length + 1 > this.shardsFree) return 'LimitExceededException';
    const { start, end } = layout.listed.get(index)!.shard;
    if (hashKey <= start + 1n || hashKey >= end) return 'InvalidArgumentException';
    this.#reshard(layout, nowMs, (ring, at) => splitRing(ring, at(index), hashKey));
    return undefined;
  }

  merge(lower: number, upper: number, nowMs: number): Code {
    const layout = this.layoutAt(nowMs);
    const code = this.#refuseReshard(nowMs, [lower, upper], layout);
    if (code !== undefined) return code;
    const [a, b] = [lower, upper].map((index) => layout.listed.get(index)!.shard);
    if (a!.end + 1n !== b!.start) return 'InvalidArgumentException';
    this.#reshard(layout, nowMs, (ring, at) => mergeRing(ring, at(lower), at(upper)));
    return undefined;
  }

  scale(target: number, nowMs: number): Code {
    const layout = this.layoutAt(nowMs);
    const code = this.#refuseReshard(nowMs, [], layout);
    if (code !== undefined) return code;
    const count = layout.open.length;
    const recent = this.scaledAtMs.filter((atMs) => atMs > nowMs - DAY_MS);
    if (recent.length >= 10 || target > 2 * count || 2 * target < count) {
      return 'LimitExceededException';
    }
    if (target !== count) {
      const ring = ringOf(layout);
      naiveScale(ring, target);
      if (openMost(ring, count) > Math.max(count, this.shardsFree)) return 'LimitExceededException';
      this.#reshard(layout, nowMs, () => ring);
    }
    this.scaledAtMs = [...recent, nowMs];
    return undefined;
  }

  /** What ListShards should give at this time. */
  list(listing: Listing, nowMs: number): ListedShard[] {
    if (this.statusAt(nowMs) === 'CREATING') return [];
    const { filter } = listing;
    let fromMs = Math.max(this.horizonAt(nowMs), this.createdAtMs);
    let toMs = Number.POSITIVE_INFINITY;
    let after = -1;
    if (filter?.type === 'AT_LATEST') fromMs = Number.POSITIVE_INFINITY;
    if (filter?.type === 'AT_TRIM_HORIZON') toMs = fromMs;
    if (filter?.type === 'AFTER_SHARD_ID') after = filter.shardIndex;
    if (filter?.type === 'AT_TIMESTAMP' || filter?.type === 'FROM_TIMESTAMP') {
      fromMs = Math.max(fromMs, nowMs - filter.agoMs);
      if (filter.type === 'AT_TIMESTAMP') toMs = fromMs;
    }
    return [...this.layoutAt(nowMs).listed.values()].filter(
      ({ shard, closed }) =>
        shard.index > after &&
        shard.openedAtMs <= toMs &&
        (closed?.atMs ?? Number.POSITIVE_INFINITY) >= fromMs,
    );
  }

  #refuseReshard(nowMs: number, indexes: readonly number[], { listed }: Layout): Code {
    if (this.statusAt(nowMs) !== 'ACTIVE') return 'ResourceInUseException';
    if (this.isOnDemand) return 'ValidationException';
    const horizonMs = this.horizonAt(nowMs);
    const shards = indexes.map((index) => listed.get(index));
    // An expired shard is not there, dropped or not.
    if (
      shards.some((shard) => shard === undefined || (shard.closed?.atMs ?? horizonMs) < horizonMs)
    ) {
      return 'ResourceNotFoundException';
    }
    return shards.some((shard) => shard?.closed) ? 'InvalidArgumentException' : undefined;
  }

  /**
   * A shard closes no earlier than it opened and than the last record of the stream arrived,
   * however the clock stands: else it would leave the listing before its records are gone.
   */
  #reshard(
    layout: Layout,
    nowMs: number,
    change: (ring: NaiveRing, at: (index: number) => number) => NaiveRing,
  ): void {
    this.pass(nowMs);
    const atMs = nowMs + this.transitionMs;
    const count = layout.open.length;
    const ring = change(ringOf(layout), (index) =>
      layout.open.findIndex((shard) => shard.index === index),
    );
    const listed = new Map(layout.listed);
    const shards: BookedShard[] = [...layout.open];
    for (const { start, end, parents } of ring.slice(count)) {
      const closing = parents.map((parent) => shards[parent]!);
      const closedAtMs = Math.max(
        atMs,
        this.arrivedAtMs,
        ...closing.map(({ openedAtMs }) => openedAtMs),
      );
      const second = Math.max(
        Math.floor(atMs / SECOND_MS),
        ...closing.map(({ createdSecond }) => createdSecond),
      );
      for (const shard of closing) {
        listed.set(shard.index, { shard, closed: { atMs: closedAtMs, second } });
      }
      const shard = this.#newShard(
        {
          index: layout.nextIndex + shards.length - count,
          start,
          end,
          parents: closing.map((parent) => parent.index),
          openedAtMs: closedAtMs,
          createdSecond: second + 1,
        },
        atMs,
      );
      shards.push(shard);
      listed.set(shard.index, { shard });
    }
    const horizonMs = this.horizonAt(atMs);
    for (const [index, { closed }] of listed) {
      if (closed !== undefined && closed.atMs < horizonMs) listed.delete(index);
    }
    const open = shards
      .filter((_, i) => ring[i]!.isOpen)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    const nextIndex = layout.nextIndex + shards.length - count;
    this.#pending = { atMs, layout: { open, listed, nextIndex } };
    if (this.transitionMs === 0) this.pass(nowMs);
  }

  #newShard(
    shard: Omit<BookedShard, 'meter' | 'last' | 'lastArrivedAtMs'>,
    nowMs: number,
  ): BookedShard {
    return {
      ...shard,
      meter: new Meter(this.maxRecordBytes, nowMs),
      last: startOf(shard),
      lastArrivedAtMs: Number.NEGATIVE_INFINITY,
    };
  }
}

/** The open shards that hold a hash key, which should be one. */
function ownersOf(hashKey: bigint, { open }: Layout): BookedShard[] {
  return open.filter(({ start, end }) => start <= hashKey && hashKey <= end);
}

const hashKeys = new Map<string, bigint>();

/** The hash key of a partition key, of which a life has few. */
export function hashKeyOf(key: string): bigint {
  let hashKey = hashKeys.get(key);
  if (hashKey === undefined) {
    hashKey = BigInt(`0x${createHash('md5').update(key, 'utf8').digest('hex')}`);
    hashKeys.set(key, hashKey);
  }
  return hashKey;
}

/** The lowest number of a shard, which no record has. */
export function startOf(shard: { readonly index: number; readonly createdSecond: number }): bigint {
  return numberOf(shard, 0n, shard.createdSecond);
}

/** The highest number of a shard that closed in a second, which no record has. */
export function endOf(shard: BookedShard, second: number): bigint {
  return numberOf(shard, 2n ** 63n - 1n, second);
}

function numberOf(
  { index, createdSecond }: { readonly index: number; readonly createdSecond: number },
  sequenceIndex: bigint,
  second: number,
): bigint {
  return (
    (2n << 184n) +
    (BigInt(createdSecond) << 148n) +
    (BigInt(index % 16) << 144n) +
    (sequenceIndex << 80n) +
    (BigInt(second) << 36n) +
    (BigInt(index) << 4n) +
    2n
  );
}

/** The index of the shard in a number. */
export function shardIndexIn(number: bigint): number {
  return Number((number >> 4n) & 0xffff_ffffn);
}

/** The time in a number, in epoch milliseconds. */
export function writtenAtMsIn(number: bigint): number {
  return Number((number >> 36n) & 0xf_ffff_ffffn) * SECOND_MS;
}

function within(hashKey: bigint): bigint {
  return (hashKey + KEYS) % KEYS;
}

function ringOf({ open }: Layout): NaiveRing {
  return open.map(({ start, end }) => ({ start, end, parents: [], isOpen: true }));
}

/** The most shards that were open at once while a ring grew by steps from so many on. */
function openMost(ring: NaiveRing, count: number): number {
  let open = count;
  let most = count;
  for (const { parents } of ring.slice(count)) {
    // Each of the two children of a split is half a shard more, and a merge makes one of two.
    open += parents.length === 1 ? 0.5 : -1;
    most = Math.max(most, open);
  }
  return most;
}

function splitRing(ring: NaiveRing, index: number, hashKey: bigint): NaiveRing {
  assertDone(naiveSplit(ring, index, hashKey));
  return ring;
}

function mergeRing(ring: NaiveRing, lower: number, upper: number): NaiveRing {
  assertDone(naiveMerge(ring, lower, upper));
  return ring;
}

function assertDone(refusal: NaiveRefusal | undefined): void {
  if (refusal !== undefined) throw new Error(`the books refuse a reshard: ${refusal}`);
}
