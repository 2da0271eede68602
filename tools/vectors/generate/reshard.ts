/** Sequences of reshards, and the shards at the end. */

import { createStream, type ListedShard, type StreamContext, unwrap } from 'shardline';
import listings from '../../../test/recordings/reshard-cases.json' with { type: 'json' };
import { callLibrary, type JsonObject, type Operation } from '../request.ts';
import type { Case, VectorFile } from './vector-file.ts';

const CREATED_MS = 1_700_000_000_500;
const STEP_MS = 60_000;
const CONTEXT = { accountId: '123456789012', region: 'us-east-1' };
const StreamName = 'orders';

interface Step {
  readonly operation: Operation;
  readonly request: JsonObject;
  /** Milliseconds after the previous step; a minute by default. */
  readonly afterMs?: number;
}

interface Script {
  readonly title: string;
  readonly source?: string;
  /** Why it is not verified. */
  readonly note?: string;
  readonly shardCount: number;
  readonly isOnDemand?: boolean;
  /** Members of the context that differ from the default. */
  readonly context?: Pick<StreamContext, 'shardLimit' | 'transitionMs'>;
  readonly steps: readonly Step[];
}

function split(shardIndex: number | string, at: bigint | string): Step {
  const ShardToSplit = typeof shardIndex === 'string' ? shardIndex : idOf(shardIndex);
  const request = { StreamName, ShardToSplit, NewStartingHashKey: `${at}` };
  return { operation: 'SplitShard', request };
}

function merge(lower: number | string, upper: number | string): Step {
  const [ShardToMerge, AdjacentShardToMerge] = [lower, upper].map((shard) =>
    typeof shard === 'string' ? shard : idOf(shard),
  );
  const request = { StreamName, ShardToMerge, AdjacentShardToMerge };
  return { operation: 'MergeShards', request };
}

function scale(TargetShardCount: number): Step {
  const request = { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' };
  return { operation: 'UpdateShardCount', request };
}

function idOf(shardIndex: number): string {
  return `shardId-${String(shardIndex).padStart(12, '0')}`;
}

function carryOut(script: Script): Case {
  const { title, source, note, shardCount, isOnDemand = false, context = {} } = script;
  const mode = isOnDemand ? { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } } : {};
  const request = { StreamName, ...(isOnDemand ? mode : { ShardCount: shardCount }) };
  const streamContext: StreamContext = { ...CONTEXT, shardLimit: 20_000, ...context };
  const stream = unwrap(createStream(request, streamContext, CREATED_MS));
  let nowMs = CREATED_MS + (context.transitionMs ?? 0);
  const steps = script.steps.map(({ operation, request, afterMs = STEP_MS }) => {
    nowMs += afterMs;
    const result = callLibrary(stream, operation, request, streamContext, nowMs);
    const refusal = result.ok ? {} : { code: result.fault.code, message: result.fault.message };
    return { atMs: nowMs, operation, request, accepted: result.ok, ...refusal };
  });
  nowMs += context.transitionMs ?? 0;
  const shards: ListedShard[] = unwrap(stream.listShards({ StreamName }, nowMs)).Shards;
  return {
    title,
    verified: note === undefined,
    ...(source !== undefined && { source }),
    ...(note !== undefined && { note }),
    createStream: request,
    createdAtMs: CREATED_MS,
    ...context,
    steps,
    listedAtMs: nowMs,
    shards,
  };
}

/** The published listings whose reshards are known. */
function* published(): Generator<Script> {
  for (const { title, source, certainty, shardCount, operations } of listings) {
    if (certainty !== 'real' || operations.length === 0) continue;
    const steps = operations.map((operation) => {
      const {
        scale: target,
        split: id,
        at,
        merge: lower,
        with: upper,
      } = {
        scale: undefined,
        split: undefined,
        at: undefined,
        merge: undefined,
        with: undefined,
        ...operation,
      };
      if (target !== undefined) return scale(target);
      return id === undefined ? merge(lower!, upper!) : split(id, at!);
    });
    yield { title, source, shardCount, steps };
  }
}

const KINESALITE = 'kinesalite tests, run on AWS 2018';
const CLOSED = 'mhart/kinesalite issue 109; moto, validated against AWS';
const KEYS = 2n ** 128n;
const MAX = KEYS - 1n;

function* splitsAndMerges(): Generator<Script> {
  yield {
    title: 'SplitShard at the highest place there is, and beside each end',
    source: KINESALITE,
    shardCount: 1,
    steps: [
      split(0, 0n),
      split(0, 1n),
      split(0, MAX),
      split(0, KEYS),
      split(0, '9'.repeat(39)),
      split(0, MAX - 1n),
    ],
  };
  yield {
    title: 'SplitShard of a shard of three keys is not possible, of four it is',
    source: KINESALITE,
    shardCount: 1,
    steps: [split(0, 4n), split(1, 2n), split(3, 1n), split(2, 7n), split(5, 5n), split(5, 6n)],
  };
  yield {
    title: 'shards that are not there',
    source: KINESALITE,
    shardCount: 3,
    steps: [
      split(5, 100n),
      split('shardId-x', 100n),
      split('2147483648', 100n),
      merge(0, 7),
      merge(8, 1),
      merge('x-y', 1),
    ],
  };
  yield {
    title: 'ids are read loosely: 0, shardId-0 and foo-0 are one shard',
    source: KINESALITE,
    shardCount: 3,
    steps: [split('0', 100n), merge('foo-1', 'shardId-2')],
  };
  yield {
    title: 'a closed shard is neither split nor merged again',
    source: CLOSED,
    shardCount: 2,
    steps: [split(0, 100n), split(0, 50n), merge(0, 1), merge(3, 0), merge(3, 1), merge(3, 1)],
  };
  yield {
    title: 'MergeShards of the inverted pair, of strangers, of a shard with itself',
    source: KINESALITE,
    shardCount: 3,
    steps: [merge(1, 0), merge(0, 2), merge(1, 1), merge(0, 1)],
  };
  yield {
    title: 'splits of splits and a merge across the old boundary',
    source: KINESALITE,
    shardCount: 2,
    steps: [split(0, KEYS / 4n), split(1, (3n * KEYS) / 4n), merge(3, 4), split(6, KEYS / 2n)],
  };
  yield {
    title: 'a split within the second of the one before: the children take seconds of their own',
    note: 'the service takes seconds for each reshard; that ours takes none is a choice',
    shardCount: 1,
    steps: [split(0, KEYS / 2n), { ...split(1, 100n), afterMs: 0 }],
  };
  yield {
    title: 'a reshard while another goes on',
    source: KINESALITE,
    shardCount: 2,
    context: { transitionMs: 1000 },
    steps: [
      split(0, 100n),
      { ...split(1, KEYS - 100n), afterMs: 999 },
      { ...split(1, KEYS - 100n), afterMs: 1 },
    ],
  };
  yield {
    title: 'the account may have four shards',
    source: KINESALITE,
    shardCount: 3,
    context: { shardLimit: 4 },
    steps: [split(0, 100n), split(3, 50n), merge(3, 4), split(1, KEYS / 2n)],
  };
  yield {
    title: 'an on-demand stream is not resharded by hand',
    source: 'moto, validated against AWS',
    shardCount: 4,
    isOnDemand: true,
    steps: [split(0, 100n), merge(0, 1), scale(2)],
  };
}

function* scalings(): Generator<Script> {
  const note =
    'the algorithm reproduces every published listing, none of which has these shard counts';
  for (const [from, ...targets] of [
    [2, 1],
    [3, 5],
  ] as const) {
    const title = `UpdateShardCount from ${[from, ...targets].join(' to ')}`;
    yield { title, note, shardCount: from, steps: targets.map(scale) };
  }
  yield {
    title: 'UpdateShardCount of a stream that was split in half by hand, one key beside the middle',
    note: 'no SplitShard could make the uniform boundary there; what the service does is not known',
    shardCount: 1,
    steps: [split(0, 2n ** 127n - 1n), scale(4)],
  };
  yield {
    title: 'UpdateShardCount of uneven shards',
    note,
    shardCount: 1,
    steps: [split(0, 1000n), split(2, 2000n), scale(2)],
  };
  yield {
    title: 'UpdateShardCount beyond its limits',
    note: 'words and class are those of kinesalite pull request 48 (2017)',
    shardCount: 5,
    steps: [scale(11), scale(2), scale(10_001)],
  };
  yield {
    title: 'UpdateShardCount to the shards there are',
    note: 'success without a step, as in moto; what the service does is not known',
    shardCount: 3,
    steps: [scale(3)],
  };
  yield {
    title: 'UpdateShardCount ten times in 24 hours, and once more',
    note: 'the limit is the API reference; class and words are not known',
    shardCount: 1,
    steps: [
      ...Array.from({ length: 11 }, (_, i) => scale(i % 2 === 0 ? 2 : 1)),
      { ...scale(2), afterMs: 24 * 3_600_000 },
    ],
  };
}

export const reshards: VectorFile = {
  name: 'reshard',
  description:
    'A new stream and what is done to it, each step at a time: accepted, or refused with the exact code and message; then the response of ListShards, open and closed shards. A shard is open if it has no EndingSequenceNumber. Creation takes no time and reshards take none, unless transitionMs says how long; shardLimit is the quota of the account where it is not 20,000. Sequence numbers follow from the times: a stream is created three seconds before its CreateStream, a child the second after the closing second of its parents. verified: all of the steps and shards are known from the source; otherwise note says what was chosen and why.',
  source:
    "Listings of real streams and production's refusals as recorded in public, named in each case.",
  setting: CONTEXT,
  cases: [...published(), ...splitsAndMerges(), ...scalings()].map(carryOut),
};
