/**
 * JavaScript strings as UTF-8, and their length in UTF-8 bytes and in code points.
 *
 * There is no TextEncoder here, because it is not part of the language.
 *
 * @module
 */

/** Returns whether a UTF-16 unit is a surrogate, paired or not. */
export function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

/** Returns whether a UTF-16 unit is a high surrogate, the first of a pair. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Returns whether a UTF-16 unit is a low surrogate, the second of a pair. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/**
 * Returns the number of UTF-8 bytes of a string.
 *
 * An unpaired surrogate counts three: encoders send U+FFFD in its place
 * (docs/facts.md#partition-key-lone-surrogate, docs/known-gaps.md#lone-surrogate).
 */
export function utf8Length(text: string): number {
  const { length } = text;
  let bytes = length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      bytes += 1;
    } else if (isHighSurrogate(unit) && i + 1 < length && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else {
      bytes += 2;
    }
  }
  return bytes;
}

/**
 * Writes the UTF-8 bytes of a string to `out`, from `start` on. There must be room for
 * {@link utf8Length} bytes.
 *
 * An unpaired surrogate is written as U+FFFD (docs/facts.md#partition-key-lone-surrogate).
 */
export function writeUtf8(text: string, out: Uint8Array, start: number): void {
  const { length } = text;
  let at = start;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      out[at++] = unit;
      continue;
    }
    const found = text.codePointAt(i)!;
    const point = isSurrogate(found) ? 0xfffd : found;
    if (point > 0xffff) i++;
    const size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    // The first byte has as many leading ones as there are bytes.
    out[at] = (0xf00 >> size) | (point >> (6 * (size - 1)));
    for (let k = 1; k < size; k++) out[at + k] = 0x80 | ((point >> (6 * (size - 1 - k))) & 0x3f);
    at += size;
  }
}

/** Returns the number of code points of a string. An unpaired surrogate counts one. */
export function codePointLength(text: string): number {
  const { length } = text;
  let points = length;
  for (let i = 0; i + 1 < length; i++) {
    if (isHighSurrogate(text.charCodeAt(i)) && isLowSurrogate(text.charCodeAt(i + 1))) {
      points--;
      i++;
    }
  }
  return points;
}

/**
 * Returns whether a string has more than `max` code points. At most `2 * max` units are read, so a
 * longer string does not take longer.
 */
export function exceedsCodePoints(text: string, max: number): boolean {
  // A code point is one or two units: most strings need no counting.
  return text.length > max && (text.length > 2 * max || codePointLength(text) > max);
}
