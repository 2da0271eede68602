/**
 * UTF-8 encoded partition keys, packed into one array of bytes.
 *
 * @module
 */

import {
  assertTypedArray,
  lengthOf,
  readBuffer,
  readByteOffset,
  viewBytes,
} from '../base/argument.ts';
import { md5Bytes } from '../hashing/md5.ts';

/**
 * Keys in a packed array: key `i` is `packed[offsets[i], offsets[i + 1])`.
 *
 * Offsets are checked when they are read, not in advance. No caller code runs: the arrays are read
 * by index and through the getters that all typed arrays share.
 */
export class PackedKeys {
  /** The number of keys. */
  readonly count: number;
  /** The number of bytes in `packed`. */
  readonly byteLength: number;
  readonly #packed: Uint8Array;
  readonly #offsets: Uint32Array;

  /**
   * @throws {TypeError} If `packed` is not a Uint8Array or `offsets` is not a Uint32Array.
   * @throws {RangeError} If `offsets` is empty.
   */
  constructor(packed: Uint8Array, offsets: Uint32Array) {
    assertTypedArray(packed, 'Uint8Array', 'packed');
    assertTypedArray(offsets, 'Uint32Array', 'offsets');
    this.count = lengthOf(offsets) - 1;
    if (this.count < 0) {
      throw new RangeError('offsets must have one entry more than there are keys: got 0');
    }
    this.byteLength = lengthOf(packed);
    this.#packed = packed;
    this.#offsets = offsets;
  }

  /**
   * Writes the hash key of key `at` to `words`.
   *
   * @throws {RangeError} If its offsets descend or leave `packed`.
   */
  hash(at: number, words: Uint32Array): void {
    const start = this.#offsets[at]!;
    const end = this.#offsets[at + 1]!;
    assertOffsets(start, end, this.byteLength, at);
    md5Bytes(this.#packed, start, end, words);
  }

  // `subarray` would let a subclass choose the view, and so run caller code.

  /** Returns a view of the bytes in [start, end). */
  viewBytes(start: number, end: number): Uint8Array {
    return viewBytes(this.#packed, start, end - start);
  }

  /** Returns a view of the offsets in [from, until). */
  viewOffsets(from: number, until: number): Uint32Array {
    const at = readByteOffset.call(this.#offsets) + 4 * from;
    return new Uint32Array(readBuffer.call(this.#offsets), at, until - from);
  }
}

/** @throws {RangeError} If key `index` ends before it starts or is not within the bytes. */
export function assertOffsets(start: number, end: number, bytes: number, index: number): void {
  if (start <= end && end <= bytes) return;
  const found = `${start} at ${index} and ${end} at ${index + 1}`;
  throw new RangeError(
    `offsets must ascend and stay within the ${bytes} bytes of packed: got ${found}`,
  );
}
