/**
 * The clock of a producer, which follows that of its caller.
 *
 * @module
 */

/**
 * A clock that never steps back. When the caller's clock does, this one stops for that call and
 * then advances with the caller's again.
 *
 * It starts at 0 because V8 stores small integers in place but allocates an object for larger ones.
 */
export class ProducerClock {
  #now = 0;
  /** How far this clock is ahead of the caller's. */
  #skewMs: number;

  /** @param nowMs The caller's time. */
  constructor(nowMs: number) {
    this.#skewMs = -nowMs;
  }

  get now(): number {
    return this.#now;
  }

  /** Advances the clock to the caller's time, and returns its own time. */
  advance(nowMs: number): number {
    const now = nowMs + this.#skewMs;
    if (now < this.#now) this.#skewMs = this.#now - nowMs;
    else this.#now = now;
    return this.#now;
  }

  /** Converts a past time of the caller's clock to this clock: at most `now`. */
  timeOf(pastMs: number): number {
    return Math.min(pastMs + this.#skewMs, this.#now);
  }
}
