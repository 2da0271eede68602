import { describe, expect, it } from 'vitest';
import { getValuePrinter } from '../../../src/api/print-value.ts';

const printed = (value: unknown) => getValuePrinter('value-shown')(value).replace('Value ', '');

describe('getValuePrinter', () => {
  it('omits Data and lists of records by default, and shows everything else', () => {
    const print = getValuePrinter('data-omitted');
    for (const value of [new Uint8Array(3), Buffer.alloc(3), [], [{}]]) {
      expect(print(value)).toBe('Value');
    }
    for (const value of [undefined, null, '', 'x', -1, { a: 'b' }]) {
      expect(print(value)).toBe(`Value ${printed(value)}`);
    }
  });

  it('prints values as Java does', () => {
    expect(printed(undefined)).toBe('null');
    expect(printed(null)).toBe('null');
    expect(printed('')).toBe("''");
    expect(printed(-1)).toBe("'-1'");
    expect(printed(new Uint8Array(3))).toBe("'java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]'");
    expect(printed([])).toBe("'[]'");
    expect(printed([{}, {}])).toMatch(/^'\[com\.[\w.]+@\w+, com\.[\w.]+@\w+\]'$/);
    expect(printed({})).toBe("'{}'");
    expect(printed({ a: 'b', ['__proto__']: 'c' })).toBe("'{a=b, __proto__=c}'");
  });

  it('cuts large values short', () => {
    const text = 'x'.repeat(2 ** 20);
    expect(printed(text)).toBe(`'${text.slice(0, 65_536)}...'`);
    expect(printed(text.slice(0, 65_536))).toBe(`'${text.slice(0, 65_536)}'`);
    expect(printed(Array(1_000).fill({}))).not.toContain('...');
    const tags = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`${i}`, text]));
    expect(printed(tags)).toMatch(/, \.\.\.\}'$/);
    expect(printed(Array(10_000_000).fill({})).length).toBeLessThan(100_000);
    expect(printed(new Array(2 ** 32 - 1))).toMatch(/, \.\.\.\]'$/);
  });
});
