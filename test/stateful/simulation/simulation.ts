/**
 * A simulation: operations are done to a stream and to its twin. Both must give the same results,
 * and laws must hold after every operation.
 *
 * After a crash, all that is left of a stream is its latest snapshot, and of the embedder's store
 * what it held then. The calls accepted since are made again, in order, each at its own time: their
 * results must be the same to the last byte, and the stream must end up where it was. Refused calls
 * are not made again, because they change nothing.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  AcceptedRecord,
  ListedShard,
  ListShardsInput,
  ListShardsOutput,
  PutRecordInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
  Result,
  Shard,
  Stream,
} from 'shardline';
import * as shardline from 'shardline';
import { openShards } from '../../oracles/reference/naive-shards.ts';
import { NaiveStream } from '../../oracles/reference/naive-stream.ts';
import { type Call, type CallOperation, callOf, listingOf, StreamName } from './call.ts';
import { addNumber, History, hashKeyOf, type Numbers, shardIndexIn } from './history.ts';
import { BrokenLaw, type Check, type Law } from './laws.ts';
import {
  isWithinQuota,
  type Listing,
  type Operation,
  type Operations,
  type Ordering,
} from './operation.ts';
import { describeCall, describeOperation, differenceOf, toText } from './trace.ts';

const KEYS = 2n ** 128n;

/** Everything is inspected after a reshard, after a crash, and after this many operations. */
const INSPECTION_OPERATIONS = 500;

/** The functions that create and restore streams: the library's, or broken ones. */
export type Library = Pick<typeof shardline, 'createStream' | 'restoreStream'>;

export interface SimulationOptions {
  readonly library?: Library | undefined;
  /** Laws that are not checked. */
  readonly ignoredLaws?: readonly Law[] | undefined;
  /** Called with each operation and its result, as a line of text. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Called with the number of operations done, now and then. */
  readonly progress?: ((operations: number) => void) | undefined;
}

/** A law that did not hold. */
export interface Failure {
  readonly law: Law;
  readonly message: string;
  /** The number of operations done, including the one that broke the law. */
  readonly operations: number;
}

export interface SimulationReport {
  /** SHA-256 of all results, in hexadecimal. */
  readonly digest: string;
  readonly operations: number;
  readonly records: number;
  /** How many operations of each kind had which outcome: `put ok`, `split ValidationException`. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly failure: Failure | undefined;
}

/** Does operations until they end or break a law. */
export function simulate(
  operations: Iterable<Operation>,
  options: SimulationOptions = {},
): SimulationReport {
  const simulation = new Simulation(options);
  let failure: Failure | undefined;
  for (const operation of operations) {
    try {
      simulation.do(operation);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { law, message } = error instanceof BrokenLaw ? error : thrownBy(error);
      failure = { law, message, operations: simulation.operations };
      options.trace?.(`  BROKEN: ${law}\n  ${message}`);
      break;
    }
    if (simulation.operations % 1000 === 0) options.progress?.(simulation.operations);
  }
  const { operations: done, records, outcomes } = simulation;
  return { digest: simulation.digest(), operations: done, records, outcomes, failure };
}

function thrownBy(error: Error): { readonly law: Law; readonly message: string } {
  return { law: 'nothing throws', message: `${error}` };
}

/** The result of a call; that of a put also has the records to store. */
type CallResult = Result<unknown> & {
  readonly accepted?: AcceptedRecord | readonly (AcceptedRecord | undefined)[];
};

/** A record of a put, its part of the result, and the record to store. */
interface Put {
  readonly record: PutRecordInput | PutRecordsRequestEntry;
  readonly entry: PutRecordsResultEntry | undefined;
  readonly accepted: AcceptedRecord | undefined;
}

/** A stream, its twin, and what an embedder keeps. */
interface Running {
  readonly stream: Stream;
  readonly twin: NaiveStream;
  /** Whether the service chooses the shard of a record. */
  readonly isAuto: boolean;
  readonly history: History;
  /** Of the records that the embedder stores. */
  readonly store: Numbers;
  /** The latest snapshot, how many records the store then had, and the calls since. */
  readonly saved: string;
  readonly savedCounts: ReadonlyMap<string, number>;
  readonly calls: { readonly call: Call; readonly nowMs: number; readonly text: string }[];
}

class Simulation {
  operations = 0;
  records = 0;
  readonly outcomes = new Map<string, number>();
  readonly #library: Library;
  readonly #trace: (line: () => string) => void;
  readonly #check: Check;
  readonly #hash = createHash('sha256');
  #running: Running | undefined;
  #inspectedShards = 0;

  constructor({ library = shardline, ignoredLaws = [], trace }: SimulationOptions) {
    this.#library = library;
    this.#trace = (line) => trace?.(`  ${this.operations}. ${line()}`);
    this.#check = (law, isHeld, message) => {
      if (!isHeld && !ignoredLaws.includes(law)) throw new BrokenLaw(law, message());
    };
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  do(operation: Operation): void {
    this.operations++;
    if (operation.kind === 'create') this.#create(operation);
    else if (this.#running !== undefined) this.#continue(this.#running, operation);
  }

  #continue(running: Running, operation: Exclude<Operation, { kind: 'create' }>): void {
    const { nowMs } = operation;
    switch (operation.kind) {
      case 'list':
        this.#note(operation);
        this.#list(operation.listing, nowMs, running);
        break;
      case 'save':
        this.#note(operation);
        this.#save(running);
        break;
      case 'crash':
        this.#note(operation);
        this.#crash(running);
        break;
      default:
        this.#call(operation, running);
    }
    const isDue = this.operations % INSPECTION_OPERATIONS === 0 || operation.kind === 'crash';
    if (isDue || running.twin.state.shards.length !== this.#inspectedShards) {
      this.#inspect(nowMs, this.#running!);
    }
  }

  #create(operation: Operations['create']): void {
    const { nowMs, mode, shardCount, maxRecordSizeInKiB } = operation;
    const { transitionMs, throughput, shardLimit, otherOpenShardCount } = operation;
    if (this.#running !== undefined) this.#running.history.checkStore(this.#running.store);
    const isAuto = mode === 'on-demand AUTO';
    const request = {
      StreamName,
      ...(mode === 'provisioned'
        ? { ShardCount: shardCount }
        : { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } }),
      ...(isAuto && { RecordDistributionStrategy: 'AUTO' as const }),
      MaxRecordSizeInKiB: maxRecordSizeInKiB,
    };
    const account = { accountId: '123456789012', region: 'us-east-1' };
    const context = { ...account, transitionMs, throughput, shardLimit, otherOpenShardCount };
    const result = this.#library.createStream(request, context, nowMs);
    const code = codeOf(result);
    this.#note(operation, code);
    this.#checkTwin(isWithinQuota(operation) ? 'ok' : 'LimitExceededException', code);
    if (!result.ok) return;
    const stream = result.value;
    this.#running = {
      stream,
      twin: new NaiveStream(request, context, nowMs),
      isAuto,
      history: new History(this.#check, maxRecordSizeInKiB, throughput === 'unlimited'),
      store: new Map(),
      saved: JSON.stringify(stream.snapshot()),
      savedCounts: new Map(),
      calls: [],
    };
    this.#inspect(nowMs, this.#running);
  }

  #call(operation: CallOperation, running: Running): void {
    const { nowMs } = operation;
    const { stream, twin, history, calls } = running;
    const call = callOf(operation, twin.at(nowMs), history);
    const open = stream.shardMap(nowMs).shards;
    const expected = invoke(twin, call, nowMs);
    const before = expected.ok ? undefined : JSON.stringify(stream.snapshot());
    let result: CallResult | undefined;
    try {
      result = invoke(stream, call, nowMs);
    } finally {
      this.#trace(() => describeCall(operation, call, result));
    }
    const text = toText(result);
    this.#hash.update(text);
    this.#count(`${operation.kind} ${codeOf(result)}`);
    if (result.ok) {
      calls.push({ call, nowMs, text });
      history.trim(stream.trimHorizonMs(nowMs));
      if (operation.kind === 'resize') history.resize(operation.maxRecordSizeInKiB);
      const after = operation.kind === 'put' ? operation.after : undefined;
      for (const put of putsOf(call, result)) this.#keep(put, after, open, nowMs, running);
    }
    this.#checkTwin(expected, result);
    if (before === undefined) return;
    this.#checkSame('a refused call changes nothing', before, JSON.stringify(stream.snapshot()));
  }

  /** Stores a record if it was accepted. */
  #keep(
    { record, entry, accepted }: Put,
    after: Ordering | undefined,
    open: readonly Shard[],
    nowMs: number,
    { isAuto, history, store }: Running,
  ): void {
    this.#count(`record ${entry?.ErrorCode ?? 'ok'}`);
    this.#check(
      'the record to store is the one in the result',
      entry?.ShardId === accepted?.shardId && entry?.SequenceNumber === accepted?.sequenceNumber,
      () => `the result has ${toText(entry)}, to be stored is ${toText(accepted)}`,
    );
    if (accepted === undefined) return;
    const hashKey = isAuto ? accepted.hashKey : hashKeyOf(record);
    const owners = open.filter((s) => s.startingHashKey <= hashKey && hashKey <= s.endingHashKey);
    this.#check(
      'a record is on the open shard that owns its hash key',
      accepted.hashKey === hashKey && owners.map((s) => s.shardId).join() === accepted.shardId,
      () => `${hashKey} is owned by ${toText(owners)}, stored is ${toText(accepted)}`,
    );
    const { SequenceNumberForOrdering: ordering } = record as PutRecordInput;
    const isBound =
      after?.startsWith('own') || shardIndexIn(BigInt(ordering ?? -1)) === accepted.shardIndex;
    const bytes = record.Data!.length + Buffer.byteLength(record.PartitionKey!);
    history.add(accepted, bytes, nowMs, ordering && isBound ? BigInt(ordering) : undefined);
    addNumber(store, accepted);
    this.records++;
  }

  /** Lists page after page, with the stream's tokens and the twin's. */
  #list(listing: Listing, nowMs: number, { stream, twin }: Running): ListedShard[] {
    const shards: ListedShard[] = [];
    const { MaxResults, ...first } = listingOf(listing, nowMs);
    let address: ListShardsInput = first;
    let twinAddress: ListShardsInput = first;
    for (;;) {
      const result = stream.listShards({ ...address, MaxResults }, nowMs);
      const expected = twin.listShards({ ...twinAddress, MaxResults }, nowMs) as typeof result;
      this.#checkTwin(withoutToken(expected), withoutToken(result));
      if (!result.ok || !expected.ok) break;
      shards.push(...result.value.Shards);
      if (result.value.NextToken === undefined) break;
      address = { NextToken: result.value.NextToken };
      twinAddress = { NextToken: expected.value.NextToken };
    }
    this.#hash.update(JSON.stringify(shards));
    return shards;
  }

  #inspect(nowMs: number, running: Running): void {
    const { stream, twin, history } = running;
    this.#inspectedShards = twin.state.shards.length;
    const { shards } = stream.shardMap(nowMs);
    const starts = [0n, ...shards.map(({ endingHashKey }) => endingHashKey + 1n)];
    this.#check(
      'open shards tile the key space',
      starts.at(-1) === KEYS && shards.every((shard, i) => shard.startingHashKey === starts[i]),
      () => toText(shards),
    );
    this.#checkTwin(
      openShards(twin.at(nowMs)).map(({ index, start, end }) => [index, start, end]),
      shards.map((shard) => [shard.shardIndex, shard.startingHashKey, shard.endingHashKey]),
    );
    const horizonMs = stream.trimHorizonMs(nowMs);
    this.#checkTwin(twin.trimHorizonMs(nowMs), horizonMs);
    const listing = { pageShards: 7 + (this.operations % 50) };
    history.checkListing(this.#list(listing, nowMs, running), horizonMs);
    const summary = stream.describeStreamSummary({ StreamName }, nowMs);
    this.#checkTwin(twin.describeStreamSummary({ StreamName }, nowMs), summary);
  }

  #save(running: Running): void {
    const saved = JSON.stringify(running.stream.snapshot());
    this.#hash.update(saved);
    const savedCounts = new Map([...running.store].map(([id, { length }]) => [id, length]));
    this.#running = { ...running, saved, savedCounts, calls: [] };
  }

  #crash(running: Running): void {
    const { saved, savedCounts, calls, store, history } = running;
    history.checkStore(store);
    const before = JSON.stringify(running.stream.snapshot());
    const restored = this.#library.restoreStream(JSON.parse(saved));
    const found = restored.ok ? JSON.stringify(restored.value.snapshot()) : restored.fault.message;
    this.#checkSame('a snapshot restores to itself', saved, found);
    const stream = shardline.unwrap(restored);
    for (const [shardId, numbers] of store) numbers.length = savedCounts.get(shardId) ?? 0;
    const texts = calls.map(({ call, nowMs }) => {
      const result = invoke(stream, call, nowMs);
      for (const { accepted } of putsOf(call, result)) if (accepted) addNumber(store, accepted);
      return toText(result);
    });
    history.checkStore(store);
    for (const [i, { text }] of calls.entries()) {
      this.#checkSame('calls made again have the same results', text, texts[i]!);
    }
    const after = JSON.stringify(stream.snapshot());
    this.#checkSame('calls made again lead to the same state', before, after);
    this.#hash.update(after);
    this.#running = { ...running, stream };
  }

  #checkTwin(expected: unknown, result: unknown): void {
    this.#check('the stream agrees with its twin', isDeepStrictEqual(result, expected), () =>
      differenceOf(toText(expected), toText(result)),
    );
  }

  #checkSame(law: Law, expected: string, found: string): void {
    this.#check(law, found === expected, () => differenceOf(expected, found));
  }

  #note(operation: Operation, outcome = 'ok'): void {
    this.#trace(() => describeOperation(operation));
    this.#count(`${operation.kind} ${outcome}`);
  }

  #count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.fault.code;
}

function invoke(target: Stream | NaiveStream, [method, request]: Call, nowMs: number): CallResult {
  return (target as Stream)[method](request as never, nowMs);
}

/** The records of a put that was not refused as a whole. */
function putsOf([method, request]: Call, result: CallResult): Put[] {
  if (!result.ok) return [];
  if (method === 'putRecord') {
    const accepted = result.accepted as AcceptedRecord;
    return [{ record: request, entry: result.value as PutRecordsResultEntry, accepted }];
  }
  if (method !== 'putRecords') return [];
  const { Records } = result.value as PutRecordsOutput;
  const accepted = result.accepted as readonly (AcceptedRecord | undefined)[];
  return request.Records!.map((record, i) => {
    return { record, entry: Records[i], accepted: accepted[i] };
  });
}

/** A listing in which every token is the same. */
function withoutToken(result: Result<ListShardsOutput>): unknown {
  if (!result.ok) return result;
  return { ...result.value, NextToken: typeof result.value.NextToken };
}
