/**
 * The frame of an aggregated record: its constants, and functions that packing and opening share.
 *
 * A frame is four bytes of magic, a protobuf message, and the MD5 of the message
 * (docs/facts.md#aggregate-frame).
 *
 * @module
 */

import type { PutRecordsRequestEntry } from '../api/aws-types.ts';
import { assertTypedArray, isBytes } from '../base/argument.ts';
import { Bytes } from '../base/intrinsics.ts';
import { uint128FromWords } from '../base/uint128.ts';
import { utf8Length, writeUtf8 } from '../base/utf8.ts';
import { md5Bytes } from '../hashing/md5.ts';
import { assertRecord, readRecordText, titleRecord } from '../sharding/record-keys.ts';

/** The magic, which starts every frame. */
export const MAGIC: readonly number[] = [0xf3, 0x89, 0x9a, 0xc2];

/** The length of the magic, which is also the index at which the message starts. */
export const MAGIC_BYTES = 4;

/** The length of the MD5 that ends a frame. */
export const DIGEST_BYTES = 16;

// The tags of fields: the number of the field times 8, plus its wire type
// (docs/facts.md#aggregate-message).

/** A partition key of the message. */
export const PARTITION_KEY_TAG = 0x0a;

/** An explicit hash key of the message. */
export const EXPLICIT_HASH_KEY_TAG = 0x12;

/** A record of the message. */
export const RECORD_TAG = 0x1a;

/** The index of a record's partition key. */
export const KEY_INDEX_TAG = 0x08;

/** The index of a record's explicit hash key. */
export const HASH_KEY_INDEX_TAG = 0x10;

/** The data of a record. */
export const DATA_TAG = 0x1a;

/** Takes the place of an index in a record that has no explicit hash key. */
export const ABSENT = -1;

/** Returns whether the data starts with the magic. */
export function startsWithMagic(data: Uint8Array): boolean {
  return MAGIC.every((byte, i) => data[i] === byte);
}

/**
 * Returns a copy of a record. Each member is read once. `null` counts as absent
 * (docs/facts.md#request-null-absent): a key that is null is undefined in the copy.
 *
 * @param index The record's index in `records`, for messages; undefined for a single `record`.
 * @throws {TypeError} If the record is not an object, or a member is of the wrong type.
 */
export function copyRecord(record: PutRecordsRequestEntry, index?: number): PutRecordsRequestEntry {
  assertRecord(record, index);
  const { Data, PartitionKey, ExplicitHashKey } = record;
  const copy = {
    Data,
    PartitionKey: readRecordText(PartitionKey, 'PartitionKey', index),
    ExplicitHashKey: readRecordText(ExplicitHashKey, 'ExplicitHashKey', index),
  };
  // In a list, missing Data is a violation that the service would report.
  if (!isBytes(Data) && (index === undefined || (Data !== undefined && Data !== null))) {
    assertTypedArray(Data, 'Uint8Array', `${titleRecord(index)}.Data`);
  }
  return copy;
}

/**
 * Returns the hash key of a partition key, as `hashPartitionKey` does.
 *
 * The key is encoded first, because packing and opening hash bytes in any case. Hashing text
 * directly, as `hashPartitionKey` does, would add 0.4 kB of code to this entry.
 */
export function hashKeyOf(partitionKey: string): bigint {
  const bytes = new Bytes(utf8Length(partitionKey));
  writeUtf8(partitionKey, bytes, 0);
  md5Bytes(bytes, 0, bytes.length, words);
  return uint128FromWords(words);
}

/** Returns the sixteen bytes of the MD5 of `bytes[start, end)`. */
export function digestOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  md5Bytes(bytes, start, end, words);
  return new Bytes(DIGEST_BYTES).map((_, i) => words[i >> 2]! >>> (~i << 3));
}

/** Scratch of the two functions above, filled and read within one call. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);
