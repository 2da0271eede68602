/**
 * What a shard may take in, counted the other way round: not what is left of a budget, but a level
 * that records raise and time lowers.
 *
 * The level after a record is the most that any stretch which ends there had beyond its rate; so a
 * level that stays within the depth is the law itself: no stretch of w milliseconds takes in more
 * than the depth and w times the rate.
 *
 * @module
 */

const RECORDS_MAX = 1000;

/** In 1/125 byte a byte is 125, and 1 MiB a second is 131,072 a millisecond. */
const UNITS_PER_BYTE = 125;
const UNITS_PER_MS = 131_072;

/** How the levels of a shard stand at a time. */
interface Levels {
  readonly atMs: number;
  readonly records: number;
  readonly units: number;
}

export class Meter {
  #levels: Levels;
  #depthUnits: number;

  constructor(depthBytes: number, atMs: number) {
    this.#levels = { atMs, records: 0, units: 0 };
    this.#depthUnits = depthBytes * UNITS_PER_BYTE;
  }

  /** How long a record must wait; 0 if it may come. */
  waitMs(bytes: number, nowMs: number): number {
    const { atMs, records, units } = this.#at(nowMs);
    const overRecords = records + 1 - RECORDS_MAX;
    const overUnits = units + bytes * UNITS_PER_BYTE - this.#depthUnits;
    if (overRecords <= 0 && overUnits <= 0) return 0;
    return atMs - nowMs + Math.max(overRecords, Math.ceil(overUnits / UNITS_PER_MS));
  }

  /** Takes a record in, whether it may come or not. */
  take(bytes: number, nowMs: number): void {
    const { atMs, records, units } = this.#at(nowMs);
    this.#levels = { atMs, records: records + 1, units: units + bytes * UNITS_PER_BYTE };
  }

  /** Changes the depth; what is left up to it stays what it was, as far as the new depth goes. */
  deepen(depthBytes: number, nowMs: number): void {
    const { atMs, records, units } = this.#at(nowMs);
    const depthUnits = depthBytes * UNITS_PER_BYTE;
    this.#levels = { atMs, records, units: Math.max(0, units + depthUnits - this.#depthUnits) };
    this.#depthUnits = depthUnits;
  }

  /**
   * A clock that steps back lowers nothing until it has caught up. A step by more than a full level
   * takes to fall finds it at 0.
   */
  #at(nowMs: number): Levels {
    const { atMs, records, units } = this.#levels;
    const fallMs = Math.max(RECORDS_MAX, this.#depthUnits / UNITS_PER_MS);
    if (atMs - nowMs > fallMs) return { atMs: nowMs, records: 0, units: 0 };
    const elapsedMs = Math.max(0, nowMs - atMs);
    return {
      atMs: Math.max(atMs, nowMs),
      records: Math.max(0, records - elapsedMs),
      units: Math.max(0, units - elapsedMs * UNITS_PER_MS),
    };
  }
}
