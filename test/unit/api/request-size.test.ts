import { describe, expect, it } from 'vitest';
import type { PutRecordsRequestEntry } from '../../../src/api/aws-types.ts';
import { checkRequestSize } from '../../../src/api/request-size.ts';

const MIB = 1_048_576;

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
