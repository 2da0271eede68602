/**
 * The state of a stream, except for its shards.
 *
 * @module
 */

import type { RecordDistributionStrategy, StreamMode } from '../api/aws-types.ts';
import type { ReshardStep } from '../sharding/reshard.ts';

/** The state of a stream, except for its shards. Times are epoch milliseconds. */
export interface StreamState {
  readonly streamMode: StreamMode;
  readonly recordDistributionStrategy: RecordDistributionStrategy;
  readonly warmThroughputMiBps: number | undefined;
  /** When the stream was created: its StreamCreationTimestamp. */
  readonly createdAtMs: number;
  /** When the stream becomes ACTIVE. It is CREATING before (docs/facts.md#stream-states). */
  readonly activeAtMs: number;
  retentionPeriodHours: number;
  maxRecordSizeInKiB: number;
  /** Records before this time expired under an earlier, shorter retention period. */
  trimmedToMs: number;
  /** The latest arrival of a record, at first the stream's creation. Invariant: never decreases. */
  arrivedAtMs: number;
  /**
   * The times of the UpdateShardCount calls that succeeded: at least those of the last 24 hours.
   */
  scaledAtMs: readonly number[];
  /**
   * The number of records that an AUTO stream has accepted. It decides the shard of the next one.
   * After {@link DISTRIBUTED_COUNT_MAX} it starts again at 0.
   */
  distributedCount: number;
}

/** Far above any count of records, and far below 2^53, where adding 1 has no effect. */
export const DISTRIBUTED_COUNT_MAX = 0x10_0000_0000_0000;

/** A reshard that was accepted and has not happened yet. */
export interface PendingReshard {
  /** When the reshard happens, in epoch milliseconds. */
  readonly atMs: number;
  readonly steps: readonly ReshardStep[];
}
