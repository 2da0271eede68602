/**
 * Reads and checks the two members of a record that decide its shard.
 *
 * @module
 */

import { assertObject, assertString, isArray } from '../base/argument.ts';
import type { FaultResult } from '../base/fault.ts';
import { refuseViolations } from '../base/violation.ts';
import { checkExplicitHashKey, checkPartitionKey, readHashKey } from '../hashing/hash-key.ts';

/** The members of a record that decide its shard, as in an entry of an SDK PutRecords request. */
export interface RecordKeys {
  readonly PartitionKey?: string | undefined;
  /**
   * Overrides the hash of the partition key (docs/facts.md#explicit-hash-key-overrides). Decimal
   * digits, from 0 to 2^128 - 1.
   */
  readonly ExplicitHashKey?: string | undefined;
}

/**
 * Returns the key that decides the shard of a record: its explicit hash key as a bigint, otherwise
 * its partition key, not yet hashed. Each member is read once.
 *
 * @param index The record's index in a list `records`, for messages; undefined for a single record.
 * @returns The key, or the service's fault for an invalid one.
 * @throws {TypeError} If the record is not an object, or a member is neither a string nor absent.
 */
export function readRecordKeys(record: RecordKeys, index?: number): bigint | string | FaultResult {
  assertRecord(record, index);
  const { PartitionKey, ExplicitHashKey } = record;
  const partitionKey = readRecordText(PartitionKey, 'PartitionKey', index);
  const explicitHashKey = readRecordText(ExplicitHashKey, 'ExplicitHashKey', index);
  const keyViolation = checkPartitionKey(partitionKey, 'partitionKey');
  const hashKeyViolation =
    explicitHashKey === undefined
      ? undefined
      : checkExplicitHashKey(explicitHashKey, 'explicitHashKey');
  if (keyViolation !== undefined || hashKeyViolation !== undefined) {
    return refuseViolations([keyViolation, hashKeyViolation].filter((one) => one !== undefined));
  }
  if (explicitHashKey === undefined) return partitionKey!;
  const hashKey = readHashKey(explicitHashKey);
  return hashKey.ok ? hashKey.value : hashKey;
}

/**
 * @param index As in {@link readRecordKeys}.
 * @throws {TypeError} If the record is not an object.
 */
export function assertRecord(record: unknown, index?: number): void {
  // The title is built only for a wrong record, because building it costs more than all checks.
  if (typeof record !== 'object' || record === null || isArray(record)) {
    assertObject(record, titleRecord(index));
  }
}

/**
 * Returns a key of a record. `null` counts as absent (docs/facts.md#request-null-absent).
 *
 * @param index As in {@link readRecordKeys}.
 * @throws {TypeError} If it is neither a string nor absent.
 */
export function readRecordText(value: unknown, name: string, index?: number): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  assertString(value, `${titleRecord(index)}.${name}`);
  return value;
}

/** Returns the name of a record in messages. */
export function titleRecord(index: number | undefined): string {
  return index === undefined ? 'record' : `records[${index}]`;
}
