/**
 * The operations: finds the stream that a request is for, and stores and reads its records. The
 * library validates, routes, meters and numbers.
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

/** The most bytes and records that an answer of GetRecords has (API reference). */
const READ_BYTES_MAX = 10_485_760;
const READ_RECORDS_MAX = 10_000;

/** The default Limit of ListStreams (API reference). */
const LISTED_STREAMS_DEFAULT = 100;

interface StoredRecord extends AcceptedRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

interface HostedStream {
  readonly name: string;
  readonly stream: Stream;
  /** The records by shard id, in the order of sequence numbers. */
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
  readonly DryRun?: boolean;
}

/** The streams of one account in one region, and their records. */
export class Emulator {
  readonly #context: StreamContext;
  readonly #now: () => number;
  readonly #streams = new Map<string, HostedStream>();

  /** @throws {RangeError} If the context is out of range. */
  constructor(context: StreamContext, now: () => number = Date.now) {
    unwrap(checkRequest('ListStreams', {}, context));
    this.#context = context;
    this.#now = now;
  }

  /** Answers a request. Both have the SDK's shapes. */
  call(operation: Operation, request: object): Answer {
    const nowMs = this.#now();
    switch (operation) {
      case 'CreateStream':
        return this.#createStream(request as CreateStreamInput, nowMs);
      case 'GetRecords':
        return this.#getRecords(request, nowMs);
      case 'ListShards':
        return this.#listShards(request, nowMs);
      case 'ListStreams':
        return this.#listStreams(request);
    }
    const hosted = this.#find(request);
    if (hosted === undefined) return refuseMissingStream(operation, request, this.#context);
    const { stream } = hosted;
    switch (operation) {
      case 'PutRecord':
        return putRecord(hosted, request as PutRecordInput, nowMs);
      case 'PutRecords':
        return putRecords(hosted, request as PutRecordsInput, nowMs);
      case 'GetShardIterator':
        return getShardIterator(hosted, request as GetShardIteratorInput, nowMs);
      case 'DeleteStream':
        return this.#deleteStream(hosted, request, nowMs);
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

  #find({ StreamName, StreamARN }: StreamAddress): HostedStream | undefined {
    return this.#streams.get(StreamName ?? StreamARN?.split('/')[1] ?? '');
  }

  #createStream(request: CreateStreamInput, nowMs: number): Answer {
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

  #deleteStream({ name, stream }: HostedStream, request: StreamAddress, nowMs: number): Answer {
    const { StreamName, StreamARN } = request;
    const summary = stream.describeStreamSummary({ StreamName, StreamARN }, nowMs);
    if (!summary.ok) return summary;
    this.#streams.delete(name);
    return { ok: true, value: {} };
  }

  #listStreams(request: ListStreamsInput): Answer {
    const checked = checkRequest('ListStreams', request, this.#context);
    if (!checked.ok) return checked;
    const { NextToken, ExclusiveStartStreamName, Limit = LISTED_STREAMS_DEFAULT } = request;
    const after = NextToken ?? ExclusiveStartStreamName ?? '';
    const names = [...this.#streams.keys()].filter((name) => name > after).sort();
    const StreamNames = names.slice(0, Limit);
    const HasMoreStreams = names.length > StreamNames.length;
    const next = HasMoreStreams ? { NextToken: StreamNames.at(-1) } : {};
    return { ok: true, value: { StreamNames, HasMoreStreams, ...next } };
  }

  /** The request for a next page names no stream. So the emulator's token starts with its name. */
  #listShards(request: ListShardsInput, nowMs: number): Answer {
    const checked = checkRequest('ListShards', request, this.#context);
    if (!checked.ok) return checked;
    const [tokenName = '', NextToken] = request.NextToken?.split('/', 2) ?? [];
    const hosted = this.#streams.get(checked.value ?? tokenName);
    if (hosted === undefined) {
      return checked.value === undefined
        ? refuse('InvalidArgumentException', 'The pagination token is invalid.')
        : refuseMissingStream('ListShards', request, this.#context);
    }
    const page = hosted.stream.listShards({ ...request, NextToken }, nowMs);
    if (!page.ok || page.value.NextToken === undefined) return page;
    const token = `${hosted.name}/${page.value.NextToken}`;
    return { ok: true, value: { ...page.value, NextToken: token } };
  }

  #getRecords(request: GetRecordsInput, nowMs: number): Answer {
    const checked = checkRequest('GetRecords', request, this.#context);
    if (!checked.ok) return checked;
    const iterator = readShardIterator(request.ShardIterator!, nowMs);
    if (!iterator.ok) return iterator;
    const { streamName: StreamName, shardId: ShardId, position } = iterator.value;
    const hosted = this.#streams.get(StreamName);
    const latest = { StreamName, ShardId, ShardIteratorType: 'LATEST' } as const;
    if (hosted === undefined) return refuseMissingStream('GetShardIterator', latest, this.#context);
    const shard = hosted.stream.getShardIterator(latest, nowMs);
    if (!shard.ok) return shard;
    if (request.DryRun === true) {
      const text = 'Request would have succeeded, but DryRun flag is set.';
      return refuse('DryRunOperationException', text);
    }
    const { page, behindMs } = readRecords(hosted, ShardId, position, request.Limit, nowMs);
    const last = page.at(-1);
    const next = last === undefined ? position : { afterSequenceNumber: last.sequenceNumber };
    const isClosed = hosted.stream
      .shardMap(nowMs)
      .shards.every(({ shardId }) => shardId !== ShardId);
    const isAtEnd = isClosed && behindMs === 0;
    const iteratorAfter = { streamName: StreamName, shardId: ShardId, position: next };
    return {
      ok: true,
      value: {
        Records: page.map(({ Data, PartitionKey, sequenceNumber, arrivedAtMs }) => ({
          Data,
          PartitionKey,
          SequenceNumber: sequenceNumber,
          ApproximateArrivalTimestamp: new Date(arrivedAtMs),
        })),
        MillisBehindLatest: behindMs,
        // At the end of a closed shard the member is absent, not null: clients test for that.
        ...(isAtEnd
          ? { ChildShards: listChildShards(hosted, ShardId, nowMs) }
          : { NextShardIterator: writeShardIterator(iteratorAfter, nowMs) }),
      },
    };
  }
}

function putRecord(hosted: HostedStream, request: PutRecordInput, nowMs: number): Answer {
  const result = hosted.stream.putRecord(request, nowMs);
  if (result.ok) storeRecord(hosted, request, result.accepted);
  return result;
}

function putRecords(hosted: HostedStream, request: PutRecordsInput, nowMs: number): Answer {
  const result = hosted.stream.putRecords(request, nowMs);
  if (!result.ok) return result;
  for (const [i, accepted] of result.accepted.entries()) {
    if (accepted !== undefined) storeRecord(hosted, request.Records![i]!, accepted);
  }
  return result;
}

function storeRecord(
  hosted: HostedStream,
  record: PutRecordsRequestEntry,
  accepted: AcceptedRecord,
): void {
  const stored = { ...accepted, Data: record.Data!, PartitionKey: record.PartitionKey ?? '' };
  const list = hosted.records.get(accepted.shardId);
  if (list === undefined) hosted.records.set(accepted.shardId, [stored]);
  else list.push(stored);
}

function getShardIterator(
  hosted: HostedStream,
  request: GetShardIteratorInput,
  nowMs: number,
): Answer {
  const result = hosted.stream.getShardIterator(request, nowMs);
  if (!result.ok) return result;
  const { shardId, position } = result.value;
  const iterator = { streamName: hosted.name, shardId, position };
  return { ok: true, value: { ShardIterator: writeShardIterator(iterator, nowMs) } };
}

/**
 * Returns the records from a position on, as many as an answer may have, and how far the reader is
 * then behind: the age of the next record, or 0 if there is none. Expired records are dropped.
 */
function readRecords(
  { stream, records }: HostedStream,
  shardId: string,
  position: IteratorPosition,
  limit = READ_RECORDS_MAX,
  nowMs: number,
): { page: StoredRecord[]; behindMs: number } {
  const stored = records.get(shardId) ?? [];
  const horizonMs = stream.trimHorizonMs(nowMs);
  stored.splice(
    0,
    findFirst(stored, ({ arrivedAtMs }) => arrivedAtMs >= horizonMs),
  );
  const first = findFirst(stored, (record) => isVisibleFrom(record, position));
  let end = first;
  let bytes = 0;
  for (; end < stored.length && end - first < limit; end++) {
    const { Data, PartitionKey } = stored[end]!;
    bytes += Data.length + Buffer.byteLength(PartitionKey);
    if (bytes > READ_BYTES_MAX) break;
  }
  const next = stored[end];
  const behindMs = next === undefined ? 0 : Math.max(1, nowMs - next.arrivedAtMs);
  return { page: stored.slice(first, end), behindMs };
}

/**
 * Returns the index of the first record that passes, by binary search. All records after one that
 * passes must pass too.
 */
function findFirst(records: StoredRecord[], passes: (record: StoredRecord) => boolean): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(records[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function listChildShards({ name, stream }: HostedStream, shardId: string, nowMs: number): object[] {
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
