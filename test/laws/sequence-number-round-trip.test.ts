/** Text and fields of a sequence number are two forms of one thing. Oracle: hexadecimal digits. */

import fc from 'fast-check';
import { formatSequenceNumber, parseSequenceNumber, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { decode } from '../oracles/reference/sequence-number.ts';
import { allParts, digits, texts } from '../support/sequence-numbers.ts';

describe('sequence numbers', () => {
  it('are read as their hexadecimal digits say, or refused', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const expected = decode(text);
        const result = parseSequenceNumber(text);
        if (result.ok) expect(result.value).toEqual(expected);
        else expect(expected).toBeUndefined();
      }),
    );
  });

  it('come back as text, version 0 with bit 124 and none above', () => {
    fc.assert(
      fc.property(digits, (text) => {
        const result = parseSequenceNumber(text);
        fc.pre(result.ok);
        const number = BigInt(text);
        const printed = number < 2n ** 129n ? (number % 2n ** 124n) + 2n ** 124n : number;
        expect(formatSequenceNumber(unwrap(result))).toBe(`${printed}`);
      }),
    );
  });

  it('come back as fields, times in whole seconds', () => {
    fc.assert(
      fc.property(allParts, (parts) => {
        const wholeSecond = (timeMs: number) => timeMs - (timeMs % 1000);
        expect(unwrap(parseSequenceNumber(formatSequenceNumber(parts)))).toEqual({
          ...parts,
          shardCreatedAtMs: wholeSecond(parts.shardCreatedAtMs),
          ...('writtenAtMs' in parts && { writtenAtMs: wholeSecond(parts.writtenAtMs) }),
        });
      }),
    );
  });
});
