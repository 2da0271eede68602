import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  assertBigint,
  assertInteger,
  assertObject,
  assertString,
  describe as describeValue,
  escapeControls,
  isBytes,
  quote,
  readArrayLength,
} from '../../../src/base/argument.ts';

function errorOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return 'nothing thrown';
}

describe('assertString', () => {
  it('accepts any string', () => {
    expect(errorOf(() => assertString('', 'key'))).toBe('nothing thrown');
  });

  it('names the value it got', () => {
    expect(errorOf(() => assertString(7, 'key'))).toBe('TypeError: key must be a string: got 7');
  });
});

describe('readArrayLength', () => {
  it('returns the length of an array', () => {
    expect(readArrayLength([], 'keys')).toBe(0);
    expect(readArrayLength(new Array(2 ** 32 - 1), 'keys')).toBe(2 ** 32 - 1);
    expect(errorOf(() => readArrayLength({ length: 1 } as never, 'keys'))).toBe(
      'TypeError: keys must be an array: got an object',
    );
  });

  it.each([
    [-1, '-1'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [2 ** 32, '4294967296'],
    [1n, '1n'],
    ['1', "the string '1'"],
    [Symbol('length'), 'symbol'],
  ])('refuses a Proxy whose length is %s', (length, found) => {
    let reads = 0;
    const keys = new Proxy([], {
      get() {
        reads++;
        return length;
      },
    });
    expect(errorOf(() => readArrayLength(keys, 'keys'))).toBe(
      `RangeError: keys must have the length of an array: got ${found}`,
    );
    expect(reads).toBe(1);
  });
});

describe('assertObject', () => {
  it('accepts any object', () => {
    for (const value of [{}, Object.create(null), new Map(), new Uint8Array(1)]) {
      expect(errorOf(() => assertObject(value, 'request'))).toBe('nothing thrown');
    }
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['a', "the string 'a'"],
    [5, '5'],
    [() => 1, 'function'],
    [[], 'an array'],
  ])('throws for %o', (value, got) => {
    expect(errorOf(() => assertObject(value, 'request'))).toBe(
      `TypeError: request must be an object: got ${got}`,
    );
  });
});

describe('assertBigint', () => {
  it.each([3n, 4n, 5n])('accepts %d, which is from 3 to 5', (value) => {
    expect(errorOf(() => assertBigint(value, 3n, 5n, 'key'))).toBe('nothing thrown');
  });

  it.each([2n, 6n])('throws for %d', (value) => {
    expect(errorOf(() => assertBigint(value, 3n, 5n, 'key'))).toBe(
      `RangeError: key must be from 3 to 5: got ${value}n`,
    );
  });

  it('names the value it got', () => {
    expect(errorOf(() => assertBigint('4', 3n, 5n, 'key'))).toBe(
      "TypeError: key must be a bigint: got the string '4'",
    );
  });
});

describe('assertInteger', () => {
  it.each([3, 4, 5])('accepts %d, which is from 3 to 5', (value) => {
    expect(errorOf(() => assertInteger(value, 3, 5, 'count'))).toBe('nothing thrown');
  });

  it.each([2, 6, 4.5, Number.NaN, Number.POSITIVE_INFINITY])('throws for %d', (value) => {
    expect(errorOf(() => assertInteger(value, 3, 5, 'count'))).toBe(
      `RangeError: count must be an integer from 3 to 5: got ${value}`,
    );
  });

  it('names the value it got', () => {
    expect(errorOf(() => assertInteger(4n, 3, 5, 'count'))).toBe(
      'TypeError: count must be a number: got 4n',
    );
  });
});

describe('isBytes', () => {
  it('returns true for a Uint8Array, a Buffer and a Uint8Array of another realm', () => {
    expect(isBytes(new Uint8Array(1))).toBe(true);
    expect(isBytes(Buffer.from('a'))).toBe(true);
    expect(isBytes(runInContext('new Uint8Array(1)', createContext()))).toBe(true);
  });

  it.each([
    new Uint16Array(1),
    new Int8Array(1),
    new DataView(new ArrayBuffer(1)),
    new ArrayBuffer(1),
    [1],
    'a',
    undefined,
    null,
    Object.create(Uint8Array.prototype),
    { [Symbol.toStringTag]: 'Uint8Array' },
  ])('returns false for %o', (value) => {
    expect(isBytes(value)).toBe(false);
  });
});

describe('describe and quote', () => {
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['', "the string ''"],
    [1.5, '1.5'],
    [false, 'false'],
    [[], 'an array'],
    [{}, 'an object'],
    [Symbol('a'), 'symbol'],
    [() => 0, 'function'],
    [2n ** 512n - 1n, `${2n ** 512n - 1n}n`],
    [2n ** 512n, 'a bigint of over 512 bits'],
    [-(2n ** 512n), `${-(2n ** 512n)}n`],
    [-(2n ** 512n) - 1n, 'a bigint of over 512 bits'],
  ])('describe %o', (value, description) => {
    expect(describeValue(value)).toBe(description);
  });

  it('quote up to 64 characters', () => {
    expect(quote('x'.repeat(64))).toBe(`'${'x'.repeat(64)}'`);
    expect(quote('x'.repeat(65))).toBe(`'${'x'.repeat(64)}...' (65 characters)`);
  });

  it('quote escapes half of a surrogate pair that it cuts', () => {
    expect(quote(`${'x'.repeat(63)}\u{1f600}`)).toBe(
      `'${'x'.repeat(63)}\\ud83d...' (65 characters)`,
    );
  });
});

describe('escapeControls', () => {
  it.each([
    ['\x1b]0;title\x07', '\\u001b]0;title\\u0007'],
    ['a\nb\rc\td\0', 'a\\u000ab\\u000dc\\u0009d\\u0000'],
    ['\x7f\x80\x9b31m\x9f', '\\u007f\\u0080\\u009b31m\\u009f'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\u200e\u200f\u202a\u202e\u2066\u2069', '\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069'],
    ['\ud83d and \ude00', '\\ud83d and \\ude00'],
  ])('escapes %j', (text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
    expect(JSON.parse(`"${escaped}"`)).toBe(text);
  });

  it('keeps printable characters', () => {
    const text =
      " ~\u00a0Zürich «شريحة» \u200d\u2010\u2027\u202f\u2065\u206a\ud7ff\ue000\u{1f600}\u{10ffff}'\\";
    expect(escapeControls(text)).toBe(text);
  });
});
