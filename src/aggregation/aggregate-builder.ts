/**
 * Collects records into one aggregated record, whose exact size is known at every step.
 *
 * @module
 */

import { lengthOf } from '../base/argument.ts';
import { Bytes } from '../base/intrinsics.ts';
import { utf8Length, writeUtf8 } from '../base/utf8.ts';
import {
  ABSENT,
  DATA_TAG,
  DIGEST_BYTES,
  digestOf,
  EXPLICIT_HASH_KEY_TAG,
  HASH_KEY_INDEX_TAG,
  hashKeyOf,
  KEY_INDEX_TAG,
  MAGIC,
  MAGIC_BYTES,
  PARTITION_KEY_TAG,
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

/**
 * A record in a frame. `hashKeyIndex` is {@link ABSENT} if it has no explicit hash key.
 * `messageBytes` is the size of its message, without tag and length.
 */
type AddedRecord = readonly [
  data: Uint8Array,
  dataBytes: number,
  keyIndex: number,
  hashKeyIndex: number,
  messageBytes: number,
];

/** Distinct strings and their indexes, in the order in which they were added. */
type Table = Map<string, number>;

/**
 * Builds an aggregated record. Add records with {@link AggregateBuilder.tryAdd}, then call
 * {@link AggregateBuilder.buildRecord}.
 *
 * The message of a frame has no length prefix, so the bytes that a record adds depend only on the
 * record and on the two tables of keys (docs/facts.md#aggregate-size). Adding a record takes
 * constant time.
 */
export class AggregateBuilder {
  readonly #keys: Table = new Map();
  readonly #hashKeys: Table = new Map();
  readonly #records: AddedRecord[] = [];
  #first: KeyedRecord | undefined;
  /** The UTF-8 length of the partition key of the record that carries all records. */
  #carrierKeyBytes = 0;
  /** The size of the frame that holds all records. */
  #frameBytes: number = MAGIC_BYTES + DIGEST_BYTES;

  /**
   * The size of the record that {@link buildRecord} returns, as all limits count it: Data and
   * PartitionKey (docs/facts.md#record-size-counts). 0 if there are no records.
   */
  bytes = 0;

  /**
   * Adds a record, unless this would make {@link bytes} exceed `bytesMax`.
   *
   * @param record A valid copy: reading it runs no caller code.
   * @returns False if the record was not added. The builder is then unchanged.
   */
  tryAdd(record: KeyedRecord, bytesMax: number): boolean {
    const { Data: data, PartitionKey: key, ExplicitHashKey: hashKey } = record;
    const keys = this.#keys;
    const hashKeys = this.#hashKeys;
    const dataBytes = lengthOf(data);
    const keyIndex = keys.get(key) ?? keys.size;
    let messageBytes = 1 + varintBytes(keyIndex) + fieldBytes(dataBytes);
    let frameBytes = this.#frameBytes;
    let carrierKeyBytes = this.#carrierKeyBytes;
    if (keyIndex === keys.size) {
      const keyBytes = utf8Length(key);
      frameBytes += fieldBytes(keyBytes);
      carrierKeyBytes = keyIndex > 0 ? SHARED_PARTITION_KEY.length : keyBytes;
    }
    let hashKeyIndex = ABSENT;
    if (hashKey !== undefined) {
      hashKeyIndex = hashKeys.get(hashKey) ?? hashKeys.size;
      messageBytes += 1 + varintBytes(hashKeyIndex);
      if (hashKeyIndex === hashKeys.size) frameBytes += fieldBytes(hashKey.length);
    }
    frameBytes += fieldBytes(messageBytes);

    const isAlone = this.#first === undefined && !startsWithMagic(data);
    const bytes = (isAlone ? dataBytes : frameBytes) + carrierKeyBytes;
    if (bytes > bytesMax) return false;

    if (keyIndex === keys.size) keys.set(key, keyIndex);
    if (hashKey !== undefined) hashKeys.set(hashKey, hashKeyIndex);
    this.#records.push([data, dataBytes, keyIndex, hashKeyIndex, messageBytes]);
    this.#first ??= record;
    this.#carrierKeyBytes = carrierKeyBytes;
    this.#frameBytes = frameBytes;
    this.bytes = bytes;
    return true;
  }

  /**
   * Returns the record that carries all records. There must be at least one.
   *
   * A single record is returned unchanged, unless its Data starts with the magic. Such data must be
   * framed: otherwise a consumer might open it (docs/facts.md#aggregate-single).
   */
  buildRecord(): KeyedRecord {
    const { Data, PartitionKey, ExplicitHashKey } = this.#first!;
    const isOneKey = this.#keys.size === 1;
    const carrier = {
      Data: this.#records.length === 1 && !startsWithMagic(Data) ? Data : this.buildFrame(),
      PartitionKey: isOneKey ? PartitionKey : SHARED_PARTITION_KEY,
    };
    if (isOneKey && this.#hashKeys.size === 0) return carrier;
    return { ...carrier, ExplicitHashKey: ExplicitHashKey ?? `${hashKeyOf(PartitionKey)}` };
  }

  /**
   * Returns the frame that holds all records, in its canonical form: tables first, no duplicates,
   * indexes and data always written, an explicit hash key exactly where a record has one
   * (docs/facts.md#aggregate-canonical).
   */
  buildFrame(): Uint8Array {
    const out = new Bytes(this.#frameBytes);
    let at = MAGIC_BYTES;
    /** Writes a tag of one byte and an integer. */
    const write = (tag: number, value: number): void => {
      out[at++] = tag;
      let rest = value;
      for (; rest >= 0x80; rest >>>= 7) out[at++] = rest | 0x80;
      out[at++] = rest;
    };
    const writeTable = (tag: number, table: Table): void => {
      for (const key of table.keys()) {
        write(tag, utf8Length(key));
        at = writeUtf8(key, out, at);
      }
    };
    out.set(MAGIC);
    writeTable(PARTITION_KEY_TAG, this.#keys);
    writeTable(EXPLICIT_HASH_KEY_TAG, this.#hashKeys);
    for (const [data, dataBytes, keyIndex, hashKeyIndex, messageBytes] of this.#records) {
      write(RECORD_TAG, messageBytes);
      write(KEY_INDEX_TAG, keyIndex);
      if (hashKeyIndex !== ABSENT) write(HASH_KEY_INDEX_TAG, hashKeyIndex);
      write(DATA_TAG, dataBytes);
      // Data of a detached buffer has no bytes, and cannot be copied.
      if (dataBytes > 0) out.set(data, at);
      at += dataBytes;
    }
    out.set(digestOf(out, MAGIC_BYTES, at), at);
    return out;
  }
}

/** Returns the size of an integer as a varint (docs/facts.md#aggregate-message). */
function varintBytes(value: number): number {
  return value < 0x80 ? 1 : 1 + varintBytes(value >>> 7);
}

/** Returns the size of a length-delimited field: its tag, its length and its content. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}
