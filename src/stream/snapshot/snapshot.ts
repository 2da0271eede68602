/**
 * The state of a stream as plain JSON.
 *
 * @module
 */

import type { RecordDistributionStrategy, StreamMode } from '../../api/aws-types.ts';
import type { StreamConfig } from '../stream-config.ts';

/** The version of the format that this version of the library writes and reads. */
export const SNAPSHOT_VERSION = 1;

/** A shard in a snapshot. Hash keys are decimal strings, times epoch milliseconds. */
export interface ShardSnapshot {
  readonly shardIndex: number;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly parentShardIndex: number | null;
  readonly adjacentParentShardIndex: number | null;
  readonly createdAtMs: number;
  readonly openedAtMs: number;
  /** For a closed shard, when it closed, and the second in its ending sequence number. */
  readonly closed: { readonly closedAtMs: number; readonly closingSecondMs: number } | null;
  /** For an open shard, what its records have changed. */
  readonly open: {
    readonly lastSequenceNumber: string;
    /** Tokens for records. */
    readonly records: number;
    /** Tokens for bytes, in 1/125 byte. */
    readonly byteUnits: number;
    /** When the token buckets were last refilled. */
    readonly filledAtMs: number;
  } | null;
}

/** A step of a pending reshard in a snapshot. */
export interface ReshardStepSnapshot {
  readonly parentShardIndexes: readonly number[];
  readonly children: readonly {
    readonly shardIndex: number;
    readonly startingHashKey: string;
    readonly endingHashKey: string;
  }[];
}

/** The context in a snapshot, with all defaults resolved. */
export type ContextSnapshot = Omit<StreamConfig, 'streamName' | 'streamArn'>;

/** The whole state of a stream as plain JSON. Read it as you like; restore it to change it. */
export interface StreamSnapshot {
  readonly version: typeof SNAPSHOT_VERSION;
  readonly streamName: string;
  readonly context: ContextSnapshot;
  readonly streamMode: StreamMode;
  readonly recordDistributionStrategy: RecordDistributionStrategy;
  readonly warmThroughputMiBps: number | null;
  readonly createdAtMs: number;
  readonly activeAtMs: number;
  readonly retentionPeriodHours: number;
  readonly maxRecordSizeInKiB: number;
  readonly trimmedToMs: number;
  readonly arrivedAtMs: number;
  readonly scaledAtMs: readonly number[];
  readonly distributedCount: number;
  readonly nextShardIndex: number;
  readonly shards: readonly ShardSnapshot[];
  readonly pending: {
    readonly atMs: number;
    readonly steps: readonly ReshardStepSnapshot[];
  } | null;
}
