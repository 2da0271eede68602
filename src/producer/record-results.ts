/**
 * Ends records: each gets its result, and the record held behind it becomes ready.
 *
 * @module
 */

import { escapeControls } from '../base/argument.ts';
import type { HeldKeys } from './held-keys.ts';
import type { Parcel } from './lane.ts';
import { ENDED, HELD, IN_DOUBT, type PendingRecords, READY } from './pending-records.ts';
import type { RecordResult } from './producer.ts';
import type { ProducerConfig } from './producer-config.ts';
import type { Trouble } from './read-outcome.ts';
import type { Schedule } from './schedule.ts';
import { NONE } from './slot-list.ts';

/** An error's message may be long. */
const TROUBLE_CHARACTERS_MAX = 200;

/** Records that were stored as one Kinesis record, before their results are made. */
interface StoredRecords {
  /** In their order in the Kinesis record. {@link NONE} for one that has had its result. */
  readonly ids: readonly number[];
  readonly isAggregate: boolean;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/**
 * The results that have not been taken yet.
 *
 * Results of stored records are made when they are taken, in one array of the right size. An array
 * that grows to 80,000 results, as many as a large request has, takes twice as long.
 */
export class RecordResults {
  readonly #config: ProducerConfig;
  readonly #records: PendingRecords;
  readonly #schedule: Schedule;
  readonly #heldKeys: HeldKeys | undefined;
  #waiting: (StoredRecords | RecordResult)[] = [];
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

  take(): RecordResult[] {
    const results: RecordResult[] = new Array(this.#count);
    let at = 0;
    for (const waiting of this.#waiting) {
      if ('ok' in waiting) {
        results[at++] = waiting;
        continue;
      }
      const { ids, isAggregate, shardId, sequenceNumber } = waiting;
      for (let i = 0; i < ids.length; i++) {
        const recordId = ids[i]!;
        if (recordId === NONE) continue;
        results[at++] = isAggregate
          ? { recordId, ok: true, shardId, sequenceNumber, subSequenceNumber: i }
          : { recordId, ok: true, shardId, sequenceNumber };
      }
    }
    this.#waiting = [];
    this.#count = 0;
    return results;
  }

  /** Ends the records of a parcel that is stored. */
  endStored(
    { slots, isAggregate }: Parcel,
    shardId: string,
    sequenceNumber: string,
    now: number,
  ): void {
    const records = this.#records;
    const ids: number[] = [];
    for (const slot of slots) {
      if (records.placeOf(slot) === ENDED) {
        ids.push(NONE);
        records.release(slot);
      } else {
        ids.push(records.idOf(slot));
        this.#end(slot, now);
      }
    }
    this.#waiting.push({ ids, isAggregate, shardId, sequenceNumber });
  }

  /** Ends a record. The slot of one in doubt stays taken, because its parcel refers to it. */
  #end(slot: number, now: number): void {
    const records = this.#records;
    const place = records.placeOf(slot);
    records.end(slot);
    this.#count++;
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
    this.#waiting.push({ recordId, ok: false, fault, mayBeStored });
    this.#end(slot, now);
  }

  /** Fails a record that was pending for too long. */
  expire(slot: number, now: number): void {
    const trouble = this.#records.troubleOf(slot);
    let message = `The record was pending for ${this.#config.recordTtlMs} ms`;
    if (trouble !== undefined) {
      const last = trouble.code + (trouble.message && `: ${trouble.message}`);
      message += `; the last error was ${escapeControls(last.slice(0, TROUBLE_CHARACTERS_MAX))}`;
    }
    this.fail(slot, { code: 'RecordExpired', message }, now);
  }
}
