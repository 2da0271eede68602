/**
 * The records of a producer that have no result yet.
 *
 * Each record has a slot: an index into blocks of columns, which is reused after the record is
 * gone. With an object per record, the garbage collector would copy every pending one: then a
 * million pending records took three times as long per record as a thousand (bench/producer.ts).
 *
 * Each lane gets slots in runs of neighbours, because a lane is read from its first record to its
 * last. With 1,000 shards and 400 records each, scattered slots take twice as long.
 *
 * @module
 */

import { AgeQueue } from './age-queue.ts';
import type { Trouble } from './read-outcome.ts';
import { NONE, type SlotCursor, type SlotList } from './slot-list.ts';

/** Behind another record of its partition key. */
export const HELD = 0;
/** In the lane of its shard, to be sent. */
export const READY = 1;
/** In a parcel in flight. */
export const SENT = 2;
/** In a parcel that may have been stored in a shard where not all of its records belong. */
export const IN_DOUBT = 3;
/** Has its result. The slot is still taken while its parcel is in doubt. */
export const ENDED = 4;

/** Where a record is. */
export type Place = typeof HELD | typeof READY | typeof SENT | typeof IN_DOUBT | typeof ENDED;

/** The members of a record to add. */
export interface NewRecord {
  readonly data: Uint8Array;
  /** Empty for a record without one, on an AUTO stream. */
  readonly key: string;
  readonly hashKey: string | undefined;
  readonly dataBytes: number;
  /** Data and partition key. */
  readonly bytes: number;
  readonly addedAtMs: number;
  /** The index of the lane of its shard. */
  readonly lane: number;
}

/** Slots per block and per run, as powers of two. */
const BLOCK_BITS = 10;
const BLOCK_SLOTS: number = 1 << BLOCK_BITS;
const SLOT_MASK: number = BLOCK_SLOTS - 1;
const RUN_BITS = 5;
const RUN_SLOTS: number = 1 << RUN_BITS;

/** In some builds, V8's small integers have 31 bits. */
const SMALL_INTEGER_MAX: number = 2 ** 30;

/** Up to this many blocks are kept when nothing is pending. */
const KEPT_BLOCKS = 64;

/** The columns of a row: half a cache line. */
const ROW_BITS = 3;
/** The neighbours in a list. */
const NEXT = 0;
const PREVIOUS = 1;
const LANE = 2;
const BYTES = 3;
const DATA_BYTES = 4;
/** The place, and the flag below. */
const STATE = 5;

const PLACE_MASK = 7;
/** A flag: the record may be in the stream although its request failed. */
const MAYBE_STORED = 8;

/** The columns of some slots. */
class Block {
  readonly rows: Int32Array = new Int32Array(BLOCK_SLOTS << ROW_BITS);
  /** For each slot, the id and the time when the record was added. */
  readonly numbers: Float64Array = new Float64Array(BLOCK_SLOTS << 1);
  readonly data: (Uint8Array | undefined)[] = new Array(BLOCK_SLOTS).fill(undefined);
  readonly keys: string[] = new Array(BLOCK_SLOTS).fill('');
  /**
   * Both are absent until a record needs them: one with an explicit hash key, or one that was
   * refused.
   */
  hashKeys: (string | undefined)[] | undefined = undefined;
  troubles: (Trouble | undefined)[] | undefined = undefined;
}

/** Pending records, in the order of their ids, and the links of the lists that they are in. */
export class PendingRecords {
  /** The number of records without a result, and the sum of their bytes. */
  count = 0;
  totalBytes = 0;

  #nextId = 0;
  #ages: AgeQueue = new AgeQueue();
  readonly #blocks: Block[] = [];
  #taken = 0;
  /** Runs from this one on are free, as are those in `#freeRuns`. */
  #unusedRun = 0;
  readonly #freeRuns: number[] = [];
  /** For each run, how many slots are taken, plus one if a cursor holds the run. */
  readonly #uses: number[] = [];
  /** A cursor owns its slots only within the generation in which it got them. */
  #generation = 0;

  /** The oldest record that is not overdue. */
  get oldestTimely(): number {
    return this.#ages.oldestTimely;
  }

  /** Returns the id of a record: one above that of the record added before it. */
  idOf(slot: number): number {
    const id = this.#blockOf(slot).numbers[(slot & SLOT_MASK) << 1]!;
    // V8 stores a small integer in place, so a result needs no second object for its id.
    return id < SMALL_INTEGER_MAX ? id | 0 : id;
  }

  addedAtMsOf(slot: number): number {
    return this.#blockOf(slot).numbers[((slot & SLOT_MASK) << 1) + 1]!;
  }

  dataOf(slot: number): Uint8Array {
    return this.#blockOf(slot).data[slot & SLOT_MASK]!;
  }

  keyOf(slot: number): string {
    return this.#blockOf(slot).keys[slot & SLOT_MASK]!;
  }

  hashKeyOf(slot: number): string | undefined {
    return this.#blockOf(slot).hashKeys?.[slot & SLOT_MASK];
  }

  bytesOf(slot: number): number {
    return this.#get(slot, BYTES);
  }

  dataBytesOf(slot: number): number {
    return this.#get(slot, DATA_BYTES);
  }

  /** The index of the lane of its shard. */
  laneOf(slot: number): number {
    return this.#get(slot, LANE);
  }

  setLane(slot: number, lane: number): void {
    this.#set(slot, LANE, lane);
  }

  placeOf(slot: number): Place {
    return (this.#get(slot, STATE) & PLACE_MASK) as Place;
  }

  setPlace(slot: number, place: Place): void {
    this.#set(slot, STATE, (this.#get(slot, STATE) & ~PLACE_MASK) | place);
  }

  /** The last failure. Present exactly if the record is to be sent again. */
  troubleOf(slot: number): Trouble | undefined {
    return this.#blockOf(slot).troubles?.[slot & SLOT_MASK];
  }

  setTrouble(slot: number, trouble: Trouble): void {
    const block = this.#blockOf(slot);
    block.troubles ??= new Array(BLOCK_SLOTS).fill(undefined);
    block.troubles[slot & SLOT_MASK] = trouble;
    if (trouble.mayBeStored) this.markMaybeStored(slot);
  }

  isMaybeStored(slot: number): boolean {
    return (this.#get(slot, STATE) & MAYBE_STORED) !== 0;
  }

  markMaybeStored(slot: number): void {
    this.#set(slot, STATE, this.#get(slot, STATE) | MAYBE_STORED);
  }

  /** Returns whether a record is sent and has been pending for too long. */
  isOverdue(slot: number): boolean {
    return this.#ages.isOverdue(slot);
  }

  /** Marks the oldest record that is not overdue as overdue. */
  markOldestOverdue(): void {
    this.#ages.markOverdue();
  }

  /** @param cursor The cursor of the record's lane. */
  add(record: NewRecord, cursor: SlotCursor): number {
    const slot = this.#takeSlot(cursor);
    const block = this.#blockOf(slot);
    const at = slot & SLOT_MASK;
    const { rows, numbers } = block;
    const row = at << ROW_BITS;
    numbers[at << 1] = this.#nextId++;
    numbers[(at << 1) + 1] = record.addedAtMs;
    block.data[at] = record.data;
    block.keys[at] = record.key;
    if (record.hashKey !== undefined) {
      block.hashKeys ??= new Array(BLOCK_SLOTS).fill(undefined);
      block.hashKeys[at] = record.hashKey;
    }
    rows[row + LANE] = record.lane;
    rows[row + BYTES] = record.bytes;
    rows[row + DATA_BYTES] = record.dataBytes;
    rows[row + STATE] = HELD;
    this.#ages.push(slot);
    this.count++;
    this.totalBytes += record.bytes;
    return slot;
  }

  /** Ends a record. Its slot stays taken until it is released. */
  end(slot: number): void {
    this.#ages.remove(this.idOf(slot), slot);
    this.setPlace(slot, ENDED);
    this.count--;
    this.totalBytes -= this.bytesOf(slot);
  }

  /** Frees the slot of a record that has ended and is in no list. */
  release(slot: number): void {
    const block = this.#blockOf(slot);
    const at = slot & SLOT_MASK;
    block.data[at] = undefined;
    block.keys[at] = '';
    if (block.hashKeys !== undefined) block.hashKeys[at] = undefined;
    if (block.troubles !== undefined) block.troubles[at] = undefined;
    this.#dropUse(slot >> RUN_BITS);
    if (--this.#taken === 0) this.#restart();
  }

  /** Returns the slots of all records, the oldest first. */
  list(): number[] {
    return this.#ages.list();
  }

  /** Removes all records, and forgets all lists and parcels. */
  clear(): void {
    this.count = 0;
    this.totalBytes = 0;
    this.#ages = new AgeQueue(this.#nextId);
    this.#taken = 0;
    this.#restart();
    this.#blocks.length = 0;
  }

  /** Gives back the slots that a lane has not used. */
  leave(cursor: SlotCursor): void {
    if (cursor.generation === this.#generation) this.#dropUse((cursor.end - 1) >> RUN_BITS);
    cursor.generation = NONE;
  }

  /** Returns the slot behind one in a list; NONE behind the last one. */
  next(slot: number): number {
    return this.#get(slot, NEXT);
  }

  /** Adds a record at the end of a list. */
  push(list: SlotList, slot: number): void {
    const { last } = list;
    this.#set(slot, PREVIOUS, last);
    this.#set(slot, NEXT, NONE);
    if (last === NONE) list.first = slot;
    else this.#set(last, NEXT, slot);
    list.last = slot;
  }

  /** Adds a record at the front of a list. */
  unshift(list: SlotList, slot: number): void {
    const { first } = list;
    this.#set(slot, PREVIOUS, NONE);
    this.#set(slot, NEXT, first);
    if (first === NONE) list.last = slot;
    else this.#set(first, PREVIOUS, slot);
    list.first = slot;
  }

  /** Removes a record, which must be in this list. */
  remove(list: SlotList, slot: number): void {
    const previous = this.#get(slot, PREVIOUS);
    const next = this.#get(slot, NEXT);
    if (previous === NONE) list.first = next;
    else this.#set(previous, NEXT, next);
    if (next === NONE) list.last = previous;
    else this.#set(next, PREVIOUS, previous);
  }

  /** Removes the first records of a list, up to and including this one. */
  removeThrough(list: SlotList, slot: number): void {
    const next = this.#get(slot, NEXT);
    list.first = next;
    if (next === NONE) list.last = NONE;
    else this.#set(next, PREVIOUS, NONE);
  }

  #blockOf(slot: number): Block {
    return this.#blocks[slot >> BLOCK_BITS]!;
  }

  #get(slot: number, column: number): number {
    return this.#blockOf(slot).rows[((slot & SLOT_MASK) << ROW_BITS) + column]!;
  }

  #set(slot: number, column: number, value: number): void {
    this.#blockOf(slot).rows[((slot & SLOT_MASK) << ROW_BITS) + column] = value;
  }

  #takeSlot(cursor: SlotCursor): number {
    if (cursor.generation !== this.#generation || cursor.next === cursor.end) {
      this.leave(cursor);
      this.#takeRun(cursor);
    }
    this.#taken++;
    this.#uses[cursor.next >> RUN_BITS]!++;
    return cursor.next++;
  }

  #takeRun(cursor: SlotCursor): void {
    const run = this.#freeRuns.pop() ?? this.#unusedRun++;
    this.#uses[run] = 1;
    cursor.next = run << RUN_BITS;
    cursor.end = cursor.next + RUN_SLOTS;
    cursor.generation = this.#generation;
    if (cursor.next >> BLOCK_BITS === this.#blocks.length) this.#blocks.push(new Block());
  }

  #dropUse(run: number): void {
    if (--this.#uses[run]! === 0) this.#freeRuns.push(run);
  }

  /**
   * Starts again at the first run, so that records added together are together in memory again.
   * Beyond `KEPT_BLOCKS`, keeps the blocks that were used since the last restart: fresh memory is
   * slow.
   */
  #restart(): void {
    if (this.#blocks.length > KEPT_BLOCKS) {
      this.#blocks.length = this.#unusedRun >> (BLOCK_BITS - RUN_BITS);
    }
    this.#generation++;
    this.#freeRuns.length = 0;
    this.#unusedRun = 0;
  }
}
