/** Assembles the kernel: part of `npm run build`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import initWabt from 'wabt';
import { kernelSource } from './kernel-source.ts';

/** The file is committed, so that tests need no build. */
const KERNEL_FILE = fileURLToPath(new URL('../../src/batch/kernel-wasm.ts', import.meta.url));

const wabt = await initWabt();
const { buffer } = wabt.parseWat('kernel.wat', kernelSource(), { simd: true }).toBinary({});
const text = `/**
 * The SIMD kernel, assembled from \`tools/kernel\` by \`npm run build\`. Do not edit it.
 *
 * @module
 */

/** In hexadecimal: base64 hides repeated bytes and so takes twice as much when compressed. */
export const KERNEL_WASM =
  '${Buffer.from(buffer).toString('hex')}';
`;
if (readFileSync(KERNEL_FILE, 'utf8') !== text) writeFileSync(KERNEL_FILE, text);
