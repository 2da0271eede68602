/**
 * The output arrays of a batch.
 *
 * @module
 */

import { assertTypedArray, lengthOf } from '../base/argument.ts';

/**
 * Returns `out`, or a new array with one entry per key if `out` is undefined.
 *
 * @throws {TypeError} If `out` is not a Uint32Array.
 * @throws {RangeError} If `out` is too short, or cannot be allocated.
 */
export function prepareMapIndexes(count: number, out: Uint32Array | undefined): Uint32Array {
  return prepare(Uint32Array, count, out);
}

/**
 * Returns `out`, or a new array with sixteen bytes per key if `out` is undefined.
 *
 * @throws {TypeError} If `out` is not a Uint8Array.
 * @throws {RangeError} If `out` is too short, or cannot be allocated.
 */
export function prepareDigests(count: number, out: Uint8Array | undefined): Uint8Array {
  return prepare(Uint8Array, 16 * count, out);
}

function prepare<T extends Uint8Array | Uint32Array>(
  Class: { new (length: number): T; readonly name: string },
  length: number,
  out: T | undefined,
): T {
  if (out !== undefined) {
    assertTypedArray(out, Class.name as 'Uint8Array' | 'Uint32Array', 'out');
    assertRoom(out, length);
    return out;
  }
  try {
    return new Class(length);
  } catch (cause) {
    throw new RangeError(`cannot allocate ${length} entries of out`, {
      cause,
    });
  }
}

/**
 * Checks that `out` has room. A getter among the keys may have detached or resized its buffer.
 *
 * @throws {RangeError} If it has not.
 */
export function assertRoom(out: Uint8Array | Uint32Array, wanted: number): void {
  const length = lengthOf(out);
  if (length < wanted) {
    throw new RangeError(`out must have room for ${wanted} entries: got ${length}`);
  }
}
