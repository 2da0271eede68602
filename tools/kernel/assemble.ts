/** Assembles the kernel, and the line packer of the command: part of `npm run build`. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import initWabt from 'wabt';
import { encodeModule } from './encode-module.ts';
import { writeKernel } from './kernel-source.ts';
import { writeLinePacker } from './line-packer.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const wabt = await initWabt();

function assemble(text: string): Uint8Array {
  return wabt.parseWat('module.wat', text, { simd: true }).toBinary({}).buffer;
}

/** Writes a file of src. It is committed, so that tests need no build. */
function writeSource(file: string, text: string): void {
  if (readFileSync(root + file, 'utf8') !== text) writeFileSync(root + file, text);
}

const { id, text: source } = writeKernel();
const kernel = assemble(source);
writeSource(
  'src/batch/kernel-wasm.ts',
  `/**
 * The SIMD kernel, assembled from \`tools/kernel\` by \`npm run build\`. Do not edit it.
 *
 * @module
 */

/** The name under which the module exports its memory a second time. */
export const KERNEL_ID = '${id}';

/** The bytes of the module, as \`tools/kernel/encode-module.ts\` writes them. */
export const KERNEL_WASM =
  '${encodeModule(kernel)}';
`,
);
// For hosts that take a module only from a file: `shardline/batch/kernel.wasm`.
mkdirSync(`${root}dist`, { recursive: true });
writeFileSync(`${root}dist/kernel.wasm`, kernel);

writeSource(
  'src/cli/line-packer-wasm.ts',
  `/**
 * The line packer, assembled from \`tools/kernel\` by \`npm run build\`. Do not edit it.
 *
 * @module
 */

/** The bytes of the module, in base64. */
export const LINE_PACKER_WASM =
  '${Buffer.from(assemble(writeLinePacker())).toString('base64')}';
`,
);
