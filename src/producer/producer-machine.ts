/**
 * A producer in memory.
 *
 * Every record is in one of four places:
 * - behind another record of its partition key, if order is kept per key
 * - in the lane of its shard, ready to be sent
 * - in a parcel of a request that has not been settled
 * - in a parcel in doubt: the response named a shard that no map knows
 *
 * A method first reads what it was given, then calls `jitter`, then changes the state. So no caller
 * code runs while the state is half changed.
 *
 * @module
 */

import { AggregateBuilder } from '../aggregation/aggregate-builder.ts';
import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import { assertInteger, describe, lengthOf, wrongValue } from '../base/argument.ts';
import { ok, refuse } from '../base/fault.ts';
import { utf8Length } from '../base/utf8.ts';
import { readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import { createTokenBucket, takeTokens } from '../sharding/token-bucket.ts';
import { assertCallTime } from '../stream/stream-config.ts';
import { checkFramedRecord, checkRecord, copyRecord } from './check-record.ts';
import { HeldKeys } from './held-keys.ts';
import { Lane, type Parcel } from './lane.ts';
import { ListingWish } from './listing-wish.ts';
import { collectRecords, type Entry, toEntry } from './pack-parcel.ts';
import { Parcels } from './parcels.ts';
import { lengthOfPause, RequestPause, SHARD_PAUSE } from './pause.ts';
import { IN_DOUBT, PendingRecords, SENT } from './pending-records.ts';
import { RequestSize } from './plan-requests.ts';
import type {
  AddResult,
  DrainedRecord,
  Producer,
  ProducerAction,
  PutAction,
  RecordResult,
} from './producer.ts';
import { ProducerClock } from './producer-clock.ts';
import type { ProducerConfig } from './producer-config.ts';
import { type PutRecordsResponse, type RecordOutcome, readOutcome } from './read-outcome.ts';
import { RecordResults } from './record-results.ts';
import { Schedule } from './schedule.ts';
import { NONE } from './slot-list.ts';
import { Topologies } from './topologies.ts';
import { Topology } from './topology.ts';

/**
 * The shortest wait of a lane whose shard has no room. Without it, a lane could send a record every
 * millisecond, each in a request of its own.
 */
const METER_MS = 25;

/**
 * The `retryAfterMs` of a full producer: an upper bound, as a response usually makes room sooner.
 */
const RETRY_MS = 1000;

/** A producer in memory, behind the interface {@link Producer}. */
export class ProducerMachine implements Producer {
  readonly #config: ProducerConfig;
  readonly #clock: ProducerClock;
  readonly #topologies: Topologies;
  readonly #records: PendingRecords = new PendingRecords();
  readonly #heldKeys: HeldKeys | undefined;
  readonly #schedule: Schedule;
  readonly #results: RecordResults;
  readonly #parcels: Parcels;
  readonly #listing: ListingWish = new ListingWish();
  readonly #pause: RequestPause = new RequestPause();
  #nextRequestId = 0;

  constructor(config: ProducerConfig, shardMap: ShardMap, listedAtMs: number) {
    this.#config = config;
    this.#clock = new ProducerClock(listedAtMs);
    this.#topologies = new Topologies(new Topology(readTilingShards(shardMap, 'options.shardMap')));
    const records = this.#records;
    const isHeldPerKey = config.isOrdered && !config.isAggregating && !config.isAuto;
    this.#heldKeys = isHeldPerKey ? new HeldKeys(records) : undefined;
    this.#schedule = new Schedule(config, records);
    this.#results = new RecordResults(config, records, this.#schedule, this.#heldKeys);
    this.#parcels = new Parcels(
      records,
      this.#schedule,
      this.#results,
      this.#topologies,
      this.#listing,
    );
    this.#schedule.reset(this.#createLanes());
  }

  get pending(): { readonly records: number; readonly bytes: number } {
    return { records: this.#records.count, bytes: this.#records.totalBytes };
  }

  add(record: PutRecordsRequestEntry, nowMs: number): AddResult {
    assertCallTime(nowMs);
    const { isAggregating, limits, pendingBytesMax } = this.#config;
    const copy = copyRecord(record, 'record');
    const refusal = isAggregating ? checkFramedRecord(copy, limits) : checkRecord(copy, limits);
    if (refusal !== undefined) return refusal;
    const { PartitionKey: key = '', ExplicitHashKey: hashKey } = copy;
    const data = copy.Data!;
    const now = this.#clock.advance(nowMs);
    const dataBytes = lengthOf(data);
    const bytes = dataBytes + utf8Length(key);
    if (this.#records.totalBytes + bytes > pendingBytesMax) return this.#refuseFull(now);
    const lane = this.#locate(key, hashKey);
    const pending = { data, key, hashKey, dataBytes, bytes, addedAtMs: now, lane };
    const slot = this.#records.add(pending, this.#schedule.lanes[lane]!.cursor);
    const id = this.#records.idOf(slot);
    if (!this.#heldKeys?.hold(slot)) this.#schedule.enqueue(slot, now);
    return ok(id);
  }

  next(nowMs: number): ProducerAction {
    assertCallTime(nowMs);
    const now = this.#clock.advance(nowMs);
    this.#expire(now);
    this.#schedule.unblock(now);
    if (this.#listing.atMs <= now) {
      this.#listing.start();
      return { action: 'listShards' };
    }
    if (this.#canSend && this.#pause.untilMs <= now) {
      this.#schedule.closeOpen(now);
      const put = this.#send(now);
      if (put !== undefined) return put;
    }
    const wakeMs = this.#wakeMs(now);
    if (wakeMs === Number.POSITIVE_INFINITY) return { action: 'wait' };
    return { action: 'wait', untilMs: nowMs + wakeMs - now };
  }

  settle(
    requestId: number,
    outcome: { readonly output: PutRecordsResponse } | { readonly error: unknown },
    nowMs: number,
  ): void {
    assertCallTime(nowMs);
    assertInteger(requestId, 0, Number.MAX_SAFE_INTEGER, 'requestId');
    if (requestId >= this.#nextRequestId) {
      throw wrongValue(`requestId must be an id from next: got ${requestId}`);
    }
    const { requests } = this.#parcels;
    const read = readOutcome(outcome, requests.get(requestId)?.length ?? 0);
    const hasFailed = 'trouble' in read || read.records.some((record) => 'trouble' in record);
    const jitter = hasFailed ? this.#readJitter() : 1;
    const now = this.#clock.advance(nowMs);
    const parcels = requests.get(requestId);
    if (parcels === undefined) return;
    requests.delete(requestId);
    if ('trouble' in read) this.#pause.fail(read.trouble, jitter, now);
    else this.#pause.succeed();
    const outcomes = parcels.map((_, i) => ('trouble' in read ? read : read.records[i]!));
    for (const [i, parcel] of parcels.entries()) {
      if (!isRetried(outcomes[i]!)) this.#parcels.settle(parcel, outcomes[i]!, now);
    }
    // Last first, because each goes to the front of its lane.
    for (let i = outcomes.length - 1; i >= 0; i--) {
      const parcel = parcels[i]!;
      if (!isRetried(outcomes[i]!)) continue;
      const lane = this.#schedule.laneOf(parcel.slots[0]!);
      this.#parcels.settle(parcel, outcomes[i]!, now);
      if (!('trouble' in read)) this.#pauseLane(lane, jitter, now);
    }
    this.#adoptTopology(now);
  }

  useShardMap(map: ShardMap, listedAtMs: number, nowMs: number): void {
    assertCallTime(nowMs);
    assertInteger(listedAtMs, 0, Number.MAX_SAFE_INTEGER, 'listedAtMs');
    const shards = readTilingShards(map);
    const now = this.#clock.advance(nowMs);
    const listedAt = this.#clock.timeOf(listedAtMs);
    if (listedAt < this.#topologies.listedAtMs) {
      this.#listing.fail(now);
      return;
    }
    this.#topologies.add(new Topology(shards), listedAt, this.#parcels.oldestSentAtMs);
    this.#listing.succeed();
    this.#parcels.decideAll(now);
    this.#adoptTopology(now);
  }

  listShardsFailed(nowMs: number): void {
    assertCallTime(nowMs);
    this.#listing.fail(this.#clock.advance(nowMs));
  }

  takeResults(): RecordResult[] {
    return this.#results.take();
  }

  flush(nowMs: number): void {
    assertCallTime(nowMs);
    this.#clock.advance(nowMs);
    this.#schedule.isFlushing = this.#records.count > 0;
  }

  drain(): DrainedRecord[] {
    const records = this.#records;
    const drained = records.list().map((slot) => ({
      recordId: records.idOf(slot),
      record: toEntry(records, slot),
      mayBeStored: records.isMaybeStored(slot) || records.placeOf(slot) === SENT,
    }));
    records.clear();
    this.#heldKeys?.clear();
    this.#parcels.clear();
    this.#schedule.isFlushing = false;
    this.#schedule.reset(this.#createLanes(this.#topologies.adopt()));
    return drained;
  }

  /** Whether a request may be sent, as far as the number of requests and the lanes allow. */
  get #canSend(): boolean {
    const { requestsInFlightMax } = this.#config;
    return this.#parcels.requests.size < requestsInFlightMax && this.#topologies.next === undefined;
  }

  #refuseFull(now: number): AddResult {
    const { pendingBytesMax } = this.#config;
    const { fault } = refuse(
      'PendingBytesExceeded',
      `The producer holds ${this.#records.totalBytes} of at most ${pendingBytesMax} bytes; add the record again after retryAfterMs, or after any call to settle`,
    );
    return { ok: false, fault, retryAfterMs: Math.min(RETRY_MS, this.#wakeMs(now) - now) };
  }

  /** @throws {RangeError} If the jitter is not a number from 0 to 1. */
  #readJitter(): number {
    const { jitter } = this.#config;
    const value: unknown = jitter();
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    throw wrongValue(`jitter must return a number from 0 to 1: got ${describe(value)}`);
  }

  #locate(key: string, hashKey: string | undefined): number {
    return this.#config.isAuto ? 0 : this.#topologies.current.locate(key, hashKey);
  }

  /**
   * Returns the next time after `now`, by the producer's clock, at which `next` may have something
   * to do. Infinity if nothing happens by itself.
   */
  #wakeMs(now: number): number {
    const { oldestTimely } = this.#records;
    let wakeMs = this.#listing.atMs;
    if (oldestTimely !== NONE) {
      wakeMs = Math.min(wakeMs, this.#records.addedAtMsOf(oldestTimely) + this.#config.recordTtlMs);
    }
    if (this.#canSend) {
      const workMs = this.#schedule.wakeMs(now);
      wakeMs = Math.min(wakeMs, Math.max(workMs, this.#pause.untilMs));
    }
    return Math.max(wakeMs, now + 1);
  }

  /**
   * Ends the records that have been pending for too long. Those that are sent become overdue
   * instead.
   */
  #expire(now: number): void {
    const records = this.#records;
    const { recordTtlMs } = this.#config;
    for (let slot = records.oldestTimely; slot !== NONE; slot = records.oldestTimely) {
      if (records.addedAtMsOf(slot) + recordTtlMs > now) return;
      const place = records.placeOf(slot);
      if (place === SENT) {
        records.markOldestOverdue();
      } else if (place === IN_DOUBT) {
        this.#parcels.expire(slot, now);
        this.#adoptTopology(now);
      } else {
        this.#results.expire(slot, now);
      }
    }
  }

  /** Returns a request with the records of the lanes that are due; undefined if there is none. */
  #send(now: number): PutAction | undefined {
    const size = new RequestSize();
    const parcels: Parcel[] = [];
    const Records: Entry[] = [];
    for (let lane = this.#schedule.firstDue; lane; lane = this.#schedule.firstDue) {
      const waitMs = this.#pack(lane, size, parcels, Records, now);
      if (waitMs === undefined) {
        // The request is full. The next one starts with another lane.
        this.#schedule.putLast(lane);
        break;
      }
      if (waitMs > 0) lane.blockedUntilMs = now + Math.max(waitMs, METER_MS);
      this.#schedule.arrange(lane, now);
    }
    if (parcels.length === 0) return undefined;
    const requestId = this.#nextRequestId++;
    this.#parcels.requests.set(requestId, parcels);
    return { action: 'put', requestId, input: { ...this.#config.address, Records } };
  }

  /**
   * Adds the next Kinesis record of a lane to a request.
   *
   * @returns 0 if the record was added, how long to wait if the shard has no room, or undefined if
   *   the request has no room.
   */
  #pack(
    lane: Lane,
    size: RequestSize,
    parcels: Parcel[],
    entries: Entry[],
    now: number,
  ): number | undefined {
    const { isAggregating, aggregateBytesMax, weight } = this.#config;
    const records = this.#records;
    const { first } = lane.ready;
    const builder = isAggregating ? new AggregateBuilder() : undefined;
    const slots = builder ? collectRecords(builder, records, lane, aggregateBytesMax) : [first];
    const bytes = builder ? builder.bytes : records.bytesOf(first);
    if (!size.hasRoomFor(bytes)) return undefined;
    const waitMs = lane.bucket ? takeTokens(lane.bucket, bytes, now, weight) : 0;
    if (waitMs > 0) return waitMs;
    size.add(bytes);
    const entry = builder ? builder.buildRecord() : toEntry(records, first);
    const isAggregate = entry.Data !== records.dataOf(first);
    this.#schedule.takeParcel(lane, slots);
    parcels.push({ slots, isAggregate, lane, sentAtMs: now, doubt: undefined });
    entries.push(entry);
    return 0;
  }

  /** Pauses a lane whose record was refused. */
  #pauseLane(lane: Lane, jitter: number, now: number): void {
    // Further refusals in the same response do not lengthen the pause.
    if (lane.blockedUntilMs > now) return;
    lane.blockedUntilMs = now + lengthOfPause(SHARD_PAUSE, lane.failures, jitter);
    lane.failures++;
    this.#schedule.arrange(lane, now);
  }

  /** Makes the topology of the newest map current, once no parcel depends on the old one. */
  #adoptTopology(now: number): void {
    const { isAggregating, isOrdered } = this.#config;
    if (this.#topologies.next === undefined) return;
    if (isAggregating && isOrdered && !this.#parcels.areSettled) return;
    const records = this.#records;
    const { lanes } = this.#schedule;
    this.#schedule.reset(this.#createLanes(this.#topologies.adopt()));
    for (const slot of records.list()) {
      records.setLane(slot, this.#locate(records.keyOf(slot), records.hashKeyOf(slot)));
    }
    this.#schedule.takeOver(lanes, now);
  }

  /** Creates empty lanes that continue the token buckets and pauses of the previous topology. */
  #createLanes(before?: Topology): Lane[] {
    const { isAuto, limits } = this.#config;
    if (isAuto) return [new Lane(undefined, undefined)];
    const { current } = this.#topologies;
    return current.shards.map(({ startingHashKey }, mapIndex) => {
      const shard = current.numbered[mapIndex]!;
      const old = before && this.#schedule.lanes[before.locateHashKey(startingHashKey)]!;
      // A new shard starts with what its parent has left, because it may be in use already.
      const bucket = old?.bucket ?? createTokenBucket(limits.recordBytesMax, this.#clock.now);
      const lane = new Lane(shard, { ...bucket });
      if (old?.shard?.shardId === shard.shardId) {
        lane.blockedUntilMs = old.blockedUntilMs;
        lane.failures = old.failures;
      }
      return lane;
    });
  }
}

function isRetried(outcome: RecordOutcome): boolean {
  return 'trouble' in outcome && outcome.trouble.verdict !== 'fatal';
}
