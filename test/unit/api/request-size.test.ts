import { describe, expect, it } from 'vitest';
import type { PutRecordsRequestEntry } from '../../../src/api/aws-types.ts';
import { checkRequestSize, recordBytes } from '../../../src/api/request-size.ts';

const MIB = 1_048_576;

describe('recordBytes', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['é', 2],
    ['€', 3],
    ['😀', 4],
    ['\ud83d', 3],
    [undefined, 0],
    [null, 0],
  ])('counts the UTF-8 of the partition key %j: %i', (PartitionKey, bytes) => {
    const record = { Data: new Uint8Array(10), PartitionKey } as PutRecordsRequestEntry;
    expect(recordBytes(record)).toBe(10 + bytes);
  });

  it('counts the real bytes of the data, and no ExplicitHashKey', () => {
    const Data = Object.defineProperty(new Uint8Array(10), 'length', { value: 5 });
    expect(recordBytes({ Data, PartitionKey: 'a', ExplicitHashKey: '0' } as never)).toBe(11);
    expect(recordBytes({ Data: Buffer.from('€'), PartitionKey: '' })).toBe(3);
  });

  it.each([
    [undefined, 'record must be an object: got undefined'],
    [{ PartitionKey: 'a' }, 'record.Data must be a Uint8Array: got undefined'],
    [{ Data: 'abc', PartitionKey: 'a' }, "record.Data must be a Uint8Array: got the string 'abc'"],
    [{ Data: new Uint8Array(1), PartitionKey: 7 }, 'record.PartitionKey must be a string: got 7'],
  ])('throws for %o', (record, message) => {
    expect(() => recordBytes(record as never)).toThrow(new TypeError(message));
  });
});

describe('checkRequestSize', () => {
  /** Returns ten records of 1 MiB each, less `spare` bytes. Their keys have three bytes. */
  const records = (spare: number): PutRecordsRequestEntry[] =>
    Array.from({ length: 10 }, (_, i) => ({
      Data: new Uint8Array(MIB - 3 - (i === 0 ? spare : 0)),
      PartitionKey: '€',
    }));

  it('accepts exactly 10 MiB, partition keys included', () => {
    expect(checkRequestSize(records(1))).toBeUndefined();
    expect(checkRequestSize(records(0))).toBeUndefined();
    expect(checkRequestSize(records(-1))).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: 'Records size exceeds 10 MB limit',
        blame: 'client',
      },
    });
  });

  it('counts the bytes of UTF-8, not three per UTF-16 unit', () => {
    const ascii = records(0).map((record) => ({ ...record, PartitionKey: 'abc' }));
    expect(checkRequestSize(ascii)).toBeUndefined();
    expect(checkRequestSize([...ascii, { Data: new Uint8Array(0), PartitionKey: 'a' }])?.ok).toBe(
      false,
    );
  });

  it('accepts records without partition keys', () => {
    // By its UTF-16 units the request might be too large, so the bytes are counted.
    const keyed = { Data: new Uint8Array(0), PartitionKey: 'abc' };
    expect(checkRequestSize([keyed, { Data: new Uint8Array(10 * MIB - 3) }])).toBeUndefined();
    expect(checkRequestSize([keyed, { Data: new Uint8Array(10 * MIB - 2) }])?.ok).toBe(false);
    expect(checkRequestSize([{ Data: new Uint8Array(10 * MIB) }])).toBeUndefined();
    expect(checkRequestSize([{ Data: new Uint8Array(10 * MIB + 1) }])?.ok).toBe(false);
  });
});
