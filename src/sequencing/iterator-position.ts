/**
 * Places in a shard where a reader may begin: what the five types of GetShardIterator stand for.
 *
 * A position is a sequence number or a time, never an index into a store: trimming old records
 * moves none, and one that names no record is as good as any other.
 *
 * @module
 */

import { assertInteger, assertObject, assertString } from '../base/argument.ts';
import { type Fault, ok, type Result, refuse } from '../base/fault.ts';
import type { Names } from '../sharding/reshard.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { compareSequenceNumbers, parseSequenceNumber } from './sequence-number.ts';

/** How GetShardIterator says where to begin. */
export type ShardIteratorType =
  | 'AFTER_SEQUENCE_NUMBER'
  | 'AT_SEQUENCE_NUMBER'
  | 'AT_TIMESTAMP'
  | 'LATEST'
  | 'TRIM_HORIZON';

/** As much of a GetShardIterator request as says where to begin: an object of the SDK goes in. */
export interface PositionRequest {
  readonly ShardIteratorType: ShardIteratorType | undefined;
  /** With `AT_SEQUENCE_NUMBER` and `AFTER_SEQUENCE_NUMBER` only. Decimal digits. */
  readonly StartingSequenceNumber?: string | undefined;
  /** With `AT_TIMESTAMP`. Not after now. */
  readonly Timestamp?: Date | undefined;
}

/** As much of a shard as decides about a position in it. */
export interface PositionShard {
  /** As the service writes it, for example `shardId-000000000007`. */
  readonly shardId: string;
  readonly startingSequenceNumber: string;
  /**
   * The number given last in the shard, whether its record is still stored or not; the
   * StartingSequenceNumber if none was given. Of a closed shard its EndingSequenceNumber will do.
   */
  readonly lastSequenceNumber: string;
}

/**
 * A place in a shard: the records at and after it are those that a reader sees. Plain JSON, for the
 * emulator to put into its opaque token. It means something in its own shard only.
 */
export type Position =
  | {
      /** Begins with this number. */
      readonly atSequenceNumber: string;
    }
  | {
      /** Begins with the next number above this one. */
      readonly afterSequenceNumber: string;
    }
  | {
      /** Begins with the first record that arrived at this time or later. Epoch milliseconds. */
      readonly atMs: number;
    };

/** As much of a stored record as tells whether a position lies before it. */
export interface PositionedRecord {
  readonly sequenceNumber: string;
  /** The ApproximateArrivalTimestamp, in epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/**
 * The position that a GetShardIterator request asks for, or the service's refusal of it.
 *
 * A sequence number must be one of this shard, of this very stream: a position that was saved from
 * a stream of the same name, deleted since, is refused. It need not be the number of a record. The
 * checks, their words and their order are production's (kinesalite tests, run on AWS 2018); that a
 * time must not be ahead too (Hazelcast's Kinesis connector quotes an answer of Jan 2021).
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
 * @param request Valid for the service model: its type is one of the five.
 * @param stream What the service's texts call the stream.
 * @param nowMs Epoch milliseconds.
 * @returns An `InvalidArgumentException`; or an `InternalFailure`, whose message is empty, for a
 *   number of version 0, which is how the service answers it.
 * @throws {TypeError} If the request, the shard or the stream is not an object, the type or the
 *   sequence number not a string, or the shard's start of no version.
 */
export function resolvePosition(
  request: PositionRequest,
  shard: PositionShard,
  stream: { readonly streamName: string; readonly accountId: string },
  nowMs: number,
): Result<Position> {
  assertObject(request, 'request');
  assertObject(shard, 'shard');
  assertObject(stream, 'stream');
  const { ShardIteratorType: type } = request;
  assertString(type, 'ShardIteratorType');
  const text = request.StartingSequenceNumber ?? undefined;
  const isNumberWanted = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (isNumberWanted !== (text !== undefined)) return refuseCombination(type, isNumberWanted);
  if (text !== undefined) {
    const fault = findFlaw(text, shard, stream);
    if (fault !== undefined) return { ok: false, fault };
    return ok(
      type === 'AT_SEQUENCE_NUMBER' ? { atSequenceNumber: text } : { afterSequenceNumber: text },
    );
  }
  switch (type) {
    case 'TRIM_HORIZON':
      return ok({ atSequenceNumber: shard.startingSequenceNumber });
    case 'LATEST':
      return ok({ afterSequenceNumber: shard.lastSequenceNumber });
    default:
      return positionAtTime(request.Timestamp ?? undefined, nowMs);
  }
}

/**
 * Whether a record is one of those that a reader at a position sees.
 *
 * What is true of a record is true of all that come after it in the shard, if their arrival times
 * do not run backwards; those of a `Stream` do not. So the first one may be found by bisection.
 *
 * @example
 * ```ts
 * import { createSequencer, isAtOrAfter } from 'shardline';
 *
 * const arrivedAtMs = 1_700_000_005_000;
 * const sequencer = createSequencer({ shardIndex: 0, shardCreatedAtMs: 1_700_000_000_000 });
 * const records = [1, 2, 3].map(() => ({
 *   sequenceNumber: sequencer.next(arrivedAtMs),
 *   arrivedAtMs,
 * }));
 * const position = { afterSequenceNumber: records[0].sequenceNumber };
 * records.map((record) => isAtOrAfter(position, record)); // => [false, true, true]
 * ```
 *
 * @throws {TypeError} If the position or the record is not an object, a sequence number not a
 *   string, or a time not a number.
 * @throws {RangeError} If a sequence number is not decimal digits, or a time not a safe integer.
 */
export function isAtOrAfter(position: Position, record: PositionedRecord): boolean {
  assertObject(position, 'position');
  assertObject(record, 'record');
  if ('atMs' in position) {
    const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
    assertInteger(position.atMs, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, 'position.atMs');
    assertInteger(record.arrivedAtMs, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, 'record.arrivedAtMs');
    return record.arrivedAtMs >= position.atMs;
  }
  return 'atSequenceNumber' in position
    ? compareSequenceNumbers(record.sequenceNumber, position.atSequenceNumber) >= 0
    : compareSequenceNumbers(record.sequenceNumber, position.afterSequenceNumber) > 0;
}

/** What the service has against a number as a position in a shard; undefined if nothing. */
function findFlaw(text: string, shard: PositionShard, stream: Names): Fault | undefined {
  assertString(text, 'StartingSequenceNumber');
  const { shardId } = shard;
  const { streamName, accountId } = stream;
  const used = `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shardId} in stream ${streamName} under account ${accountId}`;
  const result = parseSequenceNumber(text);
  if (!result.ok) return invalid(`${used} is invalid.`);
  const start = parseSequenceNumber(shard.startingSequenceNumber);
  if (!start.ok) throw new TypeError(`startingSequenceNumber: ${start.fault.message}`);
  const { version, shardIndex, shardCreatedAtMs } = result.value;
  if (shardIndex !== start.value.shardIndex) {
    return invalid(
      `Invalid StartingSequenceNumber. It encodes ${formatShardId(shardIndex)}, while it was used in a call to a shard with ${shardId}`,
    );
  }
  if (version === start.value.version && shardCreatedAtMs === start.value.shardCreatedAtMs) {
    return undefined;
  }
  return version === 0
    ? { code: 'InternalFailure', message: '', blame: 'server' }
    : invalid(`${used} is invalid because it did not come from this stream.`);
}

function positionAtTime(timestamp: Date | undefined, nowMs: number): Result<Position> {
  if (timestamp === undefined) {
    return refuse(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  const atMs = timestamp.getTime();
  if (atMs > nowMs) {
    return refuse(
      'InvalidArgumentException',
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${atMs}, currentTimestampInMillis: ${nowMs}`,
    );
  }
  return ok({ atMs });
}

/** What it says to AT_TIMESTAMP with a number is not known; these are its words for the rest. */
function refuseCombination(type: string, isNumberWanted: boolean): Result<never> {
  return refuse(
    'InvalidArgumentException',
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${isNumberWanted ? 'no' : 'also a'} StartingSequenceNumber.`,
  );
}

function invalid(message: string): Fault {
  return refuse('InvalidArgumentException', message).fault;
}
