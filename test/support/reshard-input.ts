/**
 * Layouts of shards to reshard in tests, and the layout after the steps of a reshard.
 *
 * @module
 */

import { type ReshardCall, type Result, unwrap } from 'shardline';
import {
  mergeShards,
  type ReshardInput,
  type ReshardStep,
  splitShard,
} from '../../src/sharding/reshard.ts';
import type { Shard } from '../../src/sharding/shard.ts';
import { formatShardId, readRequestedShardId } from '../../src/sharding/shard-id.ts';
import { createUniformShardMap, indexOpenShards } from '../../src/sharding/shard-map.ts';

export const RESHARD_STREAM = {
  streamName: 'S',
  accountId: '000000000000',
  region: 'us-east-1',
  shardLimit: 20_000,
  otherOpenShardCount: 0,
};

/** Returns a layout of these shards. Shard indexes that are not given count from 0. */
export function reshardInputOf(shards: readonly Partial<Shard>[]): ReshardInput {
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

/** Returns the layout of a new stream. */
export function uniformReshardInput(shardCount: number): ReshardInput {
  return reshardInputOf(
    createUniformShardMap(shardCount).shards.map((shard) => ({
      ...shard,
      startingSequenceNumber: '1',
    })),
  );
}

/** Returns the layout of the open shards between ascending boundaries above 0. */
export function reshardInputBetween(boundaries: Iterable<bigint>): ReshardInput {
  const starts = [0n, ...boundaries];
  return reshardInputOf(
    starts.map((startingHashKey, position) => ({
      startingHashKey,
      endingHashKey: (starts[position + 1] ?? 2n ** 128n) - 1n,
    })),
  );
}

/** Returns the layout after steps: parents are closed and children are open. */
export function applySteps(layout: ReshardInput, steps: readonly ReshardStep[]): ReshardInput {
  if (steps.length === 0) return layout;
  const shards = new Map(layout.shards);
  let { nextShardIndex } = layout;
  for (const { parentShardIndexes, children } of steps) {
    for (const shardIndex of parentShardIndexes) {
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

/**
 * Returns the steps of a SplitShard or MergeShards call whose shard ids are read as requests are.
 */
export function stepsOfCall(
  layout: ReshardInput,
  call: Pick<ReshardCall, 'operation'> & { readonly input: object },
  context: typeof RESHARD_STREAM = RESHARD_STREAM,
): Result<ReshardStep[]> {
  const input = call.input as Record<string, string>;
  const ids = [input['ShardToSplit'], input['ShardToMerge'], input['AdjacentShardToMerge']];
  const shardIndexes: number[] = [];
  for (const id of ids) {
    if (id === undefined) continue;
    const shardIndex = readRequestedShardId(id, context);
    if (!shardIndex.ok) return shardIndex;
    shardIndexes.push(shardIndex.value);
  }
  const [shardIndex, adjacentShardIndex] = shardIndexes as [number, number];
  return call.operation === 'SplitShard'
    ? splitShard(
        layout,
        { shardIndex, newStartingHashKey: BigInt(input['NewStartingHashKey']!) },
        context,
      )
    : mergeShards(layout, { shardIndex, adjacentShardIndex }, context);
}

/** Prints the open shards of a layout as `index: start-end`, by ascending range. */
export function openRanges(layout: ReshardInput): string[] {
  return layout.map.shards.map(
    (shard) => `${shard.shardIndex}: ${shard.startingHashKey}-${shard.endingHashKey}`,
  );
}

/** Prints a step: `0 > 2 3` for a split, `3 4 > 6` for a merge. */
export function describeStep({ parentShardIndexes, children }: ReshardStep): string {
  return `${parentShardIndexes.join(' ')} > ${children.map(({ shardIndex }) => shardIndex).join(' ')}`;
}
