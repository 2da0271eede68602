/**
 * Opens aggregated records.
 *
 * @module
 */

import {
  assertBigint,
  assertObject,
  assertString,
  assertTypedArray,
  lengthOf,
  quote,
  viewBytes,
} from '../base/argument.ts';
import { HASH_KEY_DIGITS_MAX, HASH_KEY_MAX, HASH_KEY_MIN } from '../base/limits.ts';
import { uint128FromWords } from '../base/uint128.ts';
import { md5Bytes, md5Text } from '../hashing/md5.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { decodeText } from './decode-text.ts';
import {
  DIGEST_BYTES,
  MAGIC_BYTES,
  MESSAGE_TAG,
  RECORD_TAG,
  startsWithMagic,
  TAG_KEY_TAG,
} from './frame.ts';
import { MessageReader } from './message-reader.ts';

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
  assertObject(record, 'record');
  const { Data, PartitionKey, ExplicitHashKey } = record;
  assertTypedArray(Data, 'Uint8Array', 'record.Data');
  assertOptionalString(PartitionKey, 'record.PartitionKey');
  assertOptionalString(ExplicitHashKey, 'record.ExplicitHashKey');
  const checked = range === undefined ? undefined : readRange(range);

  const message = readMessage(Data);
  const opened = message === undefined ? undefined : readUserRecords(message, checked);
  if (typeof opened === 'object') return opened;
  const own: UserRecord = {
    PartitionKey: PartitionKey ?? undefined,
    ...(isPresent(ExplicitHashKey) && { ExplicitHashKey }),
    Data,
    subSequenceNumber: 0,
  };
  const plain = { kind: 'plain', records: [own] } as const;
  return opened === undefined ? plain : { ...plain, flaw: opened };
}

function isPresent<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function assertOptionalString(value: unknown, title: string): void {
  if (isPresent(value)) assertString(value, title);
}

/** Returns a checked copy of a range, each member of which is read once. */
function readRange(range: HashRange): HashRange {
  assertObject(range, 'range');
  const { startingHashKey, endingHashKey } = range;
  assertBigint(startingHashKey, HASH_KEY_MIN, HASH_KEY_MAX, 'range.startingHashKey');
  assertBigint(endingHashKey, HASH_KEY_MIN, HASH_KEY_MAX, 'range.endingHashKey');
  if (startingHashKey > endingHashKey) {
    throw new RangeError(
      `range.startingHashKey must not be above range.endingHashKey: got ${startingHashKey}n and ${endingHashKey}n`,
    );
  }
  return { startingHashKey, endingHashKey };
}

/** The content of a frame. Nothing but its wire format is checked. */
interface Message {
  readonly bytes: Uint8Array;
  readonly keys: readonly string[];
  readonly hashKeys: readonly string[];
  /**
   * Four numbers per record: index of the partition key, index of the explicit hash key, start and
   * end of the data. {@link ABSENT} in place of an index that is missing.
   */
  readonly fields: readonly number[];
}

const FIELDS_PER_RECORD = 4;
const ABSENT = -1;

/**
 * Returns the message of a frame, or undefined if the data is not a frame
 * (docs/facts.md#aggregate-opened).
 */
function readMessage(data: Uint8Array): Message | undefined {
  const length = lengthOf(data);
  if (length <= MAGIC_BYTES + DIGEST_BYTES || !startsWithMagic(data)) return undefined;
  const bytes = viewBytes(data, 0, length);
  const end = length - DIGEST_BYTES;
  if (!hasDigest(bytes, end)) return undefined;

  const reader = new MessageReader(bytes, MAGIC_BYTES, end);
  const keys: string[] = [];
  const hashKeys: string[] = [];
  const fields: number[] = [];
  while (reader.at < end) {
    const tag = reader.tag();
    if (tag === MESSAGE_TAG.partitionKey) keys.push(readText(reader));
    else if (tag === MESSAGE_TAG.explicitHashKey) hashKeys.push(readText(reader));
    else if (tag === MESSAGE_TAG.record) readRecord(reader, fields);
    else reader.skipField(tag, 0);
  }
  return reader.isMalformed ? undefined : { bytes, keys, hashKeys, fields };
}

/** Returns whether the bytes from `end` on are the MD5 of the message before them. */
function hasDigest(bytes: Uint8Array, end: number): boolean {
  const digest = new Uint32Array(4);
  md5Bytes(bytes, MAGIC_BYTES, end, digest);
  for (let i = 0; i < DIGEST_BYTES; i++) {
    if (bytes[end + i] !== ((digest[i >> 2]! >>> (24 - ((i & 3) << 3))) & 0xff)) return false;
  }
  return true;
}

function readText(reader: MessageReader): string {
  const end = reader.fieldEnd();
  const text = decodeText(reader.bytes, reader.at, end);
  reader.at = end;
  return text;
}

/** Reads one record of a message. It must have the index of a key, and data. */
function readRecord(reader: MessageReader, fields: number[]): void {
  const outerEnd = reader.end;
  reader.end = reader.fieldEnd();
  let keyIndex = ABSENT;
  let hashKeyIndex = ABSENT;
  let start = ABSENT;
  let end = ABSENT;
  // A field that is there twice has its last value.
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === RECORD_TAG.keyIndex) {
      keyIndex = reader.varint() >>> 0;
    } else if (tag === RECORD_TAG.hashKeyIndex) {
      hashKeyIndex = reader.varint() >>> 0;
    } else if (tag === RECORD_TAG.data) {
      end = reader.fieldEnd();
      start = reader.at;
      reader.at = end;
    } else if (tag === RECORD_TAG.tag) {
      readTag(reader);
    } else {
      reader.skipField(tag, 1);
    }
  }
  reader.end = outerEnd;
  if (keyIndex === ABSENT || start === ABSENT) reader.fail();
  fields.push(keyIndex, hashKeyIndex, start, end);
}

/** Reads a Tag, which no producer writes. It must have a key. */
function readTag(reader: MessageReader): void {
  const outerEnd = reader.end;
  reader.end = reader.fieldEnd();
  let hasKey = false;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === TAG_KEY_TAG) hasKey = true;
    reader.skipField(tag, 2);
  }
  reader.end = outerEnd;
  if (!hasKey) reader.fail();
}

/**
 * Returns the user records of a message, or what is wrong with it. The records are checked in
 * order: the first one that is outside or wrong decides.
 */
function readUserRecords(message: Message, range: HashRange | undefined): Deaggregation | string {
  const { bytes, keys, hashKeys, fields } = message;
  if (fields.length === 0) return 'the frame holds no records';
  const records: UserRecord[] = [];
  // For each entry of a table, 1 once its hash key has been found in the range.
  const isKeyInside = new Uint8Array(range === undefined ? 0 : keys.length);
  const isHashKeyInside = new Uint8Array(hashKeys.length);
  for (let i = 0; i < fields.length; i += FIELDS_PER_RECORD) {
    const keyIndex = fields[i]!;
    const hashKeyIndex = fields[i + 1]!;
    const start = fields[i + 2]!;
    const subSequenceNumber = records.length;
    const Data = viewBytes(bytes, start, fields[i + 3]! - start);
    const PartitionKey = keys[keyIndex];
    if (PartitionKey === undefined) {
      return `user record ${subSequenceNumber} refers to partition key ${keyIndex}, but the frame has ${keys.length} of them`;
    }
    if (hashKeyIndex === ABSENT) {
      if (range !== undefined && isKeyInside[keyIndex] === 0) {
        if (!isInside(hashOf(PartitionKey), range)) return { kind: 'outside', records: [] };
        isKeyInside[keyIndex] = 1;
      }
      records.push({ PartitionKey, Data, subSequenceNumber });
      continue;
    }
    const ExplicitHashKey = hashKeys[hashKeyIndex];
    if (ExplicitHashKey === undefined) {
      return `user record ${subSequenceNumber} refers to explicit hash key ${hashKeyIndex}, but the frame has ${hashKeys.length} of them`;
    }
    if (isHashKeyInside[hashKeyIndex] === 0) {
      const hashKey = parseInteger(ExplicitHashKey);
      if (hashKey === undefined) {
        return `user record ${subSequenceNumber} has the explicit hash key ${quote(ExplicitHashKey)}, which is not an integer from 0 to 2^128 - 1`;
      }
      if (range !== undefined && !isInside(hashKey, range)) return { kind: 'outside', records: [] };
      isHashKeyInside[hashKeyIndex] = 1;
    }
    records.push({ PartitionKey, ExplicitHashKey, Data, subSequenceNumber });
  }
  return { kind: 'aggregate', records };
}

function hashOf(partitionKey: string): bigint {
  const words = new Uint32Array(4);
  md5Text(partitionKey, words);
  return uint128FromWords(words);
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
function parseInteger(text: string): bigint | undefined {
  const hasSign = text.startsWith('+') || text.startsWith('-');
  let at = hasSign ? 1 : 0;
  if (at === text.length) return undefined;
  while (at < text.length && text.charCodeAt(at) === ZERO) at++;
  const digits = text.slice(at);
  if (digits.length > HASH_KEY_DIGITS_MAX || /[^0-9]/.test(digits)) return undefined;
  const magnitude = BigInt(digits);
  if (magnitude > HASH_KEY_MAX || (magnitude > 0n && text.startsWith('-'))) return undefined;
  return magnitude;
}

const ZERO = 0x30;
