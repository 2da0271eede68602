/** UTF-8 lengths on both sides of every bound, against TextEncoder. */

import { describe, expect, it } from 'vitest';
import {
  codePointLength,
  exceedsCodePoints,
  toScalarValue,
  utf8Length,
} from '../../../src/base/utf8.ts';
import { unitsRead } from '../../support/units-read.ts';

const UNITS = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff];

describe('toScalarValue', () => {
  it.each(UNITS)('replaces the unit %i if it is a surrogate', (unit) => {
    const isSurrogate = [0xd800, 0xdbff, 0xdc00, 0xdfff].includes(unit);
    expect(toScalarValue(unit)).toBe(isSurrogate ? 0xfffd : unit);
  });
});

describe('a string of up to three units', () => {
  const texts = [''];
  for (const a of UNITS) {
    texts.push(String.fromCharCode(a));
    for (const b of UNITS) {
      texts.push(String.fromCharCode(a, b));
      for (const c of UNITS) texts.push(String.fromCharCode(a, b, c));
    }
  }

  it('has as many bytes as TextEncoder writes', () => {
    const encoder = new TextEncoder();
    for (const text of texts) expect(utf8Length(text)).toBe(encoder.encode(text).length);
  });

  it('has as many code points as its iterator returns', () => {
    for (const text of texts) expect(codePointLength(text)).toBe([...text].length);
  });
});

describe('exceedsCodePoints', () => {
  it.each([
    ['aaa', 3, false],
    ['aaaa', 3, true],
    ['😀😀😀', 3, false],
    ['😀😀😀a', 3, true],
    ['😀😀😀', 2, true],
    ['😀a', 2, false],
    ['', 0, false],
    ['a', 0, true],
  ])('compares %s with %i', (text, max, exceeds) => {
    expect(exceedsCodePoints(text, max)).toBe(exceeds);
  });

  it('reads at most twice as many units as the limit', () => {
    const read = (text: string) => unitsRead(() => exceedsCodePoints(text, 100));
    expect(read('😀'.repeat(5_000_000))).toBe(0);
    expect(read('é'.repeat(201))).toBe(0);
    expect(read('é'.repeat(200))).toBeLessThanOrEqual(200);
    expect(read('é'.repeat(100))).toBe(0);
  });
});
