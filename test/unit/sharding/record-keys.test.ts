import { describe, expect, it } from 'vitest';
import { readRecordKeys } from '../../../src/sharding/record-keys.ts';

const HASH_KEYS = 2n ** 128n;

describe('readRecordKeys', () => {
  it('returns the partition key, not yet hashed', () => {
    expect(readRecordKeys({ PartitionKey: 'a' })).toBe('a');
    for (const ExplicitHashKey of [undefined, null as never]) {
      expect(readRecordKeys({ PartitionKey: 'a', ExplicitHashKey })).toBe('a');
    }
  });

  it('returns the explicit hash key, which overrides it', () => {
    // floci (issue 3065) and a8m/kinesis-producer (issue 17) ignore it.
    const ExplicitHashKey = `${HASH_KEYS - 1n}`;
    expect(readRecordKeys({ PartitionKey: 'a', ExplicitHashKey })).toBe(HASH_KEYS - 1n);
  });

  it('reads each member once', () => {
    const reads: string[] = [];
    const record = new Proxy(
      { PartitionKey: 'a', ExplicitHashKey: '7' },
      {
        get: (target, name) => {
          reads.push(String(name));
          return Reflect.get(target, name);
        },
      },
    );
    expect(readRecordKeys(record)).toBe(7n);
    expect(reads).toEqual(['PartitionKey', 'ExplicitHashKey']);
  });

  it.each(['a'.repeat(256), '\u{1f600}'.repeat(256), 'é'.repeat(256)])(
    'accepts a key of 256 code points, however many units and bytes they are: %.2s...',
    (PartitionKey) => {
      expect(readRecordKeys({ PartitionKey })).toBe(PartitionKey);
      expect(readRecordKeys({ PartitionKey: `${PartitionKey}a` })).toMatchObject({
        fault: { code: 'ValidationException' },
      });
    },
  );

  const key = (constraint: string) =>
    `Value at 'partitionKey' failed to satisfy constraint: ${constraint}`;

  it.each([
    [{}, `1 validation error detected: ${key('Member must not be null')}`],
    [{ PartitionKey: null }, `1 validation error detected: ${key('Member must not be null')}`],
    [
      { PartitionKey: 'a'.repeat(257) },
      `1 validation error detected: ${key('Member must have length less than or equal to 256')}`,
    ],
    [
      { PartitionKey: '', ExplicitHashKey: '01' },
      `2 validation errors detected: ${key('Member must have length greater than or equal to 1')}; Value at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})`,
    ],
  ])('refuses %j with the message of the service', (record, message) => {
    expect(readRecordKeys(record as object)).toEqual({
      ok: false,
      fault: { code: 'ValidationException', message, blame: 'client' },
    });
  });

  it('refuses an explicit hash key of 2^128', () => {
    expect(readRecordKeys({ PartitionKey: 'a', ExplicitHashKey: `${HASH_KEYS}` })).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${HASH_KEYS}`,
        blame: 'client',
      },
    });
  });

  it.each([
    [null, undefined, 'record must be an object: got null'],
    ['a', undefined, "record must be an object: got the string 'a'"],
    [[], 3, 'records[3] must be an object: got an array'],
    [{ PartitionKey: 5 }, undefined, 'record.PartitionKey must be a string: got 5'],
    [{ PartitionKey: 5 }, 3, 'records[3].PartitionKey must be a string: got 5'],
    [
      { PartitionKey: 'a', ExplicitHashKey: 5 },
      undefined,
      'record.ExplicitHashKey must be a string: got 5',
    ],
  ])('throws for %j at index %s', (record, index, message) => {
    expect(() => readRecordKeys(record as object, index)).toThrow(new TypeError(message));
  });
});
