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

/** Four line feeds. */
const LINE_FEEDS = 0x0a0a0a0a;

/** The bytes that a line may lose when it ends: a byte order mark and a CR before an LF. */
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
 * A line ends with LF, CRLF or the stream. Any other CR belongs to its line. A byte order mark
 * before the first line is dropped. Memory is bounded by the largest chunk, not by the longest
 * line.
 */
export class LineSplitter {
  readonly #lineBytesMax: number;
  /** Has room for the longest unfinished line and the largest chunk so far. */
  #packed = new Uint8Array(0);
  #view = new DataView(this.#packed.buffer);
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
    const from = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    const to = this.#view;
    const lastWord = chunk.length - 4;
    let start = 0;
    let at = this.#openEnd;
    let count = 0;
    for (let i = 0; i < chunk.length; i++) {
      if (i <= lastWord) {
        // Four bytes at a time: one at a time takes twice as long (Node 20).
        let zeros = 0;
        for (; i <= lastWord; i += 4, at += 4) {
          const word = from.getInt32(i, true);
          to.setInt32(at, word, true);
          const differences = word ^ LINE_FEEDS;
          zeros = (differences - 0x01010101) & ~differences & 0x80808080;
          if (zeros !== 0) break;
        }
        if (zeros === 0) {
          i--;
          continue;
        }
        // Its lowest bit is in the first byte that is a line feed.
        const length = (31 - Math.clz32(zeros & -zeros)) >>> 3;
        i += length;
        at += length;
      } else if (chunk[i] !== LINE_FEED) {
        packed[at++] = chunk[i]!;
        continue;
      }
      if (at > start && packed[at - 1] === CARRIAGE_RETURN) at--;
      if (this.#isFirstLine) at = this.#dropMark(start, at);
      offsets[++count] = at;
      start = at;
    }
    this.#openStart = start;
    this.#openEnd = Math.min(at, start + this.#lineBytesMax + TRIMMED_BYTES_MAX + 1);
    return { packed, offsets, count };
  }

  /** Returns the last line if the stream does not end with a line ending, and otherwise none. */
  end(): Lines {
    this.#reserve(0);
    const end = this.#dropMark(0, this.#openEnd);
    this.#offsets[1] = end;
    this.#openEnd = 0;
    return { packed: this.#packed, offsets: this.#offsets, count: end > 0 ? 1 : 0 };
  }

  /** Moves the unfinished line to the front, and makes room for this many bytes after it. */
  #reserve(bytes: number): void {
    const open = this.#packed.subarray(this.#openStart, this.#openEnd);
    if (this.#offsets.length < bytes + 2) {
      this.#packed = new Uint8Array(this.#lineBytesMax + TRIMMED_BYTES_MAX + 1 + bytes);
      this.#view = new DataView(this.#packed.buffer);
      this.#offsets = new Uint32Array(bytes + 2);
    }
    this.#packed.set(open);
    this.#openStart = 0;
    this.#openEnd = open.length;
  }

  /** Drops the byte order mark of the first line. Returns where the line now ends. */
  #dropMark(start: number, end: number): number {
    const packed = this.#packed;
    const isMarked =
      this.#isFirstLine &&
      end >= start + 3 &&
      packed[0] === 0xef &&
      packed[1] === 0xbb &&
      packed[2] === 0xbf;
    this.#isFirstLine = false;
    if (!isMarked) return end;
    packed.copyWithin(0, 3, end);
    return end - 3;
  }
}
