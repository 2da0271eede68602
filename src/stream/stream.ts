/**
 * The interface of a stream: the service's operations, and what a store must keep of their answers.
 *
 * @module
 */

import type {
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

/** What a store must keep of an accepted record, besides the request's data and key. */
export interface AcceptedRecord {
  readonly shardId: string;
  readonly shardIndex: number;
  readonly sequenceNumber: string;
  /**
   * The explicit hash key, or that of the partition key. Under the record distribution strategy
   * AUTO, the lowest hash key of the shard.
   */
  readonly hashKey: bigint;
  /** The ApproximateArrivalTimestamp, in epoch milliseconds. It never decreases in a stream. */
  readonly arrivedAtMs: number;
}

/** The fault of a put. */
export interface PutFaultResult extends FaultResult {
  /**
   * With a ProvisionedThroughputExceededException: in how many milliseconds the record would be
   * accepted, if no other came.
   */
  readonly retryAfterMs?: number;
}

/** The result of PutRecord: the service's answer, and what a store must keep. */
export type PutRecordResult =
  | { readonly ok: true; readonly value: PutRecordOutput; readonly accepted: AcceptedRecord }
  | PutFaultResult;

/** The result of PutRecords. Each list has one entry per record, in the order of the request. */
export type PutRecordsResult =
  | {
      readonly ok: true;
      readonly value: PutRecordsOutput;
      /** Undefined for a refused record. */
      readonly accepted: readonly (AcceptedRecord | undefined)[];
      /** In how many milliseconds to send the record again; 0 for an accepted one. */
      readonly retryAfterMs: readonly number[];
    }
  | PutFaultResult;

/**
 * What a shard iterator stands for: a shard, and the position where a reader starts. Plain JSON.
 */
export interface ShardIterator {
  readonly shardId: string;
  readonly shardIndex: number;
  readonly position: IteratorPosition;
}

/** An empty answer. */
export type EmptyOutput = Record<string, never>;

/**
 * A stream: its shards, throughput, sequence numbers and retention. It holds no records: it
 * decides, the caller stores.
 *
 * Requests and answers have the SDK's own shapes. Every call takes the time in epoch milliseconds,
 * from 0 to about the year 2477. The clock may stand still, jump and step back.
 *
 * A call throws a TypeError or a RangeError for a time or a member of the wrong type. A call that
 * throws or returns a fault leaves the state unchanged.
 *
 * A request may be made of getters and Proxies: each of its members is read once, before anything
 * else happens.
 */
export interface Stream {
  /**
   * Validates, routes, meters and numbers one record. Its cost does not depend on earlier calls.
   */
  putRecord(request: PutRecordInput, nowMs: number): PutRecordResult;
  /**
   * Does the same for 1 to 500 records. A fault refuses all of them. A record that exceeds its
   * shard's throughput becomes an entry with an ErrorCode; the others are not affected.
   */
  putRecords(request: PutRecordsInput, nowMs: number): PutRecordsResult;
  /** Splits an open shard at a hash key. */
  splitShard(request: SplitShardInput, nowMs: number): Result<EmptyOutput>;
  /** Merges two adjacent open shards, the lower one named first. */
  mergeShards(request: MergeShardsInput, nowMs: number): Result<EmptyOutput>;
  /** Splits and merges until the stream has the target number of shards, of equal width. */
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
  /** Sets the maximum record size, 1,024 to 10,240 KiB, partition key included. */
  updateMaxRecordSize(request: UpdateMaxRecordSizeInput, nowMs: number): Result<EmptyOutput>;
  /** Lists the shards, open and closed, that have not expired, in pages of at most 1,000. */
  listShards(request: ListShardsInput, nowMs: number): Result<ListShardsOutput>;
  /** Describes the stream and its shards, in pages of at most 100. */
  describeStream(request: DescribeStreamInput, nowMs: number): Result<DescribeStreamOutput>;
  /** Describes the stream without its shards. */
  describeStreamSummary(
    request: DescribeStreamSummaryInput,
    nowMs: number,
  ): Result<DescribeStreamSummaryOutput>;
  /**
   * Returns the shard, and the position in it, where a reader starts; see {@link resolvePosition}.
   * `LATEST` is after the last number assigned, wherever its record is.
   */
  getShardIterator(request: GetShardIteratorInput, nowMs: number): Result<ShardIterator>;
  /** Returns the map of the shards that take records at a time. */
  shardMap(nowMs: number): ShardMap;
  /**
   * Returns the time before which records are gone, in epoch milliseconds. One that arrived exactly
   * then is kept. A longer retention period does not bring back what a shorter one has dropped.
   */
  trimHorizonMs(nowMs: number): number;
  /** Returns the whole state as plain JSON, from which `restoreStream` continues. */
  snapshot(): StreamSnapshot;
}
