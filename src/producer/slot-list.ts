/**
 * Slots, which stand for pending records, and lists of them.
 *
 * @module
 */

/** In place of a slot. */
export const NONE = -1;

/** Slots in order. A slot is in one list at most. PendingRecords has their links. */
export class SlotList {
  first: number = NONE;
  last: number = NONE;
}

/** Where the next record of a lane goes: side by side with the one before, if there is room. */
export class SlotCursor {
  next = 0;
  /** No slot from this one on is its own. */
  end = 0;
  /** Of which {@link PendingRecords} it is: slots of another generation are not its own. */
  generation: number = NONE;
}
