/**
 * The sequence numbers of one shard: its start, each record's, its end.
 *
 * @module
 */

import {
  assertBigint,
  assertInteger,
  assertObject,
  assertString,
  quote,
} from '../base/argument.ts';
import { unwrap } from '../base/fault.ts';
import { SHARD_INDEX_MAX } from '../base/limits.ts';
import {
  assertTime,
  CREATED_SECOND_MAX,
  formatSequenceNumber,
  parseSequenceNumber,
  SECOND_MAX,
  SEQUENCE_INDEX_MAX,
  secondOf,
} from './sequence-number.ts';

/** Where a sequencer stands: all that {@link createSequencer} needs to go on. Plain JSON. */
export interface SequencerState {
  /** From 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /** The second in which the shard was created, in epoch milliseconds. */
  readonly shardCreatedAtMs: number;
  /** The number given last; the shard's StartingSequenceNumber if none was given yet. */
  readonly lastSequenceNumber: string;
}

/** The shard whose numbers are wanted, and where to go on: a {@link SequencerState} goes in. */
export interface SequencerOptions {
  /** From 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /** In epoch milliseconds, which are cut to the second. */
  readonly shardCreatedAtMs: number;
  /** The number given last. Numbers start above the StartingSequenceNumber if left out. */
  readonly lastSequenceNumber?: string | undefined;
}

/** Gives the records of one shard their sequence numbers. */
export interface Sequencer {
  /**
   * The number of the next record: above all that this sequencer, and any that it went on from,
   * gave before.
   *
   * The clock may stand still, step back or run ahead: the time in the number stays where it was,
   * or follows up to the last second that the number can hold, in the year 4147.
   *
   * @param nowMs Epoch milliseconds, any safe integer.
   * @throws {TypeError} If it is not a number.
   * @throws {RangeError} If it is not a safe integer.
   */
  next(nowMs: number): string;
  /**
   * Makes the sequence index of the next number higher than this one, if it is not so already. For
   * a number of the shard that is known to somebody and not to this sequencer.
   *
   * @param sequenceIndex From 0 to 2^62 - 1.
   * @throws {TypeError} If it is not a bigint.
   * @throws {RangeError} If it is out of its range.
   */
  advancePast(sequenceIndex: bigint): void;
  /** Where the sequencer stands now; a copy. */
  readonly state: SequencerState;
}

/**
 * How far the time in a number lies behind the arrival of its record, before cutting to the second.
 *
 * In 30 real records of 2017 to 2025 the ApproximateArrivalTimestamp lay 0.4 to 2.1 seconds, mostly
 * 1.1 to 1.9, above the time in the number. One whole second gives 1 to 2.
 */
const WRITING_LAG_MS = 1000;

/**
 * Highest sequence index to go on from. At a million records a second it takes 146,000 years to get
 * there, so that a state beyond it is forged, and as long again to reach the index of the
 * EndingSequenceNumber, so that no number needs a check against it.
 */
export const RESUME_INDEX_MAX = 0x3fff_ffff_ffff_ffffn;

// A record's number is 2^80 above the last one of the same second, and 2^36 more for each second.
// The low 27 of its 56 digits stand in three limbs of nine, small integers to the engine; the rest
// is text, and changes once in 827 records.
const LIMB = 1_000_000_000;
const INDEX_STEP_LOW = 174_706_176;
const INDEX_STEP_MIDDLE = 819_614_629;
const INDEX_STEP_TOP = 1_208_925;
const SECOND_STEP_LOW = 719_476_736;
const SECOND_STEP_MIDDLE = 68;

/** Most seconds to step at once: their low limbs stay below 2^53, their middle limbs below LIMB. */
const SECONDS_AT_ONCE_MAX = 8_388_608;

/** The character codes of the numbers 000 to 999, eight bits each. */
const threeDigits: Uint32Array = /* @__PURE__ */ createThreeDigits();

/**
 * Creates the source of one shard's sequence numbers, of version 2.
 *
 * The sequence index rises by one with each record, from 1 on. In the service it is shared by
 * several shards and starts anywhere; there too it rises by one between writes that nothing comes
 * between. The time in a number is that of the call less a second, never before the shard's
 * creation.
 *
 * @example
 * ```ts
 * import { createSequencer } from 'shardline';
 *
 * const sequencer = createSequencer({ shardIndex: 0, shardCreatedAtMs: 1_700_000_000_000 });
 * sequencer.next(1_700_000_005_000);
 * // => '49646437577108476416916876405827138351405044580327882754'
 * sequencer.next(1_700_000_005_000);
 * // => '49646437577108476416916876405828347277224659209502588930'
 *
 * const resumed = createSequencer(JSON.parse(JSON.stringify(sequencer.state)));
 * resumed.next(0) === sequencer.next(0); // => true
 * ```
 *
 * @throws {TypeError} If an option is missing or of the wrong kind.
 * @throws {RangeError} If an option is out of its range, or `lastSequenceNumber` not a number that
 *   a sequencer of this shard gives.
 */
export function createSequencer(options: SequencerOptions): Sequencer {
  assertObject(options, 'options');
  const { shardIndex, shardCreatedAtMs } = options;
  const startingNumber = startingSequenceNumber(shardIndex, shardCreatedAtMs);
  const { lastSequenceNumber = startingNumber } = options;
  assertString(lastSequenceNumber, 'lastSequenceNumber');
  const state = { shardIndex, shardCreatedAtMs, lastSequenceNumber };
  const flaw = findStateFlaw(state);
  if (flaw !== undefined) throw new RangeError(flaw);
  return new ShardSequencer(state);
}

/**
 * What keeps a state from being one that a sequencer can have, in words; undefined if nothing does.
 *
 * For states that come from outside: any text will do as lastSequenceNumber, if the other members
 * have been found to be in range.
 */
export function findStateFlaw(state: SequencerState): string | undefined {
  const { shardIndex, shardCreatedAtMs, lastSequenceNumber } = state;
  const title = `lastSequenceNumber ${quote(lastSequenceNumber)}`;
  const result = parseSequenceNumber(lastSequenceNumber);
  if (!result.ok) return `lastSequenceNumber is no sequence number: ${result.fault.message}`;
  const parts = result.value;
  if (parts.version !== 2) return `${title} is of version ${parts.version}: expected 2`;
  const { sequenceIndex, writtenAtMs } = parts;
  if (parts.shardIndex !== shardIndex) {
    return `${title} is of the shard with index ${parts.shardIndex}: expected ${shardIndex}`;
  }
  const createdAtMs = secondOf(shardCreatedAtMs) * 1000;
  if (parts.shardCreatedAtMs !== createdAtMs) {
    return `${title} is of a shard created at ${parts.shardCreatedAtMs}: expected ${createdAtMs}`;
  }
  if (writtenAtMs < createdAtMs) {
    return `${title} was written at ${writtenAtMs}: expected no time before the shard's creation at ${createdAtMs}`;
  }
  if (sequenceIndex > RESUME_INDEX_MAX) {
    return `${title} has the sequence index ${sequenceIndex}: expected at most ${RESUME_INDEX_MAX}`;
  }
  if (parts.shardNibble !== (shardIndex & 15) || parts.unknownByte !== 0) {
    return `${title} has bits that no number of a sequencer has`;
  }
  return undefined;
}

/**
 * The StartingSequenceNumber of a shard, which lies below all its records' numbers: index 0,
 * written in the second of creation (75 of 78 starts in published listings; the other three had
 * been moved to the trim horizon).
 *
 * @example
 * ```ts
 * import { startingSequenceNumber } from 'shardline';
 *
 * startingSequenceNumber(0, Date.parse('2014-09-22T16:39:41Z'));
 * // => '49543463076548007577105092696389259426273281578509533186'
 * ```
 *
 * @param shardIndex From 0 to 2^31 - 1.
 * @param createdAtMs Epoch milliseconds, to the second 16025174999.
 * @throws {TypeError} If an argument is not a number.
 * @throws {RangeError} If an argument is not an integer in its range.
 */
export function startingSequenceNumber(shardIndex: number, createdAtMs: number): string {
  assertInteger(shardIndex, 0, SHARD_INDEX_MAX, 'shardIndex');
  assertTime(createdAtMs, CREATED_SECOND_MAX, 'createdAtMs');
  return formatSequenceNumber({
    version: 2,
    shardIndex,
    shardCreatedAtMs: createdAtMs,
    sequenceIndex: 0n,
    writtenAtMs: createdAtMs,
  });
}

/**
 * The EndingSequenceNumber of a closed shard, which lies above all its records' numbers: the
 * highest index, written in the second of closing. It is (2^63 - 1) * 2^80 and 2^36 for each second
 * of the shard's life above its start (7 ends in published listings).
 *
 * @example
 * ```ts
 * import { compareSequenceNumbers, endingSequenceNumber, startingSequenceNumber } from 'shardline';
 *
 * const end = endingSequenceNumber(0, 1_700_000_000_000, 1_700_000_060_000);
 * BigInt(end) - BigInt(startingSequenceNumber(0, 1_700_000_000_000)) ===
 *   (2n ** 63n - 1n) * 2n ** 80n + 60n * 2n ** 36n; // => true
 * ```
 *
 * @param shardIndex From 0 to 2^31 - 1.
 * @param createdAtMs Epoch milliseconds, to the second 16025174999.
 * @param closedAtMs Epoch milliseconds, from the second of creation on, up to the year 4147.
 * @throws {TypeError} If an argument is not a number.
 * @throws {RangeError} If an argument is not an integer in its range.
 */
export function endingSequenceNumber(
  shardIndex: number,
  createdAtMs: number,
  closedAtMs: number,
): string {
  assertInteger(shardIndex, 0, SHARD_INDEX_MAX, 'shardIndex');
  assertTime(createdAtMs, CREATED_SECOND_MAX, 'createdAtMs');
  // A shard closed before its creation would be above its own children.
  assertInteger(closedAtMs, secondOf(createdAtMs) * 1000, SECOND_MAX * 1000 + 999, 'closedAtMs');
  return formatSequenceNumber({
    version: 2,
    shardIndex,
    shardCreatedAtMs: createdAtMs,
    sequenceIndex: SEQUENCE_INDEX_MAX,
    writtenAtMs: closedAtMs,
  });
}

/**
 * When a child is created whose parents are closed at the given time: in the next second (6 of 6
 * pairs in published listings of 2015 to 2018, splits, merges and UpdateShardCount). The second of
 * creation is the highest field, so that all its numbers are above those of its parents.
 *
 * @example
 * ```ts
 * import { childCreatedAtMs } from 'shardline';
 *
 * childCreatedAtMs(1_700_000_059_999); // => 1700000060000
 * ```
 *
 * @param closedAtMs Epoch milliseconds, at most those of second 16025174998.
 * @returns Epoch milliseconds, a whole second.
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not an integer in its range.
 */
export function childCreatedAtMs(closedAtMs: number): number {
  assertTime(closedAtMs, CREATED_SECOND_MAX - 1, 'closedAtMs');
  return (secondOf(closedAtMs) + 1) * 1000;
}

class ShardSequencer implements Sequencer {
  private readonly shardIndex: number;
  private readonly shardCreatedAtMs: number;
  /** The time in the number. Invariant: never falls. */
  private second: number;
  /** The digits above the limbs. Invariant: 29 of them, as flat text, which every number shares. */
  private high: string;
  /** Invariant of the three limbs: from 0 to LIMB - 1. */
  private top: number;
  private middle: number;
  private low: number;

  /** @param state One without flaw. */
  constructor(state: SequencerState) {
    const digits = state.lastSequenceNumber;
    const { shardIndex, shardCreatedAtMs, writtenAtMs } = unwrap(parseSequenceNumber(digits));
    this.shardIndex = shardIndex;
    this.shardCreatedAtMs = shardCreatedAtMs;
    this.second = secondOf(writtenAtMs ?? shardCreatedAtMs);
    this.high = '';
    this.top = this.middle = this.low = 0;
    this.write(digits);
  }

  next(nowMs: number): string {
    assertInteger(nowMs, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'nowMs');
    const second = secondOf(nowMs - WRITING_LAG_MS);
    if (second > this.second) this.advanceTo(Math.min(second, SECOND_MAX));
    this.add(INDEX_STEP_TOP, INDEX_STEP_MIDDLE, INDEX_STEP_LOW);
    return this.read();
  }

  advancePast(sequenceIndex: bigint): void {
    assertBigint(sequenceIndex, 0n, RESUME_INDEX_MAX, 'sequenceIndex');
    const parts = unwrap(parseSequenceNumber(this.read()));
    if (parts.version !== 2 || parts.sequenceIndex >= sequenceIndex) return;
    this.write(formatSequenceNumber({ ...parts, sequenceIndex }));
  }

  get state(): SequencerState {
    return {
      shardIndex: this.shardIndex,
      shardCreatedAtMs: this.shardCreatedAtMs,
      lastSequenceNumber: this.read(),
    };
  }

  private advanceTo(second: number): void {
    while (this.second < second) {
      const seconds = Math.min(second - this.second, SECONDS_AT_ONCE_MAX);
      const low = seconds * SECOND_STEP_LOW;
      // Small integers again: doubles passed once would make every later addition one of doubles.
      const middle = (seconds * SECOND_STEP_MIDDLE + Math.floor(low / LIMB)) | 0;
      this.add(0, middle, (low % LIMB) | 0);
      this.second += seconds;
    }
  }

  private write(digits: string): void {
    this.high = BigInt(digits.slice(0, -27)).toString();
    this.top = Number(digits.slice(-27, -18));
    this.middle = Number(digits.slice(-18, -9));
    this.low = Number(digits.slice(-9));
  }

  /** Adds three limbs. Without branches on the carries, which no processor guesses: 5 ns less. */
  private add(top: number, middle: number, low: number): void {
    const lowSum = this.low + low;
    const lowCarry = (LIMB - 1 - lowSum) >>> 31;
    this.low = lowSum - LIMB * lowCarry;
    const middleSum = this.middle + middle + lowCarry;
    const middleCarry = (LIMB - 1 - middleSum) >>> 31;
    this.middle = middleSum - LIMB * middleCarry;
    const topSum = this.top + top + middleCarry;
    if (topSum < LIMB) {
      this.top = topSum;
    } else {
      this.top = topSum - LIMB;
      this.high = (BigInt(this.high) + 1n).toString();
    }
  }

  /**
   * The number as text: the shared digits and 27 of its own. Of the ways measured the cheapest to
   * make and then write to a buffer.
   */
  private read(): string {
    // By subtraction, 10 ns quicker than by the operator %.
    const { top, middle, low } = this;
    const topHigh = (top / 1_000_000) | 0;
    const topRest = top - topHigh * 1_000_000;
    const topMiddle = (topRest / 1000) | 0;
    const middleHigh = (middle / 1_000_000) | 0;
    const middleRest = middle - middleHigh * 1_000_000;
    const middleMiddle = (middleRest / 1000) | 0;
    const lowHigh = (low / 1_000_000) | 0;
    const lowRest = low - lowHigh * 1_000_000;
    const lowMiddle = (lowRest / 1000) | 0;
    const a = threeDigits[topHigh]!;
    const b = threeDigits[topMiddle]!;
    const c = threeDigits[topRest - topMiddle * 1000]!;
    const d = threeDigits[middleHigh]!;
    const e = threeDigits[middleMiddle]!;
    const f = threeDigits[middleRest - middleMiddle * 1000]!;
    const g = threeDigits[lowHigh]!;
    const h = threeDigits[lowMiddle]!;
    const i = threeDigits[lowRest - lowMiddle * 1000]!;
    // biome-ignore format: three digits a line
    const digits = String.fromCharCode(
      a >>> 16, (a >>> 8) & 255, a & 255,
      b >>> 16, (b >>> 8) & 255, b & 255,
      c >>> 16, (c >>> 8) & 255, c & 255,
      d >>> 16, (d >>> 8) & 255, d & 255,
      e >>> 16, (e >>> 8) & 255, e & 255,
      f >>> 16, (f >>> 8) & 255, f & 255,
      g >>> 16, (g >>> 8) & 255, g & 255,
      h >>> 16, (h >>> 8) & 255, h & 255,
      i >>> 16, (i >>> 8) & 255, i & 255,
    );
    return this.high + digits;
  }
}

function createThreeDigits(): Uint32Array {
  return Uint32Array.from({ length: 1000 }, (_, number) => {
    const ones = number % 10;
    const tens = ((number - ones) / 10) % 10;
    const hundreds = (number - 10 * tens - ones) / 100;
    return ((48 + hundreds) << 16) | ((48 + tens) << 8) | (48 + ones);
  });
}
