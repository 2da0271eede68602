/**
 * Topologies to reshard in tests: what the stream does with the steps of a reshard, but for time.
 *
 * @module
 */

import { unwrap } from 'shardline';
import type {
  NewShard,
  ReshardContext,
  ReshardStep,
  Topology,
} from '../../src/sharding/reshard.ts';
import type { Shard } from '../../src/sharding/shard.ts';
import { formatShardId } from '../../src/sharding/shard-id.ts';
import { createUniformShardMap, indexOpenShards } from '../../src/sharding/shard-map.ts';

export const CONTEXT: ReshardContext = {
  streamName: 'S',
  accountId: '000000000000',
  region: 'us-east-1',
  shardLimit: 20_000,
  otherOpenShardCount: 0,
};

/** A topology of these shards, whose index is as given or counts from 0. */
export function topologyOf(shards: readonly Partial<Shard>[]): Topology {
  const list = shards.map((shard, position): Shard => {
    const shardIndex = shard.shardIndex ?? position;
    return {
      startingHashKey: 0n,
      endingHashKey: 0n,
      startingSequenceNumber: '1',
      ...shard,
      shardIndex,
      shardId: formatShardId(shardIndex),
    };
  });
  return {
    shards: new Map(list.map((shard) => [shard.shardIndex, shard])),
    map: unwrap(indexOpenShards(list)),
    nextShardIndex: Math.max(...list.map(({ shardIndex }) => shardIndex)) + 1,
  };
}

/** The topology of a new stream. */
export function uniformTopology(shardCount: number): Topology {
  return topologyOf(
    createUniformShardMap(shardCount).shards.map((shard) => ({
      ...shard,
      startingSequenceNumber: '1',
    })),
  );
}

/** The open shards that lie between boundaries, none of which is 0. */
export function layoutOf(boundaries: Iterable<bigint>): Topology {
  const starts = [0n, ...boundaries];
  return topologyOf(
    starts.map((startingHashKey, position) => ({
      startingHashKey,
      endingHashKey: (starts[position + 1] ?? 2n ** 128n) - 1n,
    })),
  );
}

/** The topology after steps: parents are closed, children stand beside them. */
export function applySteps(topology: Topology, steps: readonly ReshardStep[]): Topology {
  if (steps.length === 0) return topology;
  const shards = new Map(topology.shards);
  let { nextShardIndex } = topology;
  for (const { parents, children } of steps) {
    for (const { shardIndex } of parents) {
      const parent = shards.get(shardIndex);
      if (parent === undefined || parent.endingSequenceNumber !== undefined) {
        throw new Error(`step closes shard ${shardIndex}, which is not open`);
      }
      shards.set(shardIndex, { ...parent, endingSequenceNumber: '2' });
    }
    for (const child of children) {
      if (child.shardIndex !== nextShardIndex) {
        throw new Error(`step opens shard ${child.shardIndex} in place of ${nextShardIndex}`);
      }
      nextShardIndex++;
      shards.set(child.shardIndex, { ...child, startingSequenceNumber: '1' });
    }
  }
  return { shards, map: unwrap(indexOpenShards([...shards.values()])), nextShardIndex };
}

/** The open shards of a topology as `index: start-end`, by ascending range. */
export function openRanges(topology: Topology): string[] {
  return topology.map.shards.map(
    (shard) => `${shard.shardIndex}: ${shard.startingHashKey}-${shard.endingHashKey}`,
  );
}

/** A step in short: `0 > 2 3` for a split, `3 4 > 6` for a merge. */
export function describeStep({ parents, children }: ReshardStep): string {
  const indexes = (shards: readonly (Shard | NewShard)[]) =>
    shards.map(({ shardIndex }) => shardIndex).join(' ');
  return `${indexes(parents)} > ${indexes(children)}`;
}
