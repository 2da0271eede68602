import { describe, expect, it } from 'vitest';
import { isOneOf, mapKeysHaveLength, refuseViolations } from '../../../src/base/violation.ts';

function messageOf(value: unknown, style?: 'value-omitted' | 'value-shown'): string {
  return refuseViolations([{ path: 'p', value, constraint: 'C' }], style).fault.message;
}

function printed(value: unknown): string {
  const message = messageOf(value, 'value-shown');
  return message.slice('1 validation error detected: Value '.length, message.indexOf(" at 'p'"));
}

describe('refuseViolations', () => {
  it('leaves values out unless asked for them', () => {
    const omitted = "1 validation error detected: Value at 'p' failed to satisfy constraint: C";
    expect(messageOf('v')).toBe(omitted);
    expect(messageOf('v', 'value-omitted')).toBe(omitted);
    expect(messageOf(null, 'value-omitted')).toBe(omitted);
    expect(messageOf('v', 'value-shown')).toBe(
      "1 validation error detected: Value 'v' at 'p' failed to satisfy constraint: C",
    );
  });

  it('reports ten violations at most, and counts those', () => {
    const violations = Array.from({ length: 11 }, (_, i) => ({
      path: `p${i}`,
      value: '',
      constraint: 'C',
    }));
    const { message } = refuseViolations(violations).fault;
    expect(message).toMatch(/^10 validation errors detected: Value at 'p0' /);
    expect(message).toMatch(/Value at 'p9' failed to satisfy constraint: C$/);
    expect(refuseViolations(violations.slice(0, 2)).fault.message).toMatch(/^2 validation errors /);
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

  it('stays short of the longest string, however large the values', () => {
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

describe('a constraint', () => {
  it('reads as the service prints it', () => {
    expect(isOneOf(['A', 'B'])).toBe('Member must satisfy enum value set: [A, B]');
    expect(mapKeysHaveLength(1, 128)).toBe(
      'Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]',
    );
  });
});
