/**
 * Hashes many partition keys.
 *
 * @module
 */

import { type HashSink, hashInChunks, SIMD_KEYS_MIN } from './hash-in-chunks.ts';
import { openSimdKernel } from './kernel.ts';
import { assertRoom, prepareDigests } from './output.ts';
import { PackedKeys } from './packed-keys.ts';
import type { SimdKernel } from './simd-kernel.ts';
import { TextKeys } from './text-keys.ts';

/**
 * Returns the hash keys of many partition keys, sixteen big-endian bytes per key. They are the hash
 * keys that `hashPartitionKey` returns.
 *
 * @example
 * ```ts
 * import { hashPartitionKeys } from 'shardline/batch';
 *
 * const digests = hashPartitionKeys(['a', 'b']);
 * digests.length; // => 32
 * [...digests.subarray(0, 4)]; // => [0x0c, 0xc1, 0x75, 0xb9]
 * ```
 *
 * @param out Filled from index 0. By default a new array with sixteen bytes per key.
 * @returns `out`.
 * @throws {TypeError} If `partitionKeys` is not an array, `out` is not a Uint8Array, or a key is
 *   not a string. The contents of `out` are then undefined.
 * @throws {RangeError} If `out` is too short, is shortened by a getter among the keys, or cannot be
 *   allocated.
 */
export function hashPartitionKeys(partitionKeys: readonly string[], out?: Uint8Array): Uint8Array {
  return hashAll(new TextKeys(partitionKeys), out);
}

/**
 * Returns the hash keys of many UTF-8 encoded partition keys, sixteen big-endian bytes per key.
 *
 * @example
 * ```ts
 * import { hashPartitionKeyBytes } from 'shardline/batch';
 *
 * const digests = hashPartitionKeyBytes(Uint8Array.of(0x61, 0x62), Uint32Array.of(0, 1, 2));
 * [...digests.subarray(16, 20)]; // => [0x92, 0xeb, 0x5f, 0xfe]
 * ```
 *
 * @param packed The bytes of all keys. Bytes that are not UTF-8 are hashed as they are.
 * @param offsets One entry more than there are keys: key `i` is `packed[offsets[i], offsets[i +
 *   1])`.
 * @param out Filled from index 0. By default a new array with sixteen bytes per key.
 * @returns `out`.
 * @throws {TypeError} If `packed` or `out` is not a Uint8Array, or `offsets` is not a Uint32Array.
 * @throws {RangeError} If `offsets` is empty, descends or leaves `packed`, or if `out` is too
 *   short. The contents of `out` are then undefined.
 */
export function hashPartitionKeyBytes(
  packed: Uint8Array,
  offsets: Uint32Array,
  out?: Uint8Array,
): Uint8Array {
  return hashAll(new PackedKeys(packed, offsets), out);
}

function hashAll(keys: TextKeys | PackedKeys, out: Uint8Array | undefined): Uint8Array {
  const digests = prepareDigests(keys.count, out);
  const simdKernel = keys.count < SIMD_KEYS_MIN ? undefined : openSimdKernel();
  hashInChunks(keys, new DigestSink(digests), simdKernel);
  return digests;
}

/** Writes hash keys to `out`, sixteen bytes per key. */
class DigestSink implements HashSink {
  readonly #out: Uint8Array;

  constructor(out: Uint8Array) {
    this.#out = out;
  }

  takeChunk(simdKernel: SimdKernel, at: number): boolean {
    return simdKernel.hash(this.#out, 16 * at);
  }

  takeOne(words: Uint32Array, at: number): void {
    for (let i = 0; i < 16; i++) this.#out[16 * at + i] = words[i >> 2]! >>> (24 - 8 * (i & 3));
  }

  assertRoom(count: number): void {
    assertRoom(this.#out, 16 * count);
  }
}
