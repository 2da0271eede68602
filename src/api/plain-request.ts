/**
 * The fast path of the puts: recognizes a valid request in nanoseconds, without the service model.
 *
 * @module
 */

import { isBytes } from '../base/argument.ts';
import { PARTITION_KEY_CHARACTERS_MAX, REQUEST_RECORDS_MAX } from '../base/limits.ts';
import { checkExplicitHashKey } from '../hashing/hash-key.ts';
import type { PutRecordInput, PutRecordsInput, PutRecordsRequestEntry } from './aws-types.ts';
import type { RequestLimits } from './service-model.ts';

/**
 * Returns true only if {@link validateRequest} finds no violation in a PutRecord, and it names this
 * stream by name or ARN.
 *
 * False proves nothing: take the slow path. It is also the answer to SequenceNumberForOrdering,
 * StreamId, DryRun, members that are `null`, and whatever {@link isPlainEntry} leaves to that path.
 */
export function isPlainPutRecord(
  request: PutRecordInput,
  stream: { readonly streamName: string; readonly streamArn: string },
  limits: RequestLimits,
): boolean {
  const { StreamName, StreamARN } = request;
  return (
    isPlainEntry(request, limits) &&
    (StreamName === stream.streamName
      ? StreamARN === undefined || StreamARN === stream.streamArn
      : StreamName === undefined && StreamARN === stream.streamArn) &&
    request.SequenceNumberForOrdering === undefined &&
    request.StreamId === undefined &&
    request.DryRun === undefined
  );
}

/** Does the same for a PutRecords that names this stream by name. */
export function isPlainPutRecords(
  request: PutRecordsInput,
  stream: { readonly streamName: string; readonly streamArn: string },
  limits: RequestLimits,
): boolean {
  const { Records } = request;
  return (
    Array.isArray(Records) &&
    Records.length > 0 &&
    Records.length <= REQUEST_RECORDS_MAX &&
    request.StreamName === stream.streamName &&
    request.StreamARN === undefined &&
    request.StreamId === undefined &&
    request.DryRun === undefined &&
    Records.every((entry) => isPlainEntry(entry, limits))
  );
}

/**
 * Returns true only if {@link validateRequest} finds no violation in a record.
 *
 * False proves nothing: take the slow path. It is also the answer to keys of over 256 UTF-16 units,
 * to a missing key, and to a record so near the limit that the bytes of its key must be counted.
 */
export function isPlainEntry(entry: PutRecordsRequestEntry, limits: RequestLimits): boolean {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return false;
  const { PartitionKey: key, Data: data, ExplicitHashKey: explicitHashKey } = entry;
  return (
    typeof key === 'string' &&
    key.length > 0 &&
    key.length <= PARTITION_KEY_CHARACTERS_MAX &&
    isBytes(data) &&
    // A UTF-16 unit takes at most three bytes of UTF-8.
    data.length + 3 * key.length <= limits.recordBytesMax &&
    (explicitHashKey === undefined || isPlainHashKey(explicitHashKey))
  );
}

function isPlainHashKey(text: unknown): boolean {
  return typeof text === 'string' && checkExplicitHashKey(text, 'explicitHashKey') === undefined;
}
