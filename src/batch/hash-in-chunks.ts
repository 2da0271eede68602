/**
 * The loop of every batch: chunks in the SIMD kernel, the other keys one by one.
 *
 * @module
 */

import type { PackedKeys } from './packed-keys.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { TextKeys } from './text-keys.ts';

/** Turns the hash keys of a batch into output entries and writes them. Runs no caller code. */
export interface HashSink {
  /**
   * Writes the entries of the loaded chunk, whose first key is key `at` of the batch.
   *
   * @returns False if the keys of the chunk must be hashed one by one.
   * @throws If the output no longer has room for them.
   */
  takeChunk(kernel: SimdKernel, at: number): boolean;
  /** Writes the entry of key `at`, whose hash key is in `words`; does nothing if it has no room. */
  takeOne(words: Uint32Array, at: number): void;
  /** @throws {RangeError} If the output no longer has room for `count` keys. */
  assertRoom(count: number): void;
}

/** Hashing fewer keys than this one by one is faster than calling the kernel. */
export const SIMD_KEYS_MIN = 5;

/** Scratch: one hash key, written by `hash` and read by the `takeOne` that follows it. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * Hashes all keys of a batch and passes the hash keys to `sink`. Without a kernel, or for very few
 * keys, hashes them one by one.
 *
 * @throws {RangeError} If the output no longer has room: a getter among the keys can detach it.
 */
export function hashInChunks(
  keys: TextKeys | PackedKeys,
  sink: HashSink,
  kernel: SimdKernel | undefined,
): void {
  const { count } = keys;
  const simdKernel = count < SIMD_KEYS_MIN ? undefined : kernel;
  let at = 0;
  while (at < count) {
    let until = count;
    if (simdKernel !== undefined) {
      until = at + simdKernel.load(keys, at);
      if (takeChunk(sink, simdKernel, at, until)) {
        at = until;
        continue;
      }
    }
    for (; at < until; at++) {
      keys.hash(at, words);
      sink.takeOne(words, at);
    }
    // A write beyond the end of a typed array is silently ignored.
    sink.assertRoom(count);
  }
}

function takeChunk(sink: HashSink, kernel: SimdKernel, at: number, until: number): boolean {
  try {
    return sink.takeChunk(kernel, at);
  } catch (error) {
    // Prefer our message: the engine's error is only about copying the chunk.
    sink.assertRoom(until);
    throw error;
  }
}
