import { describe, expect, it } from 'vitest';
import { describeTilingFlaw, findTilingFlaw } from '../../../src/sharding/tiling.ts';

const MAX = 2n ** 128n - 1n;

/** Reads ranges such as `0-9 10-MAX`. Their shards are s0, s1, and so on. */
function rangesOf(text: string) {
  const ranges = text === '' ? [] : text.split(' ');
  return ranges.map((range, i) => {
    const [start, end] = range.split('-') as [string, string];
    const endingHashKey = end === 'MAX' ? MAX : BigInt(end);
    return { startingHashKey: BigInt(start), endingHashKey, shardId: `s${i}` };
  });
}

describe('findTilingFlaw', () => {
  const whole = { startingHashKey: 10n, endingHashKey: 19n };

  it.each([
    ['no range', '', 'gap', -1, 10n, 19n],
    ['a start that is too high', '11-19', 'gap', -1, 10n, 10n],
    ['an end that is too low', '10-18', 'gap', 0, 19n, 19n],
    ['a gap of one key', '10-12 14-19', 'gap', 0, 13n, 13n],
    ['an overlap of one key', '10-13 13-19', 'overlap', 0, 13n, 13n],
    ['a range inside another', '10-19 12-14', 'overlap', 0, 12n, 14n],
    ['the first of two flaws', '10-11 13-15 15-19', 'gap', 0, 12n, 12n],
  ])('finds %s', (_, text, kind, below, startingHashKey, endingHashKey) => {
    const flaw = { kind, below, startingHashKey, endingHashKey };
    expect(findTilingFlaw(rangesOf(text), whole)).toEqual(flaw);
  });

  it('returns undefined for ranges that tile', () => {
    expect(findTilingFlaw(rangesOf('10-10 11-19'), whole)).toBeUndefined();
    expect(findTilingFlaw(rangesOf('0-MAX'))).toBeUndefined();
  });
});

describe('describeTilingFlaw', () => {
  it.each([
    ['', 'No shard is open'],
    ['0-9 20-MAX', 'No open shard holds the hash keys 10 to 19: s0 ends at 9, s1 starts at 20'],
    ['0-20 20-MAX', 's0 and s1 overlap: both are open and hold the hash keys 20 to 20'],
    ['1-MAX', 'No open shard holds the hash keys 0 to 0: the lowest, s0, starts at 1'],
    ['0-5', `No open shard holds the hash keys 6 to ${MAX}: the highest, s0, ends at 5`],
  ])('describes the flaw of %s', (text, message) => {
    expect(describeTilingFlaw(rangesOf(text))).toBe(message);
  });

  it('returns undefined for shards that tile the key space', () => {
    expect(describeTilingFlaw(rangesOf('0-9 10-MAX'))).toBeUndefined();
  });
});
