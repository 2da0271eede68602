/** A request is copied before it is used: each member is read once, and no object is shared. */

import { describe, expect, it } from 'vitest';
import { copyPutRecord, copyPutRecords, copyRequest } from '../../src/api/copy-request.ts';

const Data = Uint8Array.of(1, 2, 3);
const StreamName = 'orders';
const records = [
  { PartitionKey: 'a', Data },
  { PartitionKey: 'b', Data, ExplicitHashKey: '7' },
];

const CREATE_STREAM = {
  StreamName,
  StreamModeDetails: { StreamMode: 'ON_DEMAND' },
  Tags: { a: 'b' },
};
const LIST_SHARDS = {
  StreamName,
  StreamCreationTimestamp: new Date(5),
  ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: new Date(7) },
};

const COPIES: readonly [string, object, (request: never) => object][] = [
  ['CreateStream', CREATE_STREAM, (request) => copyRequest('CreateStream', request)],
  ['ListShards', LIST_SHARDS, (request) => copyRequest('ListShards', request)],
  ['PutRecord', { StreamName, ...records[1] }, (request) => copyRequest('PutRecord', request)],
  ['PutRecord, fast', { StreamName, ...records[1] }, copyPutRecord],
  ['PutRecords', { StreamName, Records: records }, (request) => copyRequest('PutRecords', request)],
  ['PutRecords, fast', { StreamName, Records: records }, copyPutRecords],
];

/** Wraps a request, so that `reads` counts how often each member is read. */
function countReads(value: unknown, reads: Map<string, number>, path = 'request'): unknown {
  const isLeaf = value instanceof Date || value instanceof Uint8Array;
  if (typeof value !== 'object' || value === null || isLeaf) return value;
  return new Proxy(value, {
    get(target, name) {
      const member = `${path}.${String(name)}`;
      reads.set(member, (reads.get(member) ?? 0) + 1);
      return countReads(Reflect.get(target, name), reads, member);
    },
  });
}

/** Returns all objects of a value but its bytes, which are not copied. */
function objectsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return [value, ...Object.values(value).flatMap(objectsOf)];
}

describe.each(COPIES)('the copy of a request: %s', (_, request, copy) => {
  it('reads each member once', () => {
    const reads = new Map<string, number>();
    copy(countReads(request, reads) as never);
    expect(reads.size).toBeGreaterThan(0);
    expect([...reads].filter(([, count]) => count !== 1)).toEqual([]);
  });

  it('equals the request and shares no object with it', () => {
    const copied = copy(request as never);
    expect(copied).toEqual(request);
    const own = new Set(objectsOf(request));
    expect(objectsOf(copied).filter((object) => own.has(object))).toEqual([]);
  });

  it.each([undefined, null, 5, 'a', []])('is refused for %j', (value) => {
    expect(() => copy(value as never)).toThrow(/^request must be an object/);
  });
});

it('copies entries of a list that are not objects as they are', () => {
  const Records = [null, 5, [], 'a'];
  expect(copyRequest('PutRecords', { Records })).toEqual({ Records });
  expect(() => copyRequest('Nothing' as never, {})).toThrow(/^operation must be one of/);
});
