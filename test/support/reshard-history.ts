/**
 * Random reshard histories, weighted towards the edges of shards, and the layouts they lead to.
 *
 * @module
 */

import fc from 'fast-check';
import type { Result } from 'shardline';
import {
  mergeShards,
  type ReshardInput,
  type ReshardStep,
  scaleUniformly,
  splitShard,
} from '../../src/sharding/reshard.ts';
import { applySteps, RESHARD_STREAM, uniformReshardInput } from './reshard-input.ts';
import './property-runs.ts';

/** The next reshard. Shards are picked among all that ever existed, and one that never did. */
export type Command =
  | { readonly kind: 'split'; readonly pick: number; readonly spot: Spot }
  | { readonly kind: 'merge'; readonly pick: number; readonly partner: Partner }
  | { readonly kind: 'scale'; readonly share: number };

/** A hash key in relation to a shard. */
interface Spot {
  readonly from: 'start' | 'middle' | 'end';
  readonly offset: bigint;
}

/** The other shard of a merge. */
type Partner = 'right' | 'left' | 'itself' | number;

/** A request to the library and to its twin. */
export type ReshardRequest =
  | { readonly kind: 'split'; readonly shardIndex: number; readonly hashKey: bigint }
  | { readonly kind: 'merge'; readonly lowerIndex: number; readonly upperIndex: number }
  | { readonly kind: 'scale'; readonly target: number };

const SHARDS_MAX = 24;

const pick = fc.nat({ max: 1_000 });

const spot: fc.Arbitrary<Spot> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ from: 'middle' as const, offset: 0n }) },
  {
    weight: 3,
    arbitrary: fc.record({
      from: fc.constantFrom('start' as const, 'end' as const),
      offset: fc.bigInt({ min: -3n, max: 4n }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      from: fc.constantFrom('start' as const, 'middle' as const),
      offset: fc.bigInt({ min: 0n, max: 2n ** 127n }),
    }),
  },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('split' as const), pick, spot }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('merge' as const),
      pick,
      partner: fc.oneof(
        { weight: 6, arbitrary: fc.constant('right' as const) },
        { weight: 2, arbitrary: fc.constantFrom('left' as const, 'itself' as const) },
        { weight: 1, arbitrary: pick },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('scale' as const), share: fc.nat(100) }) },
);

/** A shard count to start from, and commands. */
export const histories: fc.Arbitrary<{ shardCount: number; commands: Command[] }> = fc.record({
  shardCount: fc.integer({ min: 1, max: 6 }),
  commands: fc.array(command, { maxLength: 24 }),
});

/** Returns the request of a command, given the current shards. */
export function requestOf(command: Command, layout: ReshardInput): ReshardRequest {
  const open = layout.map.shards;
  if (command.kind === 'scale') {
    const most = Math.min(2 * open.length, SHARDS_MAX);
    const least = Math.ceil(open.length / 2);
    return {
      kind: 'scale',
      target: least + Math.round((Math.max(0, most - least) * command.share) / 100),
    };
  }
  // Two picks of three go to an open shard: closed ones soon outnumber these.
  const shardIndex =
    command.pick % 3 === 0
      ? command.pick % (layout.nextShardIndex + 1)
      : open[command.pick % open.length]!.shardIndex;
  const shard = layout.shards.get(shardIndex);
  if (command.kind === 'split') {
    return { kind: 'split', shardIndex, hashKey: keyAt(shard, command.spot) };
  }
  const position = open.findIndex((other) => other.shardIndex === shardIndex);
  const { partner } = command;
  const other =
    partner === 'itself'
      ? shardIndex
      : partner === 'right'
        ? (open[position + 1]?.shardIndex ?? 0)
        : partner === 'left'
          ? (open[position - 1]?.shardIndex ?? 0)
          : partner % (layout.nextShardIndex + 1);
  return { kind: 'merge', lowerIndex: shardIndex, upperIndex: other };
}

function keyAt(
  shard: { startingHashKey: bigint; endingHashKey: bigint } | undefined,
  { from, offset }: Spot,
): bigint {
  const { startingHashKey: start, endingHashKey: end } = shard ?? {
    startingHashKey: 0n,
    endingHashKey: 9n,
  };
  const base = from === 'start' ? start : from === 'end' ? end : (start + end) / 2n;
  const key = base + offset;
  return key < 0n ? 0n : key;
}

/** Returns the steps of a request, or the fault that refuses it. */
export function stepsOfRequest(
  layout: ReshardInput,
  request: ReshardRequest,
): Result<ReshardStep[]> {
  switch (request.kind) {
    case 'split':
      return splitShard(
        layout,
        { shardIndex: request.shardIndex, newStartingHashKey: request.hashKey },
        RESHARD_STREAM,
      );
    case 'merge':
      return mergeShards(
        layout,
        { shardIndex: request.lowerIndex, adjacentShardIndex: request.upperIndex },
        RESHARD_STREAM,
      );
    case 'scale':
      return scaleUniformly(layout, request.target, RESHARD_STREAM);
  }
}

/** Returns all layouts of a history, the first included. */
export function reshardInputsOf({
  shardCount,
  commands,
}: {
  shardCount: number;
  commands: Command[];
}) {
  const layouts = [uniformReshardInput(shardCount)];
  for (const command of commands) {
    const layout = layouts[layouts.length - 1]!;
    const result = stepsOfRequest(layout, requestOf(command, layout));
    if (result.ok) layouts.push(applySteps(layout, result.value));
  }
  return layouts;
}
