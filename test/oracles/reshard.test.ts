/**
 * Reshards against their twin: the same results, shards and ids after every request.
 *
 * `applySteps` throws if the open shards do not tile the key space, or an id is used again.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  histories,
  type ReshardRequest,
  requestOf,
  stepsOfRequest,
} from '../support/reshard-history.ts';
import { applySteps, uniformReshardInput } from '../support/reshard-input.ts';
import {
  type NaiveRefusal,
  type NaiveRing,
  naiveMerge,
  naiveRing,
  naiveScale,
  naiveSplit,
} from './reference/naive-reshard.ts';

const WORDS: Record<NaiveRefusal, RegExp> = {
  missing: /^ResourceNotFoundException: Could not find shard /,
  closed: /^InvalidArgumentException: Shard \S+ in .* has already been merged or split/,
  range: /^InvalidArgumentException: NewStartingHashKey /,
  'not adjacent': /^InvalidArgumentException: Shards .* are not an adjacent pair/,
};

function askTwin(ring: NaiveRing, request: ReshardRequest): NaiveRefusal | undefined {
  switch (request.kind) {
    case 'split':
      return naiveSplit(ring, request.shardIndex, request.hashKey);
    case 'merge':
      return naiveMerge(ring, request.lowerIndex, request.upperIndex);
    case 'scale':
      return void naiveScale(ring, request.target);
  }
}

it('reshards as the twin does, over any history', () => {
  fc.assert(
    fc.property(histories, ({ shardCount, commands }) => {
      let layout = uniformReshardInput(shardCount);
      const ring = naiveRing(shardCount);
      for (const command of commands) {
        const request = requestOf(command, layout);
        const result = stepsOfRequest(layout, request);
        const refusal = askTwin(ring, request);
        if (result.ok) {
          expect(refusal).toBeUndefined();
          layout = applySteps(layout, result.value);
        } else {
          expect(`${result.fault.code}: ${result.fault.message}`).toMatch(WORDS[refusal!]);
        }
        const shards = [...layout.shards.values()].sort((a, b) => a.shardIndex - b.shardIndex);
        expect(
          shards.map((shard) => ({
            start: shard.startingHashKey,
            end: shard.endingHashKey,
            parents: [shard.parentShardId, shard.adjacentParentShardId]
              .filter((id) => id !== undefined)
              .map((id) => Number(id.slice('shardId-'.length))),
            isOpen: shard.endingSequenceNumber === undefined,
          })),
        ).toEqual(ring);
      }
    }),
  );
});
