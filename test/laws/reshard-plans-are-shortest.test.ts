/**
 * The calls of a reshard plan are accepted, no plan is shorter, the shard count stays within its
 * bounds, and the predicted shard ids are right.
 *
 * The oracle on a small key space is a breadth-first search over all layouts, which knows only the
 * rule of SplitShard. On the whole key space, a plan needs one call per boundary that differs.
 */

import fc from 'fast-check';
import { type HashRange, planResharding, type ReshardCall } from 'shardline';
import { describe, expect, it } from 'vitest';
import type { ReshardInput } from '../../src/sharding/reshard.ts';
import { histories, reshardInputsOf } from '../support/reshard-history.ts';
import {
  applySteps,
  reshardInputBetween,
  stepsOfCall,
  uniformReshardInput,
} from '../support/reshard-input.ts';

const KEYS = 2n ** 128n;

/** Makes the calls of a plan. Each must be accepted and open the shards that it predicts. */
function carryOut(layout: ReshardInput, plan: readonly ReshardCall[]): ReshardInput[] {
  const layouts = [layout];
  let now = layout;
  for (const { operation, input, newShardIds } of plan) {
    const result = stepsOfCall(now, { operation, input });
    if (!result.ok) throw new Error(result.fault.message);
    expect(result.value[0]!.children.map(({ shardId }) => shardId)).toEqual(newShardIds);
    now = applySteps(now, result.value);
    layouts.push(now);
  }
  return layouts;
}

function boundariesOf(ranges: readonly HashRange[]): Set<bigint> {
  return new Set(ranges.slice(1).map(({ startingHashKey }) => startingHashKey));
}

/** Carries out a plan and checks what planResharding promises about it. */
function check(from: ReshardInput, to: readonly HashRange[], plan: readonly ReshardCall[]): void {
  const layouts = carryOut(from, plan);
  const end = layouts[layouts.length - 1]!.map.shards;
  expect(boundariesOf(end)).toEqual(boundariesOf(to));

  const current = boundariesOf(from.map.shards);
  const wanted = boundariesOf(to);
  const added = [...wanted].filter((key) => !current.has(key));
  const taken = [...current].filter((key) => !wanted.has(key));
  expect(plan.length).toBe(added.length + taken.length);

  const counts = layouts.map(({ map }) => map.shards.length);
  const start = counts[0]!;
  const most = Math.max(start, to.length) + (start === to.length ? 1 : 0);
  expect(Math.max(...counts)).toBeLessThanOrEqual(most);
  const isTight = added.some((key) => taken.includes(key - 1n) || taken.includes(key + 1n));
  const least = Math.min(start, to.length) - (isTight ? 1 : 0);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(least);
}

describe('on a small key space', () => {
  const WIDTH = 8;

  /** Returns the ranges of a layout, a bit set: bit i is a boundary at hash key i + 1. */
  function rangesOf(layout: number): [number, number][] {
    const starts = [0];
    for (let key = 1; key <= WIDTH; key++) if (layout & (1 << (key - 1))) starts.push(key);
    return starts.map((start, i) => [start, (starts[i + 1] ?? Number.MAX_SAFE_INTEGER) - 1]);
  }

  function neighboursOf(layout: number): number[] {
    const neighbours: number[] = [];
    for (const [start, end] of rangesOf(layout)) {
      if (start > 0) neighbours.push(layout & ~(1 << (start - 1)));
      for (let key = start + 2; key <= Math.min(end - 1, WIDTH); key++) {
        neighbours.push(layout | (1 << (key - 1)));
      }
    }
    return neighbours;
  }

  function distancesFrom(layout: number): Map<number, number> {
    const distances = new Map([[layout, 0]]);
    for (const [near, distance] of distances) {
      for (const next of neighboursOf(near)) {
        if (!distances.has(next)) distances.set(next, distance + 1);
      }
    }
    return distances;
  }

  // Layouts have boundaries up to 6. Only the search may take a detour through 7 and 8.
  const LAYOUTS = Array.from({ length: 64 }, (_, layout) => layout);

  it.each([
    ['lowest', (key: number) => BigInt(key)],
    ['highest', (key: number) => KEYS - BigInt(key)],
  ])('finds a shortest plan wherever there is one, among the %s hash keys', (_, keyOf) => {
    const build = (layout: number) =>
      reshardInputBetween(
        rangesOf(layout)
          .slice(1)
          .map(([start]) => keyOf(start))
          .sort((a, b) => (a < b ? -1 : 1)),
      );
    const layouts = LAYOUTS.map(build);
    let unreachable = 0;
    for (const from of LAYOUTS) {
      const distances = distancesFrom(from);
      for (const to of LAYOUTS) {
        const target = layouts[to]!.map.shards;
        const plan = planResharding(layouts[from]!.map, target);
        expect(plan.ok ? plan.value.length : undefined).toBe(distances.get(to));
        if (plan.ok) check(layouts[from]!, target, plan.value);
        else unreachable++;
      }
    }
    expect(unreachable).toBeGreaterThan(1_000);
  });
});

describe('on the whole key space', () => {
  /** Boundaries in clusters, so that many are a few keys apart. */
  const boundaries = fc
    .array(
      fc.tuple(
        fc.constantFrom(0n, 1n, 2n ** 64n, 2n ** 127n, KEYS - 40n),
        fc.bigInt({ min: 1n, max: 39n }),
      ),
      { maxLength: 30 },
    )
    .map((pairs) =>
      [...new Set(pairs.map(([base, offset]) => base + offset))].sort((a, b) => (a < b ? -1 : 1)),
    );

  it('plans between any layouts, or names a boundary that no call can create', () => {
    fc.assert(
      fc.property(boundaries, boundaries, (current, wanted) => {
        const from = reshardInputBetween(current);
        const to = reshardInputBetween(wanted).map.shards;
        const plan = planResharding(from.map, to);
        if (plan.ok) return check(from, to, plan.value);
        expect(plan.fault.code).toBe('InvalidArgumentException');
        const named = BigInt(/boundary at ([0-9]+)/.exec(plan.fault.message)![1]!);
        const all = [0n, ...wanted, KEYS];
        expect(wanted).toContain(named);
        expect(current).not.toContain(named);
        expect(all.includes(named - 1n) || all.includes(named + 1n)).toBe(true);
      }),
    );
  });

  it('plans between the layouts that any two reshard histories lead to', () => {
    fc.assert(
      fc.property(histories, histories, (one, other) => {
        const from = reshardInputsOf(one).at(-1)!;
        const to = reshardInputsOf(other).at(-1)!.map.shards;
        const plan = planResharding(from.map, to);
        // No shard of a stream is one key wide, so every layout of a stream can be reached.
        check(from, to, plan.ok ? plan.value : []);
      }),
    );
  });

  it('plans between uniform layouts without exceeding the larger shard count', () => {
    for (let from = 1; from <= 30; from++) {
      for (let to = 1; to <= 30; to++) {
        const layout = uniformReshardInput(from);
        const plan = planResharding(layout.map, to);
        check(layout, uniformReshardInput(to).map.shards, plan.ok ? plan.value : []);
      }
    }
  });
});
