import { createUniformShardMap } from 'shardline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import initWabt from 'wabt';
import * as layout from '../../../src/batch/kernel-layout.ts';
import { KERNEL_WASM } from '../../../src/batch/kernel-wasm.ts';
import { kernelSource } from '../../../tools/kernel/kernel-source.ts';
import { referenceHashKey } from '../../oracles/reference/hash-key.ts';

/** The part of WebAssembly that the tests replace. Node's types do not declare its values. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => object;
    CompileError: new (message: string) => Error;
  };
};

const KEYS = Array.from({ length: 40 }, (_, i) => `key-${i}`.repeat(i % 9));

/** Loads a fresh copy of the library, as a process with these globals would. */
async function load(globals: Readonly<Record<string, unknown>> = {}) {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  vi.resetModules();
  return import('shardline/batch');
}

function expectRight(digests: Uint8Array): void {
  const hex = Buffer.from(digests).toString('hex');
  expect(hex).toBe(
    KEYS.map((key) => referenceHashKey(key).toString(16).padStart(32, '0')).join(''),
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  // Another test must not get a copy made for these globals.
  vi.resetModules();
});

describe('the kernel', () => {
  it('is assembled from its source', async () => {
    const wabt = await initWabt();
    const { buffer } = wabt.parseWat('kernel.wat', kernelSource(), { simd: true }).toBinary({});
    expect(Buffer.from(buffer).toString('hex') === KERNEL_WASM).toBe(true);
  });

  it('writes no area of its memory over another', () => {
    const { CHUNK_KEYS, GROUP_KEYS, CHUNK_BYTES, BLOCKS_MAX } = layout;
    expect(CHUNK_KEYS % GROUP_KEYS).toBe(0);
    expect(layout.KEY_BYTES_MAX).toBe(64 * BLOCKS_MAX - 9);
    expect(3 * layout.CHUNK_UNITS).toBe(CHUNK_BYTES);
    // A list has an entry after its last key, and `measureLengths` fills up sixteen.
    const list = 4 * (CHUNK_KEYS + 16);
    const ends = [
      [layout.WORDS_AT, 16 * 4 * GROUP_KEYS],
      [layout.COUNTS_AT, 4 * (BLOCKS_MAX + 2)],
      [layout.OFFSETS_AT, list],
      [layout.ORDER_AT, list],
      [layout.FIRST_WORDS_AT, list],
      [layout.MAP_INDEXES_AT, list],
      [layout.DIGESTS_AT, 4 * list],
      [layout.BYTES_AT, CHUNK_BYTES + 64 * (BLOCKS_MAX + 1)],
    ].map(([at, bytes]) => at! + bytes!);
    const starts = [layout.COUNTS_AT, layout.OFFSETS_AT, layout.ORDER_AT, layout.FIRST_WORDS_AT];
    starts.push(layout.MAP_INDEXES_AT, layout.DIGESTS_AT, layout.BYTES_AT);
    starts.push(layout.TABLES_AT);
    starts.forEach((start, i) => {
      expect(start).toBeGreaterThanOrEqual(ends[i]!);
    });
  });

  it('is the SIMD kernel where the host runs it', async () => {
    const batch = await load();
    expect(batch.kernel).toBe('wasm-simd');
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(batch.kernel).toBe('wasm-simd');
  });

  it('is compiled by the first use, once, and not by the import', async () => {
    const Module = vi.spyOn(wasm, 'Module');
    const batch = await load();
    const compiled = () => Module.mock.calls.filter(([bytes]) => bytes.length > 1000).length;
    expect(Module).toHaveBeenCalled();
    expect(compiled()).toBe(0);
    expectRight(batch.hashPartitionKeys(KEYS));
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(compiled()).toBe(1);
  });
});

describe('the scalar kernel answers', () => {
  const Refusal = class {
    constructor() {
      throw new wasm.CompileError('Wasm code generation disallowed by embedder');
    }
  };
  const cases: [string, Record<string, unknown>][] = [
    ['without WebAssembly', { WebAssembly: undefined }],
    [
      'where the host refuses to compile',
      { WebAssembly: { Module: Refusal, Instance: wasm.Instance } },
    ],
    ['where WebAssembly is empty', { WebAssembly: {} }],
    ['without TextEncoder', { TextEncoder: undefined }],
    ['with a TextEncoder that cannot encode into', { TextEncoder: class {} }],
  ];

  it.each(cases)('%s', async (_, globals) => {
    const batch = await load(globals);
    expect(batch.kernel).toBe('scalar');
    expectRight(batch.hashPartitionKeys(KEYS));
    const map = createUniformShardMap(1);
    expect(() => batch.createBatchRouter(map, { kernel: 'wasm-simd' })).toThrow(
      "kernel must be 'scalar' in this process: got the string 'wasm-simd'",
    );
  });

  it('where the host rejects the kernel but not the probe', async () => {
    class Module extends wasm.Module {
      constructor(bytes: Uint8Array) {
        if (bytes.length > 4096) throw new RangeError('larger than 4KB');
        super(bytes);
      }
    }
    const batch = await load({ WebAssembly: { Module, Instance: wasm.Instance } });
    expect(batch.kernel).toBe('wasm-simd');
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(batch.kernel).toBe('scalar');
    expectRight(batch.hashPartitionKeys(KEYS));
  });
});
