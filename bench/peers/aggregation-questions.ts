/**
 * Turns the vectors of aggregated records into questions to aws-kinesis-agg.
 *
 * @module
 */

import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { Case, Verdict } from './questions.ts';

interface OpenedRecord {
  readonly partitionKey: string;
  readonly explicitPartitionKey?: string;
  /** Base64. */
  readonly data: string;
}

interface AwsKinesisAgg {
  deaggregateSync(
    record: { readonly partitionKey: string; readonly data: string },
    checksums: boolean,
    onRecords: (error: Error | undefined, records: readonly OpenedRecord[]) => void,
  ): void;
}

const CARRIER_KEY = 'carrier';

/** Asked of the function that opens a record. It must give back the user records of each case. */
export function askAggregation(cases: readonly Case[]): Verdict[] {
  const require = createRequire(import.meta.url);
  const library: AwsKinesisAgg = require('aws-kinesis-agg');
  return cases.map((one) => {
    const { title, kind, lostByKcl, range, data } = one;
    if (range !== undefined) {
      return { title, outcome: 'not asked', difference: 'it takes no range' };
    }
    const wanted =
      kind === 'plain' ? [{ partitionKey: CARRIER_KEY, explicitHashKey: undefined, data }] : null;
    const expected = wanted ?? one.records.map(formOf);
    const result = open(library, data);
    if (isDeepStrictEqual(result, expected)) return { title, outcome: 'passed' };
    const difference = describeDifference(kind, expected, result);
    const shown = typeof result === 'string' ? result : JSON.stringify(result);
    return {
      title,
      outcome: lostByKcl ? 'otherwise' : 'failed',
      difference,
      example: `${title}: ${shown}`,
    };
  });
}

function formOf({ partitionKey, explicitHashKey, data }: Case): object {
  return { partitionKey, explicitHashKey, data };
}

/** Returns the user records, or the text of the error. */
function open(library: AwsKinesisAgg, hex: string): object[] | string {
  let result: object[] | string = 'no result';
  try {
    const data = Buffer.from(hex, 'hex').toString('base64');
    library.deaggregateSync({ partitionKey: CARRIER_KEY, data }, true, (error, records) => {
      result = error
        ? `error: ${error.message}`
        : records.map((one) => ({
            partitionKey: one.partitionKey,
            explicitHashKey: one.explicitPartitionKey,
            data: Buffer.from(one.data, 'base64').toString('hex'),
          }));
    });
  } catch (error) {
    return `throws: ${(error as Error).message}`;
  }
  return result;
}

function describeDifference(kind: string, expected: object[], result: object[] | string): string {
  if (typeof result === 'string') return `${kind} became an error, and the record is lost`;
  if (result.length === 0) return `${kind} became nothing`;
  if (result.length < expected.length) return `${kind} became fewer records`;
  return kind === 'plain' ? 'plain became an aggregate' : 'other keys or data';
}
