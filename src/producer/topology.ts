/**
 * The shards of a map, as a producer needs them: found by key or by the response for a record.
 *
 * @module
 */

import { toBigint } from '../base/intrinsics.ts';
import { uint128ToWords } from '../base/uint128.ts';
import { md5Text } from '../hashing/md5.ts';
import { findRange, type RangeIndex } from '../sharding/range-index.ts';
import type { Shard } from '../sharding/shard.ts';
import { getRangeIndex } from '../sharding/shard-map.ts';
import { isPlacedIn, type NumberedShard, toNumberedShard } from './placement.ts';

/** Scratch of the look-ups, written and read within one call that runs no caller code. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/** The open shards of a stream. Immutable. */
export class Topology {
  readonly shards: readonly Shard[];
  /** The shards with the ranges of their sequence numbers. */
  readonly numbered: readonly NumberedShard[];
  readonly #index: RangeIndex;
  readonly #mapIndexes: ReadonlyMap<string, number>;

  /** @param shards The shards of a shard map. */
  constructor(shards: readonly Shard[]) {
    this.shards = shards;
    this.numbered = shards.map(toNumberedShard);
    this.#index = getRangeIndex(shards);
    this.#mapIndexes = new Map(shards.map(({ shardId }, mapIndex) => [shardId, mapIndex]));
  }

  /** Returns the map index of a record's shard. The keys must be valid. */
  locate(partitionKey: string, explicitHashKey: string | undefined): number {
    if (explicitHashKey !== undefined) return this.locateHashKey(toBigint(explicitHashKey));
    md5Text(partitionKey, words);
    return findRange(this.#index, words);
  }

  locateHashKey(hashKey: bigint): number {
    uint128ToWords(hashKey, words);
    return findRange(this.#index, words);
  }

  /** Returns the map index of the shard that a response names, or undefined if it is unknown. */
  findNumbered(shardId: string, sequenceNumber: string): number | undefined {
    const mapIndex = this.#mapIndexes.get(shardId);
    if (mapIndex === undefined) return undefined;
    return isPlacedIn(this.numbered[mapIndex]!, shardId, sequenceNumber) ? mapIndex : undefined;
  }

  /** Returns whether the shards are the same, as far as responses can tell. */
  equals({ shards }: Topology): boolean {
    return (
      shards.length === this.shards.length &&
      shards.every((shard, i) => {
        const { shardId, startingHashKey, startingSequenceNumber } = this.shards[i]!;
        return (
          shard.shardId === shardId &&
          shard.startingHashKey === startingHashKey &&
          shard.startingSequenceNumber === startingSequenceNumber
        );
      })
    );
  }
}
