/**
 * All pending records, by age.
 *
 * @module
 */

import type { PendingRecord } from './lane.ts';

/** So many empty slots at the front are worth a copy of the others. */
const SLACK = 1024;

/** Pending records in the order of their ids. First come the overdue ones, which are sent. */
export class PendingQueue {
  /** The record of each id from `#firstId` on; undefined if it has ended. */
  #slots: (PendingRecord | undefined)[] = [];
  #firstId: number;
  /** All slots before this one are empty. */
  #front = 0;
  /** All slots before this one are empty or overdue. */
  #timely = 0;

  /** @param nextId The id of the first record that will be added. */
  constructor(nextId = 0) {
    this.#firstId = nextId;
  }

  /** The oldest record that is not overdue. */
  get oldestTimely(): PendingRecord | undefined {
    const slots = this.#slots;
    while (this.#timely < slots.length && slots[this.#timely] === undefined) this.#timely++;
    return slots[this.#timely];
  }

  /** Adds a record. Its id is one above that of the record before. */
  push(record: PendingRecord): void {
    this.#slots.push(record);
  }

  /** Makes the oldest record that is not overdue an overdue one. */
  markOverdue(record: PendingRecord): void {
    record.isOverdue = true;
    this.#timely = record.id - this.#firstId + 1;
  }

  remove(record: PendingRecord): void {
    const slots = this.#slots;
    slots[record.id - this.#firstId] = undefined;
    record.isEnded = true;
    while (this.#front < slots.length && slots[this.#front] === undefined) this.#front++;
    if (this.#front < SLACK || 2 * this.#front < slots.length) return;
    this.#slots = slots.slice(this.#front);
    this.#firstId += this.#front;
    this.#timely = this.#timely > this.#front ? this.#timely - this.#front : 0;
    this.#front = 0;
  }

  /** Returns all records. */
  list(): PendingRecord[] {
    return this.#slots.filter((record) => record !== undefined);
  }
}
