/**
 * The format of snapshots: the state of a stream as plain JSON.
 *
 * @module
 */

import type {
  EncryptionType,
  RecordDistributionStrategy,
  ShardLevelMetric,
  StreamMode,
} from '../../api/aws-types.ts';
import type { StreamConfig } from '../stream-config.ts';

/** The version of the format that the library writes and reads. */
export const SNAPSHOT_VERSION = 1;

/** A shard in a snapshot. Hash keys are decimal digits, and times are epoch milliseconds. */
export interface ShardSnapshot {
  /** The number in the shard id. */
  readonly shardIndex: number;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly parentShardIndex: number | null;
  readonly adjacentParentShardIndex: number | null;
  /** The creation second in the shard's sequence numbers. */
  readonly createdAtMs: number;
  /** When the shard opened. */
  readonly openedAtMs: number;
  /**
   * When the shard closed, and the closing second in its EndingSequenceNumber; null if it is open.
   */
  readonly closed: { readonly closedAtMs: number; readonly closingSecondMs: number } | null;
  /** The state that the records of the shard change; null if it is closed. */
  readonly open: {
    /**
     * The last number that was assigned; the StartingSequenceNumber if none was. Decimal digits.
     */
    readonly lastSequenceNumber: string;
    /** Tokens for records, one per record. From 0 to 1,000. */
    readonly records: number;
    /** Tokens for bytes, 125 per byte. From 0 to those of the stream's largest record. */
    readonly byteUnits: number;
    /** When the token buckets were last refilled. */
    readonly filledAtMs: number;
  } | null;
}

/** The sequence index of a shard group in a snapshot. */
export interface SequenceIndexSnapshot {
  /** Group 0 has the shards 0 to 4, group 1 has 5 to 9, and so on. */
  readonly shardGroup: number;
  /** The sequence index that was assigned last, 0 if none was. Decimal digits. */
  readonly lastSequenceIndex: string;
}

/** A step of a pending reshard in a snapshot. */
export interface ReshardStepSnapshot {
  /** One for a split, two for a merge, the lower one first. */
  readonly parentShardIndexes: readonly number[];
  /** Two for a split, the lower one first; one for a merge. */
  readonly children: readonly {
    readonly shardIndex: number;
    readonly startingHashKey: string;
    readonly endingHashKey: string;
  }[];
}

/** The context of a stream in a snapshot, with all defaults resolved. */
export type ContextSnapshot = Omit<StreamConfig, 'streamName' | 'streamArn'>;

/**
 * The whole state of a stream as plain JSON. Times are epoch milliseconds.
 *
 * Any program may read it. To change the state, restore the stream and call it.
 */
export interface StreamSnapshot {
  readonly version: typeof SNAPSHOT_VERSION;
  readonly streamName: string;
  readonly context: ContextSnapshot;
  readonly streamMode: StreamMode;
  readonly recordDistributionStrategy: RecordDistributionStrategy;
  readonly warmThroughputMiBps: number | null;
  readonly encryption: {
    readonly type: EncryptionType;
    readonly keyId: string | null;
    /** When it takes effect. */
    readonly fromMs: number;
    /** The type until then. */
    readonly typeBefore: EncryptionType;
  };
  /** In the model's order. */
  readonly shardLevelMetrics: readonly ShardLevelMetric[];
  /** The StreamCreationTimestamp. */
  readonly createdAtMs: number;
  /** When the stream becomes ACTIVE. */
  readonly activeAtMs: number;
  /** Until when a change of a setting keeps the stream UPDATING. */
  readonly updatingUntilMs: number;
  /** When the stream is gone; null unless it is DELETING. */
  readonly goneAtMs: number | null;
  /** From 24 to 8,760. */
  readonly retentionPeriodHours: number;
  /** From 1,024 to 10,240. */
  readonly maxRecordSizeInKiB: number;
  /** Records before this time expired under an earlier, shorter retention period. */
  readonly trimmedToMs: number;
  /** The latest arrival of a record; the stream's creation if there was none. */
  readonly arrivedAtMs: number;
  /**
   * The times of the UpdateShardCount calls that succeeded: at least those of the last 24 hours.
   */
  readonly scaledAtMs: readonly number[];
  /** The same for UpdateStreamMode, StartStreamEncryption and StopStreamEncryption. */
  readonly modeChangedAtMs: readonly number[];
  readonly encryptionStartedAtMs: readonly number[];
  readonly encryptionStoppedAtMs: readonly number[];
  /** The number of records that an AUTO stream has accepted. After 2^52 it starts again at 0. */
  readonly distributedCount: number;
  /** The index of the next shard, above every index ever assigned. */
  readonly nextShardIndex: number;
  /**
   * The groups that may assign another number, ascending. Snapshots of earlier versions do not have
   * this member.
   */
  readonly sequenceIndexes?: readonly SequenceIndexSnapshot[];
  /** By ascending shard index. */
  readonly shards: readonly ShardSnapshot[];
  /** A reshard that was accepted and has not happened yet; null if there is none. */
  readonly pending: {
    readonly atMs: number;
    readonly steps: readonly ReshardStepSnapshot[];
  } | null;
}
