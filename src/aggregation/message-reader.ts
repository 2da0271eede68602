/**
 * Reads the wire format of protobuf as the Kinesis Client Library does, which uses protobuf for
 * Java (docs/facts.md#aggregate-wire-format).
 *
 * @module
 */

/** How deep groups and messages may be nested (docs/facts.md#aggregate-wire-format). */
const DEPTH_MAX = 100;

const WIRE_TYPE_MASK = 7;
const WIRE_TYPE_BITS = 3;
const END_GROUP = 4;

/**
 * A place in some bytes, and the end of the message that is being read.
 *
 * After a malformed byte, `isMalformed` is true and stays so, and `at` is past every end, so that a
 * loop `while (reader.at < reader.end)` ends by itself.
 */
export class MessageReader {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  isMalformed = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Reports malformed bytes. */
  fail(): 0 {
    this.isMalformed = true;
    this.at = this.bytes.length;
    return 0;
  }

  /**
   * Returns the low 32 bits of a varint, signed. The other bits are dropped, as the Kinesis Client
   * Library drops them from tags, lengths and indexes alike.
   */
  varint(): number {
    const { at } = this;
    if (at < this.end) {
      const byte = this.bytes[at]!;
      if (byte < 0x80) {
        this.at = at + 1;
        return byte;
      }
    }
    return this.#longVarint();
  }

  #longVarint(): number {
    let value = 0;
    let { at } = this;
    for (let shift = 0; shift < 70 && at < this.end; shift += 7) {
      const byte = this.bytes[at++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return value;
      }
    }
    return this.fail();
  }

  /** Returns a tag. Field numbers start at 1. */
  tag(): number {
    const tag = this.varint();
    return tag >>> WIRE_TYPE_BITS === 0 ? this.fail() : tag;
  }

  /** Reads the length of a field. Returns where the field ends, or `at` if it is too long. */
  fieldEnd(): number {
    const length = this.varint();
    if (length < 0 || length > this.end - this.at) this.fail();
    return this.isMalformed ? this.at : this.at + length;
  }

  /**
   * Skips the field of a tag.
   *
   * @param depth The number of messages and groups around the field.
   */
  skipField(tag: number, depth: number): void {
    switch (tag & WIRE_TYPE_MASK) {
      case 0:
        this.varint();
        break;
      case 1:
        this.#advance(8);
        break;
      case 2:
        this.at = this.fieldEnd();
        break;
      case 3:
        this.#skipGroup(tag, depth);
        break;
      case 5:
        this.#advance(4);
        break;
      default:
        this.fail();
    }
  }

  #advance(bytes: number): void {
    if (bytes > this.end - this.at) this.fail();
    else this.at += bytes;
  }

  #skipGroup(start: number, depth: number): void {
    if (depth >= DEPTH_MAX) {
      this.fail();
      return;
    }
    // The end of a group has the field number of its start.
    const end = (start & ~WIRE_TYPE_MASK) | END_GROUP;
    for (let tag = this.tag(); tag !== end && !this.isMalformed; tag = this.tag()) {
      this.skipField(tag, depth + 1);
    }
  }
}
