/** Assembles the kernel: part of `npm run build`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import initWabt from 'wabt';
import { lanesSource } from './kernel-source.ts';

/** What is written here is committed, so that tests need no build. */
const KERNEL_FILE = fileURLToPath(new URL('../../src/batch/kernel-wasm.ts', import.meta.url));

const wabt = await initWabt();
const { buffer } = wabt.parseWat('lanes.wat', lanesSource(), { simd: true }).toBinary({});
const text = `/**
 * The kernel, assembled from \`lanes-source.ts\` by \`npm run build\`; not to be edited.
 *
 * @module
 */

/** In hexadecimal: compressed, it takes half of what base64 does, which hides repeated bytes. */
export const LANES_WASM =
  '${Buffer.from(buffer).toString('hex')}';
`;
if (readFileSync(KERNEL_FILE, 'utf8') !== text) writeFileSync(KERNEL_FILE, text);
