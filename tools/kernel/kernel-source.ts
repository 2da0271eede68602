/**
 * The source of the SIMD kernel: a program that writes WebAssembly text.
 *
 * `npm run build` assembles the text into `src/batch/kernel-wasm.ts`. This program is not shipped.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import * as layout from '../../src/batch/kernel-layout.ts';
import { constants, hashFunctions } from './hash-functions.ts';
import { listFunctions } from './list-functions.ts';
import { int, lines } from './wat.ts';

const PAGE_BYTES = 65_536;

/** The kernel in WebAssembly text, and its id, under which it exports its memory a second time. */
export interface KernelSource {
  readonly id: string;
  readonly text: string;
}

/** Writes the kernel. kernel-host.ts describes its exports. Its id is a hash of all the rest. */
export function writeKernel(): KernelSource {
  const body = `
  (data ${int(layout.CONSTANTS_AT)} "${constants()}")
  ${lines([...hashFunctions(), ...listFunctions()])}`;
  const hash = createHash('sha256')
    .update(JSON.stringify(Object.entries(layout).sort()))
    .update(body)
    .digest('hex');
  const id = `shardline-${hash.slice(0, 16)}`;
  const text = `(module
  (memory (export "memory") (export "${id}") ${Math.ceil(layout.TABLES_AT / PAGE_BYTES)})
  ${body})`;
  return { id, text };
}
