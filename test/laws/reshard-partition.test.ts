/** After any reshard history every hash key has exactly one owner; needs no oracle. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeKeys, history, topologiesOf } from '../support/reshard-history.ts';

it('leaves open ranges that tile the key space', () => {
  fc.assert(
    fc.property(history, (told) => {
      for (const { map } of topologiesOf(told)) {
        let next = 0n;
        for (const { startingHashKey, endingHashKey } of map.shards) {
          expect(startingHashKey).toBe(next);
          // Neither SplitShard nor the sweep makes a shard of one key.
          expect(endingHashKey - startingHashKey).toBeGreaterThan(0n);
          next = endingHashKey + 1n;
        }
        expect(next).toBe(2n ** 128n);
      }
    }),
  );
});

it('gives every hash key exactly one owner, the one that the map locates', () => {
  fc.assert(
    fc.property(history, (told) => {
      const topology = topologiesOf(told).at(-1)!;
      for (const key of edgeKeys(topology)) {
        const owners = [...topology.shards.values()].filter(
          (shard) =>
            shard.endingSequenceNumber === undefined &&
            shard.startingHashKey <= key &&
            key <= shard.endingHashKey,
        );
        expect(owners.map(({ shardIndex }) => shardIndex)).toEqual([
          topology.map.locate(key).shardIndex,
        ]);
      }
    }),
  );
});

it('never gives an id twice, and never changes a shard but to close it', () => {
  fc.assert(
    fc.property(history, (told) => {
      const topologies = topologiesOf(told);
      for (const [position, { shards, nextShardIndex }] of topologies.entries()) {
        expect([...shards.keys()].sort((a, b) => a - b)).toEqual(
          Array.from({ length: nextShardIndex }, (_, shardIndex) => shardIndex),
        );
        const before = topologies[position - 1]?.shards ?? new Map();
        for (const [shardIndex, shard] of before) {
          const now = shards.get(shardIndex);
          expect({ ...now, endingSequenceNumber: shard.endingSequenceNumber }).toEqual({
            ...shard,
            endingSequenceNumber: shard.endingSequenceNumber,
          });
        }
      }
    }),
  );
});
