/**
 * A stream at one time, as queries see it.
 *
 * @module
 */

import type { StreamStatus } from '../api/aws-types.ts';
import type { StreamConfig } from './stream-config.ts';
import type { StreamShards } from './stream-shards.ts';
import type { StreamState } from './stream-state.ts';

/** A stream at one time. The queries read it and change nothing. */
export interface StreamView {
  readonly config: StreamConfig;
  readonly state: StreamState;
  readonly shards: StreamShards;
  readonly status: StreamStatus;
  /** False while the stream is CREATING, and from then on if it was deleted meanwhile. */
  readonly isCreated: boolean;
  /** The trim horizon, in epoch milliseconds. */
  readonly horizonMs: number;
}

/** Returns the earliest time for which shards can be listed: the trim horizon, or the creation. */
export function firstMsOf({ horizonMs, state }: StreamView): number {
  return Math.max(horizonMs, state.createdAtMs);
}
