import { describe, expect, it } from 'vitest';
import { isDecimal } from '../../../src/base/decimal.ts';

describe('isDecimal', () => {
  it.each(['0', '7', '10', '999'])('accepts %s', (text) => {
    expect(isDecimal(text, 3)).toBe(true);
  });

  it.each(['', '00', '07', '+7', '-7', ' 7', '7 ', '7\n', '0x7', '7e0', '7.0', '1_0', '７'])(
    'rejects %j',
    (text) => {
      expect(isDecimal(text, 9)).toBe(false);
    },
  );

  it('rejects one digit more than the maximum', () => {
    expect(isDecimal('1000', 3)).toBe(false);
    expect(isDecimal('1000', 4)).toBe(true);
  });
});
