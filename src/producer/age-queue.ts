/**
 * Pending records by age.
 *
 * @module
 */

import { NONE } from './slot-list.ts';

const FIRST_CAPACITY = 1024;

/**
 * The slots of pending records by ascending id. Overdue records come first: those that have been
 * pending for too long but are in a request that is not settled.
 */
export class AgeQueue {
  /**
   * A ring buffer: the slot of each id that is neither overdue nor ended is at the id modulo its
   * length.
   */
  #slots: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** The id of the oldest record that is not overdue, or the next id if there is none. */
  #first: number;
  #nextId: number;
  readonly #overdue: Set<number> = new Set();

  /** @param nextId The id of the first record that will be added. */
  constructor(nextId = 0) {
    this.#first = nextId;
    this.#nextId = nextId;
  }

  /** The oldest record that is not overdue. */
  get oldestTimely(): number {
    return this.#first === this.#nextId ? NONE : this.#slotOf(this.#first);
  }

  /** Adds a record. Its id is one above that of the previous record. */
  push(slot: number): void {
    const capacity = this.#slots.length;
    if (this.#nextId - this.#first === capacity) this.#grow(2 * capacity);
    this.#put(this.#nextId++, slot);
  }

  /** Marks the oldest record that is not overdue as overdue. */
  markOverdue(): void {
    this.#overdue.add(this.oldestTimely);
    this.#put(this.#first, NONE);
    this.#advance();
  }

  isOverdue(slot: number): boolean {
    return this.#overdue.has(slot);
  }

  remove(id: number, slot: number): void {
    if (id < this.#first) {
      this.#overdue.delete(slot);
      return;
    }
    this.#put(id, NONE);
    this.#advance();
  }

  /** Returns all slots, the oldest first. */
  list(): number[] {
    const slots = [...this.#overdue];
    for (let id = this.#first; id < this.#nextId; id++) {
      const slot = this.#slotOf(id);
      if (slot !== NONE) slots.push(slot);
    }
    return slots;
  }

  #slotOf(id: number): number {
    return this.#slots[id & (this.#slots.length - 1)]!;
  }

  #put(id: number, slot: number): void {
    this.#slots[id & (this.#slots.length - 1)] = slot;
  }

  #advance(): void {
    while (this.#first < this.#nextId && this.#slotOf(this.#first) === NONE) this.#first++;
  }

  #grow(capacity: number): void {
    const slots = new Int32Array(capacity);
    for (let id = this.#first; id < this.#nextId; id++) {
      slots[id & (capacity - 1)] = this.#slotOf(id);
    }
    this.#slots = slots;
  }
}
