import { childCreatedAtMs, endingSequenceNumber, startingSequenceNumber } from 'shardline';
import { describe, expect, it } from 'vitest';
import { StartingNumbers } from '../../../src/sequencing/sequence-number-range.ts';

const CREATED = 1_700_000_000_000;
const LAST_CREATED = 16_025_174_999_999;
const LAST = (2 ** 36 - 1) * 1000 + 999;
const INDEXES = (2n ** 63n - 1n) * 2n ** 80n;

describe('the numbers at the ends of a shard', () => {
  it.each([
    // Created in 2014, as its StartingSequenceNumber says.
    [
      0,
      Date.parse('2014-09-22T16:39:41Z'),
      '49543463076548007577105092696389259426273281578509533186',
    ],
  ])('start with those of a published shard: %i', (shardIndex, createdAtMs, number) => {
    expect(startingSequenceNumber(shardIndex, createdAtMs)).toBe(number);
  });

  it.each([
    [CREATED, CREATED, 0n],
    [CREATED + 500, CREATED, 0n],
    [CREATED, CREATED + 60_999, 60n],
    [LAST_CREATED, LAST_CREATED, 0n],
    [0, LAST, 2n ** 36n - 1n],
  ])('differ for a shard from %i to %i by all indexes and %i seconds', (from, to, seconds) => {
    const start = BigInt(startingSequenceNumber(7, from));
    expect(BigInt(endingSequenceNumber(7, from, to)) - start).toBe(INDEXES + seconds * 2n ** 36n);
  });

  it.each<[() => unknown, string]>([
    [() => startingSequenceNumber(-1, 0), 'shardIndex'],
    [() => startingSequenceNumber(2 ** 31, 0), 'shardIndex'],
    [() => startingSequenceNumber(0, -1), 'createdAtMs'],
    [() => startingSequenceNumber(0, LAST_CREATED + 1), 'createdAtMs'],
    [() => endingSequenceNumber(-1, 0, 0), 'shardIndex'],
    [() => endingSequenceNumber(0, -1, 0), 'createdAtMs'],
    [() => endingSequenceNumber(0, CREATED, CREATED - 1), 'closedAtMs'],
    [() => endingSequenceNumber(0, CREATED, LAST + 1), 'closedAtMs'],
  ])('throw for an argument out of range: %s', (act, title) => {
    expect(act).toThrow(RangeError);
    expect(act).toThrow(new RegExp(`^${title} must be an integer from `));
  });
});

describe('StartingNumbers', () => {
  // The last 15 digits of its numbers are close to 10^15.
  const CARRIES = 1_700_077_690_000;

  it('returns what startingSequenceNumber does', () => {
    const starts = new StartingNumbers();
    for (const createdAtMs of [0, CREATED, CREATED + 999, CARRIES, LAST_CREATED, CREATED]) {
      for (const shardIndex of [0, 1, 15, 16, 17, 31, 9999, 10_000, 2 ** 31 - 16, 2 ** 31 - 1]) {
        const expected = startingSequenceNumber(shardIndex, createdAtMs);
        expect(starts.of(shardIndex, createdAtMs)).toBe(expected);
      }
    }
    expect(starts.of(2 ** 31 - 13, CARRIES)).toMatch(/^49646465297893690234018258129809778213228/);
  });

  it('match no other digits than their own', () => {
    const starts = new StartingNumbers();
    for (const createdAtMs of [0, CREATED, CARRIES]) {
      for (const shardIndex of [0, 1, 16, 9999, 2 ** 31 - 13]) {
        const number = startingSequenceNumber(shardIndex, createdAtMs);
        // The tail of the last one carries.
        const isExact = createdAtMs !== CARRIES || shardIndex <= 9999;
        expect(starts.matches(number, shardIndex, createdAtMs)).toBe(isExact);
        const others = ['', '0', `0${number}`, number.slice(1), number.slice(0, -1)];
        for (let i = 0; i < number.length; i++) {
          const digit = (Number(number[i]) + 1) % 10;
          others.push(`${number.slice(0, i)}${digit}${number.slice(i + 1)}`);
        }
        for (const other of others) {
          expect(starts.matches(other, shardIndex, createdAtMs)).toBe(false);
        }
      }
    }
  });
});

describe('childCreatedAtMs', () => {
  it.each([
    [CREATED, CREATED + 1000],
    [CREATED + 999, CREATED + 1000],
    [LAST_CREATED - 1000, LAST_CREATED - 999],
  ])('returns for parents that close at %i the next second, %i', (closedAtMs, createdAtMs) => {
    expect(childCreatedAtMs(closedAtMs)).toBe(createdAtMs);
  });

  it.each([-1, LAST_CREATED - 999])('throws for %i', (closedAtMs) => {
    expect(() => childCreatedAtMs(closedAtMs)).toThrow(/^closedAtMs must be an integer from 0 to /);
  });
});
