import { createHash } from 'node:crypto';
import { createShardMap, createUniformShardMap, type ShardMap, unwrap } from 'shardline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KernelExports } from '../../../src/batch/kernel-host.ts';
import { shardsBetween } from '../../support/arbitraries.ts';
import { pack } from '../../support/packing.ts';

/** The part of WebAssembly that the tests replace. Node's types do not declare its values. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { readonly exports: KernelExports };
  };
};

/** Loads a fresh copy of the library, whose kernel has the exports that `replace` returns. */
async function load(replace: (exports: KernelExports) => object) {
  class Instance {
    readonly exports: object;
    constructor(module: object) {
      const { exports } = new wasm.Instance(module);
      this.exports = exports.memory === undefined ? exports : replace(exports);
    }
  }
  vi.stubGlobal('WebAssembly', { Module: wasm.Module, Instance });
  vi.resetModules();
  return import('shardline/batch');
}

/** Loads a fresh copy of the library and a list of the kernel's functions that it calls. */
async function loadSpied() {
  const calls: string[] = [];
  const batch = await load((exports) =>
    Object.fromEntries(
      Object.entries(exports).map(([name, value]) => {
        if (typeof value !== 'function') return [name, value];
        const spy = (...args: number[]): unknown => {
          calls.push(name);
          return (value as (...args: number[]) => unknown)(...args);
        };
        return [name, spy];
      }),
    ),
  );
  return { batch, calls };
}

const keysOf = (length: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${i}`.padStart(length, 'x'));

const mapIndexesOf = (map: ShardMap, keys: readonly string[]): number[] =>
  keys.map((key) => map.shards.indexOf(map.locatePartitionKey(key)));

afterEach(() => {
  vi.unstubAllGlobals();
  // Another test must not get a copy made for these globals.
  vi.resetModules();
});

describe('the SIMD kernel', () => {
  const uniform = createUniformShardMap(64);
  const uneven = unwrap(createShardMap(shardsBetween([1n, 2n, 3n, 4n, 5n, 2n ** 127n])));

  it.each([
    [5, ['hashUpTo19Bytes']],
    [19, ['hashUpTo19Bytes']],
    [20, ['hashUpTo39Bytes']],
    [39, ['hashUpTo39Bytes']],
    [40, ['hashUpTo55Bytes']],
    [55, ['hashUpTo55Bytes']],
    [56, ['sortByBlocks', 'hashAnyLength']],
    [300, ['sortByBlocks', 'hashAnyLength']],
  ])('hashes each chunk of keys of %i bytes with one call', async (length, hashes) => {
    const { batch, calls } = await loadSpied();
    const chunk = ['measureLengths', ...hashes, 'locateByBucket'];
    const router = batch.createBatchRouter(uniform);
    for (const count of [5, 100]) {
      const keys = keysOf(length, count);
      for (const route of [() => router.route(keys), () => router.routeBytes(...pack(keys))]) {
        calls.length = 0;
        expect([...route()]).toEqual(mapIndexesOf(uniform, keys));
        expect(calls).toEqual(chunk);
      }
    }
  });

  it('takes batches of five keys or more, in chunks of at most 1,008', async () => {
    const { batch, calls } = await loadSpied();
    for (const [count, chunks] of [
      [4, 0],
      [5, 1],
      [1008, 1],
      [1009, 2],
      [2017, 3],
    ] as const) {
      const keys = keysOf(8, count);
      for (const hash of [
        () => batch.hashPartitionKeys(keys),
        () => batch.hashPartitionKeyBytes(...pack(keys)),
        () =>
          batch
            .createBatchRouter(uniform)
            .routeRecords(keys.map((PartitionKey) => ({ PartitionKey }))),
      ]) {
        calls.length = 0;
        hash();
        expect(calls.filter((name) => name === 'measureLengths')).toHaveLength(chunks);
        expect(calls.filter((name) => name.startsWith('hash'))).toHaveLength(chunks);
      }
    }
  });

  it('is not called by a scalar router', async () => {
    const { batch, calls } = await loadSpied();
    batch.createBatchRouter(uniform, { kernel: 'scalar' }).route(keysOf(8, 100));
    expect(calls).toEqual([]);
  });

  it('encodes text that is not ASCII', async () => {
    const { batch, calls } = await loadSpied();
    const keys = keysOf(8, 20).map((key) => `clé-${key}`);
    const router = batch.createBatchRouter(uniform);
    expect([...router.route(keys)]).toEqual(mapIndexesOf(uniform, keys));
    expect(calls).toEqual(['toUtf8Offsets', 'measureLengths', 'hashUpTo19Bytes', 'locateByBucket']);
  });

  it('uses binary search where several shards start in a bucket', async () => {
    const { batch, calls } = await loadSpied();
    const keys = keysOf(8, 20);
    const router = batch.createBatchRouter(uneven);
    expect([...router.route(keys)]).toEqual(mapIndexesOf(uneven, keys));
    expect(calls).toEqual(['measureLengths', 'hashUpTo19Bytes', 'locateByBinarySearch']);
  });

  it('leaves look-ups to the scalar code if the host refuses memory for the table', async () => {
    const batch = await load((exports) => ({
      ...exports,
      memory: {
        get buffer() {
          return exports.memory.buffer;
        },
        grow() {
          throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
        },
      },
    }));
    const keys = keysOf(8, 1500);
    for (const shardCount of [64, 20_000, 1000, 20_000]) {
      const map = createUniformShardMap(shardCount);
      const router = batch.createBatchRouter(map);
      expect([...router.route(keys)]).toEqual(mapIndexesOf(map, keys));
      expect([...router.routeBytes(...pack(keys))]).toEqual(mapIndexesOf(map, keys));
    }
  });

  it('calls no method or getter that a subclass of a typed array replaces', async () => {
    const { batch, calls } = await loadSpied();
    const fail = (): never => {
      throw new Error('code of the caller ran');
    };
    const guard = <T extends Uint8Array | Uint32Array>(array: T): T => {
      for (const name of ['set', 'subarray', 'slice', 'buffer', 'byteOffset', 'constructor']) {
        Object.defineProperty(array, name, { get: fail });
      }
      return array;
    };
    const keys = keysOf(8, 1500);
    const [packed, offsets] = pack(keys);
    const out = guard(new Uint32Array(1500));
    batch.createBatchRouter(uniform).routeBytes(guard(packed), guard(offsets), out);
    expect([...out]).toEqual(mapIndexesOf(uniform, keys));
    expect(calls.length).toBeGreaterThan(0);
    const digests = new Uint8Array(16 * 1500);
    batch.hashPartitionKeyBytes(packed, offsets, guard(digests));
    const expected = Buffer.concat(keys.map((key) => createHash('md5').update(key).digest()));
    expect(digests.every((byte, i) => byte === expected[i])).toBe(true);
  });
});
