/** Validation messages that production printed, word for word, in both styles. */

import { describe, expect, it } from 'vitest';
import { getValuePrinter } from '../../src/api/print-value.ts';
import type { OperationName } from '../../src/api/service-model.ts';
import { refuseViolations } from '../../src/base/violation.ts';
import { validate } from '../support/validate.ts';
import recordings from './validation-cases.json' with { type: 'json' };
import { expandRequest, expandText, omitData } from './validation-cases.ts';

interface Recording {
  readonly title: string;
  readonly operation: string;
  readonly request: unknown;
  readonly recordBytesMax?: number;
  readonly message: string;
  /** The service's responses today, where its model has changed since. */
  readonly superseded?: { readonly message: string; readonly why: string };
}

const cases: readonly Recording[] = recordings.cases;

describe('a recorded validation message', () => {
  it.each(cases)(
    'equals our message: $title',
    ({ operation, request, recordBytesMax, message, superseded }) => {
      const violations = validate(operation as OperationName, expandRequest(request), {
        recordBytesMax: recordBytesMax ?? 1_048_576,
      });
      const shown = expandText(superseded?.message ?? message);
      const inStyle = (style: 'data-omitted' | 'value-shown') =>
        refuseViolations(violations, getValuePrinter(style)).fault;
      expect(inStyle('value-shown')).toEqual({
        code: 'ValidationException',
        message: shown,
        blame: 'client',
      });
      expect(inStyle('data-omitted').message).toBe(omitData(shown));
    },
  );

  it('omits Data as of December 2025 (KPL issue 680, without its final dot)', () => {
    const Records = [{ PartitionKey: 'a', Data: new Uint8Array(1_048_577) }];
    const violations = validate(
      'PutRecords',
      { StreamName: 's', Records },
      { recordBytesMax: 1_048_576 },
    );
    const { message } = refuseViolations(violations, getValuePrinter('data-omitted')).fault;
    expect(message).toBe(
      "1 validation error detected: Value at 'records.1.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
  });

  it('shows other values as of January 2023 (amazonica issue 468)', () => {
    const violations = validate(
      'GetShardIterator',
      {
        StreamName: 's',
        ShardId: '0',
        ShardIteratorType: 'AT_TIMESTAMP',
        StartingSequenceNumber: '2023-01-30T10:25:46.090Z',
      },
      { recordBytesMax: 1_048_576 },
    );
    const { message } = refuseViolations(violations, getValuePrinter('data-omitted')).fault;
    expect(message).toBe(
      "1 validation error detected: Value '2023-01-30T10:25:46.090Z' at 'startingSequenceNumber' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})",
    );
  });
});
