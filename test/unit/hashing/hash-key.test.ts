import { formatHashKey, HASH_KEY_MAX, hashPartitionKey, parseHashKey } from 'shardline';
import { describe, expect, it } from 'vitest';
import { unitsRead } from '../../support/units-read.ts';

const PATTERN =
  "1 validation error detected: Value at 'explicitHashKey' failed to satisfy constraint: " +
  'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})';

describe('hashPartitionKey', () => {
  // RFC 1321, appendix A.5.
  it.each([
    ['', 0xd41d8cd98f00b204e9800998ecf8427en],
    ['a', 0x0cc175b9c0f1b6a831c399e269772661n],
    ['abc', 0x900150983cd24fb0d6963f7d28e17f72n],
    ['message digest', 0xf96b697d7cb7938d525a2f31aaf161d0n],
    ['abcdefghijklmnopqrstuvwxyz', 0xc3fcd3d76192e4007dfb496cca67e13bn],
    [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      0xd174ab98d277d9f5a5611c2c9f419d9fn,
    ],
    ['1234567890'.repeat(8), 0x57edf4a22be3c955ac49da2e2107b67an],
  ])('returns the digest of the RFC for %j', (key, digest) => {
    expect(hashPartitionKey(key)).toBe(digest);
  });

  it('returns an unsigned number', () => {
    // kinesis-aggregation issues 17 and 29: keys with a high first bit went to the wrong shard.
    expect(hashPartitionKey('b')).toBe(0x92eb5ffee6ae2fec3ad71c777531578fn);
    expect(hashPartitionKey('b') > 2n ** 127n).toBe(true);
  });

  it('returns a number without the leading zeros of the digest', () => {
    expect(formatHashKey(hashPartitionKey('a'))).toBe('16955237001963240173058271559858726497');
  });

  it('does not normalize the key', () => {
    expect(hashPartitionKey('\u00e9')).not.toBe(hashPartitionKey('e\u0301'));
  });

  it('hashes an unpaired surrogate as U+FFFD', () => {
    expect(hashPartitionKey('\ud800')).toBe(hashPartitionKey('\ufffd'));
    expect(hashPartitionKey('x\udc00y')).toBe(hashPartitionKey('x\ufffdy'));
  });

  it.each([undefined, null, 1, 1n, {}, ['a'], new String('a')])(
    'throws for %s, which is not a string',
    (key) => {
      expect(() => hashPartitionKey(key as string)).toThrow(TypeError);
    },
  );

  it('names the type it expects', () => {
    expect(() => hashPartitionKey(1 as never)).toThrow('partitionKey must be a string: got 1');
    expect(() => parseHashKey(1 as never)).toThrow('text must be a string: got 1');
    expect(() => formatHashKey(1 as never)).toThrow('hashKey must be a bigint: got 1');
  });
});

describe('parseHashKey', () => {
  it.each([
    ['0', 0n],
    ['1', 1n],
    ['340282366920938463463374607431768211454', HASH_KEY_MAX - 1n],
    ['340282366920938463463374607431768211455', HASH_KEY_MAX],
  ])('reads %s', (text, value) => {
    expect(parseHashKey(text)).toEqual({ ok: true, value });
  });

  // kinesalite reads the first four as 16, 1000, 1.5 and 1; kumo read what it could not as 0
  // (sivchari/kumo 684); moto takes `1_0`; the KPL reads a leading zero as octal.
  it.each([
    '0x10',
    '1e3',
    '1.5',
    '01',
    '',
    '+1',
    '-1',
    '-0',
    '00',
    ' 1',
    '1 ',
    '1\n',
    '\n1',
    '1\n2',
    '1_0',
    '1n',
    '1,000',
    '0b1',
    'abc',
    '１２',
    '١',
    '1\u0000',
    '\ufeff1',
    'NaN',
    'Infinity',
    '1000000000000000000000000000000000000000',
    '0'.repeat(39),
  ])('refuses %j by its pattern', (text) => {
    expect(parseHashKey(text)).toEqual({
      ok: false,
      fault: { code: 'ValidationException', message: PATTERN, blame: 'client' },
    });
  });

  it.each(['340282366920938463463374607431768211456', '9'.repeat(39)])(
    'refuses %s by its range',
    (text) => {
      expect(parseHashKey(text)).toEqual({
        ok: false,
        fault: {
          code: 'InvalidArgumentException',
          message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`,
          blame: 'client',
        },
      });
    },
  );

  it('refuses a million digits without reading one', () => {
    const text = '1'.repeat(1_000_000);
    expect(parseHashKey(text).ok).toBe(false);
    expect(unitsRead(() => parseHashKey(text))).toBe(0);
    expect(unitsRead(() => parseHashKey(`${HASH_KEY_MAX}`))).toBe(2 * 39);
  });

  it.each([undefined, null, 1, 1n, {}])('throws for %s, which is not a string', (text) => {
    expect(() => parseHashKey(text as string)).toThrow(TypeError);
  });
});

describe('formatHashKey', () => {
  it.each([-1n, 2n ** 128n, 2n ** 4096n])('throws for the number %d', (hashKey) => {
    expect(() => formatHashKey(hashKey)).toThrow(RangeError);
  });

  it('does not print a number of a million bits', () => {
    expect(() => formatHashKey(2n ** 1_000_000n)).toThrow('got a bigint of over 512 bits');
  });

  it.each([undefined, null, 1, '1'])('throws for %s, which is not a bigint', (hashKey) => {
    expect(() => formatHashKey(hashKey as never)).toThrow(TypeError);
  });
});
