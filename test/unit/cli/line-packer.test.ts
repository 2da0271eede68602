import { expect, it, vi } from 'vitest';
import initWabt from 'wabt';
import { createSimdPacker } from '../../../src/cli/line-packer.ts';
import { LINE_PACKER_WASM } from '../../../src/cli/line-packer-wasm.ts';
import { LineSplitter } from '../../../src/cli/line-splitter.ts';
import { writeLinePacker } from '../../../tools/kernel/line-packer.ts';

it('has the module that tools/kernel writes', async () => {
  const wabt = await initWabt();
  const { buffer } = wabt
    .parseWat('line-packer.wat', writeLinePacker(), { simd: true })
    .toBinary({});
  expect(Buffer.from(buffer).toString('base64')).toBe(LINE_PACKER_WASM);
});

it('splits lines where WebAssembly is missing', () => {
  vi.stubGlobal('WebAssembly', undefined);
  try {
    expect(createSimdPacker()).toBeUndefined();
    expect(new LineSplitter(8).push(Buffer.from('a\nb\n')).count).toBe(2);
  } finally {
    vi.unstubAllGlobals();
  }
});
