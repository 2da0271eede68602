/**
 * Sequence numbers and times for the laws, weighted towards the edges of every field.
 */

import fc from 'fast-check';
import './property-runs.ts';

/** The last second in which a shard of version 0 or 2 may be created. */
export const CREATED_SECOND_MAX = 16_025_174_999;

/** The last second that fits 36 bits. */
export const SECOND_MAX = 2 ** 36 - 1;

function edged(max: number, ...edges: number[]): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 1, max - 1, max, ...edges), fc.integer({ min: 0, max }));
}

function edgedBits(bits: number): fc.Arbitrary<bigint> {
  const max = (1n << BigInt(bits)) - 1n;
  return fc.oneof(fc.constantFrom(0n, 1n, max >> 1n, max - 1n, max), fc.bigInt(0n, max));
}

export const createdSeconds: fc.Arbitrary<number> = edged(CREATED_SECOND_MAX, 1_700_000_000);
export const seconds: fc.Arbitrary<number> = edged(SECOND_MAX, 15, 16, 2 ** 32 - 1, 2 ** 32);
export const shardIndexes: fc.Arbitrary<number> = edged(2 ** 31 - 1, 15, 16, 17, 255, 256);
const signedShardIndexes = fc.oneof(
  shardIndexes,
  shardIndexes.map((index) => -index - 1),
);
export const sequenceIndexes: fc.Arbitrary<bigint> = edgedBits(63);

/** Milliseconds within a second: times need not be whole seconds. */
const milliseconds = fc.constantFrom(0, 1, 999);

function times(second: fc.Arbitrary<number>): fc.Arbitrary<number> {
  return fc.tuple(second, milliseconds).map(([at, ms]) => at * 1000 + ms);
}

const bytes = edged(255);
const nibbles = edged(15);

/** All fields of a number, of any version. */
export const numberParts = fc.oneof(
  fc.record({
    version: fc.constant(2 as const),
    shardIndex: signedShardIndexes,
    shardCreatedAtMs: times(createdSeconds),
    sequenceIndex: sequenceIndexes,
    writtenAtMs: times(seconds),
    shardNibble: nibbles,
    unknownByte: bytes,
  }),
  fc.record({
    version: fc.constant(1 as const),
    shardIndex: signedShardIndexes,
    shardCreatedAtMs: times(seconds),
    sequenceIndex: edgedBits(8),
    writtenAtMs: times(seconds),
    shardNibble: nibbles,
    unknownByte: bytes,
    randomBits: edgedBits(56),
  }),
  fc.record({
    version: fc.constant(0 as const),
    shardIndex: edged(0xffff, 255, 256),
    shardCreatedAtMs: times(createdSeconds),
    unknownByte: bytes,
    randomBits: edgedBits(64),
  }),
);

/** The numbers at which versions begin and end. */
const borders = fc.constantFrom(
  0n,
  2n ** 36n,
  2n ** 124n,
  2n ** 125n,
  2n ** 128n,
  2n ** 129n,
  2n ** 184n,
  2n ** 185n,
  3n * 2n ** 184n,
  2n ** 186n,
  10n ** 55n,
  10n ** 56n - 1n,
  10n ** 129n - 1n,
  16_025_175_000n << 88n,
  2n ** 124n + (16_025_175_000n << 88n),
  2n ** 185n + (16_025_175_000n << 148n) + 2n,
  2n ** 185n + 2n ** 143n + 2n,
);

/** Canonical decimal texts: numbers of all versions, valid and not, and numbers of no version. */
export const numberDigits: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(borders, fc.bigInt(-17n, 17n)).map(([at, by]) => `${at + by < 0n ? 0n : at + by}`),
  fc.tuple(edgedBits(184), nibbles).map(([low, version]) => {
    return `${2n ** 185n + ((low >> 4n) << 4n) + BigInt(version % 5)}`;
  }),
  edgedBits(129).map(String),
  edgedBits(190).map(String),
);

/** Texts that are sequence numbers, and texts that are not. */
export const numberTexts: fc.Arbitrary<string> = fc.oneof(
  numberDigits,
  numberDigits.map((text) => `0${text}`),
  fc
    .tuple(
      numberDigits,
      fc.nat(60),
      fc.constantFrom(' ', '+', '-', '.', 'e', 'x', '٣', '\n', '/', ':'),
    )
    .map(([text, at, odd]) => text.slice(0, at) + odd + text.slice(at)),
  fc.constantFrom('', 'TRIM_HORIZON', 'LATEST', 'SHARD_END', 'AT_TIMESTAMP', '0x10', '1e3', '1_0'),
  fc.string(),
);

/** Times of a clock that stands still, steps back and jumps, mostly near `aboutSecond`. */
export function clocks(aboutSecond: number): fc.Arbitrary<number> {
  const about = aboutSecond * 1000;
  return fc.oneof(
    fc.constantFrom(-86_400_000, -1, 0, 999, 1000, 1999, 2000, 60_000).map((by) => about + by),
    fc.integer({ min: about, max: about + 5000 }),
    fc.constantFrom(0, -1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    fc.constantFrom(-1, 0, 999, 1000, 2000).map((by) => SECOND_MAX * 1000 + by),
    fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(-1, 0, 1))
      .map(([bits, by]) => about + (2 ** bits + by) * 1000),
  );
}
