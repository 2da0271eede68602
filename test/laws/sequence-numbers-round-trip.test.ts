/**
 * Parsing and formatting a sequence number are inverses. Oracle: its hexadecimal digits.
 *
 * The first numbers of many shards are those of each one.
 */

import fc from 'fast-check';
import {
  formatSequenceNumber,
  parseSequenceNumber,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { StartingNumbers } from '../../src/sequencing/sequence-number-range.ts';
import { decode } from '../oracles/reference/sequence-number.ts';
import {
  createdSeconds,
  numberDigits,
  numberParts,
  numberTexts,
  shardIndexes,
} from '../support/sequence-numbers.ts';

describe('a sequence number', () => {
  it('is parsed to the fields in its hexadecimal digits, or refused if it has none', () => {
    fc.assert(
      fc.property(numberTexts, (text) => {
        const expected = decode(text);
        const result = parseSequenceNumber(text);
        if (result.ok) expect(result.value).toEqual(expected);
        else expect(expected).toBeUndefined();
      }),
    );
  });

  it('is formatted to the text that was parsed, version 0 with bit 124 as its highest', () => {
    fc.assert(
      fc.property(numberDigits, (text) => {
        const result = parseSequenceNumber(text);
        fc.pre(result.ok);
        const number = BigInt(text);
        const printed = number < 2n ** 129n ? (number % 2n ** 124n) + 2n ** 124n : number;
        expect(formatSequenceNumber(unwrap(result))).toBe(`${printed}`);
      }),
    );
  });

  it('is parsed to the fields that were formatted, times cut to the second', () => {
    fc.assert(
      fc.property(numberParts, (parts) => {
        const wholeSecond = (timeMs: number) => timeMs - (timeMs % 1000);
        expect(unwrap(parseSequenceNumber(formatSequenceNumber(parts)))).toEqual({
          ...parts,
          shardCreatedAtMs: wholeSecond(parts.shardCreatedAtMs),
          ...('writtenAtMs' in parts && { writtenAtMs: wholeSecond(parts.writtenAtMs) }),
        });
      }),
    );
  });

  it('starts each of many shards where it starts one', () => {
    const shards = fc.array(fc.tuple(shardIndexes, createdSeconds));
    fc.assert(
      fc.property(shards, (pairs) => {
        const starts = new StartingNumbers();
        for (const [shardIndex, second] of pairs) {
          const expected = startingSequenceNumber(shardIndex, second * 1000);
          expect(starts.of(shardIndex, second * 1000)).toBe(expected);
        }
      }),
    );
  });
});
