/**
 * Decides when to list the shards: one listing at a time, with a pause after each that fails.
 *
 * @module
 */

import { LISTING_PAUSE, lengthOfPause } from './pause.ts';

/** Tracks whether a new shard map is wanted, and when to ask for it. */
export class ListingWish {
  #isWanted = false;
  #isUnderWay = false;
  /** No listing is wanted before this time. */
  #fromMs = 0;
  #failures = 0;

  /** When a listing is wanted next; Infinity if none is, or if one is under way. */
  get atMs(): number {
    return this.#isWanted && !this.#isUnderWay ? this.#fromMs : Number.POSITIVE_INFINITY;
  }

  want(): void {
    this.#isWanted = true;
  }

  start(): void {
    this.#isUnderWay = true;
  }

  succeed(): void {
    this.#isWanted = false;
    this.#isUnderWay = false;
    this.#fromMs = 0;
    this.#failures = 0;
  }

  fail(now: number): void {
    this.#isUnderWay = false;
    this.#fromMs = now + lengthOfPause(LISTING_PAUSE, this.#failures);
    this.#failures++;
  }
}
