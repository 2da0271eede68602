import {
  compareSequenceNumbers,
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberParts,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../oracles/reference/sequence-number.ts';
import { unitsRead } from '../../support/units-read.ts';

// Every field has digits of its own, so that swapped fields fail.
const V2 = {
  hex: '212345678' + '9' + 'b' + '7edcba9876543210' + 'cd' + '0fedcba98' + '80000001' + '2',
};
const V1 = {
  hex: '2fedcba98' + '7' + '4' + 'ab' + '123456789' + '1a2b3c4d5e6f70' + 'c9' + 'ffffffff' + '1',
};
const V0 = { hex: '1' + '123456789' + 'ab' + '1a2b3c4d5e6f7089' + 'fedc' };

const parts: Record<string, SequenceNumberParts> = {
  [V2.hex]: {
    version: 2,
    shardIndex: -0x7fff_ffff,
    shardCreatedAtMs: 0x1_2345_6789 * 1000,
    sequenceIndex: 0x7edc_ba98_7654_3210n,
    writtenAtMs: 0x0_fedc_ba98 * 1000,
    shardNibble: 0xb,
    unknownByte: 0xcd,
  },
  [V1.hex]: {
    version: 1,
    shardIndex: -1,
    shardCreatedAtMs: 0xf_edcb_a987 * 1000,
    sequenceIndex: 0xc9n,
    writtenAtMs: 0x1_2345_6789 * 1000,
    shardNibble: 4,
    unknownByte: 0xab,
    randomBits: 0x1a_2b3c_4d5e_6f70n,
  },
  [V0.hex]: {
    version: 0,
    shardIndex: 0xfedc,
    shardCreatedAtMs: 0x1_2345_6789 * 1000,
    unknownByte: 0xab,
    randomBits: 0x1a2b_3c4d_5e6f_7089n,
  },
};

describe('parseSequenceNumber', () => {
  it.each(Object.entries(parts))('reads every field of %s', (hex, expected) => {
    expect(unwrap(parseSequenceNumber(fromHex(hex)))).toEqual(expected);
  });

  const reason = (text: string) => {
    const result = parseSequenceNumber(text);
    return result.ok ? undefined : result.fault;
  };

  it.each([
    ['TRIM_HORIZON', "expected decimal digits, got 'T' at character 1"],
    ['LATEST', "expected decimal digits, got 'L' at character 1"],
    ['SHARD_END', "expected decimal digits, got 'S' at character 1"],
    ['AT_TIMESTAMP', "expected decimal digits, got 'A' at character 1"],
    ['', 'expected decimal digits, got none'],
    ['01', 'expected decimal digits without a leading zero'],
    ['+1', "expected decimal digits, got '+' at character 1"],
    ['-1', "expected decimal digits, got '-' at character 1"],
    [' 1', "expected decimal digits, got ' ' at character 1"],
    ['1 ', "expected decimal digits, got ' ' at character 2"],
    ['1e3', "expected decimal digits, got 'e' at character 2"],
    ['0x10', "expected decimal digits, got 'x' at character 2"],
    ['1.5', "expected decimal digits, got '.' at character 2"],
    ['1_0', "expected decimal digits, got '_' at character 2"],
    ['１', "expected decimal digits, got '１' at character 1"],
  ])('refuses %j, which is not a number', (text, flaw) => {
    expect(reason(text)).toEqual({
      code: 'InvalidArgumentException',
      message: `Invalid sequence number '${text}': ${flaw}.`,
      blame: 'client',
    });
  });

  it('refuses control characters without printing them', () => {
    expect(reason('1\n\u001b[2J')!.message).toBe(
      "Invalid sequence number '1\\u000a\\u001b[2J': expected decimal digits, got '\\u000a' at character 2.",
    );
  });

  it.each([
    [2n ** 129n, 'expected a number below 2^129, or from 2^185 to 1.5 * 2^185'],
    [2n ** 185n - 1n, 'expected a number below 2^129, or from 2^185 to 1.5 * 2^185'],
    [3n * 2n ** 184n, 'expected a number below 2^129, or from 2^185 to 1.5 * 2^185'],
    [2n ** 185n, 'its version is 0, expected 1 or 2'],
    [2n ** 185n + 15n, 'its version is 15, expected 1 or 2'],
    [
      2n ** 185n + 2n ** 143n + 2n,
      'its sequence index is 9223372036854775808, expected at most 2^63 - 1',
    ],
    [
      2n ** 185n + (16_025_175_000n << 148n) + 2n,
      'its shard was created in second 16025175000, expected at most 16025174999',
    ],
    [
      16_025_175_000n << 88n,
      'its shard was created in second 16025175000, expected at most 16025174999',
    ],
    [10n ** 56n, 'expected at most 56 decimal digits, got 57 characters'],
  ])('refuses %s and says why', (number, text) => {
    const { code, message } = reason(`${number}`)!;
    expect(code).toBe('InvalidArgumentException');
    expect(message).toContain(`: ${text}.`);
    expect(message).toContain(`'${number}'`);
  });

  it.each([
    2n ** 129n - 1n - (15n << 120n),
    2n ** 185n + 1n,
    2n ** 185n + (16_025_174_999n << 148n) + 2n,
    2n ** 185n + (16_025_175_000n << 148n) + 1n,
    2n ** 185n + (2n ** 143n - 2n ** 80n) + 2n,
    16_025_174_999n << 88n,
  ])('reads %s, the last number before one it refuses', (number) => {
    expect(reason(`${number}`)).toBeUndefined();
  });

  it('refuses a million digits with a short message, reading only what the message may show', () => {
    const text = '4'.repeat(1_000_000);
    expect(reason(text)!.message.length).toBeLessThan(200);
    expect(unitsRead(() => parseSequenceNumber(text))).toBeLessThan(200);
  });

  it('throws for anything but a string', () => {
    for (const value of [undefined, null, 1, 1n, {}, ['1']]) {
      expect(() => parseSequenceNumber(value as string)).toThrow(/^text must be a string: got /);
    }
  });
});

describe('formatSequenceNumber', () => {
  it.each(Object.entries(parts))('writes every field of %s', (hex, fields) => {
    expect(formatSequenceNumber(fields)).toBe(fromHex(hex));
  });

  it('fills in the defaults', () => {
    const base = { shardCreatedAtMs: 0, writtenAtMs: 0, sequenceIndex: 0n };
    expect(formatSequenceNumber({ version: 2, shardIndex: 0x1a, ...base })).toBe(
      fromHex(`2${'0'.repeat(9)}a${'0'.repeat(33)}1a2`),
    );
    expect(formatSequenceNumber({ version: 1, shardIndex: -1, ...base })).toBe(
      fromHex(`2${'0'.repeat(9)}f${'0'.repeat(27)}ffffffff1`),
    );
    expect(formatSequenceNumber({ version: 0, shardIndex: 3, shardCreatedAtMs: 0 })).toBe(
      `${2n ** 124n + 3n}`,
    );
  });

  it('leaves no bit of the number formatted before', () => {
    for (const first of Object.values(parts)) {
      for (const [hex, second] of Object.entries(parts)) {
        formatSequenceNumber(first);
        expect(formatSequenceNumber(second)).toBe(fromHex(hex));
      }
    }
  });

  const v2 = parts[V2.hex]!;
  const v1 = parts[V1.hex]!;
  const v0 = parts[V0.hex]!;
  it.each([
    [v2, { shardIndex: 2 ** 31 }],
    [v2, { shardIndex: -(2 ** 31) - 1 }],
    [v2, { shardCreatedAtMs: 16_025_175_000_000 }],
    [v2, { shardCreatedAtMs: -1 }],
    [v2, { shardCreatedAtMs: Number.NaN }],
    [v2, { sequenceIndex: 2n ** 63n }],
    [v2, { sequenceIndex: -1n }],
    [v2, { writtenAtMs: 2 ** 36 * 1000 }],
    [v2, { writtenAtMs: -1 }],
    [v2, { shardNibble: 16 }],
    [v2, { unknownByte: 256 }],
    [v2, { version: 3 }],
    [v1, { shardCreatedAtMs: 2 ** 36 * 1000 }],
    [v1, { sequenceIndex: 256n }],
    [v1, { randomBits: 2n ** 56n }],
    [v1, { unknownByte: -1 }],
    [v0, { shardIndex: 65_536 }],
    [v0, { shardIndex: -1 }],
    [v0, { shardCreatedAtMs: 16_025_175_000_000 }],
    [v0, { shardCreatedAtMs: -1 }],
    [v0, { randomBits: 2n ** 64n }],
    [v0, { unknownByte: 256 }],
  ])('throws a RangeError that names the field beyond its bits: %$', (fields, change) => {
    const format = () => formatSequenceNumber({ ...fields, ...change } as SequenceNumberParts);
    expect(format).toThrow(RangeError);
    expect(format).toThrow(new RegExp(`^${Object.keys(change)[0]} must be `));
  });

  it('throws a TypeError for anything but an object', () => {
    expect(() => formatSequenceNumber(undefined as never)).toThrow(
      new TypeError('parts must be an object: got undefined'),
    );
  });

  it.each(['shardIndex', 'shardCreatedAtMs', 'sequenceIndex', 'writtenAtMs'])(
    'throws a TypeError without %s',
    (field) => {
      const wrong = { ...v2, [field]: undefined } as SequenceNumberParts;
      expect(() => formatSequenceNumber(wrong)).toThrow(TypeError);
    },
  );
});

describe('compareSequenceNumbers', () => {
  it('compares by value, not as text', () => {
    expect(compareSequenceNumbers('9', '10')).toBe(-1);
    expect(compareSequenceNumbers('10', '9')).toBe(1);
    expect(compareSequenceNumbers('0', '0')).toBe(0);
  });

  it('tells apart numbers that are equal as doubles', () => {
    const number = '49590338271490256608559692538361571095921575989136588898';
    expect(compareSequenceNumbers(number, number.replace(/8$/, '9'))).toBe(-1);
  });

  it('accepts the 129 digits of the pattern and no more', () => {
    expect(compareSequenceNumbers('9'.repeat(129), '1')).toBe(1);
    expect(() => compareSequenceNumbers('9'.repeat(130), '1')).toThrow(RangeError);
    expect(() => compareSequenceNumbers('1', '9'.repeat(130))).toThrow(RangeError);
  });

  it.each(['TRIM_HORIZON', 'LATEST', 'SHARD_END', '', '007', '-1'])('throws for %j', (text) => {
    expect(() => compareSequenceNumbers(text, '1')).toThrow(/^a must be a sequence number/);
    expect(() => compareSequenceNumbers('1', text)).toThrow(/^b must be a sequence number/);
  });

  it('throws a TypeError for anything but strings', () => {
    const wrong = (title: string) => new TypeError(`${title} must be a string: got undefined`);
    expect(() => compareSequenceNumbers(undefined as never, '1')).toThrow(wrong('a'));
    expect(() => compareSequenceNumbers('1', undefined as never)).toThrow(wrong('b'));
  });
});
