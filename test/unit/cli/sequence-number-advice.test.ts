import { describe, expect, it } from 'vitest';
import { adviseOnRefusal, describeOddity } from '../../../src/cli/sequence-number-advice.ts';
import {
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberV2,
} from '../../../src/sequencing/sequence-number.ts';
import recorded from '../../recordings/sequence-numbers.json';

const NOW_MS = Date.parse('2026-11-26T00:00:00Z');

const parts: SequenceNumberV2 = {
  version: 2,
  shardIndex: 6,
  shardCreatedAtMs: NOW_MS - 2000,
  sequenceIndex: 7n,
  writtenAtMs: NOW_MS - 1000,
};

function oddityOf(text: string): string | undefined {
  const result = parseSequenceNumber(text);
  return result.ok ? describeOddity(text, result.value, NOW_MS) : 'refused';
}

describe('describeOddity', () => {
  const isReal = ({ tier }: { tier: string }) => tier === 'real';

  it('has nothing to say about real numbers of version 2', () => {
    const numbers = recorded.numbers.filter(
      (entry) => isReal(entry) && entry.fields?.version === 2,
    );
    expect(numbers.length).toBeGreaterThan(50);
    expect(numbers.filter(({ number }) => oddityOf(number) !== undefined)).toEqual([]);
  });

  it('says when real numbers of version 1 were in use', () => {
    const numbers = recorded.numbers.filter(
      (entry) => isReal(entry) && entry.fields?.version === 1,
    );
    expect(numbers.length).toBeGreaterThan(0);
    for (const { number } of numbers) {
      expect(oddityOf(number)).toBe('it is of version 1, which was in use in 2014');
    }
  });

  it.each([
    ['0', 'it is of version 0, and those in use have 56 digits'],
    ['9'.repeat(20), 'it is of version 0, and those in use have 56 digits'],
    [`1${'0'.repeat(20)}`, 'it is of version 0, and looks like a number of DynamoDB Streams'],
    [
      `${2n ** 129n - 1n - (15n << 120n)}`,
      'it is of version 0, and looks like a number of DynamoDB Streams',
    ],
    [formatSequenceNumber({ ...parts, shardIndex: -1 }), 'its shard index is negative'],
    [
      formatSequenceNumber({ ...parts, shardNibble: 5 }),
      'its two copies of the shard index differ',
    ],
    [formatSequenceNumber({ ...parts, unknownByte: 1 }), 'its byte above the time is 1, not 0'],
    [formatSequenceNumber({ ...parts, writtenAtMs: NOW_MS - 3000 }), 'it is older than its shard'],
    [formatSequenceNumber({ ...parts, writtenAtMs: NOW_MS + 86_400_000 }), undefined],
    [
      formatSequenceNumber({ ...parts, writtenAtMs: NOW_MS + 86_401_000 }),
      'its time is in the future',
    ],
  ])('says what is odd about %s', (text, oddity) => {
    expect(oddityOf(text)).toBe(oddity);
  });
});

describe('adviseOnRefusal', () => {
  const LAMBDA_SAMPLE = '49590338271490256608559692538361571095921575989136588898';

  it.each([
    ['TRIM_HORIZON', 'It is the name of a position in a shard.'],
    [`"${LAMBDA_SAMPLE}"`, 'Pass the number alone, without quotes and commas; jq -r prints it so.'],
    [`${LAMBDA_SAMPLE},`, 'Pass the number alone, without quotes and commas; jq -r prints it so.'],
    ['[', 'Pass the number alone, without quotes and commas; jq -r prints it so.'],
    [
      String(Number(LAMBDA_SAMPLE)),
      'A program has rounded it to a double. Keep sequence numbers as strings.',
    ],
    ['4.95903E+55', 'A program has rounded it to a double. Keep sequence numbers as strings.'],
    [
      `${BigInt(Number(LAMBDA_SAMPLE))}`,
      'A program has rounded it to a double. Keep sequence numbers as strings.',
    ],
    [
      '49590338271490260000000000000000000000000000000000000000',
      'A program has rounded it to a double. Keep sequence numbers as strings.',
    ],
    ['9'.repeat(40), 'It looks like a number of DynamoDB Streams.'],
    ['9'.repeat(41), undefined],
    [LAMBDA_SAMPLE.replace(/.$/, '9'), undefined],
    ['x', undefined],
    ['1.5', undefined],
    ['numbers.txt', 'To read numbers from a file, redirect it, with: < FILE'],
    ['data/1', 'To read numbers from a file, redirect it, with: < FILE'],
  ])('advises on %j', (text, advice) => {
    expect(parseSequenceNumber(text).ok).toBe(false);
    expect(adviseOnRefusal(text)).toBe(advice);
  });
});
