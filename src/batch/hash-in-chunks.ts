/**
 * The loop that every batch goes through: chunks in the SIMD kernel, the rest key by key.
 *
 * @module
 */

import type { PackedKeys } from './packed-keys.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { TextKeys } from './text-keys.ts';

/** Turns the hash keys of a batch into answers and writes them. Runs no caller code. */
export interface HashSink {
  /**
   * Writes the answers for the loaded chunk, whose first key is key `at` of the batch.
   *
   * @returns False if the keys of the chunk must be answered one by one.
   * @throws If the output no longer has room for them.
   */
  takeChunk(kernel: SimdKernel, at: number): boolean;
  /** Writes the answer for key `at`, whose hash key is in `words`, or nothing if it has no room. */
  takeOne(words: Uint32Array, at: number): void;
  /** @throws {RangeError} If the output no longer has room for `count` keys. */
  assertRoom(count: number): void;
}

/** Fewer keys than this take less time one by one than a call of the kernel. */
export const SIMD_KEYS_MIN = 5;

/** Scratch: the hash key of one key, filled by `hash` and read by the `takeOne` that follows it. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * Answers all keys of a batch, in the SIMD kernel unless it is undefined.
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
    // What is written beyond the end of a typed array is lost without an error.
    sink.assertRoom(count);
  }
}

function takeChunk(sink: HashSink, kernel: SimdKernel, at: number, until: number): boolean {
  try {
    return sink.takeChunk(kernel, at);
  } catch (error) {
    // The engine's own error is about the copy of the chunk.
    sink.assertRoom(until);
    throw error;
  }
}
