/** Assembles the kernel: part of `npm run build`. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import initWabt from 'wabt';
import { encodeModule } from './encode-module.ts';
import { writeKernel } from './kernel-source.ts';

/** The file is committed, so that tests need no build. */
const KERNEL_FILE = fileURLToPath(new URL('../../src/batch/kernel-wasm.ts', import.meta.url));

/** For hosts that take a module only from a file: `shardline/batch/kernel.wasm`. */
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

const wabt = await initWabt();
const { id, text: source } = writeKernel();
const { buffer } = wabt.parseWat('kernel.wat', source, { simd: true }).toBinary({});
const text = `/**
 * The SIMD kernel, assembled from \`tools/kernel\` by \`npm run build\`. Do not edit it.
 *
 * @module
 */

/** The name under which the module exports its memory a second time. */
export const KERNEL_ID = '${id}';

/** The bytes of the module, as \`tools/kernel/encode-module.ts\` writes them. */
export const KERNEL_WASM =
  '${encodeModule(buffer)}';
`;
if (readFileSync(KERNEL_FILE, 'utf8') !== text) writeFileSync(KERNEL_FILE, text);
mkdirSync(DIST, { recursive: true });
writeFileSync(`${DIST}kernel.wasm`, buffer);
