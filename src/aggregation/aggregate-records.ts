/**
 * Packs records into one aggregated record.
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import {
  assertArray,
  assertObject,
  assertString,
  assertTypedArray,
  isBytes,
} from '../base/argument.ts';
import { type FaultResult, ok, type Result } from '../base/fault.ts';
import { RECORD_KIB_MAX, VIOLATIONS_REPORTED_MAX } from '../base/limits.ts';
import {
  lengthAtLeast,
  lengthAtMost,
  MUST_NOT_BE_NULL,
  refuseViolations,
  type Violation,
} from '../base/violation.ts';
import { checkExplicitHashKey, checkPartitionKey, readHashKey } from '../hashing/hash-key.ts';
import { AggregateBuilder, type KeyedRecord } from './aggregate-builder.ts';

/** The most bytes of a record on any stream, partition key included. */
const BYTES_MAX = 1024 * RECORD_KIB_MAX;

/** More records than this do not fit: each takes six bytes or more. */
const RECORDS_MAX = BYTES_MAX / 6;

/**
 * Packs records into one aggregated record in the format of the Kinesis Producer Library, which the
 * Kinesis Client Library opens (docs/facts.md#aggregate-frame).
 *
 * The order of the records is kept. The bytes are those of the KPL itself: both tables of keys
 * without duplicates and in order of first use (docs/facts.md#aggregate-canonical).
 *
 * All records must belong to one shard. A consumer drops the whole aggregate if the hash key of any
 * record is not in the range of the shard that it reads (docs/facts.md#aggregate-range).
 *
 * The keys of the answer send it to the shard of the first record
 * (docs/facts.md#aggregate-carrier-kpl):
 * - PartitionKey is the one that all records share; otherwise `a`, as the KPL sets it.
 * - ExplicitHashKey is the hash key of the first record. It is absent if all records share one
 *   partition key and none has an explicit hash key.
 *
 * One record alone is not packed: its members are returned as they are, Data included. Only if its
 * Data starts with the magic of a frame is it packed, because a consumer might otherwise open it.
 *
 * @example
 * ```ts
 * import { unwrap } from 'shardline';
 * import { aggregateRecords } from 'shardline/aggregation';
 *
 * const record = unwrap(
 *   aggregateRecords([
 *     { Data: Uint8Array.of(1), PartitionKey: 'a' },
 *     { Data: Uint8Array.of(2), PartitionKey: 'b' },
 *   ]),
 * );
 * record.PartitionKey; // => 'a'
 * record.ExplicitHashKey; // => '16955237001963240173058271559858726497'
 * record.Data.length; // => 40
 * ```
 *
 * @param records As in a PutRecords request, but of any number. At least one.
 * @returns The aggregated record. A `ValidationException` fault if a key, an explicit hash key or
 *   the data of a record is missing or invalid, or if Data and PartitionKey of the answer would
 *   exceed 10 MiB, the most that a stream can be set to take (docs/facts.md#record-size-range). An
 *   `InvalidArgumentException` fault for an explicit hash key above 2^128 - 1.
 * @throws {TypeError} If `records` is not an array, a record is not an object, a key is not a
 *   string, or data is not a Uint8Array.
 */
export function aggregateRecords(records: readonly PutRecordsRequestEntry[]): Result<KeyedRecord> {
  assertArray(records, 'records');
  // A Proxy may return anything for its length.
  const { length } = records;
  const count = Number.isInteger(length) ? length : 0;
  if (count < 1) return refuseMember('records', lengthAtLeast(1));
  if (count > RECORDS_MAX) return refuseMember('data', lengthAtMost(BYTES_MAX));
  const keyed = readRecords(records, count);
  if (!keyed.ok) return keyed;

  const builder = new AggregateBuilder();
  for (const record of keyed.value) {
    if (!builder.tryAdd(record, BYTES_MAX)) return refuseMember('data', lengthAtMost(BYTES_MAX));
  }
  for (const hashKey of builder.explicitHashKeys) {
    const read = readHashKey(hashKey);
    if (!read.ok) return read;
  }
  return ok(builder.build());
}

function refuseMember(path: string, constraint: string): FaultResult {
  return refuseViolations([{ path, value: undefined, constraint }]);
}

/** Returns copies of the records, or refuses them as PutRecords does. Each member is read once. */
function readRecords(
  records: readonly PutRecordsRequestEntry[],
  count: number,
): Result<readonly KeyedRecord[]> {
  const copies: KeyedRecord[] = [];
  // Missing members are reported before wrong ones (docs/facts.md#validation-missing-first).
  const missing: Violation[] = [];
  const wrong: Violation[] = [];
  // After ten missing members, the message cannot change any more.
  for (let i = 0; i < count && missing.length < VIOLATIONS_REPORTED_MAX; i++) {
    const entry = records[i];
    if (entry === undefined || entry === null) {
      missing.push({ path: pathOf(i), value: entry, constraint: MUST_NOT_BE_NULL });
      continue;
    }
    const record = readRecord(entry, i);
    const { Data: data, PartitionKey: key, ExplicitHashKey: hashKey } = record;
    // Paths are built for violations only, because they cost more than all the checks.
    const keyFault = checkPartitionKey(key, '');
    if (keyFault !== undefined) {
      (key === undefined ? missing : wrong).push({ ...keyFault, path: pathOf(i, 'partitionKey') });
    }
    const hashKeyFault = hashKey === undefined ? undefined : checkExplicitHashKey(hashKey, '');
    if (hashKeyFault !== undefined) {
      wrong.push({ ...hashKeyFault, path: pathOf(i, 'explicitHashKey') });
    }
    if (data === undefined) {
      missing.push({ path: pathOf(i, 'data'), value: data, constraint: MUST_NOT_BE_NULL });
    }
    copies.push(record as KeyedRecord);
  }
  const violations = [...missing, ...wrong];
  return violations.length > 0 ? refuseViolations(violations) : ok(copies);
}

/** Reads the members of a record. `null` counts as absent (docs/facts.md#request-null-absent). */
function readRecord(entry: PutRecordsRequestEntry, index: number): PutRecordsRequestEntry {
  if (typeof entry !== 'object' || Array.isArray(entry)) assertObject(entry, `records[${index}]`);
  const { Data, PartitionKey, ExplicitHashKey } = entry;
  const data = Data ?? undefined;
  const key = PartitionKey ?? undefined;
  const hashKey = ExplicitHashKey ?? undefined;
  if (key !== undefined && typeof key !== 'string') {
    assertString(key, `records[${index}].PartitionKey`);
  }
  if (hashKey !== undefined && typeof hashKey !== 'string') {
    assertString(hashKey, `records[${index}].ExplicitHashKey`);
  }
  if (data !== undefined && !isBytes(data)) {
    assertTypedArray(data, 'Uint8Array', `records[${index}].Data`);
  }
  return { Data: data, PartitionKey: key, ExplicitHashKey: hashKey };
}

/** Returns the path of a record, or of its member, in the service's messages. */
function pathOf(index: number, member?: string): string {
  const path = `records.${index + 1}.member`;
  return member === undefined ? path : `${path}.${member}`;
}
