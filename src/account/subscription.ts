/**
 * SubscribeToShard: which consumer may subscribe, and what each event of its subscription holds.
 *
 * @module
 */

import type { SubscribeToShardEvent, SubscribeToShardInput } from '../api/account-types.ts';
import { refuseDryRun } from '../api/service-errors.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import {
  EVENT_RECORDS_MAX,
  SUBSCRIPTION_LIFE_MS,
  SUBSCRIPTION_TAKEOVER_MS,
} from '../base/limits.ts';
import type { IteratorPosition } from '../sequencing/iterator-position.ts';
import { compareDigits, secondOf } from '../sequencing/sequence-number.ts';
import { type ReadableRecord, readRecords } from '../stream/query/read-records.ts';
import type { ShardIterator } from '../stream/stream.ts';
import { assertCallTime } from '../stream/stream-config.ts';
import { type AccountState, identityOf, refuseInvalid } from './account-state.ts';
import { consumerStatusOf, refuseConsumerNotFound, type StreamConsumer } from './consumers.ts';
import { type LatestPosition, type RecordReading, readShard, toAwsRecord } from './reading.ts';
import { findConsumer } from './resource.ts';

/** What an event of a subscription reads. The caller's store supplies the records. */
export interface EventReading extends Omit<RecordReading, 'toResponse'> {
  /**
   * Returns the event, and moves the subscription past its records. The last records of a closed
   * shard are followed by an event without records: it has ChildShards and no
   * ContinuationSequenceNumber (docs/known-gaps.md#subscription-end-event).
   *
   * @param records The records of the shard that were accepted before `read`, by ascending sequence
   *   number. You may leave out records before the position. From there on, the first 1,001 records
   *   are enough.
   * @throws {TypeError} If they are not an array, or a member of a record is of the wrong type.
   * @throws {RangeError} If a time or a sequence number is out of range.
   */
  toEvent(records: readonly ReadableRecord[]): SubscribeToShardEvent;
}

/** The subscription of a consumer to a shard. It has no timer: the caller decides when to read. */
export interface ShardSubscription extends ShardIterator {
  readonly streamName: string;
  /** Where the next event starts. */
  readonly position: IteratorPosition;
  /** When the subscription ends: five minutes after its start. Epoch milliseconds. */
  readonly endsAtMs: number;
  /**
   * Returns what the next event reads, or undefined once the subscription is over: at `endsAtMs`,
   * or after the event at the end of a closed shard. Call `toEvent` of one reading before you
   * read again.
   *
   * Refuses with a ResourceInUseException once another subscription has taken over, and with a
   * ResourceNotFoundException once the stream, the consumer or the shard is gone
   * (docs/known-gaps.md#subscription-end-of-consumer). The service sends such a fault as the last
   * event.
   *
   * @throws {TypeError} If the time is not a number.
   * @throws {RangeError} If the time is out of range.
   */
  read(nowMs: number): Result<EventReading> | undefined;
}

/**
 * Answers SubscribeToShard with a subscription. It takes over from an earlier subscription of the
 * same consumer to the same shard. If that one is too young, the request is refused
 * (docs/facts.md#subscription-takeover, docs/known-gaps.md#subscription-checks).
 */
export function subscribeToShard(
  state: AccountState,
  request: SubscribeToShardInput,
  nowMs: number,
): Result<ShardSubscription> {
  const invalid = refuseInvalid(state, 'SubscribeToShard', request);
  if (invalid !== undefined) return invalid;
  const found = findConsumer(state, request.ConsumerARN!, nowMs);
  if (!found.ok) return found;
  const { hosted, consumer } = found.value;
  if (consumerStatusOf(consumer, nowMs) !== 'ACTIVE') {
    return refuseConsumerNotActive(state, hosted.name, consumer);
  }
  const { Type, SequenceNumber, Timestamp } = request.StartingPosition!;
  const iterator = hosted.stream.getShardIterator(
    {
      StreamName: hosted.name,
      ShardId: request.ShardId,
      ShardIteratorType: Type,
      StartingSequenceNumber: SequenceNumber,
      Timestamp,
    },
    nowMs,
  );
  if (!iterator.ok) return iterator;
  const { shardIndex, shardId } = iterator.value;
  const earlier = consumer.subscriptions.get(shardIndex);
  if (earlier !== undefined && isYoung(earlier, nowMs)) {
    return refuseSubscribed(state, hosted.name, shardId, consumer);
  }
  if (request.DryRun === true) return refuseDryRun();
  const subscription = new Subscription(state, hosted.name, consumer, iterator.value, nowMs);
  consumer.subscriptions.set(shardIndex, subscription);
  return ok(subscription);
}

/** Returns whether a subscription is too young to be taken over. */
function isYoung({ endsAtMs }: { readonly endsAtMs: number }, nowMs: number): boolean {
  const ageMs = nowMs - (endsAtMs - SUBSCRIPTION_LIFE_MS);
  return ageMs >= 0 && ageMs < SUBSCRIPTION_TAKEOVER_MS;
}

class Subscription implements ShardSubscription {
  readonly streamName: string;
  readonly shardId: string;
  readonly shardIndex: number;
  readonly endsAtMs: number;
  readonly #state: AccountState;
  readonly #consumer: StreamConsumer;
  #position: IteratorPosition;
  #isOver = false;

  constructor(
    state: AccountState,
    streamName: string,
    consumer: StreamConsumer,
    { shardId, shardIndex, position }: ShardIterator,
    nowMs: number,
  ) {
    this.streamName = streamName;
    this.shardId = shardId;
    this.shardIndex = shardIndex;
    this.endsAtMs = nowMs + SUBSCRIPTION_LIFE_MS;
    this.#state = state;
    this.#consumer = consumer;
    this.#position = position;
  }

  get position(): IteratorPosition {
    return this.#position;
  }

  read(nowMs: number): Result<EventReading> | undefined {
    assertCallTime(nowMs);
    // Also if the clock steps back later.
    if (nowMs >= this.endsAtMs) this.#isOver = true;
    if (this.#isOver) return undefined;
    const { streamName, shardId, shardIndex } = this;
    const state = this.#state;
    const consumer = this.#consumer;
    const found = findConsumer(state, consumer.arn, nowMs);
    if (!found.ok) return found;
    // Another consumer may have the same ARN, if it was registered in the same second.
    if (found.value.consumer !== consumer) {
      return refuseConsumerNotFound(consumer.name, identityOf(state, streamName));
    }
    if (consumer.subscriptions.get(shardIndex) !== this) {
      return refuseSubscribed(state, streamName, shardId, consumer);
    }
    const shard = readShard(found.value.hosted, shardIndex, nowMs);
    if (!shard.ok) return shard;
    const { latest, trimHorizonMs, childShards } = shard.value;
    const position = this.#position;
    const toEvent = (records: readonly ReadableRecord[]): SubscribeToShardEvent => {
      const page = readRecords(records, position, {
        nowMs,
        limit: EVENT_RECORDS_MAX,
        trimHorizonMs,
        childShards,
      });
      const Records = page.records.map(toAwsRecord);
      const { millisBehindLatest: MillisBehindLatest } = page;
      const last = page.records.at(-1)?.sequenceNumber;
      if (last !== undefined) this.#position = { afterSequenceNumber: last };
      else if (page.childShards !== undefined) {
        this.#isOver = true;
        return { Records, MillisBehindLatest, ChildShards: [...page.childShards] };
      }
      const ContinuationSequenceNumber = last ?? higherOf(position, latest);
      return { Records, ContinuationSequenceNumber, MillisBehindLatest };
    };
    return ok({ streamName, shardId, shardIndex, position, trimHorizonMs, toEvent });
  }
}

/**
 * Returns the ContinuationSequenceNumber of an event without records: the higher of the sequence
 * numbers of two positions (docs/facts.md#subscription-continuation,
 * docs/known-gaps.md#continuation-number).
 */
function higherOf(position: IteratorPosition, latest: LatestPosition): string {
  const { afterSequenceNumber: last } = latest;
  if ('atMs' in position) return last;
  const number =
    'atSequenceNumber' in position ? position.atSequenceNumber : position.afterSequenceNumber;
  return compareDigits(number, last) > 0 ? number : last;
}

/** Refuses a consumer that is not ACTIVE (docs/facts.md#consumer-not-active). */
function refuseConsumerNotActive(
  { config }: AccountState,
  streamName: string,
  { name, createdAtMs }: StreamConsumer,
): FaultResult {
  return refuse(
    'ResourceInUseException',
    `Consumer ${name} with creation timestamp ${secondOf(createdAtMs)} under stream ${streamName} and account ${config.accountId} is not in ACTIVE status.`,
  );
}

/**
 * Refuses a subscription because the consumer has another one to the shard
 * (docs/facts.md#subscription-in-use).
 */
function refuseSubscribed(
  { config }: AccountState,
  streamName: string,
  shardId: string,
  { name }: StreamConsumer,
): FaultResult {
  return refuse(
    'ResourceInUseException',
    `Another active subscription exists for this consumer: ${config.accountId}:${streamName}:${shardId}:${name}`,
  );
}
