/**
 * Opens aggregated records.
 *
 * @module
 */

import { lengthOf, quote, viewBytes } from '../base/argument.ts';
import { isDecimal } from '../base/decimal.ts';
import { Bytes, toBigint } from '../base/intrinsics.ts';
import { HASH_KEY_DIGITS_MAX, HASH_KEY_MAX } from '../base/limits.ts';
import { type HashRange, readHashRange } from '../sharding/hash-key-range.ts';
import {
  ABSENT,
  copyRecord,
  DIGEST_BYTES,
  digestOf,
  hashKeyOf,
  MAGIC_BYTES,
  startsWithMagic,
} from './frame.ts';
import { type Message, readMessage } from './read-message.ts';

/** A user record, and its place in the record of the stream that carried it. */
export interface UserRecord {
  /** Undefined only for a plain record that was passed without one. */
  readonly PartitionKey: string | undefined;
  /**
   * Absent if the record has none. In an aggregate it is the text from the frame, which may have a
   * sign or leading zeros (docs/facts.md#aggregate-explicit-hash-key).
   */
  readonly ExplicitHashKey?: string | undefined;
  /** In an aggregate, a view of the aggregate's Data: a change to one changes the other. */
  readonly Data: Uint8Array;
  /**
   * 0, 1, 2 and so on within a record of the stream. Positions are ordered by the sequence number,
   * then by this number (docs/facts.md#aggregate-sub-sequence-number).
   */
  readonly subSequenceNumber: number;
}

/** What a consumer sees in a record of the stream. */
export interface Deaggregation {
  /**
   * - `aggregate`: a frame, and `records` are the records in it.
   * - `plain`: not a frame, and `records` holds the record itself.
   * - `outside`: a frame with a record whose hash key is outside the range. `records` is empty.
   */
  readonly kind: 'aggregate' | 'plain' | 'outside';
  /** The user records in order. */
  readonly records: readonly UserRecord[];
  /**
   * Set only if `kind` is `plain` and the Kinesis Client Library would lose records of the frame:
   * what is wrong with the frame.
   */
  readonly flaw?: string;
}

/** The members of a record of the stream that decide what is in it. */
export interface RecordToOpen {
  /** Required. The SDK's type allows undefined, so this one does; undefined throws. */
  readonly Data: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

/**
 * Returns the user records in a record of the stream, as the Kinesis Client Library finds them
 * (docs/facts.md#aggregate-opened).
 *
 * A record is an aggregate if it starts with the magic, has more than 20 bytes, ends with the MD5
 * of its message, and the message can be read. Any other record is plain: it is its only user
 * record. An aggregate is opened once; a frame within it stays closed
 * (docs/facts.md#aggregate-one-level).
 *
 * With a range, an aggregate is shown as a whole or not at all: if the hash key of any user record
 * is outside, so is the aggregate (docs/facts.md#aggregate-range). Pass the range of the shard that
 * the record was read from to see what a worker of the Kinesis Client Library sees: it drops an
 * aggregate that the producer has sent again to the right shard. Lambda, Firehose and a worker
 * without a shard listing check no range.
 *
 * Where the Kinesis Client Library would lose records, nothing is lost here. The frame is returned
 * as a plain record, with a `flaw` that says what is wrong with it: a user record refers to a key
 * that does not exist, its explicit hash key is not an integer from 0 to 2^128 - 1, or the frame
 * holds no records (docs/facts.md#aggregate-lost).
 *
 * No content of Data makes this throw, and the time grows linearly with its size. The Data of user
 * records in an aggregate are views, not copies: they keep the whole aggregate alive and change
 * with it. Copy Data that outlives the aggregate or is written to.
 *
 * @example
 * ```ts
 * import { unwrap } from 'shardline';
 * import { aggregateRecords, deaggregateRecord } from 'shardline/aggregation';
 *
 * const record = unwrap(
 *   aggregateRecords([
 *     { Data: Uint8Array.of(1), PartitionKey: 'a' },
 *     { Data: Uint8Array.of(2), PartitionKey: 'b' },
 *   ]),
 * );
 * const { kind, records } = deaggregateRecord(record);
 * kind; // => 'aggregate'
 * records.map(({ PartitionKey }) => PartitionKey).join(); // => 'a,b'
 * deaggregateRecord({ Data: Uint8Array.of(3), PartitionKey: 'c' }).kind; // => 'plain'
 * ```
 *
 * @param record As GetRecords returns it: Data is bytes, not base64.
 * @param range The range of the shard, for example a `Shard` of a shard map. The whole key space by
 *   default.
 * @throws {TypeError} If the record is not an object, its Data is not a Uint8Array, a key is
 *   neither a string nor absent, or the range is not an object of two bigints.
 * @throws {RangeError} If an end of the range is below 0 or above 2^128 - 1, or the range starts
 *   after its end.
 */
export function deaggregateRecord(record: RecordToOpen, range?: HashRange): Deaggregation {
  const { Data, PartitionKey, ExplicitHashKey } = copyRecord(record);
  const checked = range === undefined ? undefined : readHashRange(range, 'range');

  const opened = openFrame(Data!, checked);
  if (typeof opened === 'object') return opened;
  const records = [userRecordOf(PartitionKey, ExplicitHashKey, Data!, 0)];
  return { kind: 'plain', records, ...(opened && { flaw: opened }) };
}

/** Returns what a consumer sees of a frame, or its flaw, or undefined if it is not a frame. */
function openFrame(
  data: Uint8Array,
  range: HashRange | undefined,
): Deaggregation | string | undefined {
  const end = lengthOf(data) - DIGEST_BYTES;
  if (end <= MAGIC_BYTES || !startsWithMagic(data)) return undefined;
  const bytes = viewBytes(data, 0, end + DIGEST_BYTES);
  const isWhole = digestOf(bytes, MAGIC_BYTES, end).every((byte, i) => bytes[end + i] === byte);
  const message = isWhole ? readMessage(bytes, MAGIC_BYTES, end) : undefined;
  return message && readUserRecords(bytes, message, range);
}

/**
 * Returns the user records of a message, or its flaw. They are checked in order: the first one that
 * is outside or wrong decides.
 */
function readUserRecords(
  bytes: Uint8Array,
  { keys, hashKeys, fields }: Message,
  range: HashRange | undefined,
): Deaggregation | string {
  // A plain Uint8Array: reading its members runs no caller code.
  const { buffer, byteOffset } = bytes;
  const records: UserRecord[] = [];
  // The keys whose hash keys are known to be in the range: the index of a partition key, or the
  // bitwise complement of the index of an explicit hash key.
  const inside = new Set<number>();
  const flaw = (what: string, bound: number | string, got: number | string): string =>
    `user record ${records.length}: ${what} must be an integer from 0 and below ${bound}: got ${got}`;
  for (let i = 0; i < fields.length; i += 4) {
    const keyIndex = fields[i]!;
    const hashKeyIndex = fields[i + 1]!;
    const isExplicit = hashKeyIndex !== ABSENT;
    const PartitionKey = keys[keyIndex];
    const ExplicitHashKey = isExplicit ? hashKeys[hashKeyIndex] : undefined;
    if (PartitionKey === undefined) return flaw('index of partition key', keys.length, keyIndex);
    if (isExplicit && ExplicitHashKey === undefined) {
      return flaw('index of explicit hash key', hashKeys.length, hashKeyIndex);
    }
    const slot = isExplicit ? ~hashKeyIndex : keyIndex;
    if ((isExplicit || range !== undefined) && !inside.has(slot)) {
      const hashKey = isExplicit ? parseJavaHashKey(ExplicitHashKey!) : hashKeyOf(PartitionKey);
      if (hashKey === undefined) {
        return flaw('explicit hash key', '2^128', quote(ExplicitHashKey!));
      }
      // Both ends belong to a range (docs/facts.md#aggregate-range).
      if (range && (hashKey < range.startingHashKey || hashKey > range.endingHashKey)) {
        return { kind: 'outside', records: [] };
      }
      inside.add(slot);
    }
    const Data = new Bytes(buffer, byteOffset + fields[i + 2]!, fields[i + 3]!);
    records.push(userRecordOf(PartitionKey, ExplicitHashKey, Data, records.length));
  }
  return records.length === 0 ? 'the frame holds no records' : { kind: 'aggregate', records };
}

function userRecordOf(
  PartitionKey: string | undefined,
  ExplicitHashKey: string | undefined,
  Data: Uint8Array,
  subSequenceNumber: number,
): UserRecord {
  return ExplicitHashKey === undefined
    ? { PartitionKey, Data, subSequenceNumber }
    : { PartitionKey, ExplicitHashKey, Data, subSequenceNumber };
}

/**
 * Parses a hash key as Java does, or returns undefined for any text but an integer from 0 to
 * 2^128 - 1. Takes linear time.
 *
 * Like Java, accepts a sign and leading zeros. Java also accepts digits of other scripts; this does
 * not, because no producer writes them (docs/facts.md#aggregate-explicit-hash-key).
 */
function parseJavaHashKey(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]?0*(?=\d)/, '');
  if (!isDecimal(digits, HASH_KEY_DIGITS_MAX)) return undefined;
  const hashKey = toBigint(digits);
  return hashKey > (text[0] === '-' ? 0n : HASH_KEY_MAX) ? undefined : hashKey;
}
