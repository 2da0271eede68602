/**
 * Collects records into one aggregated record. Its size is exact at every step.
 *
 * @module
 */

import { lengthOf } from '../base/argument.ts';
import { utf8Length, writeUtf8 } from '../base/utf8.ts';
import { formatHashKey, hashPartitionKey } from '../hashing/hash-key.ts';
import { md5Bytes } from '../hashing/md5.ts';
import {
  DIGEST_BYTES,
  MAGIC,
  MAGIC_BYTES,
  MESSAGE_TAG,
  RECORD_TAG,
  startsWithMagic,
} from './frame.ts';

/** A record as PutRecord and PutRecords take it, with its data and its key. */
export interface KeyedRecord {
  /** The payload, before base64. */
  readonly Data: Uint8Array;
  /** 1 to 256 characters. */
  readonly PartitionKey: string;
  /** Overrides the hash of the partition key. Decimal digits, from 0 to 2^128 - 1. */
  readonly ExplicitHashKey?: string | undefined;
}

/** The partition key that carries records of several keys (docs/facts.md#aggregate-carrier-kpl). */
const SHARED_PARTITION_KEY = 'a';

/** In place of an index: the record has no explicit hash key. */
const ABSENT = -1;

/** What is known about a record once it is in a frame. */
interface AddedRecord {
  readonly data: Uint8Array;
  readonly dataBytes: number;
  /** The size of its message, without tag and length. */
  readonly messageBytes: number;
  readonly keyIndex: number;
  /** {@link ABSENT} without an explicit hash key. */
  readonly hashKeyIndex: number;
}

/**
 * Add records with {@link AggregateBuilder.tryAdd}, then call {@link AggregateBuilder.build}.
 *
 * The message of a frame has no length of its own, so what a record adds to its size depends only
 * on this record and on the two tables of keys (docs/facts.md#aggregate-size). Adding a record
 * takes constant time.
 */
export class AggregateBuilder {
  /** Partition keys and explicit hash keys, in order of first use, with their indexes. */
  readonly #keys = new KeyTable();
  readonly #hashKeys = new KeyTable();
  readonly #records: AddedRecord[] = [];
  #first: KeyedRecord | undefined;
  /** The size of the frame that holds all records. */
  #frameBytes: number = MAGIC_BYTES + DIGEST_BYTES;
  #bytes = 0;

  /** The number of records. */
  get count(): number {
    return this.#records.length;
  }

  /**
   * The size of the record that {@link build} returns, as all limits count it: Data and
   * PartitionKey (docs/facts.md#record-size-counts). 0 without records.
   */
  get bytes(): number {
    return this.#bytes;
  }

  /** The explicit hash keys of all records, without duplicates. */
  get explicitHashKeys(): Iterable<string> {
    return this.#hashKeys.indexes.keys();
  }

  /**
   * Adds a record, unless this would make {@link bytes} exceed `bytesMax`.
   *
   * @param record Valid, and made of plain members: reading it runs no caller code.
   * @returns False if the record was not added. Nothing has changed then.
   */
  tryAdd(record: KeyedRecord, bytesMax: number): boolean {
    const { Data: data, PartitionKey: key, ExplicitHashKey: hashKey } = record;
    const keys = this.#keys;
    const hashKeys = this.#hashKeys;
    const dataBytes = lengthOf(data);
    const keyIndex = keys.indexOf(key);
    const hashKeyIndex = hashKey === undefined ? ABSENT : hashKeys.indexOf(hashKey);
    const isNewKey = keyIndex === keys.size;
    const isNewHashKey = hashKeyIndex === hashKeys.size;
    const keyBytes = isNewKey ? utf8Length(key) : 0;

    let messageBytes = 1 + varintBytes(keyIndex) + fieldBytes(dataBytes);
    if (hashKeyIndex !== ABSENT) messageBytes += 1 + varintBytes(hashKeyIndex);
    let frameBytes = this.#frameBytes + fieldBytes(messageBytes);
    if (isNewKey) frameBytes += fieldBytes(keyBytes);
    if (isNewHashKey) frameBytes += fieldBytes(hashKey!.length);

    const isAlone = this.#first === undefined && !startsWithMagic(data);
    const isOneKey = keys.size + (isNewKey ? 1 : 0) === 1;
    const carrierKeyBytes = isOneKey ? (keys.bytes[0] ?? keyBytes) : SHARED_PARTITION_KEY.length;
    const bytes = (isAlone ? dataBytes : frameBytes) + carrierKeyBytes;
    if (bytes > bytesMax) return false;

    if (isNewKey) keys.add(key, keyBytes);
    if (isNewHashKey) hashKeys.add(hashKey!, hashKey!.length);
    this.#records.push({ data, dataBytes, messageBytes, keyIndex, hashKeyIndex });
    this.#first ??= record;
    this.#frameBytes = frameBytes;
    this.#bytes = bytes;
    return true;
  }

  /**
   * Returns the record that carries all records. There must be at least one.
   *
   * A single record is returned as it is, unless its Data starts with the magic. Such data must be
   * framed: otherwise a consumer might open it (docs/facts.md#aggregate-single).
   */
  build(): KeyedRecord {
    const { Data, PartitionKey, ExplicitHashKey } = this.#first!;
    const isOneKey = this.#keys.size === 1;
    const isHashed = !isOneKey || this.#hashKeys.size > 0;
    const isAlone = this.#records.length === 1 && !startsWithMagic(Data);
    const carrier = {
      Data: isAlone ? Data : this.encode(),
      PartitionKey: isOneKey ? PartitionKey : SHARED_PARTITION_KEY,
    };
    if (!isHashed) return carrier;
    return {
      ...carrier,
      ExplicitHashKey: ExplicitHashKey ?? formatHashKey(hashPartitionKey(PartitionKey)),
    };
  }

  /**
   * Returns the frame that holds all records, in its canonical form: tables first, no duplicates,
   * indexes and data always written, an explicit hash key exactly where a record has one
   * (docs/facts.md#aggregate-canonical).
   */
  encode(): Uint8Array {
    const out = new Uint8Array(this.#frameBytes);
    out.set(MAGIC);
    let at = writeTable(out, MAGIC_BYTES, MESSAGE_TAG.partitionKey, this.#keys);
    at = writeTable(out, at, MESSAGE_TAG.explicitHashKey, this.#hashKeys);
    for (const { data, dataBytes, messageBytes, keyIndex, hashKeyIndex } of this.#records) {
      at = writeNumber(out, at, MESSAGE_TAG.record, messageBytes);
      at = writeNumber(out, at, RECORD_TAG.keyIndex, keyIndex);
      if (hashKeyIndex !== ABSENT) at = writeNumber(out, at, RECORD_TAG.hashKeyIndex, hashKeyIndex);
      at = writeNumber(out, at, RECORD_TAG.data, dataBytes);
      out.set(data, at);
      at += dataBytes;
    }
    const digest = new Uint32Array(4);
    md5Bytes(out, MAGIC_BYTES, at, digest);
    for (let i = 0; i < DIGEST_BYTES; i++) out[at + i] = digest[i >> 2]! >>> (24 - ((i & 3) << 3));
    return out;
  }
}

/** Strings without duplicates, in the order in which they were added. */
class KeyTable {
  readonly indexes: Map<string, number> = new Map();
  /** For each string, the number of its UTF-8 bytes. */
  readonly bytes: number[] = [];

  get size(): number {
    return this.bytes.length;
  }

  /** Returns the index of a string, which is the size of the table if it is not in it yet. */
  indexOf(key: string): number {
    return this.indexes.get(key) ?? this.bytes.length;
  }

  add(key: string, bytes: number): void {
    this.indexes.set(key, this.bytes.length);
    this.bytes.push(bytes);
  }
}

/** Returns the size of an integer as a varint (docs/facts.md#aggregate-message). */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest !== 0; rest >>>= 7) bytes++;
  return bytes;
}

/** Returns the size of a length-delimited field: its tag, its length and its content. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** Writes a tag of one byte and an integer. Returns where they end. */
function writeNumber(out: Uint8Array, start: number, tag: number, value: number): number {
  let at = start;
  out[at++] = tag;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) out[at++] = rest | 0x80;
  out[at++] = rest;
  return at;
}

/** Writes the strings of a table as fields. Returns where they end. */
function writeTable(out: Uint8Array, start: number, tag: number, table: KeyTable): number {
  let at = start;
  for (const [key, index] of table.indexes) {
    const bytes = table.bytes[index]!;
    at = writeNumber(out, at, tag, bytes);
    writeUtf8(key, out, at);
    at += bytes;
  }
  return at;
}
