/**
 * Reads the wire format of protobuf as the Kinesis Client Library does, which uses protobuf for
 * Java (docs/facts.md#aggregate-wire-format).
 *
 * @module
 */

/** How deep groups and messages may be nested (docs/facts.md#aggregate-wire-format). */
const DEPTH_MAX = 100;

/** Thrown by every method of {@link MessageReader} for malformed bytes. */
export const MALFORMED: unique symbol = /* @__PURE__ */ Symbol('malformed');

/** A place in some bytes, and the end of the message that is being read. */
export class MessageReader {
  readonly bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /**
   * Returns the low 32 bits of a varint, unsigned. The other bits are dropped, as the Kinesis
   * Client Library drops them from tags, lengths and indexes alike.
   */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70 && this.at < this.end; shift += 7) {
      const byte = this.bytes[this.at++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw MALFORMED;
  }

  /** Returns a tag. Field numbers start at 1. */
  tag(): number {
    const tag = this.varint();
    if (tag < 8) throw MALFORMED;
    return tag;
  }

  /** Goes past some bytes. Returns where they start. */
  take(length: number): number {
    const start = this.at;
    if (length > this.end - start) throw MALFORMED;
    this.at = start + length;
    return start;
  }

  /** Makes the embedded message that starts here the one that is read. Returns the outer end. */
  enter(): number {
    const outerEnd = this.end;
    const start = this.take(this.varint());
    this.end = this.at;
    this.at = start;
    return outerEnd;
  }

  /**
   * Goes past the field of a tag.
   *
   * @param depth The number of messages and groups around the field, without the outermost.
   */
  skipField(tag: number, depth: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.take(8);
    else if (wireType === 2) this.take(this.varint());
    else if (wireType === 5) this.take(4);
    else if (wireType === 3 && depth < DEPTH_MAX) this.#skipGroup(tag, depth + 1);
    else throw MALFORMED;
  }

  #skipGroup(start: number, depth: number): void {
    // The tag that ends a group has the same field number and the next wire type.
    for (let tag = this.tag(); tag !== start + 1; tag = this.tag()) this.skipField(tag, depth);
  }
}
