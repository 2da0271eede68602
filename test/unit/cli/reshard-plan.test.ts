import { describe, expect, it } from 'vitest';
import { chainShardCounts, formatPlan, makePlan } from '../../../src/cli/reshard-plan.ts';
import { createUniformShardMap } from '../../../src/sharding/shard-map.ts';

/** The fewest steps between two numbers, each step from half to double, by breadth-first search. */
function fewestSteps(from: number, to: number): number {
  let reached = new Set([from]);
  for (let steps = 0; ; steps++) {
    if (reached.has(to)) return steps;
    const next = new Set<number>();
    for (const count of reached) {
      for (let target = Math.ceil(count / 2); target <= 2 * count; target++) next.add(target);
    }
    reached = next;
  }
}

describe('chainShardCounts', () => {
  it('is legal, and as short as any', () => {
    for (let from = 1; from <= 33; from++) {
      for (let to = 1; to <= 33; to++) {
        const chain = chainShardCounts(from, to);
        expect(chain.length).toBe(fewestSteps(from, to));
        chain.reduce((count, target) => {
          expect(target).toBeGreaterThanOrEqual(count / 2);
          expect(target).toBeLessThanOrEqual(2 * count);
          return target;
        }, from);
        expect(chain.at(-1) ?? from).toBe(to);
      }
    }
  });

  it('is empty beyond 10,000 shards', () => {
    expect(chainShardCounts(5000, 10_000)).toEqual([10_000]);
    expect(chainShardCounts(5001, 10_001)).toEqual([]);
    expect(chainShardCounts(10_001, 10_000)).toEqual([]);
  });
});

describe('makePlan', () => {
  it('has a chain of UpdateShardCount only where it is shorter', () => {
    const targets = (from: number, to: number) =>
      makePlan(createUniformShardMap(from), to).shardCountCalls?.map(({ input }) => input);
    expect(
      targets(2, 16)?.map((input) => 'TargetShardCount' in input && input.TargetShardCount),
    ).toEqual([4, 8, 16]);
    expect(targets(1, 2)).toBeUndefined();
    expect(targets(3, 3)).toBeUndefined();
    expect(makePlan(createUniformShardMap(2), createUniformShardMap(16).shards)).not.toHaveProperty(
      'shardCountCalls',
    );
  });
});

describe('formatPlan', () => {
  it('says if there is nothing to do', () => {
    expect(formatPlan(makePlan(createUniformShardMap(3), 3))).toBe(
      '# The stream has these shards already.\n',
    );
  });

  it('says how often UpdateShardCount may be called', () => {
    expect(formatPlan(makePlan(createUniformShardMap(1), 2048))).toContain(
      '# A stream takes at most 10 UpdateShardCount calls in any 24 hours.\n',
    );
    expect(formatPlan(makePlan(createUniformShardMap(1), 1024))).not.toContain('24 hours');
  });
});
