/**
 * The sequence index of the latest number, from which the shards of a group count on.
 *
 * @module
 */

/** Highest sequence index of a record. The next one is that of the EndingSequenceNumber. */
export const RECORD_INDEX_MAX = 0x7fff_ffff_ffff_fffen;

/** The number of values of the low part: each is a small integer to every engine. */
const LOW_COUNT = 0x4000_0000;

const HIGH_MAX = 0x1_ffff_ffff;
const LOW_MAX = 0x3fff_fffe;

/**
 * A sequence index that sequencers share: each number takes the next one.
 *
 * It is two integers, because a bigint would be allocated per record.
 */
export class SequenceIndex {
  /** Invariant: the index is `high * 2^30 + low`. */
  #high = 0;
  #low = 0;

  /** @param value From 0 to 2^63 - 2: the index that was assigned last. */
  constructor(value: bigint) {
    this.raiseTo(value);
  }

  get value(): bigint {
    return (BigInt(this.#high) << 30n) | BigInt(this.#low);
  }

  /** Whether no index is left. */
  get isExhausted(): boolean {
    return this.#low === LOW_MAX && this.#high === HIGH_MAX;
  }

  /** Takes the next index. There must be one. */
  increment(): void {
    this.#low++;
    if (this.#low < LOW_COUNT) return;
    this.#low = 0;
    this.#high++;
  }

  /** Makes the index at least this one. */
  raiseTo(value: bigint): void {
    const high = Number(value >> 30n);
    const low = Number(value & 0x3fff_ffffn);
    if (high < this.#high || (high === this.#high && low < this.#low)) return;
    this.#high = high;
    this.#low = low;
  }

  /** Makes the index equal to another one, and returns how much that adds to it. */
  catchUp(other: SequenceIndex): number {
    const steps = (other.#high - this.#high) * LOW_COUNT + (other.#low - this.#low);
    this.#high = other.#high;
    this.#low = other.#low;
    return steps;
  }
}
