/**
 * The operations on registered consumers.
 *
 * @module
 */

import type {
  Consumer,
  ConsumerInput,
  DescribeStreamConsumerOutput,
  ListStreamConsumersInput,
  ListStreamConsumersOutput,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput,
} from '../api/account-types.ts';
import { refuseStreamNotFound } from '../api/service-errors.ts';
import { isAbsent, type OperationName } from '../api/service-model.ts';
import { mapValue, ok, type Result, refuse } from '../base/fault.ts';
import { LISTED_CONSUMERS_MAX } from '../base/limits.ts';
import { secondOf } from '../sequencing/sequence-number.ts';
import type { EmptyOutput } from '../stream/stream.ts';
import {
  type AccountState,
  consumersAt,
  type HostedStream,
  identityOf,
  refuseInvalid,
  requireStream,
} from './account-state.ts';
import {
  checkNewConsumer,
  describeConsumer,
  formatConsumerArn,
  refuseConsumerNotFound,
  type StreamConsumer,
} from './consumers.ts';
import { formatPageToken, parsePageToken } from './page-token.ts';
import { findConsumer, parseConsumerArn } from './resource.ts';
import { checkTags } from './tags.ts';

/** Answers RegisterStreamConsumer. */
export function registerStreamConsumer(
  state: AccountState,
  request: RegisterStreamConsumerInput,
  nowMs: number,
): Result<RegisterStreamConsumerOutput> {
  const found = requireStream(state, 'RegisterStreamConsumer', request, nowMs);
  if (!found.ok) return found;
  const hosted = found.value;
  const name = request.ConsumerName!;
  const tags = new Map(Object.entries(request.Tags ?? {}));
  const stream = identityOf(state, hosted.name);
  const refused =
    checkTags(tags, stream) ?? checkNewConsumer(consumersAt(hosted, nowMs), name, stream, nowMs);
  if (refused !== undefined) return refused;
  const consumer: StreamConsumer = {
    name,
    arn: formatConsumerArn(hosted.stream.arn, name, nowMs),
    createdAtMs: nowMs,
    activeAtMs: nowMs + state.config.creatingMs,
    goneAtMs: undefined,
    tags,
    policy: undefined,
    subscriptions: new Map(),
  };
  hosted.consumers.set(name, consumer);
  state.revision++;
  const { StreamARN: _, ...Consumer } = describeConsumer(consumer, hosted.stream.arn, nowMs);
  return ok({ Consumer });
}

/** Answers DescribeStreamConsumer. */
export function describeStreamConsumer(
  state: AccountState,
  request: ConsumerInput,
  nowMs: number,
): Result<DescribeStreamConsumerOutput> {
  const found = requireConsumer(state, 'DescribeStreamConsumer', request, nowMs);
  return mapValue(found, ({ hosted, consumer }) => ({
    ConsumerDescription: describeConsumer(consumer, hosted.stream.arn, nowMs),
  }));
}

/** Answers DeregisterStreamConsumer. The consumer is DELETING for a while and then gone. */
export function deregisterStreamConsumer(
  state: AccountState,
  request: ConsumerInput,
  nowMs: number,
): Result<EmptyOutput> {
  const found = requireConsumer(state, 'DeregisterStreamConsumer', request, nowMs);
  if (!found.ok) return found;
  const { hosted, consumer } = found.value;
  if (consumer.goneAtMs !== undefined) {
    return refuse(
      'ResourceInUseException',
      `Consumer ${consumer.name} under stream ${hosted.name} under account ${state.config.accountId} is in state DELETING.`,
    );
  }
  consumer.goneAtMs = nowMs + state.config.deletingMs;
  state.revision++;
  return ok({});
}

/** Answers ListStreamConsumers, by ascending name. */
export function listStreamConsumers(
  state: AccountState,
  request: ListStreamConsumersInput,
  nowMs: number,
): Result<ListStreamConsumersOutput> {
  const found = requireStream(state, 'ListStreamConsumers', request, nowMs);
  if (!found.ok) return found;
  const hosted = found.value;
  const { NextToken, StreamCreationTimestamp, MaxResults } = request;
  let after = '';
  if (!isAbsent(NextToken)) {
    if (!isAbsent(StreamCreationTimestamp)) {
      // See docs/facts.md#list-token-alone. The text is that of ListShards.
      return refuse(
        'InvalidArgumentException',
        'NextToken and StreamCreationTimestamp cannot be provided together.',
      );
    }
    const token = parsePageToken(NextToken!, scopeOf(hosted), nowMs);
    if (!token.ok) return token;
    after = token.value;
  } else if (!isAbsent(StreamCreationTimestamp)) {
    const second = secondOf(StreamCreationTimestamp!.getTime());
    if (second !== secondOf(hosted.stream.createdAtMs)) {
      return refuseStreamNotFound(identityOf(state, hosted.name));
    }
  }
  const all = [...consumersAt(hosted, nowMs).values()]
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = all.slice(0, Math.min(MaxResults ?? LISTED_CONSUMERS_MAX, LISTED_CONSUMERS_MAX));
  const Consumers = page.map((consumer): Consumer => {
    const { StreamARN: _, ...described } = describeConsumer(consumer, hosted.stream.arn, nowMs);
    return described;
  });
  const last = page.at(-1);
  return ok(
    page.length < all.length && last !== undefined
      ? { Consumers, NextToken: formatPageToken(last.name, scopeOf(hosted), nowMs) }
      : { Consumers },
  );
}

/** Finds the consumer that a request names: by its ARN, or by its stream's ARN and its name. */
function requireConsumer(
  state: AccountState,
  operation: OperationName,
  request: ConsumerInput,
  nowMs: number,
): Result<{ readonly hosted: HostedStream; readonly consumer: StreamConsumer }> {
  const invalid = refuseInvalid(state, operation, request);
  if (invalid !== undefined) return invalid;
  const { ConsumerARN, ConsumerName, StreamARN } = request;
  if (!isAbsent(ConsumerARN)) {
    const address = parseConsumerArn(ConsumerARN!);
    const isConflict =
      (!isAbsent(ConsumerName) && ConsumerName !== address?.consumerName) ||
      (!isAbsent(StreamARN) && StreamARN !== address?.streamArn);
    // The message is ours (docs/known-gaps.md#unrecorded-messages).
    return isConflict
      ? refuse(
          'InvalidArgumentException',
          'ConsumerARN, ConsumerName and StreamARN do not name the same consumer.',
        )
      : findConsumer(state, ConsumerARN!, nowMs);
  }
  if (isAbsent(ConsumerName) || isAbsent(StreamARN)) {
    return refuse(
      'InvalidArgumentException',
      'Either ConsumerARN, or both StreamARN and ConsumerName should be provided.',
    );
  }
  const found = requireStream(state, operation, request, nowMs);
  if (!found.ok) return found;
  const hosted = found.value;
  const consumer = consumersAt(hosted, nowMs).get(ConsumerName!);
  return consumer === undefined
    ? refuseConsumerNotFound(ConsumerName!, identityOf(state, hosted.name))
    : ok({ hosted, consumer });
}

/** Returns the scope of the tokens of a stream's ListStreamConsumers. */
function scopeOf({ stream }: HostedStream): string {
  return `ListStreamConsumers:${stream.arn}:${stream.createdAtMs}`;
}
