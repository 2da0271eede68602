/** Sequence numbers that AWS, its tools and its users have published. */

import {
  childCreatedAtMs,
  endingSequenceNumber,
  formatSequenceNumber,
  parseSequenceNumber,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { parseShardId } from '../../src/sharding/shard-id.ts';
import { fromHex } from '../oracles/reference/sequence-number.ts';
import { cases } from './sequence-number-cases.json' with { type: 'json' };
import { numbers } from './sequence-numbers.json' with { type: 'json' };

const real = numbers.filter(({ tier }) => tier === 'real');

it('the recording has 102 real numbers with their fields', () => {
  expect(real).toHaveLength(102);
  expect(real.every(({ fields }) => fields !== undefined)).toBe(true);
});

describe('a published number', () => {
  it.each(numbers)(
    'has its published fields, or is refused: $tier $number, $source',
    ({ number, fields }) => {
      const result = parseSequenceNumber(number);
      if (fields === undefined) {
        expect(result).toMatchObject({ ok: false, fault: { code: 'InvalidArgumentException' } });
        return;
      }
      const { shardCreatedSecond, writtenSecond, sequenceIndex, randomBits, ...rest } = fields;
      const parts = unwrap(result);
      expect(parts).toEqual({
        ...rest,
        shardCreatedAtMs: shardCreatedSecond * 1000,
        ...(writtenSecond !== undefined && { writtenAtMs: writtenSecond * 1000 }),
        ...(sequenceIndex !== undefined && { sequenceIndex: BigInt(sequenceIndex) }),
        ...(randomBits !== undefined && { randomBits: BigInt(randomBits) }),
      });
      expect(formatSequenceNumber(parts)).toBe(number);
    },
  );

  it.each(real.filter(({ shardId }) => shardId !== undefined))(
    'has the index of its $shardId: $number',
    ({ number, shardId }) => {
      expect(unwrap(parseSequenceNumber(number)).shardIndex).toBe(unwrap(parseShardId(shardId!)));
    },
  );
});

describe('a number sent to the service', () => {
  it.each(cases)(
    'is accepted as the service accepts it: $title, $hex',
    ({ hex, accepted, shardIndex, printed }) => {
      const result = parseSequenceNumber(fromHex(hex));
      expect(result.ok).toBe(accepted);
      if (!result.ok) return;
      if (shardIndex !== undefined) expect(result.value.shardIndex).toBe(shardIndex);
      const number = formatSequenceNumber(result.value);
      if (printed !== undefined) expect(number).toBe(printed);
      else if (hex.length > 1) expect(number).toBe(fromHex(hex));
    },
  );
});

describe('a published shard', () => {
  // Three of the starts are trim horizons; their notes say so.
  const starts = real.filter(
    ({ kind, fields, note }) =>
      kind === 'start' && fields?.version === 2 && !note?.includes('trim horizon'),
  );
  it.each(starts)('starts at $number', ({ number, fields }) => {
    const { shardIndex, shardCreatedSecond } = fields!;
    expect(startingSequenceNumber(shardIndex, shardCreatedSecond * 1000)).toBe(number);
  });

  it.each(real.filter(({ kind }) => kind === 'end'))('ends at $number', ({ number, fields }) => {
    const { shardIndex, shardCreatedSecond, writtenSecond } = fields!;
    const end = endingSequenceNumber(shardIndex, shardCreatedSecond * 1000, writtenSecond! * 1000);
    expect(end).toBe(number);
    const start = startingSequenceNumber(shardIndex, shardCreatedSecond * 1000);
    const seconds = BigInt(writtenSecond! - shardCreatedSecond);
    expect(BigInt(end) - BigInt(start)).toBe((2n ** 63n - 1n) * 2n ** 80n + seconds * 2n ** 36n);
  });

  it.each(real.filter(({ kind }) => kind === 'end'))(
    'has children created in the next second: $number',
    ({ source, fields }) => {
      const second = childCreatedAtMs(fields!.writtenSecond! * 1000) / 1000;
      const sameListing = real.filter((other) => other.source === source && other.kind === 'start');
      const created = sameListing.map((other) => other.fields!.shardCreatedSecond);
      expect(created).toContain(second);
    },
  );

  it('starts 2^144 + 2^4 above the shard with the next lower index', () => {
    const [first, second] = [0, 1].map((index) => startingSequenceNumber(index, 1.7e12));
    expect(BigInt(second!) - BigInt(first!)).toBe(22300745198530623141535718272648361505980432n);
  });
});
