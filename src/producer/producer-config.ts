/**
 * The options of a producer, with all defaults resolved.
 *
 * @module
 */

import type { RequestLimits } from '../api/service-model.ts';

export interface ProducerConfig {
  /** The members of every request that name the stream. */
  readonly address: { readonly StreamName?: string; readonly StreamARN?: string };
  readonly isAggregating: boolean;
  readonly isOrdered: boolean;
  readonly isAuto: boolean;
  readonly limits: RequestLimits;
  readonly aggregateBytesMax: number;
  readonly lingerMs: number;
  readonly recordTtlMs: number;
  readonly pendingBytesMax: number;
  readonly requestsInFlightMax: number;
  /** The factor by which the tokens that a record takes are multiplied: 1 / shardShare. */
  readonly weight: number;
  readonly jitter: () => number;
}
