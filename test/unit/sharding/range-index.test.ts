import { expect, it } from 'vitest';
import { createRangeIndex, findRange } from '../../../src/sharding/range-index.ts';

const MAX = 2n ** 128n - 1n;

function wordsOf(key: bigint): Uint32Array {
  const word = (shift: bigint): number => Number((key >> shift) & 0xffff_ffffn);
  return Uint32Array.of(word(96n), word(64n), word(32n), word(0n));
}

function keyOf(...words: [number, number, number, number]): bigint {
  return words.reduce((key, word) => (key << 32n) | BigInt(word), 0n);
}

const edges = [0, 1, 0xffff_ffff];
const sharing = (first: number): bigint[] =>
  edges.flatMap((a) => edges.flatMap((b) => edges.map((c) => keyOf(first, a, b, c))));

it.each([
  ['at the start of a bucket except for the first word', [keyOf(0x8000_0001, 0, 0, 0)]],
  ['at the start of a bucket except for the second word', [keyOf(0x8000_0000, 1, 0, 0)]],
  ['at the start of a bucket except for the third word', [keyOf(0x8000_0000, 0, 1, 0)]],
  ['at the start of a bucket except for the fourth word', [keyOf(0x8000_0000, 0, 0, 1)]],
  ['at the start of a bucket', [keyOf(0x8000_0000, 0, 0, 0)]],
  ['after another, except for the second word', [keyOf(1, 0, 0, 0), keyOf(0x8000_0000, 1, 0, 0)]],
  ['after another, except for the third word', [keyOf(1, 0, 0, 0), keyOf(0x8000_0000, 0, 1, 0)]],
  [
    'third, at the start of a bucket except for the second word',
    [keyOf(0x4000_0000, 0, 0, 0), keyOf(0x8000_0000, 1, 0, 0)],
  ],
  ['that share the first word', sharing(0x8000_0000)],
  ['that share the first word, 0', sharing(0).slice(1)],
  ['that share the first word, the last', sharing(0xffff_ffff)],
])('finds the owner at and next to every start %s', (_, above) => {
  const starts = [0n, ...above];
  const index = createRangeIndex(starts);
  const beside = starts.flatMap((start) => [start - 1n, start, start + 1n]);
  const firsts = starts.map((start) => (start >> 96n) << 96n);
  for (const key of [...beside, ...firsts, MAX]) {
    if (key < 0n || key > MAX) continue;
    const owner = starts.findLastIndex((start) => start <= key);
    expect(findRange(index, wordsOf(key))).toBe(owner);
  }
});
