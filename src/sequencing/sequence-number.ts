/**
 * Sequence numbers of versions 0, 1 and 2: parses, formats and compares them.
 *
 * AWS does not document the layout. All published numbers of real streams that were checked fit it
 * (docs/facts.md#sequence-number-layout). These are the bits of each field, 0 the lowest:
 *
 * | field                 | version 2  | version 1  | version 0 |
 * |-----------------------|------------|------------|-----------|
 * | 2                     | 184 to 187 | 184 to 187 |           |
 * | 1                     |            |            | 124       |
 * | shard creation second | 148 to 183 | 148 to 183 | 88 to 123 |
 * | shard index, low bits | 144 to 147 | 144 to 147 |           |
 * | sequence index        | 80 to 143  | 36 to 43   |           |
 * | unknown byte          | 72 to 79   | 136 to 143 | 80 to 87  |
 * | writing second        | 36 to 71   | 100 to 135 |           |
 * | random bits           |            | 44 to 99   | 16 to 79  |
 * | shard index           | 4 to 35    | 4 to 35    | 0 to 15   |
 * | version               | 0 to 3     | 0 to 3     |           |
 *
 * @module
 */

import {
  assertBigint,
  assertInteger,
  assertObject,
  assertString,
  describe,
  quote,
  wrongValue,
} from '../base/argument.ts';
import { describeDecimalFlaw, isDecimal } from '../base/decimal.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { floor, toBigint } from '../base/intrinsics.ts';
import { SEQUENCE_NUMBER_DIGITS_MAX, SHARD_INDEX_MAX } from '../base/limits.ts';

interface CommonParts {
  /** The second in which the shard was created, in epoch milliseconds. */
  readonly shardCreatedAtMs: number;
  /**
   * From 0 to 255; 0 if left out. It is 0 in every real number of version 2
   * (docs/facts.md#sequence-number-unknown-byte); its meaning is not known
   * (docs/known-gaps.md#unknown-byte).
   */
  readonly unknownByte?: number | undefined;
}

/**
 * The fields of a number of version 2, which the service has assigned since late 2014
 * (docs/facts.md#sequence-number-versions).
 */
export interface SequenceNumberV2 extends CommonParts {
  readonly version: 2;
  /**
   * From -2^31 to 2^31 - 1. Negative only in forged numbers, which the service accepts
   * (docs/facts.md#sequence-number-negative-shard).
   */
  readonly shardIndex: number;
  /**
   * From 0 to 2^63 - 1. It decides the order within a shard, because it is in higher bits than the
   * time of writing (docs/facts.md#sequence-number-order).
   */
  readonly sequenceIndex: bigint;
  /** The second in which the record was written, approximately, in epoch milliseconds. */
  readonly writtenAtMs: number;
  /**
   * From 0 to 15. The lowest four bits of the shard index (docs/facts.md#siblings-differ), and by
   * default formatted as these.
   */
  readonly shardNibble?: number | undefined;
}

/**
 * The fields of a number of version 1, which the service assigned in 2014
 * (docs/facts.md#sequence-number-versions).
 */
export interface SequenceNumberV1 extends CommonParts {
  readonly version: 1;
  /** From -2^31 to 2^31 - 1. */
  readonly shardIndex: number;
  /** From 0 to 255. */
  readonly sequenceIndex: bigint;
  /** The second in which the record was written, approximately, in epoch milliseconds. */
  readonly writtenAtMs: number;
  /** From 0 to 15. The lowest four bits of the shard index, and by default formatted as these. */
  readonly shardNibble?: number | undefined;
  /** 56 bits of unknown meaning. Formatted as 0 if left out. */
  readonly randomBits?: bigint | undefined;
}

/**
 * The fields of a number of version 0, known only from examples in the documentation
 * (docs/facts.md#sequence-number-versions).
 */
export interface SequenceNumberV0 extends CommonParts {
  readonly version: 0;
  /** From 0 to 65,535. */
  readonly shardIndex: number;
  /** Version 0 has no sequence index. */
  readonly sequenceIndex?: undefined;
  /** Version 0 has no time of writing. */
  readonly writtenAtMs?: undefined;
  /** 64 bits of unknown meaning. Formatted as 0 if left out. */
  readonly randomBits?: bigint | undefined;
}

/** The fields of a sequence number. Its `version` tells which of them it has. */
export type SequenceNumberParts = SequenceNumberV0 | SequenceNumberV1 | SequenceNumberV2;

/**
 * Highest second of creation in versions 0 and 2, in the year 2477
 * (docs/facts.md#sequence-number-creation-max). For version 1 it is not known
 * (docs/known-gaps.md#unread-bits).
 */
export const CREATED_SECOND_MAX = 16_025_174_999;

/** Highest second that fits the 36 bits of a time, in the year 4147. */
export const SECOND_MAX = 0xf_ffff_ffff;

/** Highest sequence index: bit 63 is refused (docs/facts.md#sequence-number-index-max). */
export const SEQUENCE_INDEX_MAX = 0x7fff_ffff_ffff_ffffn;

/** The most that the random bits of versions 0 and 1 can be: 64 and 56 bits. */
const RANDOM_BITS_MAX_V0 = 0xffff_ffff_ffff_ffffn;
const RANDOM_BITS_MAX_V1 = 0xff_ffff_ffff_ffffn;

/** The digits of every number of versions 1 and 2. A number of version 0 has fewer. */
export const DIGITS_MAX = 56;

// Scratch for one number, big-endian: 24 bytes hold 56 digits. Fields are read and written here
// without bigint arithmetic, because the sequence index of version 2 is at a byte boundary. A call
// reads every member of its argument first, so no caller code runs while this is in use.
const view: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(24));

/**
 * Reads a sequence number of version 0, 1 or 2, as the service reads a SequenceNumberForOrdering.
 *
 * Every number below 2^129 is read as version 0, so '0' and '1' are sequence numbers. Its bits
 * above 123 are ignored (docs/facts.md#sequence-number-small). For bit 128 that is a guess
 * (docs/known-gaps.md#unread-bits). Formatting its fields gives a number with bit 124 set and the
 * higher bits clear, as the service prints it. The fields of all other numbers are formatted as the
 * number that was read.
 *
 * A text of any length is refused in constant time.
 *
 * @example
 * ```ts
 * import { parseSequenceNumber, unwrap } from 'shardline';
 *
 * const parts = unwrap(
 *   parseSequenceNumber('49590338271490256608559692538361571095921575989136588898'),
 * );
 * parts.version; // => 2
 * parts.shardIndex; // => 6
 * parts.sequenceIndex; // => 1734642199n
 * new Date(parts.shardCreatedAtMs).toISOString(); // => '2018-11-21T04:57:38.000Z'
 * parseSequenceNumber('LATEST').ok; // => false
 * ```
 *
 * @returns The fields. Their times are whole seconds, in epoch milliseconds. An
 *   `InvalidArgumentException` fault for any other text, for example TRIM_HORIZON, LATEST or
 *   SHARD_END. Its message is ours, because the service's name the stream and the call.
 * @throws {TypeError} If the text is not a string.
 */
export function parseSequenceNumber(text: string): Result<SequenceNumberParts> {
  assertString(text, 'text');
  if (!isDecimal(text, DIGITS_MAX)) return refuseText(text, describeDecimalFlaw(text, DIGITS_MAX));
  const number = toBigint(text);
  view.setBigUint64(16, number);
  view.setBigUint64(8, number >> 64n);
  view.setBigUint64(0, number >> 128n);
  const top = view.getUint32(0);
  if (top >>> 24 === 2) {
    const version = view.getUint8(23) & 15;
    if (version === 2) return readVersion2(text);
    if (version === 1) return readVersion1();
    return refuseText(text, `its version is ${version}, expected 1 or 2`);
  }
  if (top === 0 && view.getUint32(4) <= 1) return readVersion0(text);
  return refuseText(text, 'expected a number below 2^129, or from 2^185 to 1.5 * 2^185');
}

/**
 * Returns the sequence number with the given fields.
 *
 * Times are cut to the second. The fields that {@link parseSequenceNumber} returns for a number
 * give that number again, except for some numbers of version 0, which are described there.
 *
 * @example
 * ```ts
 * import { formatSequenceNumber } from 'shardline';
 *
 * formatSequenceNumber({
 *   version: 2,
 *   shardIndex: 6,
 *   shardCreatedAtMs: Date.parse('2018-11-21T04:57:38Z'),
 *   sequenceIndex: 1734642199n,
 *   writtenAtMs: Date.parse('2018-12-17T22:10:50Z'),
 * }); // => '49590338271490256608559692538361571095921575989136588898'
 * ```
 *
 * @throws {TypeError} If a field is missing or of the wrong type.
 * @throws {RangeError} If a field is out of range, or the version is not 0, 1 or 2.
 */
export function formatSequenceNumber(parts: SequenceNumberParts): string {
  assertObject(parts, 'parts');
  // A getter may call this library, which would overwrite `view`: read every member before writing.
  const {
    version,
    shardIndex,
    shardCreatedAtMs,
    sequenceIndex,
    writtenAtMs,
    shardNibble,
    unknownByte = 0,
    randomBits = 0n,
  } = parts as { readonly [K in Field]?: unknown };
  const fields = {
    shardIndex,
    shardCreatedAtMs,
    sequenceIndex,
    writtenAtMs,
    shardNibble,
    unknownByte,
    randomBits,
  };
  if (version === 2) return formatVersion2(fields);
  if (version === 1) writeVersion1(fields);
  else if (version === 0) writeVersion0(fields);
  else throw wrongValue(`version must be 0, 1 or 2: got ${describe(version)}`);
  return readDigits();
}

/**
 * Returns the number of version 2 with the given fields, which it checks. It reads them
 * between writes to a shared buffer, so none may be a getter.
 */
export function formatVersion2(fields: Omit<UncheckedFields, 'randomBits'>): string {
  const { sequenceIndex, unknownByte } = fields;
  assertBigint(sequenceIndex, 0n, SEQUENCE_INDEX_MAX, 'sequenceIndex');
  assertInteger(unknownByte, 0, 255, 'unknownByte');
  writeEnds(2, fields, CREATED_SECOND_MAX);
  view.setBigUint64(6, sequenceIndex);
  view.setUint8(14, unknownByte);
  writeWrittenSecond(fields.writtenAtMs, 15);
  return readDigits();
}

function readDigits(): string {
  return (
    (((view.getBigUint64(0) << 64n) | view.getBigUint64(8)) << 64n) |
    view.getBigUint64(16)
  ).toString();
}

/**
 * Compares two sequence numbers as integers, as a callback of `sort`.
 *
 * Takes any text that matches the service's pattern (docs/facts.md#sequence-number-pattern), even
 * if {@link parseSequenceNumber} refuses it. The numbers of a shard have the order of its records,
 * and are below those of its children (docs/facts.md#sequence-number-order). Between other shards
 * the order has no meaning.
 *
 * @example
 * ```ts
 * import { compareSequenceNumbers } from 'shardline';
 *
 * compareSequenceNumbers('9', '10'); // => -1
 * ['10', '9', '100'].sort(compareSequenceNumbers); // => ['9', '10', '100']
 * ```
 *
 * @throws {TypeError} If an argument is not a string.
 * @throws {RangeError} If an argument does not match `0|([1-9]\d{0,128})`, for example
 *   TRIM_HORIZON, LATEST or SHARD_END, which have no place among numbers.
 */
export function compareSequenceNumbers(a: string, b: string): -1 | 0 | 1 {
  assertDigits(a, 'a');
  assertDigits(b, 'b');
  return compareDigits(a, b);
}

/** Compares numbers of decimal digits without leading zeros. */
export function compareDigits(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Returns the second, counted from the epoch, that a time in epoch milliseconds is in. */
export function secondOf(timeMs: number): number {
  return floor(timeMs / 1000);
}

/**
 * @throws {TypeError} If the time is not a number.
 * @throws {RangeError} If it is not an integer from 0 to the end of second `secondMax`.
 */
export function assertSecondOf(
  timeMs: unknown,
  secondMax: number,
  title: string,
): asserts timeMs is number {
  assertInteger(timeMs, 0, secondMax * 1000 + 999, title);
}

/**
 * @throws {TypeError} If the text is not a string.
 * @throws {RangeError} If it is not the digits of a sequence number.
 */
export function assertDigits(text: unknown, title: string): asserts text is string {
  assertString(text, title);
  if (!isDecimal(text, SEQUENCE_NUMBER_DIGITS_MAX)) {
    throw wrongValue(
      `${title} must be a sequence number, 1 to ${SEQUENCE_NUMBER_DIGITS_MAX} decimal digits without leading zero: got ${describe(text)}`,
    );
  }
}

function readVersion2(text: string): Result<SequenceNumberParts> {
  const createdSecond = view.getUint32(1) * 16 + (view.getUint8(5) >>> 4);
  if (createdSecond > CREATED_SECOND_MAX) return refuseCreation(text, createdSecond);
  const sequenceIndex = view.getBigUint64(6);
  if (sequenceIndex > SEQUENCE_INDEX_MAX) {
    return refuseText(text, `its sequence index is ${sequenceIndex}, expected at most 2^63 - 1`);
  }
  return ok({
    version: 2,
    shardIndex: readShardIndex(),
    shardCreatedAtMs: createdSecond * 1000,
    sequenceIndex,
    writtenAtMs: (view.getUint32(15) * 16 + (view.getUint8(19) >>> 4)) * 1000,
    shardNibble: view.getUint8(5) & 15,
    unknownByte: view.getUint8(14),
  });
}

function readVersion1(): Result<SequenceNumberParts> {
  return ok({
    version: 1,
    shardIndex: readShardIndex(),
    shardCreatedAtMs: (view.getUint32(1) * 16 + (view.getUint8(5) >>> 4)) * 1000,
    sequenceIndex: toBigint((view.getUint16(18) >>> 4) & 255),
    writtenAtMs: (view.getUint32(7) * 16 + (view.getUint8(11) >>> 4)) * 1000,
    shardNibble: view.getUint8(5) & 15,
    unknownByte: view.getUint8(6),
    randomBits: (view.getBigUint64(11) >> 4n) & RANDOM_BITS_MAX_V1,
  });
}

function readVersion0(text: string): Result<SequenceNumberParts> {
  const createdSecond = (view.getUint32(8) & 0x0fff_ffff) * 256 + view.getUint8(12);
  if (createdSecond > CREATED_SECOND_MAX) return refuseCreation(text, createdSecond);
  return ok({
    version: 0,
    shardIndex: view.getUint16(22),
    shardCreatedAtMs: createdSecond * 1000,
    unknownByte: view.getUint8(13),
    randomBits: view.getBigUint64(14),
  });
}

/** Reads the shard index of versions 1 and 2, which is signed (bits 4 to 35). */
function readShardIndex(): number {
  return (view.getUint32(19) << 4) | (view.getUint8(23) >>> 4);
}

/** The names of all fields. */
type Field =
  | 'version'
  | 'shardIndex'
  | 'shardCreatedAtMs'
  | 'sequenceIndex'
  | 'writtenAtMs'
  | 'shardNibble'
  | 'unknownByte'
  | 'randomBits';

/** Fields that have been read from the caller's object and are not checked yet. */
type UncheckedFields = { readonly [K in Exclude<Field, 'version'>]?: unknown };

function writeVersion1(fields: UncheckedFields): void {
  const { sequenceIndex, unknownByte, randomBits } = fields;
  assertBigint(sequenceIndex, 0n, 255n, 'sequenceIndex');
  assertInteger(unknownByte, 0, 255, 'unknownByte');
  assertBigint(randomBits, 0n, RANDOM_BITS_MAX_V1, 'randomBits');
  writeEnds(1, fields, SECOND_MAX);
  view.setUint8(6, unknownByte);
  view.setBigUint64(11, randomBits << 4n);
  const index = Number(sequenceIndex);
  view.setUint8(18, view.getUint8(18) | (index >>> 4));
  view.setUint8(19, view.getUint8(19) | ((index & 15) << 4));
  writeWrittenSecond(fields.writtenAtMs, 7);
}

function writeVersion0(fields: UncheckedFields): void {
  const { shardIndex, shardCreatedAtMs, unknownByte, randomBits } = fields;
  assertInteger(shardIndex, 0, 0xffff, 'shardIndex');
  assertSecondOf(shardCreatedAtMs, CREATED_SECOND_MAX, 'shardCreatedAtMs');
  assertInteger(unknownByte, 0, 255, 'unknownByte');
  assertBigint(randomBits, 0n, RANDOM_BITS_MAX_V0, 'randomBits');
  const createdSecond = secondOf(shardCreatedAtMs);
  view.setBigUint64(0, 0n);
  view.setUint32(8, 0x1000_0000 + floor(createdSecond / 256));
  view.setUint8(12, createdSecond);
  view.setUint8(13, unknownByte);
  view.setBigUint64(14, randomBits);
  view.setUint16(22, shardIndex);
}

/**
 * Writes what versions 1 and 2 have in common. Bits 144 to 187: the constant 2, creation second,
 * low index bits. Bits 0 to 35: version and shard index. Clears bits 36 to 39.
 */
function writeEnds(version: 1 | 2, fields: UncheckedFields, createdSecondMax: number): void {
  const { shardIndex, shardCreatedAtMs } = fields;
  assertInteger(shardIndex, -SHARD_INDEX_MAX - 1, SHARD_INDEX_MAX, 'shardIndex');
  assertSecondOf(shardCreatedAtMs, createdSecondMax, 'shardCreatedAtMs');
  const { shardNibble = shardIndex & 15 } = fields;
  assertInteger(shardNibble, 0, 15, 'shardNibble');
  const createdSecond = secondOf(shardCreatedAtMs);
  view.setUint8(0, 2);
  view.setUint32(1, floor(createdSecond / 16));
  view.setUint8(5, ((createdSecond % 16) << 4) | shardNibble);
  view.setUint32(19, shardIndex >>> 4);
  view.setUint8(23, ((shardIndex & 15) << 4) | version);
}

/** Writes a second to the 36 bits that start at byte `at`. The last four of them must be clear. */
function writeWrittenSecond(writtenAtMs: unknown, at: number): void {
  assertSecondOf(writtenAtMs, SECOND_MAX, 'writtenAtMs');
  const writtenSecond = secondOf(writtenAtMs);
  view.setUint32(at, floor(writtenSecond / 16));
  view.setUint8(at + 4, view.getUint8(at + 4) | ((writtenSecond % 16) << 4));
}

function refuseCreation(text: string, second: number): FaultResult {
  return refuseText(
    text,
    `its shard was created in second ${second}, expected at most ${CREATED_SECOND_MAX}`,
  );
}

function refuseText(text: string, reason: string): FaultResult {
  return refuse('InvalidArgumentException', `Invalid sequence number ${quote(text)}: ${reason}.`);
}
