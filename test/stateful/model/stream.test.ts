/**
 * The stream against its slow twin: any calls, any clock, restarts at any point. Both give the same
 * result to every call, and a refused call changes nothing.
 */

import fc from 'fast-check';
import {
  createStream,
  type ListShardsInput,
  type ListShardsOutput,
  type PutRecordInput,
  type Result,
  restoreStream,
  type Stream,
  type StreamContext,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import '../../support/arbitraries.ts';
import {
  type NaiveShard,
  naiveShardId,
  openShards,
  startingNumber,
} from '../../oracles/reference/naive-shards.ts';
import { NaiveStream } from '../../oracles/reference/naive-stream.ts';
import {
  ACCOUNT,
  ARN,
  CONTEXT,
  DAY_MS,
  HASH_KEYS,
  HOUR_MS,
  MIB,
  NAME,
  T0,
} from '../../support/streams.ts';

interface Model {
  readonly twin: NaiveStream;
  readonly createdAtMs: number;
  nowMs: number;
  /** The sequence numbers of all accepted records. */
  readonly numbers: string[];
  /** Tokens of the stream, each with the twin's token for the same page. */
  readonly tokens: [string, string][];
}

interface Real {
  stream: Stream;
}

/** The operations that the twin knows. */
type Operation = Exclude<keyof NaiveStream, 'at' | 'setRetention' | 'state' | 'trimHorizonMs'>;

/** The open shards at the time of a call, by ascending range. */
function openIn({ twin, nowMs }: Model): NaiveShard[] {
  return openShards(twin.at(nowMs));
}

/** One call, at the next time of the clock. */
class Call implements fc.Command<Model, Real> {
  readonly tickMs: number;
  readonly label: string;
  readonly act: (model: Model, real: Real) => void;

  constructor(tickMs: number, label: string, act: (model: Model, real: Real) => void) {
    this.tickMs = tickMs;
    this.label = label;
    this.act = act;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    model.nowMs = Math.max(0, model.nowMs + this.tickMs);
    this.act(model, real);
    const { shards } = real.stream.shardMap(model.nowMs);
    expect(
      shards.map((shard) => [shard.shardIndex, shard.startingHashKey, shard.endingHashKey]),
    ).toEqual(openIn(model).map(({ index, start, end }) => [index, start, end]));
    expect(real.stream.trimHorizonMs(model.nowMs)).toBe(model.twin.trimHorizonMs(model.nowMs));
  }

  toString(): string {
    return `${this.tickMs >= 0 ? '+' : ''}${this.tickMs} ms: ${this.label}`;
  }
}

/** Makes a call to both: the results are the same, and a refusal changes nothing. */
function ask<O extends Operation>(
  model: Model,
  real: Real,
  operation: O,
  request: Parameters<NaiveStream[O]>[0],
): ReturnType<Stream[O]> {
  const expected = model.twin[operation](request as never, model.nowMs);
  const before = real.stream.snapshot();
  const result = real.stream[operation](request as never, model.nowMs);
  expect(result).toEqual(expected);
  if (!result.ok) expect(real.stream.snapshot()).toEqual(before);
  return result as ReturnType<Stream[O]>;
}

const ZEROS = new Uint8Array(10 * MIB + 1);

const ticks = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 1, 10, 999, 1000) },
  { weight: 2, arbitrary: fc.constantFrom(1001, 5000, 300_000, HOUR_MS, DAY_MS, 25 * HOUR_MS) },
  { weight: 2, arbitrary: fc.constantFrom(-1, -999, -1001, -5000, -10_001, -DAY_MS) },
);

/** Picks one of a list that is known only when the call is made. */
const picks = fc.nat({ max: 1000 });

function pickOf<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % Math.max(1, list.length)];
}

const sizes = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(1, 2, 100, 50_000) },
  fc.constantFrom(MIB - 2, MIB - 1, MIB, MIB + 1, 5 * MIB, 10 * MIB - 1, 10 * MIB, 10 * MIB + 1),
  fc.nat({ max: 400_000 }),
);

const keys = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'e', 'f', 'é', '😀', '__proto__') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, null, '', 'x'.repeat(257), '😀'.repeat(256)),
  },
  { weight: 1, arbitrary: fc.constantFrom('😀'.repeat(257), 'x'.repeat(513), '€'.repeat(256)) },
);

/** A hash key at or beside the start of an open shard, or a text that is not a hash key. */
const hashKeys = fc.oneof(
  { weight: 4, arbitrary: fc.constant(() => undefined) },
  {
    weight: 5,
    arbitrary: fc.tuple(picks, fc.constantFrom(-1n, 0n, 1n)).map(([pick, by]) => (model: Model) => {
      const { start } = pickOf(openIn(model), pick)!;
      return `${(start + by + HASH_KEYS) % HASH_KEYS}`;
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(`${HASH_KEYS}`, '9'.repeat(39), '9'.repeat(40), '', '01', '-1', '0x10', '1e3')
      .map((text) => () => text),
  },
);

/** A SequenceNumberForOrdering: none, one of the stream, a neighbour of one, or any text. */
const orderings = fc.oneof(
  { weight: 6, arbitrary: fc.constant((): string | undefined => undefined) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(picks, fc.constantFrom(0n, 0n, 2n ** 80n, 2n ** 100n, 2n ** 140n, 2n ** 36n, 1n, 16n))
      .map(([pick, by]) => (model: Model) => {
        const number = pickOf(model.numbers, pick) ?? startingNumber(model.twin.state.shards[0]!);
        return `${BigInt(number) + by}`;
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('0', '1', 'x', '', '01', '9'.repeat(56), '9'.repeat(129), '9'.repeat(130))
      .map((text) => () => text),
  },
);

const names = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom({ StreamName: NAME }, { StreamARN: ARN }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { StreamName: NAME, StreamARN: ARN },
      { StreamName: 'other', StreamARN: ARN },
      { StreamName: 'other' },
      { StreamARN: ARN.replace(ACCOUNT, '000000000000') },
      { StreamARN: ARN.replace('us-east-1', 'eu-west-1') },
      { StreamName: '' },
      { StreamName: 'a b' },
      { StreamName: 'x'.repeat(129) },
      {},
    ),
  },
);

interface Draft {
  readonly key: string | null | undefined;
  readonly bytes: number;
  readonly hashKey: (model: Model) => string | undefined;
}

const drafts: fc.Arbitrary<Draft> = fc.record({ key: keys, bytes: sizes, hashKey: hashKeys });

function recordOf({ key, bytes, hashKey }: Draft, model: Model) {
  const ExplicitHashKey = hashKey(model);
  return {
    PartitionKey: key as string,
    Data: ZEROS.subarray(0, bytes),
    ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
  };
}

const dryRuns = fc.constantFrom(undefined, undefined, undefined, undefined, false, true);

const putRecord = fc
  .tuple(ticks, names, drafts, orderings, dryRuns)
  .map(([tick, name, draft, ordering, DryRun]) => {
    const label = `put ${draft.bytes} bytes, key ${draft.key?.slice(0, 9)}, dry run ${DryRun}`;
    return new Call(tick, label, (model, real) => {
      const SequenceNumberForOrdering = ordering(model);
      const request: PutRecordInput = {
        ...name,
        ...recordOf(draft, model),
        ...(SequenceNumberForOrdering !== undefined && { SequenceNumberForOrdering }),
        ...(DryRun !== undefined && { DryRun }),
      };
      const result = ask(model, real, 'putRecord', request);
      if (result.ok) model.numbers.push(result.accepted.sequenceNumber);
    });
  });

const batches = fc.oneof(
  { weight: 4, arbitrary: fc.array(drafts, { minLength: 1, maxLength: 6 }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(drafts, fc.constantFrom(1, 2, 11, 400, 499, 500, 501))
      .map(([draft, count]) => Array.from({ length: count }, () => draft)),
  },
  fc.constant([]),
);

const putRecords = fc.tuple(ticks, names, batches, dryRuns).map(([tick, name, batch, DryRun]) => {
  const label = `put ${batch.length} records, the first ${batch[0]?.bytes} bytes`;
  return new Call(tick, label, (model, real) => {
    const Records = batch.map((draft) => recordOf(draft, model));
    const request = { ...name, Records, ...(DryRun !== undefined && { DryRun }) };
    const result = ask(model, real, 'putRecords', request);
    if (!result.ok) return;
    for (const record of result.accepted) if (record) model.numbers.push(record.sequenceNumber);
  });
});

/** The id of an open or of any shard, spelled in some way. */
const shardIds = fc
  .tuple(picks, fc.constantFrom('open', 'open', 'open', 'any', 'loose', 'bad'), fc.boolean())
  .map(([pick, kind]) => (model: Model): string => {
    const open = openIn(model);
    const { index } = pickOf(open, pick)!;
    if (kind === 'bad') return pickOf(['x', 'shardId-', '99999999999', 'a-b-0'], pick)!;
    if (kind === 'loose') return pickOf([`${index}`, `shardId-${index}`, `foo-${index}`], pick)!;
    const most = Math.max(...open.map((shard) => shard.index));
    const shown = kind === 'open' ? index : pick % (most + 2);
    return naiveShardId(shown);
  });

const splits = fc
  .tuple(ticks, names, shardIds, picks, fc.constantFrom('middle', 'edge', 'text'))
  .map(([tick, name, id, pick, kind]) => {
    return new Call(tick, `split at the ${kind}`, (model, real) => {
      const ShardToSplit = id(model);
      const open = openIn(model);
      const shard = open.find(({ index }) => ShardToSplit === naiveShardId(index));
      const { start, end } = shard ?? open[0]!;
      const edges = [start, start + 1n, start + 2n, end - 1n, end, end + 1n, 0n, HASH_KEYS];
      const texts = ['', '01', 'x', '1.5', `${HASH_KEYS}`, '9'.repeat(40)];
      const key = {
        middle: `${(start + end + BigInt(pick)) / 2n}`,
        edge: `${pickOf(edges, pick)}`,
        text: pickOf(texts, pick)!,
      }[kind];
      const request = { ...name, ShardToSplit, NewStartingHashKey: key };
      ask(model, real, 'splitShard', request);
    });
  });

const merges = fc
  .tuple(
    ticks,
    names,
    picks,
    fc.constantFrom('next', 'next', 'next', 'same', 'before', 'other'),
    shardIds,
  )
  .map(([tick, name, pick, kind, other]) => {
    return new Call(tick, `merge with the ${kind}`, (model, real) => {
      const open = openIn(model);
      const at = pick % open.length;
      const by = { next: at + 1, same: at, before: at - 1, other: 0 }[kind];
      const idOf = (i: number) => naiveShardId(open[i]?.index ?? 0);
      const request = {
        ...name,
        ShardToMerge: idOf(at),
        AdjacentShardToMerge: kind === 'other' ? other(model) : idOf(by),
      };
      ask(model, real, 'mergeShards', request);
    });
  });

const scalings = fc
  .tuple(
    ticks,
    names,
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 10_001, 2 ** 40)),
  )
  .map(([tick, name, target]) => {
    return new Call(tick, `scale to ${target}`, (model, real) => {
      const request = {
        ...name,
        TargetShardCount: target,
        ScalingType: 'UNIFORM_SCALING',
      } as const;
      ask(model, real, 'updateShardCount', request);
    });
  });

const retentions = fc
  .tuple(
    ticks,
    names,
    fc.constantFrom('increase' as const, 'decrease' as const),
    fc.constantFrom(0, 23, 24, 25, 26, 48, 8760, 8761, 2 ** 31),
  )
  .map(([tick, name, direction, hours]) => {
    return new Call(tick, `${direction} retention to ${hours}`, (model, real) => {
      const request = { ...name, RetentionPeriodHours: hours };
      ask(model, real, `${direction}StreamRetentionPeriod`, request);
    });
  });

const resizes = fc
  .tuple(ticks, fc.constantFrom(1023, 1024, 1025, 2048, 5000, 10_240, 10_241, 2 ** 31))
  .map(([tick, size]) => {
    return new Call(tick, `records up to ${size} KiB`, (model, real) => {
      const request = { StreamARN: ARN, MaxRecordSizeInKiB: size };
      ask(model, real, 'updateMaxRecordSize', request);
    });
  });

const modeChanges = fc
  .tuple(
    ticks,
    fc.constantFrom('PROVISIONED' as const, 'ON_DEMAND' as const),
    fc.constantFrom(undefined, undefined, -1, 0, 7),
  )
  .map(([tick, StreamMode, WarmThroughputMiBps]) => {
    return new Call(tick, `change the mode to ${StreamMode}`, (model, real) => {
      const request = { StreamARN: ARN, StreamModeDetails: { StreamMode }, WarmThroughputMiBps };
      ask(model, real, 'updateStreamMode', request);
    });
  });

const warmThroughputs = fc
  .tuple(ticks, names, fc.constantFrom(-1, 0, 1, 100, 2 ** 31))
  .map(([tick, name, WarmThroughputMiBps]) => {
    return new Call(tick, `keep ${WarmThroughputMiBps} MiB/s warm`, (model, real) => {
      ask(model, real, 'updateStreamWarmThroughput', { ...name, WarmThroughputMiBps });
    });
  });

const strategies = fc
  .tuple(ticks, fc.constantFrom('AUTO' as const, 'USER_PARTITION_KEY' as const))
  .map(([tick, RecordDistributionStrategy]) => {
    return new Call(tick, `distribute by ${RecordDistributionStrategy}`, (model, real) => {
      const request = { StreamARN: ARN, RecordDistributionStrategy };
      ask(model, real, 'updateStreamRecordDistributionStrategy', request);
    });
  });

const encryptions = fc
  .tuple(
    ticks,
    names,
    fc.constantFrom('startStreamEncryption' as const, 'stopStreamEncryption' as const),
    fc.constantFrom('KMS' as const, 'KMS' as const, 'NONE' as const),
    fc.constantFrom(1, 1, 1, 26),
  )
  .map(([tick, name, operation, EncryptionType, times]) => {
    return new Call(tick, `${operation} ${times} times`, (model, real) => {
      const request = { ...name, EncryptionType, KeyId: 'alias/aws/kinesis' };
      for (let i = 0; i < times; i++) ask(model, real, operation, request);
    });
  });

const metrics = fc.constantFrom(
  'ALL' as const,
  'IncomingBytes' as const,
  'OutgoingBytes' as const,
  'IteratorAgeMilliseconds' as const,
);
const monitorings = fc
  .tuple(
    ticks,
    names,
    fc.constantFrom('enableEnhancedMonitoring' as const, 'disableEnhancedMonitoring' as const),
    fc.array(metrics, { minLength: 1, maxLength: 3 }),
  )
  .map(([tick, name, operation, ShardLevelMetrics]) => {
    return new Call(tick, `${operation} ${ShardLevelMetrics}`, (model, real) => {
      ask(model, real, operation, { ...name, ShardLevelMetrics });
    });
  });

/** Rarely succeeds: nothing but questions succeeds after it. */
const deletions = fc.tuple(ticks, names, fc.nat({ max: 19 })).map(([tick, name, dice]) => {
  return new Call(tick, 'delete', (model, real) => {
    if (dice === 0) ask(model, real, 'deleteStream', name);
  });
});

const filterTypes = fc.constantFrom(
  'AT_LATEST',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
  'AFTER_SHARD_ID',
);

/** A ShardFilter, mostly with the member that its type needs. */
const filters = fc
  .tuple(
    filterTypes,
    fc.constantFrom(0, -1, 1, -1000, -DAY_MS, HOUR_MS),
    shardIds,
    fc.constantFrom('needed', 'needed', 'needed', 'needed', 'both', 'none'),
  )
  .map(([Type, byMs, id, kind]) => (model: Model) => {
    const isNeeded = (isOfType: boolean) => kind === 'both' || (kind === 'needed' && isOfType);
    return {
      Type,
      ...(isNeeded(Type.endsWith('_TIMESTAMP')) && { Timestamp: new Date(model.nowMs + byMs) }),
      ...(isNeeded(Type === 'AFTER_SHARD_ID') && { ShardId: id(model) }),
    };
  });

/** The sizes of pages, valid or not. */
const pageSizes = fc.constantFrom(
  ...[undefined, undefined, 1, 2, 1000, 10_000, 0, 10_001, 2 ** 31, 2 ** 40],
);

/** By how much a StreamCreationTimestamp is off. */
const creationErrors = fc.constantFrom(0, 1, -1, 999, 1000, -1000);

/** Members that may come with a name and not with a token. */
const listingMembers = fc
  .record({ filter: filters, after: shardIds, createdByMs: creationErrors }, { requiredKeys: [] })
  .map(
    ({ filter, after, createdByMs }) =>
      (model: Model): ListShardsInput => ({
        ...(filter && { ShardFilter: filter(model) }),
        ...(after && { ExclusiveStartShardId: after(model) }),
        ...(createdByMs !== undefined && {
          StreamCreationTimestamp: new Date(model.createdAtMs + createdByMs),
        }),
      }),
  );

const listings = fc
  .tuple(ticks, names, pageSizes, listingMembers)
  .map(([tick, name, MaxResults, members]) => {
    return new Call(tick, 'list', (model, real) => {
      const request = {
        ...name,
        ...(MaxResults !== undefined && { MaxResults }),
        ...members(model),
      };
      list(model, real, request, request);
    });
  });

/** Lists with a token of the stream and the twin's token for the same page. */
function list(model: Model, real: Real, request: ListShardsInput, naive: ListShardsInput): void {
  const expected = model.twin.listShards(naive, model.nowMs) as Result<ListShardsOutput>;
  const before = real.stream.snapshot();
  const result = real.stream.listShards(request, model.nowMs);
  expect(real.stream.snapshot()).toEqual(before);
  if (!result.ok || !expected.ok) {
    expect(result).toEqual(expected);
    return;
  }
  expect(result.value.Shards).toEqual(expected.value.Shards);
  const token = result.value.NextToken;
  const naiveToken = expected.value.NextToken;
  expect(typeof token).toBe(typeof naiveToken);
  if (token !== undefined) model.tokens.push([token, naiveToken!]);
}

const nextPages = fc
  .tuple(ticks, picks, pageSizes, fc.nat({ max: 9 }), names, listingMembers)
  .map(([tick, pick, MaxResults, kind, name, members]) => {
    return new Call(tick, 'list the next page', (model, real) => {
      const pair = pickOf(model.tokens, pick);
      if (pair === undefined) return;
      const more = {
        ...(MaxResults !== undefined && { MaxResults }),
        ...(kind === 0 && name),
        ...(kind === 2 && members(model)),
      };
      if (kind === 1) {
        const [token] = pair;
        const NextToken = pickOf([`${token}0`, token.slice(1), '', `x${token}`, 'AAAA'], pick)!;
        const result = real.stream.listShards({ ...more, NextToken }, model.nowMs);
        expect(result).toMatchObject({ ok: false });
        return;
      }
      const [token, naiveToken] = pair;
      list(model, real, { ...more, NextToken: token }, { ...more, NextToken: naiveToken });
    });
  });

const descriptions = fc
  .tuple(ticks, names, pageSizes, fc.option(shardIds, { nil: undefined }))
  .map(([tick, name, Limit, after]) => {
    return new Call(tick, `describe ${Limit} shards`, (model, real) => {
      const request = {
        ...name,
        ...(Limit !== undefined && { Limit }),
        ...(after && { ExclusiveStartShardId: after(model) }),
      };
      ask(model, real, 'describeStream', request);
      ask(model, real, 'describeStreamSummary', name);
    });
  });

const restarts = ticks.map((tick) => {
  return new Call(tick, 'restart', (_, real) => {
    const snapshot = real.stream.snapshot();
    const text = JSON.stringify(snapshot);
    expect(JSON.parse(text)).toEqual(snapshot);
    real.stream = unwrap(restoreStream(JSON.parse(text)));
    expect(real.stream.snapshot()).toEqual(snapshot);
  });
});

const puts = [putRecord, putRecord, putRecord, putRecords, putRecords];
const reshards = [splits, merges, scalings, splits, merges];
const settings = [
  retentions,
  resizes,
  modeChanges,
  warmThroughputs,
  strategies,
  encryptions,
  monitorings,
  deletions,
];
const questions = [listings, nextPages, descriptions];

const contexts: fc.Arbitrary<StreamContext> = fc.record({
  accountId: fc.constant(ACCOUNT),
  region: fc.constant('us-east-1'),
  throughput: fc.constantFrom('enforced', 'enforced', 'enforced', 'unlimited'),
  transitionMs: fc.constantFrom(0, 0, 1, 1000, 60_000),
  encryptionType: fc.constantFrom('NONE', 'KMS'),
  validationMessages: fc.constantFrom('data-omitted', 'value-shown'),
  shardLimit: fc.constantFrom(20_000, 6),
  otherOpenShardCount: fc.constantFrom(0, 1),
});

/** A stream and its twin, at the time of their creation. */
function pairOf(
  context: StreamContext,
  shardCount: number,
  MaxRecordSizeInKiB: number,
  createdAtMs: number,
  mode: 'PROVISIONED' | 'ON_DEMAND' | 'AUTO',
): { model: Model; real: Real } {
  const request = {
    StreamName: NAME,
    ShardCount: shardCount,
    MaxRecordSizeInKiB,
    ...(mode !== 'PROVISIONED' && { StreamModeDetails: { StreamMode: 'ON_DEMAND' } as const }),
    ...(mode === 'AUTO' && { RecordDistributionStrategy: 'AUTO' as const, WarmThroughputMiBps: 5 }),
  };
  const stream = unwrap(createStream(request, context, createdAtMs));
  return {
    model: {
      twin: new NaiveStream(request, context, createdAtMs),
      createdAtMs,
      nowMs: createdAtMs,
      numbers: [],
      tokens: [],
    },
    real: { stream },
  };
}

describe('a stream agrees with its twin', () => {
  const createdAtMs = fc.constantFrom(T0, T0 + 999, 0, 1, 3000, 3999, 1_451_606_400_000);
  const maxKiB = fc.constantFrom(1024, 1024, 1025, 10_240);

  it('on any calls', () => {
    const commands = fc.commands([...puts, ...reshards, ...settings, ...questions, restarts], {
      maxCommands: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(
        contexts,
        fc.integer({ min: 1, max: 5 }),
        maxKiB,
        createdAtMs,
        commands,
        (context, shardCount, kiB, atMs, all) => {
          fc.modelRun(() => pairOf(context, shardCount, kiB, atMs, 'PROVISIONED'), all);
        },
      ),
    );
  });

  it('in on-demand mode, with and without AUTO distribution', () => {
    const commands = fc.commands(
      [...puts, ...puts, splits, scalings, ...settings, ...questions, restarts],
      { maxCommands: 25, size: 'max' },
    );
    const modes = fc.constantFrom('ON_DEMAND' as const, 'AUTO' as const);
    fc.assert(
      fc.property(contexts, maxKiB, modes, commands, (context, kiB, mode, all) => {
        fc.modelRun(() => pairOf(context, 4, kiB, T0, mode), all);
      }),
    );
  });

  it('when shards are full', () => {
    const steps = fc.constantFrom(0, 0, 0, 1, 1, 2, 500, 999, 1000, -1, -500, -1000, -1001);
    const loads = fc
      .tuple(
        steps,
        fc.constantFrom(2, 600, 1048, 1049, 2000, 300_000, MIB),
        fc.constantFrom(1, 3, 500),
      )
      .map(([tick, bytes, count]) => {
        return new Call(tick, `put ${count} records of ${bytes} bytes`, (model, real) => {
          const Data = ZEROS.subarray(0, bytes - 1);
          const fit = Math.min(count, Math.floor((10 * MIB) / bytes));
          const Records = Array.from({ length: fit }, () => ({ PartitionKey: 'a', Data }));
          const request = { StreamName: NAME, Records };
          ask(model, real, 'putRecords', request);
        });
      });
    const commands = fc.commands([loads, loads, loads, restarts, resizes], {
      maxCommands: 15,
      size: 'max',
    });
    fc.assert(
      fc.property(maxKiB, commands, (kiB, all) => {
        fc.modelRun(() => pairOf(CONTEXT, 1, kiB, T0, 'PROVISIONED'), all);
      }),
    );
  });
});
