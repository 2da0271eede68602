/**
 * Reads the message of a frame as the Kinesis Client Library does, with the rules of protobuf for
 * Java (docs/facts.md#aggregate-wire-format).
 *
 * @module
 */

import { decodeText } from './decode-text.ts';
import {
  ABSENT,
  DATA_TAG,
  EXPLICIT_HASH_KEY_TAG,
  HASH_KEY_INDEX_TAG,
  KEY_INDEX_TAG,
  PARTITION_KEY_TAG,
  RECORD_TAG,
} from './frame.ts';

/** The content of a frame. Only its wire format is checked. */
export interface Message {
  readonly keys: readonly string[];
  readonly hashKeys: readonly string[];
  /**
   * Four numbers per record: the index of its partition key, the index of its explicit hash key or
   * {@link ABSENT}, and the start and the length of its data.
   */
  readonly fields: readonly number[];
}

/** Thrown for malformed bytes, and caught by {@link readMessage}. */
const MALFORMED: object = {};

/** Returns the message in `bytes[start, messageEnd)`, or undefined if it is malformed. */
export function readMessage(
  bytes: Uint8Array,
  start: number,
  messageEnd: number,
): Message | undefined {
  /** How deep groups and messages may be nested (docs/facts.md#aggregate-wire-format). */
  const DEPTH_MAX = 100;
  // The field of a record that holds a Tag message, and the field of a Tag that holds its key.
  const TAG_TAG = 0x22;
  const TAG_KEY_TAG = 0x0a;
  let at = start;
  // The end of the message that is being read, which may be embedded in others.
  let end = messageEnd;
  const keys: string[] = [];
  const hashKeys: string[] = [];
  const fields: number[] = [];

  /**
   * Returns the low 32 bits of a varint, unsigned. The other bits are dropped, as the Kinesis
   * Client Library drops them from tags, lengths and indexes alike.
   */
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70 && at < end; shift += 7) {
      const byte = bytes[at++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw MALFORMED;
  };

  /** Field numbers start at 1. */
  const readTag = (): number => {
    const tag = readVarint();
    if (tag < 8) throw MALFORMED;
    return tag;
  };

  /** Skips `length` bytes of the message that is being read. */
  const skip = (length: number): void => {
    if (length > end - at) throw MALFORMED;
    at += length;
  };

  /** Starts to read the embedded message at the current index. Returns the end of the outer one. */
  const enter = (): number => {
    const length = readVarint();
    const outerEnd = end;
    skip(length);
    end = at;
    at -= length;
    return outerEnd;
  };

  /**
   * Skips the field that follows a tag.
   *
   * @param depth The number of messages and groups around the field, without the outermost.
   */
  const skipField = (tag: number, depth: number): void => {
    const wireType = tag & 7;
    if (wireType === 0) readVarint();
    else if (wireType === 1) skip(8);
    else if (wireType === 2) skip(readVarint());
    else if (wireType === 5) skip(4);
    else if (wireType !== 3 || depth >= DEPTH_MAX) throw MALFORMED;
    else {
      // A group. The tag that ends it has the same field number and the next wire type.
      for (let inner = readTag(); inner !== tag + 1; inner = readTag()) skipField(inner, depth + 1);
    }
  };

  /**
   * Reads a record. It must have the index of a key, and data. If a field is repeated, its last
   * value counts.
   */
  const readRecord = (): void => {
    const outerEnd = enter();
    let keyIndex = ABSENT;
    let hashKeyIndex = ABSENT;
    let dataStart = ABSENT;
    let length = 0;
    while (at < end) {
      const tag = readTag();
      if (tag === KEY_INDEX_TAG) {
        keyIndex = readVarint();
      } else if (tag === HASH_KEY_INDEX_TAG) {
        hashKeyIndex = readVarint();
      } else if (tag === DATA_TAG) {
        length = readVarint();
        dataStart = at;
        skip(length);
      } else if (tag === TAG_TAG) {
        readTagOfRecord();
      } else {
        skipField(tag, 1);
      }
    }
    end = outerEnd;
    if (keyIndex < 0 || dataStart < 0) throw MALFORMED;
    fields.push(keyIndex, hashKeyIndex, dataStart, length);
  };

  /** Reads a Tag, which no producer writes. It must have a key. */
  const readTagOfRecord = (): void => {
    const outerEnd = enter();
    let keys = 0;
    while (at < end) {
      const tag = readTag();
      if (tag === TAG_KEY_TAG) keys++;
      skipField(tag, 2);
    }
    end = outerEnd;
    if (keys === 0) throw MALFORMED;
  };

  try {
    while (at < end) {
      const tag = readTag();
      if (tag === RECORD_TAG) {
        readRecord();
      } else if (tag === PARTITION_KEY_TAG || tag === EXPLICIT_HASH_KEY_TAG) {
        const length = readVarint();
        skip(length);
        (tag === PARTITION_KEY_TAG ? keys : hashKeys).push(decodeText(bytes, at - length, at));
      } else {
        skipField(tag, 0);
      }
    }
    return { keys, hashKeys, fields };
  } catch (error) {
    if (error === MALFORMED) return undefined;
    throw error;
  }
}
