/**
 * Divides records into PutRecords requests that the service accepts.
 *
 * @module
 */

import type { PutRecordsRequestEntry, RecordDistributionStrategy } from '../api/aws-types.ts';
import type { RequestLimits } from '../api/service-model.ts';
import {
  assertInteger,
  describe,
  lengthOf,
  readArrayLength,
  wrongValue,
} from '../base/argument.ts';
import type { Fault } from '../base/fault.ts';
import {
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  REQUEST_BYTES_MAX,
  REQUEST_RECORDS_MAX,
} from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { utf8Length } from '../base/utf8.ts';
import { checkRecord, copyRecord } from './check-record.ts';

/** The settings of a stream that decide which records it takes. */
export interface RecordLimits {
  /** As in CreateStream: from 1,024 (default) to 10,240. */
  readonly MaxRecordSizeInKiB?: number | undefined;
  /** As in CreateStream. On an `AUTO` stream a record needs no partition key. */
  readonly RecordDistributionStrategy?: RecordDistributionStrategy | undefined;
}

/** A record that the stream would never take. */
export interface RefusedRecord {
  /** The index of the record in the list. */
  readonly index: number;
  /** The service's fault for a PutRecord of this record. */
  readonly fault: Fault;
}

/** Records as requests. */
export interface RequestPlan {
  /** The `Records` of each request: copies of the entries, in the order of the list. */
  readonly requests: PutRecordsRequestEntry[][];
  /** The records that are in no request, in the order of the list. */
  readonly refused: RefusedRecord[];
}

/** The size of a request that is being filled. */
export class RequestSize {
  records: number;
  bytes: number;

  constructor(records = 0, bytes = 0) {
    this.records = records;
    this.bytes = bytes;
  }

  /** Returns whether a record of this size may be added (docs/facts.md#request-size-max). */
  hasRoomFor(bytes: number): boolean {
    return this.records < REQUEST_RECORDS_MAX && this.bytes + bytes <= REQUEST_BYTES_MAX;
  }

  add(bytes: number): void {
    this.records++;
    this.bytes += bytes;
  }
}

/**
 * Divides records into the fewest PutRecords requests that keep their order. Each request has at
 * most 500 records (docs/facts.md#request-records-max) and 10 MiB, partition keys included
 * (docs/facts.md#request-size-max).
 *
 * A record that the stream would never take is left out, because it would fail the whole request.
 *
 * Takes time in proportion to the records and their keys. Data is neither read nor copied.
 *
 * @example
 * ```ts
 * import { planRequests } from 'shardline/producer';
 *
 * const entries = Array.from({ length: 600 }, (_, i) => ({
 *   PartitionKey: i === 7 ? '' : `key-${i}`,
 *   Data: new Uint8Array(100),
 * }));
 * const { requests, refused } = planRequests(entries);
 * requests.map((records) => records.length); // => [500, 99]
 * refused.map(({ index, fault }) => `${index}: ${fault.code}`); // => ['7: ValidationException']
 * ```
 *
 * @param entries The records. Each member is read once.
 * @throws {TypeError} If `entries` is not an array, an entry is not an object, a member is of the
 *   wrong type, or a limit has an unknown name.
 * @throws {RangeError} If a limit is out of range.
 */
export function planRequests(
  entries: readonly PutRecordsRequestEntry[],
  limits: RecordLimits = {},
): RequestPlan {
  const requestLimits = readLimits(limits);
  const length = readArrayLength(entries, 'entries');
  const copies: PutRecordsRequestEntry[] = [];
  for (let i = 0; i < length; i++) copies.push(copyRecord(entries[i]!, `entries[${i}]`));
  const requests: PutRecordsRequestEntry[][] = [];
  const refused: RefusedRecord[] = [];
  let size = new RequestSize();
  for (const [index, record] of copies.entries()) {
    const refusal = checkRecord(record, requestLimits);
    if (refusal !== undefined) {
      refused.push({ index, fault: refusal.fault });
      continue;
    }
    const bytes = lengthOf(record.Data!) + utf8Length(record.PartitionKey ?? '');
    if (requests.length === 0 || !size.hasRoomFor(bytes)) {
      requests.push([]);
      size = new RequestSize();
    }
    requests.at(-1)!.push(record);
    size.add(bytes);
  }
  return { requests, refused };
}

function readLimits(limits: RecordLimits): RequestLimits {
  const names = ['MaxRecordSizeInKiB', 'RecordDistributionStrategy'] as const;
  const read = readOptions(limits, names, 'limits');
  const { MaxRecordSizeInKiB = RECORD_KIB_DEFAULT } = read;
  const { RecordDistributionStrategy: recordDistributionStrategy = 'USER_PARTITION_KEY' } = read;
  assertInteger(
    MaxRecordSizeInKiB,
    RECORD_KIB_DEFAULT,
    RECORD_KIB_MAX,
    'limits.MaxRecordSizeInKiB',
  );
  assertStrategy(recordDistributionStrategy, 'limits.RecordDistributionStrategy');
  return { recordBytesMax: MaxRecordSizeInKiB * 1024, recordDistributionStrategy };
}

/** @throws {RangeError} If the value is not a record distribution strategy. */
export function assertStrategy(value: RecordDistributionStrategy, title: string): void {
  if (value === 'AUTO' || value === 'USER_PARTITION_KEY') return;
  throw wrongValue(`${title} must be AUTO or USER_PARTITION_KEY: got ${describe(value)}`);
}
