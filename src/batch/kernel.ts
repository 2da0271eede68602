/**
 * Many keys hashed at once, in WebAssembly SIMD: twelve abreast, a chunk of a thousand a call.
 *
 * One instance and one memory serve the whole process: 192 KiB, or what the tables of the largest
 * shard map ask for beyond that.
 *
 * @module
 */

import { assertString } from '../base/argument.ts';
import { createEncoder, type Encoder, instantiate, type LanesExports } from './kernel-host.ts';
import {
  BYTES_AT,
  CHUNK_BYTES,
  CHUNK_KEYS,
  CHUNK_UNITS,
  DIGESTS_AT,
  KEY_BYTES_MAX,
  OFFSETS_AT,
  RANGES_AT,
  TABLES_AT,
} from './kernel-layout.ts';
import { LANES_WASM } from './kernel-wasm.ts';

/** Which code hashes a batch: `wasm-simd`, or `scalar`, its twin where that cannot run. */
export type Kernel = 'wasm-simd' | 'scalar';

/** Ranges that tile the key space, in the form in which the kernel searches them. */
export interface LanesTable {
  /** A hash key's bucket is its first word shifted right by this much. */
  readonly shift: number;
  /** Of each bucket, the range of its lowest hash key; behind the last one, the last range. */
  readonly buckets: Uint32Array;
  /** Of each range, the first word of its lowest hash key. */
  readonly firstWords: Uint32Array;
}

const PAGE_BYTES = 65_536;

/** A function that makes a vector and drops it: whoever compiles it has SIMD. */
const PROBE: readonly number[] = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

/**
 * Which kernel this process runs.
 *
 * Found out with a module of 31 bytes. If the host compiles that one, but later refuses the kernel
 * itself (some browsers, before 2023, compiled no more than 4 kB at once on the main thread), this
 * turns to `scalar`.
 *
 * @example
 * ```ts
 * import { kernel } from 'shardline/batch';
 *
 * kernel; // => 'wasm-simd'
 * ```
 */
export let kernel: Kernel = /* @__PURE__ */ probe();

function probe(): Kernel {
  const isThere =
    createEncoder() !== undefined && instantiate(Uint8Array.from(PROBE)) !== undefined;
  return isThere ? 'wasm-simd' : 'scalar';
}

let opened: Lanes | undefined;

/** The lanes of this process, compiled by the first call; undefined where they cannot run. */
export function openLanes(): Lanes | undefined {
  if (opened !== undefined || kernel === 'scalar') return opened;
  const encoder = createEncoder();
  const exports = instantiate(decodeHex(LANES_WASM)) as LanesExports | undefined;
  if (encoder === undefined || exports === undefined) kernel = 'scalar';
  else opened = new Lanes(exports, encoder);
  return opened;
}

function decodeHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = text.charCodeAt(2 * i);
    const low = text.charCodeAt(2 * i + 1);
    // '0' is 48 and 'a' is 97.
    bytes[i] = ((high < 97 ? high - 48 : high - 87) << 4) | (low < 97 ? low - 48 : low - 87);
  }
  return bytes;
}

/** One chunk at a time: load it, hash it or locate it, read the answers. */
export class Lanes {
  /** How many keys the last load took. At least 1. */
  count = 0;

  readonly #exports: LanesExports;
  readonly #encoder: Encoder;
  #memory!: Uint8Array;
  #text!: Uint8Array;
  #offsets!: Uint32Array;
  #ranges!: Uint32Array;
  #digests!: Uint8Array;
  /** Subtracted from every offset of the chunk. */
  #base = 0;
  #longest = 0;
  #shortest = 0;
  #loads = 0;
  #table: LanesTable | undefined;
  #steps = 0;

  constructor(exports: LanesExports, encoder: Encoder) {
    this.#exports = exports;
    this.#encoder = encoder;
    this.#view();
  }

  /**
   * Loads as many keys as fit, from `from` on.
   *
   * @returns False if the `count` keys are to be hashed one by one: a very long key, or keys whose
   *   halves of a surrogate pair become one when they are joined.
   * @throws {TypeError} If a key is not a string.
   */
  loadText(partitionKeys: readonly string[], from: number): boolean {
    const load = ++this.#loads;
    const offsets = this.#offsets;
    const until = Math.min(partitionKeys.length - from, CHUNK_KEYS);
    // Joining by + costs 10 ns a key with the encoding, Array.prototype.join 13 (16 characters).
    let text = '';
    let units = 0;
    let count = 0;
    offsets[0] = 0;
    while (count < until) {
      const key = partitionKeys[from + count]!;
      if (typeof key !== 'string') assertString(key, `partitionKeys[${from + count}]`);
      const { length } = key;
      if (length > KEY_BYTES_MAX || units + length > CHUNK_UNITS) break;
      units += length;
      text += key;
      offsets[++count] = units;
    }
    this.count = Math.max(count, 1);
    // A getter among the keys may have loaded a batch of its own.
    if (count === 0 || load !== this.#loads) return false;
    const { written } = this.#encoder.encodeInto(text, this.#text);
    // Every unit beyond ASCII takes two bytes or more, so equal counts mean that all is ASCII.
    if (written !== units) {
      this.#memory[BYTES_AT + written] = 0;
      if (this.#exports.encode(4 * count) === 0) return false;
    }
    this.#base = 0;
    this.#measure(count);
    return this.#longest <= KEY_BYTES_MAX;
  }

  /**
   * Loads as many keys as fit, from `from` on; key `i` is `packed[offsets[i], offsets[i + 1])`.
   *
   * @returns False if the one key counted is to be hashed by itself, since it is very long.
   * @throws {RangeError} If an offset is below the one before it or behind the end of `packed`.
   */
  loadBytes(packed: Uint8Array, offsets: Uint32Array, from: number): boolean {
    this.#loads++;
    let count = Math.min(offsets.length - 1 - from, CHUNK_KEYS);
    // Checked as copied: another thread may change the original between check and use.
    const list = this.#offsets;
    list.set(offsets.subarray(from, from + count + 1));
    const base = list[0]!;
    this.#measure(count);
    // Where no key is longer than the longest, no two offsets descend, but all may wrap around
    // 2^32.
    const end = list[count]!;
    const isFit = end >= base && end <= packed.length && end - base <= CHUNK_BYTES;
    if (!isFit || this.#longest > KEY_BYTES_MAX) {
      count = countFitting(list, count, packed.length, from);
      if (count === 0) {
        this.count = 1;
        return false;
      }
      this.#measure(count);
    }
    this.#memory.set(packed.subarray(base, list[count]!), BYTES_AT);
    this.count = count;
    this.#base = base;
    return true;
  }

  /**
   * Hashes the chunk and finds the range of each key.
   *
   * @returns False if the keys are to be located one by one, since the first word of the digest of
   *   one does not decide: one key in four billion for every range there is.
   */
  locate(table: LanesTable): boolean {
    if (this.#table !== table) this.#copyTable(table);
    const exports = this.#exports;
    const base = this.#base;
    const until = 4 * this.count;
    if (this.#longest < 20) exports.short5(base, until, this.#shortest);
    else if (this.#longest < 40) exports.short10(base, until, this.#shortest);
    else if (this.#longest < 56) exports.short14(base, until, this.#shortest);
    else this.digest();
    const { shift, buckets } = table;
    if (this.#steps < 2) return exports.choose(until, shift) === 0;
    return exports.search(until, shift, this.#steps, TABLES_AT + buckets.byteLength) === 0;
  }

  /** Writes the ranges of the chunk to `out` from `at` on. */
  copyRanges(out: Uint32Array, at: number): void {
    out.set(this.count === CHUNK_KEYS ? this.#ranges : this.#ranges.subarray(0, this.count), at);
  }

  /** Hashes the chunk in full. */
  digest(): void {
    this.#exports.sort(4 * this.count);
    this.#exports.long(this.#base, 4 * this.count);
  }

  /** Writes the digests of the chunk to `out` from `at` on, sixteen bytes a key. */
  copyDigests(out: Uint8Array, at: number): void {
    out.set(this.#digests.subarray(0, 16 * this.count), at);
  }

  /** Takes the measure of the keys whose offsets are in place. */
  #measure(count: number): void {
    const lengths = this.#exports.measure(4 * count);
    this.#longest = lengths >>> 16;
    this.#shortest = lengths & 0xffff;
  }

  #copyTable(table: LanesTable): void {
    const { buckets, firstWords } = table;
    let most = 0;
    for (let i = 1; i < buckets.length; i++) most = Math.max(most, buckets[i]! - buckets[i - 1]!);
    this.#steps = 32 - Math.clz32(most);
    const words = this.#tables(
      this.#steps < 2 ? 2 * buckets.length : buckets.length + firstWords.length,
    );
    if (this.#steps < 2) {
      for (let i = 0; i + 1 < buckets.length; i++) {
        const low = buckets[i]!;
        const high = buckets[i + 1]!;
        words[2 * i] = low < high ? firstWords[high]! : 0xffff_ffff;
        words[2 * i + 1] = low;
      }
    } else {
      words.set(buckets);
      words.set(firstWords, buckets.length);
    }
    this.#table = table;
  }

  /** Room for a table of so many words. */
  #tables(length: number): Uint32Array {
    const missing = Math.ceil((TABLES_AT + 4 * length - this.#memory.length) / PAGE_BYTES);
    if (missing > 0) {
      this.#exports.memory.grow(missing);
      this.#view();
    }
    return new Uint32Array(this.#memory.buffer, TABLES_AT, length);
  }

  #view(): void {
    const { buffer } = this.#exports.memory;
    this.#memory = new Uint8Array(buffer);
    this.#text = new Uint8Array(buffer, BYTES_AT, CHUNK_BYTES);
    this.#offsets = new Uint32Array(buffer, OFFSETS_AT, CHUNK_KEYS + 1);
    this.#ranges = new Uint32Array(buffer, RANGES_AT, CHUNK_KEYS);
    this.#digests = new Uint8Array(buffer, DIGESTS_AT, 16 * CHUNK_KEYS);
  }
}

/** How many keys of a list fit, from its first one on. */
function countFitting(list: Uint32Array, count: number, end: number, from: number): number {
  const base = list[0]!;
  for (let i = 0; i < count; i++) {
    assertOffsets(list[i]!, list[i + 1]!, end, from + i);
    const isFit = list[i + 1]! - list[i]! <= KEY_BYTES_MAX && list[i + 1]! - base <= CHUNK_BYTES;
    if (!isFit) return i;
  }
  return count;
}

/** @throws {RangeError} If key `index` does not lie within the bytes, or ends before it starts. */
export function assertOffsets(start: number, end: number, bytes: number, index: number): void {
  if (start <= end && end <= bytes) return;
  const found = `${start} at ${index} and ${end} at ${index + 1}`;
  throw new RangeError(
    `offsets must ascend and stay within the ${bytes} bytes of packed: got ${found}`,
  );
}
