/**
 * Published listings of real streams: the same operations give the same shards, ids and parents
 * here. A case is `wrong` if its source is known to differ from the service.
 */

import { createLineage, planResharding, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { type ReshardInput, type ReshardStep, scaleUniformly } from '../../src/sharding/reshard.ts';
import { type AwsShard, toAwsShard } from '../../src/sharding/shard.ts';
import {
  applySteps,
  RESHARD_STREAM,
  stepsOfCall,
  uniformReshardInput,
} from '../support/reshard-input.ts';
import cases from './reshard-cases.json' with { type: 'json' };

type Operation =
  | { readonly scale: number }
  | { readonly split: string; readonly at: string }
  | { readonly merge: string; readonly with: string };

function carryOut(layout: ReshardInput, operation: Operation): ReshardStep[] {
  if ('scale' in operation) return unwrap(scaleUniformly(layout, operation.scale, RESHARD_STREAM));
  if ('split' in operation) {
    const input = { ShardToSplit: operation.split, NewStartingHashKey: operation.at };
    return unwrap(stepsOfCall(layout, { operation: 'SplitShard', input }));
  }
  const input = { ShardToMerge: operation.merge, AdjacentShardToMerge: operation.with };
  return unwrap(stepsOfCall(layout, { operation: 'MergeShards', input }));
}

function layoutAfter(shardCount: number, operations: readonly Operation[]): ReshardInput {
  let layout = uniformReshardInput(shardCount);
  for (const operation of operations) {
    layout = applySteps(layout, carryOut(layout, operation));
  }
  return layout;
}

/** Returns whether each printed shard is open here, and no other if the listing is complete. */
function matchesListing(
  { map }: ReshardInput,
  printed: readonly object[],
  isComplete: boolean,
): boolean {
  const open = map.shards.map(toAwsShard);
  return (
    (!isComplete || printed.length === open.length) &&
    printed.every((shard) => open.some((own) => agrees(own, shard)))
  );
}

/** Returns whether our shard has all printed members. */
function agrees(own: AwsShard, printed: object): boolean {
  try {
    expect(own).toMatchObject(printed);
    return true;
  } catch {
    return false;
  }
}

describe.each(cases)(
  '$title ($source)',
  ({ certainty, isComplete, shardCount, operations, open }) => {
    const layout = layoutAfter(shardCount, operations as Operation[]);

    it(certainty === 'wrong' ? 'differs here, as in the service' : 'is the same here', () => {
      expect(matchesListing(layout, open, isComplete)).toBe(certainty !== 'wrong');
    });

    it('has a lineage with the printed parents', () => {
      const lineage = unwrap(createLineage([...layout.shards.values()].map(toAwsShard)));
      for (const { ShardId: shardId, ...printed } of open as AwsShard[]) {
        const { ParentShardId: parent, AdjacentParentShardId: adjacent } = printed;
        if (parent === undefined) continue;
        const parents = [parent, adjacent].filter((id) => id !== undefined);
        expect(lineage.parentsOf(shardId!).map((shard) => shard.shardId)).toEqual(parents);
      }
      const ends = lineage
        .readingOrder()
        .filter((shard) => shard.endingSequenceNumber === undefined);
      expect(ends.length).toBe(layout.map.shards.length);
    });

    it('is reached by the calls of a plan from a new stream', () => {
      let planned = uniformReshardInput(shardCount);
      for (const call of unwrap(planResharding(planned.map, layout.map.shards))) {
        planned = applySteps(planned, unwrap(stepsOfCall(planned, call)));
      }
      expect(planned.map.shards.map((shard) => shard.startingHashKey)).toEqual(
        layout.map.shards.map((shard) => shard.startingHashKey),
      );
    });
  },
);
