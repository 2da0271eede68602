/**
 * The size of a record and of a PutRecords request: data and partition keys, as all limits count it
 * (docs/facts.md#record-size-key-bytes).
 *
 * @module
 */

import { assertObject, assertString, assertTypedArray, lengthOf } from '../base/argument.ts';
import { type FaultResult, refuse } from '../base/fault.ts';
import { REQUEST_BYTES_MAX } from '../base/limits.ts';
import { utf8Length } from '../base/utf8.ts';
import type { PutRecordsRequestEntry } from './aws-types.ts';

/**
 * Returns the size of a record in bytes, as every limit counts it: its data and the UTF-8 of its
 * partition key (docs/facts.md#record-size-key-bytes). An ExplicitHashKey does not count.
 *
 * @example
 * ```ts
 * import { recordBytes } from 'shardline';
 *
 * recordBytes({ PartitionKey: 'caf\u00e9', Data: new Uint8Array(100) }); // => 105
 * ```
 *
 * @param record A record of PutRecord or PutRecords. Without a PartitionKey, only its data counts.
 * @throws {TypeError} If the record is not an object, its Data is not a Uint8Array, or its
 *   PartitionKey is neither a string nor absent.
 */
export function recordBytes(record: Pick<PutRecordsRequestEntry, 'Data' | 'PartitionKey'>): number {
  assertObject(record, 'record');
  const { Data, PartitionKey } = record;
  assertTypedArray(Data, 'Uint8Array', 'record.Data');
  const key = PartitionKey ?? '';
  assertString(key, 'record.PartitionKey');
  return lengthOf(Data!) + utf8Length(key);
}

/**
 * Refuses the records of a PutRecords request if they exceed 10 MiB in total. Otherwise returns
 * undefined.
 *
 * Accepting exactly 10 MiB is a guess (docs/facts.md#request-size-edge). The message is the
 * service's for the earlier limit of 5 MB, with today's number (docs/facts.md#request-size-message,
 * docs/known-gaps.md#request-size-limit).
 *
 * @param records Valid for the service model.
 */
export function checkRequestSize(
  records: readonly PutRecordsRequestEntry[],
): FaultResult | undefined {
  // A UTF-16 unit takes at most three bytes of UTF-8, so most requests need no exact count.
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
    (bytes, { Data, PartitionKey }) => bytes + lengthOf(Data!) + keyBytes(PartitionKey ?? ''),
    0,
  );
}
