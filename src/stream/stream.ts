/**
 * The interface of a stream: the service's operations on it, and their results.
 *
 * @module
 */

import type {
  DeleteStreamInput,
  EnhancedMonitoringInput,
  EnhancedMonitoringOutput,
  StreamEncryptionInput,
  UpdateStreamModeInput,
  UpdateStreamRecordDistributionStrategyInput,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput,
} from '../api/account-types.ts';
import type {
  ChildShard,
  DecreaseStreamRetentionPeriodInput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  GetShardIteratorInput,
  IncreaseStreamRetentionPeriodInput,
  ListShardsInput,
  ListShardsOutput,
  MergeShardsInput,
  PutRecordInput,
  PutRecordOutput,
  PutRecordsInput,
  PutRecordsOutput,
  SplitShardInput,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
} from '../api/aws-types.ts';
import type { FaultResult, Result } from '../base/fault.ts';
import type { IteratorPosition, resolvePosition } from '../sequencing/iterator-position.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import type { StreamSnapshot } from './snapshot/snapshot.ts';
import type { ContextChanges } from './stream-config.ts';

/** An accepted record, as a store must keep it besides its data and partition key. */
export interface AcceptedRecord {
  /** The stream's name. Two streams have the same shard ids. */
  readonly streamName: string;
  readonly shardId: string;
  /** The number in the shard id. From 0 to 2^31 - 1. */
  readonly shardIndex: number;
  /** Decimal digits. */
  readonly sequenceNumber: string;
  /**
   * The explicit hash key, or the hash key of the partition key. On an AUTO stream, the lowest hash
   * key of the shard.
   */
  readonly hashKey: bigint;
  /**
   * The ApproximateArrivalTimestamp, in epoch milliseconds
   * (docs/facts.md#arrival-time-milliseconds). It never decreases in a stream.
   */
  readonly arrivedAtMs: number;
}

/** The fault of a put, and when to try again. */
export interface PutFaultResult extends FaultResult {
  /**
   * Only with a ProvisionedThroughputExceededException: the milliseconds until the record would be
   * accepted, if no other record came before it. `Infinity` if the shard has assigned its last
   * sequence number, which takes a forged snapshot.
   */
  readonly retryAfterMs?: number;
}

/** The result of PutRecord: the service's response, and the record that a store must keep. */
export type PutRecordResult =
  | { readonly ok: true; readonly value: PutRecordOutput; readonly accepted: AcceptedRecord }
  | PutFaultResult;

/** The result of PutRecords. Each list has one entry per record, in the order of the request. */
export type PutRecordsResult =
  | {
      readonly ok: true;
      readonly value: PutRecordsOutput;
      /** The record that a store must keep; undefined for a failed one. */
      readonly accepted: readonly (AcceptedRecord | undefined)[];
      /** The milliseconds until a failed record can be sent again; 0 for an accepted one. */
      readonly retryAfterMs: readonly number[];
    }
  | PutFaultResult;

/**
 * The content of a shard iterator: a shard, and the position in it where a reader starts. It is
 * plain JSON, for an emulator to put into its opaque token.
 */
export interface ShardIterator {
  readonly shardId: string;
  /** The number in the shard id. From 0 to 2^31 - 1. */
  readonly shardIndex: number;
  readonly position: IteratorPosition;
}

/** The response of an operation that returns no data. */
export type EmptyOutput = Record<string, never>;

/**
 * A stream: its shards, throughput, sequence numbers and retention. It holds no records: the stream
 * decides, and the caller stores.
 *
 * Requests and responses have the SDK's own shapes. Every call takes the time in epoch
 * milliseconds, from 0 to about the year 2477. The clock may stand still, jump and step back.
 *
 * A call returns the service's fault for a request that the service would refuse. It throws a
 * TypeError for a time or a member of the wrong type, and a RangeError for one that is out of
 * range. A call that throws or returns a fault leaves the state unchanged.
 *
 * A request may be made of getters and Proxies. Each of its members is read once, before anything
 * else happens.
 */
export interface Stream {
  /**
   * Puts one record: validates it, finds its shard, checks the shard's throughput and assigns a
   * sequence number. The cost does not depend on earlier calls.
   */
  putRecord(request: PutRecordInput, nowMs: number): PutRecordResult;
  /**
   * Puts 1 to 500 records. A fault refuses all of them. A record that exceeds its shard's
   * throughput fails alone: its entry has an ErrorCode (docs/facts.md#put-records-independent).
   */
  putRecords(request: PutRecordsInput, nowMs: number): PutRecordsResult;
  /** Splits an open shard of an ACTIVE, provisioned stream at a hash key. */
  splitShard(request: SplitShardInput, nowMs: number): Result<EmptyOutput>;
  /**
   * Merges two adjacent open shards of an ACTIVE, provisioned stream, the lower one named first.
   */
  mergeShards(request: MergeShardsInput, nowMs: number): Result<EmptyOutput>;
  /** Splits and merges shards until the target number of them is open, all of equal width. */
  updateShardCount(request: UpdateShardCountInput, nowMs: number): Result<UpdateShardCountOutput>;
  /** Sets the retention period to its current value or more, up to 8,760 hours. */
  increaseStreamRetentionPeriod(
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput>;
  /** Sets the retention period to its current value or less, down to 24 hours. */
  decreaseStreamRetentionPeriod(
    request: DecreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput>;
  /** Sets the limit on the size of a record, partition key included: 1,024 to 10,240 KiB. */
  updateMaxRecordSize(request: UpdateMaxRecordSizeInput, nowMs: number): Result<EmptyOutput>;
  /**
   * Sets the mode. The number of shards stays as it is. At most two calls in 24 hours may change it
   * (docs/facts.md#mode-switch-quota).
   */
  updateStreamMode(request: UpdateStreamModeInput, nowMs: number): Result<EmptyOutput>;
  /** Sets the warm throughput of an on-demand stream. It changes no shard. */
  updateStreamWarmThroughput(
    request: UpdateStreamWarmThroughputInput,
    nowMs: number,
  ): Result<UpdateStreamWarmThroughputOutput>;
  /** Sets how an on-demand stream finds the shard of a record. It takes effect at once. */
  updateStreamRecordDistributionStrategy(
    request: UpdateStreamRecordDistributionStrategyInput,
    nowMs: number,
  ): Result<EmptyOutput>;
  /**
   * Starts encryption, or changes its key. The responses to puts say so once the stream is ACTIVE
   * again (docs/facts.md#encryption-begins-active).
   */
  startStreamEncryption(request: StreamEncryptionInput, nowMs: number): Result<EmptyOutput>;
  /** Stops encryption, in the same way. */
  stopStreamEncryption(request: StreamEncryptionInput, nowMs: number): Result<EmptyOutput>;
  /** Enables shard-level metrics, which descriptions then list. */
  enableEnhancedMonitoring(
    request: EnhancedMonitoringInput,
    nowMs: number,
  ): Result<EnhancedMonitoringOutput>;
  /** Disables shard-level metrics. */
  disableEnhancedMonitoring(
    request: EnhancedMonitoringInput,
    nowMs: number,
  ): Result<EnhancedMonitoringOutput>;
  /**
   * Deletes the stream, which must be ACTIVE or CREATING (docs/facts.md#delete-creating): it is
   * DELETING from then on, for the caller to drop. An account drops it by itself, and checks for
   * consumers.
   */
  deleteStream(request: DeleteStreamInput, nowMs: number): Result<EmptyOutput>;
  /**
   * Lists the shards, open and closed, in pages of at most 1,000. Expired ones are not listed
   * (docs/facts.md#expired-shards-unlisted).
   */
  listShards(request: ListShardsInput, nowMs: number): Result<ListShardsOutput>;
  /** Describes the stream and its shards, in pages of at most 100. */
  describeStream(request: DescribeStreamInput, nowMs: number): Result<DescribeStreamOutput>;
  /** Describes the stream without its shards. */
  describeStreamSummary(
    request: DescribeStreamSummaryInput,
    nowMs: number,
  ): Result<DescribeStreamSummaryOutput>;
  /**
   * Returns the position in a shard where a reader starts, as {@link resolvePosition} does.
   * `LATEST` is after the last number that was assigned, whether or not its record is still stored.
   */
  getShardIterator(request: GetShardIteratorInput, nowMs: number): Result<ShardIterator>;
  /**
   * Returns the children of a closed shard at a time, by ascending index, as a GetRecords at its
   * end lists them (docs/facts.md#child-shards); none for a shard that is open or does not exist.
   */
  childShards(shardId: string, nowMs: number): readonly ChildShard[];
  /** Returns the map of the shards that are open at a time. */
  shardMap(nowMs: number): ShardMap;
  /**
   * Returns the time before which records have expired, in epoch milliseconds. A record that
   * arrived exactly then has not. A longer retention period does not bring back what expired under
   * a shorter one (docs/facts.md#retention-no-return).
   */
  trimHorizonMs(nowMs: number): number;
  /**
   * A number that changes exactly when the snapshot changes by more than sequence numbers, arrival
   * times, token buckets and `distributedCount`, the turn under AUTO. A store that keeps records,
   * and saves a snapshot when this changes, can restore the stream with `lastSequenceNumbers`.
   */
  readonly revision: number;
  /**
   * Changes members of the context. Those that are left out or undefined stay as they are. A change
   * of `encryptionType` affects new streams only.
   *
   * @throws {TypeError} If a member is of the wrong type or has an unknown name.
   * @throws {RangeError} If a member is out of range.
   */
  updateContext(changes: ContextChanges): void;
  /** Returns the whole state as plain JSON, from which `restoreStream` restores the stream. */
  snapshot(): StreamSnapshot;
}
