/**
 * The ways to reshard a stream, and how to print them.
 *
 * @module
 */

import { UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import { legalTargets } from '../load/advise-shard-count.ts';
import type { LoadVerdict } from '../load/explain-load.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { planResharding, type ReshardCall } from '../sharding/reshard-plan.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { formatCommand, formatWait, type PlannedCall } from './aws-commands.ts';
import { InputError } from './errors.ts';

/** The calls that lead to a layout. */
export interface Plan {
  readonly openShardCount: number;
  readonly targetShardCount: number;
  /** SplitShard and MergeShards. */
  readonly calls: readonly ReshardCall[];
  /** UpdateShardCount calls, if they lead to the layout with fewer calls. */
  readonly shardCountCalls?: readonly PlannedCall[];
}

/**
 * Plans the calls to a number of uniform shards, or to ranges.
 *
 * @throws {InputError} If no calls lead there.
 */
export function makePlan(map: ShardMap, target: number | readonly HashRange[]): Plan {
  const result = planResharding(map, target);
  if (!result.ok) throw new InputError(result.fault.message);
  const calls = result.value;
  const openShardCount = map.shards.length;
  const chain = typeof target === 'number' ? chainShardCounts(openShardCount, target) : [];
  const shardCountCalls = chain.map((TargetShardCount) => ({
    operation: 'UpdateShardCount' as const,
    input: { TargetShardCount, ScalingType: 'UNIFORM_SCALING' },
  }));
  return {
    openShardCount,
    targetShardCount: typeof target === 'number' ? target : target.length,
    calls,
    ...(chain.length > 0 && chain.length < calls.length && { shardCountCalls }),
  };
}

/**
 * Returns the targets of the UpdateShardCount calls from one number of shards to another. Each is
 * from half to double the previous one (docs/facts.md#scaling-limits). There are none if the
 * numbers are equal or one of them is above 10,000.
 */
export function chainShardCounts(openShardCount: number, target: number): number[] {
  if (Math.max(openShardCount, target) > UNIFORM_SCALING_SHARDS_MAX) return [];
  const chain: number[] = [];
  for (let count = openShardCount; count !== target; chain.push(count)) {
    const [least, most] = legalTargets(count);
    count = Math.min(most, Math.max(least, target));
  }
  return chain;
}

/** A verdict, and the calls that follow from it, if any. */
export type Advice = LoadVerdict & { readonly calls?: readonly PlannedCall[] };

/** Adds the calls that a verdict asks for. */
export function addCalls(verdict: LoadVerdict, map: ShardMap): Advice {
  const { shardId, split, shardCount } = verdict;
  if (split !== undefined) {
    const border = BigInt(split.NewStartingHashKey);
    const ranges = map.shards.flatMap((shard): HashRange[] => {
      const { startingHashKey, endingHashKey } = shard;
      if (shard.shardId !== shardId) return [shard];
      return [
        { startingHashKey, endingHashKey: border - 1n },
        { startingHashKey: border, endingHashKey },
      ];
    });
    return { ...verdict, calls: makePlan(map, ranges).calls };
  }
  if (shardCount === undefined || shardCount === map.shards.length) return verdict;
  const input = { TargetShardCount: shardCount, ScalingType: 'UNIFORM_SCALING' };
  return { ...verdict, calls: [{ operation: 'UpdateShardCount', input }] };
}

/** Returns a plan as a script: comments, and a command for each call and for each wait. */
export function formatPlan(plan: Plan, streamName?: string): string {
  const { openShardCount, targetShardCount, calls, shardCountCalls } = plan;
  if (calls.length === 0) return '# The stream has these shards already.\n';
  const chosen = shardCountCalls ?? calls;
  const comments = [
    `From ${openShardCount} to ${targetShardCount} open shards: ${chosen.length} ${chosen.length === 1 ? 'call' : 'calls'}, each once the stream is ACTIVE again.`,
    ...(shardCountCalls === undefined
      ? []
      : [`SplitShard and MergeShards take ${calls.length} calls; --json prints them.`]),
    'A wait fails after 3 minutes: repeat it before the next call.',
    ...(shardCountCalls !== undefined && shardCountCalls.length > 10
      ? ['A stream takes at most 10 UpdateShardCount calls in any 24 hours.']
      : []),
    ...(streamName === undefined ? ['Set STREAM_NAME to the name of the stream.'] : []),
  ];
  return [
    ...comments.map((comment) => `# ${comment}`),
    ...chosen.flatMap((call) => [formatCommand(call, streamName), formatWait(streamName)]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
