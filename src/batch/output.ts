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
  if (out !== undefined) {
    assertTypedArray(out, 'Uint32Array', 'out');
    assertRoom(out, count);
    return out;
  }
  try {
    return new Uint32Array(count);
  } catch (error) {
    throw refuseToAllocate(count, error);
  }
}

/**
 * Returns `out`, or a new array with sixteen bytes per key if `out` is undefined.
 *
 * @throws {TypeError} If `out` is not a Uint8Array.
 * @throws {RangeError} If `out` is too short, or cannot be allocated.
 */
export function prepareDigests(count: number, out: Uint8Array | undefined): Uint8Array {
  if (out !== undefined) {
    assertTypedArray(out, 'Uint8Array', 'out');
    assertRoom(out, 16 * count);
    return out;
  }
  try {
    return new Uint8Array(16 * count);
  } catch (error) {
    throw refuseToAllocate(count, error);
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

function refuseToAllocate(count: number, cause: unknown): RangeError {
  return new RangeError(`cannot allocate out for ${count} keys: pass fewer keys at a time`, {
    cause,
  });
}
