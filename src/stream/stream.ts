/**
 * The machine: a stream is a value, a request and a time go in, an answer and the next state come out.
 *
 * This is the only place with state. What is legal, what is admitted, which number comes next and how
 * shards divide are functions of the rooms and files below; here they are put in the service's order.
 * Every call is all or nothing: whatever is refused leaves the state as it was.
 *
 * @module
 */

import { ok, type Result, refuse } from '../base/fault.ts';
import {
  DESCRIBED_SHARDS_MAX,
  LISTED_SHARDS_MAX,
  ON_DEMAND_SHARDS,
  RECORD_KIB_DEFAULT,
  REQUEST_RECORDS_MAX,
  RETENTION_HOURS_DEFAULT,
  UNIFORM_SCALINGS_PER_DAY,
} from '../base/limits.ts';
import { utf8Length } from '../base/utf8.ts';
import { MUST_NOT_BE_NULL, refuseViolations } from '../base/violation.ts';
import { hashKeyOfDigest, readHashKey } from '../hashing/hash-key.ts';
import { md5Text } from '../hashing/md5.ts';
import { parseSequenceNumber } from '../sequencing/sequence-number.ts';
import { RESUME_INDEX_MAX } from '../sequencing/sequencer.ts';
import { uniformHashRanges } from '../sharding/hash-range.ts';
import {
  mergeShards,
  type ReshardStep,
  readShardId,
  refuseShardLimit,
  scaleUniformly,
  splitShard,
} from '../sharding/resharding.ts';
import { toAwsShard } from '../sharding/shard.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { assertTime, type StreamContext, type Surroundings, surroundingsOf } from './context.ts';
import type {
  AcceptedRecord,
  EmptyOutput,
  PutRecordResult,
  PutRecordsResult,
  Refusal,
  Stream,
} from './contract.ts';
import {
  formatNextToken,
  parseNextToken,
  queryOf,
  type ShardQuery,
  selectShards,
} from './listing.ts';
import { decreasedRetention, increasedRetention, trimHorizonMs } from './retention.ts';
import type {
  CreateStreamInput,
  DecreaseStreamRetentionPeriodInput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  IncreaseStreamRetentionPeriodInput,
  ListedShard,
  ListShardsInput,
  ListShardsOutput,
  MergeShardsInput,
  PutRecordInput,
  PutRecordsInput,
  PutRecordsOutput,
  PutRecordsRequestEntry,
  PutRecordsResultEntry,
  SplitShardInput,
  StreamAddress,
  StreamDescriptionSummary,
  StreamStatus,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
} from './shapes.ts';
import { readSnapshot, type StreamSnapshot, writeSnapshot } from './snapshot.ts';
import type { PendingReshard, StreamSettings } from './state.ts';
import { admitRecord } from './throughput.ts';
import { firstTopology, type OpenShard, reshape, type StreamTopology } from './topology.ts';
import {
  isPlainEntry,
  isPlainPutRecord,
  type OperationName,
  type PlainLimits,
  requestTooLarge,
  streamNameOf,
  streamNotFound,
  validateRequest,
} from './validation.ts';

const DAY_MS = 86_400_000;
const SECOND_MS = 1000;

/**
 * In every real stream known (13 of 13, 2017 to 2024) the shards were created three seconds before
 * the StreamCreationTimestamp.
 */
const CREATION_LAG_MS = 3000;

/**
 * Creates a stream, as CreateStream does: of so many shards of equal width, or of four if it is an
 * on-demand one.
 *
 * @example
 * ```ts
 * import { createStream, unwrap } from 'shardline';
 *
 * const stream = unwrap(
 *   createStream(
 *     { StreamName: 'orders', ShardCount: 3 },
 *     { accountId: '123456789012', region: 'us-east-1' },
 *     1_700_000_000_000,
 *   ),
 * );
 * const put = stream.putRecord(
 *   { StreamName: 'orders', PartitionKey: 'e', Data: new Uint8Array(3) },
 *   1_700_000_001_000,
 * );
 * put.ok && put.value.ShardId; // => 'shardId-000000000002'
 * ```
 *
 * @param nowMs Epoch milliseconds, from 0 to about the year 2477.
 * @returns A `ValidationException` for members that break the service model, an
 *   `InvalidArgumentException` for the strategy AUTO on a provisioned stream, a
 *   `LimitExceededException` for more shards than the account may have.
 * @throws {TypeError} If a member of the request or the context is of the wrong type.
 * @throws {RangeError} If a member of the context, or the time, is out of range.
 */
export function createStream(
  request: CreateStreamInput,
  context: StreamContext,
  nowMs: number,
): Result<Stream> {
  assertTime(nowMs);
  const around = surroundingsOf(context, request?.StreamName ?? '');
  const violations = [
    ...validateRequest('CreateStream', request, { recordBytesMax: RECORD_KIB_DEFAULT * 1024 }),
  ];
  const streamMode = request.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  const isOnDemand = streamMode === 'ON_DEMAND';
  const shardCount = isOnDemand ? ON_DEMAND_SHARDS : (request.ShardCount ?? undefined);
  // The model has not required the count since there are on-demand streams; these are its words of
  // before.
  if (shardCount === undefined) {
    violations.unshift({ path: 'shardCount', value: shardCount, constraint: MUST_NOT_BE_NULL });
  }
  if (violations.length > 0 || shardCount === undefined) {
    return refuseViolations(violations, around.validationMessages);
  }
  const recordDistributionStrategy = request.RecordDistributionStrategy ?? 'USER_PARTITION_KEY';
  if (recordDistributionStrategy === 'AUTO' && !isOnDemand) {
    // The model names the error; the service's words are not known.
    return refuse(
      'InvalidArgumentException',
      'The AUTO record distribution strategy is only supported for streams in on-demand mode.',
    );
  }
  if (around.otherOpenShardCount + shardCount > around.shardLimit) {
    return refuseShardLimit(0, shardCount, around);
  }
  const maxRecordSizeInKiB = request.MaxRecordSizeInKiB ?? RECORD_KIB_DEFAULT;
  const createdSecondMs = nowMs - (nowMs % SECOND_MS);
  const topology = firstTopology(
    uniformHashRanges(shardCount),
    Math.max(0, createdSecondMs - CREATION_LAG_MS),
    nowMs,
    maxRecordSizeInKiB * 1024,
  );
  const settings: StreamSettings = {
    streamMode,
    recordDistributionStrategy,
    warmThroughputMiBps: request.WarmThroughputMiBps ?? undefined,
    createdAtMs: nowMs,
    activeAtMs: nowMs + around.transitionMs,
    retentionPeriodHours: RETENTION_HOURS_DEFAULT,
    maxRecordSizeInKiB,
    trimmedToMs: 0,
    arrivedAtMs: nowMs,
    scaledAtMs: [],
    distributedCount: 0,
  };
  return ok(new StreamMachine(around, settings, topology));
}

/**
 * Restores a stream from a snapshot, which may come from anywhere: all of it is checked.
 *
 * @example
 * ```ts
 * import { createStream, restoreStream, unwrap } from 'shardline';
 *
 * const context = { accountId: '123456789012', region: 'us-east-1' };
 * const stream = unwrap(createStream({ StreamName: 'orders', ShardCount: 2 }, context, 0));
 * const text = JSON.stringify(stream.snapshot());
 * const restored = unwrap(restoreStream(JSON.parse(text)));
 * JSON.stringify(restored.snapshot()) === text; // => true
 * ```
 *
 * @returns An `InvalidSnapshot` that says what is wrong with it, and where.
 */
export function restoreStream(snapshot: unknown): Result<Stream> {
  const parts = readSnapshot(snapshot);
  if (!parts.ok) return parts;
  const { around, settings, topology, pending } = parts.value;
  return ok(new StreamMachine(around, settings, topology, pending));
}

/** Where a record goes. One object for every call, so that none is allocated. */
const route = { position: 0, hashKey: 0n, bytes: 0 };

const NO_INDEX = { ok: true, value: undefined } as const;

/** A stream in memory, behind {@link Stream}. */
export class StreamMachine implements Stream {
  readonly #around: Surroundings;
  readonly #settings: StreamSettings;
  readonly #isAuto: boolean;
  #limits: PlainLimits;
  #topology: StreamTopology;
  #pending: PendingReshard | undefined;
  /** The topology after the pending reshard. */
  #next: StreamTopology | undefined;

  constructor(
    around: Surroundings,
    settings: StreamSettings,
    topology: StreamTopology,
    pending?: PendingReshard,
  ) {
    this.#around = around;
    this.#settings = settings;
    this.#topology = topology;
    this.#isAuto = settings.recordDistributionStrategy === 'AUTO';
    this.#limits = this.#limitsOf(settings.maxRecordSizeInKiB);
    if (pending !== undefined) this.#prepare(pending);
  }

  putRecord(request: PutRecordInput, nowMs: number): PutRecordResult {
    assertTime(nowMs);
    if (!isPlainPutRecord(request, this.#limits) || nowMs < this.#settings.activeAtMs) {
      const refusal = this.#refusePut('PutRecord', request, nowMs);
      if (refusal !== undefined) return refusal;
    }
    const topology = this.#topologyAt(nowMs);
    const unroutable = this.#route(topology, request);
    if (unroutable !== undefined) return unroutable;
    const { position, bytes, hashKey } = route;
    const after = this.#indexToPass(topology, request.SequenceNumberForOrdering, nowMs);
    if (!after.ok) return after;
    const isDryRun = request.DryRun === true;
    const waitMs = this.#admit(topology, position, bytes, nowMs, isDryRun);
    const open = topology.open[route.position]!;
    if (waitMs !== 0) return this.#refuseRate(open.shard.shardId, waitMs);
    if (isDryRun) return refuseDryRun();
    this.#commit(topology);
    if (after.value !== undefined) open.sequencer.advancePast(after.value);
    const accepted = this.#accept(open, hashKey, nowMs);
    const { shardId: ShardId, sequenceNumber: SequenceNumber } = accepted;
    return this.#around.encryptionType === 'KMS'
      ? { ok: true, value: { ShardId, SequenceNumber, EncryptionType: 'KMS' }, accepted }
      : { ok: true, value: { ShardId, SequenceNumber }, accepted };
  }

  putRecords(request: PutRecordsInput, nowMs: number): PutRecordsResult {
    assertTime(nowMs);
    if (!this.#isPlainPutRecords(request) || nowMs < this.#settings.activeAtMs) {
      const refusal = this.#refusePut('PutRecords', request, nowMs);
      if (refusal !== undefined) return refusal;
    }
    const requests = request.Records!;
    const tooLarge = requestTooLarge(requests);
    if (tooLarge !== undefined) return tooLarge;
    const topology = this.#topologyAt(nowMs);
    // All are routed before the first is admitted: one bad hash key refuses the whole request.
    const routes: { position: number; hashKey: bigint; bytes: number }[] = [];
    for (const record of requests) {
      const unroutable = this.#route(topology, record);
      if (unroutable !== undefined) return unroutable;
      routes.push({ position: route.position, hashKey: route.hashKey, bytes: route.bytes });
    }
    if (request.DryRun === true) return refuseDryRun();
    this.#commit(topology);
    const Records: PutRecordsResultEntry[] = [];
    const acceptedRecords: (AcceptedRecord | undefined)[] = [];
    const retryAfterMs: number[] = [];
    let FailedRecordCount = 0;
    for (const { position, hashKey, bytes } of routes) {
      const waitMs = this.#admit(topology, position, bytes, nowMs, false);
      const open = topology.open[route.position]!;
      retryAfterMs.push(waitMs);
      if (waitMs === 0) {
        const accepted = this.#accept(open, hashKey, nowMs);
        acceptedRecords.push(accepted);
        Records.push({ SequenceNumber: accepted.sequenceNumber, ShardId: accepted.shardId });
      } else {
        const { code, message } = this.#refuseRate(open.shard.shardId, waitMs).fault;
        acceptedRecords.push(undefined);
        Records.push({ ErrorCode: code, ErrorMessage: message });
        FailedRecordCount++;
      }
    }
    const value: PutRecordsOutput = { FailedRecordCount, Records };
    if (this.#around.encryptionType === 'KMS') value.EncryptionType = 'KMS';
    return { ok: true, value, accepted: acceptedRecords, retryAfterMs };
  }

  splitShard(request: SplitShardInput, nowMs: number): Result<EmptyOutput> {
    return this.#reshard('SplitShard', request, nowMs, [request.ShardToSplit], (topology) =>
      splitShard(
        topology,
        { ShardToSplit: request.ShardToSplit!, NewStartingHashKey: request.NewStartingHashKey! },
        this.#around,
      ),
    );
  }

  mergeShards(request: MergeShardsInput, nowMs: number): Result<EmptyOutput> {
    const { ShardToMerge, AdjacentShardToMerge } = request;
    return this.#reshard(
      'MergeShards',
      request,
      nowMs,
      [ShardToMerge, AdjacentShardToMerge],
      (topology) =>
        mergeShards(
          topology,
          { ShardToMerge: ShardToMerge!, AdjacentShardToMerge: AdjacentShardToMerge! },
          this.#around,
        ),
    );
  }

  updateShardCount(request: UpdateShardCountInput, nowMs: number): Result<UpdateShardCountOutput> {
    const { streamName, streamArn } = this.#around;
    let currentShardCount = 0;
    let recent: readonly number[] = [];
    const result = this.#reshard('UpdateShardCount', request, nowMs, [], (topology) => {
      currentShardCount = topology.open.length;
      recent = this.#settings.scaledAtMs.filter((atMs) => atMs > nowMs - DAY_MS);
      if (recent.length >= UNIFORM_SCALINGS_PER_DAY) {
        // The service's words are not known.
        return refuse(
          'LimitExceededException',
          `Stream ${streamName} has been scaled ${recent.length} times in the last 24 hours: at most ${UNIFORM_SCALINGS_PER_DAY} are allowed.`,
        );
      }
      return scaleUniformly(topology, request.TargetShardCount!, this.#around);
    });
    if (!result.ok) return result;
    this.#settings.scaledAtMs = [...recent, nowMs];
    return ok({
      StreamName: streamName,
      CurrentShardCount: currentShardCount,
      TargetShardCount: request.TargetShardCount!,
      StreamARN: streamArn,
    });
  }

  increaseStreamRetentionPeriod(
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput> {
    return this.#setRetention('IncreaseStreamRetentionPeriod', request, nowMs, increasedRetention);
  }

  decreaseStreamRetentionPeriod(
    request: DecreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput> {
    return this.#setRetention('DecreaseStreamRetentionPeriod', request, nowMs, decreasedRetention);
  }

  updateMaxRecordSize(request: UpdateMaxRecordSizeInput, nowMs: number): Result<EmptyOutput> {
    const refusal = this.#refuse('UpdateMaxRecordSize', request, nowMs, true);
    if (refusal !== undefined) return refusal;
    const topology = this.#topologyAt(nowMs);
    this.#commit(topology);
    this.#settings.maxRecordSizeInKiB = request.MaxRecordSizeInKiB!;
    this.#limits = this.#limitsOf(request.MaxRecordSizeInKiB!);
    return ok({});
  }

  listShards(request: ListShardsInput, nowMs: number): Result<ListShardsOutput> {
    const refusal = this.#refuse('ListShards', request, nowMs, false);
    if (refusal !== undefined) return refusal;
    const query = this.#queryOf(request, nowMs);
    if (!query.ok) return query;
    const page = this.#page(query.value, nowMs, request.MaxResults, LISTED_SHARDS_MAX);
    const value: ListShardsOutput = { Shards: page.shards };
    if (page.lastShardIndex !== undefined) {
      value.NextToken = formatNextToken(
        { ...query.value, afterShardIndex: page.lastShardIndex, issuedAtMs: nowMs },
        this.#streamKey(),
      );
    }
    return ok(value);
  }

  describeStream(request: DescribeStreamInput, nowMs: number): Result<DescribeStreamOutput> {
    const refusal = this.#refuse('DescribeStream', request, nowMs, false);
    if (refusal !== undefined) return refusal;
    const query = queryOf(
      undefined,
      request.ExclusiveStartShardId,
      this.#firstMs(nowMs),
      this.#around,
    );
    if (!query.ok) return query;
    const page = this.#page(query.value, nowMs, request.Limit, DESCRIBED_SHARDS_MAX);
    return ok({
      StreamDescription: {
        ...this.#describe(nowMs),
        Shards: page.shards,
        HasMoreShards: page.lastShardIndex !== undefined,
      },
    });
  }

  describeStreamSummary(
    request: DescribeStreamSummaryInput,
    nowMs: number,
  ): Result<DescribeStreamSummaryOutput> {
    const refusal = this.#refuse('DescribeStreamSummary', request, nowMs, false);
    if (refusal !== undefined) return refusal;
    const { maxRecordSizeInKiB, recordDistributionStrategy, streamMode, warmThroughputMiBps } =
      this.#settings;
    const isCreating = nowMs < this.#settings.activeAtMs;
    const summary: StreamDescriptionSummary = {
      ...this.#describe(nowMs),
      OpenShardCount: isCreating ? 0 : this.#topologyAt(nowMs).open.length,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: maxRecordSizeInKiB,
    };
    if (streamMode === 'ON_DEMAND') summary.RecordDistributionStrategy = recordDistributionStrategy;
    if (warmThroughputMiBps !== undefined) {
      summary.WarmThroughput = {
        TargetMiBps: warmThroughputMiBps,
        CurrentMiBps: warmThroughputMiBps,
      };
    }
    return ok({ StreamDescriptionSummary: summary });
  }

  shardMap(nowMs: number): ShardMap {
    assertTime(nowMs);
    return this.#topologyAt(nowMs).map;
  }

  trimHorizonMs(nowMs: number): number {
    assertTime(nowMs);
    const { retentionPeriodHours, trimmedToMs } = this.#settings;
    return Math.max(trimHorizonMs(retentionPeriodHours, nowMs), trimmedToMs);
  }

  snapshot(): StreamSnapshot {
    return writeSnapshot(this.#around, this.#settings, this.#topology, this.#pending);
  }

  /** What keeps a put from being looked at: an invalid request, another stream, one not there yet. */
  #refusePut(
    operation: 'PutRecord' | 'PutRecords',
    request: PutRecordInput | PutRecordsInput,
    nowMs: number,
  ): Refusal | undefined {
    const refusal = this.#refuse(operation, request, nowMs, false);
    if (refusal !== undefined) return refusal;
    // A stream that is being created does not exist yet for a put (kinesalite).
    if (nowMs < this.#settings.activeAtMs) {
      return streamNotFound(this.#around.streamName, this.#around.accountId);
    }
    return undefined;
  }

  #isPlainPutRecords(request: PutRecordsInput): boolean {
    const records = request?.Records;
    if (!Array.isArray(records) || records.length === 0 || records.length > REQUEST_RECORDS_MAX) {
      return false;
    }
    const { StreamName, StreamARN, StreamId, DryRun } = request;
    if (StreamName !== this.#around.streamName || StreamARN !== undefined) return false;
    if (StreamId !== undefined || DryRun !== undefined) return false;
    for (const record of records) {
      if (!isPlainEntry(record, this.#limits)) return false;
    }
    return true;
  }

  /** What every operation refuses: an invalid request, another stream, a state it cannot work in. */
  #refuse(
    operation: OperationName,
    request: StreamAddress,
    nowMs: number,
    isActiveNeeded: boolean,
    shardIds: readonly (string | undefined)[] = [],
  ): Refusal | undefined {
    assertTime(nowMs);
    const violations = validateRequest(operation, request, this.#limits);
    if (violations.length > 0) {
      return refuseViolations(violations, this.#around.validationMessages);
    }
    for (const shardId of shardIds) {
      const shardIndex = readShardId(shardId!, this.#around);
      if (!shardIndex.ok) return shardIndex;
    }
    const { streamName, accountId } = this.#around;
    const named = streamNameOf(request, this.#around);
    if (!named.ok) return named;
    if (named.value !== undefined && named.value !== streamName) {
      return streamNotFound(named.value, accountId);
    }
    const status = this.#statusAt(nowMs);
    if (!isActiveNeeded || status === 'ACTIVE') return undefined;
    return refuse(
      'ResourceInUseException',
      `Stream ${streamName} under account ${accountId} not ACTIVE, instead in state ${status}`,
    );
  }

  /** Finds the shard, the hash key and the bytes of a record; they stand in `route`. */
  #route(topology: StreamTopology, record: PutRecordsRequestEntry): Refusal | undefined {
    const { PartitionKey: partitionKey, ExplicitHashKey: explicitHashKey } = record;
    const dataBytes = record.Data!.length;
    if (this.#isAuto) {
      route.bytes = dataBytes + utf8Length(partitionKey ?? '');
    } else if (explicitHashKey === undefined || explicitHashKey === null) {
      route.bytes = dataBytes + md5Text(partitionKey!);
      route.position = topology.map.positionOfDigest();
      route.hashKey = hashKeyOfDigest();
    } else {
      const hashKey = readHashKey(explicitHashKey);
      if (!hashKey.ok) return hashKey;
      route.bytes = dataBytes + utf8Length(partitionKey!);
      route.position = topology.map.positionOfHashKey(hashKey.value);
      route.hashKey = hashKey.value;
    }
    return undefined;
  }

  /**
   * The sequence index that a SequenceNumberForOrdering asks to pass, if it is one of the routed shard;
   * or the service's refusal of it.
   *
   * Any shard's number will do, and so will one of no stream at all (kinesalite tests, run on AWS
   * 2018); only a number that cannot be read, or was written later than now, is refused. The number
   * given is greater than any of the same shard and of its ancestors. It cannot be greater than one
   * of a shard that lies higher because it was created later, or with it at a higher index.
   */
  #indexToPass(
    topology: StreamTopology,
    text: string | null | undefined,
    nowMs: number,
  ): Result<bigint | undefined> {
    if (text === undefined || text === null) return NO_INDEX;
    if (this.#isAuto) {
      // The guide names the error; the service's words are not known.
      return refuse(
        'InvalidArgumentException',
        'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
      );
    }
    const result = parseSequenceNumber(text);
    if (result.ok && (result.value.writtenAtMs ?? 0) <= nowMs) {
      const { version, shardIndex, shardCreatedAtMs, sequenceIndex } = result.value;
      const { shard } = topology.open[route.position]!;
      const isOfShard = shardIndex === shard.shardIndex && shardCreatedAtMs === shard.createdAtMs;
      if (version !== 2 || !isOfShard) return NO_INDEX;
      if (sequenceIndex <= RESUME_INDEX_MAX) return ok(sequenceIndex);
    }
    const { streamName, accountId } = this.#around;
    return refuse(
      'InvalidArgumentException',
      `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${streamName} under account ${accountId} is invalid.`,
    );
  }

  /**
   * Takes a record from the budget of the shard at `position`; under AUTO from that of the first shard
   * that has room, taking turns. Leaves the position in `route`.
   *
   * @returns 0 if the record is admitted, otherwise how long to wait; see {@link admitRecord}.
   */
  #admit(
    topology: StreamTopology,
    position: number,
    bytes: number,
    nowMs: number,
    isDryRun: boolean,
  ): number {
    const count = topology.open.length;
    // How the service distributes is its own affair; taking turns is even and repeatable.
    let next = this.#isAuto ? this.#settings.distributedCount % count : position;
    let waitMs = 0;
    for (let tries = this.#isAuto ? count : 1; tries > 0; tries--) {
      route.position = next;
      if (this.#around.throughput === 'unlimited') return 0;
      const { budget } = topology.open[next]!;
      const depthBytes = this.#limits.recordBytesMax;
      waitMs = admitRecord(isDryRun ? { ...budget } : budget, bytes, depthBytes, nowMs);
      if (waitMs === 0) return 0;
      next = (next + 1) % count;
    }
    return waitMs;
  }

  #accept({ shard, sequencer }: OpenShard, hashKey: bigint, nowMs: number): AcceptedRecord {
    const settings = this.#settings;
    if (nowMs > settings.arrivedAtMs) settings.arrivedAtMs = nowMs;
    if (this.#isAuto) settings.distributedCount++;
    return {
      shardId: shard.shardId,
      shardIndex: shard.shardIndex,
      sequenceNumber: sequencer.next(nowMs),
      hashKey: this.#isAuto ? shard.startingHashKey : hashKey,
      arrivedAtMs: settings.arrivedAtMs,
    };
  }

  /** The words of the API reference's example and of real answers. */
  #refuseRate(shardId: string, retryAfterMs: number): Refusal {
    const { streamName, accountId } = this.#around;
    const { fault } = refuse(
      'ProvisionedThroughputExceededException',
      `Rate exceeded for shard ${shardId} in stream ${streamName} under account ${accountId}.`,
    );
    return { ok: false, fault, retryAfterMs };
  }

  #reshard(
    operation: OperationName,
    request: StreamAddress,
    nowMs: number,
    shardIds: readonly (string | undefined)[],
    plan: (topology: StreamTopology) => Result<ReshardStep[]>,
  ): Result<EmptyOutput> {
    const refusal = this.#refuse(operation, request, nowMs, true, shardIds);
    if (refusal !== undefined) return refusal;
    const { streamName, accountId, transitionMs } = this.#around;
    if (this.#settings.streamMode === 'ON_DEMAND') {
      return refuse(
        'ValidationException',
        `Request is invalid. Stream ${streamName} under account ${accountId} is in On-Demand mode.`,
      );
    }
    const topology = this.#topologyAt(nowMs);
    const steps = plan(topology);
    if (!steps.ok) return steps;
    this.#commit(topology);
    if (steps.value.length > 0) {
      const atMs = nowMs + transitionMs;
      this.#prepare({ atMs, steps: steps.value });
      if (transitionMs === 0) this.#commit(this.#next!);
    }
    return ok({});
  }

  #setRetention(
    operation: 'IncreaseStreamRetentionPeriod' | 'DecreaseStreamRetentionPeriod',
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
    decide: typeof increasedRetention,
  ): Result<EmptyOutput> {
    const refusal = this.#refuse(operation, request, nowMs, true);
    if (refusal !== undefined) return refusal;
    const settings = this.#settings;
    const hours = decide(
      request.RetentionPeriodHours!,
      settings.retentionPeriodHours,
      this.#around.streamName,
    );
    if (!hours.ok) return hours;
    this.#commit(this.#topologyAt(nowMs));
    settings.trimmedToMs = Math.max(0, this.trimHorizonMs(nowMs));
    settings.retentionPeriodHours = hours.value;
    return ok({});
  }

  #queryOf(request: ListShardsInput, nowMs: number): Result<ShardQuery> {
    const { NextToken, StreamName, StreamARN, StreamCreationTimestamp } = request;
    const { streamName, accountId } = this.#around;
    if (NextToken !== undefined && NextToken !== null) {
      if (StreamName != null || StreamARN != null) {
        return refuse(
          'InvalidArgumentException',
          'NextToken and StreamName cannot be provided together.',
        );
      }
      return parseNextToken(NextToken, this.#streamKey(), nowMs);
    }
    if (
      StreamCreationTimestamp != null &&
      StreamCreationTimestamp.getTime() !== this.#settings.createdAtMs
    ) {
      return streamNotFound(streamName, accountId);
    }
    return queryOf(
      request.ShardFilter,
      request.ExclusiveStartShardId,
      this.#firstMs(nowMs),
      this.#around,
    );
  }

  /** The earliest instant that a listing can be asked about. */
  #firstMs(nowMs: number): number {
    return Math.max(this.trimHorizonMs(nowMs), this.#settings.createdAtMs);
  }

  #page(
    query: ShardQuery,
    nowMs: number,
    limit: number | undefined,
    limitMax: number,
  ): { shards: ListedShard[]; lastShardIndex: number | undefined } {
    const isCreating = nowMs < this.#settings.activeAtMs;
    const selected = isCreating ? [] : selectShards(this.#topologyAt(nowMs).shards.values(), query);
    const page = selected.slice(0, Math.min(limit ?? limitMax, limitMax));
    return {
      shards: page.map((shard) => toAwsShard(shard) as ListedShard),
      lastShardIndex: page.length < selected.length ? page.at(-1)!.shardIndex : undefined,
    };
  }

  #describe(nowMs: number): Omit<StreamDescriptionSummary, 'OpenShardCount'> {
    const { createdAtMs, retentionPeriodHours, streamMode } = this.#settings;
    return {
      StreamName: this.#around.streamName,
      StreamARN: this.#around.streamArn,
      StreamStatus: this.#statusAt(nowMs),
      StreamModeDetails: { StreamMode: streamMode },
      RetentionPeriodHours: retentionPeriodHours,
      StreamCreationTimestamp: new Date(createdAtMs),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: this.#around.encryptionType,
    };
  }

  #statusAt(nowMs: number): StreamStatus {
    if (nowMs < this.#settings.activeAtMs) return 'CREATING';
    return this.#pending !== undefined && nowMs < this.#pending.atMs ? 'UPDATING' : 'ACTIVE';
  }

  /** The topology that a call at this time works on; not yet the stream's own if the call is refused. */
  #topologyAt(nowMs: number): StreamTopology {
    return this.#pending !== undefined && nowMs >= this.#pending.atMs
      ? this.#next!
      : this.#topology;
  }

  /** Makes a topology that was reached the stream's own: the one swap that a reshard comes down to. */
  #commit(topology: StreamTopology): void {
    if (topology !== this.#next) return;
    this.#topology = topology;
    this.#pending = undefined;
    this.#next = undefined;
  }

  #prepare(pending: PendingReshard): void {
    const horizonMs = this.trimHorizonMs(pending.atMs);
    this.#pending = pending;
    this.#next = reshape(
      this.#topology,
      pending.steps,
      pending.atMs,
      this.#limits.recordBytesMax,
      ({ closedAtMs }) => closedAtMs !== undefined && closedAtMs < horizonMs,
    );
  }

  #limitsOf(maxRecordSizeInKiB: number): PlainLimits {
    const { streamName, streamArn } = this.#around;
    const { recordDistributionStrategy } = this.#settings;
    const recordBytesMax = maxRecordSizeInKiB * 1024;
    return { streamName, streamArn, recordBytesMax, recordDistributionStrategy };
  }

  /** What tells this stream from any other, also from a later one of the same name. */
  #streamKey(): string {
    return `${this.#around.streamArn}:${this.#settings.createdAtMs}`;
  }
}

/** The words of EC2's exception of this name; the service's are not known. */
function refuseDryRun(): Refusal {
  return refuse(
    'DryRunOperationException',
    'Request would have succeeded, but DryRun flag is set.',
  );
}
