/**
 * The sequence numbers of a stream increase per shard and per key, over any reshards and with any
 * clock, and stay between the ends that a listing shows.
 */

import fc from 'fast-check';
import { compareSequenceNumbers, parseSequenceNumber, type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import '../support/arbitraries.ts';
import {
  DAY_MS,
  merge,
  NAME,
  recordOf,
  revive,
  scale,
  split,
  streamOf,
  T0,
} from '../support/streams.ts';

type Step =
  | { kind: 'put'; key: string }
  | { kind: 'split'; pick: number }
  | { kind: 'merge'; pick: number }
  | { kind: 'scale'; target: number }
  | { kind: 'restart' };

const KEYS = ['a', 'b', 'e', 'f', 'z', '1'];

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.constantFrom(...KEYS) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('split' as const), pick: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge' as const), pick: fc.nat(99) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('scale' as const),
      target: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

/** The milliseconds before each step, and the step. */
const histories = fc.array(
  fc.tuple(fc.constantFrom(0, 0, 0, 1, 400, 999, 1000, 5000, DAY_MS, -1, -5000, -DAY_MS), steps),
  { minLength: 20, maxLength: 100, size: 'max' },
);

interface Put {
  readonly key: string;
  readonly shardId: string;
  readonly number: string;
  readonly arrivedAtMs: number;
}

/** Runs a history. Returns the stream and the puts that it accepted. */
function run(
  history: readonly (readonly [number, Step])[],
  transitionMs: number,
): { stream: Stream; puts: Put[]; nowMs: number } {
  let stream = streamOf(2, { transitionMs, throughput: 'unlimited' });
  let nowMs = T0 + transitionMs;
  const puts: Put[] = [];
  for (const [tickMs, step] of history) {
    nowMs = Math.max(0, nowMs + tickMs);
    const { shards } = stream.shardMap(nowMs);
    switch (step.kind) {
      case 'put': {
        const put = stream.putRecord(recordOf(10, { PartitionKey: step.key }), nowMs);
        if (!put.ok) break;
        const { shardId, sequenceNumber: number, arrivedAtMs } = put.accepted;
        puts.push({ key: step.key, shardId, number, arrivedAtMs });
        break;
      }
      case 'split': {
        const shard = shards[step.pick % shards.length]!;
        const middle = (shard.startingHashKey + shard.endingHashKey) / 2n;
        split(stream, shard.shardId, middle, nowMs);
        break;
      }
      case 'merge': {
        const at = step.pick % shards.length;
        merge(stream, shards[at]!.shardId, shards[(at + 1) % shards.length]!.shardId, nowMs);
        break;
      }
      case 'scale':
        scale(stream, step.target, nowMs);
        break;
      case 'restart':
        stream = revive(stream);
    }
  }
  return { stream, puts, nowMs };
}

function expectRising(numbers: readonly string[]): void {
  for (let i = 1; i < numbers.length; i++) {
    expect(compareSequenceNumbers(numbers[i - 1]!, numbers[i]!)).toBe(-1);
  }
}

const transitions = fc.constantFrom(0, 0, 1, 1000, 60_000);

describe('sequence numbers', () => {
  it('increase per shard and per key and are unique, and arrival times never decrease', () => {
    let reshards = 0;
    fc.assert(
      fc.property(histories, transitions, (history, transitionMs) => {
        const { puts } = run(history, transitionMs);
        for (const key of KEYS) {
          const own = puts.filter((put) => put.key === key);
          expectRising(own.map(({ number }) => number));
          if (new Set(own.map(({ shardId }) => shardId)).size > 1) reshards++;
        }
        for (const shardId of new Set(puts.map((put) => put.shardId))) {
          const own = puts.filter((put) => put.shardId === shardId);
          expectRising(own.map(({ number }) => number));
          for (const { number } of own) {
            const { shardIndex } = unwrap(parseSequenceNumber(number));
            expect(`shardId-${String(shardIndex).padStart(12, '0')}`).toBe(shardId);
          }
        }
        expect(new Set(puts.map(({ number }) => number)).size).toBe(puts.length);
        for (let i = 1; i < puts.length; i++) {
          expect(puts[i]!.arrivedAtMs).toBeGreaterThanOrEqual(puts[i - 1]!.arrivedAtMs);
        }
      }),
    );
    expect(reshards).toBeGreaterThan(0);
  });

  it('are between the ends of their shard, and a child starts above its parents', () => {
    fc.assert(
      fc.property(histories, transitions, (history, transitionMs) => {
        const { stream, puts } = run(history, transitionMs);
        // As of its creation, a stream lists every closed shard that a reshard has not dropped.
        const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0));
        const ends = new Map(Shards.map((shard) => [shard.ShardId, shard.SequenceNumberRange]));
        for (const { shardId, number } of puts) {
          const range = ends.get(shardId);
          if (range === undefined) continue;
          expectRising([range.StartingSequenceNumber, number]);
          if (range.EndingSequenceNumber !== undefined) {
            expectRising([number, range.EndingSequenceNumber]);
          }
        }
        for (const { ParentShardId, AdjacentParentShardId, SequenceNumberRange } of Shards) {
          for (const parentId of [ParentShardId, AdjacentParentShardId]) {
            const parent = ends.get(parentId ?? '');
            if (parent === undefined) continue;
            expectRising([
              parent.EndingSequenceNumber!,
              SequenceNumberRange.StartingSequenceNumber,
            ]);
          }
        }
      }),
    );
  });

  it('are accepted as SequenceNumberForOrdering, and the next number of the key is above', () => {
    fc.assert(
      fc.property(histories, transitions, (history, transitionMs) => {
        const { stream, puts, nowMs } = run(history, transitionMs);
        const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0));
        const known = new Set(Shards.map(({ ShardId }) => ShardId));
        for (const key of KEYS) {
          const last = puts.findLast((put) => put.key === key);
          // A clock may run a day ahead, where a reshard drops the shard, and step back. Then a
          // number of the shard is like one of another stream, from the future.
          if (last === undefined || !known.has(last.shardId)) continue;
          const request = { PartitionKey: key, SequenceNumberForOrdering: last.number };
          const put = stream.putRecord(recordOf(10, request), nowMs);
          expect(put).toMatchObject({ ok: true });
          if (put.ok) expectRising([last.number, put.value.SequenceNumber]);
        }
      }),
    );
  });
});
