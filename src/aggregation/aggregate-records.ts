/**
 * Packs records into one aggregated record.
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import { assertArray } from '../base/argument.ts';
import { type FaultResult, ok, type Result } from '../base/fault.ts';
import { isInteger } from '../base/intrinsics.ts';
import { HASH_KEY_MAX, VIOLATIONS_REPORTED_MAX } from '../base/limits.ts';
import {
  lengthAtLeast,
  lengthAtMost,
  MUST_NOT_BE_NULL,
  refuseViolations,
  type Violation,
} from '../base/violation.ts';
import { checkExplicitHashKey, checkPartitionKey, readHashKey } from '../hashing/hash-key.ts';
import { AggregateBuilder, type KeyedRecord } from './aggregate-builder.ts';
import { copyRecord } from './frame.ts';

/**
 * The most bytes of a record on any stream, partition key included: 10 MiB
 * (docs/facts.md#record-size-range).
 */
const BYTES_MAX = 10_485_760;

/** More records than this do not fit, because each takes six bytes or more. */
const RECORDS_MAX = 1_747_626;

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
  if (!isInteger(length) || length < 1) return refuseMember('records', lengthAtLeast(1));
  if (length > RECORDS_MAX) return refuseSize();

  const copies: KeyedRecord[] = [];
  // Missing members are reported before wrong ones (docs/facts.md#validation-missing-first).
  const violations: Violation[] = [];
  let missing = 0;
  let tooHigh: string | undefined;
  const report = (i: number, member: string, violation?: Violation): void => {
    if (violation === undefined) return;
    const { constraint } = violation;
    const isMissing = constraint === MUST_NOT_BE_NULL;
    const at = isMissing ? missing++ : violations.length;
    violations.splice(at, 0, violationOf(`records.${i + 1}.member${member}`, constraint));
  };
  // After ten missing members the message cannot change any more.
  for (let i = 0; i < length && missing < VIOLATIONS_REPORTED_MAX; i++) {
    const record = records[i] ?? undefined;
    if (record === undefined) {
      report(i, '', violationOf());
      continue;
    }
    const copy = copyRecord(record, i);
    const { Data, PartitionKey, ExplicitHashKey } = copy;
    report(i, '.partitionKey', checkPartitionKey(PartitionKey, ''));
    if (!Data) report(i, '.data', violationOf());
    if (ExplicitHashKey !== undefined) {
      report(i, '.explicitHashKey', checkExplicitHashKey(ExplicitHashKey, ''));
      if (isTooHigh(ExplicitHashKey)) tooHigh ??= ExplicitHashKey;
    }
    copies.push(copy as KeyedRecord);
  }
  if (violations.length > 0) return refuseViolations(violations);
  if (tooHigh !== undefined) return readHashKey(tooHigh) as FaultResult;

  const builder = new AggregateBuilder();
  for (const record of copies) if (!builder.tryAdd(record, BYTES_MAX)) return refuseSize();
  return ok(builder.buildRecord());
}

function violationOf(path = '', constraint = MUST_NOT_BE_NULL): Violation {
  return { path, value: undefined, constraint };
}

function refuseMember(path: string, constraint: string): FaultResult {
  return refuseViolations([violationOf(path, constraint)]);
}

function refuseSize(): FaultResult {
  return refuseMember('data', lengthAtMost(BYTES_MAX));
}

const HIGHEST: string = /* @__PURE__ */ (() => HASH_KEY_MAX.toString())();

/** Returns whether decimal digits are above 2^128 - 1. */
function isTooHigh(digits: string): boolean {
  // Reading a bigint takes ten times as long as comparing texts.
  return digits.length === HIGHEST.length && digits > HIGHEST;
}
