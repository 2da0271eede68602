/** UpdateShardCount and the calls of a plan lead to the same ranges. */

import fc from 'fast-check';
import { planResharding, unwrap } from 'shardline';
import { expect, it } from 'vitest';
import { uniformHashRanges } from '../../src/sharding/hash-key-range.ts';
import { mergeShards, scaleUniformly, splitShard } from '../../src/sharding/reshard.ts';
import { histories, reshardInputsOf } from '../support/reshard-history.ts';
import { applySteps, RESHARD_STREAM, stepsOfCall } from '../support/reshard-input.ts';

it('uniform scaling and a plan for the same count both end at the uniform ranges', () => {
  fc.assert(
    fc.property(histories, fc.nat(100), (history, share) => {
      const from = reshardInputsOf(history).at(-1)!;
      const count = from.map.shards.length;
      const target = Math.ceil(count / 2) + Math.round(((3 * count) / 2 / 100) * share - 0.5);
      fc.pre(target !== count && target >= count / 2 && target <= 2 * count);

      const scaled = applySteps(from, unwrap(scaleUniformly(from, target, RESHARD_STREAM)));
      let planned = from;
      for (const { operation, input } of unwrap(planResharding(from.map, target))) {
        planned = applySteps(planned, unwrap(stepsOfCall(planned, { operation, input })));
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
    fc.property(histories, fc.nat(100), (history, share) => {
      let layout = reshardInputsOf(history).at(-1)!;
      const count = layout.map.shards.length;
      const target = Math.ceil(count / 2) + Math.floor((count * share) / 100);
      for (const step of unwrap(scaleUniformly(layout, target, RESHARD_STREAM))) {
        const [shardIndex, adjacentShardIndex] = step.parentShardIndexes as [number, number?];
        const result =
          adjacentShardIndex === undefined
            ? splitShard(
                layout,
                { shardIndex, newStartingHashKey: step.children[1]!.startingHashKey },
                RESHARD_STREAM,
              )
            : mergeShards(layout, { shardIndex, adjacentShardIndex }, RESHARD_STREAM);
        expect(unwrap(result)[0]!.children).toEqual(step.children);
        layout = applySteps(layout, [step]);
      }
    }),
  );
});
