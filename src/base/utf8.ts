/**
 * JavaScript strings as UTF-8, and their length in UTF-8 bytes and in code points.
 *
 * TextEncoder is not used, because it is not part of the language.
 *
 * @module
 */

/** Returns a code point, with U+FFFD in place of a surrogate, which is not a scalar value. */
export function toScalarValue(point: number): number {
  return point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
}

/**
 * Returns the number of UTF-8 bytes of a string.
 *
 * An unpaired surrogate counts as three: encoders send U+FFFD in its place
 * (docs/facts.md#partition-key-lone-surrogate, docs/known-gaps.md#lone-surrogate).
 */
export function utf8Length(text: string): number {
  const { length } = text;
  let bytes = length;
  for (let i = 0; i < length; i++) {
    const point = text.codePointAt(i)!;
    if (point < 0x80) continue;
    bytes += point < 0x800 ? 1 : 2;
    if (point > 0xffff) i++;
  }
  return bytes;
}

/**
 * Writes the UTF-8 bytes of a string to `out`, from `start` on. There must be room for
 * {@link utf8Length} bytes. Returns the index after the last byte.
 *
 * An unpaired surrogate is written as U+FFFD (docs/facts.md#partition-key-lone-surrogate).
 */
export function writeUtf8(text: string, out: Uint8Array, start: number): number {
  const { length } = text;
  let at = start;
  for (let i = 0; i < length; i++) {
    const found = text.codePointAt(i)!;
    if (found < 0x80) {
      out[at++] = found;
      continue;
    }
    const point = toScalarValue(found);
    if (point > 0xffff) i++;
    let rest = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    // The first byte has as many leading ones as there are bytes.
    out[at++] = (0x780 >> rest) | (point >> (6 * rest));
    while (rest-- > 0) out[at++] = 0x80 | ((point >> (6 * rest)) & 0x3f);
  }
  return at;
}

/** Returns the number of code points in a string. An unpaired surrogate counts as one. */
export function codePointLength(text: string): number {
  const { length } = text;
  let points = length;
  for (let i = 0; i < length; i++) {
    if (text.codePointAt(i)! <= 0xffff) continue;
    points--;
    i++;
  }
  return points;
}

/**
 * Returns whether a string has more than `max` code points. At most `2 * max` UTF-16 units are
 * read, so a longer string does not take longer.
 */
export function exceedsCodePoints(text: string, max: number): boolean {
  // A code point is one or two units, so most strings need no counting.
  return text.length > max && (text.length > 2 * max || codePointLength(text) > max);
}
