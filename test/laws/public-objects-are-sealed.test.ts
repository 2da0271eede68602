/**
 * What a public function returns shares no state that can be changed: whoever receives a value may
 * do to it what JavaScript allows, and the library gives the same results.
 */

import {
  createLineage,
  createSequencer,
  createShardMap,
  createUniformShardMap,
  formatSequenceNumber,
  parseSequenceNumber,
  planResharding,
  restoreStream,
  unwrap,
} from 'shardline';
import { createBatchRouter } from 'shardline/batch';
import { describe, expect, it } from 'vitest';
import { toAwsShard } from '../../src/sharding/shard.ts';
import { NAME, putAt, recordOf, split, streamOf, T0 } from '../support/streams.ts';

/** Tries to change everything reachable from a value. Returns the number of objects reached. */
function vandalize(value: unknown, seen: Set<unknown> = new Set()): number {
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0;
  seen.add(value);
  let reached = 1;
  for (const inner of innerOf(value)) reached += vandalize(inner, seen);
  if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer).fill(3);
  for (const act of ['clear', 'reverse', 'pop'] as const) {
    for (const prototype of [Map.prototype, Set.prototype, Array.prototype]) {
      attempt(() => (prototype as never as Record<string, () => void>)[act]?.call(value));
    }
  }
  attempt(() => (value as Date).setTime(0));
  for (const name of Reflect.ownKeys(value)) {
    Reflect.set(value, name, 7);
    Reflect.deleteProperty(value, name);
  }
  return reached;
}

/** Returns all values reachable from an object: own members, getters, and members of a map. */
function innerOf(value: object): unknown[] {
  const names = new Set<PropertyKey>(Reflect.ownKeys(value));
  let prototype = Reflect.getPrototypeOf(value);
  // The prototypes of the language and of this library are shared, and not part of a value.
  while (prototype !== null && prototype !== Object.prototype) {
    for (const name of Reflect.ownKeys(prototype)) {
      const { get } = Reflect.getOwnPropertyDescriptor(prototype, name)!;
      if (get !== undefined) names.add(name);
    }
    prototype = Reflect.getPrototypeOf(prototype);
  }
  const inner = [...names].flatMap((name) => {
    const members: unknown[] = [];
    attempt(() => members.push(Reflect.get(value, name)));
    return members;
  });
  attempt(() => inner.push(...(value as Map<unknown, unknown>).values()));
  return inner;
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The object is frozen, or not of the kind that the change is for.
  }
}

/** Public objects of every kind, to be called before and after a change. */
function createWorld() {
  const stream = streamOf(3, { transitionMs: 1000 });
  putAt(stream, 0n, T0);
  unwrap(split(stream, '1', 2n ** 127n, T0 + 1000));
  const map = createUniformShardMap(3);
  const listing = unwrap(
    stream.listShards({ StreamName: NAME, ShardFilter: { Type: 'FROM_TRIM_HORIZON' } }, T0 + 3000),
  ).Shards;
  const listed = unwrap(createShardMap(map.shards.map(toAwsShard)));
  const sequencer = createSequencer({ shardIndex: 0, shardCreatedAtMs: T0 });
  const lineage = unwrap(createLineage(listing));
  const router = createBatchRouter(map);
  return { stream, map, listing, listed, sequencer, lineage, router };
}

type World = ReturnType<typeof createWorld>;

/**
 * The values that callers get. Each function returns the results of a public call, to be changed.
 */
const gets: Readonly<Record<string, (world: World) => unknown>> = {
  'a uniform map': ({ map }) => map,
  'a map of a listing': ({ listed }) => [listed, listed.locate(0n), listed.locateRecord({})],
  'the map of a stream': ({ stream }) => [stream.shardMap(T0), stream.shardMap(T0 + 5000)],
  'the result of a put': ({ stream }) => putAt(stream, 5n, T0 + 500),
  'the result of puts': ({ stream }) =>
    stream.putRecords({ StreamName: NAME, Records: [recordOf(10)] }, T0 + 500),
  'a listing': ({ stream }) => stream.listShards({ StreamName: NAME, MaxResults: 1 }, T0 + 500),
  'a description': ({ stream }) => stream.describeStream({ StreamName: NAME }, T0 + 500),
  'a summary': ({ stream }) => stream.describeStreamSummary({ StreamName: NAME }, T0 + 500),
  'a shard iterator': ({ stream }) =>
    stream.getShardIterator(
      { StreamName: NAME, ShardId: '0', ShardIteratorType: 'LATEST' },
      T0 + 500,
    ),
  'a fault': ({ stream }) => [
    stream.splitShard({ StreamName: NAME, ShardToSplit: '0', NewStartingHashKey: '1' }, T0 + 500),
    stream.putRecord({ StreamName: NAME, PartitionKey: '', Data: new Uint8Array() }, T0 + 500),
  ],
  'a snapshot': ({ stream }) => stream.snapshot(),
  'the state of a sequencer': ({ sequencer }) => sequencer.state,
  'a lineage': ({ lineage }) => [
    lineage,
    ...[...lineage.shards.keys()].map((id) => [
      lineage.parentsOf(id),
      lineage.childrenOf(id),
      lineage.ancestorsOf(id),
      lineage.descendantsOf(id),
      lineage.openHeirsOf(id),
    ]),
    lineage.readingOrder(),
  ],
  'a plan': ({ map }) => planResharding(map, 5),
  'the parts of a number': ({ sequencer }) =>
    parseSequenceNumber(sequencer.state.lastSequenceNumber),
};

/** Returns the results of calls of every kind. */
function resultsOf({ stream, map, listed, sequencer, lineage, router }: World): unknown {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const hashKeys = [0n, 2n ** 126n, 2n ** 127n - 1n, 2n ** 127n, 2n ** 128n - 1n];
  return [
    [map, listed, stream.shardMap(T0 + 600), stream.shardMap(T0 + 5000)].map((one) => [
      one.shards,
      ...hashKeys.map((hashKey) => one.locate(hashKey)),
      ...keys.map((key) => one.locatePartitionKey(key)),
      planResharding(one, 7),
    ]),
    [...router.route(keys)],
    stream.listShards({ StreamName: NAME }, T0 + 600),
    stream.describeStream({ StreamName: NAME }, T0 + 600),
    [...lineage.shards].map(([id, shard]) => [id, shard, lineage.ancestorsOf(id)]),
    lineage.readingOrder(),
    hashKeys.map((hashKey) => putAt(stream, hashKey, T0 + 600)),
    putAt(stream, 7n, T0 + 5000),
    sequencer.next(T0),
    formatSequenceNumber(unwrap(parseSequenceNumber(sequencer.next(T0)))),
    stream.snapshot(),
    unwrap(restoreStream(JSON.parse(JSON.stringify(stream.snapshot())))).snapshot(),
  ];
}

describe('the library gives the same results after a caller has changed', () => {
  it.each(Object.entries(gets))('%s', (_, get) => {
    const world = createWorld();
    const control = createWorld();
    get(control);
    expect(vandalize(get(world))).toBeGreaterThan(0);
    expect(resultsOf(world)).toEqual(resultsOf(control));
  });

  it('the list of shards that a lineage gives', () => {
    const { lineage } = createWorld();
    const count = lineage.shards.size;
    expect(count).toBeGreaterThan(3);
    for (const act of [Map.prototype.clear, Map.prototype.delete]) {
      expect(() => act.call(lineage.shards as never, 'shardId-000000000000')).toThrow(TypeError);
    }
    expect(lineage.shards.size).toBe(count);
    expect(lineage.readingOrder().length).toBe(count);
  });

  it('the shards of a map, which are frozen and have no index beside them', () => {
    const { map, stream } = createWorld();
    for (const one of [map, stream.shardMap(T0)]) {
      expect(Object.keys(one)).toEqual(['shards']);
      expect(Object.isFrozen(one)).toBe(true);
      expect(Object.isFrozen(one.shards)).toBe(true);
      expect(one.shards.every((shard) => Object.isFrozen(shard))).toBe(true);
    }
  });
});
