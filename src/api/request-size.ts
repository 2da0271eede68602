/**
 * The size of a request: data and partition keys, as every limit of the service counts them.
 *
 * @module
 */

import { type FaultResult, refuse } from '../base/fault.ts';
import { REQUEST_BYTES_MAX } from '../base/limits.ts';
import { utf8Length } from '../base/utf8.ts';
import type { PutRecordsRequestEntry } from './aws-types.ts';

/**
 * Refuses the records of a PutRecords if they are too large together, or returns undefined.
 *
 * Exactly 10 MiB are accepted, as moto accepts its limit. What the service does at the edge is not
 * known: two clients saw it refuse a little less. The message is production's for 5 MB, the limit
 * until October 2025 (fluent-bit's plugin, issue 21), with today's number.
 *
 * @param records Valid for the service model.
 */
export function checkRequestSize(
  records: readonly PutRecordsRequestEntry[],
): FaultResult | undefined {
  // A UTF-16 unit takes at most three bytes of UTF-8: most requests need no exact count.
  const bytesMost = sumBytes(records, (key) => 3 * key.length);
  if (bytesMost <= REQUEST_BYTES_MAX) return undefined;
  if (sumBytes(records, utf8Length) <= REQUEST_BYTES_MAX) return undefined;
  return refuse('InvalidArgumentException', 'Records size exceeds 10 MB limit');
}

function sumBytes(
  records: readonly PutRecordsRequestEntry[],
  keyBytes: (key: string) => number,
): number {
  return records.reduce(
    (bytes, { Data, PartitionKey }) => bytes + Data!.length + keyBytes(PartitionKey ?? ''),
    0,
  );
}
