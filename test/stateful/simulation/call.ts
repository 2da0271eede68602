/**
 * Turns operations into calls, given the current state of the stream.
 *
 * @module
 */

import type { PutRecordsRequestEntry, Stream } from 'shardline';
import { type NaiveState, naiveShardId, openShards } from '../../oracles/reference/naive-shards.ts';
import { type History, hashKeyOf } from './history.ts';
import type {
  DrawnRecord,
  Listing,
  Operation,
  Operations,
  Ordering,
  Point,
  ShardPick,
  SplitPoint,
} from './operation.ts';

/** The digest of a simulation depends on the name: results and snapshots have it. */
export const StreamName = 'life';
const StreamARN = `arn:aws:kinesis:us-east-1:123456789012:stream/${StreamName}`;
const KEYS = 2n ** 128n;

/** The data of every record is a prefix of this. */
const zeros = new Uint8Array(10_241 * 1024);

/** The methods that can change a stream. */
export type Method =
  | 'putRecord'
  | 'putRecords'
  | 'splitShard'
  | 'mergeShards'
  | 'updateShardCount'
  | 'increaseStreamRetentionPeriod'
  | 'decreaseStreamRetentionPeriod'
  | 'updateMaxRecordSize';

/** A method and its request. */
export type Call = { [M in Method]: readonly [M, Parameters<Stream[M]>[0]] }[Method];

/** An operation that is one call. */
export type CallOperation = Exclude<
  Operation,
  { readonly kind: 'create' | 'list' | 'save' | 'crash' }
>;

export function callOf(operation: CallOperation, state: NaiveState, history: History): Call {
  switch (operation.kind) {
    case 'put':
      return ['putRecord', putOf(operation, state, history)];
    case 'batch': {
      const Records = operation.records.map((record) => entryOf(record, state));
      return ['putRecords', { StreamName, Records }];
    }
    case 'split': {
      const index = indexOf(operation.shard, state);
      const NewStartingHashKey = splitPointOf(operation.at, index, state).toString();
      return ['splitShard', { StreamName, ShardToSplit: naiveShardId(index), NewStartingHashKey }];
    }
    case 'merge': {
      const ShardToMerge = naiveShardId(indexOf(operation.lower, state));
      const AdjacentShardToMerge = naiveShardId(indexOf(operation.upper, state));
      return ['mergeShards', { StreamName, ShardToMerge, AdjacentShardToMerge }];
    }
    case 'scale': {
      const target = Math.round((openShards(state).length * operation.percent) / 100);
      const TargetShardCount = Math.max(1, target);
      const ScalingType = 'UNIFORM_SCALING';
      return ['updateShardCount', { StreamName, TargetShardCount, ScalingType }];
    }
    case 'increase':
    case 'decrease': {
      const request = { StreamName, RetentionPeriodHours: operation.hours };
      return [`${operation.kind}StreamRetentionPeriod`, request];
    }
    case 'resize': {
      const { maxRecordSizeInKiB: MaxRecordSizeInKiB } = operation;
      return ['updateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB }];
    }
  }
}

/** The request for the first page of a listing. */
export function listingOf({ filter, pageShards }: Listing, nowMs: number) {
  if (filter === undefined) return { StreamName, MaxResults: pageShards };
  const ShardFilter = {
    Type: filter.type,
    ...('agoMs' in filter && { Timestamp: new Date(Math.max(0, nowMs - filter.agoMs)) }),
    ...('shardIndex' in filter && { ShardId: naiveShardId(filter.shardIndex) }),
  };
  return { StreamName, MaxResults: pageShards, ShardFilter };
}

function putOf(
  { record, after, isDryRun }: Operations['put'],
  state: NaiveState,
  history: History,
) {
  const entry = entryOf(record, state);
  const ordering = orderingOf(after, hashKeyOf(entry), history);
  return {
    StreamName,
    ...entry,
    ...(ordering !== undefined && { SequenceNumberForOrdering: ordering.toString() }),
    ...(isDryRun && { DryRun: true }),
  };
}

function entryOf({ key, size, at }: DrawnRecord, state: NaiveState): PutRecordsRequestEntry {
  const dataBytes =
    typeof size === 'number'
      ? size
      : Math.max(0, state.recordKiB * 1024 + size.besideMax - Buffer.byteLength(key));
  const entry = { PartitionKey: key, Data: zeros.subarray(0, dataBytes) };
  return at === undefined ? entry : { ...entry, ExplicitHashKey: pointOf(at, state).toString() };
}

/** A thousand sequence indexes ahead of a number, or of a version that does not exist. */
function orderingOf(
  after: Ordering | undefined,
  hashKey: bigint,
  { lastAt, last }: History,
): bigint | undefined {
  const number = after?.startsWith('own') ? lastAt.get(hashKey) : last;
  if (after === undefined || number === undefined) return undefined;
  if (after === 'broken') return number + 1n;
  return after.endsWith('ahead') ? number + (1000n << 80n) : number;
}

/** The index of an open shard, counted around; or of any shard up to the next new one. */
function indexOf(pick: ShardPick, state: NaiveState): number {
  if ('ever' in pick) return pick.ever % (state.shards.length + 1);
  const open = openShards(state);
  return open[pick.open % open.length]!.index;
}

function pointOf(point: Point, state: NaiveState): bigint {
  if (typeof point === 'string') return BigInt(point);
  const open = openShards(state);
  return besideEnd(open[point.open % open.length]!, point);
}

function splitPointOf(at: SplitPoint, index: number, { shards }: NaiveState): bigint {
  const shard = shards[index];
  const range = shard && !shard.isDropped ? shard : { start: 0n, end: KEYS - 1n };
  if ('end' in at) return besideEnd(range, at);
  return range.start + ((range.end - range.start) * BigInt(at.permille)) / 1000n;
}

function besideEnd(
  { start, end }: { readonly start: bigint; readonly end: bigint },
  at: { readonly end: 'low' | 'high'; readonly by: number },
): bigint {
  return ((at.end === 'low' ? start : end) + BigInt(at.by) + KEYS) % KEYS;
}
