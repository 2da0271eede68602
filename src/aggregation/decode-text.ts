/**
 * Decodes the keys of a frame as the Kinesis Client Library does, which is written in Java.
 *
 * @module
 */

const REPLACEMENT = '\ufffd';

/**
 * Returns the text of `bytes[start, end)`, which is UTF-8.
 *
 * Malformed bytes become U+FFFD, as in Java (docs/facts.md#aggregate-malformed-text). TextDecoder
 * would do the same, except for the three bytes of a surrogate: Java makes one character of them.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  while (at < end) {
    const first = bytes[at]!;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      at++;
      continue;
    }
    const size = sizeOf(first);
    let point = first & (0x7f >> size);
    let count = 1;
    while (count < size && at + count < end && isNext(first, count, bytes[at + count]!)) {
      point = (point << 6) | (bytes[at + count]! & 0x3f);
      count++;
    }
    const isSurrogate = point >= 0xd800 && point < 0xe000;
    text += size > 1 && count === size && !isSurrogate ? String.fromCodePoint(point) : REPLACEMENT;
    at += count;
  }
  return text;
}

/** Returns the length of the sequence that a byte starts; 1 if it starts none. */
function sizeOf(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** Returns whether a byte may follow as byte `index` of the sequence that `first` starts. */
function isNext(first: number, index: number, byte: number): boolean {
  if ((byte & 0xc0) !== 0x80) return false;
  if (index > 1) return true;
  // Longer forms of what fits in fewer bytes, and what is above U+10FFFF.
  if (first === 0xe0) return byte >= 0xa0;
  if (first === 0xf0) return byte >= 0x90;
  return first !== 0xf4 || byte < 0x90;
}
