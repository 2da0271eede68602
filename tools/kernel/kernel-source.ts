/**
 * The source of the SIMD kernel: a program that writes WebAssembly text.
 *
 * `npm run build` assembles the text into `src/batch/kernel-wasm.ts`. This program is not shipped.
 *
 * @module
 */

import { CONSTANTS_AT, TABLES_AT } from '../../src/batch/kernel-layout.ts';
import { constants, hashFunctions } from './hash-functions.ts';
import { listFunctions } from './list-functions.ts';
import { int, lines } from './wat.ts';

const PAGE_BYTES = 65_536;

/** Returns the kernel in WebAssembly text. kernel-host.ts describes its exports. */
export function kernelSource(): string {
  return `(module
  (memory (export "memory") ${Math.ceil(TABLES_AT / PAGE_BYTES)})
  (data ${int(CONSTANTS_AT)} "${constants()}")
  ${lines([...hashFunctions(), ...listFunctions()])})`;
}
