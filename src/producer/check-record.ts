/**
 * Checks one record of a request that is still to be built, and measures it.
 *
 * @module
 */

import { AggregateBuilder } from '../aggregation/aggregate-builder.ts';
import { startsWithMagic } from '../aggregation/frame.ts';
import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import { isPlainEntry } from '../api/plain-request.ts';
import { getValuePrinter } from '../api/print-value.ts';
import type { RequestLimits } from '../api/service-model.ts';
import { validateRequest } from '../api/validate-request.ts';
import { assertObject } from '../base/argument.ts';
import type { FaultResult } from '../base/fault.ts';
import { lengthAtMost, refuseViolations } from '../base/violation.ts';
import { readHashKey } from '../hashing/hash-key.ts';

/** A placeholder: the checks of the model require a stream name. It appears in no message. */
const StreamName = 'stream';

/**
 * Returns a copy of a record. Each member is read once, and `null` becomes undefined.
 *
 * @throws {TypeError} If it is not an object.
 */
export function copyRecord(record: PutRecordsRequestEntry, title: string): PutRecordsRequestEntry {
  assertObject(record, title);
  const { PartitionKey, ExplicitHashKey, Data } = record;
  return {
    Data: Data ?? undefined,
    PartitionKey: PartitionKey ?? undefined,
    ExplicitHashKey: ExplicitHashKey ?? undefined,
  };
}

/**
 * Returns the fault of PutRecord for this record, or undefined if the service takes it when its
 * shard has room.
 *
 * @param record A copy made by {@link copyRecord}.
 * @throws {TypeError} If a member is of the wrong type.
 */
export function checkRecord(
  record: PutRecordsRequestEntry,
  limits: RequestLimits,
): FaultResult | undefined {
  if (!isPlainEntry(record, limits)) {
    const violations = validateRequest('PutRecord', { ...record, StreamName }, limits);
    if (violations.length > 0) return refuseViolations(violations, getValuePrinter('data-omitted'));
  }
  if (record.ExplicitHashKey === undefined) return undefined;
  const hashKey = readHashKey(record.ExplicitHashKey);
  return hashKey.ok ? undefined : hashKey;
}

/** Does what {@link checkRecord} does, for a record that aggregation may put into a frame. */
export function checkFramedRecord(
  record: PutRecordsRequestEntry,
  limits: RequestLimits,
): FaultResult | undefined {
  const refusal = checkRecord(record, limits);
  if (refusal !== undefined || !startsWithMagic(record.Data!)) return refusal;
  // Such data must be framed, even alone, and the frame is larger.
  const { Data, PartitionKey, ExplicitHashKey } = record;
  const keyed = { Data: Data!, PartitionKey: PartitionKey!, ExplicitHashKey };
  if (new AggregateBuilder().tryAdd(keyed, limits.recordBytesMax)) return undefined;
  const constraint = lengthAtMost(limits.recordBytesMax);
  return refuseViolations([{ path: 'data', value: Data, constraint }]);
}
