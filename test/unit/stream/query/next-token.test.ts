import { describe, expect, it } from 'vitest';
import {
  formatNextToken,
  type NextToken,
  parseNextToken,
  readTokenStream,
} from '../../../../src/stream/query/next-token.ts';
import { faultOf, T0 } from '../../../support/streams.ts';

const KEY = { name: 'orders', key: 'arn:1' };
const TOKEN: NextToken = { afterShardIndex: 0, fromMs: T0 - 5, toMs: T0 + 5, issuedAtMs: T0 };
const INVALID =
  'InvalidArgumentException: The pagination token passed to the operation is invalid.';

describe('a NextToken', () => {
  it.each([{}, { afterShardIndex: 0x7fff_ffff }, { fromMs: 0, toMs: 8.64e15 }, { issuedAtMs: 0 }])(
    'is read as it was written: %o',
    (members) => {
      const token = { ...TOKEN, ...members };
      const text = formatNextToken(token, KEY);
      expect(text).toMatch(/^[0-9a-f]{88}orders$/);
      expect(parseNextToken(text, KEY, token.issuedAtMs)).toEqual({ ok: true, value: token });
    },
  );

  it('holds Infinity as a time later than any Date', () => {
    const token = { ...TOKEN, fromMs: Infinity, toMs: Infinity };
    const read = parseNextToken(formatNextToken(token, KEY), KEY, T0);
    expect(read).toMatchObject({ value: { fromMs: 2 ** 53, toMs: 2 ** 53 } });
  });

  it('is valid for 300 seconds, and whenever the clock has stepped back', () => {
    const text = formatNextToken(TOKEN, KEY);
    expect(parseNextToken(text, KEY, T0 + 300_000).ok).toBe(true);
    expect(parseNextToken(text, KEY, 0).ok).toBe(true);
    expect(faultOf(parseNextToken(text, KEY, T0 + 300_001))).toBe(
      'ExpiredNextTokenException: The pagination token passed to the operation is expired.',
    );
  });

  it('is invalid if any of its digits is changed, added or missing', () => {
    const text = formatNextToken(TOKEN, KEY);
    const changed = Array.from(text, (digit, i) => {
      const other = digit === '1' ? '2' : '1';
      return text.slice(0, i) + other + text.slice(i + 1);
    });
    const cut = Array.from(text, (_, i) => text.slice(0, i));
    const padded = [`${text}0`, `0${text}`, text.toUpperCase(), ` ${text}`];
    for (const other of [...changed, ...cut, ...padded, 'x', 'x'.repeat(88), 'x'.repeat(1e6)]) {
      expect(faultOf(parseNextToken(other, KEY, T0))).toBe(INVALID);
    }
  });

  it('is invalid for another stream', () => {
    const text = formatNextToken(TOKEN, KEY);
    expect(readTokenStream(text)).toBe('orders');
    expect(faultOf(parseNextToken(text, { ...KEY, key: 'arn:2' }, T0))).toBe(INVALID);
  });
});
