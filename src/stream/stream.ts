/**
 * What a stream answers to its embedder: the service's answers, and beside them what a store must
 * keep.
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
import type { Fault, Result } from '../base/fault.ts';
import type { Position, resolvePosition } from '../sequencing/iterator-position.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import type { StreamSnapshot } from './snapshot/snapshot.ts';

/** What a store must keep of an accepted record, beside the request's own data and key. */
export interface AcceptedRecord {
  readonly shardId: string;
  readonly shardIndex: number;
  readonly sequenceNumber: string;
  /**
   * Where the record lies in the key space: the explicit hash key, or the partition key's; under
   * the record distribution strategy AUTO the lowest one of its shard.
   */
  readonly hashKey: bigint;
  /**
   * The ApproximateArrivalTimestamp, in epoch milliseconds. It never runs backwards in a stream.
   */
  readonly arrivedAtMs: number;
}

/** A refusal, with how long to wait where waiting helps. */
export interface Refusal {
  readonly ok: false;
  readonly fault: Fault;
  /**
   * After a ProvisionedThroughputExceededException: when the record would be admitted, if none else
   * came.
   */
  readonly retryAfterMs?: number;
}

/** What became of a PutRecord: the service's answer, and beside it what a store must keep. */
export type PutRecordResult =
  | { readonly ok: true; readonly value: PutRecordOutput; readonly accepted: AcceptedRecord }
  | Refusal;

/** What became of a PutRecords. The lists have one slot a record, in the order of the request. */
export type PutRecordsResult =
  | {
      readonly ok: true;
      readonly value: PutRecordsOutput;
      /** Undefined where the record was refused. */
      readonly accepted: readonly (AcceptedRecord | undefined)[];
      /**
       * How long to wait before the record comes again, in milliseconds; 0 where it was accepted.
       */
      readonly retryAfterMs: readonly number[];
    }
  | Refusal;

/** Where a reader begins: the place that a shard iterator stands for. Plain JSON. */
export interface ShardPosition {
  readonly shardId: string;
  readonly shardIndex: number;
  readonly position: Position;
}

/** The answer of an operation whose answer is empty. */
export type EmptyOutput = Record<string, never>;

/**
 * A stream: its shards, its throughput, its sequence numbers, its retention. Records it does not
 * hold: it decides, the caller stores.
 *
 * Requests and answers have the SDK's own shapes. Every call takes the time, in epoch milliseconds,
 * from 0 to about the year 2477; the clock may repeat, jump and step back. Every call throws a
 * TypeError or a RangeError for a time or a member of a request that is of the wrong type, and
 * leaves the state as it was if it throws or gives a fault.
 */
export interface Stream {
  /**
   * Routes, checks, meters and numbers one record. Its cost does not depend on what came before.
   */
  putRecord(request: PutRecordInput, nowMs: number): PutRecordResult;
  /**
   * The same for 1 to 500 records. A fault refuses all of them; a record that its shard's
   * throughput refuses is a failure in its slot of the answer, and those behind it go on.
   */
  putRecords(request: PutRecordsInput, nowMs: number): PutRecordsResult;
  /** Divides an open shard at a hash key. */
  splitShard(request: SplitShardInput, nowMs: number): Result<EmptyOutput>;
  /** Joins two neighbouring open shards, the lower one named first. */
  mergeShards(request: MergeShardsInput, nowMs: number): Result<EmptyOutput>;
  /** Splits and merges until the stream has so many shards of equal width. */
  updateShardCount(request: UpdateShardCountInput, nowMs: number): Result<UpdateShardCountOutput>;
  /** Sets the retention period, 24 to 8,760 hours, to no less than it is. */
  increaseStreamRetentionPeriod(
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput>;
  /** Sets the retention period, 24 to 8,760 hours, to no more than it is. */
  decreaseStreamRetentionPeriod(
    request: DecreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput>;
  /** Sets the largest record, 1,024 to 10,240 KiB, partition key included. */
  updateMaxRecordSize(request: UpdateMaxRecordSizeInput, nowMs: number): Result<EmptyOutput>;
  /** The shards, open and closed, that retention has not dropped; a page of at most 1,000. */
  listShards(request: ListShardsInput, nowMs: number): Result<ListShardsOutput>;
  /** The stream and its shards, a page of at most 100. */
  describeStream(request: DescribeStreamInput, nowMs: number): Result<DescribeStreamOutput>;
  /** The stream without its shards. */
  describeStreamSummary(
    request: DescribeStreamSummaryInput,
    nowMs: number,
  ): Result<DescribeStreamSummaryOutput>;
  /**
   * The shard and the position in it that a GetShardIterator request asks for; see
   * {@link resolvePosition}. `LATEST` lies behind the last number given, wherever its record is.
   */
  resolveShardPosition(request: GetShardIteratorInput, nowMs: number): Result<ShardPosition>;
  /** The map of the shards that take records at a time. */
  shardMap(nowMs: number): ShardMap;
  /**
   * The instant before which records are gone; one that arrived just then is still there. In epoch
   * milliseconds. A longer retention period does not bring back what the shorter one had dropped.
   */
  trimHorizonMs(nowMs: number): number;
  /** The whole state as plain JSON; `restoreStream` goes on from it as if nothing had happened. */
  snapshot(): StreamSnapshot;
}
