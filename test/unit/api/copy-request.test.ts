/** The fast copies of the puts against the copy by the service model. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyPutRecord, copyPutRecords, copyRequest } from '../../../src/api/copy-request.ts';
import { anything, partitionKeys } from '../../support/arbitraries.ts';

/** Logs each read of a member of a request, of its lists and of their entries. */
function logReads<T>(value: T, log: string[], path = ''): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return new Proxy(value, {
    get: (target, name) => {
      const here = `${path}/${String(name)}`;
      log.push(here);
      return logReads(Reflect.get(target, name), log, here);
    },
  });
}

const members = {
  PartitionKey: fc.oneof(partitionKeys, fc.constantFrom(null, undefined, 7)),
  ExplicitHashKey: fc.constantFrom('0', '', null, undefined, 7),
  Data: fc.constantFrom(new Uint8Array(3), Buffer.from('a'), 'text', null, undefined),
};
const names = {
  StreamName: fc.constantFrom('orders', null, undefined, 7),
  StreamARN: fc.constantFrom('arn', undefined),
  StreamId: fc.constantFrom('id', undefined),
  DryRun: fc.constantFrom(true, false, null, undefined),
  Unknown: fc.constant(1),
};
const puts = fc.record({
  ...members,
  ...names,
  SequenceNumberForOrdering: fc.constantFrom('1', null),
});
const entries = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ...members, Unknown: fc.constant(1) }) },
  fc.constantFrom(null, undefined, 7, []),
);
const batches = fc.record({
  ...names,
  Records: fc.oneof(
    { weight: 5, arbitrary: fc.array(entries, { maxLength: 5 }) },
    fc.constantFrom(499, 500, 501, 1000, 1001, 1002).map((length) => new Array(length).fill({})),
    fc.constantFrom(null, undefined, 7, {}, 'text'),
  ),
});

describe.each([
  ['PutRecord', copyPutRecord as (request: never) => unknown, puts],
  ['PutRecords', copyPutRecords as (request: never) => unknown, batches],
] as const)('the fast copy of a %s', (operation, copy, requests) => {
  it('equals the copy by the model, and reads the same members in the same order, once', () => {
    fc.assert(
      fc.property(requests as fc.Arbitrary<object>, (request) => {
        const fast: string[] = [];
        const slow: string[] = [];
        const copies = [
          copy(logReads(request, fast) as never),
          copyRequest(operation, logReads(request, slow)),
        ];
        // Before the copies are compared, which reads the lists that were kept as they are.
        expect(fast).toEqual(slow);
        expect(new Set(fast).size).toBe(fast.length);
        expect(copies[0]).toEqual(copies[1]);
      }),
    );
  });

  it('throws what the copy by the model throws for a value that is not an object', () => {
    for (const [request, got] of [
      [undefined, 'undefined'],
      [null, 'null'],
      ['text', "the string 'text'"],
      [[], 'an array'],
    ]) {
      const expected = new TypeError(`request must be an object: got ${got}`);
      expect(() => copy(request as never)).toThrow(expected);
      expect(() => copyRequest(operation, request as never)).toThrow(expected);
    }
  });
});

describe('copyRequest', () => {
  it('copies lists, structures, maps and dates, and leaves out unknown members', () => {
    const Tags = { a: 'b', ['__proto__']: 'c' };
    const StreamModeDetails = { StreamMode: 'ON_DEMAND', Unknown: 1 };
    const copy = copyRequest('CreateStream', { Tags, StreamModeDetails, Unknown: 1 });
    expect(copy).toEqual({ Tags, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    expect(copy.Tags).not.toBe(Tags);
    const Timestamp = new Date(5);
    const listing = copyRequest('ListShards', { ShardFilter: { Timestamp } });
    expect(listing.ShardFilter.Timestamp).toEqual(Timestamp);
    expect(listing.ShardFilter.Timestamp).not.toBe(Timestamp);
  });

  it.each([-1, 1.5, Number.NaN, undefined, 5n])('takes a list of length %s for empty', (length) => {
    const Records = new Proxy([{}], {
      get: (list, name) => (name === 'length' ? length : list[0]),
    });
    expect(copyRequest('PutRecords', { Records }).Records).toEqual([]);
  });

  it('copies no more members of a map than a message prints', () => {
    const Tags = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${i}`, '']));
    expect(Object.keys(copyRequest('CreateStream', { Tags }).Tags)).toHaveLength(1001);
  });

  it('cuts integers to 2147483647, and no other numbers', () => {
    const copied = (MaxResults: number) => copyRequest('ListShards', { MaxResults }).MaxResults;
    expect([2 ** 31 - 1, 2 ** 31, 1e300].map(copied)).toEqual(Array(3).fill(2_147_483_647));
    expect(copied(-(2 ** 40))).toBe(-(2 ** 40));
    expect(copied(2 ** 31 + 0.5)).toBe(2 ** 31 + 0.5);
    expect(copied(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps members of the wrong type for the validation', () => {
    const request = { StreamModeDetails: [], Tags: [], ShardCount: '3' };
    expect(copyRequest('CreateStream', request)).toEqual(request);
    const Timestamp = { getTime: () => 5 };
    const listing = copyRequest('ListShards', { ShardFilter: { Timestamp } });
    expect(listing.ShardFilter.Timestamp).toBe(Timestamp);
  });

  it('copies any value without an error of the engine', () => {
    fc.assert(
      fc.property(anything, (value) => {
        copyRequest('CreateStream', { Tags: value, StreamModeDetails: value });
        copyRequest('PutRecords', { Records: value });
      }),
    );
  });
});
