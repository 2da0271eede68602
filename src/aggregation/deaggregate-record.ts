/**
 * Opens aggregated records.
 *
 * @module
 */

import {
  assertBigint,
  assertObject,
  assertTypedArray,
  lengthOf,
  quote,
  viewBytes,
} from '../base/argument.ts';
import { isDecimal } from '../base/decimal.ts';
import { toBigint } from '../base/intrinsics.ts';
import { HASH_KEY_DIGITS_MAX, HASH_KEY_MAX, HASH_KEY_MIN } from '../base/limits.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { decodeText } from './decode-text.ts';
import {
  ABSENT,
  copyRecord,
  DATA_TAG,
  DIGEST_BYTES,
  digestByte,
  digestOf,
  EXPLICIT_HASH_KEY_TAG,
  HASH_KEY_INDEX_TAG,
  hashKeyOf,
  KEY_INDEX_TAG,
  MAGIC_BYTES,
  PARTITION_KEY_TAG,
  RECORD_TAG,
  startsWithMagic,
  TAG_KEY_TAG,
  TAG_TAG,
} from './frame.ts';
import { MALFORMED, MessageReader } from './message-reader.ts';

/** A record as a producer's user wrote it, and its place in the record that carried it. */
export interface UserRecord {
  /** Undefined only for a plain record that was given without it. */
  readonly PartitionKey: string | undefined;
  /**
   * Absent if the record has none. In an aggregate it is the text of the frame, which may have a
   * sign or leading zeros (docs/facts.md#aggregate-explicit-hash-key).
   */
  readonly ExplicitHashKey?: string | undefined;
  /** In an aggregate, a view of the Data that was opened: a change to one changes the other. */
  readonly Data: Uint8Array;
  /**
   * 0, 1, 2 and so on within a record of the stream. Positions are ordered by the sequence number,
   * then by this number (docs/facts.md#aggregate-sub-sequence-number).
   */
  readonly subSequenceNumber: number;
}

/** What a consumer sees of a record of the stream. */
export interface Deaggregation {
  /**
   * - `aggregate`: a frame, and `records` are the records in it.
   * - `plain`: not a frame, and `records` holds the record itself.
   * - `outside`: a frame with a record of which the hash key is not in the range. `records` is
   *   empty.
   */
  readonly kind: 'aggregate' | 'plain' | 'outside';
  /** The user records in order. */
  readonly records: readonly UserRecord[];
  /**
   * Only if `kind` is `plain`: what is wrong with a frame that the Kinesis Client Library would
   * lose, in part or whole.
   */
  readonly flaw?: string;
}

/** The members of a record of the stream that decide what is in it. */
export interface RecordToOpen {
  readonly Data: Uint8Array;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

/**
 * Returns the user records in a record of the stream, by the rule of the Kinesis Client Library
 * (docs/facts.md#aggregate-opened).
 *
 * A record is an aggregate if it starts with the magic, has more than 20 bytes, ends with the MD5
 * of its message, and the message can be read. Any other record is plain: it is its only user
 * record. An aggregate is opened once; a frame within it stays closed
 * (docs/facts.md#aggregate-one-level).
 *
 * With a range, an aggregate is shown whole or not at all: if the hash key of any user record is
 * outside, so is the aggregate (docs/facts.md#aggregate-range). Pass the range of the shard that
 * the record was read from, to see what a worker of the Kinesis Client Library sees: it drops what
 * a producer has sent again to the right shard. Lambda, Firehose and a worker without a shard
 * listing check no range.
 *
 * Where the Kinesis Client Library would lose records, nothing is lost here. The frame is returned
 * as a plain record, with a `flaw` that says what is wrong with it: a user record refers to a key
 * that is not there, its explicit hash key is not an integer from 0 to 2^128 - 1, or the frame
 * holds no records (docs/facts.md#aggregate-lost).
 *
 * No data makes this throw, and the time it takes grows linearly with the size of the data. The
 * Data of user records in an aggregate are views, not copies: they keep the whole aggregate alive,
 * and change with it. Copy what outlives the aggregate or is written to.
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
  assertTypedArray(Data, 'Uint8Array', 'record.Data');
  const checked = range === undefined ? undefined : copyRange(range);

  const opened = openFrame(Data!, checked);
  if (typeof opened === 'object') return opened;
  const own: UserRecord = {
    PartitionKey,
    ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
    Data: Data!,
    subSequenceNumber: 0,
  };
  const plain = { kind: 'plain', records: [own] } as const;
  return opened === undefined ? plain : { ...plain, flaw: opened };
}

/** Returns a checked copy of a range, each member of which is read once. */
function copyRange(range: HashRange): HashRange {
  assertObject(range, 'range');
  const { startingHashKey, endingHashKey } = range;
  assertBigint(endingHashKey, HASH_KEY_MIN, HASH_KEY_MAX, 'range.endingHashKey');
  assertBigint(startingHashKey, HASH_KEY_MIN, endingHashKey, 'range.startingHashKey');
  return { startingHashKey, endingHashKey };
}

/** Returns what a consumer sees of a frame, or its flaw, or undefined if it is not a frame. */
function openFrame(
  data: Uint8Array,
  range: HashRange | undefined,
): Deaggregation | string | undefined {
  const end = lengthOf(data) - DIGEST_BYTES;
  if (end <= MAGIC_BYTES || !startsWithMagic(data)) return undefined;
  const bytes = viewBytes(data, 0, end + DIGEST_BYTES);
  const digest = digestOf(bytes, MAGIC_BYTES, end);
  for (let i = 0; i < DIGEST_BYTES; i++) {
    if (bytes[end + i] !== digestByte(digest, i)) return undefined;
  }
  try {
    return readUserRecords(readMessage(new MessageReader(bytes, MAGIC_BYTES, end)), range);
  } catch (error) {
    if (error === MALFORMED) return undefined;
    throw error;
  }
}

/** The content of a frame. Only its wire format is checked. */
interface Message {
  readonly bytes: Uint8Array;
  readonly keys: readonly string[];
  readonly hashKeys: readonly string[];
  /**
   * Four numbers per record: the index of its partition key, the index of its explicit hash key or
   * {@link ABSENT}, and the start and the length of its data.
   */
  readonly fields: readonly number[];
}

function readMessage(reader: MessageReader): Message {
  const { bytes } = reader;
  const keys: string[] = [];
  const hashKeys: string[] = [];
  const fields: number[] = [];
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === RECORD_TAG) {
      readRecord(reader, fields);
    } else if (tag === PARTITION_KEY_TAG || tag === EXPLICIT_HASH_KEY_TAG) {
      const start = reader.take(reader.varint());
      const text = decodeText(bytes, start, reader.at);
      (tag === PARTITION_KEY_TAG ? keys : hashKeys).push(text);
    } else {
      reader.skipField(tag, 0);
    }
  }
  return { bytes, keys, hashKeys, fields };
}

/**
 * Reads a record of a message. It must have the index of a key, and data. If a field is there more
 * than once, its last value counts.
 */
function readRecord(reader: MessageReader, fields: number[]): void {
  const outerEnd = reader.enter();
  let keyIndex = ABSENT;
  let hashKeyIndex = ABSENT;
  let start = ABSENT;
  let length = 0;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === KEY_INDEX_TAG) {
      keyIndex = reader.varint();
    } else if (tag === HASH_KEY_INDEX_TAG) {
      hashKeyIndex = reader.varint();
    } else if (tag === DATA_TAG) {
      length = reader.varint();
      start = reader.take(length);
    } else if (tag === TAG_TAG) {
      readTag(reader);
    } else {
      reader.skipField(tag, 1);
    }
  }
  reader.end = outerEnd;
  if (keyIndex === ABSENT || start === ABSENT) throw MALFORMED;
  fields.push(keyIndex, hashKeyIndex, start, length);
}

/** Reads a Tag, which no producer writes. It must have a key. */
function readTag(reader: MessageReader): void {
  const outerEnd = reader.enter();
  let hasKey = false;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === TAG_KEY_TAG) hasKey = true;
    reader.skipField(tag, 2);
  }
  reader.end = outerEnd;
  if (!hasKey) throw MALFORMED;
}

/**
 * Returns the user records of a message, or what is wrong with it. They are checked in order: the
 * first one that is outside or wrong decides.
 */
function readUserRecords(message: Message, range: HashRange | undefined): Deaggregation | string {
  const { bytes, keys, hashKeys, fields } = message;
  const records: UserRecord[] = [];
  // The hash keys that are known to be in the range: twice the index of a partition key, or one
  // more than twice that of an explicit hash key.
  const inside = new Set<number>();
  const flaw = (what: string, bound: number | string, got: number | string): string =>
    `user record ${records.length}: ${what} must be an integer from 0 and below ${bound}: got ${got}`;
  for (let i = 0; i < fields.length; i += 4) {
    const keyIndex = fields[i]!;
    const hashKeyIndex = fields[i + 1]!;
    const subSequenceNumber = records.length;
    const isExplicit = hashKeyIndex !== ABSENT;
    const PartitionKey = keys[keyIndex];
    const ExplicitHashKey = isExplicit ? hashKeys[hashKeyIndex] : undefined;
    if (PartitionKey === undefined) return flaw('index of partition key', keys.length, keyIndex);
    if (isExplicit && ExplicitHashKey === undefined) {
      return flaw('index of explicit hash key', hashKeys.length, hashKeyIndex);
    }
    const slot = isExplicit ? 2 * hashKeyIndex + 1 : 2 * keyIndex;
    if ((isExplicit || range !== undefined) && !inside.has(slot)) {
      const hashKey = isExplicit ? parseHashKey(ExplicitHashKey!) : hashKeyOf(PartitionKey);
      if (hashKey === undefined) {
        return flaw('explicit hash key', '2^128', quote(ExplicitHashKey!));
      }
      if (range !== undefined && !isInside(hashKey, range)) return { kind: 'outside', records: [] };
      inside.add(slot);
    }
    const Data = viewBytes(bytes, fields[i + 2]!, fields[i + 3]!);
    records.push(
      isExplicit
        ? { PartitionKey, ExplicitHashKey, Data, subSequenceNumber }
        : { PartitionKey, Data, subSequenceNumber },
    );
  }
  return records.length === 0 ? 'the frame holds no records' : { kind: 'aggregate', records };
}

/** Both ends belong to a range (docs/facts.md#aggregate-range). */
function isInside(hashKey: bigint, { startingHashKey, endingHashKey }: HashRange): boolean {
  return hashKey >= startingHashKey && hashKey <= endingHashKey;
}

/**
 * Returns an integer from 0 to 2^128 - 1, or undefined. It takes linear time.
 *
 * A sign and leading zeros are read, as in Java. Digits of other scripts, which Java reads too, are
 * not: no producer writes them (docs/facts.md#aggregate-explicit-hash-key).
 */
function parseHashKey(text: string): bigint | undefined {
  let at = text[0] === '+' || text[0] === '-' ? 1 : 0;
  while (text[at] === '0' && at + 1 < text.length) at++;
  const digits = text.slice(at);
  if (!isDecimal(digits, HASH_KEY_DIGITS_MAX)) return undefined;
  const hashKey = toBigint(digits);
  return hashKey > (text[0] === '-' ? 0n : HASH_KEY_MAX) ? undefined : hashKey;
}
