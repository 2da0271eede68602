/** Partition keys: the text, its UTF-8, the MD5 of its UTF-8, and the hash key. */

import { formatHashKey, hashPartitionKey } from 'shardline';
import { hashPartitionKeys } from 'shardline/batch';
import published from '../../../test/recordings/hash-vectors.json' with { type: 'json' };
import type { Case, VectorFile } from './vector-file.ts';

/**
 * MD5 pads to blocks of 64 bytes with at least nine bytes: 55, 56, 63, 64 and 119 are edges.
 */
const BYTES_MAX = 130;

const CODE_POINTS = [1, 2, 3, 16, 64, 256];

/** A character of each length in UTF-8. */
const CHARACTERS = ['é', '日', '😀'];

function partitionKey(title: string, key: string, source?: string): Case {
  const bytes = new TextEncoder().encode(key);
  return {
    title,
    partitionKey: key,
    codePoints: [...key].length,
    ...(bytes.length > key.length && { utf8: Buffer.from(bytes).toString('hex') }),
    md5: Buffer.from(hashPartitionKeys([key])).toString('hex'),
    hashKey: formatHashKey(hashPartitionKey(key)),
    ...(source !== undefined && { source }),
  };
}

/** Returns different letters, so that a misplaced byte changes the hash. */
function asciiOf(length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(97 + ((i * 7 + length) % 26))).join(
    '',
  );
}

function isPublished(key: string): boolean {
  return published.partitionKeys.some(
    ({ partitionKey, proof }) => partitionKey === key && proof !== 'computed',
  );
}

function* cases(): Generator<Case> {
  for (const { partitionKey: key, source, proof } of published.partitionKeys) {
    if (proof === 'computed') continue;
    yield partitionKey(`published: ${proof}`, key, source);
  }
  for (let length = 0; length <= BYTES_MAX; length++) {
    yield partitionKey(`${length} bytes of ASCII`, asciiOf(length));
  }
  for (const character of CHARACTERS) {
    for (const count of CODE_POINTS) {
      const key = character.repeat(count);
      if (!isPublished(key)) yield partitionKey(`${count} times ${character}`, key);
    }
  }
  for (const code of [0x00, 0x09, 0x0a, 0x0d, 0x1f, 0x7f]) {
    yield partitionKey(`control character ${code}`, String.fromCharCode(code));
  }
  for (const code of [0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff]) {
    yield partitionKey(`U+${code.toString(16).toUpperCase()}`, String.fromCodePoint(code));
  }
  for (let plane = 0; plane <= 16; plane++) {
    const ends = [plane * 0x10000 + (plane === 0 ? 0x0100 : 0), plane * 0x10000 + 0xfffd];
    const key = ends.map((code) => String.fromCodePoint(code)).join('-');
    yield partitionKey(`plane ${plane}`, key);
  }
  const texts = [
    ['a precomposed letter', 'caf\u00e9'],
    ['the same letter composed, not normalised', 'cafe\u0301'],
    ['a byte order mark', '\ufeffkey'],
    ['a zero byte', 'a\0b'],
    ['a family of emoji, joined', '👨‍👩‍👧‍👦'],
    ['right to left', 'مفتاح'],
    ['256 letters', 'k'.repeat(256)],
    ['a UUID', '6f1ed002-ab5d-4a3d-9c0a-1b5e0f3c7d21'],
    ['a key that JavaScript sorts first', '10'],
    ['a key that plain objects have', '__proto__'],
    ['65 characters of 3 bytes behind one of 1', `a${'日'.repeat(65)}`],
  ] as const;
  for (const [title, text] of texts) yield partitionKey(title, text);
}

export const partitionKeys: VectorFile = {
  name: 'partition-keys',
  description:
    'Partition key to hash key: the MD5 of the UTF-8 form, read as an unsigned 128-bit big-endian integer. md5 and, where the key is not ASCII, utf8 in hexadecimal. A key of 0 code points has a hash key, but no request may carry it.',
  source:
    'RFC 1321 over UTF-8; the service says no more (API reference, PutRecord). Cases with a source are published keys, most of them with the shard the service sent them to.',
  cases: [...cases()],
};
