/**
 * The 128-bit codec against bigint-buffer, in both directions.
 *
 * bigint-buffer is called with valid Buffers and widths only: its native build aborts the process
 * on anything else.
 */

import { toBigIntBE, toBufferBE } from 'bigint-buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uint128FromBytes, uint128FromWords, uint128ToWords } from '../../src/base/uint128.ts';
import { hashKeys } from '../support/arbitraries.ts';

const edgeByte = fc.oneof(fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff), fc.nat(0xff));
const sixteenBytes = fc
  .array(edgeByte, { minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes));
const offsets = fc.nat(9);

describe('uint128', () => {
  it('reads what bigint-buffer reads', () => {
    fc.assert(
      fc.property(sixteenBytes, offsets, (bytes, offset) => {
        const expected = toBigIntBE(bytes);
        const buffer = new Uint8Array(32).fill(0xa5);
        buffer.set(bytes, offset);
        expect(uint128FromBytes(buffer, offset)).toBe(expected);
        expect(uint128FromBytes(buffer.subarray(offset), 0)).toBe(expected);
        const words = Uint32Array.from([0, 4, 8, 12], (at) => bytes.readUInt32BE(at));
        expect(uint128FromWords(words)).toBe(expected);
      }),
    );
  });

  it('writes what bigint-buffer writes, and leaves the words around it unchanged', () => {
    fc.assert(
      fc.property(hashKeys(), offsets, (value, offset) => {
        const expected = toBufferBE(value, 16);
        const words = new Uint32Array(16).fill(0xa5);
        uint128ToWords(value, words, offset);
        for (const i of [0, 1, 2, 3]) expect(words[offset + i]).toBe(expected.readUInt32BE(4 * i));
        expect(new Set([...words.subarray(0, offset), ...words.subarray(offset + 4)])).toEqual(
          new Set([0xa5]),
        );
      }),
    );
  });
});
