/**
 * The shard map: an immutable index of a stream's open shards that finds the shard of a key.
 *
 * @module
 */

import {
  assertBigint,
  assertInteger,
  assertObject,
  assertString,
  describe,
  isArray,
  wrongType,
  wrongValue,
} from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { isInteger } from '../base/intrinsics.ts';
import { HASH_KEY_MAX, HASH_KEY_MIN, SHARD_INDEX_MAX } from '../base/limits.ts';
import { readList } from '../base/lists.ts';
import { uint128ToWords } from '../base/uint128.ts';
import { md5Text } from '../hashing/md5.ts';
import { compareStartingHashKeys, readHashRange, uniformHashRanges } from './hash-key-range.ts';
import { createRangeIndex, findRange, type RangeIndex } from './range-index.ts';
import { type RecordKeys, readRecordKeys } from './record-keys.ts';
import type { AwsShard, Shard } from './shard.ts';
import { formatShardId, writeShardId } from './shard-id.ts';
import { LISTING_SHARDS_MAX, readShardListing } from './shard-listing.ts';
import { describeTilingFlaw } from './tiling.ts';

/** An immutable index of the open shards of a stream. They tile the key space. */
export interface ShardMap {
  /** The open shards by ascending range. The index of a shard in this list is its map index. */
  readonly shards: readonly Shard[];
  /**
   * Returns the open shard whose range holds a hash key.
   *
   * @throws {TypeError} If the hash key is not a bigint.
   * @throws {RangeError} If it is below 0 or above 2^128 - 1.
   */
  locate(hashKey: bigint): Shard;
  /**
   * Returns the open shard of a partition key, without allocating anything.
   *
   * Any string has a shard, even one that the service would refuse as a key. `locateRecord` refuses
   * such keys.
   *
   * @throws {TypeError} If the key is not a string.
   */
  locatePartitionKey(partitionKey: string): Shard;
  /**
   * Returns the open shard of a record. An ExplicitHashKey overrides the hash of the PartitionKey
   * (docs/facts.md#explicit-hash-key-overrides).
   *
   * @returns The shard, or the service's fault for an invalid key.
   * @throws {TypeError} If the record is not an object, or a member is neither a string nor absent.
   */
  locateRecord(record: RecordKeys): Result<Shard>;
  /**
   * Returns the open shard with this id, or undefined if there is none: the shard is closed, has
   * expired, or was opened after the listing.
   *
   * The first call takes time in proportion to the number of shards.
   *
   * @throws {TypeError} If the id is not a string.
   */
  get(shardId: string): Shard | undefined;
}

/**
 * Creates the map of the open shards of a listing.
 *
 * Takes the SDK's own objects, open and closed, in any order, because the service does not promise
 * an order (docs/facts.md#listing-unordered). A shard is open if it has no EndingSequenceNumber
 * (docs/facts.md#open-shard-has-no-end).
 *
 * The open shards must tile the key space. Otherwise a listing with a gap, for example with a page
 * missing, would silently send records to the wrong shard.
 *
 * @example
 * ```ts
 * import { createShardMap, unwrap } from 'shardline';
 *
 * const map = unwrap(
 *   createShardMap([
 *     {
 *       ShardId: 'shardId-000000000001',
 *       HashKeyRange: {
 *         StartingHashKey: '170141183460469231731687303715884105728',
 *         EndingHashKey: '340282366920938463463374607431768211455',
 *       },
 *     },
 *     {
 *       ShardId: 'shardId-000000000000',
 *       HashKeyRange: {
 *         StartingHashKey: '0',
 *         EndingHashKey: '170141183460469231731687303715884105727',
 *       },
 *     },
 *   ]),
 * );
 * map.locatePartitionKey('b').shardId; // => 'shardId-000000000001'
 * ```
 *
 * @param shards The `Shards` of ListShards or DescribeStream responses, all pages in one list.
 * @returns The map. An `InvalidShardMap` fault if the listing has a gap, an overlap, an inverted
 *   range, a repeated id, a missing or wrong member, or no open shard. Its message names the shards
 *   and the hash keys.
 * @throws {TypeError} If `shards` is not iterable, for example a whole response instead of its
 *   Shards. Its type allows undefined because the type of the SDK's responses does.
 */
export function createShardMap(shards: Iterable<AwsShard> | undefined): Result<ShardMap> {
  const listing = readShardListing(shards);
  return listing.ok ? indexOpenShards(listing.value) : listing;
}

/** Creates the map of the open shards in a list. They must tile the key space. */
export function indexOpenShards(shards: readonly Shard[]): Result<IndexedShardMap> {
  const open = shards.filter(({ endingSequenceNumber }) => endingSequenceNumber === undefined);
  if (open.length === 0) {
    return refuse(
      'InvalidShardMap',
      shards.length === 0
        ? 'The listing is empty: expected at least one shard'
        : `No shard is open: of the ${shards.length} in the listing, at least one must be without an EndingSequenceNumber`,
    );
  }
  open.sort((a, b) => compareStartingHashKeys(a, b) || a.shardIndex - b.shardIndex);
  const flaw = describeTilingFlaw(open);
  return flaw === undefined ? ok(new IndexedShardMap(open)) : refuse('InvalidShardMap', flaw);
}

/**
 * Creates the map of a new stream: `shardCount` shards of equal width. Their ids ascend with their
 * ranges, from `shardId-000000000000` on (docs/facts.md#shard-ids-ascend).
 *
 * The last shard takes the remainder. Where 2^128 leaves a remainder above 1, as it does for 6, 7,
 * 9 and 10 shards, the service's exact boundaries are not known
 * (docs/known-gaps.md#uniform-boundaries).
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 *
 * const map = createUniformShardMap(3);
 * map.locatePartitionKey('e').shardId; // => 'shardId-000000000002'
 * map.shards[0]?.endingHashKey; // => 113427455640312821154458202477256070484n
 * ```
 *
 * @param shardCount From 1 to 1,048,576.
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not an integer in that range.
 */
export function createUniformShardMap(shardCount: number): ShardMap {
  assertInteger(shardCount, 1, UNIFORM_SHARDS_MAX, 'shardCount');
  return new IndexedShardMap(
    uniformHashRanges(shardCount).map((range, shardIndex) => ({
      shardId: formatShardId(shardIndex),
      shardIndex,
      startingHashKey: range.startingHashKey,
      endingHashKey: range.endingHashKey,
      parentShardId: undefined,
      adjacentParentShardId: undefined,
      startingSequenceNumber: undefined,
      endingSequenceNumber: undefined,
    })),
  );
}

/**
 * Returns the shards of a map, which is read once. The shards of a map that this library made are
 * returned unchanged, at no cost. Any others are checked like a listing, and copied.
 *
 * @param title Names the map in messages.
 * @throws {TypeError} If the value is not a shard map, is one without shards, or a member of a
 *   shard has the wrong type.
 * @throws {RangeError} If the shards are not open, are not in ascending order, or do not tile the
 *   key space.
 */
export function readTilingShards(map: Pick<ShardMap, 'shards'>, title = 'map'): readonly Shard[] {
  const shards: readonly Shard[] = map?.shards;
  if (indexes.has(shards)) return shards;
  if (!isArray(shards)) throw notAMap(map, title);
  const ids = new Set<string>();
  let next = HASH_KEY_MIN;
  const options = { title: `${title}.shards`, lengthMax: LISTING_SHARDS_MAX };
  const copies = readList(shards, options, (member, at) => {
    const shard = copyOpenShard(member as Shard, at);
    const { shardId, startingHashKey, endingHashKey } = shard;
    if (ids.has(shardId)) throw wrongValue(`${title}.shards must hold ${shardId} once`);
    ids.add(shardId);
    if (startingHashKey !== next) {
      throw wrongValue(
        `${at}.startingHashKey must be ${next} to tile the key space: got ${startingHashKey}`,
      );
    }
    next = endingHashKey + 1n;
    return shard;
  });
  if (copies.length === 0) throw notAMap(map, title);
  if (next <= HASH_KEY_MAX) {
    throw wrongValue(`${title}.shards must end at 2^128 - 1: got ${next - 1n}`);
  }
  return copies;
}

function notAMap(map: unknown, title: string): TypeError {
  const isResult = typeof (map as { readonly ok?: unknown } | undefined)?.ok === 'boolean';
  const found = isResult ? 'a Result; unwrap it' : describe(map);
  return wrongType(`${title} must be a shard map: got ${found}`);
}

/**
 * Returns the members of a shard that routing and planning need. The library did not make the
 * shard: each member is read once, and checked.
 */
function copyOpenShard(shard: Shard, title: string): Shard {
  assertObject(shard, title);
  const { shardId, shardIndex, startingSequenceNumber, endingSequenceNumber } = shard;
  assertString(shardId, `${title}.shardId`);
  const isIndex = isInteger(shardIndex) && shardIndex >= 0 && shardIndex <= SHARD_INDEX_MAX;
  if (!isIndex || shardId !== writeShardId(shardIndex)) {
    throw wrongValue(
      `${title}.shardIndex must be the number in its shardId: got ${describe(shardIndex)}`,
    );
  }
  const { startingHashKey, endingHashKey } = readHashRange(shard, title);
  if (endingSequenceNumber !== undefined) {
    throw wrongValue(`${title} must be open: got an endingSequenceNumber`);
  }
  return { shardId, shardIndex, startingHashKey, endingHashKey, startingSequenceNumber };
}

/** Our own limit, so that a wrong number throws instead of filling the heap. */
export const UNIFORM_SHARDS_MAX = 1_048_576;

/** Scratch of the look-ups, written and read within one call that runs no caller code. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/** The range index of each list of shards that belongs to a map of this library. */
const indexes: WeakMap<readonly Shard[], RangeIndex> = /* @__PURE__ */ new WeakMap();

/**
 * Returns the range index of a list of shards. If the list belongs to a map of this library, it is
 * the map's own index.
 */
export function getRangeIndex(shards: readonly Shard[]): RangeIndex {
  return indexes.get(shards) ?? createRangeIndex(shards.map((shard) => shard.startingHashKey));
}

/** The shard map, with the look-ups by map index that the stream and the batch router need. */
export class IndexedShardMap implements ShardMap {
  readonly shards: readonly Shard[];
  readonly #index: RangeIndex;
  /** The shards by id; created by the first call of `get`. */
  #byId: ReadonlyMap<string, Shard> | undefined;

  /** @param shards Open shards that tile the key space, by ascending range. */
  constructor(shards: readonly Shard[]) {
    this.shards = Object.freeze(shards.map((shard) => Object.freeze(shard)));
    this.#index = createRangeIndex(shards.map((shard) => shard.startingHashKey));
    indexes.set(this.shards, this.#index);
    Object.freeze(this);
  }

  locate(hashKey: bigint): Shard {
    assertBigint(hashKey, HASH_KEY_MIN, HASH_KEY_MAX, 'hashKey');
    return this.shards[this.mapIndexOf(hashKey)]!;
  }

  locatePartitionKey(partitionKey: string): Shard {
    assertString(partitionKey, 'partitionKey');
    md5Text(partitionKey, words);
    return this.shards[findRange(this.#index, words)]!;
  }

  locateRecord(record: RecordKeys): Result<Shard> {
    const key = readRecordKeys(record);
    if (typeof key === 'string') return ok(this.locatePartitionKey(key));
    return typeof key === 'bigint' ? ok(this.shards[this.mapIndexOf(key)]!) : key;
  }

  get(shardId: string): Shard | undefined {
    assertString(shardId, 'shardId');
    this.#byId ??= new Map(this.shards.map((shard) => [shard.shardId, shard]));
    return this.#byId.get(shardId);
  }

  /** Returns the map index of the shard that holds a hash key in [0, 2^128). */
  mapIndexOf(hashKey: bigint): number {
    uint128ToWords(hashKey, words);
    return findRange(this.#index, words);
  }

  /** Does the same for a hash key in four words, most significant first. */
  mapIndexOfWords(hashKey: Uint32Array): number {
    return findRange(this.#index, hashKey);
  }
}
