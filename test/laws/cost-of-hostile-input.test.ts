/**
 * The cost of an input of n bytes: time and memory grow in proportion to n, or are constant. The
 * bounds are those of SECURITY.md. They leave a wide margin, so that the test passes on a busy
 * machine and still fails for quadratic work.
 */

import {
  createLineage,
  createShardMap,
  createStream,
  createUniformShardMap,
  hashPartitionKey,
  parseHashKey,
  parseSequenceNumber,
  planResharding,
  resolvePosition,
  restoreStream,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { createBatchRouter, hashPartitionKeys } from 'shardline/batch';
import { describe, expect, it } from 'vitest';
import { toAwsShard } from '../../src/sharding/shard.ts';
import { CONTEXT, NAME, streamOf, T0 } from '../support/streams.ts';

/** The maximum processor time per byte that is read, and for any input. */
const NS_PER_BYTE_MAX = 1000;
const MS_MAX = 1000;

/** Runs a call. Returns the processor time that it took in milliseconds, of this process alone. */
function timeOf(call: () => unknown): number {
  const before = process.cpuUsage();
  try {
    call();
  } catch (error) {
    expect((error as Error).message).toMatch(/ must /);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A snapshot read from JSON, to be changed. */
// biome-ignore lint/suspicious/noExplicitAny: any member is to be changed.
type Draft = any;

const LONG = 'x'.repeat(20_000_000);
const DIGITS = '1'.repeat(20_000_000);
const SPARSE = new Array(2 ** 32 - 1);
const ENDLESS = {
  *[Symbol.iterator]() {
    const shard = toAwsShard(createUniformShardMap(1).shards[0]!);
    for (let i = 0; ; i++) yield { ...shard, ShardId: `shardId-${String(i).padStart(12, '0')}` };
  },
};
/** An array that claims to have any number of members. */
const claiming = (length: number, member: unknown) =>
  new Proxy([], { get: (_, name) => (name === 'length' ? length : member) });

const shards = createUniformShardMap(50_000).shards.map(toAwsShard);
const restored = JSON.parse(
  JSON.stringify(
    unwrap(createStream({ StreamName: NAME, ShardCount: 10_000 }, CONTEXT, T0)).snapshot(),
  ),
);

/** A snapshot with `count` pending splits, each of the upper child of the split before. */
function withSteps(count: number): Draft {
  const draft = structuredClone(restored);
  const { endingHashKey } = draft.shards[0];
  const steps = [];
  let [parent, start] = [0, 0n];
  for (let i = 0; i < count; i++) {
    const shardIndex = 10_000 + 2 * i;
    const middle = start + 2n;
    steps.push({
      parentShardIndexes: [parent],
      children: [
        { shardIndex, startingHashKey: `${start}`, endingHashKey: `${middle - 1n}` },
        { shardIndex: shardIndex + 1, startingHashKey: `${middle}`, endingHashKey },
      ],
    });
    [parent, start] = [shardIndex + 1, middle];
  }
  draft.pending = { atMs: T0, steps };
  return draft;
}

describe('the time for an input is proportional to its bytes', () => {
  it.each<[string, () => unknown, (input: never) => unknown]>([
    ['a long partition key', () => LONG, (key: string) => hashPartitionKey(key)],
    ['50,000 shards', () => shards, (listing: never) => createShardMap(listing)],
    ['the lineage of 50,000 shards', () => shards, (listing: never) => createLineage(listing)],
    [
      'shards that are all children of one',
      () =>
        shards.map((shard, i) =>
          i === 0 ? shard : { ...shard, ParentShardId: shards[0]!.ShardId },
        ),
      (listing: never) => createLineage(listing),
    ],
    ['a snapshot of 10,000 shards', () => restored, (snapshot: never) => restoreStream(snapshot)],
    ['10,000 steps to come', () => withSteps(10_000), (snapshot: never) => restoreStream(snapshot)],
    [
      '600,000 steps to come',
      () => withSteps(600_000),
      (snapshot: never) => restoreStream(snapshot),
    ],
    [
      'tags',
      () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`tag-${i}`, 'value'])),
      (Tags: never) => createStream({ StreamName: NAME, ShardCount: 1, Tags } as never, CONTEXT, 0),
    ],
    [
      'options',
      () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`region${i}`, 1])),
      (context: never) => createStream({ StreamName: NAME, ShardCount: 1 }, context, 0),
    ],
    [
      'records with long keys',
      () =>
        Array.from({ length: 500 }, () => ({
          PartitionKey: LONG.slice(0, 40_000),
          Data: new Uint8Array(),
        })),
      (Records: never) => streamOf(1).putRecords({ StreamName: NAME, Records }, T0),
    ],
  ])('%s', (_, make, read) => {
    const input = make() as never;
    const bytes = JSON.stringify(input).length;
    expect(timeOf(() => read(input))).toBeLessThan(MS_MAX + (bytes * NS_PER_BYTE_MAX) / 1e6);
  });
});

describe('an input that only claims to be long costs nothing', () => {
  const start = startingSequenceNumber(0, 0);
  const shard = { shardId: LONG, startingSequenceNumber: start, lastSequenceNumber: start };
  it.each<[string, () => unknown]>([
    ['a hash key of 20 MB', () => parseHashKey(DIGITS)],
    ['a sequence number of 20 MB', () => parseSequenceNumber(DIGITS)],
    [
      'a number of 20 MB as the start of a shard',
      () =>
        resolvePosition(
          { ShardIteratorType: 'LATEST' },
          { ...shard, lastSequenceNumber: DIGITS },
          { streamName: 'a', accountId: '1' },
          0,
        ),
    ],
    ['a token of 20 MB', () => streamOf(1).listShards({ NextToken: LONG }, T0)],
    [
      'a stream name of 20 MB',
      () =>
        streamOf(1).putRecord({ StreamName: LONG, PartitionKey: 'a', Data: new Uint8Array() }, T0),
    ],
    [
      'a shard id of 20 MB',
      () =>
        streamOf(1).splitShard(
          { StreamName: NAME, ShardToSplit: DIGITS, NewStartingHashKey: DIGITS },
          T0,
        ),
    ],
    ['a sparse list of ranges', () => planResharding(createUniformShardMap(1), SPARSE)],
    [
      'an endless list of ranges',
      () =>
        planResharding(
          createUniformShardMap(1),
          claiming(2 ** 32 - 1, { startingHashKey: 0n, endingHashKey: 0n }) as never,
        ),
    ],
    ['a sparse map', () => planResharding({ shards: SPARSE } as never, 1)],
    ['a sparse map for a router', () => createBatchRouter({ shards: SPARSE })],
    ['a sparse listing', () => createShardMap(SPARSE)],
    ['sparse keys', () => hashPartitionKeys(SPARSE)],
    ['endless keys', () => hashPartitionKeys(claiming(2 ** 32 - 1, 'key') as never)],
    ['sparse records', () => createBatchRouter(createUniformShardMap(1)).routeRecords(SPARSE)],
    [
      'sparse records of a request',
      () => streamOf(1).putRecords({ StreamName: NAME, Records: SPARSE }, T0),
    ],
    ['a sparse snapshot', () => restoreStream({ ...restored, shards: SPARSE, scaledAtMs: [] })],
    ['a snapshot with sparse times', () => restoreStream({ ...restored, scaledAtMs: SPARSE })],
    [
      'a snapshot with an endless list of times',
      () => restoreStream({ ...restored, scaledAtMs: claiming(2 ** 32 - 1, 0) }),
    ],
  ])('%s', (_, call) => {
    expect(timeOf(call)).toBeLessThan(MS_MAX);
  });
});

it('refuses an endless iterator of shards', { timeout: 120_000 }, () => {
  expect(createShardMap(ENDLESS)).toEqual({
    ok: false,
    fault: {
      code: 'InvalidShardMap',
      message: 'The listing has more than 2097152 shards',
      blame: 'client',
    },
  });
});
