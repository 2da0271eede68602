/**
 * Splits a stream of bytes into lines, packed back to back without their line endings.
 *
 * `node:readline` does not fit: it also splits at a lone CR, at U+2028 and at U+2029, which are
 * valid in partition keys, and it buffers a line of any length.
 *
 * @module
 */

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The bytes that a line may lose when it ends: a byte order mark and a CR. */
const TRIMMED_BYTES_MAX = 4;

/** Consecutive lines of a stream. */
export interface Lines {
  /** The bytes of the lines, back to back. Bytes after the last line are undefined. */
  readonly packed: Uint8Array;
  /** Line `i` is `packed` from `offsets[i]` up to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  readonly count: number;
}

/**
 * Splits chunks of bytes into lines.
 *
 * A line ends with LF or with the stream. One CR before the end is dropped, and so is a byte order
 * mark before the first line. Memory is bounded by the largest chunk, not by the longest line.
 */
export class LineSplitter {
  readonly #lineBytesMax: number;
  /** Has room for the longest unfinished line and the largest chunk so far. */
  #packed = new Uint8Array(0);
  /** Has room for as many lines as the largest chunk so far has bytes. */
  #offsets = new Uint32Array(0);
  /** The range of the unfinished line in `#packed`. */
  #openStart = 0;
  #openEnd = 0;
  #isFirstLine = true;

  /** @param lineBytesMax A longer line may be cut short, but always to more bytes than this. */
  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** Returns the lines that end in this chunk. They are valid until the next call. */
  push(chunk: Uint8Array): Lines {
    this.#reserve(chunk.length);
    const packed = this.#packed;
    const offsets = this.#offsets;
    let start = 0;
    let at = this.#openEnd;
    let count = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte !== LINE_FEED) {
        packed[at++] = byte;
        continue;
      }
      at = this.#trim(start, at);
      offsets[++count] = at;
      start = at;
    }
    this.#openStart = start;
    this.#openEnd = Math.min(at, start + this.#lineBytesMax + TRIMMED_BYTES_MAX + 1);
    return { packed, offsets, count };
  }

  /** Returns the last line if the stream does not end with LF, and otherwise no line. */
  end(): Lines {
    this.#reserve(0);
    const count = this.#openEnd > 0 ? 1 : 0;
    if (count === 1) this.#offsets[1] = this.#trim(0, this.#openEnd);
    this.#openEnd = 0;
    return { packed: this.#packed, offsets: this.#offsets, count };
  }

  /** Moves the unfinished line to the front, and makes room for this many bytes after it. */
  #reserve(bytes: number): void {
    const open = this.#packed.subarray(this.#openStart, this.#openEnd);
    if (this.#offsets.length < bytes + 2) {
      this.#packed = new Uint8Array(this.#lineBytesMax + TRIMMED_BYTES_MAX + 1 + bytes);
      this.#offsets = new Uint32Array(bytes + 2);
    }
    this.#packed.set(open);
    this.#openStart = 0;
    this.#openEnd = open.length;
  }

  /** Drops the byte order mark and the CR of a finished line. Returns where the line now ends. */
  #trim(start: number, end: number): number {
    const packed = this.#packed;
    let trimmed = end;
    if (trimmed > start && packed[trimmed - 1] === CARRIAGE_RETURN) trimmed--;
    if (this.#isFirstLine) {
      this.#isFirstLine = false;
      if (packed[0] === 0xef && packed[1] === 0xbb && packed[2] === 0xbf && trimmed >= start + 3) {
        packed.copyWithin(0, 3, trimmed);
        trimmed -= 3;
      }
    }
    return trimmed;
  }
}
