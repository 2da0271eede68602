/**
 * A simulated life: operations are done to a stream, and after each one the laws are held against
 * it.
 *
 * What a crash means: of a stream only the last snapshot is left, and of the store only what it
 * held then. Every call that was answered with success since is done again, in order, at its own
 * time, and must be answered with the very same bytes, numbers included; then the stream must stand
 * where it stood. Refused calls are not done again: they change nothing.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { ListedShard, PutRecordsRequestEntry, Result, Stream } from 'shardline';
import * as shardline from 'shardline';
import { Books, type Code, hashKeyOf, type Layout, type Place, shardIndexIn } from './books.ts';
import {
  BrokenLaw,
  hold,
  holdConservation,
  holdKept,
  holdListed,
  holdVerdict,
  type Kept,
  type Ledger,
  listOf,
} from './laws.ts';
import type { Listing, Offer, Operation, Operations } from './operation.ts';
import {
  differenceOf,
  shardIdOf,
  tellAnswer,
  tellData,
  tellEntry,
  tellFault,
  tellKept,
  tellList,
  tellOperation,
  tellResult,
} from './story.ts';

const StreamName = 'life';
const StreamARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/life';
const KEYS = 2n ** 128n;
const REQUEST_BYTES_MAX = 10 * 1024 * 1024;

/** Everything is looked at after a change of the shards, a crash, and so many operations. */
const INSPECTION_OPERATIONS = 500;

/** A record of every size is a piece of this one. */
const payload = new Uint8Array(10_241 * 1024);

/** What makes and restores streams: the library, or a broken one. */
export type Library = Pick<typeof shardline, 'createStream' | 'restoreStream'>;

/** A law that did not hold. */
export interface Failure {
  readonly law: string;
  readonly message: string;
  /** How many operations were done, the one that broke the law included. */
  readonly operations: number;
}

/** What a life came to. */
export interface LifeReport {
  /** SHA-256 of all answers, in hexadecimal. */
  readonly digest: string;
  readonly operations: number;
  readonly records: number;
  /** How many operations of a kind were answered how. */
  readonly answers: ReadonlyMap<string, number>;
  readonly failure: Failure | undefined;
}

export interface LifeOptions {
  readonly library?: Library;
  /** Is told each operation with what became of it, as a line of a story. */
  readonly tell?: (line: string) => void;
  /** Is told how many operations are done, now and then. */
  readonly progress?: (operations: number) => void;
}

/** Lives through operations until they end or a law breaks. */
export function live(operations: Iterable<Operation>, options: LifeOptions = {}): LifeReport {
  const life = new Life(options);
  let failure: Failure | undefined;
  for (const operation of operations) {
    try {
      life.do(operation);
      if (life.operations % 1000 === 0) options.progress?.(life.operations);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const law = error instanceof BrokenLaw ? error.law : `does not throw a ${error.name}`;
      failure = { law, message: error.message, operations: life.operations };
      life.tellUntold(operation);
      options.tell?.(`  BROKEN: ${law}\n  ${error.message}`);
      break;
    }
  }
  const { answers, records } = life;
  return { digest: life.digest(), operations: life.operations, records, answers, failure };
}

/** The calls that can change a stream. */
type Method =
  | 'putRecord'
  | 'putRecords'
  | 'splitShard'
  | 'mergeShards'
  | 'updateShardCount'
  | 'increaseStreamRetentionPeriod'
  | 'decreaseStreamRetentionPeriod'
  | 'updateMaxRecordSize';

interface Call {
  readonly method: Method;
  readonly request: unknown;
  readonly nowMs: number;
  readonly answer: string;
}

interface Running extends Ledger {
  readonly stream: Stream;
  /**
   * The snapshot, how many records of each shard the store then held, and what was called since.
   */
  readonly saved: string;
  readonly savedCounts: ReadonlyMap<string, number>;
  readonly calls: Call[];
}

class Life {
  operations = 0;
  records = 0;
  readonly answers = new Map<string, number>();
  readonly #library: Library;
  readonly #tell: ((line: string) => void) | undefined;
  /** The operations that were told of. */
  #told = 0;
  readonly #hash = createHash('sha256');
  #running: Running | undefined;
  #inspectedChanges = 0;

  constructor({ library = shardline, tell }: LifeOptions) {
    this.#library = library;
    this.#tell = tell;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Tells of the operation done last if it came to no answer. */
  tellUntold(operation: Operation): void {
    if (this.#told === this.operations) return;
    this.#tell?.(`  ${this.operations}. ${tellOperation(operation)}: ${tellData(operation)}`);
  }

  do(operation: Operation): void {
    this.operations++;
    if (operation.kind === 'create') {
      this.#create(operation);
      return;
    }
    const running = this.#running;
    if (running === undefined) return;
    switch (operation.kind) {
      case 'put':
        this.#put(operation, running);
        break;
      case 'batch':
        this.#batch(operation, running);
        break;
      case 'split':
      case 'merge':
      case 'scale':
        this.#reshard(operation, running);
        break;
      case 'increase':
      case 'decrease':
      case 'resize':
        this.#set(operation, running);
        break;
      case 'list':
        this.#list(operation.listing, operation.nowMs, running);
        this.#note(operation, 'ok', () => 'and finds what the books say');
        break;
      case 'save':
        this.#save(running);
        this.#note(operation, 'ok', () => 'the state is saved');
        break;
      case 'crash':
        this.#crash(running);
        this.#note(operation, 'ok', () => `${running.calls.length} calls are done again`);
        break;
    }
    const isDue = this.operations % INSPECTION_OPERATIONS === 0 || operation.kind === 'crash';
    if (isDue || running.books.changes !== this.#inspectedChanges) {
      this.#inspectedChanges = running.books.changes;
      this.#inspect(operation.nowMs, this.#running ?? running);
    }
  }

  #create(operation: Operations['create']): void {
    const { nowMs, mode, shardCount, maxRecordSizeInKiB } = operation;
    const { transitionMs, throughput, shardLimit, otherOpenShardCount } = operation;
    if (this.#running !== undefined) holdConservation(this.#running);
    const context = { accountId: '123456789012', region: 'us-east-1' };
    const result = this.#library.createStream(
      {
        StreamName,
        ...(mode === 'provisioned'
          ? { ShardCount: shardCount }
          : { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } }),
        ...(mode === 'on-demand, distributed by the service' && {
          RecordDistributionStrategy: 'AUTO' as const,
        }),
        MaxRecordSizeInKiB: maxRecordSizeInKiB,
      },
      { ...context, transitionMs, throughput, shardLimit, otherOpenShardCount },
      nowMs,
    );
    const wanted =
      otherOpenShardCount + shardCount > shardLimit ? 'LimitExceededException' : undefined;
    holdVerdict(result, wanted);
    this.#note(operation, wanted, () => 'a stream is there');
    if (!result.ok) return;
    const stream = result.value;
    const saved = JSON.stringify(stream.snapshot());
    this.#running = {
      stream,
      books: new Books(operation),
      log: new Map(),
      store: new Map(),
      numbers: new Set(),
      saved,
      savedCounts: new Map(),
      calls: [],
    };
    this.#inspectedChanges = 0;
    this.#inspect(nowMs, this.#running);
  }

  #put(operation: Operations['put'], running: Running): void {
    const { nowMs, record, after, isDryRun } = operation;
    const { books } = running;
    const layout = books.layoutAt(nowMs);
    const entry = entryOf(record, books, layout);
    const hashKey = hashKeyOfEntry(entry);
    const ordering = orderingNumber(after, books.lastAt.get(hashKey), books.last);
    const request = {
      StreamName,
      ...entry,
      ...(ordering !== undefined && { SequenceNumberForOrdering: ordering.toString() }),
      ...(isDryRun && { DryRun: true }),
    };
    const result = this.#call('putRecord', request, nowMs, running);
    const bytes = bytesOf(entry);
    let wanted = refusalOfEntries([entry], nowMs, books);
    let waitMs = 0;
    let place: Place | undefined;
    if (wanted === undefined && ordering !== undefined) {
      const isInvalid = books.isAuto || after === 'broken' || books.isTooLate(ordering, nowMs);
      if (isInvalid) wanted = 'InvalidArgumentException';
    }
    if (wanted === undefined) {
      place = books.placeOf(hashKey, bytes, layout, nowMs);
      waitMs = place.waitMs;
      if (waitMs > 0) wanted = 'ProvisionedThroughputExceededException';
      else if (isDryRun) wanted = 'DryRunOperationException';
    }
    holdVerdict(result, wanted);
    if (result.ok && place !== undefined) {
      const { ShardId, SequenceNumber } = result.value;
      const kept = { shardId: ShardId, sequenceNumber: SequenceNumber };
      books.pass(nowMs);
      holdKept(result.accepted, kept, place, bytes, nowMs, running);
      const number = BigInt(SequenceNumber);
      const isBound =
        after?.startsWith('own') || shardIndexIn(ordering ?? -1n) === shardIndexIn(number);
      hold(
        'a number passes its SequenceNumberForOrdering',
        ordering === undefined || !isBound || number > ordering,
        () => `${number} was asked to pass ${ordering}`,
      );
    } else if (!result.ok) {
      hold(
        'the wait of a throttled record is exact',
        (result.retryAfterMs ?? 0) === waitMs,
        () => `retryAfterMs is ${result.retryAfterMs}, the books say ${waitMs}`,
      );
    }
    this.records++;
    this.#note(
      operation,
      wanted,
      () =>
        `${tellEntry(entry)}${ordering === undefined ? '' : ` after ${ordering}`} -> ${result.ok ? tellKept(result.accepted) : tellFault(result.fault)}`,
    );
  }

  #batch(operation: Operations['batch'], running: Running): void {
    const { nowMs, records } = operation;
    const { books } = running;
    const layout = books.layoutAt(nowMs);
    const entries = records.map((record) => entryOf(record, books, layout));
    const result = this.#call('putRecords', { StreamName, Records: entries }, nowMs, running);
    const wanted = refusalOfEntries(entries, nowMs, books);
    holdVerdict(result, wanted);
    const lines: string[] = [];
    let failed = 0;
    if (result.ok) {
      const { value, accepted, retryAfterMs } = result;
      books.pass(nowMs);
      const slots = [value.Records.length, accepted.length, retryAfterMs.length];
      hold(
        'a batch has a slot a record',
        slots.every((count) => count === entries.length),
        () => `${entries.length} records have ${slots.join(', ')} slots`,
      );
      for (const [i, entry] of entries.entries()) {
        const { ShardId, SequenceNumber, ErrorCode } = value.Records[i]!;
        const bytes = bytesOf(entry);
        const place = books.placeOf(hashKeyOfEntry(entry), bytes, layout, nowMs);
        const { waitMs } = place;
        hold(
          'a budget lets in what fits and nothing else',
          ErrorCode === (waitMs > 0 ? 'ProvisionedThroughputExceededException' : undefined),
          () =>
            `record ${i} of ${bytes} bytes must wait ${waitMs} ms on shard ${place.owner.index}: got ${ErrorCode ?? 'a number'}`,
        );
        hold(
          'the wait of a throttled record is exact',
          retryAfterMs[i] === waitMs,
          () => `retryAfterMs of record ${i} is ${retryAfterMs[i]}, the books say ${waitMs}`,
        );
        if (waitMs > 0) {
          failed++;
          hold(
            'nothing refused is kept',
            accepted[i] === undefined && SequenceNumber === undefined,
            () =>
              `record ${i} is refused and has the number ${SequenceNumber ?? accepted[i]?.sequenceNumber}`,
          );
        } else {
          const kept = { shardId: ShardId!, sequenceNumber: SequenceNumber! };
          holdKept(accepted[i], kept, place, bytes, nowMs, running);
        }
        if (this.#tell) {
          const end = waitMs > 0 ? `wait ${waitMs} ms` : tellKept(accepted[i]!);
          lines.push(`${tellEntry(entry)} -> ${end}`);
        }
      }
      hold(
        'a batch counts its failures',
        value.FailedRecordCount === failed,
        () => `FailedRecordCount is ${value.FailedRecordCount}: ${failed} failed`,
      );
    }
    this.records += entries.length;
    if (result.ok) this.#count('record in a batch ok', entries.length - failed);
    this.#count('record in a batch ProvisionedThroughputExceededException', failed);
    this.#note(operation, wanted, () =>
      result.ok
        ? `${entries.length} records${tellList(lines)}`
        : `${entries.length} records -> ${tellFault(result.fault)}`,
    );
  }

  #reshard(operation: Operations['split' | 'merge' | 'scale'], running: Running): void {
    const { nowMs } = operation;
    const { books } = running;
    const layout = books.layoutAt(nowMs);
    let wanted: Code;
    let result: Result<unknown>;
    let story: string;
    if (operation.kind === 'split') {
      const index = books.pickIndex(operation.shard, layout);
      const hashKey = books.splitPointOf(operation.at, index, layout);
      const request = {
        StreamName,
        ShardToSplit: shardIdOf(index),
        NewStartingHashKey: hashKey.toString(),
      };
      result = this.#call('splitShard', request, nowMs, running);
      wanted = books.split(index, hashKey, nowMs);
      story = `shard ${index} at ${hashKey}`;
    } else if (operation.kind === 'merge') {
      const lower = books.pickIndex(operation.lower, layout);
      const upper = books.pickIndex(operation.upper, layout);
      const request = {
        StreamName,
        ShardToMerge: shardIdOf(lower),
        AdjacentShardToMerge: shardIdOf(upper),
      };
      result = this.#call('mergeShards', request, nowMs, running);
      wanted = books.merge(lower, upper, nowMs);
      story = `shards ${lower} and ${upper}`;
    } else {
      const target = books.targetOf(operation.percent, layout);
      const request = {
        StreamName,
        TargetShardCount: target,
        ScalingType: 'UNIFORM_SCALING' as const,
      };
      result = this.#call('updateShardCount', request, nowMs, running);
      wanted = books.scale(target, nowMs);
      story = `${layout.open.length} shards to ${target}`;
    }
    holdVerdict(result, wanted);
    if (result.ok) books.pass(nowMs);
    this.#note(operation, wanted, () => `${story} -> ${tellResult(result)}`);
  }

  #set(operation: Operations['increase' | 'decrease' | 'resize'], running: Running): void {
    const { nowMs } = operation;
    const { books } = running;
    const isActive = books.statusAt(nowMs) === 'ACTIVE';
    let wanted: Code = isActive ? undefined : 'ResourceInUseException';
    let result: Result<unknown>;
    if (operation.kind === 'resize') {
      const { maxRecordSizeInKiB } = operation;
      const request = { StreamARN, MaxRecordSizeInKiB: maxRecordSizeInKiB };
      result = this.#call('updateMaxRecordSize', request, nowMs, running);
      if (maxRecordSizeInKiB < 1024 || maxRecordSizeInKiB > 10_240) wanted = 'ValidationException';
      holdVerdict(result, wanted);
      if (result.ok) books.resize(maxRecordSizeInKiB, nowMs);
    } else {
      const { hours, kind } = operation;
      const request = { StreamName, RetentionPeriodHours: hours };
      result = this.#call(`${kind}StreamRetentionPeriod`, request, nowMs, running);
      const isWrongWay =
        kind === 'increase' ? hours < books.retentionHours : hours > books.retentionHours;
      if (isActive && (hours < 24 || hours > 8760 || isWrongWay)) {
        wanted = 'InvalidArgumentException';
      }
      holdVerdict(result, wanted);
      if (result.ok) books.retain(hours, nowMs);
    }
    if (result.ok) books.pass(nowMs);
    this.#note(operation, wanted, () => tellResult(result));
  }

  #list(listing: Listing, nowMs: number, running: Running): void {
    const { filter, pageShards } = listing;
    const { stream, books } = running;
    const ShardFilter =
      filter === undefined
        ? {}
        : {
            ShardFilter: {
              Type: filter.type,
              ...('agoMs' in filter && { Timestamp: new Date(Math.max(0, nowMs - filter.agoMs)) }),
              ...('shardIndex' in filter && { ShardId: shardIdOf(filter.shardIndex) }),
            },
          };
    const shards: ListedShard[] = [];
    let NextToken: string | undefined;
    do {
      const address = NextToken === undefined ? { StreamName, ...ShardFilter } : { NextToken };
      const result = stream.listShards({ ...address, MaxResults: pageShards }, nowMs);
      holdVerdict(result, undefined);
      if (!result.ok) return;
      shards.push(...result.value.Shards);
      NextToken = result.value.NextToken;
    } while (NextToken !== undefined);
    this.#hash.update(JSON.stringify(shards));
    const wanted = books.list(listing, nowMs);
    const indexes = wanted.map(({ shard }) => shardIdOf(shard.index));
    const found = shards.map(({ ShardId }) => ShardId);
    hold(
      'a listing has the shards that retention leaves',
      found.join() === indexes.join(),
      () =>
        `${JSON.stringify(filter ?? 'all')} lists ${found.join() || 'nothing'}, the books say ${indexes.join() || 'nothing'}`,
    );
    for (const [i, listed] of wanted.entries()) holdListed(shards[i]!, listed);
  }

  #inspect(nowMs: number, running: Running): void {
    const { stream, books } = running;
    const { open } = books.layoutAt(nowMs);
    const { shards } = stream.shardMap(nowMs);
    let next = 0n;
    for (const { shardId, startingHashKey, endingHashKey } of shards) {
      hold(
        'open ranges tile the key space',
        startingHashKey === next && endingHashKey >= next,
        () => `${shardId} starts at ${startingHashKey}, not at ${next}`,
      );
      next = endingHashKey + 1n;
    }
    hold('open ranges tile the key space', next === KEYS, () => `the ranges end at ${next}`);
    const found = shards.map(
      ({ shardIndex, startingHashKey }) => `${shardIndex}@${startingHashKey}`,
    );
    const wanted = open.map(({ index, start }) => `${index}@${start}`);
    hold(
      'the open shards are those of the books',
      found.join() === wanted.join(),
      () => `${found.join()} are open, the books say ${wanted.join()}`,
    );
    this.#list({ pageShards: 7 + (this.operations % 50) }, nowMs, running);
    if (books.statusAt(nowMs) !== 'CREATING') this.#inspectRecords(nowMs, books);
    const horizonMs = stream.trimHorizonMs(nowMs);
    hold(
      'the trim horizon is that of the books',
      horizonMs === books.horizonAt(nowMs),
      () => `the trim horizon is ${horizonMs}, the books say ${books.horizonAt(nowMs)}`,
    );
    const summary = stream.describeStreamSummary({ StreamName }, nowMs);
    holdVerdict(summary, undefined);
    if (!summary.ok) return;
    const status = books.statusAt(nowMs);
    const { StreamDescriptionSummary: described } = summary.value;
    const isDescribed =
      described.StreamStatus === status &&
      described.OpenShardCount === (status === 'CREATING' ? 0 : open.length) &&
      described.RetentionPeriodHours === books.retentionHours &&
      described.MaxRecordSizeInKiB === books.maxRecordSizeInKiB;
    hold('a description is that of the books', isDescribed, () => JSON.stringify(described));
  }

  /** Looks for records that live on in a shard which nobody could find any more. */
  #inspectRecords(nowMs: number, books: Books): void {
    const visible = new Set(books.list({ pageShards: 1 }, nowMs).map(({ shard }) => shard.index));
    const goneBeforeMs = Math.max(books.goneBeforeMs, books.horizonAt(nowMs));
    for (const [index, { lastArrivedAtMs }] of books.filled) {
      if (lastArrivedAtMs < books.goneBeforeMs) books.filled.delete(index);
      hold(
        'a shard is listed as long as its records live',
        lastArrivedAtMs < goneBeforeMs || visible.has(index),
        () =>
          `shard ${index} is not listed at ${nowMs}: its last record arrived at ${lastArrivedAtMs}, those before ${goneBeforeMs} are gone`,
      );
    }
  }

  #save(running: Running): void {
    const saved = JSON.stringify(running.stream.snapshot());
    this.#hash.update(saved);
    const savedCounts = new Map([...running.store].map(([id, { length }]) => [id, length]));
    this.#running = { ...running, saved, savedCounts, calls: [] };
  }

  #crash(running: Running): void {
    const { saved, savedCounts, calls, store } = running;
    holdConservation(running);
    const before = JSON.stringify(running.stream.snapshot());
    const restored = this.#library.restoreStream(JSON.parse(saved));
    hold('a snapshot restores', restored.ok, () => (restored.ok ? '' : restored.fault.message));
    const stream = restored.value;
    hold('a snapshot restores to itself', JSON.stringify(stream.snapshot()) === saved, () =>
      differenceOf(saved, JSON.stringify(stream.snapshot())),
    );
    for (const [shardId, records] of store) records.length = savedCounts.get(shardId) ?? 0;
    for (const { method, request, nowMs, answer } of calls) {
      const result = invoke(stream, method, request, nowMs);
      const again = tellAnswer(result);
      hold('a replay gives the same answers', again === answer, () => differenceOf(answer, again));
      const accepted = (result as { accepted?: Kept | readonly (Kept | undefined)[] }).accepted;
      for (const kept of [accepted ?? []].flat() as (Kept | undefined)[]) {
        if (kept !== undefined) listOf(store, kept.shardId).push(kept.sequenceNumber);
      }
    }
    const after = JSON.stringify(stream.snapshot());
    hold('a replay leads to the same state', after === before, () => differenceOf(before, after));
    this.#hash.update(after);
    holdConservation(running);
    this.#running = { ...running, stream };
  }

  #call<M extends Method>(
    method: M,
    request: Parameters<Stream[M]>[0],
    nowMs: number,
    { stream, calls }: Running,
  ): ReturnType<Stream[M]> {
    const result = invoke(stream, method, request, nowMs);
    const answer = tellAnswer(result);
    this.#hash.update(answer);
    if ((result as Result<unknown>).ok) calls.push({ method, request, nowMs, answer });
    return result as ReturnType<Stream[M]>;
  }

  #count(answer: string, times: number): void {
    if (times > 0) this.answers.set(answer, (this.answers.get(answer) ?? 0) + times);
  }

  #note(operation: Operation, code: Code, story: () => string): void {
    this.#count(`${operation.kind} ${code ?? 'ok'}`, 1);
    this.#told = this.operations;
    this.#tell?.(`  ${this.operations}. ${tellOperation(operation)}: ${story()}`);
  }
}

function invoke(stream: Stream, method: Method, request: unknown, nowMs: number): unknown {
  return stream[method](request as never, nowMs);
}

function entryOf({ key, size, at }: Offer, books: Books, layout: Layout): PutRecordsRequestEntry {
  const dataBytes =
    typeof size === 'number'
      ? size
      : Math.max(0, books.maxRecordBytes + size.besideMax - Buffer.byteLength(key));
  const entry = { PartitionKey: key, Data: payload.subarray(0, dataBytes) };
  if (at === undefined) return entry;
  return { ...entry, ExplicitHashKey: books.pointOf(at, layout).toString() };
}

function hashKeyOfEntry({ ExplicitHashKey, PartitionKey }: PutRecordsRequestEntry): bigint {
  return ExplicitHashKey === undefined ? hashKeyOf(PartitionKey!) : BigInt(ExplicitHashKey);
}

function bytesOf({ Data, PartitionKey }: PutRecordsRequestEntry): number {
  return Data!.length + Buffer.byteLength(PartitionKey!);
}

function refusalOfEntries(
  entries: readonly PutRecordsRequestEntry[],
  nowMs: number,
  books: Books,
): Code {
  let bytes = 0;
  let isValid = true;
  let isInKeySpace = true;
  for (const entry of entries) {
    const { length } = [...entry.PartitionKey!];
    const entryBytes = bytesOf(entry);
    bytes += entryBytes;
    isValid &&= length >= 1 && length <= 256 && entryBytes <= books.maxRecordBytes;
    isInKeySpace &&= books.isAuto || hashKeyOfEntry(entry) < KEYS;
  }
  if (!isValid) return 'ValidationException';
  if (books.statusAt(nowMs) === 'CREATING') return 'ResourceNotFoundException';
  return bytes <= REQUEST_BYTES_MAX && isInKeySpace ? undefined : 'InvalidArgumentException';
}

/** A thousand sequence indexes on, or of version 3. */
function orderingNumber(
  after: Operations['put']['after'],
  own: bigint | undefined,
  last: bigint | undefined,
): bigint | undefined {
  if (after === undefined) return undefined;
  const number = after.startsWith('own') ? own : last;
  if (number === undefined) return undefined;
  if (after === 'broken') return number + 1n;
  return after.endsWith('ahead') ? number + (1000n << 80n) : number;
}
