/**
 * The fast path of puts: recognizes most valid requests in nanoseconds, without the service model.
 *
 * @module
 */

import { isArray, isBytes, lengthOf } from '../base/argument.ts';
import { PARTITION_KEY_CHARACTERS_MAX, REQUEST_RECORDS_MAX } from '../base/limits.ts';
import { checkExplicitHashKey } from '../hashing/hash-key.ts';
import type { PutRecordInput, PutRecordsInput, PutRecordsRequestEntry } from './aws-types.ts';
import type { RequestLimits } from './service-model.ts';

/**
 * Returns true only if a PutRecord request names this stream, by name or ARN, and
 * {@link validateRequest} finds no violation in it.
 *
 * False proves nothing: take the slow path. It is also the result for:
 * - a request with SequenceNumberForOrdering, StreamId or DryRun
 * - a request with a member that is `null`
 * - a record that {@link isPlainEntry} leaves to the slow path
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

/** Returns the same for a PutRecords request, which must name this stream by name alone. */
export function isPlainPutRecords(
  request: PutRecordsInput,
  stream: { readonly streamName: string; readonly streamArn: string },
  limits: RequestLimits,
): boolean {
  const { Records } = request;
  return (
    isArray(Records) &&
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
 * False proves nothing: take the slow path. It is also the result for:
 * - a missing key, and one of over 256 UTF-16 units
 * - a record so near the limit that the bytes of its key must be counted
 */
export function isPlainEntry(entry: PutRecordsRequestEntry, limits: RequestLimits): boolean {
  if (typeof entry !== 'object' || entry === null || isArray(entry)) return false;
  const { PartitionKey: key, Data: data, ExplicitHashKey: explicitHashKey } = entry;
  return (
    typeof key === 'string' &&
    key.length > 0 &&
    key.length <= PARTITION_KEY_CHARACTERS_MAX &&
    isBytes(data) &&
    // A UTF-16 unit takes at most three bytes of UTF-8.
    lengthOf(data) + 3 * key.length <= limits.recordBytesMax &&
    (explicitHashKey === undefined || isPlainHashKey(explicitHashKey))
  );
}

function isPlainHashKey(text: unknown): boolean {
  return typeof text === 'string' && checkExplicitHashKey(text, 'explicitHashKey') === undefined;
}
