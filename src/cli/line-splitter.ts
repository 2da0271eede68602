/**
 * Splits a stream of bytes into lines, packed back to back without their line endings.
 *
 * `node:readline` does not fit: it also splits at a lone CR, at U+2028 and at U+2029, which are
 * valid in partition keys, and it buffers a line of any length.
 *
 * @module
 */

import {
  createScalarPacker,
  createSimdPacker,
  type LineBuffers,
  type LinePacker,
  SLACK_BYTES,
} from './line-packer.ts';

/** A byte order mark. */
const MARK = [0xef, 0xbb, 0xbf] as const;

/** The bytes that a line may lose when it ends: a byte order mark and a CR before an LF. */
const TRIMMED_BYTES_MAX = MARK.length + 1;

/** Consecutive lines of a stream. */
export interface Lines {
  /** The bytes of the lines, back to back. Bytes outside of the lines are undefined. */
  readonly packed: Uint8Array;
  /** Line `i` is `packed` from `offsets[i]` up to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  readonly count: number;
}

/**
 * Splits chunks of bytes into lines.
 *
 * A line ends with LF, CRLF or the stream. Any other CR belongs to its line. A byte order mark
 * before the first line is dropped. Memory is bounded by the largest chunk, not by the longest
 * line.
 */
export class LineSplitter {
  /** The number of bytes kept of an unfinished line. */
  readonly #openBytesMax: number;
  readonly #packer: LinePacker;
  #buffers: LineBuffers;
  /** The range of the unfinished line in the packed bytes. */
  #openStart = 0;
  #openEnd = 0;
  #isFirstLine = true;

  /** @param lineBytesMax A longer line may be cut short, but always to more bytes than this. */
  constructor(
    lineBytesMax: number,
    packer: LinePacker = createSimdPacker() ?? createScalarPacker(),
  ) {
    this.#openBytesMax = lineBytesMax + TRIMMED_BYTES_MAX + 1;
    this.#packer = packer;
    this.#buffers = packer.open(0);
  }

  /** Returns the lines that end in this chunk. They are valid until the next call. */
  push(chunk: Uint8Array): Lines {
    this.#reserve(chunk.length);
    const { input, packed, offsets } = this.#buffers;
    input.set(chunk);
    const count = this.#packer.pack(chunk.length, this.#openEnd);
    this.#openStart = offsets[count]!;
    this.#openEnd = Math.min(offsets[count + 1]!, this.#openStart + this.#openBytesMax);
    if (count > 0) this.#skipMark();
    return { packed, offsets, count };
  }

  /** Returns the last line if the stream does not end with a line ending, and otherwise none. */
  end(): Lines {
    this.#reserve(0);
    const { packed, offsets } = this.#buffers;
    offsets[0] = 0;
    offsets[1] = this.#openEnd;
    this.#openEnd = 0;
    this.#skipMark();
    return { packed, offsets, count: offsets[1] > offsets[0] ? 1 : 0 };
  }

  /** Moves the unfinished line to the front, and makes room for this many bytes after it. */
  #reserve(bytes: number): void {
    const { packed } = this.#buffers;
    const capacity = this.#openBytesMax + bytes + SLACK_BYTES;
    if (capacity <= packed.length) {
      packed.copyWithin(0, this.#openStart, this.#openEnd);
    } else {
      const open = packed.slice(this.#openStart, this.#openEnd);
      this.#buffers = this.#packer.open(4 * Math.ceil(capacity / 4));
      this.#buffers.packed.set(open);
    }
    this.#openEnd -= this.#openStart;
    this.#openStart = 0;
  }

  /** Leaves the byte order mark, if there is one, out of the first line of the stream. */
  #skipMark(): void {
    const { packed, offsets } = this.#buffers;
    const isMarked =
      this.#isFirstLine &&
      offsets[1]! >= MARK.length &&
      MARK.every((byte, i) => packed[i] === byte);
    if (isMarked) offsets[0] = MARK.length;
    this.#isFirstLine = false;
  }
}
