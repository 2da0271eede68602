/**
 * Sequence numbers that kinesalite wrote and read. Its tests passed on AWS in 2018. Where it is
 * wrong, the right result is expected.
 */

import { formatSequenceNumber, parseSequenceNumber, type SequenceNumberParts } from 'shardline';
import { describe, expect, it } from 'vitest';
import vectors from './kinesalite-sequence-numbers.json' with { type: 'json' };

type Vector = (typeof vectors.written)[number] | (typeof vectors.read)[number];

function partsOf(vector: Vector): SequenceNumberParts {
  const { number, sequenceIndex, randomBits, ...numbers } = { sequenceIndex: undefined, ...vector };
  return {
    ...numbers,
    ...(sequenceIndex !== undefined && { sequenceIndex: BigInt(sequenceIndex) }),
    ...(randomBits !== undefined && { randomBits: BigInt(randomBits) }),
  } as SequenceNumberParts;
}

describe('a number that kinesalite wrote', () => {
  it('exists for every version', () => {
    expect(vectors.written.length).toBeGreaterThan(200);
    expect(new Set(vectors.written.map(({ version }) => version))).toEqual(new Set([0, 1, 2]));
  });

  it.each(vectors.written)('is formatted and parsed the same: $number', (vector) => {
    const parts = partsOf(vector);
    expect(formatSequenceNumber(parts)).toBe(vector.number);
    expect(parseSequenceNumber(vector.number)).toMatchObject({ ok: true, value: parts });
  });
});

describe('a number that kinesalite read', () => {
  it.each(vectors.read)('is parsed to the same fields: $number', (vector) => {
    const result = parseSequenceNumber(vector.number);
    expect(result).toEqual({ ok: true, value: partsOf(vector) });
  });
});

describe('a number that kinesalite refused', () => {
  it.each(vectors.refused)('is refused: $number: $error', ({ number }) => {
    expect(parseSequenceNumber(number)).toMatchObject({
      ok: false,
      fault: { code: 'InvalidArgumentException' },
    });
  });
});

describe('a number that kinesalite reads or writes wrongly', () => {
  it.each(vectors.wrong.filter(({ call }) => call === 'parseSequence'))(
    'is parsed right: $number: $why',
    ({ number, shardIndex, result: theirs }) => {
      const result = parseSequenceNumber(number!);
      if (shardIndex === undefined) {
        expect(result.ok).toBe(false);
      } else {
        expect(result).toMatchObject({ ok: true, value: { shardIndex } });
        expect(theirs).not.toBe(shardIndex);
      }
    },
  );

  it('is formatted right for a negative shard index', () => {
    const number = formatSequenceNumber({
      version: 2,
      shardIndex: -1,
      shardCreatedAtMs: 1e12,
      sequenceIndex: 1n,
      writtenAtMs: 1e12,
    });
    expect(BigInt(number).toString(16)).toBe('203b9aca00f00000000000000010003b9aca00ffffffff2');
  });
});
