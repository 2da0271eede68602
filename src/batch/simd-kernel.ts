/**
 * The host side of the SIMD kernel: loads a chunk of keys, hashes it and copies the results out.
 *
 * @module
 */

import { findRange, type RangeIndex } from '../sharding/range-index.ts';
import type { Encoder, KernelExports, KernelMemory } from './kernel-host.ts';
import {
  BYTES_AT,
  CHUNK_BYTES,
  CHUNK_KEYS,
  CHUNK_UNITS,
  DIGESTS_AT,
  KEY_BYTES_MAX,
  MAP_INDEXES_AT,
  OFFSETS_AT,
  ORDER_AT,
} from './kernel-layout.ts';
import { type KernelTable, KernelTables } from './kernel-tables.ts';
import { assertOffsets, type PackedKeys } from './packed-keys.ts';
import { assertKey, TextKeys } from './text-keys.ts';

/** Views of the kernel's memory. Growing the memory detaches them: their length is then 0. */
class MemoryViews {
  readonly bytes: Uint8Array;
  readonly text: Uint8Array;
  readonly offsets: Uint32Array;
  readonly mapIndexes: Uint32Array;
  readonly digests: Uint8Array;

  constructor({ buffer }: KernelMemory) {
    this.bytes = new Uint8Array(buffer);
    this.text = new Uint8Array(buffer, BYTES_AT, CHUNK_BYTES);
    this.offsets = new Uint32Array(buffer, OFFSETS_AT, CHUNK_KEYS + 1);
    this.mapIndexes = new Uint32Array(buffer, MAP_INDEXES_AT, CHUNK_KEYS);
    this.digests = new Uint8Array(buffer, DIGESTS_AT, 16 * CHUNK_KEYS);
  }
}

/**
 * Works through one chunk at a time: a load, then one call of `locate` or `hash`.
 *
 * The kernel's memory is scratch space shared by all routers of the process. From the moment it is
 * written to the moment the results are copied out, no caller code runs. `packed`, `offsets` and
 * `out` are typed arrays, accessed only through intrinsic methods and by index, and all strings of
 * a chunk are read before.
 *
 * Any step may throw, if only from a stack overflow. Nothing has to be undone then: each load
 * starts from scratch, and the two things that outlive a chunk, the views and the tables, are
 * replaced as a whole or not at all.
 */
export class SimdKernel {
  readonly #exports: KernelExports;
  readonly #encoder: Encoder;
  readonly #tables: KernelTables;
  #views: MemoryViews;
  /**
   * Whether the strings of a chunk are being read. A getter among them may start another batch. The
   * keys of that batch are hashed one by one, because the offsets in memory belong to this one.
   */
  #isReading = false;
  /** The number of keys in the chunk; 0 if the keys of the last load must be hashed one by one. */
  #count = 0;
  /** Subtracted from every offset of the chunk. */
  #base = 0;
  #longest = 0;
  #shortest = 0;

  constructor(exports: KernelExports, encoder: Encoder) {
    this.#exports = exports;
    this.#encoder = encoder;
    this.#tables = new KernelTables(exports.memory);
    this.#views = new MemoryViews(exports.memory);
  }

  /**
   * Loads as many keys as fit, from `from` on.
   *
   * @returns The number of keys that this load covers, at least 1. `locate` and `hash` return false
   *   for them if one is very long, if joining them makes a surrogate pair of two halves, or if a
   *   getter among the keys of another batch started this one.
   * @throws {TypeError} If a key is not a string.
   * @throws {RangeError} If an offset is below the one before it or past the end of the bytes.
   */
  load(keys: TextKeys | PackedKeys, from: number): number {
    this.#count = 0;
    if (this.#isReading) return keys.count - from;
    return keys instanceof TextKeys ? this.#loadText(keys, from) : this.#loadBytes(keys, from);
  }

  #loadText(keys: TextKeys, from: number): number {
    const { bytes, offsets, text: encoded } = this.#openViews();
    const { array } = keys;
    const until = Math.min(keys.count - from, CHUNK_KEYS);
    // Joining by + and encoding takes 10 ns per key; with Array.prototype.join, 13 (16 characters).
    let text = '';
    let units = 0;
    let count = 0;
    this.#isReading = true;
    try {
      let key = keys.take(from);
      offsets[0] = 0;
      while (key.length <= KEY_BYTES_MAX && units + key.length <= CHUNK_UNITS) {
        units += key.length;
        text += key;
        offsets[++count] = units;
        if (count === until) break;
        key = array[from + count]!;
        assertKey(key, from + count);
      }
      if (count < until) keys.putBack([key]);
    } finally {
      this.#isReading = false;
    }
    // No caller code runs from here on.
    if (count === 0) return 1;
    const { written } = this.#encoder.encodeInto(text, encoded);
    // Equal counts mean that all units are ASCII: any other unit takes two bytes or more.
    let isWhole = true;
    if (written !== units) {
      bytes[BYTES_AT + written] = 0;
      isWhole = this.#exports.toUtf8Offsets(4 * count) !== 0;
    }
    this.#measure(count);
    if (isWhole && this.#longest <= KEY_BYTES_MAX) {
      this.#base = 0;
      this.#count = count;
    } else {
      const ends = new Uint32Array(bytes.buffer, ORDER_AT, count + 1);
      keys.putBack(Array.from({ length: count }, (_, i) => text.slice(ends[i], ends[i + 1])));
    }
    return count;
  }

  #loadBytes(keys: PackedKeys, from: number): number {
    let count = Math.min(keys.count - from, CHUNK_KEYS);
    // The copies are checked, because another thread may change the originals after a check.
    const { bytes, offsets } = this.#openViews();
    offsets.set(keys.viewOffsets(from, from + count + 1));
    const base = offsets[0]!;
    this.#measure(count);
    // A descending offset makes a key that is too long, unless the offsets wrap around 2^32. The
    // comparison of both ends detects that.
    const end = offsets[count]!;
    const isFit = end >= base && end <= keys.byteLength && end - base <= CHUNK_BYTES;
    if (!isFit || this.#longest > KEY_BYTES_MAX) {
      count = countFitting(offsets, count, keys.byteLength, from);
      if (count === 0) return 1;
      this.#measure(count);
    }
    // If `packed` is detached, all keys are empty, and a view of it would throw.
    if (offsets[count]! > base) bytes.set(keys.viewBytes(base, offsets[count]!), BYTES_AT);
    this.#count = count;
    this.#base = base;
    return count;
  }

  /**
   * Hashes the chunk and writes the map index of each key to `out` from `at` on.
   *
   * @returns False if the keys must be located one by one.
   */
  locate(index: RangeIndex, out: Uint32Array, at: number): boolean {
    const count = this.#count;
    if (count === 0) return false;
    const table = this.#tables.find(index) ?? this.#tables.place(index);
    const { mapIndexes, digests } = this.#openViews();
    if (table === undefined || !this.#locateInTable(table)) {
      // The table has no room in memory, or the first word of a hash key equals that of a range
      // (one key in four billion per shard).
      this.#hashAnyLength();
      locateDigests(index, digests, count, mapIndexes);
    }
    // The intrinsic method, because the method of a subclass would see this memory.
    Uint32Array.prototype.set.call(
      out,
      count === CHUNK_KEYS ? mapIndexes : mapIndexes.subarray(0, count),
      at,
    );
    return true;
  }

  /** Leaves the map indexes in memory. Returns false if a hash key's first word does not decide. */
  #locateInTable({ shift, steps, at, firstWordsAt }: KernelTable): boolean {
    const exports = this.#exports;
    const base = this.#base;
    const until = 4 * this.#count;
    if (this.#longest < 20) exports.hashUpTo19Bytes(base, until, this.#shortest);
    else if (this.#longest < 40) exports.hashUpTo39Bytes(base, until, this.#shortest);
    else if (this.#longest < 56) exports.hashUpTo55Bytes(base, until, this.#shortest);
    else this.#hashAnyLength();
    const tie =
      steps < 2
        ? exports.locateByBucket(until, shift, at)
        : exports.locateByBinarySearch(until, shift, at, firstWordsAt, steps);
    return tie === 0;
  }

  /**
   * Hashes the chunk and writes sixteen bytes per key to `out`, the first key's from `at` on.
   *
   * @returns False if the keys must be hashed one by one.
   */
  hash(out: Uint8Array, at: number): boolean {
    if (this.#count === 0) return false;
    this.#hashAnyLength();
    const { digests } = this.#views;
    Uint8Array.prototype.set.call(out, digests.subarray(0, 16 * this.#count), at);
    return true;
  }

  #hashAnyLength(): void {
    this.#exports.sortByBlocks(4 * this.#count);
    this.#exports.hashAnyLength(this.#base, 4 * this.#count);
  }

  /** Measures the keys whose offsets are in the kernel's memory. */
  #measure(count: number): void {
    const lengths = this.#exports.measureLengths(4 * count);
    this.#longest = lengths >>> 16;
    this.#shortest = lengths & 0xffff;
  }

  /** Returns the views, new ones if the memory has grown, even in a call that threw. */
  #openViews(): MemoryViews {
    if (this.#views.offsets.length === 0) this.#views = new MemoryViews(this.#exports.memory);
    return this.#views;
  }
}

/** Writes the map index of each of `count` digests to `out`. */
function locateDigests(
  index: RangeIndex,
  digests: Uint8Array,
  count: number,
  out: Uint32Array,
): void {
  const words = new Uint32Array(4);
  const view = new DataView(digests.buffer, digests.byteOffset);
  for (let i = 0; i < count; i++) {
    for (let word = 0; word < 4; word++) words[word] = view.getUint32(16 * i + 4 * word);
    out[i] = findRange(index, words);
  }
}

/** Returns how many keys fit into a chunk, from the first offset on. */
function countFitting(offsets: Uint32Array, count: number, bytes: number, from: number): number {
  const base = offsets[0]!;
  for (let i = 0; i < count; i++) {
    const start = offsets[i]!;
    const end = offsets[i + 1]!;
    assertOffsets(start, end, bytes, from + i);
    if (end - start > KEY_BYTES_MAX || end - base > CHUNK_BYTES) return i;
  }
  return count;
}
