/**
 * The state of a stream apart from its shards.
 *
 * @module
 */

import type { RecordDistributionStrategy, StreamMode } from '../api/aws-types.ts';
import type { ReshardStep } from '../sharding/reshard.ts';

/** What of a stream a call can change, apart from its shards. */
export interface StreamSettings {
  readonly streamMode: StreamMode;
  readonly recordDistributionStrategy: RecordDistributionStrategy;
  readonly warmThroughputMiBps: number | undefined;
  /** When the stream was created; its StreamCreationTimestamp. */
  readonly createdAtMs: number;
  /** When the stream became ACTIVE; CREATING before. */
  readonly activeAtMs: number;
  retentionPeriodHours: number;
  maxRecordSizeInKiB: number;
  /** Records older than this were dropped by a shorter retention period than today's. */
  trimmedToMs: number;
  /** The latest arrival of a record. Invariant: never decreases. */
  arrivedAtMs: number;
  /** When UpdateShardCount succeeded, of the last 24 hours at least. */
  scaledAtMs: readonly number[];
  /** Under AUTO: how many records have been put, which decides the shard of the next one. */
  distributedCount: number;
}

/** A reshard that has been asked for and not happened yet. */
export interface PendingReshard {
  readonly atMs: number;
  readonly steps: readonly ReshardStep[];
}
