/**
 * Every public function answers arbitrary arguments with a value of its return type, a TypeError or
 * a RangeError.
 */

import fc from 'fast-check';
import * as shardline from 'shardline';
import {
  type AwsShard,
  createSequencer,
  createShardMap,
  createUniformShardMap,
  type Fault,
  formatHashKey,
  hashPartitionKey,
  parseHashKey,
  type RecordKeys,
  type Result,
  type Shard,
  unwrap,
} from 'shardline';
import * as aggregation from 'shardline/aggregation';
import * as batch from 'shardline/batch';
import * as load from 'shardline/load';
import { describe, expect, it } from 'vitest';
import { anything, disguised, hashKeys, shardsBetween, texts } from '../support/arbitraries.ts';
import { expectCallerBug } from '../support/caller-bug.ts';
import { streamOf } from '../support/streams.ts';

const map = createUniformShardMap(3);

/** Checks the value that a call returns, or the error that it throws. */
function check<T>(call: () => T, isRight: (value: T) => boolean): void {
  let value: T;
  try {
    value = call();
  } catch (error) {
    expectCallerBug(error);
    return;
  }
  expect(value).toSatisfy(isRight);
}

function isResult<T>(isRight: (value: T) => boolean): (result: Result<T>) => boolean {
  return (result) => (result.ok ? isRight(result.value) : isFault(result.fault));
}

function isFault({ code, message, blame }: Fault): boolean {
  return typeof code === 'string' && message.length > 0 && blame === 'client';
}

function isShard(shard: Shard): boolean {
  const texts = [
    shard.parentShardId,
    shard.adjacentParentShardId,
    shard.startingSequenceNumber,
    shard.endingSequenceNumber,
  ];
  return (
    typeof shard.shardId === 'string' &&
    typeof shard.startingHashKey === 'bigint' &&
    typeof shard.endingHashKey === 'bigint' &&
    texts.every((text) => text === undefined || typeof text === 'string')
  );
}

function checkAll<T>(arbitrary: fc.Arbitrary<T>, call: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, call));
}

type AnyFunction = (...values: unknown[]) => unknown;

/** Returns the methods of an object, which need not be called on it. */
function methodsOf(title: string, object: object): [string, AnyFunction][] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(object)).flatMap((name) => {
    const { value } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(object), name)!;
    return typeof value === 'function' && name !== 'constructor'
      ? [[`${title}.${name}`, value.bind(object) as AnyFunction]]
      : [];
  });
}

const functions: [string, AnyFunction][] = [
  ...(Object.entries({ ...shardline, ...aggregation, ...batch, ...load }).filter(
    // Names of classes start with a capital letter.
    ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name),
  ) as [string, AnyFunction][]),
  ['new KinesisError', (fault) => new shardline.KinesisError(fault as Fault)],
  ...methodsOf('stream', streamOf(2)),
  ...methodsOf('map', map).filter(([name]) => !name.includes('mapIndex')),
  ...methodsOf('lineage', unwrap(shardline.createLineage(shardsBetween([5n])))),
  ...methodsOf('router', batch.createBatchRouter(map)),
  ...methodsOf('meter', load.createLoadMeter()),
  ...methodsOf('sequencer', createSequencer({ shardIndex: 0, shardCreatedAtMs: 0 })),
];

/** Members of arguments, to be replaced by other values. */
const MEMBERS = [
  'shards',
  'target',
  'version',
  'context',
  'scaledAtMs',
  'accountId',
  'region',
  'ShardIteratorType',
  'Timestamp',
  'shardId',
  'streamName',
  'startingSequenceNumber',
  'PartitionKey',
  'Records',
  'StreamName',
  'Tags',
  'lastSequenceNumber',
  'shardIndex',
  'fault',
  'code',
  'atMs',
  'kernel',
  'Data',
  'dialect',
  'table',
  'keys',
  'shardMap',
];

describe('arbitrary arguments', () => {
  it.each(functions)(
    'of %s make it return, or throw a TypeError or RangeError of ours',
    (_, call) => {
      const near = fc.constantFrom(
        undefined,
        null,
        {},
        [],
        '',
        0,
        0n,
        { ok: false },
        map,
        Symbol(),
        shardsBetween([5n]),
        'PutRecord',
        { accountId: '123456789012', region: 'us-east-1' },
        { ShardIteratorType: 'LATEST' },
      );
      const plain = fc.oneof(anything, near).map((value) => () => value);
      const makers = fc.array(fc.oneof(plain, disguised(MEMBERS)), { maxLength: 4 });
      fc.assert(
        fc.property(makers, (arguments_) => {
          try {
            call(...arguments_.map((make) => make()));
          } catch (error) {
            expectCallerBug(error);
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  it('of hashPartitionKey give a hash key, or it throws', () => {
    checkAll(anything, (key) =>
      check(
        () => hashPartitionKey(key as string),
        (hash) => typeof hash === 'bigint',
      ),
    );
  });

  it('of parseHashKey and formatHashKey give a Result and digits, or they throw', () => {
    checkAll(fc.oneof(anything, texts, hashKeys()), (value) => {
      const isBigint = isResult<bigint>((hashKey) => typeof hashKey === 'bigint');
      check(() => parseHashKey(value as string), isBigint);
      check(
        () => formatHashKey(value as bigint),
        (text) => /^[0-9]+$/.test(text),
      );
    });
  });

  it('of createUniformShardMap give a map, or it throws', () => {
    const counts = fc.oneof(anything, fc.double(), fc.integer({ min: -5, max: 100 }));
    checkAll(counts, (count) =>
      check(
        () => createUniformShardMap(count as number),
        ({ shards }) => shards.every(isShard),
      ),
    );
  });

  it('of createShardMap give a Result, or it throws', () => {
    const isMap = isResult<typeof map>(({ shards }) => shards.length > 0 && shards.every(isShard));
    checkAll(fc.oneof(anything, fc.array(anything)), (shards) =>
      check(() => createShardMap(shards as AwsShard[]), isMap),
    );
    // One member of a valid shard, replaced by any value.
    const members = fc.constantFrom(
      'ShardId',
      'ParentShardId',
      'AdjacentParentShardId',
      'HashKeyRange',
      'StartingHashKey',
      'EndingHashKey',
      'SequenceNumberRange',
      'StartingSequenceNumber',
      'EndingSequenceNumber',
    );
    fc.assert(
      fc.property(members, anything, (member, value) => {
        const [shard] = shardsBetween([]) as [AwsShard];
        const damaged = Object.fromEntries(
          Object.entries({ ...shard, [member]: value }).map(([name, inner]) => [
            name,
            name !== member && typeof inner === 'object' ? { ...inner, [member]: value } : inner,
          ]),
        );
        check(() => createShardMap([damaged as unknown as AwsShard]), isMap);
      }),
      { numRuns: 300 },
    );
  });

  it('of locate, locatePartitionKey and locateRecord give a shard, or they throw', () => {
    const keys = fc.record(
      { PartitionKey: fc.oneof(anything, texts), ExplicitHashKey: fc.oneof(anything, texts) },
      { requiredKeys: [] },
    );
    checkAll(fc.oneof(anything, keys), (value) => {
      check(() => map.locate(value as bigint), isShard);
      check(() => map.locatePartitionKey(value as string), isShard);
      check(() => map.locateRecord(value as RecordKeys), isResult(isShard));
    });
  });
});
