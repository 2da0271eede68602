/**
 * Holds records back, so that each partition key has at most one record ready or in flight.
 *
 * @module
 */

import { HELD, type PendingRecords } from './pending-records.ts';
import { NONE, SlotList } from './slot-list.ts';

/** The records that wait behind another one of their key. */
export class HeldKeys {
  readonly #records: PendingRecords;
  /** For each key with a record that is ready or sent, the records behind that one. */
  readonly #behind: Map<string, SlotList | undefined> = new Map();

  constructor(records: PendingRecords) {
    this.#records = records;
  }

  /** Puts a record behind another one of its key. Returns false if there is none. */
  hold(slot: number): boolean {
    const key = this.#records.keyOf(slot);
    let list = this.#behind.get(key);
    if (list === undefined) {
      if (!this.#behind.has(key)) {
        this.#behind.set(key, undefined);
        return false;
      }
      list = new SlotList();
      this.#behind.set(key, list);
    }
    this.#records.setPlace(slot, HELD);
    this.#records.push(list, slot);
    return true;
  }

  /** Removes and returns the record behind one that ended, or returns NONE if there is none. */
  takeNext(slot: number): number {
    const key = this.#records.keyOf(slot);
    const list = this.#behind.get(key);
    if (list === undefined || list.first === NONE) {
      this.#behind.delete(key);
      return NONE;
    }
    const { first } = list;
    this.#records.remove(list, first);
    return first;
  }

  /** Removes a record that is held back. */
  remove(slot: number): void {
    this.#records.remove(this.#behind.get(this.#records.keyOf(slot))!, slot);
  }

  clear(): void {
    this.#behind.clear();
  }
}
