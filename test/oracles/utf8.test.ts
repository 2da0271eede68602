/** The UTF-8 and code point lengths of strings against TextEncoder and the string iterator. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codePointLength, utf8Length } from '../../src/base/utf8.ts';
import { texts } from '../support/arbitraries.ts';

it('counts the UTF-8 bytes that TextEncoder writes', () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(texts, (text) => {
      expect(utf8Length(text)).toBe(encoder.encode(text).length);
    }),
  );
});

it('counts the code points that a string iterates over', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(codePointLength(text)).toBe([...text].length);
    }),
  );
});
