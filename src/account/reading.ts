/**
 * GetShardIterator and GetRecords: where a reader starts, and what its page holds.
 *
 * @module
 */

import type {
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorOutput,
} from '../api/account-types.ts';
import type { ChildShard, GetShardIteratorInput } from '../api/aws-types.ts';
import { refuseDryRun, refuseShardNotFound } from '../api/service-errors.ts';
import { mapValue, ok, type Result } from '../base/fault.ts';
import type { IteratorPosition } from '../sequencing/iterator-position.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { type ReadableRecord, readRecords } from '../stream/query/read-records.ts';
import {
  type AccountState,
  type HostedStream,
  refuseInvalid,
  requireStream,
  streamAt,
} from './account-state.ts';
import { formatIterator, parseIterator, refuseIterator } from './iterator-token.ts';

/** What a GetRecords call reads. The caller's store supplies the records. */
export interface RecordReading {
  readonly streamName: string;
  /** The shard whose records to read. */
  readonly shardId: string;
  /** The number in the shard id. */
  readonly shardIndex: number;
  readonly position: IteratorPosition;
  /** Records that arrived before this time have expired. Epoch milliseconds. */
  readonly trimHorizonMs: number;
  /**
   * Returns the response: the page of records and the iterator of the next page. At the end of a
   * closed shard, it has ChildShards and no NextShardIterator.
   *
   * @param records The records of the shard that were accepted before the call, by ascending
   *   sequence number. You may leave out records before the position. From there on, the first
   *   10,001 records are enough.
   * @throws {TypeError} If they are not an array, or a member of a record is of the wrong type.
   * @throws {RangeError} If a time or a sequence number is out of range.
   */
  toResponse(records: readonly ReadableRecord[]): GetRecordsOutput;
}

/** Answers GetShardIterator. */
export function getShardIterator(
  state: AccountState,
  request: GetShardIteratorInput,
  nowMs: number,
): Result<GetShardIteratorOutput> {
  const found = requireStream(state, 'GetShardIterator', request, nowMs);
  if (!found.ok) return found;
  const hosted = found.value;
  const iterator = hosted.stream.getShardIterator(request, nowMs);
  return mapValue(iterator, ({ shardIndex, position }) => ({
    ShardIterator: formatIterator(
      {
        streamName: hosted.name,
        createdAtMs: hosted.stream.createdAtMs,
        shardIndex,
        position,
        issuedAtMs: nowMs,
      },
      scopeOf(state),
    ),
  }));
}

/** Answers GetRecords with a reading: what to read. */
export function getRecords(
  state: AccountState,
  request: GetRecordsInput,
  nowMs: number,
): Result<RecordReading> {
  const invalid = refuseInvalid(state, 'GetRecords', request);
  if (invalid !== undefined) return invalid;
  const token = parseIterator(request.ShardIterator!, scopeOf(state), nowMs);
  if (!token.ok) return token;
  const { streamName, createdAtMs, shardIndex, position } = token.value;
  const hosted = streamAt(state, streamName, nowMs);
  if (hosted === undefined) {
    const { accountId } = state.config;
    return refuseShardNotFound({ streamName, accountId }, shardIndex);
  }
  if (hosted.stream.createdAtMs !== createdAtMs) return refuseIterator();
  // Decided now, not when the store has answered. Otherwise records put before a reshard in between
  // would be lost, because the response would say that the shard has ended.
  const shard = readShard(hosted, shardIndex, nowMs);
  if (!shard.ok) return shard;
  if (request.DryRun === true) return refuseDryRun();
  const { shardId, trimHorizonMs, childShards } = shard.value;
  const limit = request.Limit ?? undefined;
  const scope = scopeOf(state);
  const toResponse = (records: readonly ReadableRecord[]): GetRecordsOutput => {
    const page = readRecords(records, position, { nowMs, limit, trimHorizonMs, childShards });
    const next = page.nextPosition;
    return {
      Records: page.records.map(toAwsRecord),
      ...(next !== undefined && {
        NextShardIterator: formatIterator(
          { ...token.value, position: next, issuedAtMs: nowMs },
          scope,
        ),
      }),
      MillisBehindLatest: page.millisBehindLatest,
      ...(page.childShards !== undefined && { ChildShards: [...page.childShards] }),
    };
  };
  return ok({ streamName, shardId, shardIndex, position, trimHorizonMs, toResponse });
}

/** What a read depends on besides its position and the records. */
export interface ShardReading {
  readonly shardId: string;
  /** The position after the last assigned number. */
  readonly latest: LatestPosition;
  readonly trimHorizonMs: number;
  /** The children of a closed shard; undefined for an open one. */
  readonly childShards: readonly ChildShard[] | undefined;
}

export type LatestPosition = Extract<IteratorPosition, { readonly afterSequenceNumber: string }>;

/** Returns the state of a shard for a reader, or the fault for a shard that does not exist. */
export function readShard(
  { name, stream }: HostedStream,
  shardIndex: number,
  nowMs: number,
): Result<ShardReading> {
  const shardId = formatShardId(shardIndex);
  const latest = stream.getShardIterator(
    { StreamName: name, ShardId: shardId, ShardIteratorType: 'LATEST' },
    nowMs,
  );
  return mapValue(latest, ({ position }) => {
    const isClosed = stream.shardMap(nowMs).get(shardId) === undefined;
    return {
      shardId,
      latest: position as LatestPosition,
      trimHorizonMs: stream.trimHorizonMs(nowMs),
      childShards: isClosed ? stream.childShards(shardId, nowMs) : undefined,
    };
  });
}

/** Returns a record in the shape of responses and events. */
export function toAwsRecord(record: ReadableRecord): GetRecordsOutput['Records'][number] {
  return {
    SequenceNumber: record.sequenceNumber,
    ApproximateArrivalTimestamp: new Date(record.arrivedAtMs),
    Data: record.Data,
    PartitionKey: record.PartitionKey,
  };
}

/** Returns the scope of the account's shard iterators. */
function scopeOf({ config }: AccountState): string {
  return `GetRecords:${config.accountId}:${config.region}`;
}
