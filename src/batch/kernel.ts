/**
 * The choice of a kernel: WebAssembly SIMD where the host runs it, scalar code otherwise.
 *
 * @module
 */

import { createEncoder, instantiate, type KernelExports } from './kernel-host.ts';
import { KERNEL_WASM } from './kernel-wasm.ts';
import { SimdKernel } from './simd-kernel.ts';

/** The code that hashes a batch: `wasm-simd`, or `scalar` where that cannot run. */
export type Kernel = 'wasm-simd' | 'scalar';

/** A module with a function that makes a vector and drops it. A host that compiles it has SIMD. */
const PROBE: readonly number[] = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];

/**
 * The kernel that this process runs.
 *
 * A module of 31 bytes tells which one it is. A host can compile that module and later reject the
 * kernel itself: before 2023, some browsers compiled at most 4 kB synchronously on the main thread.
 * This then becomes `scalar`.
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

let simdKernel: SimdKernel | undefined;

/**
 * Returns the SIMD kernel of this process, or undefined where it cannot run. The first call
 * compiles it.
 */
export function openSimdKernel(): SimdKernel | undefined {
  if (simdKernel !== undefined || kernel === 'scalar') return simdKernel;
  const encoder = createEncoder();
  const exports = instantiate(decodeHex(KERNEL_WASM)) as KernelExports | undefined;
  if (encoder === undefined || exports === undefined) kernel = 'scalar';
  else simdKernel = new SimdKernel(exports, encoder);
  return simdKernel;
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
