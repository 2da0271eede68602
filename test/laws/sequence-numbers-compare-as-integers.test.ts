/** `compareSequenceNumbers` orders sequence numbers as integers. Oracle: bigint comparison. */

import fc from 'fast-check';
import { compareSequenceNumbers } from 'shardline';
import { describe, expect, it } from 'vitest';
import { numberDigits, numberTexts } from '../support/sequence-numbers.ts';

const isNumber = (text: string) => /^(0|[1-9][0-9]{0,128})$/.test(text);

describe('compareSequenceNumbers', () => {
  it('orders as bigint does', () => {
    const near = fc.tuple(numberDigits, fc.bigInt(-2n, 2n)).map(([text, by]) => {
      const other = BigInt(text) + by;
      return [text, `${other < 0n ? 0n : other}`] as const;
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(numberDigits, numberDigits)), ([a, b]) => {
        fc.pre(isNumber(a) && isNumber(b));
        const [x, y] = [BigInt(a), BigInt(b)];
        expect(compareSequenceNumbers(a, b)).toBe(x < y ? -1 : x > y ? 1 : 0);
        expect(compareSequenceNumbers(b, a)).toBe(x < y ? 1 : x > y ? -1 : 0);
      }),
    );
  });

  it('takes canonical decimal numbers and throws a RangeError for any other text', () => {
    fc.assert(
      fc.property(numberTexts, (text) => {
        if (isNumber(text)) {
          expect(compareSequenceNumbers(text, text)).toBe(0);
        } else {
          expect(() => compareSequenceNumbers(text, '1')).toThrow(RangeError);
          expect(() => compareSequenceNumbers('1', text)).toThrow(RangeError);
        }
      }),
    );
  });
});
