/**
 * From many keys to their shards, or to their hash keys.
 *
 * @module
 */

import { assertString, describe } from '../base/argument.ts';
import { uint128ToWords } from '../base/uint128.ts';
import { md5Bytes, md5Text } from '../hashing/md5.ts';
import { createRangeIndex, findRange, type RangeIndex } from '../sharding/range-index.ts';
import { type RecordKeys, readRecordKeys } from '../sharding/record-keys.ts';
import { assertShardMap, type ShardMap } from '../sharding/shard-map.ts';
import { assertOffsets, type Kernel, kernel, type Lanes, openLanes } from './kernel.ts';

/**
 * Marks a record that the service would refuse, in what `routeRecords` answers.
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

/** Fewer keys than these are hashed one by one sooner than a call of the kernel is set up. */
const LANES_KEYS_MIN = 5;

/** What to route by. */
export interface BatchRouterOptions {
  /** Which kernel hashes. By default the one that this process runs, see {@link kernel}. */
  readonly kernel?: Kernel | undefined;
}

/** Routes many keys at a time to the shards of one map. */
export interface BatchRouter {
  /** Which kernel hashes for this router. */
  readonly kernel: Kernel;
  /**
   * The shard of each partition key, as its position in `map.shards`.
   *
   * Routes any string, as `hashPartitionKey` hashes any; `routeRecords` checks the keys as well.
   *
   * @param out Where to write, from its start on. By default a new array of as many as there are
   *   keys.
   * @returns `out`.
   * @throws {TypeError} If `partitionKeys` is no array, or `out` no Uint32Array, or a key no
   *   string; then what stands in `out` means nothing.
   * @throws {RangeError} If `out` is too short.
   */
  route(partitionKeys: readonly string[], out?: Uint32Array): Uint32Array;
  /**
   * The shard of each of many UTF-8 encoded keys, as its position in `map.shards`.
   *
   * For producers that hold bytes anyway: nothing is decoded, and no string is made. What is not
   * UTF-8 is hashed as it stands.
   *
   * @param packed The bytes of all keys.
   * @param offsets One more than there are keys: key `i` is `packed[offsets[i], offsets[i + 1])`.
   * @param out Where to write, from its start on. By default a new array of as many as there are
   *   keys.
   * @returns `out`.
   * @throws {TypeError} If `packed` is no Uint8Array, or `offsets` or `out` no Uint32Array.
   * @throws {RangeError} If `offsets` is empty, descends or leaves `packed`, or `out` is too
   *   short; then what stands in `out` means nothing.
   */
  routeBytes(packed: Uint8Array, offsets: Uint32Array, out?: Uint32Array): Uint32Array;
  /**
   * The shard of each record, as its position in `map.shards`; its ExplicitHashKey, if it has
   * one, overrides its PartitionKey.
   *
   * A record whose keys the service would refuse gets {@link REFUSED} in its slot and keeps no
   * other from being routed; `map.locateRecord` of that record says why it was refused.
   *
   * @param out Where to write, from its start on. By default a new array of as many as there are
   *   records.
   * @returns `out`.
   * @throws {TypeError} If `records` is no array, or `out` no Uint32Array, or a record no object,
   *   or a member of it neither string nor absent; then what stands in `out` means nothing.
   * @throws {RangeError} If `out` is too short.
   */
  routeRecords(records: readonly RecordKeys[], out?: Uint32Array): Uint32Array;
}

/**
 * A router of many keys at a time over the open shards of a map.
 *
 * Hashes twelve keys abreast in WebAssembly SIMD, and finds their shards there too. All routers
 * of a process share one instance, compiled by the first call, and one memory: 192 KiB, which
 * grows once a map has some thousand shards, by 8 to 12 bytes a shard. Where WebAssembly, SIMD or
 * TextEncoder is missing or refused, the scalar kernel gives the same answers.
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { createBatchRouter } from 'shardline/batch';
 *
 * const map = createUniformShardMap(4);
 * const router = createBatchRouter(map);
 * const positions = router.route(['a', 'b', 'c']);
 * [...positions]; // => [0, 2, 1]
 * map.shards[positions[1]].shardId; // => 'shardId-000000000002'
 * ```
 *
 * @param map Of which only `shards` is read, once.
 * @throws {TypeError} If the map has no shards.
 * @throws {RangeError} If a kernel is asked for that this process cannot run.
 */
export function createBatchRouter(
  map: Pick<ShardMap, 'shards'>,
  options?: BatchRouterOptions,
): BatchRouter {
  assertShardMap(map);
  const index = createRangeIndex(map.shards.map((shard) => shard.startingHashKey));
  return new Router(index, options?.kernel ?? kernel);
}

class Router implements BatchRouter {
  readonly kernel: Kernel;
  readonly #index: RangeIndex;

  constructor(index: RangeIndex, wanted: Kernel) {
    if (wanted !== 'scalar' && wanted !== kernel) {
      const runs = kernel === 'scalar' ? `'scalar'` : `'${kernel}' or 'scalar'`;
      throw new RangeError(`kernel must be ${runs} in this process: got ${describe(wanted)}`);
    }
    this.kernel = wanted;
    this.#index = index;
  }

  route(partitionKeys: readonly string[], out?: Uint32Array): Uint32Array {
    assertArray(partitionKeys, 'partitionKeys');
    const ranges = rangesFor(partitionKeys.length, out);
    this.#route(partitionKeys, ranges, 0);
    return ranges;
  }

  routeBytes(packed: Uint8Array, offsets: Uint32Array, out?: Uint32Array): Uint32Array {
    const keys = countKeys(packed, offsets);
    const ranges = rangesFor(keys, out);
    const lanes = this.#lanes(keys);
    let at = 0;
    while (at < keys) {
      if (lanes?.loadBytes(packed, offsets, at) && lanes.locate(this.#index)) {
        lanes.copyRanges(ranges, at);
        at += lanes.count;
      } else {
        const until = lanes === undefined ? keys : at + lanes.count;
        for (; at < until; at++) ranges[at] = this.#rangeOfBytes(packed, offsets, at);
      }
    }
    return ranges;
  }

  routeRecords(records: readonly RecordKeys[], out?: Uint32Array): Uint32Array {
    assertArray(records, 'records');
    const ranges = rangesFor(records.length, out);
    const keys: string[] = [];
    const settled: number[] = [];
    for (let at = 0; at < records.length; at += RECORDS_AT_ONCE) {
      const count = Math.min(records.length - at, RECORDS_AT_ONCE);
      keys.length = count;
      settled.length = 0;
      for (let i = 0; i < count; i++) {
        const key = this.#keyOf(records[at + i]!, at + i);
        keys[i] = typeof key === 'string' ? key : '';
        if (typeof key !== 'string') settled.push(at + i, key);
      }
      this.#route(keys, ranges, at);
      for (let i = 0; i < settled.length; i += 2) ranges[settled[i]!] = settled[i + 1]!;
    }
    return ranges;
  }

  /** The key to hash for a record, or the range that needs no hash, or {@link REFUSED}. */
  #keyOf(record: RecordKeys, at: number): string | number {
    const key = readRecordKeys(record, at);
    if (typeof key === 'string') return key;
    if (typeof key !== 'bigint') return REFUSED;
    uint128ToWords(key, words);
    return findRange(this.#index, words);
  }

  /** Writes the ranges of all keys to `ranges` from `into` on. */
  #route(keys: readonly string[], ranges: Uint32Array, into: number): void {
    const lanes = this.#lanes(keys.length);
    let at = 0;
    while (at < keys.length) {
      if (lanes?.loadText(keys, at) && lanes.locate(this.#index)) {
        lanes.copyRanges(ranges, into + at);
        at += lanes.count;
      } else {
        const until = lanes === undefined ? keys.length : at + lanes.count;
        for (; at < until; at++) ranges[into + at] = this.#rangeOfText(keys[at]!, at);
      }
    }
  }

  #lanes(keys: number): Lanes | undefined {
    return this.kernel === 'scalar' || keys < LANES_KEYS_MIN ? undefined : openLanes();
  }

  #rangeOfText(partitionKey: string, at: number): number {
    if (typeof partitionKey !== 'string') assertString(partitionKey, `partitionKeys[${at}]`);
    md5Text(partitionKey, words);
    return findRange(this.#index, words);
  }

  #rangeOfBytes(packed: Uint8Array, offsets: Uint32Array, at: number): number {
    hashBytes(packed, offsets, at);
    return findRange(this.#index, words);
  }
}

/** Of the records of a call so many keys are held at once. */
const RECORDS_AT_ONCE = 4096;

/** The words of an explicit hash key; one buffer for all calls, so that none is allocated. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * The hash keys of many partition keys, sixteen big-endian bytes each: MD5 as `hashPartitionKey`
 * has it.
 *
 * @example
 * ```ts
 * import { hashPartitionKeys } from 'shardline/batch';
 *
 * const digests = hashPartitionKeys(['a', 'b']);
 * digests.length; // => 32
 * [...digests.subarray(0, 4)]; // => [0x0c, 0xc1, 0x75, 0xb9]
 * ```
 *
 * @param out Where to write, from its start on. By default a new array of sixteen bytes a key.
 * @returns `out`.
 * @throws {TypeError} If `partitionKeys` is no array, or `out` no Uint8Array, or a key no string;
 *   then what stands in `out` means nothing.
 * @throws {RangeError} If `out` is too short.
 */
export function hashPartitionKeys(partitionKeys: readonly string[], out?: Uint8Array): Uint8Array {
  assertArray(partitionKeys, 'partitionKeys');
  const { length } = partitionKeys;
  const digests = digestsFor(length, out);
  const lanes = length < LANES_KEYS_MIN ? undefined : openLanes();
  let at = 0;
  while (at < length) {
    if (lanes?.loadText(partitionKeys, at)) {
      lanes.digest();
      lanes.copyDigests(digests, 16 * at);
      at += lanes.count;
    } else {
      const until = lanes === undefined ? length : at + lanes.count;
      for (; at < until; at++) {
        const partitionKey = partitionKeys[at]!;
        assertString(partitionKey, `partitionKeys[${at}]`);
        md5Text(partitionKey, words);
        writeDigest(digests, at);
      }
    }
  }
  return digests;
}

/**
 * The hash keys of many UTF-8 encoded partition keys, sixteen big-endian bytes each.
 *
 * @example
 * ```ts
 * import { hashPartitionKeyBytes } from 'shardline/batch';
 *
 * const digests = hashPartitionKeyBytes(Uint8Array.of(0x61, 0x62), Uint32Array.of(0, 1, 2));
 * [...digests.subarray(16, 20)]; // => [0x92, 0xeb, 0x5f, 0xfe]
 * ```
 *
 * @param packed The bytes of all keys. What is not UTF-8 is hashed as it stands.
 * @param offsets One more than there are keys: key `i` is `packed[offsets[i], offsets[i + 1])`.
 * @param out Where to write, from its start on. By default a new array of sixteen bytes a key.
 * @returns `out`.
 * @throws {TypeError} If `packed` or `out` is no Uint8Array, or `offsets` no Uint32Array.
 * @throws {RangeError} If `offsets` is empty, descends or leaves `packed`, or `out` is too short;
 *   then what stands in `out` means nothing.
 */
export function hashPartitionKeyBytes(
  packed: Uint8Array,
  offsets: Uint32Array,
  out?: Uint8Array,
): Uint8Array {
  const keys = countKeys(packed, offsets);
  const digests = digestsFor(keys, out);
  const lanes = keys < LANES_KEYS_MIN ? undefined : openLanes();
  let at = 0;
  while (at < keys) {
    if (lanes?.loadBytes(packed, offsets, at)) {
      lanes.digest();
      lanes.copyDigests(digests, 16 * at);
      at += lanes.count;
    } else {
      const until = lanes === undefined ? keys : at + lanes.count;
      for (; at < until; at++) {
        hashBytes(packed, offsets, at);
        writeDigest(digests, at);
      }
    }
  }
  return digests;
}

/** How many keys there are in `packed`; where each begins and ends is checked as it is read. */
function countKeys(packed: Uint8Array, offsets: Uint32Array): number {
  assertTyped(packed, 'Uint8Array', 'packed');
  assertTyped(offsets, 'Uint32Array', 'offsets');
  if (offsets.length > 0) return offsets.length - 1;
  throw new RangeError('offsets must have one entry more than there are keys: got 0');
}

function hashBytes(packed: Uint8Array, offsets: Uint32Array, at: number): void {
  const start = offsets[at]!;
  const end = offsets[at + 1]!;
  assertOffsets(start, end, packed.length, at);
  md5Bytes(packed, start, end, words);
}

/** Writes the digest of the key that was hashed last. */
function writeDigest(digests: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) digests[16 * at + i] = words[i >> 2]! >>> (24 - 8 * (i & 3));
}

function digestsFor(count: number, out: Uint8Array | undefined): Uint8Array {
  if (out === undefined) return new Uint8Array(16 * count);
  assertTyped(out, 'Uint8Array', 'out');
  assertRoom(out.length, 16 * count);
  return out;
}

function rangesFor(count: number, out: Uint32Array | undefined): Uint32Array {
  if (out === undefined) return new Uint32Array(count);
  assertTyped(out, 'Uint32Array', 'out');
  assertRoom(out.length, count);
  return out;
}

function assertRoom(length: number, wanted: number): void {
  if (length < wanted) {
    throw new RangeError(`out must have room for ${wanted} entries: got ${length}`);
  }
}

function assertArray(value: unknown, title: string): void {
  if (!Array.isArray(value)) {
    throw new TypeError(`${title} must be an array: got ${describe(value)}`);
  }
}

function assertTyped(value: unknown, name: 'Uint8Array' | 'Uint32Array', title: string): void {
  // By its tag and not by its class, of which every realm has its own; a Buffer is a Uint8Array.
  const tag = ArrayBuffer.isView(value) ? (value as Uint8Array)[Symbol.toStringTag] : undefined;
  if (tag !== name) throw new TypeError(`${title} must be a ${name}: got ${describe(value)}`);
}
