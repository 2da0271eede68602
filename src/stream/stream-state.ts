/**
 * The state of a stream, except for its shards.
 *
 * @module
 */

import type {
  EncryptionType,
  RecordDistributionStrategy,
  ShardLevelMetric,
  StreamMode,
} from '../api/aws-types.ts';
import type { ReshardStep } from '../sharding/reshard.ts';

/** The state of a stream, except for its shards. Times are epoch milliseconds. */
export interface StreamState {
  streamMode: StreamMode;
  recordDistributionStrategy: RecordDistributionStrategy;
  warmThroughputMiBps: number | undefined;
  encryption: StreamEncryption;
  /** In the model's order. */
  shardLevelMetrics: readonly ShardLevelMetric[];
  /** When the stream was created: its StreamCreationTimestamp. */
  readonly createdAtMs: number;
  /** When the stream becomes ACTIVE. It is CREATING before (docs/facts.md#stream-states). */
  activeAtMs: number;
  /** Until when a change of a setting keeps the stream UPDATING. */
  updatingUntilMs: number;
  /** When the stream is gone; undefined unless it was deleted. It is DELETING until then. */
  goneAtMs: number | undefined;
  retentionPeriodHours: number;
  maxRecordSizeInKiB: number;
  /** Records before this time expired under an earlier, shorter retention period. */
  trimmedToMs: number;
  /** The latest arrival of a record, at first the stream's creation. Invariant: never decreases. */
  arrivedAtMs: number;
  /**
   * The times of the calls that succeeded, at least those of the last 24 hours: of
   * UpdateShardCount, UpdateStreamMode, StartStreamEncryption and StopStreamEncryption.
   */
  scaledAtMs: readonly number[];
  modeChangedAtMs: readonly number[];
  encryptionStartedAtMs: readonly number[];
  encryptionStoppedAtMs: readonly number[];
  /**
   * The number of records that an AUTO stream has accepted. It decides the shard of the next one.
   * After {@link DISTRIBUTED_COUNT_MAX} it starts again at 0.
   */
  distributedCount: number;
}

/** The encryption of a stream's records at rest. */
export interface StreamEncryption {
  readonly type: EncryptionType;
  /** The KMS key, as StartStreamEncryption names it; undefined without encryption. */
  readonly keyId: string | undefined;
  /** When it takes effect, in epoch milliseconds (docs/facts.md#encryption-begins-active). */
  readonly fromMs: number;
  /** The encryption until then. */
  readonly typeBefore: EncryptionType;
}

/** Returns the type of the encryption at a time. */
export function encryptionTypeAt(
  { type, fromMs, typeBefore }: StreamEncryption,
  nowMs: number,
): EncryptionType {
  return nowMs >= fromMs ? type : typeBefore;
}

/** Far above any count of records, and far below 2^53, where adding 1 has no effect. */
export const DISTRIBUTED_COUNT_MAX = 0x10_0000_0000_0000;

/** A reshard that was accepted and has not happened yet. */
export interface PendingReshard {
  /** When the reshard happens, in epoch milliseconds. */
  readonly atMs: number;
  readonly steps: readonly ReshardStep[];
}
