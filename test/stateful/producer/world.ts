/**
 * A simulated world: producers, a network that loses and delays, and a stream that is resharded,
 * deleted and created again. The stream is `createStream`, which has its own simulation.
 *
 * Requests are lost. Responses are lost, late, garbled or given twice. A request that arrives does
 * so before the producer learns that it failed: no request arrives after it was given up.
 *
 * @module
 */

import { createHash, type Hash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  checkRequest,
  createShardMap,
  createStream,
  type PutRecordsRequestEntry,
  type PutRecordsResultEntry,
  type ShardMap,
  type Stream,
  unwrap,
} from 'shardline';
import type * as producerEntry from 'shardline/producer';
import { deaggregateRecord } from '../../../src/aggregation/deaggregate-record.ts';
import { MAGIC } from '../../../src/aggregation/frame.ts';
import { BrokenLaw, type Law } from './laws.ts';
import type { DrawnRecord, Operation, Operations, ProducerSetup } from './operation.ts';

/** What is simulated: the library's functions, or broken ones. */
export type Library = Pick<typeof producerEntry, 'createProducer'>;

const StreamName = 'world';
const context = { accountId: '123456789012', region: 'us-east-1' };
const T0 = 1_700_000_000_000;
const KEYS = 2n ** 128n;

/** How many requests a producer may make at a time before something is wrong. */
const PUMP_ACTIONS = 2000;
/** No producer waits longer than this for its own sake: the longest pause takes 30 s. */
const WAIT_MS_MAX = 31_000;
/** How many steps may pass without a result while a world comes to rest. */
const REST_STEPS = 500;
/**
 * How far the clock of a stream is ahead of that of the stream before, so that a stream that is
 * created again has higher numbers: reshards at one time take creation seconds from the future.
 */
const STREAM_MS = 1_000_000;

interface Position {
  readonly shard: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number | undefined;
}

/** What the world knows about a record. */
interface Entry {
  readonly orderKey: string;
  readonly bytes: number;
  readonly addedAtMs: number;
  /** Where consumers see it. */
  readonly seen: Position[];
  /** How often it is in the stream, whether or not consumers see it. */
  stored: number;
  /** Whether a response about it was lost. */
  isExcused: boolean;
  requestId: number | undefined;
  end: 'stored' | 'failed' | 'drained' | undefined;
  position: Position | undefined;
}

interface Simulated {
  readonly index: number;
  readonly setup: ProducerSetup;
  readonly producer: producerEntry.Producer;
  readonly entries: Entry[];
  /** The shards of all maps that it was given. */
  readonly knownShards: Set<string>;
  aheadMs: number;
  isClockSet: boolean;
  isListing: boolean;
  /** How often the shards had changed when the latest listing was made. */
  knownChanges: number;
  /** The same when the producer was created. */
  readonly firstChanges: number;
  pendingRecords: number;
  pendingBytes: number;
  /** When it said that it has something to do; undefined after any other call. */
  waitsUntilMs: number | undefined;
}

interface NetworkEvent {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export interface WorldOptions {
  readonly library: Library;
  /** How many of 100 responses are lost, beside other trouble, until the world comes to rest. */
  readonly lostPercent?: number | undefined;
  readonly trace?: ((line: string) => void) | undefined;
}

/** What happened, by kind. */
export type Counts = Map<string, number>;

export class World {
  readonly counts: Counts = new Map();
  readonly #options: WorldOptions;
  readonly #hash: Hash = createHash('sha256');
  #nowMs = T0;
  #serviceAheadMs = 0;
  #stream: Stream | undefined;
  /** How often the shards have changed. */
  #changes = 0;
  #troubleEvery = 1;
  #producers: Simulated[] = [];
  #events: NetworkEvent[] = [];
  #eventCount = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  get digest(): string {
    return this.#hash.copy().digest('hex');
  }

  do(operation: Operation): void {
    const { trace } = this.#options;
    trace?.(`${this.#nowMs - T0} ${JSON.stringify(operation).slice(0, 300)}`);
    if (operation.kind === 'create') {
      this.rest();
      this.#create(operation);
      return;
    }
    if (this.#stream === undefined) return;
    this.#count(operation.kind);
    if ('producer' in operation) {
      this.#drive(this.#producers[operation.producer % this.#producers.length]!, operation);
    } else {
      this.#change(this.#stream, operation);
    }
    this.#checkPending();
  }

  /** Lets the world come to rest: the network works, and the producers do what they have to. */
  rest(): void {
    if (this.#stream === undefined) return;
    this.#troubleEvery = Number.POSITIVE_INFINITY;
    for (const simulated of this.#producers) {
      simulated.producer.flush(this.#clockOf(simulated));
      simulated.waitsUntilMs = undefined;
    }
    let left = Number.POSITIVE_INFINITY;
    for (let steps = 0, luck = 0; ; steps++, luck++) {
      const waits = this.#producers.map((simulated) => this.#pump(simulated, luck));
      const pending = this.#producers.map(({ producer }) => producer.pending.records);
      const sum = pending.reduce((a, b) => a + b, 0);
      if (sum === 0 && this.#events.length === 0) break;
      if (sum < left) steps = 0;
      left = sum;
      const nextMs = Math.min(...waits, this.#events[0]?.atMs ?? Number.POSITIVE_INFINITY);
      this.#expect('progress: nothing stays pending once the service responds', {
        isHeld: nextMs - this.#nowMs <= WAIT_MS_MAX && steps < REST_STEPS,
        message: () => `${pending} pending, waiting ${nextMs - this.#nowMs} ms`,
      });
      this.#pass(nextMs - this.#nowMs);
    }
    this.#checkPending();
    for (const simulated of this.#producers) this.#checkOrder(simulated);
    for (const simulated of this.#producers) this.#checkSeen(simulated);
    this.#stream = undefined;
  }

  #create({ shardCount, troubleEvery, producers }: Operations['create']): void {
    this.#count('create');
    this.#troubleEvery = troubleEvery;
    this.#events = [];
    this.#createStream(shardCount);
    const shardMap = this.#listShards();
    this.#producers = producers.map((setup, index) => {
      const producer = this.#options.library.createProducer({
        StreamName,
        shardMap,
        listedAtMs: this.#nowMs,
        ...setup,
        jitter: () => uniformInt(this.#jitterRng, 0, 1000) / 1000,
      });
      const simulated: Simulated = {
        index,
        setup,
        producer,
        entries: [],
        knownShards: new Set(),
        aheadMs: 0,
        isClockSet: false,
        isListing: false,
        knownChanges: this.#changes,
        firstChanges: this.#changes,
        pendingRecords: 0,
        pendingBytes: 0,
        waitsUntilMs: undefined,
      };
      this.#learn(simulated, shardMap);
      return simulated;
    });
  }

  #jitterRng = xoroshiro128plus(1);

  get #serviceMs(): number {
    return this.#nowMs + this.#serviceAheadMs;
  }

  #createStream(ShardCount: number): void {
    this.#serviceAheadMs += STREAM_MS;
    this.#stream = unwrap(createStream({ StreamName, ShardCount }, context, this.#serviceMs));
  }

  #listShards(): ShardMap {
    return unwrap(
      createShardMap(unwrap(this.#stream!.listShards({ StreamName }, this.#serviceMs)).Shards),
    );
  }

  #learn({ knownShards }: Simulated, map: ShardMap): void {
    for (const { shardId, startingSequenceNumber } of map.shards) {
      knownShards.add(`${shardId} ${BigInt(startingSequenceNumber!) >> 148n}`);
    }
  }

  #clockOf({ aheadMs }: Simulated): number {
    return this.#nowMs + aheadMs;
  }

  #drive(simulated: Simulated, operation: Extract<Operation, { producer: number }>): void {
    const { producer } = simulated;
    switch (operation.kind) {
      case 'add':
        for (const record of operation.records) this.#add(simulated, record);
        break;
      case 'pump':
        this.#pump(simulated, operation.luck);
        break;
      case 'wake': {
        const leftMs = this.#pump(simulated, operation.luck) - this.#nowMs;
        if (leftMs > WAIT_MS_MAX) break;
        this.#pass(leftMs - 1);
        this.#pump(simulated, operation.luck + 1);
        this.#pass(1);
        this.#pump(simulated, operation.luck + 2);
        break;
      }
      case 'clock':
        simulated.aheadMs += operation.byMs;
        simulated.isClockSet = true;
        simulated.waitsUntilMs = undefined;
        break;
      case 'flush':
        producer.flush(this.#clockOf(simulated));
        simulated.waitsUntilMs = undefined;
        break;
      case 'drain':
        this.#drain(simulated);
        break;
    }
  }

  #change(stream: Stream, operation: Exclude<Operation, { producer: number }>): void {
    if (operation.kind === 'pass') {
      this.#pass(operation.ms);
      return;
    }
    if (operation.kind === 'create') return;
    const { shards } = stream.shardMap(this.#serviceMs);
    if (operation.kind === 'recreate') {
      this.#changes++;
      this.#createStream(operation.shardCount === 0 ? shards.length : operation.shardCount);
      return;
    }
    if (operation.kind === 'split') {
      const { shardId, startingHashKey, endingHashKey } = shards[operation.shard % shards.length]!;
      const width = endingHashKey - startingHashKey;
      const key = startingHashKey + (width * BigInt(operation.permille)) / 1000n;
      const request = { StreamName, ShardToSplit: shardId, NewStartingHashKey: `${key}` };
      if (stream.splitShard(request, this.#serviceMs).ok) this.#changes++;
    } else if (operation.kind === 'merge') {
      const at = operation.shard % shards.length;
      const [lower, upper] = [shards[at], shards[at + 1]];
      if (lower === undefined || upper === undefined) return;
      const request = {
        StreamName,
        ShardToMerge: lower.shardId,
        AdjacentShardToMerge: upper.shardId,
      };
      if (stream.mergeShards(request, this.#serviceMs).ok) this.#changes++;
    } else {
      const TargetShardCount = Math.max(1, Math.round((shards.length * operation.percent) / 100));
      const ScalingType = 'UNIFORM_SCALING' as const;
      const request = { StreamName, TargetShardCount, ScalingType };
      if (stream.updateShardCount(request, this.#serviceMs).ok) this.#changes++;
    }
  }

  /** Lets time pass, and what is under way arrive. */
  #pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let event = this.#events[0]; event; event = this.#events[0]) {
      if (event.atMs > untilMs) break;
      this.#events.shift();
      this.#nowMs = Math.max(this.#nowMs, event.atMs);
      event.run();
    }
    this.#nowMs = untilMs;
  }

  #after(ms: number, run: () => void): void {
    const event = { atMs: this.#nowMs + ms, order: this.#eventCount++, run };
    const at = this.#events.findIndex(({ atMs }) => atMs > event.atMs);
    this.#events.splice(at < 0 ? this.#events.length : at, 0, event);
  }

  #add(simulated: Simulated, drawn: DrawnRecord): void {
    const { producer, entries, index, setup } = simulated;
    const id = entries.length;
    const PartitionKey = `key-${drawn.key}`;
    const isFramed = drawn.isFramed === true && setup.aggregation === 'shard';
    const header = isFramed ? MAGIC.length : 0;
    const dataBytes = Math.max(
      header + 8,
      drawn.bytes - PartitionKey.length - (isFramed ? 100 : 0),
    );
    const Data = new Uint8Array(dataBytes);
    if (isFramed) Data.set(MAGIC);
    new DataView(Data.buffer).setUint32(header, index);
    new DataView(Data.buffer).setUint32(header + 4, id);
    const ExplicitHashKey =
      drawn.permille === undefined ? undefined : `${(KEYS * BigInt(drawn.permille)) / 1000n}`;
    const record = { PartitionKey, ExplicitHashKey, Data };
    const bytes = dataBytes + PartitionKey.length;
    const result = producer.add(record, this.#clockOf(simulated));
    simulated.waitsUntilMs = undefined;
    if (!result.ok) {
      this.#count(`add ${result.fault.code}`);
      this.#expect('pending counts what has no result', {
        isHeld:
          result.fault.code === 'PendingBytesExceeded' &&
          simulated.pendingBytes + bytes > setup.pendingBytesMax &&
          result.retryAfterMs! >= 1,
        message: () => `refused with ${JSON.stringify(result)}`,
      });
      return;
    }
    this.#count('records');
    this.#expect('conservation: a record ends exactly once, and is not sent after that', {
      isHeld: result.value === id,
      message: () => `expected the id ${id}, got ${result.value}`,
    });
    simulated.pendingRecords++;
    simulated.pendingBytes += bytes;
    entries.push({
      orderKey: `${PartitionKey} ${ExplicitHashKey}`,
      bytes,
      addedAtMs: this.#nowMs,
      seen: [],
      stored: 0,
      isExcused: false,
      requestId: undefined,
      end: undefined,
      position: undefined,
    });
  }

  /** Does what a producer asks for. Returns when it has something to do again, in true time. */
  #pump(simulated: Simulated, luck: number): number {
    const { producer } = simulated;
    const rng = xoroshiro128plus(luck);
    const isEarly =
      simulated.waitsUntilMs !== undefined && this.#clockOf(simulated) < simulated.waitsUntilMs;
    for (let actions = 0; ; actions++) {
      const nowMs = this.#clockOf(simulated);
      const todo = producer.next(nowMs);
      this.#takeResults(simulated);
      if (todo.action === 'wait') {
        const { untilMs = Number.POSITIVE_INFINITY } = todo;
        this.#expect('a producer wakes when it said, not before', {
          isHeld: untilMs > nowMs,
          message: () => `waits until ${untilMs} at ${nowMs}`,
        });
        simulated.waitsUntilMs = untilMs;
        return untilMs - simulated.aheadMs;
      }
      this.#expect('a producer wakes when it said, not before', {
        isHeld: !isEarly && actions < PUMP_ACTIONS,
        message: () => `${todo.action} at ${nowMs}, before ${simulated.waitsUntilMs}`,
      });
      if (todo.action === 'put') this.#send(simulated, todo, rng);
      else this.#list(simulated, rng);
    }
  }

  #list(simulated: Simulated, rng: ReturnType<typeof xoroshiro128plus>): void {
    const { producer, setup } = simulated;
    // An aggregated record in a shard that no map knows may need a second map.
    const isDoubtful = setup.aggregation === 'shard' && this.#changes > simulated.firstChanges;
    this.#count('listShards');
    this.#expect('one listing at a time, and none without a change', {
      isHeld: !simulated.isListing && (simulated.knownChanges < this.#changes || isDoubtful),
      message: () => (simulated.isListing ? 'a second listing' : 'nothing has changed'),
    });
    simulated.isListing = true;
    const isTrouble = uniformInt(rng, 1, 4) === 1 && Number.isFinite(this.#troubleEvery);
    this.#after(uniformInt(rng, 0, 30), () => {
      const map = this.#listShards();
      const changes = this.#changes;
      this.#after(uniformInt(rng, 0, 30), () => {
        simulated.isListing = false;
        simulated.waitsUntilMs = undefined;
        const nowMs = this.#clockOf(simulated);
        if (isTrouble) {
          this.#count('listShards failed');
          producer.listShardsFailed(nowMs);
        } else {
          this.#learn(simulated, map);
          simulated.knownChanges = changes;
          producer.useShardMap(map, nowMs, nowMs);
        }
        this.#takeResults(simulated);
      });
    });
  }

  #send(
    simulated: Simulated,
    { requestId, input }: producerEntry.PutAction,
    rng: ReturnType<typeof xoroshiro128plus>,
  ): void {
    const { entries } = simulated;
    this.#count('requests');
    const checked = checkRequest('PutRecords', input, context);
    this.#expect('legality: the service takes every request', {
      isHeld: checked.ok && checked.value === StreamName,
      message: () => JSON.stringify(checked),
    });
    const carried = input.Records.map((record) => this.#idsIn(simulated, record, undefined));
    for (const id of carried.flat()) {
      const entry = entries[id]!;
      this.#expect('conservation: a record ends exactly once, and is not sent after that', {
        isHeld: entry.end === undefined && entry.requestId === undefined,
        message: () => `${id} is sent while ${entry.end ?? `in request ${entry.requestId}`}`,
      });
      entry.requestId = requestId;
    }
    this.#log(`put ${simulated.index} ${requestId} ${carried.map((ids) => ids.length)}`);
    const trouble = this.#drawTrouble(rng);
    if (trouble !== 'none') this.#count(trouble);
    const responseMs =
      uniformInt(rng, 0, 10) === 0 ? uniformInt(rng, 0, 900) : uniformInt(rng, 0, 60);
    const failing = uniformInt(rng, 0, input.Records.length - 1);
    const settle = (outcome: Parameters<producerEntry.Producer['settle']>[1]): void => {
      for (const id of carried.flat()) entries[id]!.requestId = undefined;
      const nowMs = this.#clockOf(simulated);
      simulated.producer.settle(requestId, outcome, nowMs);
      if (trouble === 'settled twice') {
        simulated.producer.settle(requestId, { error: new Error('late') }, nowMs);
      }
      simulated.waitsUntilMs = undefined;
      this.#takeResults(simulated);
    };
    const error = ERRORS[trouble];
    if (error !== undefined && trouble !== 'lost response') {
      this.#after(responseMs, () => settle({ error: Object.assign(new Error(), { name: error }) }));
      return;
    }
    this.#after(uniformInt(rng, 0, 40), () => {
      const isLost = ['lost response', 'short response', 'no records'].includes(trouble);
      const response = input.Records.map((record, i): PutRecordsResultEntry => {
        if (trouble === 'failed entry' && i === failing) {
          return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' };
        }
        const stored = this.#store(simulated, record);
        const isDoubtful = trouble === 'strange entry' && i === failing;
        if (isLost || isDoubtful) {
          for (const id of carried[i]!) entries[id]!.isExcused ||= stored.ErrorCode === undefined;
        }
        return isDoubtful ? STRANGE[uniformInt(rng, 0, STRANGE.length - 1)]! : stored;
      });
      const Records = trouble === 'short response' ? response.slice(1) : response;
      this.#after(responseMs, () => {
        if (trouble === 'lost response') settle({ error: new Error('socket hang up') });
        else settle({ output: trouble === 'no records' ? {} : { Records } });
      });
    });
  }

  #drawTrouble(rng: ReturnType<typeof xoroshiro128plus>): Trouble {
    if (!Number.isFinite(this.#troubleEvery)) return 'none';
    const { lostPercent = 0 } = this.#options;
    if (lostPercent > 0 && uniformInt(rng, 1, 100) <= lostPercent) return 'lost response';
    if (uniformInt(rng, 1, this.#troubleEvery) > 1) return 'none';
    return TROUBLES[uniformInt(rng, 0, TROUBLES.length - 1)]!;
  }

  /** Puts a record. If the stream takes it, consumers see what they may. */
  #store(simulated: Simulated, record: PutRecordsRequestEntry): PutRecordsResultEntry {
    const nowMs = this.#serviceMs;
    const output = unwrap(this.#stream!.putRecords({ StreamName, Records: [record] }, nowMs));
    const [response] = output.Records;
    const { ShardId, SequenceNumber } = response!;
    if (ShardId === undefined || SequenceNumber === undefined) {
      this.#count('refused');
      return response!;
    }
    const { entries } = simulated;
    const shard = this.#stream!.shardMap(nowMs).get(ShardId)!;
    for (const id of this.#idsIn(simulated, record, undefined)) entries[id]!.stored++;
    const seen = this.#idsIn(simulated, record, shard);
    const isPlain = seen.length === 1 && deaggregateRecord(toOpen(record)).kind === 'plain';
    if (seen.length === 0) this.#count('aggregates outside');
    for (const [i, id] of seen.entries()) {
      const subSequenceNumber = isPlain ? undefined : i;
      const position = { shard: ShardId, sequenceNumber: SequenceNumber, subSequenceNumber };
      entries[id]!.seen.push(position);
    }
    return response!;
  }

  /** Returns the ids of the records that a consumer of a shard sees in a Kinesis record. */
  #idsIn(
    { index }: Simulated,
    record: PutRecordsRequestEntry,
    range: Parameters<typeof deaggregateRecord>[1],
  ): number[] {
    return deaggregateRecord(toOpen(record), range).records.map(({ Data }) => {
      const view = new DataView(Data.buffer, Data.byteOffset, Data.byteLength);
      const at = view.getUint32(0) === MAGIC_WORD ? 4 : 0;
      this.#expect('visibility: what is reported stored is what consumers see', {
        isHeld: view.getUint32(at) === index,
        message: () => 'a record of another producer',
      });
      return view.getUint32(at + 4);
    });
  }

  #takeResults(simulated: Simulated): void {
    const { entries, setup } = simulated;
    for (const result of simulated.producer.takeResults()) {
      const { recordId } = result;
      const entry = entries[recordId]!;
      this.#end(simulated, recordId, result.ok ? 'stored' : 'failed');
      if (result.ok) {
        const { shardId: shard, sequenceNumber, subSequenceNumber } = result;
        const position = { shard, sequenceNumber, subSequenceNumber };
        entry.position = position;
        this.#log(`${recordId} ${sequenceNumber} ${subSequenceNumber}`);
        this.#expect('visibility: what is reported stored is what consumers see', {
          isHeld: entry.seen.some(
            (seen) =>
              seen.shard === shard &&
              seen.sequenceNumber === sequenceNumber &&
              seen.subSequenceNumber === subSequenceNumber,
          ),
          message: () => `${JSON.stringify(result)}, seen at ${JSON.stringify(entry.seen)}`,
        });
        continue;
      }
      const { fault, mayBeStored } = result;
      this.#count(`failed ${fault.code}`);
      this.#log(`${recordId} ${fault.code} ${mayBeStored}`);
      const isOld = this.#nowMs - entry.addedAtMs >= setup.recordTtlMs;
      this.#expect('visibility: what is reported stored is what consumers see', {
        isHeld:
          (mayBeStored || entry.stored === 0) &&
          (fault.code !== 'RecordExpired' || isOld || simulated.isClockSet),
        message: () => `${JSON.stringify(result)}, stored ${entry.stored} times`,
      });
    }
  }

  #drain(simulated: Simulated): void {
    const { producer, entries } = simulated;
    const drained = producer.drain();
    simulated.waitsUntilMs = undefined;
    this.#takeResults(simulated);
    let before = -1;
    for (const { recordId, record, mayBeStored } of drained) {
      this.#end(simulated, recordId, 'drained');
      const entry = entries[recordId]!;
      entry.requestId = undefined;
      this.#expect('conservation: a record ends exactly once, and is not sent after that', {
        isHeld:
          recordId > before &&
          (mayBeStored || entry.stored === 0) &&
          this.#idsIn(simulated, record, undefined)[0] === recordId,
        message: () => `drained ${recordId} after ${before}, stored ${entry.stored} times`,
      });
      before = recordId;
    }
    this.#count('drained', drained.length);
  }

  #end(simulated: Simulated, recordId: number, end: 'stored' | 'failed' | 'drained'): void {
    const entry = simulated.entries[recordId];
    this.#expect('conservation: a record ends exactly once, and is not sent after that', {
      isHeld: entry !== undefined && entry.end === undefined,
      message: () => `${recordId} is ${end} after it was ${entry?.end}`,
    });
    entry!.end = end;
    simulated.pendingRecords--;
    simulated.pendingBytes -= entry!.bytes;
    this.#count(end);
  }

  #checkPending(): void {
    for (const { producer, pendingRecords, pendingBytes } of this.#producers) {
      const { records, bytes } = producer.pending;
      this.#expect('pending counts what has no result', {
        isHeld: records === pendingRecords && bytes === pendingBytes,
        message: () => `${records} of ${pendingRecords} records, ${bytes} of ${pendingBytes} bytes`,
      });
    }
  }

  #checkOrder({ entries, setup, index }: Simulated): void {
    if (setup.order === 'none') return;
    const last = new Map<string, readonly [bigint, number]>();
    for (const [id, { orderKey, position }] of entries.entries()) {
      if (position === undefined) continue;
      const { sequenceNumber, subSequenceNumber = 0 } = position;
      const [number, sub] = last.get(orderKey) ?? [-1n, 0];
      const found = BigInt(sequenceNumber);
      this.#expect(
        'order: the numbers of a key rise in the order in which its records were added',
        {
          isHeld: found > number || (found === number && subSequenceNumber > sub),
          message: () =>
            `record ${id} of ${orderKey} by producer ${index}: ${found} after ${number}`,
        },
      );
      last.set(orderKey, [found, subSequenceNumber]);
    }
  }

  #checkSeen({ entries, knownShards, index }: Simulated): void {
    for (const [id, { seen, isExcused, end }] of entries.entries()) {
      if (seen.length > 1 || (seen.length === 1 && end === 'failed')) this.#count('more than once');
      // A shard that opened and closed between two listings cannot be known.
      const isKnown = seen.every(({ shard, sequenceNumber }) =>
        knownShards.has(`${shard} ${BigInt(sequenceNumber) >> 148n}`),
      );
      this.#expect('nothing is stored twice unless a response was lost', {
        isHeld: seen.length <= 1 || isExcused || !isKnown,
        message: () => `record ${id} of producer ${index} at ${JSON.stringify(seen)}`,
      });
    }
  }

  #count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  #log(line: string): void {
    this.#hash.update(line);
    this.#options.trace?.(`  ${line}`);
  }

  #expect(
    law: Law,
    { isHeld, message }: { readonly isHeld: boolean; readonly message: () => string },
  ): void {
    if (!isHeld) throw new BrokenLaw(law, message());
  }
}

/** What may go wrong with a request. */
const TROUBLES = [
  'lost request',
  'lost response',
  'throttled request',
  'unavailable',
  'forbidden',
  'failed entry',
  'strange entry',
  'short response',
  'no records',
  'settled twice',
] as const;

type Trouble = (typeof TROUBLES)[number] | 'none';

/** The name of the error in place of a response. */
const ERRORS: Readonly<Record<string, string>> = {
  'lost request': 'TimeoutError',
  'throttled request': 'ThrottlingException',
  unavailable: 'ServiceUnavailableException',
  forbidden: 'AccessDeniedException',
};

/** Entries that say nothing certain. */
const STRANGE: readonly PutRecordsResultEntry[] = [
  {},
  { SequenceNumber: '1' },
  { ShardId: 'shardId-000000000000' },
  { ErrorCode: 'SomethingNew' },
  null as never,
];

const MAGIC_WORD = MAGIC.reduce((word, byte) => word * 256 + byte, 0);

function toOpen({ Data, PartitionKey, ExplicitHashKey }: PutRecordsRequestEntry) {
  return {
    Data: Data!,
    ...(PartitionKey !== undefined && { PartitionKey }),
    ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
  };
}
