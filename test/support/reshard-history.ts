/**
 * Random reshard histories, weighted towards the edges of shards, and what comes of them.
 *
 * FC_NUM_RUNS sets the number of runs of each property; fast-check's default is 100.
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
import { applySteps, CONTEXT, uniformTopology } from './topology.ts';

/** What to do next; shards are picked among all that there ever were, and one that never was. */
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

/** A request as it goes to the library and to the twin. */
export type Request =
  | { readonly kind: 'split'; readonly shardIndex: number; readonly hashKey: bigint }
  | { readonly kind: 'merge'; readonly lowerIndex: number; readonly upperIndex: number }
  | { readonly kind: 'scale'; readonly target: number };

const runs = process.env['FC_NUM_RUNS'];
if (runs !== undefined) fc.configureGlobal({ numRuns: Number(runs) });

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
export const history: fc.Arbitrary<{ shardCount: number; commands: Command[] }> = fc.record({
  shardCount: fc.integer({ min: 1, max: 6 }),
  commands: fc.array(command, { maxLength: 24 }),
});

/** The request that a command stands for, given the shards there are. */
export function requestOf(command: Command, topology: ReshardInput): Request {
  const open = topology.map.shards;
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
      ? command.pick % (topology.nextShardIndex + 1)
      : open[command.pick % open.length]!.shardIndex;
  const shard = topology.shards.get(shardIndex);
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
          : partner % (topology.nextShardIndex + 1);
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

/** What the library makes of a request. */
export function answer(topology: ReshardInput, request: Request): Result<ReshardStep[]> {
  switch (request.kind) {
    case 'split':
      return splitShard(
        topology,
        { shardIndex: request.shardIndex, newStartingHashKey: request.hashKey },
        CONTEXT,
      );
    case 'merge':
      return mergeShards(
        topology,
        { shardIndex: request.lowerIndex, adjacentShardIndex: request.upperIndex },
        CONTEXT,
      );
    case 'scale':
      return scaleUniformly(topology, request.target, CONTEXT);
  }
}

/** All topologies of a history, the first included. */
export function topologiesOf({
  shardCount,
  commands,
}: {
  shardCount: number;
  commands: Command[];
}) {
  const topologies = [uniformTopology(shardCount)];
  for (const command of commands) {
    const topology = topologies[topologies.length - 1]!;
    const result = answer(topology, requestOf(command, topology));
    if (result.ok) topologies.push(applySteps(topology, result.value));
  }
  return topologies;
}

/** The hash keys where routing can be off by one: bounds of all shards and their neighbours. */
export function edgeKeys(topology: ReshardInput): bigint[] {
  const keys = new Set<bigint>();
  for (const { startingHashKey, endingHashKey } of topology.shards.values()) {
    for (const key of [startingHashKey, endingHashKey]) {
      for (const near of [key - 1n, key, key + 1n]) {
        if (near >= 0n && near < 2n ** 128n) keys.add(near);
      }
    }
  }
  return [...keys];
}
