/**
 * Slots, which stand for pending records, and lists of them.
 *
 * @module
 */

/** Stands for the absence of a slot. */
export const NONE = -1;

/** Slots in order. A slot is in at most one list. PendingRecords holds the links. */
export class SlotList {
  first: number = NONE;
  last: number = NONE;
}

/** Where the next record of a lane goes: next to the previous one, if there is room. */
export class SlotCursor {
  next = 0;
  /** The cursor owns the slots from `next` up to this one, exclusive. */
  end = 0;
  /**
   * The generation of {@link PendingRecords} in which the cursor got its slots. It owns none of any
   * other.
   */
  generation: number = NONE;
}
