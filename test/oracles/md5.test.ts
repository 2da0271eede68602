/** MD5 against two independent implementations: OpenSSL, through node:crypto, and noble-hashes. */

import { createHash } from 'node:crypto';
import { md5 as nobleMd5 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { hashPartitionKey } from 'shardline';
import { describe, expect, it } from 'vitest';
import { md5Bytes, md5Text } from '../../src/hashing/md5.ts';
import { texts } from '../support/arbitraries.ts';

const LENGTHS = Array.from({ length: 301 }, (_, length) => length);

/** Digests are written between two words, which must not change. */
const words = Uint32Array.of(7, 0, 0, 0, 0, 7);

/** Returns the digest in `words` as hexadecimal digits. */
function ours(): string {
  expect([words[0], words[5]]).toEqual([7, 7]);
  return [...words.subarray(1, 5)].map((word) => word.toString(16).padStart(8, '0')).join('');
}

function expectSame(bytes: Uint8Array, actual: string): void {
  expect(actual).toBe(createHash('md5').update(bytes).digest('hex'));
  expect(actual).toBe(Buffer.from(nobleMd5(bytes)).toString('hex'));
}

function checkText(text: string): void {
  // TextEncoder writes a surrogate without its partner as U+FFFD.
  const bytes = new TextEncoder().encode(text);
  expect(md5Text(text, words, 1)).toBe(bytes.length);
  expectSame(bytes, ours());
  expect(hashPartitionKey(text)).toBe(BigInt(`0x${ours()}`));
}

describe('md5Text', () => {
  it('agrees on any text', () => {
    fc.assert(fc.property(texts, checkText));
  });

  const units = ['a', '\0', '\x7f', '\x80', 'é', '\u07ff', '\u0800', '日', '\uffff', '😀'];
  it.each([...units, '\u{10000}', '\u{10ffff}', '\ud800', '\udc00'])(
    'agrees on %j, alone, repeated and after ASCII, at every length from 0 to 300',
    (unit) => {
      for (const length of LENGTHS) {
        checkText(unit.repeat(length));
        checkText('x'.repeat(length) + unit);
        checkText(`${'x'.repeat(length)}${unit}${'y'.repeat(length % 70)}`);
      }
    },
  );

  it('agrees on every pair of units at the edges of the surrogates', () => {
    const units = ['a', 'é', '日', '\ud7ff', '\ud800', '\udbff', '\udc00', '\udfff', '\ue000'];
    for (const first of units) {
      for (const second of units) {
        checkText(first + second);
        // Across the end of the first block, and where the padding needs a second one.
        for (const length of [53, 54, 55, 61, 62, 63, 64]) {
          checkText('x'.repeat(length) + first + second);
        }
      }
    }
  });

  it('does not depend on what was hashed before', () => {
    fc.assert(
      fc.property(texts, texts, (before, text) => {
        md5Text(before, words, 1);
        checkText(text);
      }),
    );
  });

  it('agrees on strings that are joined or cut from others', () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(20), (a, b, at) => {
        checkText(a + b);
        checkText((a + b).slice(at));
      }),
    );
  });
});

describe('md5Bytes', () => {
  it('agrees at every length from 0 to 300 and at any offset', () => {
    const buffer = Uint8Array.from({ length: 400 }, (_, i) => (i * 167 + (i >> 3)) & 0xff);
    for (const length of LENGTHS) {
      for (const offset of [0, 1, 2, 3, 7, 64, 99]) {
        md5Bytes(buffer, offset, offset + length, words, 1);
        expectSame(buffer.subarray(offset, offset + length), ours());
      }
    }
  });

  it('agrees on any part of a view that has an offset itself', () => {
    const parts = fc.tuple(fc.uint8Array({ maxLength: 600 }), fc.nat(63), fc.nat(600), fc.nat(600));
    fc.assert(
      fc.property(parts, ([bytes, offset, a, b]) => {
        const buffer = new Uint8Array(offset + bytes.length);
        buffer.set(bytes, offset);
        const view = buffer.subarray(offset);
        const start = Math.min(a, b, bytes.length);
        const end = Math.min(Math.max(a, b), bytes.length);
        md5Bytes(view, start, end, words, 1);
        expectSame(bytes.subarray(start, end), ours());
      }),
    );
  });
});
