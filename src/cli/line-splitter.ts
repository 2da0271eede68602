/**
 * A stream of bytes, cut into lines that come packed: one behind the other, without their ends.
 *
 * `node:readline` would also cut at a lone CR, at U+2028 and at U+2029, all of which may stand in a
 * partition key, and holds a line of any length.
 *
 * @module
 */

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What a line may still lose when it ends: a byte order mark and a CR. */
const TRIMMED_BYTES_MAX = 4;

/** Consecutive lines of a stream. */
export interface Lines {
  /** The bytes of the lines, one behind the other; what follows the last line means nothing. */
  readonly packed: Uint8Array;
  /** Line `i` is `packed` from `offsets[i]` up to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  readonly count: number;
}

/**
 * Cuts chunks of bytes into lines.
 *
 * A line ends at LF or with the stream. One CR before the end is dropped, and so is a byte order
 * mark before the first line. Memory is bounded by the largest chunk, not by the longest line.
 */
export class LineSplitter {
  readonly #lineBytesMax: number;
  #packed = new Uint8Array(0);
  /** Invariant: `#packed` holds this many bytes, and the longest open line on top of them. */
  #offsets = new Uint32Array(0);
  /** Where the line that has not ended yet stands in `#packed`. */
  #openStart = 0;
  #openEnd = 0;
  #isFirstLine = true;

  /** @param lineBytesMax A longer line may be cut short, but stays longer than this. */
  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** The lines that end in this chunk. They are valid until the next call. */
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

  /** The last line, if the stream did not end with LF. */
  end(): Lines {
    this.#reserve(0);
    const count = this.#openEnd > 0 ? 1 : 0;
    if (count === 1) this.#offsets[1] = this.#trim(0, this.#openEnd);
    this.#openEnd = 0;
    return { packed: this.#packed, offsets: this.#offsets, count };
  }

  /** Moves the open line to the front, and makes room for as many bytes and lines behind it. */
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

  /** Where the line in `#packed` from `start` to `end` ends once CR and byte order mark are off. */
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
