/**
 * The interface of a producer: what goes in, and what comes out.
 *
 * @module
 */

import type { PutRecordsRequestEntry, RecordDistributionStrategy } from '../api/aws-types.ts';
import type { Fault, FaultResult } from '../base/fault.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import type { PutRecordsResponse } from './read-outcome.ts';

/** The settings of a producer. */
export interface ProducerOptions {
  /** The stream, for requests. A producer needs a name, an ARN or both. */
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
  /** The shard map of the stream. */
  readonly shardMap: ShardMap;
  /** When the listing arrived from which the shard map was made. Epoch milliseconds. */
  readonly listedAtMs: number;
  /**
   * `shard`: small records of one shard share a Kinesis record, which consumers must deaggregate.
   * `none` (default): each record is a Kinesis record.
   */
  readonly aggregation?: 'shard' | 'none' | undefined;
  /**
   * `partition-key` (default): the records of each partition key are stored in the order in which
   * they were added. `none`: as fast as possible.
   */
  readonly order?: 'partition-key' | 'none' | undefined;
  /**
   * The stream's limit on the size of a record, in bytes, partition key included. From 1 to
   * 10,485,760; 1,048,576 by default (docs/facts.md#record-size-default).
   */
  readonly recordBytesMax?: number | undefined;
  /**
   * The maximum bytes of an aggregated record, its own partition key included. A record that does
   * not fit is sent alone. From 1 to `recordBytesMax`; 51,200 by default.
   */
  readonly aggregateBytesMax?: number | undefined;
  /**
   * How long a record may wait for others to share its request, in milliseconds. From 0 to
   * 86,400,000; 100 by default.
   */
  readonly lingerMs?: number | undefined;
  /**
   * How long a record may be pending, in milliseconds. After that it fails. A record in a request
   * that is not settled fails only if that request does not store it. From 1 to 86,400,000; 30,000
   * by default.
   */
  readonly recordTtlMs?: number | undefined;
  /**
   * The maximum bytes of all pending records, partition keys included. From `recordBytesMax` to
   * 2^52; 64 MiB by default.
   */
  readonly pendingBytesMax?: number | undefined;
  /** The maximum number of requests in flight. From 1 to 10,000; 24 by default. */
  readonly requestsInFlightMax?: number | undefined;
  /**
   * The part of each shard's throughput that this producer may use. From 0.001 to 1 (default). Give
   * four producers 0.25 each.
   */
  readonly shardShare?: number | undefined;
  /**
   * As in CreateStream. On an `AUTO` stream the service chooses the shard, so there is no
   * aggregation, no order and no shard to predict. `USER_PARTITION_KEY` by default.
   */
  readonly recordDistributionStrategy?: RecordDistributionStrategy | undefined;
  /**
   * Returns a number from 0 to 1 by which a pause after a failure is multiplied, such as
   * `Math.random`. 1 by default, so that a producer is deterministic.
   */
  readonly jitter?: (() => number) | undefined;
}

/** A PutRecords request. */
export interface PutAction {
  readonly action: 'put';
  /** Pass it to `settle`. Ids ascend from 0. */
  readonly requestId: number;
  /** The input of the SDK's PutRecordsCommand. */
  readonly input: {
    StreamName?: string;
    StreamARN?: string;
    Records: (PutRecordsRequestEntry & { Data: Uint8Array })[];
  };
}

/** What the caller of a producer has to do. */
export type ProducerAction =
  /** Send `input`, then call `settle`. */
  | PutAction
  /** List the shards of the stream, then call `useShardMap` or `listShardsFailed`. */
  | { readonly action: 'listShards' }
  /**
   * Wait until this time, in epoch milliseconds. Without a time, nothing happens by itself. After
   * any other call, ask `next` again.
   */
  | { readonly action: 'wait'; readonly untilMs?: number };

/**
 * Why a record failed. The code is the name of the service's error, or our own `RecordExpired` for
 * a record that was pending for too long. The message of the latter gives the name and the message
 * of the last error, if any, cut after 200 characters. The name is `InvalidResponse` if a response
 * could not be read.
 */
export interface RecordFault extends Omit<Fault, 'code'> {
  readonly code: string;
}

/** What became of a record. */
export type RecordResult =
  | {
      readonly recordId: number;
      readonly ok: true;
      readonly shardId: string;
      /** That of the Kinesis record. Decimal digits. */
      readonly sequenceNumber: string;
      /** The index of the record in its aggregated record. Absent if it was sent plain. */
      readonly subSequenceNumber?: number;
    }
  | {
      readonly recordId: number;
      readonly ok: false;
      readonly fault: RecordFault;
      /** False only if the record is certainly not in the stream. */
      readonly mayBeStored: boolean;
    };

/** A record that was taken out of a producer. */
export interface DrainedRecord {
  readonly recordId: number;
  /** The members of the record that was added. */
  readonly record: PutRecordsRequestEntry & { Data: Uint8Array };
  /** False only if the record is certainly not in the stream. */
  readonly mayBeStored: boolean;
}

/** The id of an added record; or the fault that refused it, and when to add it again. */
export type AddResult =
  | { readonly ok: true; readonly value: number }
  | (FaultResult & {
      readonly fault: Fault;
      /**
       * How many milliseconds to wait before adding the record again, at most 1,000; undefined if
       * it can never be sent. It may fit earlier: after any call of `settle`.
       */
      readonly retryAfterMs?: number | undefined;
    });

/**
 * Plans how records are sent to a stream: which request goes out when, and what its response means.
 * It sends nothing itself, and has neither a clock nor timers.
 *
 * Times are `nowMs`, epoch milliseconds. A clock that steps back is taken to stand still for a
 * moment; one that jumps ahead lets records expire.
 *
 * No call throws for what the service does. A call that throws has changed nothing.
 */
export interface Producer {
  /**
   * Adds a record. Its Data is not copied: do not change it before the record has its result.
   *
   * Takes constant time.
   *
   * @param record Its members are read once.
   * @returns The id of the record: 0 for the first record, then 1, 2 and so on. The service's fault
   *   for a record that it would never accept. A `PendingBytesExceeded` fault, which is our own, if
   *   the producer is full; add the record again after `retryAfterMs`.
   * @throws {TypeError} If an argument or a member of the record is of the wrong type.
   * @throws {RangeError} If `nowMs` is not an integer in its range.
   */
  add(record: PutRecordsRequestEntry, nowMs: number): AddResult;
  /**
   * Returns what to do now. Call it until it returns `wait`, and again after any other call.
   *
   * Takes constant time per record sent, and logarithmic time in the number of shards that wait.
   *
   * @throws {TypeError} If `nowMs` is not a number.
   * @throws {RangeError} If it is not an integer in its range.
   */
  next(nowMs: number): ProducerAction;
  /**
   * Takes the response to a request, or the error that was thrown instead.
   *
   * Every request must be settled, because its records are pending until then. A request that is
   * settled again is ignored: a late response after a timeout changes nothing.
   *
   * - An entry without an error is stored. An aggregated record counts as stored only if every
   *   record in it belongs to the shard that the response names. Otherwise consumers drop it, so
   *   all of it is sent again.
   * - An entry with an error, whatever its code, is sent again after a pause of its shard.
   * - A response with another number of entries, or without Records, is an error of the request.
   * - If the same request would only fail again, its error fails all of its records. After any
   *   other error, the records are sent again after a pause.
   *
   * @param requestId The id from `next`.
   * @param outcome Either `output`, the SDK's response, or `error`, whatever was thrown.
   * @throws {TypeError} If an argument is of the wrong type.
   * @throws {RangeError} If the id is not one from `next`, `nowMs` is not an integer in its range,
   *   or `jitter` returned anything but a number from 0 to 1. The request is then not settled.
   */
  settle(
    requestId: number,
    outcome: { readonly output: PutRecordsResponse } | { readonly error: unknown },
    nowMs: number,
  ): void;
  /**
   * Takes a new shard map. It may come at any time. A map that is older than the current one is
   * ignored.
   *
   * Takes time in proportion to the shards and, if they are not the same, to the pending records.
   *
   * @param listedAtMs When the listing arrived. Epoch milliseconds.
   * @throws {TypeError} If an argument is of the wrong type.
   * @throws {RangeError} If a time is not an integer in its range, or the shards of the map do not
   *   tile the key space.
   */
  useShardMap(map: ShardMap, listedAtMs: number, nowMs: number): void;
  /**
   * Reports that the shards could not be listed, or that `createShardMap` refused the listing. The
   * next listing is wanted after 1 s, and after 1.5 times as long each time, up to 30 s.
   *
   * @throws {TypeError} If `nowMs` is not a number.
   * @throws {RangeError} If it is not an integer in its range.
   */
  listShardsFailed(nowMs: number): void;
  /**
   * Returns the results that have come since the last call. Each record has exactly one, unless
   * `drain` took it out.
   */
  takeResults(): RecordResult[];
  /** The records that have been added and have no result yet. Bytes include partition keys. */
  readonly pending: { readonly records: number; readonly bytes: number };
  /**
   * Stops lingering: until nothing is pending, no record waits for others to share its request.
   *
   * @throws {TypeError} If `nowMs` is not a number.
   * @throws {RangeError} If it is not an integer in its range.
   */
  flush(nowMs: number): void;
  /**
   * Takes out all pending records, in the order in which they were added. They get no result, and
   * responses to requests in flight are ignored. The producer can be used again.
   */
  drain(): DrainedRecord[];
}
