/** In a group of five shards, each record takes the next sequence index, whatever happens. */

import fc from 'fast-check';
import { parseSequenceNumber, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import '../support/property-runs.ts';
import { HASH_KEYS, merge, revive, split, streamOf, T0 } from '../support/streams.ts';

type Step = { readonly kind: 'put' | 'split' | 'merge' | 'restore'; readonly at: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('put', 'put', 'put', 'split', 'merge', 'restore'),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  }),
  { maxLength: 60 },
);

function reshard(stream: Stream, { kind, at }: Step, nowMs: number): void {
  const { shards } = stream.shardMap(nowMs);
  const i = Math.floor(at * shards.length);
  const { shardId, startingHashKey, endingHashKey } = shards[i]!;
  if (kind === 'split') split(stream, shardId, (startingHashKey + endingHashKey) / 2n, nowMs);
  const next = shards[i + 1];
  if (kind === 'merge' && next !== undefined) merge(stream, shardId, next.shardId, nowMs);
}

describe('shards 5n to 5n + 4', () => {
  it('take the sequence indexes 1, 2, 3 and so on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), steps, (shardCount, path) => {
        let stream = streamOf(shardCount, { throughput: 'unlimited' });
        const last = new Map<number, bigint>();
        let nowMs = T0 + 5000;
        for (const step of path) {
          nowMs += 400;
          if (step.kind === 'restore') stream = revive(stream);
          if (step.kind !== 'put') {
            reshard(stream, step, nowMs);
            continue;
          }
          const ExplicitHashKey = `${(BigInt(Math.floor(step.at * 2 ** 52)) * HASH_KEYS) >> 52n}`;
          const put = stream.putRecord(
            { StreamName: 'orders', PartitionKey: 'a', ExplicitHashKey, Data: new Uint8Array(1) },
            nowMs,
          );
          if (!put.ok) throw new Error(put.fault.message);
          const parts = unwrap(parseSequenceNumber(put.value.SequenceNumber));
          const group = Math.floor(parts.shardIndex / 5);
          expect(parts.sequenceIndex).toBe((last.get(group) ?? 0n) + 1n);
          last.set(group, parts.sequenceIndex!);
        }
      }),
    );
  });
});
