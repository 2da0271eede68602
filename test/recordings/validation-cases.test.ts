/**
 * Validation messages as production printed them, word for word, in both styles.
 *
 * Oracle: recordings of production, test/recordings/validation-cases.json.
 */

import { describe, expect, it } from 'vitest';
import { getValuePrinter } from '../../src/api/print-value.ts';
import type { OperationName } from '../../src/api/service-model.ts';
import { refuseViolations } from '../../src/base/violation.ts';
import { validate } from '../support/validate.ts';
import recordings from './validation-cases.json' with { type: 'json' };

interface Recording {
  readonly title: string;
  readonly operation: string;
  readonly request: unknown;
  readonly recordBytesMax?: number;
  readonly message: string;
  /** What the service says today, where its model has changed since. */
  readonly superseded?: { readonly message: string; readonly why: string };
}

const cases: readonly Recording[] = recordings.cases;

function expand(text: string): string {
  return text.replace(/\{([^{}]+) x (\d+)(, )?\}/g, (_, part: string, count: string, comma = '') =>
    Array(Number(count)).fill(part).join(comma),
  );
}

function revive(value: unknown): unknown {
  if (typeof value === 'string') return expand(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revive);
  if ('$bytes' in value) return new Uint8Array(value.$bytes as number);
  if ('$times' in value && 'entry' in value) {
    return Array(value.$times).fill(revive(value.entry));
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revive(member)]));
}

describe('a recorded validation message', () => {
  it.each(cases)('$title', ({ operation, request, recordBytesMax, message, superseded }) => {
    const violations = validate(operation as OperationName, revive(request), {
      recordBytesMax: recordBytesMax ?? 1_048_576,
    });
    const shown = expand(superseded?.message ?? message);
    const omitted = shown.replace(/Value (?:null|'[^']*') at '/g, "Value at '");
    const inStyle = (style: 'value-omitted' | 'value-shown') =>
      refuseViolations(violations, getValuePrinter(style)).fault;
    expect(inStyle('value-shown')).toEqual({
      code: 'ValidationException',
      message: shown,
      blame: 'client',
    });
    expect(inStyle('value-omitted').message).toBe(omitted);
    expect(omitted).not.toBe(shown);
    expect(refuseViolations(violations).fault.message).toBe(omitted);
  });

  it('stands as of Dec 2025 in the style without values (KPL issue 680, less its final dot)', () => {
    const Records = [{ PartitionKey: 'a', Data: new Uint8Array(1_048_577) }];
    const violations = validate(
      'PutRecords',
      { StreamName: 's', Records },
      { recordBytesMax: 1_048_576 },
    );
    expect(refuseViolations(violations).fault.message).toBe(
      "1 validation error detected: Value at 'records.1.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
  });
});
