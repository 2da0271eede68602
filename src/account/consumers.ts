/**
 * The registered consumers of a stream (enhanced fan-out).
 *
 * @module
 */

import type { ConsumerDescription, ConsumerStatus } from '../api/account-types.ts';
import { type FaultResult, refuse } from '../base/fault.ts';
import { CONSUMERS_CREATING_MAX, CONSUMERS_MAX } from '../base/limits.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import type { Tags } from './tags.ts';

/** A registered consumer of a stream. Times are epoch milliseconds. */
export interface StreamConsumer {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  /** When the consumer becomes ACTIVE. Until then it is CREATING. */
  readonly activeAtMs: number;
  /** When the consumer is gone; undefined unless it is DELETING. */
  goneAtMs: number | undefined;
  tags: Tags;
  policy: string | undefined;
  /**
   * The last subscription to each shard, by shard index. Not a part of snapshots: no connection
   * survives a restart.
   */
  readonly subscriptions: Map<number, { readonly endsAtMs: number }>;
}

/**
 * Returns the ARN of a consumer. It consists of the stream's ARN, the consumer's name and the
 * second of its creation.
 */
export function formatConsumerArn(streamArn: string, name: string, createdAtMs: number): string {
  return `${streamArn}/consumer/${name}:${Math.floor(createdAtMs / 1000)}`;
}

/** Returns the status of a consumer (docs/facts.md#consumer-states). */
export function consumerStatusOf(consumer: StreamConsumer, nowMs: number): ConsumerStatus {
  if (consumer.goneAtMs !== undefined) return 'DELETING';
  return nowMs < consumer.activeAtMs ? 'CREATING' : 'ACTIVE';
}

/**
 * Refuses another consumer of a stream, or returns undefined if there is room for it
 * (docs/facts.md#consumer-limits). The messages are ours
 * (docs/known-gaps.md#unrecorded-messages).
 */
export function checkNewConsumer(
  consumers: ReadonlyMap<string, StreamConsumer>,
  name: string,
  { streamName, accountId }: StreamIdentity,
  nowMs: number,
): FaultResult | undefined {
  if (consumers.has(name)) {
    return refuse(
      'ResourceInUseException',
      `Consumer ${name} under stream ${streamName} under account ${accountId} already exists.`,
    );
  }
  const all = [...consumers.values()];
  const creating = all.filter((consumer) => consumerStatusOf(consumer, nowMs) === 'CREATING');
  if (all.length < CONSUMERS_MAX && creating.length < CONSUMERS_CREATING_MAX) return undefined;
  const [count, limit, what] =
    all.length < CONSUMERS_MAX
      ? [creating.length, CONSUMERS_CREATING_MAX, 'consumers in CREATING']
      : [all.length, CONSUMERS_MAX, 'consumers'];
  return refuse(
    'LimitExceededException',
    `Stream ${streamName} under account ${accountId} has ${count} ${what}. Limit: ${limit}.`,
  );
}

/** Returns the fault for a consumer that does not exist. The message is ours. */
export function refuseConsumerNotFound(
  name: string,
  { streamName, accountId }: StreamIdentity,
): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Consumer ${name} under stream ${streamName} under account ${accountId} not found.`,
  );
}

/** Returns a consumer as responses describe it. */
export function describeConsumer(
  consumer: StreamConsumer,
  streamArn: string,
  nowMs: number,
): ConsumerDescription {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumerStatusOf(consumer, nowMs),
    ConsumerCreationTimestamp: new Date(consumer.createdAtMs - (consumer.createdAtMs % 1000)),
    StreamARN: streamArn,
  };
}
