/**
 * The loop that every batch goes through: chunks in the SIMD kernel, the rest key by key.
 *
 * @module
 */

import { type Kernel, openSimdKernel } from './kernel.ts';
import type { PackedKeys } from './packed-keys.ts';
import type { SimdKernel } from './simd-kernel.ts';
import type { TextKeys } from './text-keys.ts';

/** Turns the hash keys of a batch into answers and writes them. Runs no caller code. */
export interface HashSink {
  /**
   * Writes the answers for the loaded chunk, whose first key is key `at` of the batch.
   *
   * @returns False if the keys of the chunk must be answered one by one.
   */
  takeChunk(kernel: SimdKernel, at: number): boolean;
  /** Writes the answer for key `at`, whose hash key is in `words`. */
  takeOne(words: Uint32Array, at: number): void;
}

/** Fewer keys than this take less time one by one than a call of the kernel. */
const SIMD_KEYS_MIN = 5;

/** Scratch: the hash key of one key, filled by `hash` and read by the `takeOne` that follows it. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/** Answers all keys of a batch, with the given kernel if it can run. */
export function hashInChunks(keys: TextKeys | PackedKeys, sink: HashSink, kernel: Kernel): void {
  const { count } = keys;
  const isScalar = kernel === 'scalar' || count < SIMD_KEYS_MIN;
  const simdKernel = isScalar ? undefined : openSimdKernel();
  let at = 0;
  while (at < count) {
    let until = count;
    if (simdKernel !== undefined) {
      until = at + simdKernel.load(keys, at);
      if (sink.takeChunk(simdKernel, at)) at = until;
    }
    for (; at < until; at++) {
      keys.hash(at, words);
      sink.takeOne(words, at);
    }
  }
}
