/**
 * The state of an account, and how a request finds its stream in it.
 *
 * @module
 */

import { getValuePrinter } from '../api/print-value.ts';
import { refuseRequestedStream } from '../api/requested-shards.ts';
import { DEFAULT_LIMITS, type OperationName } from '../api/service-model.ts';
import { readStreamName } from '../api/stream-arn.ts';
import { validateRequest } from '../api/validate-request.ts';
import { type FaultResult, ok, type Result } from '../base/fault.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import { refuseViolations } from '../base/violation.ts';
import type { StreamMachine } from '../stream/stream-machine.ts';
import type { AccountConfig } from './account-config.ts';
import type { StreamConsumer } from './consumers.ts';
import { validateAndName } from './missing-stream.ts';
import type { Tags } from './tags.ts';

/** A stream of an account, with what the account keeps about it. */
export interface HostedStream {
  readonly name: string;
  readonly stream: StreamMachine;
  /** The registered consumers by name. */
  readonly consumers: Map<string, StreamConsumer>;
  tags: Tags;
  /** The resource policy, as it was put. */
  policy: string | undefined;
}

/** The state of an account in a region. */
export interface AccountState {
  config: AccountConfig;
  /**
   * The streams by name. Calls no longer see a stream whose deletion is over: see {@link streamAt}.
   * The first call that changes the account drops it.
   */
  readonly streams: Map<string, HostedStream>;
  /** Counts the changes of the account and of its streams. */
  revision: number;
}

/** Returns the identity of a stream of the account, for messages. */
export function identityOf({ config }: AccountState, streamName: string): StreamIdentity {
  return { streamName, accountId: config.accountId };
}

/**
 * Returns the fault for a request that breaks the service model, or undefined if it does not.
 *
 * @param request A copy made by `copyRequest`.
 */
export function refuseInvalid(
  { config }: AccountState,
  operation: OperationName,
  request: object,
): FaultResult | undefined {
  const violations = validateRequest(operation, request, DEFAULT_LIMITS);
  return violations.length === 0
    ? undefined
    : refuseViolations(violations, getValuePrinter(config.validationMessages));
}

/** Returns whether the deletion of a stream or a consumer is over. */
function isGone({ goneAtMs }: { readonly goneAtMs: number | undefined }, nowMs: number): boolean {
  return goneAtMs !== undefined && nowMs >= goneAtMs;
}

/** Returns the stream with a name at a given time, or undefined if there is none. */
export function streamAt(
  { streams }: AccountState,
  name: string,
  nowMs: number,
): HostedStream | undefined {
  const hosted = streams.get(name);
  return hosted === undefined || isGone(hosted.stream, nowMs) ? undefined : hosted;
}

/** Returns the streams at a given time. */
export function streamsAt({ streams }: AccountState, nowMs: number): HostedStream[] {
  return [...streams.values()].filter(({ stream }) => !isGone(stream, nowMs));
}

/** Returns the registered consumers of a stream at a given time, by name. */
export function consumersAt(
  { consumers }: HostedStream,
  nowMs: number,
): ReadonlyMap<string, StreamConsumer> {
  return new Map([...consumers].filter(([, consumer]) => !isGone(consumer, nowMs)));
}

/** Drops the streams and consumers whose deletion is over. */
export function dropGone(state: AccountState, nowMs: number): void {
  for (const { name, stream, consumers } of state.streams.values()) {
    if (isGone(stream, nowMs)) state.streams.delete(name);
    for (const consumer of consumers.values()) {
      if (isGone(consumer, nowMs)) consumers.delete(consumer.name);
    }
  }
}

/**
 * Returns the stream that a request names by name or ARN, or undefined if there is none. The
 * request need not be valid.
 */
export function findStream(
  state: AccountState,
  request: object,
  nowMs: number,
): HostedStream | undefined {
  const named = readStreamName(request, state.config);
  if (!named.ok || named.value === undefined) return undefined;
  return streamAt(state, named.value, nowMs);
}

/** Validates a request that names its stream, and returns the stream. */
export function requireStream(
  state: AccountState,
  operation: OperationName,
  request: object,
  nowMs: number,
): Result<HostedStream> {
  const named = validateAndName(operation, request, state.config);
  if (!named.ok) return named;
  const streamName = named.value!;
  const hosted = streamAt(state, streamName, nowMs);
  return hosted === undefined
    ? refuseRequestedStream(operation, request, identityOf(state, streamName))
    : ok(hosted);
}

/** Returns the number of on-demand streams in the account. */
export function countOnDemandStreams(state: AccountState, nowMs: number): number {
  return streamsAt(state, nowMs).filter(({ stream }) => stream.streamMode === 'ON_DEMAND').length;
}

/** Returns the number of open shards in the account: of all its streams, or of some. */
export function countOpenShards(
  state: AccountState,
  nowMs: number,
  isCounted: (hosted: HostedStream) => boolean = () => true,
): number {
  const streams = streamsAt(state, nowMs).filter(isCounted);
  return streams.reduce((sum, { stream }) => sum + stream.shardMap(nowMs).shards.length, 0);
}
