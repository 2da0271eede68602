/**
 * Pauses after failures: each is longer than the one before, up to a limit.
 *
 * @module
 */

import { ceil, max, min } from '../base/intrinsics.ts';
import type { Trouble } from './read-outcome.ts';

/** How long to pause after failures in a row. */
export interface Pause {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The pause of a shard that refused a record. */
export const SHARD_PAUSE: Pause = { firstMs: 50, factor: 2, maxMs: 1000 };

/** The pause after a listing that failed. */
export const LISTING_PAUSE: Pause = { firstMs: 1000, factor: 1.5, maxMs: 30_000 };

/** The pause of all requests after one failed (docs/facts.md#sdk-retries). */
const REQUEST_PAUSE: Pause = { firstMs: 50, factor: 2, maxMs: 20_000 };
const THROTTLED_PAUSE: Pause = { firstMs: 1000, factor: 2, maxMs: 20_000 };

/**
 * Returns how long to pause, in milliseconds. At least 1.
 *
 * @param failures The number of failures before this one.
 * @param jitter From 0 to 1.
 */
export function lengthOfPause(pause: Pause, failures: number, jitter = 1): number {
  const { firstMs, factor, maxMs } = pause;
  return max(1, ceil(min(maxMs, firstMs * factor ** failures) * jitter));
}

/** The pause of all requests after one failed. */
export class RequestPause {
  /** No request is sent before this time. */
  untilMs = 0;
  #failures = 0;

  fail(trouble: Trouble, jitter: number, now: number): void {
    // The other requests that failed meanwhile do not lengthen the pause.
    if (trouble.verdict === 'fatal' || this.untilMs > now) return;
    const pause = trouble.verdict === 'throttled' ? THROTTLED_PAUSE : REQUEST_PAUSE;
    this.untilMs = now + lengthOfPause(pause, this.#failures, jitter);
    this.#failures++;
  }

  succeed(): void {
    this.#failures = 0;
  }
}
