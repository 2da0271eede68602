import { createUniformShardMap } from 'shardline';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import initWabt from 'wabt';
import * as layout from '../../../src/batch/kernel-layout.ts';
import { KERNEL_ID, KERNEL_WASM } from '../../../src/batch/kernel-wasm.ts';
import { encodeModule } from '../../../tools/kernel/encode-module.ts';
import { writeKernel } from '../../../tools/kernel/kernel-source.ts';
import { referenceHashKey } from '../../oracles/reference/hash-key.ts';

/** The part of WebAssembly that the tests replace. Node's types do not declare its values. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Module: {
      new (bytes: Uint8Array): object;
      exports(module: object): { name: string }[];
    };
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

/** A constructor that throws, as on a host that refuses to compile. */
function Refusal(): never {
  throw new wasm.CompileError('Wasm code generation disallowed by embedder');
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
    const { id, text } = writeKernel();
    const { buffer } = wabt.parseWat('kernel.wat', text, { simd: true }).toBinary({});
    expect(encodeModule(buffer) === KERNEL_WASM).toBe(true);
    expect(id).toBe(KERNEL_ID);
  });

  it('has a memory layout without overlaps', () => {
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

  it('is compiled once, by the first router and not before', async () => {
    const batch = await load();
    const Module = vi.spyOn(wasm, 'Module');
    const map = createUniformShardMap(2);
    expect(batch.createBatchRouter(map, { kernel: 'scalar' }).kernel).toBe('scalar');
    expect(Module).not.toHaveBeenCalled();
    expect(batch.kernel).toBe('wasm-simd');
    const router = batch.createBatchRouter(map);
    expect(Module).toHaveBeenCalledTimes(1);
    expect(router.kernel).toBe('wasm-simd');
    expect(batch.kernel).toBe('wasm-simd');
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(batch.createBatchRouter(map, { kernel: 'wasm-simd' }).kernel).toBe('wasm-simd');
    expect(Module).toHaveBeenCalledTimes(1);
  });

  it('is compiled by the first hashes, if no router was created before', async () => {
    const batch = await load();
    const Module = vi.spyOn(wasm, 'Module');
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(batch.kernel).toBe('wasm-simd');
    expect(Module).toHaveBeenCalledTimes(1);
  });

  it('routes in SIMD if the host compiles only until the router is created', async () => {
    const batch = await load();
    const map = createUniformShardMap(50);
    const router = batch.createBatchRouter(map);
    vi.stubGlobal('WebAssembly', { Module: Refusal, Instance: Refusal });
    const out = router.route(KEYS);
    expect([...out]).toEqual(KEYS.map((key) => map.shards.indexOf(map.locatePartitionKey(key))));
    expect(router.kernel).toBe('wasm-simd');
    expect(batch.createBatchRouter(map).kernel).toBe('wasm-simd');
  });
});

describe('the option module', () => {
  let bytes: Uint8Array;
  const map = createUniformShardMap(50);

  beforeAll(async () => {
    const wabt = await initWabt();
    const { text } = writeKernel();
    bytes = wabt.parseWat('kernel.wat', text, { simd: true }).toBinary({}).buffer;
  });

  /** A host that refuses to compile modules, but instantiates them. */
  const noCompiler = {
    WebAssembly: {
      Module: Object.assign(Refusal.bind(undefined), { exports: wasm.Module.exports }),
      Instance: wasm.Instance,
    },
  };

  it('enables the SIMD kernel on a host that refuses to compile', async () => {
    const module = new wasm.Module(bytes);
    const batch = await load(noCompiler);
    expect(batch.createBatchRouter(map).kernel).toBe('scalar');
    expect(batch.kernel).toBe('scalar');
    const router = batch.createBatchRouter(map, { module });
    expect(router.kernel).toBe('wasm-simd');
    expect(batch.kernel).toBe('wasm-simd');
    expect([...router.route(KEYS)]).toEqual(
      KEYS.map((key) => map.shards.indexOf(map.locatePartitionKey(key))),
    );
    // One instance serves the whole process.
    expect(batch.createBatchRouter(map).kernel).toBe('wasm-simd');
    expectRight(batch.hashPartitionKeys(KEYS));
  });

  it('falls back to the scalar kernel on a host that refuses to instantiate', async () => {
    const { Module } = noCompiler.WebAssembly;
    const batch = await load({ WebAssembly: { Module, Instance: Refusal } });
    expect(batch.createBatchRouter(map, { module: new wasm.Module(bytes) }).kernel).toBe('scalar');
    expect(batch.kernel).toBe('scalar');
  });

  it('throws on a value that is not a module, and on the module of another release', async () => {
    const batch = await load();
    const wabt = await initWabt();
    const assemble = (text: string): object =>
      new wasm.Module(wabt.parseWat('other.wat', text, { simd: true }).toBinary({}).buffer);
    const { id, text } = writeKernel();
    for (const [module, found] of [
      [bytes, 'an object'],
      ['kernel.wasm', "the string 'kernel.wasm'"],
      [null, 'null'],
      [{}, 'an object'],
      [assemble('(module)'), 'an object'],
      [assemble(text.replace(id, 'shardline-of-another-release')), 'an object'],
    ]) {
      expect(() => batch.createBatchRouter(map, { module: module as object })).toThrow(
        new TypeError(
          `options.module must be shardline/batch/kernel.wasm of this release, compiled: got ${found}`,
        ),
      );
    }
    expect(batch.kernel).toBe('wasm-simd');
    expect(batch.createBatchRouter(map).kernel).toBe('wasm-simd');
    expect(() => batch.createBatchRouter(map, { module: {} })).toThrow(TypeError);
  });
});

describe('the scalar kernel runs', () => {
  const cases: [string, Record<string, unknown>][] = [
    ['without WebAssembly', { WebAssembly: undefined }],
    [
      'where the host refuses to compile',
      { WebAssembly: { Module: Refusal, Instance: wasm.Instance } },
    ],
    [
      'where the host refuses to make an instance',
      { WebAssembly: { Module: wasm.Module, Instance: Refusal } },
    ],
    ['where WebAssembly is empty', { WebAssembly: {} }],
    ['without TextEncoder', { TextEncoder: undefined }],
    ['with a TextEncoder that cannot encode into', { TextEncoder: class {} }],
    [
      'with a TextEncoder whose method throws',
      {
        TextEncoder: class {
          encodeInto(): never {
            throw new Error('not implemented');
          }
        },
      },
    ],
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

  it('where the host compiles only small modules, which is tried once', async () => {
    let asked = 0;
    function Module(bytes: Uint8Array): object {
      if (bytes.length <= 4096) return new wasm.Module(bytes);
      asked++;
      throw new RangeError(`larger than 4KB: ${bytes.length}`);
    }
    const batch = await load({ WebAssembly: { Module, Instance: wasm.Instance } });
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(batch.kernel).toBe('scalar');
    expectRight(batch.hashPartitionKeys(KEYS));
    expect(batch.createBatchRouter(createUniformShardMap(1)).kernel).toBe('scalar');
    expect(asked).toBe(1);
  });
});
