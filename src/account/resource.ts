/**
 * The resource that a ResourceARN names: a stream or a registered consumer.
 *
 * @module
 */

import type { ResourceInput } from '../api/account-types.ts';
import { refuseStreamNotActive } from '../api/service-errors.ts';
import type { OperationName } from '../api/service-model.ts';
import { mapValue, ok, type Result } from '../base/fault.ts';
import {
  type AccountState,
  consumersAt,
  type HostedStream,
  identityOf,
  refuseInvalid,
  requireStream,
  streamAt,
} from './account-state.ts';
import { refuseConsumerNotFound, type StreamConsumer } from './consumers.ts';

const CONSUMER_ARN = /^(arn:aws.*:stream\/([a-zA-Z0-9_.-]+))\/consumer\/([a-zA-Z0-9_.-]+):[0-9]+$/;

/** The parts of a consumer's ARN. */
export interface ConsumerAddress {
  readonly streamArn: string;
  readonly streamName: string;
  readonly consumerName: string;
}

/** Returns the parts of a consumer's ARN, or undefined if it is not one. */
export function parseConsumerArn(arn: string): ConsumerAddress | undefined {
  const match = CONSUMER_ARN.exec(arn);
  if (match === null) return undefined;
  return { streamArn: match[1]!, streamName: match[2]!, consumerName: match[3]! };
}

/** Returns the consumer with an ARN, and its stream. */
export function findConsumer(
  state: AccountState,
  arn: string,
  nowMs: number,
): Result<{ readonly hosted: HostedStream; readonly consumer: StreamConsumer }> {
  const { consumerName = arn, streamName = '' } = parseConsumerArn(arn) ?? {};
  const hosted = streamAt(state, streamName, nowMs);
  const consumer = hosted && consumersAt(hosted, nowMs).get(consumerName);
  return consumer?.arn === arn
    ? ok({ hosted: hosted!, consumer })
    : refuseConsumerNotFound(consumerName, identityOf(state, streamName));
}

/**
 * Does what {@link requireResource} does, for a request that changes tags. The tags of a stream in
 * CREATING cannot change (docs/facts.md#tags-creating).
 */
export function requireTaggable(
  state: AccountState,
  operation: OperationName,
  request: object,
  nowMs: number,
): ReturnType<typeof requireResource> {
  const found = requireResource(state, operation, request, nowMs);
  if (!found.ok) return found;
  const { hosted, resource } = found.value;
  const status = hosted.stream.statusAt(nowMs);
  return resource === hosted && status === 'CREATING'
    ? refuseStreamNotActive(identityOf(state, hosted.name), status)
    : found;
}

/**
 * Validates a request, and returns the stream or the consumer that its ResourceARN names. If it has
 * none, returns the stream that the request names by other members.
 */
export function requireResource(
  state: AccountState,
  operation: OperationName,
  request: object,
  nowMs: number,
): Result<{ readonly hosted: HostedStream; readonly resource: HostedStream | StreamConsumer }> {
  const invalid = refuseInvalid(state, operation, request);
  if (invalid !== undefined) return invalid;
  const { ResourceARN: arn } = request as ResourceInput;
  if (arn === undefined || parseConsumerArn(arn) === undefined) {
    const found = requireStream(state, operation, request, nowMs);
    return mapValue(found, (hosted) => ({ hosted, resource: hosted }));
  }
  const found = findConsumer(state, arn, nowMs);
  return mapValue(found, ({ hosted, consumer }) => ({ hosted, resource: consumer }));
}
