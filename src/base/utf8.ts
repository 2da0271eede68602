/**
 * The UTF-8 form of JavaScript strings, without TextEncoder, which is no part of the language.
 *
 * @module
 */

/** True of a UTF-16 unit that is half of a surrogate pair. */
export function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

/** True of a UTF-16 unit that opens a surrogate pair. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** True of a UTF-16 unit that closes a surrogate pair. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/**
 * The number of UTF-8 bytes of a string. A surrogate without its partner counts three, the bytes of
 * the U+FFFD that stands for it.
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

/** The number of code points of a string. A surrogate without its partner counts one. */
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
 * True if a string has more than `max` code points. The work does not grow beyond `2 * max` units.
 */
export function exceedsCodePoints(text: string, max: number): boolean {
  // A code point is one or two units: most strings need no counting.
  return text.length > max && (text.length > 2 * max || codePointLength(text) > max);
}
