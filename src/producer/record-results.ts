/**
 * Ends records: each gets its result, and the record held behind it becomes ready.
 *
 * @module
 */

import type { HeldKeys } from './held-keys.ts';
import type { Parcel } from './lane.ts';
import { HELD, IN_DOUBT, type PendingRecords, READY } from './pending-records.ts';
import type { RecordResult } from './producer.ts';
import type { ProducerConfig } from './producer-config.ts';
import type { Trouble } from './read-outcome.ts';
import type { Schedule } from './schedule.ts';
import { NONE } from './slot-list.ts';

/** The results that have not been taken yet. */
export class RecordResults {
  readonly #config: ProducerConfig;
  readonly #records: PendingRecords;
  readonly #schedule: Schedule;
  readonly #heldKeys: HeldKeys | undefined;
  /** May be longer than its count: the rest is reserved. */
  #results: RecordResult[] = [];
  #count = 0;

  /** @param heldKeys Undefined if no record is held back. */
  constructor(
    config: ProducerConfig,
    records: PendingRecords,
    schedule: Schedule,
    heldKeys: HeldKeys | undefined,
  ) {
    this.#config = config;
    this.#records = records;
    this.#schedule = schedule;
    this.#heldKeys = heldKeys;
  }

  /**
   * Makes room for the results of a request at once. With 80,000 of them, as in the largest
   * requests, letting the array grow takes as long as making the results.
   */
  reserve(parcels: readonly Parcel[]): void {
    let count = this.#count;
    for (const { slots } of parcels) count += slots.length;
    this.#results.length = count;
  }

  take(): RecordResult[] {
    const results = this.#results;
    results.length = this.#count;
    this.#results = [];
    this.#count = 0;
    return results;
  }

  /** Ends a record. The slot of one in doubt stays taken, because its parcel refers to it. */
  end(slot: number, result: RecordResult, now: number): void {
    const records = this.#records;
    const place = records.placeOf(slot);
    records.end(slot);
    this.#results[this.#count++] = result;
    if (place === READY) this.#schedule.dequeue(slot, now);
    if (this.#heldKeys !== undefined) {
      if (place === HELD) {
        this.#heldKeys.remove(slot);
      } else {
        const next = this.#heldKeys.takeNext(slot);
        if (next !== NONE) this.#schedule.enqueue(next, now);
      }
    }
    if (place !== IN_DOUBT) records.release(slot);
    if (records.count === 0) this.#schedule.isFlushing = false;
  }

  fail(slot: number, { code, message }: Pick<Trouble, 'code' | 'message'>, now: number): void {
    const mayBeStored = this.#records.isMaybeStored(slot);
    const fault = { code, message, blame: mayBeStored ? 'server' : 'client' } as const;
    const recordId = this.#records.idOf(slot);
    this.end(slot, { recordId, ok: false, fault, mayBeStored }, now);
  }

  /** Fails a record that was pending for too long. */
  expire(slot: number, now: number): void {
    const trouble = this.#records.troubleOf(slot);
    const last = trouble === undefined ? '' : `; the last error was ${trouble.code}`;
    const message = `The record was pending for ${this.#config.recordTtlMs} ms${last}`;
    this.fail(slot, { code: 'RecordExpired', message }, now);
  }
}
