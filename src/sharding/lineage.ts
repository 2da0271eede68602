/**
 * The lineage of the shards of a listing: which shards came from which.
 *
 * @module
 */

import { assertString, quote, wrongValue } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { MapView } from '../base/map-view.ts';
import { compareStartingHashKeys, type HashRange } from './hash-key-range.ts';
import type { AwsShard, Shard } from './shard.ts';
import { parseShardId, SHARD_ID_FORM } from './shard-id.ts';
import { readShardListing } from './shard-listing.ts';
import { type IndexedShardMap, indexOpenShards } from './shard-map.ts';
import { findTilingFlaw } from './tiling.ts';

/** An open shard, and the hash keys that it took over from an earlier shard. */
export interface Heir {
  /** The open shard. */
  readonly shard: Shard;
  /** The hash keys that both shards hold. */
  readonly range: HashRange;
}

/**
 * The lineage of the shards of a stream.
 *
 * A shard is no longer listed once its last record expires (docs/facts.md#expired-shards-unlisted).
 * Its parents and its range are then unknown. As long as a listed shard names it as a parent, every
 * method except {@link Lineage.openHeirsOf} accepts its id.
 */
export interface Lineage {
  /**
   * The listed shards by id, in the order of {@link Lineage.readingOrder}. A read-only view, not a
   * Map.
   */
  readonly shards: ReadonlyMap<string, Shard>;
  /**
   * Returns the listed parents of a shard: one for a split, two for a merge, the lower one first.
   *
   * Expired parents are missing. The shard's `parentShardId` and `adjacentParentShardId` name all
   * of its parents.
   *
   * @throws {TypeError} If the id is not a string.
   * @throws {RangeError} If no shard of the listing has the id or names it as its parent.
   */
  parentsOf(shardId: string): readonly Shard[];
  /**
   * Returns the listed children of a shard by ascending range: two for a split, one for a merge,
   * none for an open shard.
   *
   * @throws {TypeError} If the id is not a string.
   * @throws {RangeError} If no shard of the listing has the id or names it as its parent.
   */
  childrenOf(shardId: string): readonly Shard[];
  /**
   * Returns the listed parents of a shard, their parents, and so on, each once, in reading order.
   *
   * @throws {TypeError} If the id is not a string.
   * @throws {RangeError} If no shard of the listing has the id or names it as its parent.
   */
  ancestorsOf(shardId: string): readonly Shard[];
  /**
   * Returns the listed children of a shard, their children, and so on, each once, in reading order.
   *
   * @throws {TypeError} If the id is not a string.
   * @throws {RangeError} If no shard of the listing has the id or names it as its parent.
   */
  descendantsOf(shardId: string): readonly Shard[];
  /**
   * Returns the open shards that hold the hash keys of a shard now, by ascending range. A new
   * record with a key of that shard goes to one of them. An open shard is its own heir.
   *
   * @throws {TypeError} If the id is not a string.
   * @throws {RangeError} If no shard of the listing has the id.
   */
  openHeirsOf(shardId: string): readonly Heir[];
  /**
   * Returns all listed shards by ascending id, each after its parents
   * (docs/facts.md#shard-ids-ascend). A consumer that reads them in this order sees the records of
   * each partition key in the order in which they were written.
   */
  readingOrder(): readonly Shard[];
}

/**
 * Reads the lineage of the shards of a stream from a listing.
 *
 * Takes the SDK's own objects, open and closed, in any order: all pages of ListShards or of
 * DescribeStream. Parents may be missing, because expired shards are not listed
 * (docs/facts.md#expired-shards-unlisted). Children must be listed. Otherwise a consumer would
 * silently miss their records.
 *
 * @example
 * ```ts
 * import { createLineage, unwrap } from 'shardline';
 *
 * const half = '170141183460469231731687303715884105728';
 * const lineage = unwrap(
 *   createLineage([
 *     {
 *       ShardId: 'shardId-000000000000',
 *       HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) },
 *       SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' },
 *     },
 *     {
 *       ShardId: 'shardId-000000000001',
 *       ParentShardId: 'shardId-000000000000',
 *       HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(BigInt(half) - 1n) },
 *     },
 *     {
 *       ShardId: 'shardId-000000000002',
 *       ParentShardId: 'shardId-000000000000',
 *       HashKeyRange: { StartingHashKey: half, EndingHashKey: String(2n ** 128n - 1n) },
 *     },
 *   ]),
 * );
 * lineage.childrenOf('shardId-000000000000').map(({ shardIndex }) => shardIndex); // => [1, 2]
 * lineage.openHeirsOf('shardId-000000000000').map(({ shard }) => shard.shardIndex); // => [1, 2]
 * lineage.ancestorsOf('shardId-000000000002').map(({ shardIndex }) => shardIndex); // => [0]
 * ```
 *
 * @returns The lineage. An `InvalidShardMap` fault for a listing that `createShardMap` refuses, and
 *   for a lineage that splits and merges cannot produce: one with a cycle, a child whose id is not
 *   above its parents', an open shard with children, a closed shard without any, or children whose
 *   ranges do not fit their parents'.
 * @throws {TypeError} If `shards` is not iterable. Its type allows undefined because the type of
 *   the SDK's responses does.
 */
export function createLineage(shards: Iterable<AwsShard> | undefined): Result<Lineage> {
  const listing = readShardListing(shards);
  if (!listing.ok) return listing;
  const ordered = listing.value.sort((a, b) => a.shardIndex - b.shardIndex);
  const map = indexOpenShards(ordered);
  if (!map.ok) return map;
  const byId = new Map(ordered.map((shard) => [shard.shardId, Object.freeze(shard)]));
  const children = linkChildren(byId);
  return children.ok ? ok(new ListedLineage(byId, children.value, map.value)) : children;
}

/**
 * Returns the listed children of every shard that has any, by ascending range, or an
 * `InvalidShardMap` fault for a lineage that splits and merges cannot produce.
 *
 * @param byId The listed shards by ascending id.
 */
export function linkChildren(
  byId: ReadonlyMap<string, Shard>,
): Result<ReadonlyMap<string, readonly Shard[]>> {
  const children = new Map<string, Shard[]>();
  for (const shard of byId.values()) {
    const flaw = describeParentFlaw(shard, byId);
    if (flaw !== undefined) return refuse('InvalidShardMap', flaw);
    for (const parentId of parentIdsOf(shard)) {
      const siblings = children.get(parentId);
      if (siblings === undefined) children.set(parentId, [shard]);
      else siblings.push(shard);
    }
  }
  for (const siblings of children.values()) siblings.sort(compareStartingHashKeys);
  for (const shard of byId.values()) {
    const flaw = describeChildFlaw(shard, children.get(shard.shardId) ?? []);
    if (flaw !== undefined) return refuse('InvalidShardMap', flaw);
  }
  return ok(children);
}

class ListedLineage implements Lineage {
  readonly shards: ReadonlyMap<string, Shard>;
  /** Invariant: by ascending id, so that each shard comes after its parents. */
  readonly #shards: ReadonlyMap<string, Shard>;
  /** The listed children of every shard that has any, whether or not it is listed itself. */
  readonly #children: ReadonlyMap<string, readonly Shard[]>;
  readonly #map: IndexedShardMap;

  constructor(
    shards: ReadonlyMap<string, Shard>,
    children: ReadonlyMap<string, readonly Shard[]>,
    map: IndexedShardMap,
  ) {
    this.shards = new MapView(shards);
    this.#shards = shards;
    this.#children = children;
    this.#map = map;
    Object.freeze(this);
  }

  parentsOf(shardId: string): Shard[] {
    this.#assertNamed(shardId);
    const shard = this.#shards.get(shardId);
    if (shard === undefined) return [];
    return parentIdsOf(shard).flatMap((parentId) => this.#shards.get(parentId) ?? []);
  }

  childrenOf(shardId: string): Shard[] {
    this.#assertNamed(shardId);
    return [...(this.#children.get(shardId) ?? [])];
  }

  ancestorsOf(shardId: string): Shard[] {
    return collectReachable(this.parentsOf(shardId), (id) => this.parentsOf(id));
  }

  descendantsOf(shardId: string): Shard[] {
    return collectReachable(this.childrenOf(shardId), (id) => this.childrenOf(id));
  }

  openHeirsOf(shardId: string): Heir[] {
    assertString(shardId, 'shardId');
    const closed = this.#shards.get(shardId);
    if (closed === undefined) {
      throw wrongValue(`shardId must name a shard of the listing: got ${quote(shardId)}`);
    }
    const heirs: Heir[] = [];
    let { startingHashKey } = closed;
    for (let i = this.#map.mapIndexOf(startingHashKey); ; i++) {
      const shard = this.#map.shards[i]!;
      if (shard.endingHashKey >= closed.endingHashKey) {
        heirs.push({ shard, range: { startingHashKey, endingHashKey: closed.endingHashKey } });
        return heirs;
      }
      heirs.push({ shard, range: { startingHashKey, endingHashKey: shard.endingHashKey } });
      startingHashKey = shard.endingHashKey + 1n;
    }
  }

  readingOrder(): Shard[] {
    return [...this.#shards.values()];
  }

  #assertNamed(shardId: string): void {
    assertString(shardId, 'shardId');
    if (this.#shards.has(shardId) || this.#children.has(shardId)) return;
    throw wrongValue(
      `shardId must name a shard of the listing, or a parent of one: got ${quote(shardId)}`,
    );
  }
}

/** Returns the given shards and all that `next` reaches from them, each once, by ascending id. */
function collectReachable(
  first: readonly Shard[],
  next: (shardId: string) => readonly Shard[],
): Shard[] {
  const found = new Set(first);
  // The iteration of a set includes members that are added during it.
  for (const shard of found) for (const other of next(shard.shardId)) found.add(other);
  return [...found].sort((a, b) => a.shardIndex - b.shardIndex);
}

function parentIdsOf({ parentShardId, adjacentParentShardId }: Shard): string[] {
  return [parentShardId, adjacentParentShardId].filter((id) => id !== undefined);
}

/** Describes what is wrong with the parents that a shard names, or returns undefined. */
function describeParentFlaw(shard: Shard, byId: ReadonlyMap<string, Shard>): string | undefined {
  const { shardId, parentShardId, adjacentParentShardId } = shard;
  if (parentShardId === undefined && adjacentParentShardId !== undefined) {
    return `${shardId} has an AdjacentParentShardId and no ParentShardId`;
  }
  if (parentShardId !== undefined && parentShardId === adjacentParentShardId) {
    return `${shardId} has ${parentShardId} as both of its parents`;
  }
  for (const parentId of parentIdsOf(shard)) {
    const parentIndex = parseShardId(parentId);
    if (!parentIndex.ok) {
      return `${shardId} has the parent ${quote(parentId)}: expected ${SHARD_ID_FORM}`;
    }
    // Ids ascend (docs/facts.md#shard-ids-ascend), so no shard can be its own ancestor.
    if (parentIndex.value >= shard.shardIndex) {
      return `${shardId} has the parent ${parentId}: expected a parent with a lower id`;
    }
  }
  const lower = byId.get(parentShardId ?? '');
  const upper = byId.get(adjacentParentShardId ?? '');
  if (lower && upper && lower.endingHashKey + 1n !== upper.startingHashKey) {
    return `${shardId} has the parents ${lower.shardId} and ${upper.shardId}: expected the second to start where the first ends`;
  }
  return undefined;
}

/**
 * Describes what is wrong with the children of a shard, or returns undefined.
 *
 * @param children By ascending range.
 */
function describeChildFlaw(shard: Shard, children: readonly Shard[]): string | undefined {
  const { shardId, startingHashKey, endingHashKey } = shard;
  const [lower, upper] = children;
  if (shard.endingSequenceNumber === undefined) {
    return lower && `${shardId} is open, but ${lower.shardId} has it as a parent`;
  }
  if (lower === undefined) {
    return `${shardId} is closed, but no shard of the listing has it as a parent`;
  }
  const isFit =
    upper === undefined
      ? lower.adjacentParentShardId !== undefined &&
        (lower.parentShardId === shardId
          ? lower.startingHashKey === startingHashKey && lower.endingHashKey > endingHashKey
          : lower.endingHashKey === endingHashKey && lower.startingHashKey < startingHashKey)
      : children.length === 2 &&
        children.every((child) => child.adjacentParentShardId === undefined) &&
        upper.endingHashKey === endingHashKey &&
        findTilingFlaw(children, shard) === undefined;
  if (isFit) return undefined;
  const names = children.slice(0, 3).map((child) => child.shardId);
  if (children.length > 3) names.push(`and ${children.length - 3} more`);
  return `${shardId} has children that are neither the two parts of a split nor the result of a merge: ${names.join(', ')}`;
}
