/** A split followed by the merge of its children restores the range, wherever the split was. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answer, history, topologiesOf } from '../support/reshard-history.ts';
import { applySteps } from '../support/topology.ts';

it('restores a range that is split and merged', () => {
  fc.assert(
    fc.property(
      history,
      fc.nat(),
      fc.oneof(fc.constantFrom(2n, 3n, -1n, -2n), fc.bigInt({ min: 2n, max: 2n ** 128n - 2n })),
      (told, pick, offset) => {
        const topology = topologiesOf(told).at(-1)!;
        const parent = topology.map.shards[pick % topology.map.shards.length]!;
        const hashKey =
          offset < 0n
            ? parent.endingHashKey + 1n + offset
            : parent.startingHashKey +
              (offset % (parent.endingHashKey - parent.startingHashKey + 1n));
        const { shardIndex } = parent;
        const split = answer(topology, { kind: 'split', shardIndex, hashKey });
        const isLegal =
          parent.startingHashKey + 2n <= hashKey && hashKey <= parent.endingHashKey - 1n;
        expect(split.ok).toBe(isLegal);
        if (!split.ok) return;
        const parted = applySteps(topology, split.value);
        const [lower, upper] = split.value[0]!.children;
        const merge = answer(parted, {
          kind: 'merge',
          lowerIndex: lower!.shardIndex,
          upperIndex: upper!.shardIndex,
        });
        const restored = applySteps(parted, merge.ok ? merge.value : []);
        const ranges = (shards: typeof topology.map.shards) =>
          shards.map(({ startingHashKey, endingHashKey }) => [startingHashKey, endingHashKey]);
        expect(ranges(restored.map.shards)).toEqual(ranges(topology.map.shards));
        expect(restored.map.locate(hashKey).shardIndex).toBe(topology.nextShardIndex + 2);
      },
    ),
  );
});
