/**
 * The clock of a producer, which follows that of its caller.
 *
 * @module
 */

/**
 * A clock that never steps back: when the caller's clock does, it stands still for a moment, and
 * goes on from there.
 *
 * It starts at 0: V8 keeps small integers in place, but makes an object for a greater one.
 */
export class ProducerClock {
  #now = 0;
  /** How far it is ahead of the caller's clock. */
  #skewMs: number;

  /** @param nowMs The caller's time. */
  constructor(nowMs: number) {
    this.#skewMs = -nowMs;
  }

  get now(): number {
    return this.#now;
  }

  /** Moves the clock to the caller's time, and returns its own. */
  advance(nowMs: number): number {
    const now = nowMs + this.#skewMs;
    if (now < this.#now) this.#skewMs = this.#now - nowMs;
    else this.#now = now;
    return this.#now;
  }

  /** Returns the clock's own time at a past time of the caller's: at most `now`. */
  timeOf(pastMs: number): number {
    return Math.min(pastMs + this.#skewMs, this.#now);
  }
}
