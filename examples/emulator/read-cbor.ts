/** Reads CBOR, as far as requests have it: every type, but no tag except that of a time. */

/** The tag of a time. The AWS SDKs write milliseconds, although CBOR defines seconds. */
export const TIME_TAG = 1;

/** The farthest time from the epoch that a Date holds. */
const TIME_MS_MAX = 8.64e15;

/**
 * The most values, names and parts of texts. A request with 500 records has 3,500. Each takes
 * memory, even if it is one byte.
 */
const HEADS_MAX = 100_000;

const BYTES = 2;
const TEXT = 3;

/** In place of a length: the parts go on to a break. */
const INDEFINITE = 31;
const BREAK = 0xff;

/**
 * Returns the first value in some bytes. Takes time and memory in proportion to them, whatever
 * length a list claims to have.
 *
 * The reader of `@smithy/core` does not. It reserves the memory that a list claims, writes a
 * decimal fraction in up to 2^28 digits, and reads a number of many bytes in quadratic time.
 *
 * @throws {RangeError} If a value ends after the bytes, or there are too many values.
 * @throws {TypeError} If a value is not valid CBOR or not part of any request.
 */
export function readCbor(bytes: Uint8Array): unknown {
  return new CborReader(bytes).read();
}

class CborReader {
  readonly #bytes: Buffer;
  #at = 0;
  #heads = 0;
  /** Scratch for a text in parts. It exists once there is one. */
  #joined: Buffer | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): unknown {
    const [major, minor] = this.#readHead();
    switch (major) {
      case 0:
        return this.#readCount(minor);
      case 1:
        return -1 - this.#readCount(minor);
      case BYTES:
        return this.#readString(major, minor);
      case TEXT:
        return this.#readString(major, minor).toString();
      case 4: {
        const list: unknown[] = [];
        this.#readParts(minor, () => list.push(this.read()));
        return list;
      }
      case 5: {
        const members: [string, unknown][] = [];
        this.#readParts(minor, () => {
          const name = this.read();
          if (typeof name !== 'string') throw new TypeError('a name must be a text');
          members.push([name, this.read()]);
        });
        return Object.fromEntries(members);
      }
      case 6:
        return this.#readTime(minor);
      default:
        return this.#readSimple(minor);
    }
  }

  #readHead(): [major: number, minor: number] {
    if (++this.#heads > HEADS_MAX) throw new RangeError('too many values');
    const byte = this.#bytes.readUInt8(this.#at++);
    return [byte >>> 5, byte & 31];
  }

  /** Reads a length, an integer or a tag. One beyond 2^53 is not exact. */
  #readCount(minor: number): number {
    if (minor < 24) return minor;
    const bytes = this.#take(1 << (minor - 24));
    if (minor === 24) return bytes.readUInt8();
    if (minor === 25) return bytes.readUInt16BE();
    if (minor === 26) return bytes.readUInt32BE();
    if (minor === 27) return Number(bytes.readBigUInt64BE());
    throw new TypeError('a length is missing');
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a value ends after the bytes');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  #readParts(minor: number, readPart: () => void): void {
    if (minor === INDEFINITE) {
      while (this.#bytes[this.#at] !== BREAK) readPart();
      this.#at++;
    } else {
      for (let left = this.#readCount(minor); left > 0; left--) readPart();
    }
  }

  #readString(major: number, minor: number): Buffer {
    if (minor !== INDEFINITE) return this.#take(this.#readCount(minor));
    this.#joined ??= Buffer.alloc(this.#bytes.length);
    let length = 0;
    this.#readParts(minor, () => {
      const [partMajor, partMinor] = this.#readHead();
      if (partMajor !== major) throw new TypeError('a part is of another type');
      length += this.#take(this.#readCount(partMinor)).copy(this.#joined!, length);
    });
    return Buffer.from(this.#joined.subarray(0, length));
  }

  #readTime(minor: number): Date {
    const tag = this.#readCount(minor);
    const timeMs = tag === TIME_TAG ? this.read() : undefined;
    if (typeof timeMs !== 'number') throw new TypeError('only times have tags');
    return new Date(Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, Math.round(timeMs))));
  }

  #readSimple(minor: number): unknown {
    if (minor === 20 || minor === 21) return minor === 21;
    if (minor === 22 || minor === 23) return null;
    if (minor === 25) return readFloat16(this.#take(2).readUInt16BE());
    if (minor === 26) return this.#take(4).readFloatBE();
    if (minor === 27) return this.#take(8).readDoubleBE();
    throw new TypeError('an unknown simple value');
  }
}

function readFloat16(bits: number): number {
  const sign = bits >>> 15 === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent < 31) return sign * (1024 + fraction) * 2 ** (exponent - 25);
  return fraction === 0 ? sign * Infinity : NaN;
}
