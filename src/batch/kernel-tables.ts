/**
 * The look-up tables of shard maps in the SIMD kernel's memory.
 *
 * @module
 */

import type { RangeIndex } from '../sharding/range-index.ts';
import type { KernelMemory } from './kernel-host.ts';
import { TABLES_AT } from './kernel-layout.ts';

/** A range index in the kernel's memory, in the form that the kernel reads. */
export interface KernelTable {
  /** A hash key's bucket is its first word shifted right by this much. */
  readonly shift: number;
  /**
   * The maximum number of steps of a binary search within a bucket. Below 2, the bucket alone
   * decides.
   */
  readonly steps: number;
  /** The address at which the table starts. */
  readonly at: number;
  /** The address of the first words of the ranges, for a binary search. */
  readonly firstWordsAt: number;
}

/** The maximum memory for tables: 255 maps of 10,000 shards, or 31 of 100,000. */
export const TABLE_BYTES_MAX = 33_554_432;

const PAGE_BYTES = 65_536;

/**
 * Keeps one table per range index. Each table is copied once and reused by later calls.
 *
 * Tables follow each other in memory. If a new one would exceed {@link TABLE_BYTES_MAX}, all are
 * dropped, and each is copied again by the next call that needs it. WebAssembly memory cannot
 * shrink, so this bound holds for the life of the process.
 *
 * Any step may throw, if only from a stack overflow. Therefore a table is listed only after its
 * last word is written, and tables are dropped before anything overwrites them: nothing has to be
 * undone.
 */
export class KernelTables {
  readonly #memory: KernelMemory;
  /** The table of each range index, or undefined for one that has no room. */
  #tables = new WeakMap<RangeIndex, KernelTable | undefined>();
  /** Where the next table starts. */
  #next = TABLES_AT;
  /** The highest address at which a table may end. */
  #limit = TABLES_AT + TABLE_BYTES_MAX;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** Returns the table of a range index, or undefined if it has not been placed or has no room. */
  find(index: RangeIndex): KernelTable | undefined {
    return this.#tables.get(index);
  }

  /**
   * Copies a range index into the kernel's memory. Detaches the memory's buffer if it must grow.
   *
   * @returns Undefined if the table is too large or the host refuses to grow the memory.
   */
  place(index: RangeIndex): KernelTable | undefined {
    if (this.#tables.has(index)) return this.#tables.get(index);
    const { shift, buckets, firstWords } = index;
    const steps = countSteps(buckets);
    const isPaired = steps < 2;
    const length = isPaired ? 2 * buckets.length : buckets.length + firstWords.length;
    const at = this.#reserve(4 * length);
    if (at === undefined) {
      this.#tables.set(index, undefined);
      return undefined;
    }
    const words = new Uint32Array(this.#memory.buffer, at, length);
    if (isPaired) {
      pairBuckets(buckets, firstWords, words);
    } else {
      words.set(buckets);
      words.set(firstWords, buckets.length);
    }
    const table = { shift, steps, at, firstWordsAt: at + buckets.byteLength };
    this.#next = at + 4 * length;
    this.#tables.set(index, table);
    return table;
  }

  /** Returns the address for a table of that size, or undefined if there is no room for it. */
  #reserve(bytes: number): number | undefined {
    if (TABLES_AT + bytes > this.#limit) return undefined;
    if (this.#next + bytes > this.#limit) {
      this.#tables = new WeakMap();
      this.#next = TABLES_AT;
    }
    const at = this.#next;
    const missing = at + bytes - this.#memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      } catch {
        // From now on, tables share the existing memory.
        this.#limit = this.#memory.buffer.byteLength;
        return this.#reserve(bytes);
      }
    }
    return at;
  }
}

/** Returns how many steps a binary search takes within the bucket with the most ranges. */
function countSteps(buckets: Uint32Array): number {
  let most = 0;
  for (let i = 1; i < buckets.length; i++) most = Math.max(most, buckets[i]! - buckets[i - 1]!);
  return 32 - Math.clz32(most);
}

/**
 * Writes two words per bucket: the first word of the one range that starts in it, or the highest
 * word if none does, and the range of the bucket's lowest hash key. A look-up then reads one cache
 * line.
 */
function pairBuckets(buckets: Uint32Array, firstWords: Uint32Array, out: Uint32Array): void {
  for (let i = 0; i + 1 < buckets.length; i++) {
    const low = buckets[i]!;
    const high = buckets[i + 1]!;
    out[2 * i] = low < high ? firstWords[high]! : 0xffff_ffff;
    out[2 * i + 1] = low;
  }
}
