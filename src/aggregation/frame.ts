/**
 * The frame of an aggregated record: four bytes of magic, a protobuf message, and the MD5 of the
 * message (docs/facts.md#aggregate-frame).
 *
 * @module
 */

import { lengthOf } from '../base/argument.ts';

/** The bytes that every frame starts with (docs/facts.md#aggregate-frame). */
export const MAGIC: readonly number[] = [0xf3, 0x89, 0x9a, 0xc2];

/** The length of the magic, and so the place where the message starts. */
export const MAGIC_BYTES = 4;

/** The length of the MD5 that ends a frame. */
export const DIGEST_BYTES = 16;

/**
 * The tags of the fields of the message: the field's number times 8, plus its wire type
 * (docs/facts.md#aggregate-message).
 */
export const MESSAGE_TAG = { partitionKey: 0x0a, explicitHashKey: 0x12, record: 0x1a } as const;

/** The tags of the fields of a record of the message (docs/facts.md#aggregate-message). */
export const RECORD_TAG = { keyIndex: 0x08, hashKeyIndex: 0x10, data: 0x1a, tag: 0x22 } as const;

/** The tag of the key of a Tag, which is required (docs/facts.md#aggregate-message). */
export const TAG_KEY_TAG = 0x0a;

/** Returns whether some data starts with the magic. */
export function startsWithMagic(data: Uint8Array): boolean {
  return (
    lengthOf(data) >= MAGIC_BYTES &&
    data[0] === MAGIC[0] &&
    data[1] === MAGIC[1] &&
    data[2] === MAGIC[2] &&
    data[3] === MAGIC[3]
  );
}
