/**
 * The operations: which stream is asked, and which records are kept. What is right, where a record
 * goes, which number it has and what refuses it, the library decides.
 */

import {
  type AcceptedRecord,
  type CreateStreamInput,
  checkRequest,
  createStream,
  type GetShardIteratorInput,
  type IteratorPosition,
  isVisibleFrom,
  type ListedShard,
  type ListShardsInput,
  type PutRecordInput,
  type PutRecordsInput,
  type PutRecordsRequestEntry,
  refuseMissingStream,
  type Stream,
  type StreamAddress,
  type StreamContext,
  unwrap,
} from 'shardline';
import { type Answer, refuse } from './answer.ts';
import type { Operation } from './json.ts';
import { readShardIterator, writeShardIterator } from './shard-iterator.ts';

/** Reference, GetRecords: the most bytes and records of an answer. */
const READ_BYTES_MAX = 10_485_760;
const READ_RECORDS_MAX = 10_000;

/** Reference, ListStreams: the default of Limit. */
const LISTED_STREAMS = 100;

interface StoredRecord extends AcceptedRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

interface HeldStream {
  readonly name: string;
  readonly stream: Stream;
  /** By shard id, each list in the order of sequence numbers. */
  readonly records: Map<string, StoredRecord[]>;
}

interface ListStreamsInput {
  readonly Limit?: number;
  readonly ExclusiveStartStreamName?: string;
  readonly NextToken?: string;
}

interface GetRecordsInput {
  readonly ShardIterator?: string;
  readonly Limit?: number;
}

/** The streams of an account in a region, and their records. */
export class Emulator {
  readonly #context: StreamContext;
  readonly #now: () => number;
  readonly #streams = new Map<string, HeldStream>();

  /** @throws {RangeError} If the context is out of range. */
  constructor(context: StreamContext, now: () => number = Date.now) {
    unwrap(checkRequest('ListStreams', {}, context));
    this.#context = context;
    this.#now = now;
  }

  /** Answers a request, both in the SDK's shapes. */
  call(operation: Operation, request: object): Answer {
    const nowMs = this.#now();
    if (operation === 'CreateStream') return this.#create(request as CreateStreamInput, nowMs);
    if (operation === 'ListStreams') return this.#listStreams(request);
    if (operation === 'ListShards') return this.#listShards(request, nowMs);
    if (operation === 'GetRecords') return this.#read(request, nowMs);
    const held = this.#find(request);
    if (held === undefined) return refuseMissingStream(operation, request, this.#context);
    const { stream } = held;
    switch (operation) {
      case 'PutRecord':
        return put(held, request as PutRecordInput, nowMs);
      case 'PutRecords':
        return putAll(held, request as PutRecordsInput, nowMs);
      case 'GetShardIterator':
        return iterate(held, request as GetShardIteratorInput, nowMs);
      case 'DeleteStream':
        return this.#delete(held, request, nowMs);
      case 'DecreaseStreamRetentionPeriod':
        return stream.decreaseStreamRetentionPeriod(request as never, nowMs);
      case 'DescribeStream':
        return stream.describeStream(request, nowMs);
      case 'DescribeStreamSummary':
        return stream.describeStreamSummary(request, nowMs);
      case 'IncreaseStreamRetentionPeriod':
        return stream.increaseStreamRetentionPeriod(request as never, nowMs);
      case 'MergeShards':
        return stream.mergeShards(request as never, nowMs);
      case 'SplitShard':
        return stream.splitShard(request as never, nowMs);
      case 'UpdateMaxRecordSize':
        return stream.updateMaxRecordSize(request as never, nowMs);
      case 'UpdateShardCount':
        return stream.updateShardCount(request as never, nowMs);
    }
  }

  #find({ StreamName, StreamARN }: StreamAddress): HeldStream | undefined {
    return this.#streams.get(StreamName ?? StreamARN?.split('/')[1] ?? '');
  }

  #create(request: CreateStreamInput, nowMs: number): Answer {
    let otherOpenShardCount = 0;
    for (const { stream } of this.#streams.values()) {
      otherOpenShardCount += stream.shardMap(nowMs).shards.length;
    }
    const stream = createStream(request, { ...this.#context, otherOpenShardCount }, nowMs);
    if (!stream.ok) return stream;
    const name = request.StreamName!;
    if (this.#streams.has(name)) {
      const text = `Stream ${name} under account ${this.#context.accountId} already exists.`;
      return refuse('ResourceInUseException', text);
    }
    this.#streams.set(name, { name, stream: stream.value, records: new Map() });
    return { ok: true, value: {} };
  }

  #delete({ name, stream }: HeldStream, request: StreamAddress, nowMs: number): Answer {
    const { StreamName, StreamARN } = request;
    const summary = stream.describeStreamSummary({ StreamName, StreamARN }, nowMs);
    if (!summary.ok) return summary;
    this.#streams.delete(name);
    return { ok: true, value: {} };
  }

  #listStreams(request: ListStreamsInput): Answer {
    const checked = checkRequest('ListStreams', request, this.#context);
    if (!checked.ok) return checked;
    const { NextToken, ExclusiveStartStreamName, Limit = LISTED_STREAMS } = request;
    const after = NextToken ?? ExclusiveStartStreamName ?? '';
    const names = [...this.#streams.keys()].filter((name) => name > after).sort();
    const StreamNames = names.slice(0, Limit);
    const HasMoreStreams = names.length > StreamNames.length;
    const next = HasMoreStreams ? { NextToken: StreamNames.at(-1) } : {};
    return { ok: true, value: { StreamNames, HasMoreStreams, ...next } };
  }

  /** A token tells whose it is, because the request for the next page names no stream. */
  #listShards(request: ListShardsInput, nowMs: number): Answer {
    const [StreamName, NextToken] = request.NextToken?.split('/', 2) ?? [];
    const held = this.#find(StreamName === undefined ? request : { StreamName });
    if (held === undefined) {
      return StreamName === undefined
        ? refuseMissingStream('ListShards', request, this.#context)
        : refuse('InvalidArgumentException', 'The pagination token is invalid.');
    }
    const page = held.stream.listShards({ ...request, NextToken }, nowMs);
    if (!page.ok || page.value.NextToken === undefined) return page;
    const token = `${held.name}/${page.value.NextToken}`;
    return { ok: true, value: { ...page.value, NextToken: token } };
  }

  #read(request: GetRecordsInput, nowMs: number): Answer {
    const checked = checkRequest('GetRecords', request, this.#context);
    if (!checked.ok) return checked;
    const iterator = readShardIterator(request.ShardIterator!, nowMs);
    if (!iterator.ok) return iterator;
    const { streamName: StreamName, shardId: ShardId, position } = iterator.value;
    const held = this.#streams.get(StreamName);
    const any = { StreamName, ShardId, ShardIteratorType: 'LATEST' } as const;
    if (held === undefined) return refuseMissingStream('GetShardIterator', any, this.#context);
    const shard = held.stream.getShardIterator(any, nowMs);
    if (!shard.ok) return shard;
    const { found, behindMs } = readFrom(held, ShardId, position, request.Limit, nowMs);
    const last = found.at(-1);
    const next = last === undefined ? position : { afterSequenceNumber: last.sequenceNumber };
    const isClosed = held.stream.shardMap(nowMs).shards.every(({ shardId }) => shardId !== ShardId);
    const isAtEnd = isClosed && behindMs === 0;
    return {
      ok: true,
      value: {
        Records: found.map(({ Data, PartitionKey, sequenceNumber, arrivedAtMs }) => ({
          Data,
          PartitionKey,
          SequenceNumber: sequenceNumber,
          ApproximateArrivalTimestamp: new Date(arrivedAtMs),
        })),
        NextShardIterator: isAtEnd
          ? null
          : writeShardIterator({ streamName: StreamName, shardId: ShardId, position: next }, nowMs),
        MillisBehindLatest: behindMs,
        ...(isAtEnd && { ChildShards: childrenOf(held, ShardId, nowMs) }),
      },
    };
  }
}

function put(held: HeldStream, request: PutRecordInput, nowMs: number): Answer {
  const result = held.stream.putRecord(request, nowMs);
  if (result.ok) keep(held, request, result.accepted);
  return result;
}

function putAll(held: HeldStream, request: PutRecordsInput, nowMs: number): Answer {
  const result = held.stream.putRecords(request, nowMs);
  if (!result.ok) return result;
  for (const [i, accepted] of result.accepted.entries()) {
    if (accepted !== undefined) keep(held, request.Records![i]!, accepted);
  }
  return result;
}

function keep(held: HeldStream, record: PutRecordsRequestEntry, accepted: AcceptedRecord): void {
  const stored = { ...accepted, Data: record.Data!, PartitionKey: record.PartitionKey ?? '' };
  const list = held.records.get(accepted.shardId);
  if (list === undefined) held.records.set(accepted.shardId, [stored]);
  else list.push(stored);
}

function iterate(held: HeldStream, request: GetShardIteratorInput, nowMs: number): Answer {
  const result = held.stream.getShardIterator(request, nowMs);
  if (!result.ok) return result;
  const { shardId, position } = result.value;
  const iterator = { streamName: held.name, shardId, position };
  return { ok: true, value: { ShardIterator: writeShardIterator(iterator, nowMs) } };
}

/** The records from a position on, and how old the next one is: 0 if there is none. */
function readFrom(
  { stream, records }: HeldStream,
  shardId: string,
  position: IteratorPosition,
  limit = READ_RECORDS_MAX,
  nowMs: number,
): { found: StoredRecord[]; behindMs: number } {
  const stored = records.get(shardId) ?? [];
  const horizonMs = stream.trimHorizonMs(nowMs);
  stored.splice(
    0,
    firstWhere(stored, ({ arrivedAtMs }) => arrivedAtMs >= horizonMs),
  );
  const first = firstWhere(stored, (record) => isVisibleFrom(record, position));
  let end = first;
  let bytes = 0;
  for (; end < stored.length && end - first < limit; end++) {
    const { Data, PartitionKey } = stored[end]!;
    bytes += Data.length + Buffer.byteLength(PartitionKey);
    if (bytes > READ_BYTES_MAX) break;
  }
  const next = stored[end];
  const behindMs = next === undefined ? 0 : Math.max(1, nowMs - next.arrivedAtMs);
  return { found: stored.slice(first, end), behindMs };
}

/** The index of the first record that passes, where all that follow one do; by bisection. */
function firstWhere(records: StoredRecord[], passes: (record: StoredRecord) => boolean): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(records[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function childrenOf({ name, stream }: HeldStream, shardId: string, nowMs: number): object[] {
  const children: object[] = [];
  let ExclusiveStartShardId = shardId;
  for (let page: ListedShard[]; ; ExclusiveStartShardId = page.at(-1)!.ShardId) {
    page = unwrap(stream.listShards({ StreamName: name, ExclusiveStartShardId }, nowMs)).Shards;
    if (page.length === 0) return children;
    for (const { ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange } of page) {
      const ParentShards = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
      if (ParentShards.includes(shardId)) children.push({ ShardId, ParentShards, HashKeyRange });
    }
  }
}
