/**
 * Packs records into one aggregated record.
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import { assertArray } from '../base/argument.ts';
import { type FaultResult, ok, type Result } from '../base/fault.ts';
import { isInteger } from '../base/intrinsics.ts';
import { HASH_KEY_DIGITS_MAX, HASH_KEY_MAX, VIOLATIONS_REPORTED_MAX } from '../base/limits.ts';
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
 * The maximum size of a record on any stream, partition key included: 10 MiB
 * (docs/facts.md#record-size-range).
 */
const BYTES_MAX = 10_485_760;

/**
 * Packs records into one aggregated record in the format of the Kinesis Producer Library, which the
 * Kinesis Client Library opens (docs/facts.md#aggregate-frame).
 *
 * The order of the records is kept. The bytes are those that the KPL itself writes: both tables of
 * keys have no duplicates and are in order of first use (docs/facts.md#aggregate-canonical).
 *
 * All records must belong to one shard. A consumer drops the whole aggregate if the hash key of any
 * record is not in the range of the shard that it reads (docs/facts.md#aggregate-range).
 *
 * The keys of the aggregated record send it to the shard of the first record
 * (docs/facts.md#aggregate-carrier-kpl):
 * - PartitionKey is the one that all records share, otherwise `a`, as the KPL sets it.
 * - ExplicitHashKey is the hash key of the first record. It is absent if all records share one
 *   partition key and none has an explicit hash key.
 *
 * A single record is not packed: its members are returned unchanged, including Data. It is packed
 * only if its Data starts with the magic of a frame, because a consumer might otherwise open it.
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
 * @param records One or more, each as in a PutRecords request. There is no maximum number.
 * @returns The aggregated record. A `ValidationException` fault if a key, an explicit hash key or
 *   the data of a record is missing or invalid, or if Data and PartitionKey of the aggregated
 *   record would exceed 10 MiB, the highest limit of any stream (docs/facts.md#record-size-range).
 *   An `InvalidArgumentException` fault for an explicit hash key above 2^128 - 1.
 * @throws {TypeError} If `records` is not an array, a record is not an object, a key is not a
 *   string, or data is not a Uint8Array.
 */
export function aggregateRecords(records: readonly PutRecordsRequestEntry[]): Result<KeyedRecord> {
  assertArray(records, 'records');
  // A Proxy may return anything for its length.
  const { length } = records;
  if (!isInteger(length) || length < 1) {
    return refuseViolations([violationOf('records', lengthAtLeast(1))]);
  }

  // Missing members are reported before wrong ones (docs/facts.md#validation-missing-first).
  const violations: Violation[] = [];
  let missing = 0;
  const report = (i: number, member: string, constraint = MUST_NOT_BE_NULL): void => {
    const at = constraint === MUST_NOT_BE_NULL ? missing++ : violations.length;
    if (at >= VIOLATIONS_REPORTED_MAX) return;
    violations.splice(at, 0, violationOf(`records.${i + 1}.member${member}`, constraint));
  };
  let tooHigh: string | undefined;
  // All records are read before the first is measured: a getter may resize the Data of another.
  const copies: KeyedRecord[] = [];
  // Each record takes six bytes or more. If that is too much already, none is read.
  const canFit = length < BYTES_MAX / 6;
  // The message reports only ten violations, missing members first, so later ones do not matter.
  for (let i = 0; canFit && i < length && missing < VIOLATIONS_REPORTED_MAX; i++) {
    const record = records[i] ?? undefined;
    if (record === undefined) {
      report(i, '');
      continue;
    }
    const copy = copyRecord(record, i);
    const { Data, PartitionKey, ExplicitHashKey } = copy;
    const wrongKey = checkPartitionKey(PartitionKey, '');
    if (wrongKey) report(i, '.partitionKey', wrongKey.constraint);
    if (!Data) report(i, '.data');
    if (ExplicitHashKey !== undefined) {
      const wrongHashKey = checkExplicitHashKey(ExplicitHashKey, '');
      if (wrongHashKey) report(i, '.explicitHashKey', wrongHashKey.constraint);
      // Converting to a bigint takes ten times as long as comparing the digits.
      const isLong = ExplicitHashKey.length === HASH_KEY_DIGITS_MAX;
      if (isLong && ExplicitHashKey > HIGHEST_DIGITS) tooHigh ??= ExplicitHashKey;
    }
    copies.push(copy as KeyedRecord);
  }
  if (violations.length > 0) return refuseViolations(violations);
  if (tooHigh) return readHashKey(tooHigh) as FaultResult;
  const builder = new AggregateBuilder();
  return canFit && copies.every((copy) => builder.tryAdd(copy, BYTES_MAX))
    ? ok(builder.buildRecord())
    : refuseViolations([violationOf('data', lengthAtMost(BYTES_MAX))]);
}

function violationOf(path: string, constraint: string): Violation {
  return { path, value: undefined, constraint };
}

/** The digits of the highest hash key. */
const HIGHEST_DIGITS: string = /* @__PURE__ */ (() => `${HASH_KEY_MAX}`)();
