/** Parsing and formatting a hash key are inverses, and each hash key has one text. */

import fc from 'fast-check';
import { formatHashKey, HASH_KEY_MAX, hashPartitionKey, parseHashKey } from 'shardline';
import { expect, it } from 'vitest';
import { hashKeys, texts } from '../support/arbitraries.ts';

it('parseHashKey returns the hash key that formatHashKey wrote', () => {
  fc.assert(
    fc.property(hashKeys(), (hashKey) => {
      expect(parseHashKey(formatHashKey(hashKey))).toEqual({ ok: true, value: hashKey });
    }),
  );
});

it('formatHashKey returns the text that parseHashKey read, which only takes canonical text', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 41 });
  const nearly = fc.tuple(
    hashKeys(),
    fc.constantFrom('', ' ', '+', '-', '0', '.0', 'n', '_', 'e1'),
  );
  const candidates = fc.oneof(
    digits,
    nearly.map(([hashKey, junk]) => `${junk}${hashKey}`),
    nearly.map(([hashKey, junk]) => `${hashKey}${junk}`),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  fc.assert(
    fc.property(candidates, (text) => {
      const result = parseHashKey(text);
      const isCanonical = /^[0-9]+$/.test(text) && `${BigInt(text)}` === text;
      expect(result.ok).toBe(isCanonical && BigInt(text) <= HASH_KEY_MAX);
      if (result.ok) expect(formatHashKey(result.value)).toBe(text);
    }),
  );
});

it('hashPartitionKey returns a hash key for any text', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const hashKey = hashPartitionKey(text);
      expect(parseHashKey(formatHashKey(hashKey))).toEqual({ ok: true, value: hashKey });
    }),
  );
});
