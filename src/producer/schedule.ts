/**
 * Decides which lanes send now, and when the others do.
 *
 * Every lane with ready records is in one of four places: `#due`, to be sent now; `#open`, to be
 * sent when a record has waited long enough or a request is full; `#blocked`, until its pause is
 * over or its shard has room; or nowhere, because a parcel must be settled first.
 *
 * @module
 */

import type { Lane } from './lane.ts';
import { LinkedList } from './linked-list.ts';
import { type PendingRecords, READY, SENT } from './pending-records.ts';
import { RequestSize } from './plan-requests.ts';
import type { ProducerConfig } from './producer-config.ts';
import { NONE } from './slot-list.ts';
import { TimeHeap } from './time-heap.ts';

/** The lanes of a topology, and the order in which they send. */
export class Schedule {
  /** One per shard, by map index. */
  lanes: readonly Lane[] = [];
  /** True while flushing: no record waits for others. */
  isFlushing = false;

  readonly #config: ProducerConfig;
  readonly #records: PendingRecords;
  /** Whether each lane sends only one parcel at a time. */
  readonly #isSerial: boolean;
  #due: LinkedList<Lane> = new LinkedList();
  #open: LinkedList<Lane> = new LinkedList();
  /** Totals over the open lanes. */
  #openRecords = 0;
  #openBytes = 0;
  /** A lower bound on when the records of open lanes were added. */
  #lingerFromMs: number = Number.POSITIVE_INFINITY;
  readonly #blocked: TimeHeap<Lane> = new TimeHeap();

  constructor(config: ProducerConfig, records: PendingRecords) {
    this.#config = config;
    this.#records = records;
    this.#isSerial = config.isAggregating && config.isOrdered;
  }

  /** The lane that is due first. */
  get firstDue(): Lane | undefined {
    return this.#due.first;
  }

  /** Replaces all lanes by empty ones. */
  reset(lanes: readonly Lane[]): void {
    for (const { cursor } of this.lanes) this.#records.leave(cursor);
    this.lanes = lanes;
    this.#due = new LinkedList();
    this.#open = new LinkedList();
    this.#openRecords = 0;
    this.#openBytes = 0;
    this.#lingerFromMs = Number.POSITIVE_INFINITY;
    this.#blocked.clear();
  }

  laneOf(slot: number): Lane {
    return this.lanes[this.#records.laneOf(slot)]!;
  }

  /** Puts a record into its lane: at the front if it is to be sent again. */
  enqueue(slot: number, now: number): void {
    const records = this.#records;
    const lane = this.laneOf(slot);
    const isAgain = records.troubleOf(slot) !== undefined;
    records.setPlace(slot, READY);
    if (isAgain) records.unshift(lane.ready, slot);
    else records.push(lane.ready, slot);
    this.#count(lane, 1, records.bytesOf(slot), records.dataBytesOf(slot));
    if (isAgain || this.#hasLingered(slot, now)) lane.isUrgent = true;
    this.arrange(lane, now);
    if (lane.list === this.#open) this.#linger(slot);
  }

  /** Removes a ready record from its lane. */
  dequeue(slot: number, now: number): void {
    const records = this.#records;
    const lane = this.laneOf(slot);
    records.remove(lane.ready, slot);
    this.#count(lane, -1, -records.bytesOf(slot), -records.dataBytesOf(slot));
    this.arrange(lane, now);
  }

  /** Removes the first records of a lane, as a parcel. Call `arrange` on the lane afterwards. */
  takeParcel(lane: Lane, slots: readonly number[]): void {
    const records = this.#records;
    let bytes = 0;
    let dataBytes = 0;
    for (const slot of slots) {
      records.setPlace(slot, SENT);
      bytes += records.bytesOf(slot);
      dataBytes += records.dataBytesOf(slot);
    }
    records.removeThrough(lane.ready, slots[slots.length - 1]!);
    this.#count(lane, -slots.length, -bytes, -dataBytes);
    lane.parcels++;
  }

  /** Moves the ready records of other lanes to their lanes in this schedule. */
  takeOver(lanes: readonly Lane[], now: number): void {
    const records = this.#records;
    for (const { ready } of lanes) {
      for (let slot = ready.first; slot !== NONE; slot = ready.first) {
        const lane = this.laneOf(slot);
        records.remove(ready, slot);
        records.push(lane.ready, slot);
        this.#count(lane, 1, records.bytesOf(slot), records.dataBytesOf(slot));
      }
    }
    for (const lane of this.lanes) {
      lane.isUrgent = true;
      this.arrange(lane, now);
    }
  }

  /** Puts a lane where it belongs: due, open, blocked or nowhere. */
  arrange(lane: Lane, now: number): void {
    if (lane.isBlocked) return;
    const { first } = lane.ready;
    if (first === NONE) lane.isUrgent = false;
    if (first === NONE || (this.#isSerial && lane.parcels > 0)) {
      this.#move(lane, undefined);
    } else if (lane.blockedUntilMs > now) {
      this.#move(lane, undefined);
      lane.isBlocked = true;
      this.#blocked.add(lane, lane.blockedUntilMs);
    } else if (this.#isDue(lane, first, now)) {
      this.#move(lane, this.#due);
    } else {
      this.#move(lane, this.#open);
      if (this.#config.isAggregating) this.#linger(first);
    }
  }

  /** Moves the first due lane to the end, so that another lane is first. */
  putLast(lane: Lane): void {
    this.#due.remove(lane);
    this.#due.push(lane);
  }

  /** Arranges the lanes whose pause is over. */
  unblock(now: number): void {
    for (let lane = this.#blocked.takeDue(now); lane; lane = this.#blocked.takeDue(now)) {
      lane.isBlocked = false;
      lane.isUrgent = true;
      this.arrange(lane, now);
    }
  }

  /** Makes the open lanes due if a record has waited long enough, or if they fill a request. */
  closeOpen(now: number): void {
    if (!this.#isTimeToSend(now)) return;
    while (this.#open.first !== undefined) this.#move(this.#open.first, this.#due);
    this.#lingerFromMs = Number.POSITIVE_INFINITY;
  }

  /** The next time at which a lane has something to send; Infinity if none has. */
  wakeMs(now: number): number {
    if (this.#due.first !== undefined) return now;
    const { earliestMs } = this.#blocked;
    if (this.#open.first === undefined) return earliestMs;
    return Math.min(earliestMs, this.isFlushing ? now : this.#lingerUntilMs);
  }

  get #lingerUntilMs(): number {
    return this.#lingerFromMs + this.#config.lingerMs;
  }

  #isTimeToSend(now: number): boolean {
    if (this.isFlushing || this.#lingerUntilMs <= now) return true;
    const next = this.#openBytes > 0 ? 1 : 0;
    return (
      !this.#config.isAggregating &&
      !new RequestSize(this.#openRecords, this.#openBytes).hasRoomFor(next)
    );
  }

  #isDue(lane: Lane, first: number, now: number): boolean {
    if (this.isFlushing) return true;
    if (!this.#config.isAggregating) return lane.isUrgent || lane.list === this.#due;
    // The overhead of an aggregated record may leave no room for the last one.
    const isFull = lane.dataBytes >= this.#config.aggregateBytesMax;
    return isFull || this.#records.troubleOf(first) !== undefined || this.#hasLingered(first, now);
  }

  #hasLingered(slot: number, now: number): boolean {
    return this.#records.addedAtMsOf(slot) + this.#config.lingerMs <= now;
  }

  #linger(slot: number): void {
    const addedAtMs = this.#records.addedAtMsOf(slot);
    if (addedAtMs < this.#lingerFromMs) this.#lingerFromMs = addedAtMs;
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

  #count(lane: Lane, records: number, bytes: number, dataBytes: number): void {
    lane.records += records;
    lane.bytes += bytes;
    lane.dataBytes += dataBytes;
    if (lane.list !== this.#open) return;
    this.#openRecords += records;
    this.#openBytes += bytes;
  }
}
