/**
 * GetShardIterator, GetRecords and SubscribeToShard: where a reader starts, and what its page
 * holds.
 *
 * @module
 */

import type {
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  SubscribeToShardInput,
} from '../api/account-types.ts';
import type { GetShardIteratorInput } from '../api/aws-types.ts';
import { refuseDryRun, refuseShardNotFound } from '../api/service-errors.ts';
import { mapValue, ok, type Result } from '../base/fault.ts';
import type { IteratorPosition } from '../sequencing/iterator-position.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { type ReadableRecord, readRecords } from '../stream/query/read-records.ts';
import type { ShardIterator } from '../stream/stream.ts';
import { type AccountState, refuseInvalid, requireStream, streamAt } from './account-state.ts';
import { formatIterator, parseIterator, refuseIterator } from './iterator-token.ts';
import { findConsumer } from './resource.ts';

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
   */
  answer(records: readonly ReadableRecord[]): GetRecordsOutput;
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
  const shardId = formatShardId(shardIndex);
  const latest = hosted.stream.getShardIterator(
    { StreamName: streamName, ShardId: shardId, ShardIteratorType: 'LATEST' },
    nowMs,
  );
  if (!latest.ok) return latest;
  if (request.DryRun === true) return refuseDryRun();
  const trimHorizonMs = hosted.stream.trimHorizonMs(nowMs);
  const limit = request.Limit ?? undefined;
  // Decided now, not when the store has answered. Otherwise records put before a reshard in between
  // would be lost, because the response would say that the shard has ended.
  const isClosed = hosted.stream.shardMap(nowMs).get(shardId) === undefined;
  const childShards = isClosed ? hosted.stream.childShards(shardId, nowMs) : undefined;
  const scope = scopeOf(state);
  const answer = (records: readonly ReadableRecord[]): GetRecordsOutput => {
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
  return ok({ streamName, shardId, shardIndex, position, trimHorizonMs, answer });
}

/** Answers SubscribeToShard with the position where the subscription starts. */
export function subscribeToShard(
  state: AccountState,
  request: SubscribeToShardInput,
  nowMs: number,
): Result<ShardIterator> {
  const invalid = refuseInvalid(state, 'SubscribeToShard', request);
  if (invalid !== undefined) return invalid;
  const found = findConsumer(state, request.ConsumerARN!, nowMs);
  if (!found.ok) return found;
  const { hosted } = found.value;
  const { Type, SequenceNumber, Timestamp } = request.StartingPosition!;
  const iterator = hosted.stream.getShardIterator(
    {
      StreamName: hosted.name,
      ShardId: request.ShardId,
      ShardIteratorType: Type,
      StartingSequenceNumber: SequenceNumber,
      Timestamp,
    },
    nowMs,
  );
  return iterator.ok && request.DryRun === true ? refuseDryRun() : iterator;
}

function toAwsRecord(record: ReadableRecord): GetRecordsOutput['Records'][number] {
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
