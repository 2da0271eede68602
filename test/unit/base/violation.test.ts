import { describe, expect, it } from 'vitest';
import { isOneOf, mapKeysHaveLength, refuseViolations } from '../../../src/base/violation.ts';

function messageOf(value: unknown, printValue?: (value: unknown) => string): string {
  return refuseViolations([{ path: 'p', value, constraint: 'C' }], printValue).fault.message;
}

describe('refuseViolations', () => {
  it('omits values unless asked for them', () => {
    const omitted = "1 validation error detected: Value at 'p' failed to satisfy constraint: C";
    expect(messageOf('v')).toBe(omitted);
    expect(messageOf(null)).toBe(omitted);
    expect(messageOf('v', (value) => `Value <${value}>`)).toBe(
      "1 validation error detected: Value <v> at 'p' failed to satisfy constraint: C",
    );
  });

  it('reports and counts ten violations at most', () => {
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
});

describe('isOneOf and mapKeysHaveLength', () => {
  it('return the text that the service prints', () => {
    expect(isOneOf(['A', 'B'])).toBe('Member must satisfy enum value set: [A, B]');
    expect(mapKeysHaveLength(1, 128)).toBe(
      'Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]',
    );
  });
});
