/**
 * The same keys go to the same shards in every release.
 *
 * If a digest here changes, stored routing decisions change with it: it requires a major release.
 */

import { createHash } from 'node:crypto';
import { createUniformShardMap, formatHashKey, hashPartitionKey } from 'shardline';
import { expect, it } from 'vitest';

const KEYS = 10_000;

const ALPHABETS = [
  'abcdefghijklmnop-0123456789',
  'äßçñ',
  'ключ',
  '日本語',
  '😀🚀',
  'a\ud800é\udc00😀',
];

/** Keys of 0 to 300 characters in six alphabets; x' = 1664525 x + 1013904223 (mod 2^32) picks. */
function* fixedKeys(): Generator<string> {
  let state = 1;
  const pick = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  for (let i = 0; i < KEYS; i++) {
    const alphabet = [...ALPHABETS[i % ALPHABETS.length]!];
    const length = pick(i % 10 === 0 ? 301 : 40);
    yield Array.from({ length }, () => alphabet[pick(alphabet.length)]!).join('');
  }
}

function digest(lines: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest('hex');
}

it('covers keys of every kind', () => {
  const keys = [...fixedKeys()];
  expect(new Set(keys).size).toBeGreaterThan(0.9 * KEYS);
  expect(keys).toContain('');
  expect(keys.some((key) => key.length > 256)).toBe(true);
  expect(digest(keys)).toBe('f61eba48a4c035a6e66ff0052203d0745048fac4130810956545fe05fa70eb28');
});

it('hashes the keys as in every release', () => {
  expect(digest([...fixedKeys()].map((key) => formatHashKey(hashPartitionKey(key))))).toBe(
    'eb1b580d24cd3ab64e16fcce0097e8ad92f5e50a08284fce93489e238237bd20',
  );
});

it('routes the keys as in every release', () => {
  const maps = [1, 2, 3, 5, 16, 100, 4096, 10_000].map(createUniformShardMap);
  const routes = [...fixedKeys()].map((key) =>
    maps.map((map) => map.locatePartitionKey(key).shardId).join(),
  );
  expect(digest(routes)).toBe('5f69d68242cf4a56587ff00e19c3d60d8372fd43eeb9b503d6748ef259aac723');
});
