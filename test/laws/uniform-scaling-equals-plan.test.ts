/** UpdateShardCount and the calls of a plan lead to the same ranges. */

import fc from 'fast-check';
import { planResharding, unwrap } from 'shardline';
import { expect, it } from 'vitest';
import { uniformHashRanges } from '../../src/sharding/hash-key-range.ts';
import { mergeShards, scaleUniformly, splitShard } from '../../src/sharding/reshard.ts';
import { history, topologiesOf } from '../support/reshard-history.ts';
import { applySteps, CONTEXT, makeCall } from '../support/topology.ts';

it('uniform scaling and a plan for the same count both end at the uniform ranges', () => {
  fc.assert(
    fc.property(history, fc.nat(100), (told, share) => {
      const from = topologiesOf(told).at(-1)!;
      const count = from.map.shards.length;
      const target = Math.ceil(count / 2) + Math.round(((3 * count) / 2 / 100) * share - 0.5);
      fc.pre(target !== count && target >= count / 2 && target <= 2 * count);

      const scaled = applySteps(from, unwrap(scaleUniformly(from, target, CONTEXT)));
      let planned = from;
      for (const { operation, input } of unwrap(planResharding(from.map, target))) {
        planned = applySteps(planned, unwrap(makeCall(planned, { operation, input })));
      }
      for (const { map } of [scaled, planned]) {
        expect(
          map.shards.map(({ startingHashKey, endingHashKey }) => ({
            startingHashKey,
            endingHashKey,
          })),
        ).toEqual(uniformHashRanges(target));
      }
    }),
  );
});

it('each step of uniform scaling is one that SplitShard or MergeShards accepts', () => {
  fc.assert(
    fc.property(history, fc.nat(100), (told, share) => {
      let topology = topologiesOf(told).at(-1)!;
      const count = topology.map.shards.length;
      const target = Math.ceil(count / 2) + Math.floor((count * share) / 100);
      for (const step of unwrap(scaleUniformly(topology, target, CONTEXT))) {
        const [shardIndex, adjacentShardIndex] = step.parentIndexes as [number, number?];
        const result =
          adjacentShardIndex === undefined
            ? splitShard(
                topology,
                { shardIndex, newStartingHashKey: step.children[1]!.startingHashKey },
                CONTEXT,
              )
            : mergeShards(topology, { shardIndex, adjacentShardIndex }, CONTEXT);
        expect(unwrap(result)[0]!.children).toEqual(step.children);
        topology = applySteps(topology, [step]);
      }
    }),
  );
});
