/**
 * Assigns sequence numbers to the records of one shard.
 *
 * @module
 */

import { assertBigint, assertInteger, assertString, quote, wrongValue } from '../base/argument.ts';
import { unwrap } from '../base/fault.ts';
import { min } from '../base/intrinsics.ts';
import { readOptions } from '../base/options.ts';
import { type CounterStep, DecimalCounter, STEPS_AT_ONCE_MAX } from './decimal-counter.ts';
import { RECORD_INDEX_MAX, SequenceIndex } from './sequence-index.ts';
import {
  assertSecondOf,
  CREATED_SECOND_MAX,
  formatVersion2,
  parseSequenceNumber,
  SECOND_MAX,
  type SequenceNumberParts,
  type SequenceNumberV2,
  secondOf,
} from './sequence-number.ts';
import { startingSequenceNumber } from './sequence-number-range.ts';

/** The state of a sequencer: all that {@link createSequencer} needs to continue it. Plain JSON. */
export interface SequencerState {
  /** From 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /** The second in which the shard was created, in epoch milliseconds. */
  readonly shardCreatedAtMs: number;
  /** The last number that was assigned; the shard's StartingSequenceNumber if none was. */
  readonly lastSequenceNumber: string;
}

/** The shard of a sequencer, and where to continue. A {@link SequencerState} has all members. */
export interface SequencerOptions {
  /** From 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /** Epoch milliseconds, cut to the second. */
  readonly shardCreatedAtMs: number;
  /**
   * The last number that was assigned. Without it, numbers start above the StartingSequenceNumber.
   */
  readonly lastSequenceNumber?: string | undefined;
}

/** Assigns sequence numbers to the records of one shard. */
export interface Sequencer {
  /**
   * Returns the number of the next record. It is above all numbers returned before by this
   * sequencer and by any that it continues. No other shard of the stream assigns it
   * (docs/facts.md#sequence-number-unique).
   *
   * The clock may stand still, step back or run ahead. The time in the number never decreases, and
   * stops at the last second that fits a number, in the year 4147.
   *
   * @param nowMs Epoch milliseconds, any safe integer.
   * @throws {TypeError} If it is not a number.
   * @throws {RangeError} If it is not a safe integer, or the sequencer is exhausted.
   */
  next(nowMs: number): string;
  /**
   * Whether no number is left: the last one has the sequence index 2^63 - 2, below that of the
   * EndingSequenceNumber. Counting takes 292,000 years to get there at a million records per
   * second, but a forged number or state may be that high.
   */
  readonly isExhausted: boolean;
  /**
   * Makes the sequence index of the next number exceed this one, if it would not otherwise. Use it
   * if a client has a higher number of the shard than this sequencer has assigned.
   *
   * @param sequenceIndex From 0 to 2^63 - 2.
   * @throws {TypeError} If it is not a bigint.
   * @throws {RangeError} If it is out of range.
   */
  advancePast(sequenceIndex: bigint): void;
  /** A copy of the current state. */
  readonly state: SequencerState;
}

/**
 * How far the time in a number is behind the arrival of its record, before it is cut to the second.
 *
 * The time in a number is thus 1 to 2 seconds before the arrival. In real records it is 0.4 to 2.1
 * (docs/facts.md#sequence-number-time, docs/known-gaps.md#writing-time).
 */
const WRITING_LAG_MS = 1000;

/** The farthest time from the epoch that `next` takes: the last exact integer. */
const TIME_MS_MAX = 9_007_199_254_740_991;

/** The increment of a number per sequence index: 2^80 (docs/facts.md#sequence-number-layout). */
const INDEX_STEP: CounterStep = { top: 1_208_925, middle: 819_614_629, low: 174_706_176 };

/** The increment of a number per second of writing: 2^36. */
const SECOND_STEP: CounterStep = { top: 0, middle: 68, low: 719_476_736 };

/**
 * Creates a sequencer for one shard. Its numbers are of version 2.
 *
 * The sequence index starts at 1 and rises by one per record. In the service it also rises by one
 * from one write to the next (docs/facts.md#sequence-index-step), but it starts anywhere
 * (docs/facts.md#sequence-index-start, docs/known-gaps.md#sequence-index). The shards of a stream
 * share it in groups of five (docs/facts.md#sequence-index-shared). This sequencer shares it with
 * none.
 *
 * The time in a number is that of the call minus one second, but not before the shard's creation
 * (docs/known-gaps.md#writing-time).
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
 * @throws {TypeError} If an option is missing, of the wrong type or unknown.
 * @throws {RangeError} If an option is out of range, or `lastSequenceNumber` is not a number that a
 *   sequencer of this shard assigns.
 */
export function createSequencer(options: SequencerOptions): Sequencer {
  const { shardIndex, shardCreatedAtMs, lastSequenceNumber } = readOptions(
    options,
    ['shardIndex', 'shardCreatedAtMs', 'lastSequenceNumber'],
    'options',
  );
  assertSecondOf(shardCreatedAtMs, CREATED_SECOND_MAX, 'shardCreatedAtMs');
  const start = startingSequenceNumber(shardIndex, shardCreatedAtMs);
  if (lastSequenceNumber !== undefined) assertString(lastSequenceNumber, 'lastSequenceNumber');
  const last = lastSequenceNumber ?? start;
  const { sequenceIndex } = readLastNumber(
    last,
    { shardIndex, createdAtMs: shardCreatedAtMs },
    'options',
  );
  return new ShardSequencer(last, new SequenceIndex(sequenceIndex));
}

/** The fields of a last number that a sequencer goes on from. */
type LastNumber = Pick<SequenceNumberV2, 'sequenceIndex' | 'writtenAtMs'>;

/**
 * Returns the fields of the last number of a sequencer.
 *
 * @param shard A shard with a valid index and creation time.
 * @param owner Names the object of which the number is a member. It is turned into text only for a
 *   message.
 * @throws {RangeError} If no sequencer of the shard assigns the number.
 */
export function readLastNumber(
  lastSequenceNumber: string,
  shard: { readonly shardIndex: number; readonly createdAtMs: number },
  owner: string | { toString(): string },
): LastNumber {
  const result = parseSequenceNumber(lastSequenceNumber);
  if (!result.ok) {
    throw wrongValue(
      `${owner}.lastSequenceNumber is not a sequence number: ${result.fault.message}`,
    );
  }
  const parts = result.value;
  const flaw = describeLastNumberFlaw(parts, shard.shardIndex, secondOf(shard.createdAtMs) * 1000);
  if (flaw === undefined) return parts as SequenceNumberV2;
  throw wrongValue(`${owner}.lastSequenceNumber ${quote(lastSequenceNumber)} ${flaw}`);
}

/** Describes why no sequencer of a shard assigns a number, or returns undefined if one does. */
export function describeLastNumberFlaw(
  parts: SequenceNumberParts,
  shardIndex: number,
  createdAtMs: number,
): string | undefined {
  if (parts.version !== 2) return `is of version ${parts.version}: expected 2`;
  const { sequenceIndex, writtenAtMs } = parts;
  if (parts.shardIndex !== shardIndex) {
    return `is of the shard with index ${parts.shardIndex}: expected ${shardIndex}`;
  }
  if (parts.shardCreatedAtMs !== createdAtMs) {
    return `is of a shard created at ${parts.shardCreatedAtMs}: expected ${createdAtMs}`;
  }
  if (writtenAtMs < createdAtMs) {
    return `was written at ${writtenAtMs}: expected ${createdAtMs} or later`;
  }
  if (sequenceIndex > RECORD_INDEX_MAX) {
    return `has the sequence index ${sequenceIndex}: expected at most ${RECORD_INDEX_MAX}`;
  }
  if (parts.shardNibble !== (shardIndex & 15) || parts.unknownByte !== 0) {
    return 'has bits that a sequencer never sets';
  }
  return undefined;
}

/**
 * The sequencer of a shard. Each number takes the next sequence index, which other sequencers may
 * share. The counter then catches up with the index.
 *
 * Many shards of a large snapshot wait for their first record, so what a number needs is made for
 * the first one. A sequencer that waits takes 64 bytes (Node 20).
 */
export class ShardSequencer implements Sequencer {
  /** The number to go on from. It is the last one as long as there is no counter. */
  #last: string;
  /** The last number. */
  #counter: DecimalCounter | undefined;
  /** The sequence index in the last number, if there is a counter. */
  #counted: SequenceIndex | undefined;
  /** The second of writing in the last number, if there is a counter. It never decreases. */
  #second = 0;
  readonly #index: SequenceIndex;

  /**
   * @param lastSequenceNumber The number to go on from, as {@link readLastNumber} accepts it.
   * @param index The sequence index to take from. It must not be below that of the last number.
   */
  constructor(lastSequenceNumber: string, index: SequenceIndex) {
    this.#last = lastSequenceNumber;
    this.#index = index;
  }

  get isExhausted(): boolean {
    return this.#index.isExhausted;
  }

  /** The last number that was assigned; the shard's StartingSequenceNumber if none was. */
  get lastSequenceNumber(): string {
    return this.#counter === undefined ? this.#last : this.#counter.toString();
  }

  get state(): SequencerState {
    const { lastSequenceNumber } = this;
    const { shardIndex, shardCreatedAtMs } = unwrap(parseSequenceNumber(lastSequenceNumber));
    return { shardIndex, shardCreatedAtMs, lastSequenceNumber };
  }

  next(nowMs: number): string {
    assertInteger(nowMs, -TIME_MS_MAX, TIME_MS_MAX, 'nowMs');
    if (this.#index.isExhausted) {
      throw wrongValue(
        `The shard must have a sequence index left: its last number, ${this.lastSequenceNumber}, has the highest`,
      );
    }
    if (this.#counter === undefined) this.#countFrom(this.#last);
    const counter = this.#counter!;
    const second = min(secondOf(nowMs - WRITING_LAG_MS), SECOND_MAX);
    if (second > this.#second) {
      counter.addTimes(SECOND_STEP, second - this.#second);
      this.#second = second;
    }
    this.#index.increment();
    const steps = this.#counted!.catchUp(this.#index);
    if (steps === 1) counter.add(INDEX_STEP);
    else if (steps <= STEPS_AT_ONCE_MAX) counter.addTimes(INDEX_STEP, steps);
    else this.#setIndex(this.#index.value);
    return this.lastSequenceNumber;
  }

  advancePast(sequenceIndex: bigint): void {
    assertBigint(sequenceIndex, 0n, RECORD_INDEX_MAX, 'sequenceIndex');
    this.#index.raiseTo(sequenceIndex);
    if (this.#counter === undefined) this.#countFrom(this.#last);
    if (this.#counted!.value < sequenceIndex) this.#setIndex(sequenceIndex);
  }

  /** Goes on from a later number, whose sequence index the shared one must have reached. */
  continueFrom(lastSequenceNumber: string): void {
    this.#last = lastSequenceNumber;
    this.#counter = undefined;
  }

  #countFrom(lastSequenceNumber: string): void {
    const { sequenceIndex, writtenAtMs } = parseVersion2(lastSequenceNumber);
    this.#counter = new DecimalCounter(lastSequenceNumber);
    this.#counted = new SequenceIndex(sequenceIndex);
    this.#second = secondOf(writtenAtMs);
  }

  #setIndex(sequenceIndex: bigint): void {
    const parts = parseVersion2(this.lastSequenceNumber);
    this.#countFrom(formatVersion2({ ...parts, sequenceIndex }));
  }
}

function parseVersion2(sequenceNumber: string): SequenceNumberV2 {
  return unwrap(parseSequenceNumber(sequenceNumber)) as SequenceNumberV2;
}
