/**
 * The host's side of the SIMD kernel: loads a chunk of keys, hashes it and reads the answers.
 *
 * @module
 */

import type { RangeIndex } from '../sharding/range-index.ts';
import type { Encoder, KernelExports } from './kernel-host.ts';
import {
  BYTES_AT,
  CHUNK_BYTES,
  CHUNK_KEYS,
  CHUNK_UNITS,
  DIGESTS_AT,
  KEY_BYTES_MAX,
  MAP_INDEXES_AT,
  OFFSETS_AT,
} from './kernel-layout.ts';
import { type KernelTable, KernelTables } from './kernel-tables.ts';
import { assertOffsets, type PackedKeys } from './packed-keys.ts';
import { assertKey, TextKeys } from './text-keys.ts';

/**
 * Works through one chunk at a time: a load, then one call of `locate` or `hash`.
 *
 * The kernel's memory is scratch shared by all routers of the process. From the moment a chunk is
 * loaded to the moment its answers are copied out, no caller code runs: `packed`, `offsets` and
 * `out` are typed arrays, which are read and written through intrinsic methods and indexes only.
 * The one exception is the loop that reads strings, which detects a load inside it.
 */
export class SimdKernel {
  readonly #exports: KernelExports;
  readonly #encoder: Encoder;
  readonly #tables: KernelTables;
  // Views of the memory. Growing the memory detaches them, so they are made again.
  #memory!: Uint8Array;
  #text!: Uint8Array;
  #offsets!: Uint32Array;
  #mapIndexes!: Uint32Array;
  #digests!: Uint8Array;
  /** Keys in the chunk; 0 if the keys of the last load must be hashed one by one. */
  #count = 0;
  /** Subtracted from every offset of the chunk. */
  #base = 0;
  #longest = 0;
  #shortest = 0;
  /** Counts loads, so that a load detects another one inside it. */
  #loads = 0;

  constructor(exports: KernelExports, encoder: Encoder) {
    this.#exports = exports;
    this.#encoder = encoder;
    this.#tables = new KernelTables(exports.memory);
    this.#createViews();
  }

  /**
   * Loads as many keys as fit, from `from` on.
   *
   * @returns The number of keys that this load covers, at least 1. `locate` and `hash` return false
   *   for them if one is very long, or if joining them makes a surrogate pair of two halves.
   * @throws {TypeError} If a key is not a string.
   * @throws {RangeError} If an offset is below the one before it or past the end of the bytes.
   */
  load(keys: TextKeys | PackedKeys, from: number): number {
    return keys instanceof TextKeys ? this.#loadText(keys, from) : this.#loadBytes(keys, from);
  }

  #loadText(keys: TextKeys, from: number): number {
    const load = ++this.#loads;
    const offsets = this.#offsets;
    const { array } = keys;
    const until = Math.min(keys.count - from, CHUNK_KEYS);
    // Joining by + and encoding costs 10 ns per key, with Array.prototype.join 13 (16 characters).
    let text = '';
    let units = 0;
    let count = 0;
    offsets[0] = 0;
    while (count < until) {
      const key = array[from + count]!;
      assertKey(key, from + count);
      const { length } = key;
      if (length > KEY_BYTES_MAX || units + length > CHUNK_UNITS) break;
      units += length;
      text += key;
      offsets[++count] = units;
    }
    this.#count = 0;
    if (count === 0) return 1;
    // A getter among the keys may have loaded a chunk of its own and overwritten the offsets.
    if (load !== this.#loads) return count;
    const { written } = this.#encoder.encodeInto(text, this.#text);
    // A unit that is not ASCII takes two bytes or more, so equal counts mean that all units are
    // ASCII.
    if (written !== units) {
      this.#memory[BYTES_AT + written] = 0;
      if (this.#exports.toUtf8Offsets(4 * count) === 0) return count;
    }
    this.#base = 0;
    this.#measure(count);
    if (this.#longest <= KEY_BYTES_MAX) this.#count = count;
    return count;
  }

  #loadBytes(keys: PackedKeys, from: number): number {
    this.#loads++;
    this.#count = 0;
    let count = Math.min(keys.count - from, CHUNK_KEYS);
    // Checked as copied: another thread may change the original between check and use.
    const offsets = this.#offsets;
    offsets.set(keys.viewOffsets(from, from + count + 1));
    const base = offsets[0]!;
    this.#measure(count);
    // If no key is too long, no offset is below the one before it, unless they wrap around 2^32.
    // The comparison of the ends detects that.
    const end = offsets[count]!;
    const isFit = end >= base && end <= keys.byteLength && end - base <= CHUNK_BYTES;
    if (!isFit || this.#longest > KEY_BYTES_MAX) {
      count = countFitting(offsets, count, keys.byteLength, from);
      if (count === 0) return 1;
      this.#measure(count);
    }
    this.#memory.set(keys.viewBytes(base, offsets[count]!), BYTES_AT);
    this.#count = count;
    this.#base = base;
    return count;
  }

  /**
   * Hashes the chunk and writes the map index of each key to `out` from `at` on.
   *
   * @returns False if the keys must be located one by one: because `load` decided so, or the map's
   *   table has no room in memory, or the first word of a hash key equals that of a range (one key
   *   in four billion per shard).
   */
  locate(index: RangeIndex, out: Uint32Array, at: number): boolean {
    const count = this.#count;
    if (count === 0) return false;
    const table = this.#tables.find(index) ?? this.#placeTable(index);
    if (table === undefined) return false;
    const exports = this.#exports;
    const base = this.#base;
    const until = 4 * count;
    if (this.#longest < 20) exports.hashUpTo19Bytes(base, until, this.#shortest);
    else if (this.#longest < 40) exports.hashUpTo39Bytes(base, until, this.#shortest);
    else if (this.#longest < 56) exports.hashUpTo55Bytes(base, until, this.#shortest);
    else this.#hashAnyLength();
    const { shift, steps, at: tableAt, firstWordsAt } = table;
    const tie =
      steps < 2
        ? exports.locateByBucket(until, shift, tableAt)
        : exports.locateByBinarySearch(until, shift, tableAt, firstWordsAt, steps);
    if (tie !== 0) return false;
    const mapIndexes = this.#mapIndexes;
    // The intrinsic method: a subclass may have one of its own, which would see this memory.
    Uint32Array.prototype.set.call(
      out,
      count === CHUNK_KEYS ? mapIndexes : mapIndexes.subarray(0, count),
      at,
    );
    return true;
  }

  /**
   * Hashes the chunk and writes sixteen bytes per key to `out`, the first key's from `at` on.
   *
   * @returns False if the keys must be hashed one by one.
   */
  hash(out: Uint8Array, at: number): boolean {
    if (this.#count === 0) return false;
    this.#hashAnyLength();
    Uint8Array.prototype.set.call(out, this.#digests.subarray(0, 16 * this.#count), at);
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

  #placeTable(index: RangeIndex): KernelTable | undefined {
    const table = this.#tables.place(index);
    if (this.#memory.buffer !== this.#exports.memory.buffer) this.#createViews();
    return table;
  }

  #createViews(): void {
    const { buffer } = this.#exports.memory;
    this.#memory = new Uint8Array(buffer);
    this.#text = new Uint8Array(buffer, BYTES_AT, CHUNK_BYTES);
    this.#offsets = new Uint32Array(buffer, OFFSETS_AT, CHUNK_KEYS + 1);
    this.#mapIndexes = new Uint32Array(buffer, MAP_INDEXES_AT, CHUNK_KEYS);
    this.#digests = new Uint8Array(buffer, DIGESTS_AT, 16 * CHUNK_KEYS);
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
