import { describe, expect, it } from 'vitest';
import { describeDecimalFlaw, isDecimal } from '../../../src/base/decimal.ts';

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

describe('describeDecimalFlaw', () => {
  it.each([
    ['', 'expected decimal digits, got none'],
    ['"12",', "expected decimal digits, got '\"' at character 1"],
    ['12,', "expected decimal digits, got ',' at character 3"],
    ['1\u001b', "expected decimal digits, got '\\u001b' at character 2"],
    ['1\u{1d7d8}', "expected decimal digits, got '\u{1d7d8}' at character 2"],
    ['1234x', "expected decimal digits, got 'x' at character 5"],
    ['12345', 'expected at most 4 decimal digits, got 5 characters'],
    ['12345x', 'expected at most 4 decimal digits, got 6 characters'],
    ['007', 'expected decimal digits without a leading zero'],
  ])('says what is wrong with %j', (text, flaw) => {
    expect(isDecimal(text, 4)).toBe(false);
    expect(describeDecimalFlaw(text, 4)).toBe(flaw);
  });
});
