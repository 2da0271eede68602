/**
 * No hidden state: a request may be made of getters and Proxies that call the library again.
 *
 * The result and every stream must be as if the inner calls had been made first, in the order in
 * which they happened, and then the outer call with a plain request.
 */

import fc from 'fast-check';
import {
  type Account,
  type AwsShard,
  type CreateStreamInput,
  checkRequest,
  createAccount,
  createLineage,
  createShardMap,
  createStream,
  createUniformShardMap,
  formatSequenceNumber,
  type HashRange,
  hashPartitionKey,
  type OperationName,
  type PutRecordsRequestEntry,
  parseSequenceNumber,
  type RecordKeys,
  refuseMissingStream,
  restoreStream,
  type SequenceNumberParts,
  type ShardMap,
  type Stream,
  type StreamSnapshot,
  toAwsShard,
  unwrap,
} from 'shardline';
import { aggregateRecords, deaggregateRecord, type RecordToOpen } from 'shardline/aggregation';
import { createBatchRouter, hashPartitionKeys } from 'shardline/batch';
import {
  adviseShardCount,
  adviseSplit,
  balanceRanges,
  createLoadMeter,
  type Load,
  type RecordToMeter,
  type ShardSqlOptions,
  shardSql,
} from 'shardline/load';
import {
  createProducer,
  createShardBudgets,
  findPartitionKey,
  type PlacementTimes,
  type Producer,
  planRequests,
  type RecordResult,
  readPlacement,
} from 'shardline/producer';
import { describe, expect, test } from 'vitest';
import { MODEL, type Rule } from '../../src/api/service-model.ts';
import { accountRequests } from '../support/account-calls.ts';
import { keyedRecords } from '../support/aggregates.ts';
import { hashKeys, partitionKeys } from '../support/arbitraries.ts';
import { numberDigits, numberParts } from '../support/sequence-numbers.ts';
import { ARN, autoStream, CONTEXT, NAME, streamOf, T0 } from '../support/streams.ts';

/** The streams of a run, an account, and producers. The outer call is mostly made on `own`. */
interface World {
  readonly own: Stream;
  readonly other: Stream;
  readonly account: Account;
  readonly producers: readonly Producer[];
  /** Called by the jitter of the producers. */
  onJitter: () => void;
}

/**
 * A call of the library: a plain request, and the function that is called with it or with a copy
 * that traps reads.
 */
interface Call {
  readonly title: string;
  readonly request: unknown;
  readonly run: (world: World, request: never) => unknown;
}

const KEYS = ['a', 'b', 'e', 'key-1', 'key-2', 'é', '', 'x'.repeat(70), '\ud800'];
const CREATED_AT_MS = T0 - 3000;
const SMALL = new Uint8Array(10);
const HALF = new Uint8Array(600_000);
const TOO_LARGE = new Uint8Array(1_048_577);

const shardIds = fc.constantFrom(...[0, 1, 2, 3, 4, 9].map((i) => `shardId-00000000000${i}`));
const times = fc.constantFrom(0, 0, 1, 500, 1000, 2000, 90_000_000).map((by) => T0 + by);

/** A member that is mostly valid, sometimes null or absent. */
function orAbsent<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 6, arbitrary: value }, fc.constantFrom(null, undefined));
}

/** A member that is mostly absent. */
function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constant(null), {
    weight: 2,
    arbitrary: value,
  });
}

const names = {
  StreamName: fc.oneof({ weight: 19, arbitrary: fc.constant(NAME) }, fc.constantFrom('no', '', 7)),
  StreamARN: rarely(fc.constantFrom(ARN, ARN.replace(NAME, 'other'), 'arn')),
};

/** Numbers of the shards of `own`, of other shards, and texts that are not numbers. */
const orderingNumbers = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        shardIndex: fc.constantFrom(0, 1, 2, 3, 9),
        shardCreatedAtMs: fc.constantFrom(CREATED_AT_MS, CREATED_AT_MS + 1000),
        sequenceIndex: fc.constantFrom(0n, 1n, 5000n, 2n ** 62n),
        writtenAtMs: fc.constantFrom(CREATED_AT_MS, T0, T0 + 100_000_000),
      })
      .map((parts) => formatSequenceNumber({ version: 2, ...parts })),
  },
  numberDigits,
  fc.constantFrom('', 'LATEST'),
);

const recordMembers = {
  PartitionKey: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...KEYS) },
    { weight: 2, arbitrary: partitionKeys },
    fc.constantFrom(null, undefined, 7),
  ),
  ExplicitHashKey: rarely(
    fc.oneof(hashKeys().map(String), fc.constantFrom('', '-1', `${2n ** 128n}`)),
  ),
  Data: fc.oneof(
    { weight: 6, arbitrary: fc.constant(SMALL) },
    { weight: 2, arbitrary: fc.constant(HALF) },
    fc.constantFrom(TOO_LARGE, null, undefined),
  ),
};

/** The requests of each operation of a stream. */
const requests = {
  putRecord: fc.record({
    ...names,
    ...recordMembers,
    SequenceNumberForOrdering: rarely(orderingNumbers),
    DryRun: rarely(fc.boolean()),
  }),
  putRecords: fc.record({
    ...names,
    Records: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.array(fc.record(recordMembers), { maxLength: 8 }),
      },
      fc.constantFrom(null, [null], [7], 7),
      fc.constant(new Array(501).fill(null)),
    ),
    DryRun: rarely(fc.boolean()),
  }),
  splitShard: fc.record({
    ...names,
    ShardToSplit: orAbsent(shardIds),
    NewStartingHashKey: orAbsent(hashKeys().map(String)),
  }),
  mergeShards: fc.record({
    ...names,
    ShardToMerge: orAbsent(shardIds),
    AdjacentShardToMerge: orAbsent(shardIds),
  }),
  updateShardCount: fc.record({
    ...names,
    TargetShardCount: orAbsent(fc.constantFrom(0, 2, 3, 4, 5, 6, 8, 9)),
    ScalingType: orAbsent(fc.constantFrom('UNIFORM_SCALING', 'uniform')),
  }),
  increaseStreamRetentionPeriod: fc.record({
    ...names,
    RetentionPeriodHours: orAbsent(fc.constantFrom(1, 24, 25, 48, 8760, 8761)),
  }),
  decreaseStreamRetentionPeriod: fc.record({
    ...names,
    RetentionPeriodHours: orAbsent(fc.constantFrom(1, 24, 25, 48, 8760, 8761)),
  }),
  updateMaxRecordSize: fc.record({
    ...names,
    MaxRecordSizeInKiB: orAbsent(fc.constantFrom(1, 1024, 2000, 10_240, 10_241)),
  }),
  listShards: fc.record({
    ...names,
    MaxResults: rarely(fc.constantFrom(0, 1, 2, 100)),
    ExclusiveStartShardId: rarely(shardIds),
    NextToken: rarely(fc.constantFrom('', 'token')),
    StreamCreationTimestamp: rarely(fc.constantFrom(new Date(T0), new Date(0), 7)),
    ShardFilter: rarely(
      fc.record({
        Type: fc.constantFrom('AT_LATEST', 'AFTER_SHARD_ID', 'FROM_TIMESTAMP', 'AT_TIMESTAMP', 'x'),
        ShardId: orAbsent(shardIds),
        Timestamp: orAbsent(times.map((timeMs) => new Date(timeMs))),
      }),
    ),
  }),
  describeStream: fc.record({
    ...names,
    Limit: rarely(fc.constantFrom(0, 1, 2, 100)),
    ExclusiveStartShardId: rarely(shardIds),
  }),
  describeStreamSummary: fc.record(names),
  getShardIterator: fc.record({
    ...names,
    ShardId: orAbsent(shardIds),
    ShardIteratorType: fc.constantFrom('LATEST', 'AFTER_SEQUENCE_NUMBER', 'AT_TIMESTAMP', 'x'),
    StartingSequenceNumber: rarely(orderingNumbers),
    Timestamp: rarely(times.map((timeMs) => new Date(timeMs))),
  }),
  updateStreamMode: accountRequests.UpdateStreamMode,
  updateStreamWarmThroughput: accountRequests.UpdateStreamWarmThroughput,
  updateStreamRecordDistributionStrategy: accountRequests.UpdateStreamRecordDistributionStrategy,
  startStreamEncryption: accountRequests.StartStreamEncryption,
  stopStreamEncryption: accountRequests.StopStreamEncryption,
  enableEnhancedMonitoring: accountRequests.EnableEnhancedMonitoring,
  disableEnhancedMonitoring: accountRequests.DisableEnhancedMonitoring,
  deleteStream: accountRequests.DeleteStream,
};

type Method = keyof typeof requests;

const methods = Object.keys(requests) as Method[];

/** Calls of one operation of a stream. */
function streamCalls(method: Method): fc.Arbitrary<Call> {
  const target = fc.constantFrom('own' as const, 'own' as const, 'other' as const);
  return fc.tuple(target, requests[method], times).map(([stream, request, nowMs]) => ({
    title: `${stream}.${method}`,
    request,
    run: (world, given) => world[stream][method](given, nowMs),
  }));
}

/** Calls of one operation of an account. */
function accountCalls(operation: OperationName): fc.Arbitrary<Call> {
  return fc.tuple(accountRequests[operation], times).map(([request, nowMs]) => ({
    title: `account.call ${operation}`,
    request,
    run: ({ account }, given) => account.call(operation, given, nowMs),
  }));
}

const accountOperations = Object.keys(accountRequests) as OperationName[];

const createRequests = fc.record({
  StreamName: names.StreamName,
  ShardCount: orAbsent(fc.constantFrom(0, 1, 3)),
  StreamModeDetails: rarely(
    fc.record({ StreamMode: fc.constantFrom('ON_DEMAND', 'PROVISIONED', 'x') }),
  ),
  RecordDistributionStrategy: rarely(fc.constantFrom('AUTO', 'USER_PARTITION_KEY')),
  MaxRecordSizeInKiB: rarely(fc.constantFrom(1, 1024, 10_240)),
  WarmThroughputMiBps: rarely(fc.constantFrom(-1, 0, 5)),
  Tags: rarely(fc.record({ team: fc.constantFrom('a', '') })),
});

/** The operations of the model that a request of a stream may also be checked for. */
const operations = methods.map(
  (method) => `${method.charAt(0).toUpperCase()}${method.slice(1)}` as OperationName,
);
const namedRequests = fc
  .constantFrom(...methods)
  .chain((method) => fc.tuple(fc.constant(operations[methods.indexOf(method)]!), requests[method]));

/** Listings of two shards, one of which may be closed or wrong. */
const listings = fc
  .record({
    cut: fc.constantFrom(1n, 2n ** 127n, 2n ** 128n - 1n),
    gap: fc.constantFrom(0n, 0n, 0n, 1n),
    first: shardIds,
    parent: rarely(shardIds),
    last: rarely(numberDigits),
  })
  .map(({ cut, gap, first, parent, last }): unknown[] => [
    {
      ShardId: first,
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: `${cut - 1n - gap}` },
      SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: last },
    },
    {
      ShardId: 'shardId-000000000005',
      ParentShardId: parent,
      HashKeyRange: { StartingHashKey: `${cut}`, EndingHashKey: `${2n ** 128n - 1n}` },
    },
  ]);

const MAPS = [createUniformShardMap(3), createUniformShardMap(1000)];
const ROUTERS = MAPS.map((map) => createBatchRouter(map));
const which = fc.constantFrom(0, 1);

const entryOf = (ShardId: unknown, ErrorCode?: unknown) =>
  ErrorCode === undefined ? { ShardId, SequenceNumber: '5' } : { ErrorCode, ErrorMessage: '' };

const outcomes = fc.oneof(
  fc
    .array(
      fc.oneof(
        shardIds.map((id) => entryOf(id)),
        fc.constantFrom(entryOf(7), entryOf('', 'InternalFailure'), null),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((Records) => ({ output: { Records } })),
  fc.constantFrom('ThrottlingException', 'ValidationException', 7).map((name) => ({
    error: { name, message: 'message' },
  })),
  fc.constantFrom({}, { output: {}, error: {} }, { error: null }),
);

/** Without large data: comparing two results of megabytes takes seconds. */
const smallRecords = fc.record({
  ...recordMembers,
  Data: fc.constantFrom(SMALL, SMALL, null, undefined),
});

/** Calls of the methods of a producer. */
const producerCalls = {
  add: fc.tuple(which, smallRecords, times).map(([i, request, nowMs]) => ({
    title: `producers[${i}].add`,
    request,
    run: ({ producers }: World, given: PutRecordsRequestEntry) => producers[i]!.add(given, nowMs),
  })),
  settle: fc
    .tuple(which, fc.constantFrom(0, 0, 1, 2), outcomes, times)
    .map(([i, requestId, request, nowMs]) => ({
      title: `producers[${i}].settle ${requestId}`,
      request,
      run: ({ producers }: World, given: { readonly error: unknown }) =>
        producers[i]!.settle(requestId, given, nowMs),
    })),
  useShardMap: fc.tuple(which, which, times).map(([i, map, nowMs]) => ({
    title: `producers[${i}].useShardMap`,
    request: { shards: createUniformShardMap([2, 5][map]!).shards.map((shard) => ({ ...shard })) },
    run: ({ producers }: World, given: ShardMap) => producers[i]!.useShardMap(given, nowMs, nowMs),
  })),
  next: fc.tuple(which, times).map(([i, nowMs]) => ({
    title: `producers[${i}].next`,
    request: undefined,
    run: ({ producers }: World) => producers[i]!.next(nowMs),
  })),
};

/** Creates a producer that does not linger, with a request on its way and a record behind it. */
function createWorldProducer(world: World, aggregation: 'none' | 'shard'): Producer {
  const producer = createProducer({
    StreamName: NAME,
    shardMap: createUniformShardMap(3),
    listedAtMs: T0 - 1,
    aggregation,
    lingerMs: 0,
    jitter: () => {
      world.onJitter();
      return 0.5;
    },
  });
  for (const PartitionKey of ['a', 'b', 'a']) producer.add({ PartitionKey, Data: SMALL }, T0);
  producer.next(T0);
  return producer;
}

/** Empties a producer. Returns what came out of it. */
function emptyProducer(producer: Producer): readonly unknown[] {
  const results: RecordResult[] = producer.takeResults();
  return [{ ...producer.pending }, results, producer.next(T0 + 100_000_000), producer.drain()];
}

/** Calls of the functions that need no stream. */
const freeCalls = {
  createStream: fc.tuple(createRequests, times).map(([request, nowMs]) => ({
    title: 'createStream',
    request,
    run: (_: World, given: CreateStreamInput) => {
      const result = createStream(given, CONTEXT, nowMs);
      return result.ok ? result.value.snapshot() : result;
    },
  })),
  checkRequest: namedRequests.map(([operation, request]) => ({
    title: `checkRequest ${operation}`,
    request,
    run: (_: World, given: object) => checkRequest(operation, given, CONTEXT),
  })),
  refuseMissingStream: namedRequests.map(([operation, request]) => ({
    title: `refuseMissingStream ${operation}`,
    request,
    run: (_: World, given: object) => refuseMissingStream(operation, given, CONTEXT),
  })),
  createShardMap: listings.map((request) => ({
    title: 'createShardMap',
    request,
    run: (_: World, given: AwsShard[]) => {
      const result = createShardMap(given);
      return result.ok ? result.value.shards : result;
    },
  })),
  createLineage: listings.map((request) => ({
    title: 'createLineage',
    request,
    run: (_: World, given: AwsShard[]) => {
      const result = createLineage(given);
      return result.ok ? result.value.readingOrder() : result;
    },
  })),
  locateRecord: fc.tuple(which, fc.record(recordMembers)).map(([i, request]) => ({
    title: 'locateRecord',
    request,
    run: (_: World, given: RecordKeys) => MAPS[i]!.locateRecord(given),
  })),
  formatSequenceNumber: numberParts.map((request) => ({
    title: 'formatSequenceNumber',
    request,
    run: (_: World, given: SequenceNumberParts) => formatSequenceNumber(given),
  })),
  routeRecords: fc
    .tuple(which, fc.array(fc.record(recordMembers), { maxLength: 20 }))
    .map(([i, request]) => ({
      title: 'routeRecords',
      request,
      run: (_: World, given: RecordKeys[]) => ROUTERS[i]!.routeRecords(given),
    })),
  route: fc
    .tuple(which, fc.array(fc.constantFrom(...KEYS), { maxLength: 20 }))
    .map(([i, request]) => ({
      title: 'route',
      request,
      run: (_: World, given: string[]) => ROUTERS[i]!.route(given),
    })),
  hashPartitionKeys: fc.array(fc.constantFrom(...KEYS), { maxLength: 20 }).map((request) => ({
    title: 'hashPartitionKeys',
    request,
    run: (_: World, given: string[]) => hashPartitionKeys(given),
  })),
  aggregateRecords: fc.array(smallRecords, { maxLength: 8 }).map((request) => ({
    title: 'aggregateRecords',
    request,
    run: (_: World, given: PutRecordsRequestEntry[]) => aggregateRecords(given),
  })),
  deaggregateRecord: keyedRecords.map((records) => ({
    title: 'deaggregateRecord',
    request: [unwrap(aggregateRecords(records)), MAPS[0]!.shards[1]],
    run: (_: World, [record, range]: [RecordToOpen, HashRange]) => [
      deaggregateRecord(record),
      deaggregateRecord(record, range),
    ],
  })),
  addToMeter: fc
    .record({ PartitionKey: fc.constantFrom(...KEYS), Data: fc.constant(SMALL) })
    .map((request) => ({
      title: 'add to a load meter',
      request,
      run: (_: World, given: RecordToMeter) => {
        const meter = createLoadMeter({ keys: 2, bins: 3 });
        meter.add(given, T0);
        return meter.report(MAPS[0]!);
      },
    })),
  adviseOnLoads: fc
    .array(fc.record({ hashKey: hashKeys(), weight: fc.nat(9) }), { maxLength: 3 })
    .map((loads) => ({
      title: 'adviseSplit, balanceRanges, adviseShardCount',
      request: [loads, MAPS[0]!.shards[1]],
      run: (_: World, [given, shard]: [Load[], HashRange]) => [
        adviseSplit(given, shard),
        balanceRanges(given, 3),
        adviseShardCount(given, 2, 9),
      ],
    })),
  planRequests: fc.array(smallRecords, { maxLength: 4 }).map((request) => ({
    title: 'planRequests',
    request,
    run: (_: World, given: PutRecordsRequestEntry[]) => planRequests(given),
  })),
  readPlacement: smallRecords.map((record) => ({
    title: 'readPlacement',
    request: [record, entryOf('shardId-000000000001'), { sentAtMs: T0 + 1, listedAtMs: T0 }],
    run: (_: World, [entry, response, times]: [RecordKeys, object, PlacementTimes]) =>
      readPlacement(MAPS[0]!, entry, response, times),
  })),
  findPartitionKey: fc.constant({
    title: 'findPartitionKey, createShardBudgets',
    request: [MAPS[0]!.shards[1], { prefix: 'p', tries: 100 }, { shardShare: 0.5 }],
    run: (_: World, [range, options, share]: [HashRange, object, object]) => [
      findPartitionKey(range, options),
      createShardBudgets(MAPS[0]!, share).take(0, 1000, T0),
    ],
  }),
  shardSql: fc.constantFrom('duckdb' as const, 'mysql' as const).map((dialect) => ({
    title: 'shardSql',
    request: { dialect, shards: MAPS[0]!.shards.map(toAwsShard), table: 'a.b', keyColumn: 'c' },
    run: (_: World, given: ShardSqlOptions) => shardSql(given),
  })),
  restoreStream: fc.constantFrom(streamOf(3), autoStream()).map((stream) => ({
    title: 'restoreStream',
    request: stream.snapshot(),
    run: (_: World, given: StreamSnapshot) => unwrap(restoreStream(given)).snapshot(),
  })),
  hashPartitionKey: fc.tuple(partitionKeys, numberDigits).map(([key, number]) => ({
    title: 'hashPartitionKey, parseSequenceNumber',
    request: undefined,
    run: () => [hashPartitionKey(key), parseSequenceNumber(number)],
  })),
} satisfies Record<string, fc.Arbitrary<Call>>;

const functions = Object.keys(freeCalls) as (keyof typeof freeCalls)[];

/** Any call. Calls that write to shared scratch are as frequent as all others together. */
const anyCall: fc.Arbitrary<Call> = fc.oneof(
  ...methods.map((method) => streamCalls(method)),
  ...functions.map((name) => freeCalls[name]),
  { weight: 8, arbitrary: fc.constantFrom(...accountOperations).chain(accountCalls) },
  ...Object.values(producerCalls),
  { weight: 4, arbitrary: producerCalls.add },
  { weight: 4, arbitrary: producerCalls.next },
  { weight: 4, arbitrary: streamCalls('putRecord') },
  { weight: 4, arbitrary: freeCalls.locateRecord },
  { weight: 8, arbitrary: freeCalls.formatSequenceNumber },
  { weight: 4, arbitrary: freeCalls.route },
  { weight: 4, arbitrary: freeCalls.hashPartitionKey },
);

/**
 * The number of calls that each read of a member makes. A single call rarely writes to the same
 * scratch.
 */
const CALLS_PER_READ = 3;

/** Creates an account with a stream and a consumer of it. */
function createWorldAccount(): Account {
  const account = createAccount(CONTEXT);
  unwrap(account.call('CreateStream', { StreamName: NAME, ShardCount: 2 }, T0));
  const consumer = { StreamARN: ARN, ConsumerName: 'reader' };
  unwrap(account.call('RegisterStreamConsumer', consumer, T0));
  return account;
}

/** The ways to create the streams of a world. Any two worlds created in one way are equal. */
const worlds: fc.Arbitrary<() => World> = fc
  .constantFrom(
    () => streamOf(4),
    () => streamOf(4, { transitionMs: 1500 }),
    () => streamOf(4, { encryptionType: 'KMS', validationMessages: 'value-shown' }),
    () => streamOf(4, { throughput: 'unlimited', otherOpenShardCount: 3, shardLimit: 8 }),
    () => autoStream(),
  )
  .map((createOwn) => () => {
    const producers: Producer[] = [];
    const world: World = {
      own: createOwn(),
      other: streamOf(7),
      account: createWorldAccount(),
      producers,
      onJitter: () => {},
    };
    producers.push(createWorldProducer(world, 'none'), createWorldProducer(world, 'shard'));
    return world;
  });

/** The outcome of a call: its value, or the error that it throws. */
function outcomeOf(call: Call, world: World, request = call.request): unknown {
  try {
    return { value: call.run(world, request as never) };
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}

/**
 * Wraps a request, and everything in it, so that `onRead` is called before each read of a member.
 */
function trap(
  value: unknown,
  kind: 'getters' | 'proxy',
  onRead: (path: string) => void,
  path = '',
) {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof Uint8Array) return value;
  const members = value as Readonly<Record<string, unknown>>;
  if (kind === 'proxy') {
    const proxy: object = new Proxy(value, {
      get: (target, name) => {
        onRead(`${path}/${String(name)}`);
        return trap(Reflect.get(target, name), kind, onRead, `${path}/${String(name)}`);
      },
      has: (target, name) => {
        onRead(`${path}/has ${String(name)}`);
        return Reflect.has(target, name);
      },
    });
    return proxy;
  }
  const copy: object = Array.isArray(value) ? [] : {};
  for (const name of Object.keys(members)) {
    const get = (): unknown => {
      onRead(`${path}/${name}`);
      return trap(members[name], kind, onRead, `${path}/${name}`);
    };
    Object.defineProperty(copy, name, { get, enumerable: true });
  }
  return copy;
}

describe('a request of getters or Proxies that call the library', () => {
  const law = (outer: fc.Arbitrary<Call>, innerCall = anyCall): void => {
    fc.assert(
      fc.property(
        worlds,
        fc.array(anyCall, { maxLength: 6 }),
        outer,
        fc.array(innerCall, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('getters' as const, 'proxy' as const),
        (createWorld, earlier, call, inner, kind) => {
          const trapped = createWorld();
          const plain = createWorld();
          for (const world of [trapped, plain]) for (const one of earlier) outcomeOf(one, world);
          const made: [call: Call, outcome: unknown][] = [];
          const callInner = (): void => {
            trapped.onJitter = () => {};
            for (let i = 0; i < CALLS_PER_READ; i++) {
              const next = inner[made.length % inner.length]!;
              made.push([next, outcomeOf(next, trapped)]);
            }
            trapped.onJitter = callInner;
          };
          const request = trap(call.request, kind, callInner);
          trapped.onJitter = callInner;
          const outcome = outcomeOf(call, trapped, request);
          trapped.onJitter = () => {};
          for (const [one, expected] of made) expect(outcomeOf(one, plain)).toEqual(expected);
          expect(outcome).toEqual(outcomeOf(call, plain));
          expect(trapped.own.snapshot()).toEqual(plain.own.snapshot());
          expect(trapped.other.snapshot()).toEqual(plain.other.snapshot());
          expect(trapped.account.snapshot()).toEqual(plain.account.snapshot());
          expect(trapped.producers.map(emptyProducer)).toEqual(plain.producers.map(emptyProducer));
        },
      ),
    );
  };

  test.each(Object.entries(producerCalls))(
    '%s of a producer returns the same as if the inner calls came first, those of its jitter too',
    (_, calls) => {
      law(calls as fc.Arbitrary<Call>, fc.oneof(anyCall, ...Object.values(producerCalls)));
    },
  );

  test.each(methods)('%s returns the same as if the inner calls came first', (method) => {
    law(streamCalls(method));
  });

  test.each(accountOperations)(
    'account.call of %s returns the same as if the inner calls came first',
    (operation) => {
      law(accountCalls(operation));
    },
  );

  test.each(functions.filter((name) => name !== 'hashPartitionKey'))(
    '%s returns the same as if the inner calls came first',
    (name) => {
      law(freeCalls[name]);
    },
  );
});

/** The paths of all members that the model knows, of maps, and of the lengths of lists. */
function pathsOf(rules: readonly Rule[], value: unknown, path = ''): string[] {
  return rules.flatMap(({ name, type, members, max }) => {
    const member = (value as Record<string, unknown>)[name];
    const here = `${path}/${name}`;
    if (typeof member !== 'object' || member === null) return [here];
    if (type === 'structure') return [here, ...pathsOf(members!, member, here)];
    if (type === 'map') return [here, ...Object.keys(member).map((key) => `${here}/${key}`)];
    if (!Array.isArray(member)) return [here];
    const entries = member.slice(0, max).flatMap((entry, i) => {
      const isStructure = typeof entry === 'object' && entry !== null;
      return [`${here}/${i}`, ...(isStructure ? pathsOf(members!, entry, `${here}/${i}`) : [])];
    });
    return [here, `${here}/length`, ...entries];
  });
}

test.each(methods)('%s reads each member of its request exactly once', (method) => {
  fc.assert(
    fc.property(worlds, requests[method], times, (createWorld, request, nowMs) => {
      const reads: string[] = [];
      const proxy = trap(request, 'proxy', (path) => reads.push(path));
      outcomeOf(
        { title: method, request, run: ({ own }, given) => own[method](given, nowMs) },
        createWorld(),
        proxy,
      );
      const rules = MODEL[operations[methods.indexOf(method)]!];
      expect(reads.sort()).toEqual(pathsOf(rules, request).sort());
    }),
  );
});

test.each(accountOperations)('account.call of %s reads each member once', (operation) => {
  fc.assert(
    fc.property(accountRequests[operation], times, (request, nowMs) => {
      const reads: string[] = [];
      const proxy = trap(request, 'proxy', (path) => reads.push(path)) as never;
      createWorldAccount().call(operation, proxy, nowMs);
      expect(reads.sort()).toEqual(pathsOf(MODEL[operation], request).sort());
    }),
  );
});
