/**
 * The state of a stream apart from its shards.
 *
 * @module
 */

import type { RecordDistributionStrategy, StreamMode } from '../api/aws-types.ts';
import type { ReshardStep } from '../sharding/reshard.ts';

/** What the calls of a stream read and change, apart from its shards. */
export interface StreamState {
  readonly streamMode: StreamMode;
  readonly recordDistributionStrategy: RecordDistributionStrategy;
  readonly warmThroughputMiBps: number | undefined;
  /** When the stream was created: its StreamCreationTimestamp. */
  readonly createdAtMs: number;
  /** When the stream became ACTIVE; CREATING before. */
  readonly activeAtMs: number;
  retentionPeriodHours: number;
  maxRecordSizeInKiB: number;
  /** A shorter retention period than today's has dropped the records before this time. */
  trimmedToMs: number;
  /** The latest arrival of a record. Invariant: never decreases. */
  arrivedAtMs: number;
  /** When UpdateShardCount succeeded, in the last 24 hours at least. */
  scaledAtMs: readonly number[];
  /** How many records were put under AUTO. It decides the shard of the next one. */
  distributedCount: number;
}

/** A reshard that has been accepted and has not happened yet. */
export interface PendingReshard {
  readonly atMs: number;
  readonly steps: readonly ReshardStep[];
}
