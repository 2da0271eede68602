/**
 * MD5 (RFC 1321) of text or bytes, as four big-endian words. Nothing is allocated.
 *
 * `node:crypto` is not an alternative. It throws on a host in FIPS mode, does not exist in browsers
 * or edge workers, and takes a microsecond per key to set up its digest object.
 *
 * The three variables below are scratch space shared by all calls. A call fills and reads them
 * without running caller code: its argument is a primitive string or a Uint8Array.
 *
 * @module
 */

import { viewWords } from '../base/argument.ts';
import { LOW_WORD } from '../base/uint128.ts';
import { toScalarValue } from '../base/utf8.ts';

/** The current block: sixteen little-endian words (RFC 1321 section 3.4). */
const block: Int32Array = /* @__PURE__ */ new Int32Array(16);

/**
 * The index of the first word of `block` that is known to be 0.
 *
 * Invariant: the words from this index to index 13 are 0, even after a stack overflow in a call.
 * Keys of similar lengths then leave nothing to clear, which saves 8 ns per key.
 */
let zeroFrom = 14;

/** The words A, B, C and D, little-endian (RFC 1321 section 3.3). */
const state: Int32Array = /* @__PURE__ */ new Int32Array(4);

/**
 * The constants of the 64 steps: the integer part of 2^32 * |sin i|, for i from 1 to 64 radians
 * (RFC 1321 section 3.4). Each fraction is more than 0.01 away from 0 and 1, so every engine's sine
 * gives the same integers.
 */
const SINES: Int32Array = /* @__PURE__ */ (() =>
  Int32Array.from({ length: 64 }, (_, i) => 2 ** 32 * Math.abs(Math.sin(i + 1))))();

/**
 * Hashes the UTF-8 encoding of a string. Writes the digest to `out`, from index `at` on, as four
 * big-endian words, most significant first.
 *
 * An unpaired surrogate is hashed as U+FFFD (EF BF BD), which TextEncoder and Buffer encode too
 * (docs/facts.md#partition-key-lone-surrogate, docs/known-gaps.md#lone-surrogate).
 *
 * @returns The number of UTF-8 bytes in the string, which count towards the limits on a record.
 */
export function md5Text(text: string, out: Uint32Array, at = 0): number {
  const length = text.length;
  let bytes = length;
  if (length < 56 && packAscii(text, 0, length)) {
    reset();
    finish(length, length);
  } else {
    bytes = hashLongText(text);
  }
  writeDigest(out, at);
  return bytes;
}

function hashLongText(text: string): number {
  const length = text.length;
  reset();
  let at = 0;
  for (; length - at >= 64; at += 64) {
    if (!packAscii(text, at, 64)) return finishEncoding(text, at);
    compress(block, 0);
  }
  if (!packAscii(text, at, length - at)) return finishEncoding(text, at);
  finish(length - at, length);
  return length;
}

/** Hashes `bytes[start, end)`. Writes the digest to `out` as {@link md5Text} does, at `outAt`. */
export function md5Bytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  outAt = 0,
): void {
  reset();
  let at = start;
  // A little-endian host reads MD5's words directly from a view, which makes long input 1.4 times
  // as fast (Node 20; `npm run bench hash-bytes`). Creating the view takes as long as packing two
  // blocks, so short input does without.
  if (LOW_WORD === 0 && end - at >= 256) {
    const words = viewWords(bytes, at, ((end - at) >>> 6) << 4);
    if (words !== undefined) {
      for (let i = 0; i < words.length; i += 16) compress(words, i);
      at += 4 * words.length;
    }
  }
  for (; end - at >= 64; at += 64) {
    packBytes(bytes, at, 64);
    compress(block, 0);
  }
  packBytes(bytes, at, end - at);
  finish(end - at, end - start);
  writeDigest(out, outAt);
}

/** Writes the digest. MD5 is little-endian and a hash key big-endian, so the bytes are reversed. */
function writeDigest(out: Uint32Array, at: number): void {
  for (let i = 0; i < 4; i++) {
    const word = state[i]!;
    out[at + i] = (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  }
}

function reset(): void {
  state[0] = 0x67452301;
  state[1] = ~0x10325476;
  state[2] = ~0x67452301;
  state[3] = 0x10325476;
}

/**
 * Fills the block with `count` characters. If the last word is only partly used, its rest is 0.
 *
 * `charCodeAt` is taken from the empty string, not looked up on the key. Keys may be flat, joined
 * or sliced strings of one or two bytes per character, and each kind has its own hidden class in
 * V8. Beyond four of them the look-up becomes megamorphic and costs 8 ns per character: packing 16
 * characters takes 104 ns instead of 26.
 *
 * The call is spelled out each time, because bundlers turn a top-level constant into a `var`, which
 * V8 does not treat as constant (86 ns).
 *
 * @returns False if a character is not ASCII. The contents of the block are then undefined.
 */
function packAscii(text: string, at: number, count: number): boolean {
  const whole = count & ~3;
  if (zeroFrom <= whole >> 2) zeroFrom = (whole >> 2) + 1;
  let seen = 0;
  let i = 0;
  for (; i < whole; i += 4) {
    const c0 = ''.charCodeAt.call(text, at + i);
    const c1 = ''.charCodeAt.call(text, at + i + 1);
    const c2 = ''.charCodeAt.call(text, at + i + 2);
    const c3 = ''.charCodeAt.call(text, at + i + 3);
    seen |= c0 | c1 | c2 | c3;
    block[i >> 2] = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
  }
  let word = 0;
  for (; i < count; i++) {
    const c = ''.charCodeAt.call(text, at + i);
    seen |= c;
    word |= c << (i << 3);
  }
  if (count < 64) block[whole >> 2] = word;
  return seen < 0x80;
}

function packBytes(bytes: Uint8Array, at: number, count: number): void {
  const whole = count & ~3;
  if (zeroFrom <= whole >> 2) zeroFrom = (whole >> 2) + 1;
  let i = 0;
  for (; i < whole; i += 4) {
    const p = at + i;
    block[i >> 2] =
      bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
  }
  let word = 0;
  for (; i < count; i++) word |= bytes[at + i]! << (i << 3);
  if (count < 64) block[whole >> 2] = word;
}

/**
 * Pads and hashes the last `tail` of `total` bytes: 0 to 63 bytes that are already in the block.
 */
function finish(tail: number, total: number): void {
  const word = tail >> 2;
  block[word]! |= 0x80 << (tail << 3);
  let i = word + 1;
  if (tail >= 56) {
    for (; i < 16; i++) block[i] = 0;
    zeroFrom = 14;
    compress(block, 0);
    i = 0;
  }
  const firstZero = i;
  for (; i < zeroFrom && i < 14; i++) block[i] = 0;
  zeroFrom = firstZero;
  // The length is in bits and 64 wide (RFC 1321 section 3.2).
  block[14] = total << 3;
  block[15] = total / 0x20000000;
  compress(block, 0);
}

/**
 * Encodes and hashes `text` from `at` on. Everything before `at` is ASCII and already hashed.
 *
 * @returns The number of UTF-8 bytes of the whole text.
 */
function finishEncoding(text: string, at: number): number {
  const length = text.length;
  let total = at;
  let fill = 0;
  block.fill(0);
  zeroFrom = 14;
  for (let i = at; i < length; i++) {
    const c = toScalarValue(''.codePointAt.call(text, i)!);
    // The leading byte goes to the low bits: it comes first in a little-endian word.
    let size = 1;
    let packed = c;
    if (c >= 0x10000) {
      i++;
      size = 4;
      packed = 0xf0 | (c >> 18) | ((0x80 | ((c >> 12) & 0x3f)) << 8);
      packed |= ((0x80 | ((c >> 6) & 0x3f)) << 16) | ((0x80 | (c & 0x3f)) << 24);
    } else if (c >= 0x800) {
      size = 3;
      packed = 0xe0 | (c >> 12) | ((0x80 | ((c >> 6) & 0x3f)) << 8) | ((0x80 | (c & 0x3f)) << 16);
    } else if (c >= 0x80) {
      size = 2;
      packed = 0xc0 | (c >> 6) | ((0x80 | (c & 0x3f)) << 8);
    }
    total += size;
    const shift = (fill & 3) << 3;
    const word = fill >> 2;
    block[word]! |= packed << shift;
    fill += size;
    // The bytes that did not fit go to the next word, which may be the first of the next block.
    const rest = shift === 0 ? 0 : packed >>> (32 - shift);
    if (fill >= 64) {
      compress(block, 0);
      block.fill(0);
      fill -= 64;
      block[0] = rest;
    } else if (rest !== 0) {
      block[word + 1]! |= rest;
    }
  }
  finish(fill, total);
  return total;
}

/**
 * Hashes sixteen words from `at` on (RFC 1321 section 3.4).
 *
 * Each step waits for the word of the step before, so the operations that depend on that word
 * decide the speed. The two halves of G have no bit in common. Adding them separately, instead of
 * or-ing them first, leaves one dependent operation. F is written as d ^ (b & (c ^ d)), which has
 * two, whereas the RFC's form has three (4 ns per block).
 *
 * The loops are unrolled four times, so that no word moves to another variable: one step per
 * iteration takes 1.5 times as long. Unrolling all 64 steps is no faster, and adds 0.5 kB.
 */
function compress(words: Int32Array, at: number): void {
  // In a bundle, SINES is a `var`, which V8 would otherwise read again in each step (7 % slower).
  const sines = SINES;
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  for (let i = 0; i < 16; i += 4) {
    a = (b + rotate((a + sines[i]! + words[at + i]! + (d ^ (b & (c ^ d)))) | 0, 7)) | 0;
    d = (a + rotate((d + sines[i + 1]! + words[at + i + 1]! + (c ^ (a & (b ^ c)))) | 0, 12)) | 0;
    c = (d + rotate((c + sines[i + 2]! + words[at + i + 2]! + (b ^ (d & (a ^ b)))) | 0, 17)) | 0;
    b = (c + rotate((b + sines[i + 3]! + words[at + i + 3]! + (a ^ (c & (d ^ a)))) | 0, 22)) | 0;
  }
  for (let i = 16; i < 32; i += 4) {
    a =
      (b + rotate((a + sines[i]! + words[at + ((5 * i + 1) & 15)]! + (~d & c) + (d & b)) | 0, 5)) |
      0;
    d =
      (a +
        rotate((d + sines[i + 1]! + words[at + ((5 * i + 6) & 15)]! + (~c & b) + (c & a)) | 0, 9)) |
      0;
    c =
      (d +
        rotate(
          (c + sines[i + 2]! + words[at + ((5 * i + 11) & 15)]! + (~b & a) + (b & d)) | 0,
          14,
        )) |
      0;
    b =
      (c + rotate((b + sines[i + 3]! + words[at + ((5 * i) & 15)]! + (~a & d) + (a & c)) | 0, 20)) |
      0;
  }
  for (let i = 32; i < 48; i += 4) {
    a = (b + rotate((a + sines[i]! + words[at + ((3 * i + 5) & 15)]! + (c ^ d ^ b)) | 0, 4)) | 0;
    d =
      (a + rotate((d + sines[i + 1]! + words[at + ((3 * i + 8) & 15)]! + (b ^ c ^ a)) | 0, 11)) | 0;
    c =
      (d + rotate((c + sines[i + 2]! + words[at + ((3 * i + 11) & 15)]! + (a ^ b ^ d)) | 0, 16)) |
      0;
    b =
      (c + rotate((b + sines[i + 3]! + words[at + ((3 * i + 14) & 15)]! + (d ^ a ^ c)) | 0, 23)) |
      0;
  }
  for (let i = 48; i < 64; i += 4) {
    a = (b + rotate((a + sines[i]! + words[at + ((7 * i) & 15)]! + (c ^ (b | ~d))) | 0, 6)) | 0;
    d =
      (a + rotate((d + sines[i + 1]! + words[at + ((7 * i + 7) & 15)]! + (b ^ (a | ~c))) | 0, 10)) |
      0;
    c =
      (d +
        rotate((c + sines[i + 2]! + words[at + ((7 * i + 14) & 15)]! + (a ^ (d | ~b))) | 0, 15)) |
      0;
    b =
      (c + rotate((b + sines[i + 3]! + words[at + ((7 * i + 5) & 15)]! + (d ^ (c | ~a))) | 0, 21)) |
      0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
