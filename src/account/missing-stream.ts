/**
 * Requests that no stream answers: finds the name of their stream, and the fault if it does not
 * exist.
 *
 * @module
 */

import { copyRequest } from '../api/copy-request.ts';
import { checkCombination } from '../api/member-combinations.ts';
import { getValuePrinter } from '../api/print-value.ts';
import { refuseRequestedStream } from '../api/requested-shards.ts';
import { DEFAULT_LIMITS, type OperationName } from '../api/service-model.ts';
import { readStreamName } from '../api/stream-arn.ts';
import { validateRequest } from '../api/validate-request.ts';
import type { FaultResult, Result } from '../base/fault.ts';
import { refuseViolations } from '../base/violation.ts';
import { resolveContext, type StreamConfig, type StreamContext } from '../stream/stream-config.ts';

/**
 * Validates a request and returns the name of the stream that it is for. Use it for operations that
 * a stream does not handle, such as ListStreams and GetRecords.
 *
 * @example
 * ```ts
 * import { checkRequest, unwrap } from 'shardline';
 *
 * const context = { accountId: '123456789012', region: 'us-east-1' };
 * const StreamARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';
 * unwrap(checkRequest('DeleteStream', { StreamARN }, context)); // => 'orders'
 *
 * const listing = checkRequest('ListStreams', { Limit: 0 }, context);
 * listing.ok ? '' : listing.fault.message;
 * // => "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
 * ```
 *
 * @returns The stream's name, or undefined if the request names none. A `ValidationException` fault
 *   for violations of the service model, an `InvalidArgumentException` fault for members that
 *   exclude each other, or a `ResourceNotFoundException` fault for an ARN of another account or
 *   region.
 * @throws {TypeError} If a member of the request or the context is of the wrong type, or the
 *   context has an unknown option.
 * @throws {RangeError} If a number of the request is not an integer, a Date is invalid, or a member
 *   of the context is out of range.
 */
export function checkRequest(
  operation: OperationName,
  request: object,
  context: StreamContext,
): Result<string | undefined> {
  return validateAndName(operation, copyRequest(operation, request), resolveContext(context, ''));
}

/**
 * Returns the service's fault for a request whose stream does not exist.
 *
 * For an invalid request, the fault is the same as on any stream. Otherwise it says that the stream
 * (docs/facts.md#stream-not-found) or its shard (docs/facts.md#shard-not-found) does not exist.
 *
 * @example
 * ```ts
 * import { refuseMissingStream } from 'shardline';
 *
 * const context = { accountId: '123456789012', region: 'us-east-1' };
 * const { fault } = refuseMissingStream('DescribeStream', { StreamName: 'orders' }, context);
 * fault.code; // => 'ResourceNotFoundException'
 * fault.message; // => 'Stream orders under account 123456789012 not found.'
 * ```
 *
 * @throws {TypeError} If a member of the request or the context is of the wrong type, or the
 *   request does not name a stream (ListStreams never does).
 * @throws {RangeError} If a number of the request is not an integer, a Date is invalid, or a member
 *   of the context is out of range.
 */
export function refuseMissingStream(
  operation: OperationName,
  request: object,
  context: StreamContext,
): FaultResult {
  const copy = copyRequest(operation, request);
  const config = resolveContext(context, '');
  const named = validateAndName(operation, copy, config);
  if (!named.ok) return named;
  const streamName = named.value;
  if (streamName === undefined) {
    throw new TypeError(`request must name a stream: got a ${operation} that names none`);
  }
  return refuseRequestedStream(operation, copy, { streamName, accountId: config.accountId });
}

/**
 * Does what {@link checkRequest} does, for a copy of a request.
 *
 * @param config The account and region that the request was sent to, and the style of messages.
 */
export function validateAndName(
  operation: OperationName,
  request: object,
  config: Pick<StreamConfig, 'accountId' | 'region' | 'validationMessages'>,
): Result<string | undefined> {
  const violations = validateRequest(operation, request, DEFAULT_LIMITS);
  if (violations.length > 0) {
    return refuseViolations(violations, getValuePrinter(config.validationMessages));
  }
  return checkCombination(operation, request) ?? readStreamName(request, config);
}
