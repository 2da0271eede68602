/**
 * The Kinesis records in flight, and what their responses mean for the records in them.
 *
 * @module
 */

import type { Parcel } from './lane.ts';
import type { ListingWish } from './listing-wish.ts';
import { ENDED, IN_DOUBT, type PendingRecords, SENT } from './pending-records.ts';
import { isPlacedIn, type NumberedShard } from './placement.ts';
import type { RecordOutcome, Trouble } from './read-outcome.ts';
import type { RecordResults } from './record-results.ts';
import type { Schedule } from './schedule.ts';
import type { Topologies } from './topologies.ts';

/**
 * After this many new maps without the shard of a response, its aggregated record is sent again. A
 * map listed after the response has the shard, unless the shard has closed since.
 */
const UNKNOWING_MAPS_MAX = 2;

/** The parcels that are sent or in doubt. */
export class Parcels {
  /** The parcels of each request that is not settled. */
  readonly requests: Map<number, readonly Parcel[]> = new Map();
  /** The parcels in doubt: no map knows the shard that their response names. */
  readonly doubts: Set<Parcel> = new Set();
  /** The parcel of each record in doubt. */
  readonly #parcelOf: Map<number, Parcel> = new Map();
  readonly #records: PendingRecords;
  readonly #schedule: Schedule;
  readonly #results: RecordResults;
  readonly #topologies: Topologies;
  readonly #listing: ListingWish;

  constructor(
    records: PendingRecords,
    schedule: Schedule,
    results: RecordResults,
    topologies: Topologies,
    listing: ListingWish,
  ) {
    this.#records = records;
    this.#schedule = schedule;
    this.#results = results;
    this.#topologies = topologies;
    this.#listing = listing;
  }

  get areSettled(): boolean {
    return this.requests.size === 0 && this.doubts.size === 0;
  }

  /** The time of the oldest request that is not settled or has a parcel in doubt. */
  get oldestSentAtMs(): number {
    // Requests are in the order in which they were sent.
    const [oldest] = this.requests.values();
    let oldestMs = oldest?.[0]?.sentAtMs ?? Number.POSITIVE_INFINITY;
    for (const { sentAtMs } of this.doubts) oldestMs = Math.min(oldestMs, sentAtMs);
    return oldestMs;
  }

  settle(parcel: Parcel, outcome: RecordOutcome, now: number): void {
    if ('trouble' in outcome) {
      this.#sendAgain(parcel, outcome.trouble, now);
      return;
    }
    const { shardId, sequenceNumber } = outcome;
    const expected = this.#newestShardOf(parcel.slots[0]!);
    if (
      parcel.sentAtMs > this.#topologies.listedAtMs &&
      expected !== undefined &&
      !isPlacedIn(expected, shardId, sequenceNumber)
    ) {
      this.#listing.want();
    }
    const { shard } = parcel.lane;
    if (!parcel.isAggregate || isPlacedIn(shard!, shardId, sequenceNumber)) {
      this.#endStored(parcel, shardId, sequenceNumber, now);
      return;
    }
    const { length } = parcel.slots;
    parcel.doubt = { shardId, sequenceNumber, records: length, unknowingMaps: -1 };
    this.doubts.add(parcel);
    for (const slot of parcel.slots) {
      this.#parcelOf.set(slot, parcel);
      this.#records.setPlace(slot, IN_DOUBT);
      this.#records.markMaybeStored(slot);
    }
    this.#decide(parcel, now);
    if (parcel.doubt === undefined) return;
    // `next` looks only for records that have just been pending for too long.
    for (const slot of parcel.slots) if (this.#records.isOverdue(slot)) this.expire(slot, now);
  }

  /** Decides the parcels in doubt, as far as a new map allows. */
  decideAll(now: number): void {
    for (const parcel of this.doubts) this.#decide(parcel, now);
  }

  /** Fails a record in doubt that was pending for too long. */
  expire(slot: number, now: number): void {
    const parcel = this.#parcelOf.get(slot)!;
    this.#parcelOf.delete(slot);
    this.#results.expire(slot, now);
    if (--parcel.doubt!.records > 0) return;
    this.doubts.delete(parcel);
    parcel.lane.parcels--;
    for (const one of parcel.slots) this.#records.release(one);
    this.#schedule.arrange(parcel.lane, now);
  }

  clear(): void {
    this.requests.clear();
    this.doubts.clear();
    this.#parcelOf.clear();
  }

  /** Returns a record's shard according to the newest map; undefined if any shard is expected. */
  #newestShardOf(slot: number): NumberedShard | undefined {
    const { next } = this.#topologies;
    if (next === undefined) return this.#schedule.laneOf(slot).shard;
    return next.numbered[next.locate(this.#records.keyOf(slot), this.#records.hashKeyOf(slot))];
  }

  /** Decides whether an aggregated record is stored, once a map knows the shard of its response. */
  #decide(parcel: Parcel, now: number): void {
    const records = this.#records;
    const doubt = parcel.doubt!;
    const { shardId, sequenceNumber } = doubt;
    const known = this.#topologies.findKnowing(shardId, sequenceNumber);
    if (known === undefined && ++doubt.unknowingMaps < UNKNOWING_MAPS_MAX) {
      this.#listing.want();
      return;
    }
    this.doubts.delete(parcel);
    parcel.doubt = undefined;
    const mapIndex = known?.findNumbered(shardId, sequenceNumber);
    const isStored =
      known !== undefined &&
      parcel.slots.every(
        (slot) => known.locate(records.keyOf(slot), records.hashKeyOf(slot)) === mapIndex,
      );
    for (const slot of parcel.slots) {
      if (this.#parcelOf.delete(slot)) records.setPlace(slot, SENT);
    }
    if (isStored) {
      this.#endStored(parcel, shardId, sequenceNumber, now);
      return;
    }
    const code = 'InvalidResponse';
    const message = `The aggregated record was stored in ${shardId}, where not all of its records belong`;
    this.#sendAgain(parcel, { verdict: 'retry', mayBeStored: true, code, message }, now);
  }

  /** Makes the records of a parcel ready again, in their order, or ends them. */
  #sendAgain(parcel: Parcel, trouble: Trouble, now: number): void {
    const records = this.#records;
    const { slots } = parcel;
    parcel.lane.parcels--;
    for (let i = slots.length - 1; i >= 0; i--) {
      const slot = slots[i]!;
      if (records.placeOf(slot) === ENDED) continue;
      records.setTrouble(slot, trouble);
      if (trouble.verdict !== 'fatal' && !records.isOverdue(slot))
        this.#schedule.enqueue(slot, now);
    }
    // In the order in which they were added.
    for (const slot of slots) {
      const place = records.placeOf(slot);
      if (place === ENDED) records.release(slot);
      if (place !== SENT) continue;
      if (records.isOverdue(slot)) this.#results.expire(slot, now);
      else this.#results.fail(slot, trouble, now);
    }
    this.#schedule.arrange(parcel.lane, now);
  }

  #endStored(parcel: Parcel, shardId: string, sequenceNumber: string, now: number): void {
    parcel.lane.parcels--;
    parcel.lane.failures = 0;
    this.#results.endStored(parcel, shardId, sequenceNumber, now);
    this.#schedule.arrange(parcel.lane, now);
  }
}
