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
 * @throws {RangeError} If `out` is too short.
 */
export function prepareMapIndexes(count: number, out: Uint32Array | undefined): Uint32Array {
  if (out === undefined) return new Uint32Array(count);
  assertTypedArray(out, 'Uint32Array', 'out');
  assertRoom(lengthOf(out), count);
  return out;
}

/**
 * Returns `out`, or a new array with sixteen bytes per key if `out` is undefined.
 *
 * @throws {TypeError} If `out` is not a Uint8Array.
 * @throws {RangeError} If `out` is too short.
 */
export function prepareDigests(count: number, out: Uint8Array | undefined): Uint8Array {
  if (out === undefined) return new Uint8Array(16 * count);
  assertTypedArray(out, 'Uint8Array', 'out');
  assertRoom(lengthOf(out), 16 * count);
  return out;
}

function assertRoom(length: number, wanted: number): void {
  if (length < wanted) {
    throw new RangeError(`out must have room for ${wanted} entries: got ${length}`);
  }
}
