/**
 * Requests before there is a stream to ask: whose they are, and what the service says if there is
 * none.
 *
 * @module
 */

import { type FaultResult, shardNotFound, streamNotFound } from '../api/service-errors.ts';
import {
  type OperationName,
  streamNameOf,
  textOf,
  validateRequest,
} from '../api/validate-request.ts';
import type { Result } from '../base/fault.ts';
import { RECORD_KIB_DEFAULT } from '../base/limits.ts';
import { refuseViolations } from '../base/violation.ts';
import { readShardId } from '../sharding/reshard.ts';
import { type StreamContext, surroundingsOf } from './stream-config.ts';

/**
 * Holds a request against the service model and reads which stream it is for. For the operations
 * that no stream answers by itself: ListStreams, DeleteStream, GetRecords.
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
 * // => "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
 * ```
 *
 * @returns The stream's name, undefined if the request names none; a `ValidationException`; a
 *   `ResourceNotFoundException` for an ARN of another account or region.
 * @throws {TypeError} If a member of the request or the context is of the wrong type.
 * @throws {RangeError} If a number of the request is no integer, a Date invalid, or a member of the
 *   context out of range.
 */
export function checkRequest(
  operation: OperationName,
  request: object,
  context: StreamContext,
): Result<string | undefined> {
  const around = surroundingsOf(context, '');
  const limits = { recordBytesMax: RECORD_KIB_DEFAULT * 1024 };
  const violations = validateRequest(operation, request, limits);
  return violations.length > 0
    ? refuseViolations(violations, around.validationMessages)
    : streamNameOf(operation, request, around);
}

/**
 * What the service says to a request for a stream that it does not have: that the request is
 * invalid, if it is; otherwise that there is no such stream, or no such shard.
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
 *   request is for no stream at all, as a valid ListStreams is.
 * @throws {RangeError} If a number of the request is no integer, a Date invalid, or a member of the
 *   context out of range.
 */
export function refuseMissingStream(
  operation: OperationName,
  request: object,
  context: StreamContext,
): FaultResult {
  const named = checkRequest(operation, request, context);
  if (!named.ok) return named;
  const streamName = named.value;
  if (streamName === undefined) throw new TypeError(`${operation}: the request names no stream`);
  const names = { streamName, accountId: context.accountId };
  // The id of a shard is read before the stream is looked up (kinesalite tests, run on AWS 2018).
  for (const member of SHARD_ID_MEMBERS) {
    const shardId = textOf(operation, request, member);
    if (shardId === undefined) continue;
    const shardIndex = readShardId(shardId, names);
    if (!shardIndex.ok) return shardIndex;
    if (operation === 'GetShardIterator') return shardNotFound(names, shardIndex.value);
  }
  return streamNotFound(names);
}

const SHARD_ID_MEMBERS = ['ShardToSplit', 'ShardToMerge', 'AdjacentShardToMerge', 'ShardId'];
