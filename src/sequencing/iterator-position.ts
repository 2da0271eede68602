/**
 * Positions in a shard: where a reader starts, for each of the five types of GetShardIterator.
 *
 * A position is a sequence number or a time, never an index into a store. So it does not move when
 * old records are trimmed, and it need not be that of a record.
 *
 * @module
 */

import {
  assertInteger,
  assertObject,
  assertString,
  dateValueOf,
  describe,
  wrongType,
  wrongValue,
} from '../base/argument.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { assertDigits, compareDigits, parseSequenceNumber } from './sequence-number.ts';

/** The type of a GetShardIterator request: how it says where to start. */
export type ShardIteratorType =
  | 'AFTER_SEQUENCE_NUMBER'
  | 'AT_SEQUENCE_NUMBER'
  | 'AT_TIMESTAMP'
  | 'LATEST'
  | 'TRIM_HORIZON';

/** The members of a GetShardIterator request that say where to start. */
export interface IteratorRequest {
  readonly ShardIteratorType: ShardIteratorType | undefined;
  /** Only with `AT_SEQUENCE_NUMBER` and `AFTER_SEQUENCE_NUMBER`. Decimal digits. */
  readonly StartingSequenceNumber?: string | undefined;
  /** Only with `AT_TIMESTAMP`. Not later than now. */
  readonly Timestamp?: Date | undefined;
}

/** The members of a shard that a position in it depends on. */
export interface IteratorShard {
  /** As the service writes it, for example `shardId-000000000007`. */
  readonly shardId: string;
  /** The StartingSequenceNumber. Decimal digits. */
  readonly startingSequenceNumber: string;
  /**
   * The last number that was assigned in the shard, whether or not its record is still stored; the
   * StartingSequenceNumber if none was. For a closed shard, the EndingSequenceNumber may be used.
   */
  readonly lastSequenceNumber: string;
}

/**
 * A position in a shard: a reader sees the records at and after it. It is plain JSON, for an
 * emulator to put into its opaque token, and valid in its own shard only.
 */
export type IteratorPosition =
  | {
      /** The reader starts at this number. Decimal digits. */
      readonly atSequenceNumber: string;
    }
  | {
      /** The reader starts at the next number above this one. Decimal digits. */
      readonly afterSequenceNumber: string;
    }
  | {
      /**
       * The reader starts at the first record that arrived at this time or later, in epoch
       * milliseconds (docs/facts.md#iterator-timestamp-position).
       */
      readonly atMs: number;
    };

/** The members of a stored record that decide whether a reader at a position sees it. */
export interface StoredRecord {
  readonly sequenceNumber: string;
  /**
   * The ApproximateArrivalTimestamp, in epoch milliseconds
   * (docs/facts.md#arrival-time-milliseconds).
   */
  readonly arrivedAtMs: number;
}

/**
 * Returns the position that a GetShardIterator request asks for.
 *
 * A sequence number must be of this shard (docs/facts.md#iterator-other-shard) and of this stream:
 * one of a deleted stream with the same name is refused (docs/facts.md#iterator-other-stream). It
 * need not be the number of a record (docs/facts.md#iterator-any-number).
 *
 * A time must not be later than now (docs/facts.md#iterator-timestamp-future). The messages are
 * the service's.
 *
 * @example
 * ```ts
 * import { resolvePosition, startingSequenceNumber, unwrap } from 'shardline';
 *
 * const stream = { streamName: 'orders', accountId: '123456789012' };
 * const start = startingSequenceNumber(0, 1_700_000_000_000);
 * const shard = {
 *   shardId: 'shardId-000000000000',
 *   startingSequenceNumber: start,
 *   lastSequenceNumber: start,
 * };
 * const nowMs = 1_700_000_060_000;
 * const horizon = resolvePosition({ ShardIteratorType: 'TRIM_HORIZON' }, shard, stream, nowMs);
 * unwrap(horizon); // => { atSequenceNumber: start }
 *
 * const saved = startingSequenceNumber(1, 1_700_000_000_000);
 * const foreign = resolvePosition(
 *   { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: saved },
 *   shard,
 *   stream,
 *   nowMs,
 * );
 * foreign.ok ? '' : foreign.fault.message;
 * // => 'Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a shard with shardId-000000000000'
 * ```
 *
 * Each member of an argument is read once, before anything else happens.
 *
 * @param request Valid for the service model: its type is one of the five.
 * @param stream The stream's identity, for messages.
 * @param nowMs Epoch milliseconds, any safe integer. It is checked before the other arguments.
 * @returns The position, or an `InvalidArgumentException` fault. For a number of version 0 from
 *   another stream, an `InternalFailure` fault with an empty message, as from the service.
 * @throws {TypeError} If an argument or one of its members is of the wrong type.
 * @throws {RangeError} If the type is not one of the five, the Timestamp is an invalid Date, the
 *   time is not a safe integer, or a member of the shard is not a sequence number.
 */
export function resolvePosition(
  request: IteratorRequest,
  shard: IteratorShard,
  stream: StreamIdentity,
  nowMs: number,
): Result<IteratorPosition> {
  assertInteger(nowMs, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'nowMs');
  const { type, text, atMs } = readRequest(request);
  const checkedShard = readShard(shard);
  const identity = readIdentity(stream);
  const isNumberWanted = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (isNumberWanted !== (text !== undefined)) return refuseCombination(type, isNumberWanted);
  if (text !== undefined) {
    return (
      checkStartingNumber(text, checkedShard, identity) ??
      ok(type === 'AT_SEQUENCE_NUMBER' ? { atSequenceNumber: text } : { afterSequenceNumber: text })
    );
  }
  switch (type) {
    case 'TRIM_HORIZON':
      return ok({ atSequenceNumber: checkedShard.startingSequenceNumber });
    case 'LATEST':
      return ok({ afterSequenceNumber: checkedShard.lastSequenceNumber });
    default:
      return positionAtTime(atMs, nowMs);
  }
}

/** The types of a GetShardIterator request. */
const TYPES: readonly ShardIteratorType[] = [
  'AFTER_SEQUENCE_NUMBER',
  'AT_SEQUENCE_NUMBER',
  'AT_TIMESTAMP',
  'LATEST',
  'TRIM_HORIZON',
];

/** Returns the members of a request. A null one counts as absent, as in the service. */
function readRequest(request: IteratorRequest): {
  readonly type: ShardIteratorType;
  readonly text: string | undefined;
  readonly atMs: number | undefined;
} {
  assertObject(request, 'request');
  const { ShardIteratorType: type, StartingSequenceNumber, Timestamp } = request;
  assertString(type, 'ShardIteratorType');
  if (!TYPES.includes(type)) {
    throw wrongValue(`ShardIteratorType must be one of ${TYPES.join(', ')}: got ${describe(type)}`);
  }
  const text = StartingSequenceNumber ?? undefined;
  if (text !== undefined) assertString(text, 'StartingSequenceNumber');
  const atMs = Timestamp === undefined || Timestamp === null ? undefined : readDate(Timestamp);
  return { type, text, atMs };
}

function readDate(timestamp: Date): number {
  const timeMs = dateValueOf(timestamp);
  if (timeMs === undefined) {
    throw wrongType(`Timestamp must be a Date: got ${describe(timestamp)}`);
  }
  if (!Number.isNaN(timeMs)) return timeMs;
  throw wrongValue('Timestamp must be a valid Date: got an invalid one');
}

function readShard(shard: IteratorShard): IteratorShard {
  assertObject(shard, 'shard');
  const { shardId, startingSequenceNumber, lastSequenceNumber } = shard;
  assertString(shardId, 'shard.shardId');
  assertDigits(startingSequenceNumber, 'shard.startingSequenceNumber');
  assertDigits(lastSequenceNumber, 'shard.lastSequenceNumber');
  return { shardId, startingSequenceNumber, lastSequenceNumber };
}

function readIdentity(stream: StreamIdentity): StreamIdentity {
  assertObject(stream, 'stream');
  const { streamName, accountId } = stream;
  assertString(streamName, 'stream.streamName');
  assertString(accountId, 'stream.accountId');
  return { streamName, accountId };
}

/**
 * Returns whether a reader at a position sees a record.
 *
 * A reader who sees a record also sees all later ones of the shard, provided that arrival times
 * never decrease; those of a `Stream` never do. So a binary search finds the first visible record.
 *
 * @example
 * ```ts
 * import { createSequencer, isVisibleFrom } from 'shardline';
 *
 * const arrivedAtMs = 1_700_000_005_000;
 * const sequencer = createSequencer({ shardIndex: 0, shardCreatedAtMs: 1_700_000_000_000 });
 * const first = { sequenceNumber: sequencer.next(arrivedAtMs), arrivedAtMs };
 * const second = { sequenceNumber: sequencer.next(arrivedAtMs), arrivedAtMs };
 * const position = { afterSequenceNumber: first.sequenceNumber };
 * [first, second].map((record) => isVisibleFrom(record, position)); // => [false, true]
 * ```
 *
 * @throws {TypeError} If the record or the position is not an object, a sequence number is not a
 *   string, or a time is not a number.
 * @throws {RangeError} If a sequence number is not decimal digits, or a time is not a safe integer.
 */
export function isVisibleFrom(record: StoredRecord, position: IteratorPosition): boolean {
  assertObject(record, 'record');
  assertObject(position, 'position');
  if ('atMs' in position) {
    const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
    const { atMs } = position;
    const { arrivedAtMs } = record;
    assertInteger(atMs, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, 'position.atMs');
    assertInteger(arrivedAtMs, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, 'record.arrivedAtMs');
    return arrivedAtMs >= atMs;
  }
  const { sequenceNumber } = record;
  assertDigits(sequenceNumber, 'record.sequenceNumber');
  if ('atSequenceNumber' in position) {
    const { atSequenceNumber } = position;
    assertDigits(atSequenceNumber, 'position.atSequenceNumber');
    return compareDigits(sequenceNumber, atSequenceNumber) >= 0;
  }
  const { afterSequenceNumber } = position;
  assertDigits(afterSequenceNumber, 'position.afterSequenceNumber');
  return compareDigits(sequenceNumber, afterSequenceNumber) > 0;
}

/**
 * Returns the service's fault for a StartingSequenceNumber, or undefined if it is valid.
 *
 * A number is invalid if it cannot be read (docs/facts.md#iterator-unreadable), or if it is of
 * another shard (docs/facts.md#iterator-other-shard) or of another stream
 * (docs/facts.md#iterator-other-stream).
 */
function checkStartingNumber(
  text: string,
  shard: IteratorShard,
  stream: StreamIdentity,
): FaultResult | undefined {
  const { shardId } = shard;
  const { streamName, accountId } = stream;
  const used = `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shardId} in stream ${streamName} under account ${accountId}`;
  const result = parseSequenceNumber(text);
  if (!result.ok) return refuse('InvalidArgumentException', `${used} is invalid.`);
  const start = parseSequenceNumber(shard.startingSequenceNumber);
  if (!start.ok) {
    throw wrongValue(
      `shard.startingSequenceNumber must be a sequence number: ${start.fault.message}`,
    );
  }
  const { version, shardIndex, shardCreatedAtMs } = result.value;
  if (shardIndex !== start.value.shardIndex) {
    return refuse(
      'InvalidArgumentException',
      `Invalid StartingSequenceNumber. It encodes ${formatShardId(shardIndex)}, while it was used in a call to a shard with ${shardId}`,
    );
  }
  if (version === start.value.version && shardCreatedAtMs === start.value.shardCreatedAtMs) {
    return undefined;
  }
  return version === 0
    ? { ok: false, fault: { code: 'InternalFailure', message: '', blame: 'server' } }
    : refuse(
        'InvalidArgumentException',
        `${used} is invalid because it did not come from this stream.`,
      );
}

/**
 * Returns the position of AT_TIMESTAMP. The time is required
 * (docs/facts.md#iterator-timestamp-missing) and must not be in the future
 * (docs/facts.md#iterator-timestamp-future).
 */
function positionAtTime(atMs: number | undefined, nowMs: number): Result<IteratorPosition> {
  if (atMs === undefined) {
    return refuse(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  if (atMs > nowMs) {
    return refuse(
      'InvalidArgumentException',
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${atMs}, currentTimestampInMillis: ${nowMs}`,
    );
  }
  return ok({ atMs });
}

/**
 * Refuses a type without the number it needs, or with one it does not take
 * (docs/facts.md#iterator-number-wanted). The message for AT_TIMESTAMP is not known; this is the
 * one of the other types (docs/known-gaps.md#timestamp-with-number).
 */
function refuseCombination(type: string, isNumberWanted: boolean): FaultResult {
  return refuse(
    'InvalidArgumentException',
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${isNumberWanted ? 'no' : 'also a'} StartingSequenceNumber.`,
  );
}
