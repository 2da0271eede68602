/**
 * The choice of a kernel: WebAssembly SIMD where the host runs it, scalar code otherwise.
 *
 * @module
 */

import { describe } from '../base/argument.ts';
import {
  compile,
  createEncoder,
  instantiate,
  type KernelExports,
  listExports,
} from './kernel-host.ts';
import { KERNEL_ID, KERNEL_WASM } from './kernel-wasm.ts';
import { SimdKernel } from './simd-kernel.ts';

/** The code that hashes a batch: `wasm-simd`, or `scalar` where that cannot run. */
export type Kernel = 'wasm-simd' | 'scalar';

/**
 * A module with one function that creates a vector, encoded like KERNEL_WASM. A host that compiles
 * it has SIMD.
 */
const PROBE = '-*N*`*Z.---.2.*M-.*h0/.-77.5-*.-,j<,j*O8';

/**
 * The kernel that `hashPartitionKeys` and new routers run.
 *
 * At import, a probe module of 31 bytes decides. The first router, or the first `hashPartitionKeys`
 * of five keys or more, compiles the SIMD kernel itself. If the host refuses to compile it then,
 * for example in a handler of a Cloudflare Worker, `kernel` becomes `scalar`. The kernel of a
 * single router is its own `kernel` property.
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
  const module = createEncoder() && compile(decodeModule(PROBE));
  return module && instantiate(module) ? 'wasm-simd' : 'scalar';
}

/** The SIMD kernel of this process, once the host has compiled it. */
let simdKernel: SimdKernel | undefined;

/**
 * Returns the SIMD kernel of this process, or undefined if it cannot run. The first call compiles
 * it, or instantiates the given module.
 *
 * @throws {TypeError} If the module is not that of this release.
 */
export function openSimdKernel(module?: object): SimdKernel | undefined {
  if (module !== undefined) assertKernelModule(module);
  // If the host has refused the kernel, only a compiled module is worth another try.
  if (simdKernel !== undefined || (kernel === 'scalar' && module === undefined)) return simdKernel;
  const encoder = createEncoder();
  const compiled = encoder && (module ?? compile(decodeModule(KERNEL_WASM)));
  const exports = compiled && (instantiate(compiled) as KernelExports | undefined);
  if (exports === undefined) {
    kernel = 'scalar';
    return undefined;
  }
  simdKernel = new SimdKernel(exports, encoder!);
  kernel = 'wasm-simd';
  return simdKernel;
}

/**
 * The kernel exports its id, so that a module of another release, with another layout, is refused.
 */
function assertKernelModule(module: object): void {
  if (listExports(module).includes(KERNEL_ID)) return;
  throw new TypeError(
    `options.module must be shardline/batch/kernel.wasm of this release, compiled: got ${describe(module)}`,
  );
}

/** Decodes a text that `tools/kernel/encode-module.ts` wrote. */
function decodeModule(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let count = 0;
  let page = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 45) {
      page = (code - 41) << 6;
    } else {
      bytes[count++] = page | ((code === 109 ? 92 : code) - 45);
      page = 0;
    }
  }
  return bytes.subarray(0, count);
}
