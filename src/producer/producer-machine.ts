/**
 * A producer in memory.
 *
 * Every record is in one of four places:
 * - behind another record of its partition key (`#followers`), if order is kept per key
 * - in the lane of its shard, ready to be sent
 * - in a parcel of a request that has not been settled
 * - in a parcel in doubt, whose answer named a shard that no map knows
 *
 * Every lane with ready records is in one of four places, too: `#due`, to be sent now; `#open`, to
 * be sent when a record has waited long enough or a request is full; `#blocked`, until its pause is
 * over or its shard has room; or nowhere, because a parcel must be settled first.
 *
 * A method first reads what it was given, then calls `jitter`, then changes the state. So no caller
 * code runs while the state is half changed.
 *
 * @module
 */

import { AggregateBuilder } from '../aggregation/aggregate-builder.ts';
import { startsWithMagic } from '../aggregation/frame.ts';
import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import type { RequestLimits } from '../api/service-model.ts';
import { assertInteger, describe, lengthOf, wrongValue } from '../base/argument.ts';
import { type FaultResult, ok, refuse } from '../base/fault.ts';
import { utf8Length } from '../base/utf8.ts';
import { lengthAtMost, refuseViolations } from '../base/violation.ts';
import { readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import { createTokenBucket, takeTokens } from '../sharding/token-bucket.ts';
import { assertCallTime } from '../stream/stream-config.ts';
import { checkRecord, copyRecord } from './check-record.ts';
import { Lane, type Parcel, PendingRecord } from './lane.ts';
import { LinkedList } from './linked-list.ts';
import { PendingQueue } from './pending-queue.ts';
import { type AnsweredShard, isAnswered } from './placement.ts';
import { RequestSize } from './plan-requests.ts';
import type {
  AddResult,
  DrainedRecord,
  Producer,
  ProducerAction,
  PutAction,
  RecordResult,
} from './producer.ts';
import {
  type PutRecordsAnswer,
  type RecordOutcome,
  readOutcome,
  type Trouble,
} from './read-outcome.ts';
import { TimeHeap } from './time-heap.ts';
import { Topology } from './topology.ts';

/** The options of a producer, with all defaults resolved. */
export interface ProducerConfig {
  /** The members of every request that name the stream. */
  readonly address: { readonly StreamName?: string; readonly StreamARN?: string };
  readonly isAggregating: boolean;
  readonly isOrdered: boolean;
  readonly isAuto: boolean;
  readonly limits: RequestLimits;
  readonly aggregateBytesMax: number;
  readonly lingerMs: number;
  readonly recordTtlMs: number;
  readonly pendingBytesMax: number;
  readonly requestsInFlightMax: number;
  /** How many times the tokens of a record are taken: 1 / shardShare. */
  readonly weight: number;
  readonly jitter: () => number;
}

/** A pause that doubles with every failure. */
interface Pause {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Of a shard that refused a record. */
const SHARD_PAUSE: Pause = { firstMs: 50, maxMs: 1000 };

/** Of all requests, after one failed (docs/facts.md#sdk-retries). */
const REQUEST_PAUSE: Pause = { firstMs: 50, maxMs: 20_000 };
const THROTTLED_PAUSE: Pause = { firstMs: 1000, maxMs: 20_000 };

/**
 * How long a lane waits at least once its shard has no room. It could send a record every
 * millisecond, but each would be a request of its own.
 */
const METER_MS = 25;

/** Between listings that fail. Each pause is 1.5 times as long as the one before. */
const LISTING_PAUSE: Pause = { firstMs: 1000, maxMs: 30_000 };

/** A full producer has room after this time at the latest, unless a request is never settled. */
const RETRY_MS = 1000;

/** A map that was listed after an answer knows its shard, unless the shard has closed since. */
const UNKNOWING_MAPS_MAX = 2;

/** How many maps are kept: a shard may close while the answer that names it is under way. */
const RECENT_MAPS_MAX = 8;

interface SentRequest {
  readonly parcels: readonly Parcel[];
  readonly sentAtMs: number;
}

/** A producer in memory, behind the interface {@link Producer}. */
export class ProducerMachine implements Producer {
  readonly #config: ProducerConfig;
  /** Whether a lane sends one parcel at a time. */
  readonly #isSerial: boolean;
  /** Whether a key has one record in a lane or a parcel at a time. */
  readonly #isHeldPerKey: boolean;

  /**
   * The latest time. It never decreases, and is `#skewMs` ahead of the caller's clock. It starts at
   * 0: V8 keeps small integers in place, but makes an object for a greater one in each record.
   */
  #clockMs = 0;
  #skewMs: number;

  #topology: Topology;
  /** The topology of a newer map, until all parcels of the current one are settled. */
  #nextTopology: Topology | undefined;
  /** The topologies of the latest maps, the newest first. */
  #recent: readonly Topology[];
  #lanes: readonly Lane[];
  #listedAtMs = 0;

  #nextRecordId = 0;
  #pendingRecords = 0;
  #pendingBytes = 0;
  #results: RecordResult[] = [];
  #byAge: PendingQueue = new PendingQueue();
  /** For each key with a record that is ready or sent, the records behind that one. */
  readonly #followers: Map<string, LinkedList<PendingRecord> | undefined> = new Map();

  #due: LinkedList<Lane> = new LinkedList();
  #open: LinkedList<Lane> = new LinkedList();
  /** The sums over the open lanes. */
  #openRecords = 0;
  #openBytes = 0;
  /** No record of an open lane was added before this time. */
  #lingerFromMs: number = Number.POSITIVE_INFINITY;
  readonly #blocked: TimeHeap<Lane> = new TimeHeap();
  #isFlushing = false;

  #nextRequestId = 0;
  readonly #requests: Map<number, SentRequest> = new Map();
  readonly #doubts: Set<Parcel> = new Set();
  /** No request is sent before this time. */
  #pausedUntilMs = 0;
  #failures = 0;

  #wantsListing = false;
  #isListing = false;
  /** No listing is wanted before this time. */
  #listFromMs = 0;
  #listFailures = 0;

  constructor(config: ProducerConfig, shardMap: ShardMap, listedAtMs: number) {
    this.#config = config;
    this.#isSerial = config.isAggregating && config.isOrdered;
    this.#isHeldPerKey = !config.isAggregating && config.isOrdered && !config.isAuto;
    this.#skewMs = -listedAtMs;
    this.#topology = new Topology(readTilingShards(shardMap));
    this.#recent = [this.#topology];
    this.#lanes = this.#createLanes();
  }

  get pending(): { readonly records: number; readonly bytes: number } {
    return { records: this.#pendingRecords, bytes: this.#pendingBytes };
  }

  add(record: PutRecordsRequestEntry, nowMs: number): AddResult {
    assertCallTime(nowMs);
    const copy = copyRecord(record, 'record');
    const refusal = this.#checkRecord(copy);
    if (refusal !== undefined) return refusal;
    const { PartitionKey = '', ExplicitHashKey } = copy;
    const Data = copy.Data!;
    const now = this.#advance(nowMs);
    const dataBytes = lengthOf(Data);
    const bytes = dataBytes + utf8Length(PartitionKey);
    if (this.#pendingBytes + bytes > this.#config.pendingBytesMax) return this.#refuseFull(now);
    const lane = this.#lanes[this.#locate(copy)]!;
    const members = { Data, PartitionKey, ExplicitHashKey, dataBytes, bytes };
    const pending = new PendingRecord(this.#nextRecordId++, members, now, lane);
    this.#byAge.push(pending);
    this.#pendingRecords++;
    this.#pendingBytes += bytes;
    if (!this.#holdBack(pending)) this.#enqueue(pending, now);
    return ok(pending.id);
  }

  next(nowMs: number): ProducerAction {
    assertCallTime(nowMs);
    const now = this.#advance(nowMs);
    this.#expire(now);
    this.#unblock(now);
    if (this.#wantsListing && !this.#isListing && this.#listFromMs <= now) {
      this.#isListing = true;
      return { action: 'listShards' };
    }
    if (this.#canSend && this.#pausedUntilMs <= now) {
      if (this.#isTimeToSend(now)) {
        while (this.#open.first !== undefined) this.#move(this.#open.first, this.#due);
        this.#lingerFromMs = Number.POSITIVE_INFINITY;
      }
      const put = this.#send(now);
      if (put !== undefined) return put;
    }
    const wakeMs = this.#wakeMs(now);
    if (wakeMs === Number.POSITIVE_INFINITY) return { action: 'wait' };
    return { action: 'wait', untilMs: nowMs + wakeMs - now };
  }

  settle(
    requestId: number,
    outcome: { readonly output: PutRecordsAnswer } | { readonly error: unknown },
    nowMs: number,
  ): void {
    assertCallTime(nowMs);
    assertInteger(requestId, 0, Number.MAX_SAFE_INTEGER, 'requestId');
    if (requestId >= this.#nextRequestId) {
      throw wrongValue(`requestId must be an id from next: got ${requestId}`);
    }
    const expected = this.#requests.get(requestId)?.parcels.length ?? 0;
    const read = readOutcome(outcome, expected);
    const hasFailed = 'trouble' in read || read.records.some((record) => 'trouble' in record);
    const jitter = hasFailed ? this.#readJitter() : 1;
    const now = this.#advance(nowMs);
    const request = this.#requests.get(requestId);
    if (request === undefined) return;
    this.#requests.delete(requestId);
    if ('trouble' in read) this.#pauseAll(read.trouble, jitter, now);
    else this.#failures = 0;
    const outcomes = request.parcels.map((_, i) => ('trouble' in read ? read : read.records[i]!));
    for (const [i, parcel] of request.parcels.entries()) {
      if (!isRetried(outcomes[i]!)) this.#settleParcel(parcel, outcomes[i]!, request.sentAtMs, now);
    }
    // From the last to the first, because each goes to the front of its lane.
    for (let i = outcomes.length - 1; i >= 0; i--) {
      const parcel = request.parcels[i]!;
      if (!isRetried(outcomes[i]!)) continue;
      this.#settleParcel(parcel, outcomes[i]!, request.sentAtMs, now);
      if (!('trouble' in read)) this.#pauseLane(parcel.records[0]!.lane, jitter, now);
    }
    this.#adoptTopology(now);
  }

  useShardMap(map: ShardMap, listedAtMs: number, nowMs: number): void {
    assertCallTime(nowMs);
    assertInteger(listedAtMs, 0, Number.MAX_SAFE_INTEGER, 'listedAtMs');
    const shards = readTilingShards(map);
    const now = this.#advance(nowMs);
    const listedAt = Math.min(listedAtMs + this.#skewMs, now);
    if (listedAt < this.#listedAtMs) {
      this.#delayListing(now);
      return;
    }
    const topology = new Topology(shards);
    this.#listedAtMs = listedAt;
    this.#nextTopology = topology.equals(this.#topology) ? undefined : topology;
    this.#isListing = false;
    this.#wantsListing = false;
    this.#listFromMs = now;
    this.#listFailures = 0;
    this.#recent = [topology, ...this.#recent.slice(0, RECENT_MAPS_MAX - 1)];
    for (const parcel of this.#doubts) this.#decide(parcel, now);
    this.#adoptTopology(now);
  }

  listShardsFailed(nowMs: number): void {
    assertCallTime(nowMs);
    this.#delayListing(this.#advance(nowMs));
  }

  takeResults(): RecordResult[] {
    const results = this.#results;
    this.#results = [];
    return results;
  }

  flush(nowMs: number): void {
    assertCallTime(nowMs);
    this.#advance(nowMs);
    this.#isFlushing = this.#pendingRecords > 0;
  }

  drain(): DrainedRecord[] {
    const drained = this.#byAge.list().map((record) => ({
      recordId: record.id,
      record: toEntry(record),
      mayBeStored: record.mayBeStored || record.parcel !== undefined,
    }));
    this.#byAge = new PendingQueue(this.#nextRecordId);
    this.#pendingRecords = 0;
    this.#pendingBytes = 0;
    this.#isFlushing = false;
    this.#followers.clear();
    this.#requests.clear();
    this.#doubts.clear();
    const before = this.#topology;
    this.#topology = this.#nextTopology ?? before;
    this.#nextTopology = undefined;
    this.#resetLanes(before);
    return drained;
  }

  /** Whether a request may be sent, as far as the number of requests and the lanes allow. */
  get #canSend(): boolean {
    return (
      this.#requests.size < this.#config.requestsInFlightMax && this.#nextTopology === undefined
    );
  }

  /** Moves the clock, and returns its time. A clock that steps back stands still for a moment. */
  #advance(nowMs: number): number {
    const clockMs = nowMs + this.#skewMs;
    if (clockMs < this.#clockMs) this.#skewMs = this.#clockMs - nowMs;
    else this.#clockMs = clockMs;
    return this.#clockMs;
  }

  #checkRecord(record: PutRecordsRequestEntry): FaultResult | undefined {
    const { isAggregating, limits } = this.#config;
    const refusal = checkRecord(record, limits);
    if (refusal !== undefined || !isAggregating || !startsWithMagic(record.Data!)) return refusal;
    // Such data must be framed, even alone, and the frame is larger.
    const { Data, PartitionKey, ExplicitHashKey } = record;
    const keyed = { Data: Data!, PartitionKey: PartitionKey!, ExplicitHashKey };
    if (new AggregateBuilder().tryAdd(keyed, limits.recordBytesMax)) return undefined;
    const constraint = lengthAtMost(limits.recordBytesMax);
    return refuseViolations([{ path: 'data', value: Data, constraint }]);
  }

  #refuseFull(now: number): AddResult {
    const { pendingBytesMax } = this.#config;
    const { fault } = refuse(
      'PendingBytesExceeded',
      `The producer holds ${this.#pendingBytes} of at most ${pendingBytesMax} bytes; add the record again after retryAfterMs, or after any call of settle`,
    );
    const wakeMs = this.#wakeMs(now);
    const retryAfterMs = wakeMs === Number.POSITIVE_INFINITY ? RETRY_MS : wakeMs - now;
    return { ok: false, fault, retryAfterMs };
  }

  /** @throws {RangeError} If the jitter is not a number from 0 to 1. */
  #readJitter(): number {
    const { jitter } = this.#config;
    const value: unknown = jitter();
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    throw wrongValue(`jitter must return a number from 0 to 1: got ${describe(value)}`);
  }

  #locate(record: PutRecordsRequestEntry): number {
    return this.#config.isAuto ? 0 : this.#topology.locate(record);
  }

  /** Puts a record behind another one of its key. Returns false if there is none. */
  #holdBack(record: PendingRecord): boolean {
    if (!this.#isHeldPerKey) return false;
    const { PartitionKey: key } = record;
    const behind = this.#followers.get(key);
    if (behind !== undefined) {
      behind.push(record);
      return true;
    }
    if (!this.#followers.has(key)) {
      this.#followers.set(key, undefined);
      return false;
    }
    const list = new LinkedList<PendingRecord>();
    list.push(record);
    this.#followers.set(key, list);
    return true;
  }

  /** Makes the record behind one that has ended ready. */
  #releaseFollower({ PartitionKey: key }: PendingRecord, now: number): void {
    const behind = this.#followers.get(key);
    const next = behind?.first;
    if (behind === undefined || next === undefined) {
      this.#followers.delete(key);
      return;
    }
    behind.remove(next);
    this.#enqueue(next, now);
  }

  /** Puts a record into its lane: at the front if it is to be sent again. */
  #enqueue(record: PendingRecord, now: number): void {
    const { lane, trouble } = record;
    if (trouble === undefined) lane.ready.push(record);
    else lane.ready.unshift(record);
    this.#count(record, 1);
    if (trouble !== undefined || this.#hasLingered(record, now)) lane.isUrgent = true;
    this.#arrange(lane, now);
    if (lane.list === this.#open && record.addedAtMs < this.#lingerFromMs) {
      this.#lingerFromMs = record.addedAtMs;
    }
  }

  #dequeue(record: PendingRecord): void {
    record.lane.ready.remove(record);
    this.#count(record, -1);
  }

  #count(record: PendingRecord, sign: 1 | -1): void {
    const { lane, bytes } = record;
    lane.records += sign;
    lane.bytes += sign * bytes;
    lane.dataBytes += sign * record.dataBytes;
    if (lane.list !== this.#open) return;
    this.#openRecords += sign;
    this.#openBytes += sign * bytes;
  }

  #hasLingered(record: PendingRecord, now: number): boolean {
    return record.addedAtMs + this.#config.lingerMs <= now;
  }

  /** Puts a lane where it belongs: due, open, blocked or nowhere. */
  #arrange(lane: Lane, now: number): void {
    if (lane.isBlocked) return;
    const { first } = lane.ready;
    if (first === undefined) lane.isUrgent = false;
    if (first === undefined || (this.#isSerial && lane.parcels > 0)) {
      this.#move(lane, undefined);
    } else if (lane.blockedUntilMs > now) {
      this.#move(lane, undefined);
      lane.isBlocked = true;
      this.#blocked.add(lane, lane.blockedUntilMs);
    } else if (this.#isDue(lane, first, now)) {
      this.#move(lane, this.#due);
    } else {
      this.#move(lane, this.#open);
      if (this.#config.isAggregating && first.addedAtMs < this.#lingerFromMs) {
        this.#lingerFromMs = first.addedAtMs;
      }
    }
  }

  #isDue(lane: Lane, first: PendingRecord, now: number): boolean {
    if (this.#isFlushing) return true;
    if (!this.#config.isAggregating) return lane.isUrgent || lane.list === this.#due;
    // What an aggregated record adds to the data of its records may let the last one not fit.
    const isFull = lane.dataBytes >= this.#config.aggregateBytesMax;
    return isFull || first.trouble !== undefined || this.#hasLingered(first, now);
  }

  #move(lane: Lane, list: LinkedList<Lane> | undefined): void {
    if (lane.list === list) return;
    if (lane.list === this.#open) {
      this.#openRecords -= lane.records;
      this.#openBytes -= lane.bytes;
    }
    lane.list?.remove(lane);
    list?.push(lane);
    if (list === this.#open) {
      this.#openRecords += lane.records;
      this.#openBytes += lane.bytes;
    }
  }

  #unblock(now: number): void {
    for (let lane = this.#blocked.takeDue(now); lane; lane = this.#blocked.takeDue(now)) {
      lane.isBlocked = false;
      lane.isUrgent = true;
      this.#arrange(lane, now);
    }
  }

  /** Whether the open lanes are to be sent now. */
  #isTimeToSend(now: number): boolean {
    if (this.#isFlushing || this.#lingerFromMs + this.#config.lingerMs <= now) return true;
    const next = this.#openBytes > 0 ? 1 : 0;
    return (
      !this.#config.isAggregating &&
      !new RequestSize(this.#openRecords, this.#openBytes).hasRoomFor(next)
    );
  }

  /**
   * Returns when `next` may have something to do, by the producer's clock: after `now`. Infinity if
   * nothing happens by itself.
   */
  #wakeMs(now: number): number {
    const { lingerMs, recordTtlMs } = this.#config;
    let wakeMs = Number.POSITIVE_INFINITY;
    const oldest = this.#byAge.oldestTimely;
    if (oldest !== undefined) wakeMs = oldest.addedAtMs + recordTtlMs;
    if (this.#wantsListing && !this.#isListing) wakeMs = Math.min(wakeMs, this.#listFromMs);
    if (this.#canSend) {
      let workMs = this.#blocked.earliestMs;
      if (this.#due.first !== undefined) workMs = now;
      if (this.#open.first !== undefined) {
        workMs = Math.min(workMs, this.#isFlushing ? now : this.#lingerFromMs + lingerMs);
      }
      wakeMs = Math.min(wakeMs, Math.max(workMs, this.#pausedUntilMs));
    }
    return Math.max(wakeMs, now + 1);
  }

  /** Ends the records that have been pending for too long, as far as they are not sent. */
  #expire(now: number): void {
    const { recordTtlMs } = this.#config;
    for (let record = this.#byAge.oldestTimely; record; record = this.#byAge.oldestTimely) {
      if (record.addedAtMs + recordTtlMs > now) return;
      if (record.parcel !== undefined && record.parcel.doubt === undefined) {
        this.#byAge.markOverdue(record);
      } else {
        this.#endExpired(record, now);
      }
    }
  }

  /** Returns a request with the records of the lanes that are due; undefined if there is none. */
  #send(now: number): PutAction | undefined {
    const size = new RequestSize();
    const parcels: Parcel[] = [];
    const Records: PutAction['input']['Records'] = [];
    for (let lane = this.#due.first; lane !== undefined; lane = this.#due.first) {
      const packed = this.#pack(lane, size, now);
      if (packed === undefined) {
        // The request is full. The next one starts with another lane.
        this.#due.remove(lane);
        this.#due.push(lane);
        break;
      }
      if (typeof packed === 'number') {
        lane.blockedUntilMs = now + Math.max(packed, METER_MS);
      } else {
        parcels.push(packed.parcel);
        Records.push(packed.entry);
        lane.parcels++;
      }
      this.#arrange(lane, now);
    }
    if (parcels.length === 0) return undefined;
    const requestId = this.#nextRequestId++;
    this.#requests.set(requestId, { parcels, sentAtMs: now });
    return { action: 'put', requestId, input: { ...this.#config.address, Records } };
  }

  /**
   * Takes the next Kinesis record out of a lane.
   *
   * @param size The request so far, to which the record is added.
   * @returns The record. Undefined if the request has no room for it, or how long to wait if the
   *   shard has none.
   */
  #pack(
    lane: Lane,
    size: RequestSize,
    now: number,
  ): { parcel: Parcel; entry: PutAction['input']['Records'][number] } | number | undefined {
    const first = lane.ready.first!;
    const builder = this.#config.isAggregating ? this.#collect(first) : undefined;
    const bytes = builder === undefined ? first.bytes : builder.bytes;
    if (!size.hasRoomFor(bytes)) return undefined;
    const { bucket } = lane;
    const waitMs = bucket ? takeTokens(bucket, bytes, now, this.#config.weight) : 0;
    if (waitMs > 0) return waitMs;
    size.add(bytes);
    const entry = builder === undefined ? toEntry(first) : builder.buildRecord();
    const records: PendingRecord[] = [];
    const parcel: Parcel = {
      records,
      isAggregate: entry.Data !== first.Data,
      lane,
      pendingCount: builder === undefined ? 1 : builder.count,
      doubt: undefined,
    };
    while (records.length < parcel.pendingCount) {
      const record = lane.ready.first!;
      this.#dequeue(record);
      record.parcel = parcel;
      records.push(record);
    }
    return { parcel, entry };
  }

  /** Collects as many records of a lane as fit, or one that does not. */
  #collect(first: PendingRecord): AggregateBuilder {
    const { aggregateBytesMax } = this.#config;
    const builder = new AggregateBuilder();
    if (!builder.tryAdd(first, aggregateBytesMax)) {
      builder.tryAdd(first, Number.POSITIVE_INFINITY);
      return builder;
    }
    let { next } = first;
    while (next !== undefined && builder.tryAdd(next, aggregateBytesMax)) next = next.next;
    return builder;
  }

  #settleParcel(parcel: Parcel, outcome: RecordOutcome, sentAtMs: number, now: number): void {
    if ('trouble' in outcome) {
      this.#sendAgain(parcel, outcome.trouble, now);
      return;
    }
    const { shardId, sequenceNumber } = outcome;
    const expected = this.#newestShardOf(parcel.records[0]!);
    if (
      sentAtMs > this.#listedAtMs &&
      expected !== undefined &&
      !isAnswered(expected, shardId, sequenceNumber)
    ) {
      this.#wantsListing = true;
    }
    const { shard } = parcel.lane;
    if (!parcel.isAggregate || isAnswered(shard!, shardId, sequenceNumber)) {
      this.#endStored(parcel, shardId, sequenceNumber, now);
      return;
    }
    parcel.doubt = { shardId, sequenceNumber, unknowingMaps: -1 };
    this.#doubts.add(parcel);
    this.#decide(parcel, now);
  }

  /** Returns the shard of a record by the newest map; undefined if any shard is expected. */
  #newestShardOf(record: PendingRecord): AnsweredShard | undefined {
    const next = this.#nextTopology;
    return next === undefined ? record.lane.shard : next.answered[next.locate(record)];
  }

  /** Decides whether an aggregated record is stored, if a recent map knows the answered shard. */
  #decide(parcel: Parcel, now: number): void {
    const doubt = parcel.doubt!;
    const { shardId, sequenceNumber } = doubt;
    // The range of a shard never changes, so any map that knows it will do.
    const known = this.#recent.find(
      (one) => one.findAnswered(shardId, sequenceNumber) !== undefined,
    );
    if (known === undefined && ++doubt.unknowingMaps < UNKNOWING_MAPS_MAX) {
      this.#wantsListing = true;
      return;
    }
    this.#doubts.delete(parcel);
    parcel.doubt = undefined;
    const mapIndex = known?.findAnswered(shardId, sequenceNumber);
    if (known && parcel.records.every((record) => known.locate(record) === mapIndex)) {
      this.#endStored(parcel, shardId, sequenceNumber, now);
      return;
    }
    const code = 'InvalidAnswer';
    const message = `The aggregated record was stored in ${shardId}, where not all of its records belong`;
    this.#sendAgain(parcel, { verdict: 'retry', mayBeStored: true, code, message }, now);
  }

  /** Makes the records of a parcel ready again, in their order, or ends them. */
  #sendAgain(parcel: Parcel, trouble: Trouble, now: number): void {
    this.#close(parcel);
    for (let i = parcel.records.length - 1; i >= 0; i--) {
      const record = parcel.records[i]!;
      if (record.isEnded) continue;
      record.parcel = undefined;
      record.mayBeStored ||= trouble.mayBeStored;
      record.trouble = trouble;
      if (trouble.verdict !== 'fatal' && !record.isOverdue) this.#enqueue(record, now);
    }
    // In the order in which they were added.
    for (const record of parcel.records) {
      if (record.isEnded || record.list !== undefined) continue;
      if (record.isOverdue) this.#endExpired(record, now);
      else this.#endFailed(record, trouble, now);
    }
    this.#arrange(parcel.lane, now);
  }

  #endStored(parcel: Parcel, shardId: string, sequenceNumber: string, now: number): void {
    this.#close(parcel);
    parcel.lane.failures = 0;
    for (const [subSequenceNumber, record] of parcel.records.entries()) {
      if (record.isEnded) continue;
      const { id: recordId } = record;
      const result: RecordResult = parcel.isAggregate
        ? { recordId, ok: true, shardId, sequenceNumber, subSequenceNumber }
        : { recordId, ok: true, shardId, sequenceNumber };
      this.#end(record, result, now);
    }
    this.#arrange(parcel.lane, now);
  }

  #close(parcel: Parcel): void {
    parcel.lane.parcels--;
  }

  #endExpired(record: PendingRecord, now: number): void {
    const { trouble } = record;
    const last = trouble === undefined ? '' : `; the last error was ${trouble.code}`;
    const message = `The record was pending for ${this.#config.recordTtlMs} ms${last}`;
    this.#endFailed(record, { code: 'RecordExpired', message }, now);
  }

  #endFailed(
    record: PendingRecord,
    { code, message }: Pick<Trouble, 'code' | 'message'>,
    now: number,
  ): void {
    const { id: recordId, parcel } = record;
    const mayBeStored = record.mayBeStored || parcel !== undefined;
    const fault = { code, message, blame: mayBeStored ? 'server' : 'client' } as const;
    this.#end(record, { recordId, ok: false, fault, mayBeStored }, now);
    if (parcel === undefined || --parcel.pendingCount > 0) return;
    // All records of a parcel in doubt have expired.
    this.#doubts.delete(parcel);
    this.#close(parcel);
    this.#arrange(parcel.lane, now);
    this.#adoptTopology(now);
  }

  /** Ends a record. If it was ready or sent, the record behind it becomes ready. */
  #end(record: PendingRecord, result: RecordResult, now: number): void {
    const { list, lane } = record;
    const isReady = list === lane.ready;
    const isHead = list === undefined || isReady;
    this.#byAge.remove(record);
    this.#pendingRecords--;
    this.#pendingBytes -= record.bytes;
    this.#results.push(result);
    if (isReady) {
      this.#dequeue(record);
      this.#arrange(lane, now);
    } else {
      list?.remove(record);
    }
    if (isHead && this.#isHeldPerKey) this.#releaseFollower(record, now);
    if (this.#pendingRecords === 0) this.#isFlushing = false;
  }

  /** Pauses a lane of which a record was refused. */
  #pauseLane(lane: Lane, jitter: number, now: number): void {
    // The other records of the same answer do not lengthen the pause.
    if (lane.blockedUntilMs > now) return;
    lane.blockedUntilMs = now + lengthOfPause(SHARD_PAUSE, 2, lane.failures, jitter);
    lane.failures++;
    this.#arrange(lane, now);
  }

  /** Pauses all requests after one failed. */
  #pauseAll(trouble: Trouble, jitter: number, now: number): void {
    if (trouble.verdict === 'fatal' || this.#pausedUntilMs > now) return;
    const pause = trouble.verdict === 'throttled' ? THROTTLED_PAUSE : REQUEST_PAUSE;
    this.#pausedUntilMs = now + lengthOfPause(pause, 2, this.#failures, jitter);
    this.#failures++;
  }

  #delayListing(now: number): void {
    this.#isListing = false;
    this.#listFromMs = now + lengthOfPause(LISTING_PAUSE, 1.5, this.#listFailures, 1);
    this.#listFailures++;
  }

  /** Makes the topology of the newest map current, once no parcel depends on the old one. */
  #adoptTopology(now: number): void {
    if (this.#nextTopology === undefined) return;
    if (this.#isSerial && this.#requests.size + this.#doubts.size > 0) return;
    const before = this.#topology;
    const old = this.#lanes;
    this.#topology = this.#nextTopology;
    this.#nextTopology = undefined;
    this.#resetLanes(before);
    for (const record of this.#byAge.list()) record.lane = this.#lanes[this.#locate(record)]!;
    for (const { ready } of old) {
      for (let record = ready.first; record !== undefined; record = ready.first) {
        ready.remove(record);
        record.lane.ready.push(record);
        this.#count(record, 1);
      }
    }
    for (const lane of this.#lanes) {
      lane.isUrgent = true;
      this.#arrange(lane, now);
    }
  }

  /** Creates empty lanes, which go on where those of the topology before were. */
  #resetLanes(before: Topology): void {
    this.#lanes = this.#createLanes(before);
    this.#due = new LinkedList();
    this.#open = new LinkedList();
    this.#openRecords = 0;
    this.#openBytes = 0;
    this.#lingerFromMs = Number.POSITIVE_INFINITY;
    this.#blocked.clear();
  }

  #createLanes(before?: Topology): Lane[] {
    const { isAuto, limits } = this.#config;
    if (isAuto) return [new Lane(undefined, undefined)];
    return this.#topology.shards.map(({ startingHashKey }, mapIndex) => {
      const shard = this.#topology.answered[mapIndex]!;
      const old = before && this.#lanes[before.locateHashKey(startingHashKey)]!;
      // A new shard starts with what its parent has left: its own throughput may be in use already.
      const bucket = old?.bucket ?? createTokenBucket(limits.recordBytesMax, this.#clockMs);
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

function toEntry(record: PendingRecord): PutAction['input']['Records'][number] {
  const { Data, PartitionKey, ExplicitHashKey } = record;
  return {
    Data,
    ...(PartitionKey !== '' && { PartitionKey }),
    ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
  };
}

/** Returns how long to pause after a failure that others came before. At least 1 ms. */
function lengthOfPause(
  { firstMs, maxMs }: Pause,
  factor: number,
  failures: number,
  jitter: number,
): number {
  return Math.max(1, Math.ceil(Math.min(maxMs, firstMs * factor ** failures) * jitter));
}
