/**
 * The batch router, which routes many keys at a time to their shards.
 *
 * @module
 */

import { describe, readArrayLength } from '../base/argument.ts';
import { readOptions } from '../base/options.ts';
import { uint128ToWords } from '../base/uint128.ts';
import { findRange, type RangeIndex } from '../sharding/range-index.ts';
import { type RecordKeys, readRecordKeys } from '../sharding/record-keys.ts';
import { getRangeIndex, readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import { type HashSink, hashInChunks } from './hash-in-chunks.ts';
import { type Kernel, openSimdKernel } from './kernel.ts';
import { assertRoom, prepareMapIndexes } from './output.ts';
import { PackedKeys } from './packed-keys.ts';
import type { SimdKernel } from './simd-kernel.ts';
import { TEXTS_MAX, TextKeys } from './text-keys.ts';

/**
 * The entry that `routeRecords` returns for a record that the service would refuse.
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { createBatchRouter, REFUSED } from 'shardline/batch';
 *
 * const router = createBatchRouter(createUniformShardMap(2));
 * router.routeRecords([{ PartitionKey: '' }])[0] === REFUSED; // => true
 * ```
 */
export const REFUSED = 0xffff_ffff;

/** The options of a batch router. */
export interface BatchRouterOptions {
  /** The kernel that hashes the keys. By default `wasm-simd` if this process can run it. */
  readonly kernel?: Kernel | undefined;
  /**
   * The compiled module, a `WebAssembly.Module`, of the file `shardline/batch/kernel.wasm`.
   *
   * For hosts that forbid compiling at run time. Cloudflare Workers may compile only while they
   * start, not in a handler
   * (https://developers.cloudflare.com/workers/runtime-apis/web-standards/). Without this option,
   * the library compiles the bytes that it carries. All routers of a process share one instance:
   * later modules are checked, but not used.
   */
  readonly module?: object | undefined;
}

/** Routes many keys at a time to the shards of one map. */
export interface BatchRouter {
  /** The kernel that this router uses, ready to run. */
  readonly kernel: Kernel;
  /**
   * Returns the map index of each partition key: the index of its shard in `map.shards`.
   *
   * Any string is routed, even one that the service would refuse as a key. `routeRecords` also
   * checks the keys.
   *
   * @param out Filled from index 0. By default a new array with one entry per key.
   * @returns `out`.
   * @throws {TypeError} If `partitionKeys` is not an array, `out` is not a Uint32Array, or a key is
   *   not a string. The contents of `out` are then undefined.
   * @throws {RangeError} If `out` is too short, is shortened by a getter among the keys, or cannot
   *   be allocated.
   */
  route(partitionKeys: readonly string[], out?: Uint32Array): Uint32Array;
  /**
   * Returns the map index of each UTF-8 encoded key.
   *
   * For producers that hold keys as bytes: nothing is decoded, and no strings are created.
   *
   * @param packed The bytes of all keys. Bytes that are not UTF-8 are hashed as they are.
   * @param offsets One entry more than there are keys: key `i` is
   *   `packed[offsets[i], offsets[i + 1])`.
   * @param out Filled from index 0. By default a new array with one entry per key.
   * @returns `out`.
   * @throws {TypeError} If `packed` is not a Uint8Array, or `offsets` or `out` is not a
   *   Uint32Array.
   * @throws {RangeError} If `offsets` is empty, descends or leaves `packed`, or if `out` is too
   *   short. The contents of `out` are then undefined.
   */
  routeBytes(packed: Uint8Array, offsets: Uint32Array, out?: Uint32Array): Uint32Array;
  /**
   * Returns the map index of each record. An ExplicitHashKey overrides the PartitionKey.
   *
   * A record whose keys the service would refuse gets {@link REFUSED}; the others are routed. To
   * get the service's fault, call `map.locateRecord` with that record.
   *
   * @param out Filled from index 0. By default a new array with one entry per record.
   * @returns `out`.
   * @throws {TypeError} If `records` is not an array, `out` is not a Uint32Array, a record is not
   *   an object, or one of its members is neither a string nor absent. The contents of `out` are
   *   then undefined.
   * @throws {RangeError} If `out` is too short.
   */
  routeRecords(records: readonly RecordKeys[], out?: Uint32Array): Uint32Array;
}

/**
 * Creates a router that routes many keys at a time to the open shards of a map.
 *
 * The router hashes 12 keys at a time in WebAssembly SIMD, and finds their shards there too. Where
 * WebAssembly, SIMD or TextEncoder is missing or forbidden, the scalar kernel gives the same
 * results.
 *
 * All routers of a process share one WebAssembly instance and its memory of 192 KiB. The first
 * router compiles it, which takes 20 ms, or 1 ms if it gets the `module`. The memory grows by 8 to
 * 16 bytes per shard of each map, by 32 MiB at most, and does not shrink. Once it is full, maps are
 * copied into it again as they are used. If the host refuses to grow it, or a map does not fit
 * (over seven million shards), the kernel only hashes, and scalar code finds the shards.
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { createBatchRouter } from 'shardline/batch';
 *
 * const map = createUniformShardMap(4);
 * const router = createBatchRouter(map);
 * const mapIndexes = router.route(['a', 'b', 'c']);
 * [...mapIndexes]; // => [0, 2, 1]
 * mapIndexes.length; // => 3
 * map.locatePartitionKey('b') === map.shards[2]; // => true
 * ```
 *
 * @param map A shard map. Only `shards` is read, once. The shards of a map that this library made
 *   are not checked again; any others are checked like a listing.
 * @throws {TypeError} If `map` is not a shard map, for example a Result that is not unwrapped, if
 *   an option has an unknown name, or if `module` is not the compiled module of this release.
 * @throws {RangeError} If its shards are not open, are not in ascending order, or do not tile the
 *   key space, or if this process cannot run the kernel that `options` asks for.
 */
export function createBatchRouter(
  map: Pick<ShardMap, 'shards'>,
  options?: BatchRouterOptions,
): BatchRouter {
  const shards = readTilingShards(map);
  const { kernel, module } = readOptions(options ?? {}, ['kernel', 'module'], 'options');
  const simdKernel = kernel === 'scalar' ? undefined : openSimdKernel(module);
  const runs: Kernel = simdKernel === undefined ? 'scalar' : 'wasm-simd';
  if (kernel !== undefined && kernel !== runs) {
    const names = runs === 'scalar' ? `'scalar'` : `'${runs}' or 'scalar'`;
    throw new RangeError(`kernel must be ${names} in this process: got ${describe(kernel)}`);
  }
  return new Router(getRangeIndex(shards), simdKernel);
}

class Router implements BatchRouter {
  readonly kernel: Kernel;
  readonly #index: RangeIndex;
  readonly #simdKernel: SimdKernel | undefined;

  constructor(index: RangeIndex, simdKernel: SimdKernel | undefined) {
    this.kernel = simdKernel === undefined ? 'scalar' : 'wasm-simd';
    this.#index = index;
    this.#simdKernel = simdKernel;
  }

  route(partitionKeys: readonly string[], out?: Uint32Array): Uint32Array {
    return this.#route(new TextKeys(partitionKeys), out);
  }

  routeBytes(packed: Uint8Array, offsets: Uint32Array, out?: Uint32Array): Uint32Array {
    return this.#route(new PackedKeys(packed, offsets), out);
  }

  #route(keys: TextKeys | PackedKeys, out: Uint32Array | undefined): Uint32Array {
    const mapIndexes = prepareMapIndexes(keys.count, out);
    hashInChunks(keys, new MapIndexSink(this.#index, mapIndexes, 0), this.#simdKernel);
    return mapIndexes;
  }

  routeRecords(records: readonly RecordKeys[], out?: Uint32Array): Uint32Array {
    const length = readArrayLength(records, 'records', TEXTS_MAX);
    const mapIndexes = prepareMapIndexes(length, out);
    const keys: string[] = [];
    // Pairs of the index of a record that needs no hash, and its map index.
    const settled: number[] = [];
    for (let at = 0; at < length; at += RECORDS_AT_ONCE) {
      const count = Math.min(length - at, RECORDS_AT_ONCE);
      keys.length = count;
      settled.length = 0;
      for (let i = 0; i < count; i++) {
        const key = this.#readKey(records[at + i]!, at + i);
        keys[i] = typeof key === 'string' ? key : '';
        if (typeof key !== 'string') settled.push(at + i, key);
      }
      const sink = new MapIndexSink(this.#index, mapIndexes, at);
      hashInChunks(new TextKeys(keys), sink, this.#simdKernel);
      for (let i = 0; i < settled.length; i += 2) mapIndexes[settled[i]!] = settled[i + 1]!;
    }
    return mapIndexes;
  }

  /** Returns a record's partition key, or if it needs no hash, its map index or {@link REFUSED}. */
  #readKey(record: RecordKeys, at: number): string | number {
    const key = readRecordKeys(record, at);
    if (typeof key === 'string') return key;
    if (typeof key !== 'bigint') return REFUSED;
    uint128ToWords(key, words);
    return findRange(this.#index, words);
  }
}

/** The maximum number of keys that `routeRecords` holds at once. */
const RECORDS_AT_ONCE = 4096;

/** Scratch: the words of an explicit hash key, written and read in two adjacent statements. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/** Writes the map indexes of keys to `out`, from index `from` on. */
class MapIndexSink implements HashSink {
  readonly #index: RangeIndex;
  readonly #out: Uint32Array;
  readonly #from: number;

  constructor(index: RangeIndex, out: Uint32Array, from: number) {
    this.#index = index;
    this.#out = out;
    this.#from = from;
  }

  takeChunk(simdKernel: SimdKernel, at: number): boolean {
    return simdKernel.locate(this.#index, this.#out, this.#from + at);
  }

  takeOne(hashKey: Uint32Array, at: number): void {
    this.#out[this.#from + at] = findRange(this.#index, hashKey);
  }

  assertRoom(count: number): void {
    assertRoom(this.#out, this.#from + count);
  }
}
