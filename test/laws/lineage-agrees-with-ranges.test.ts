/**
 * The methods of a lineage agree with each other and with the hash key ranges, after any reshards
 * and with any number of the oldest shards expired.
 */

import fc from 'fast-check';
import { createLineage, type Shard, unwrap } from 'shardline';
import { expect, it } from 'vitest';
import { toAwsShard } from '../../src/sharding/shard.ts';
import { histories, reshardInputsOf } from '../support/reshard-history.ts';

/** Shards in any order, without some of the oldest closed ones. */
const listing = fc
  .tuple(histories, fc.nat(), fc.infiniteStream(fc.nat(1_000)))
  .map(([told, expired, order]) => {
    const { shards } = reshardInputsOf(told).at(-1)!;
    const all = [...shards.values()].sort((a, b) => a.shardIndex - b.shardIndex);
    const closed = all.filter(({ endingSequenceNumber }) => endingSequenceNumber !== undefined);
    const gone = new Set(closed.slice(0, expired % (closed.length + 1)));
    return all
      .filter((shard) => !gone.has(shard))
      .map((shard) => [order.next().value as number, shard] as const)
      .sort(([a], [b]) => a - b)
      .map(([, shard]) => shard);
  });

const overlaps = (a: Shard, b: Shard) =>
  a.startingHashKey <= b.endingHashKey && b.startingHashKey <= a.endingHashKey;

it('readingOrder lists every shard once, after all its parents', () => {
  fc.assert(
    fc.property(listing, (shards) => {
      const lineage = unwrap(createLineage(shards.map(toAwsShard)));
      const order = lineage.readingOrder();
      expect(new Set(order.map(({ shardId }) => shardId))).toEqual(
        new Set(shards.map(({ shardId }) => shardId)),
      );
      const position = new Map(order.map(({ shardId }, i) => [shardId, i]));
      for (const { shardId } of order) {
        for (const parent of lineage.parentsOf(shardId)) {
          expect(position.get(parent.shardId)).toBeLessThan(position.get(shardId)!);
        }
      }
    }),
  );
});

it('parents and children agree, and so do ancestors and descendants', () => {
  fc.assert(
    fc.property(listing, (shards) => {
      const lineage = unwrap(createLineage(shards.map(toAwsShard)));
      const ids = (found: readonly Shard[]) => found.map(({ shardId }) => shardId);
      for (const { shardId: a } of shards) {
        for (const { shardId: b } of shards) {
          expect(ids(lineage.childrenOf(a)).includes(b)).toBe(
            ids(lineage.parentsOf(b)).includes(a),
          );
          expect(ids(lineage.descendantsOf(a)).includes(b)).toBe(
            ids(lineage.ancestorsOf(b)).includes(a),
          );
        }
      }
    }),
  );
});

it('openHeirsOf divides the hash keys of a shard among the open shards that hold them', () => {
  fc.assert(
    fc.property(listing, (shards) => {
      const lineage = unwrap(createLineage(shards.map(toAwsShard)));
      for (const shard of shards) {
        const heirs = lineage.openHeirsOf(shard.shardId);
        const expected = shards
          .filter((other) => other.endingSequenceNumber === undefined && overlaps(shard, other))
          .map(({ shardId }) => shardId);
        expect(new Set(heirs.map((heir) => heir.shard.shardId))).toEqual(new Set(expected));
        let next = shard.startingHashKey;
        for (const { shard: heir, range } of heirs) {
          expect(range.startingHashKey).toBe(next);
          expect(range.startingHashKey).toBeGreaterThanOrEqual(heir.startingHashKey);
          expect(range.endingHashKey).toBeLessThanOrEqual(heir.endingHashKey);
          next = range.endingHashKey + 1n;
        }
        expect(next).toBe(shard.endingHashKey + 1n);
        // The open descendants that share its hash keys are the same shards.
        const descended = lineage
          .descendantsOf(shard.shardId)
          .filter((other) => overlaps(shard, other) && other.endingSequenceNumber === undefined);
        if (shard.endingSequenceNumber !== undefined) {
          expect(new Set(descended.map(({ shardId }) => shardId))).toEqual(new Set(expected));
        }
      }
    }),
  );
});
