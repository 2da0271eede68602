/**
 * A stream in memory: a request and a time go in, an answer comes out, and the state is the next
 * one.
 *
 * This is the only place with state. What is legal, what is admitted, which number comes next and
 * how shards divide are functions of the rooms and files below; here they are put in the service's
 * order. Every call is all or nothing: whatever is refused leaves the state as it was.
 *
 * @module
 */

import type {
  DecreaseStreamRetentionPeriodInput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  GetShardIteratorInput,
  IncreaseStreamRetentionPeriodInput,
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
  StreamStatus,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
} from '../api/aws-types.ts';
import {
  dryRun,
  type FaultResult,
  orderingUnderAuto,
  rateExceeded,
  scaledTooOften,
  streamNotActive,
  streamNotFound,
  streamOnDemand,
} from '../api/service-errors.ts';
import {
  isPlainEntry,
  isPlainPutRecord,
  type OperationName,
  type PlainLimits,
  requestTooLarge,
  streamNameOf,
  validateRequest,
} from '../api/validate-request.ts';
import { ok, type Result } from '../base/fault.ts';
import { REQUEST_RECORDS_MAX, UNIFORM_SCALINGS_PER_DAY } from '../base/limits.ts';
import { utf8Length } from '../base/utf8.ts';
import { refuseViolations } from '../base/violation.ts';
import {
  mergeShards,
  type ReshardStep,
  readShardId,
  scaleUniformly,
  splitShard,
} from '../sharding/reshard.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { resizeBudget } from '../sharding/token-bucket.ts';
import { refuseMissingStream } from './missing-stream.ts';
import {
  admit,
  distributeRecord,
  indexToPass,
  type Route,
  routeRecord,
} from './put/route-record.ts';
import {
  describeStream,
  describeStreamSummary,
  listShards,
  type StreamView,
} from './query/describe-stream.ts';
import { resolveShardPosition } from './query/shard-iterator.ts';
import { decreasedRetention, increasedRetention, trimHorizonMs } from './retention.ts';
import { type StreamSnapshot, writeSnapshot } from './snapshot/snapshot.ts';
import type {
  AcceptedRecord,
  EmptyOutput,
  PutRecordResult,
  PutRecordsResult,
  ShardPosition,
  Stream,
} from './stream.ts';
import { assertTime, type Surroundings } from './stream-config.ts';
import { type OpenShard, reshape, type StreamTopology, unexpired } from './stream-shards.ts';
import type { PendingReshard, StreamSettings } from './stream-state.ts';

const DAY_MS = 86_400_000;

/** Where the record in hand goes: one object for every call, so that none is allocated. */
const route: Route = { position: 0, hashKey: 0n, bytes: 0 };

/** A stream in memory, behind {@link Stream}. */
export class StreamMachine implements Stream {
  readonly #around: Surroundings;
  readonly #settings: StreamSettings;
  readonly #isAuto: boolean;
  #limits: PlainLimits;
  /** How deep a shard's byte budget is; 0 if throughput is unlimited. */
  #depthBytes: number;
  #topology: StreamTopology;
  #pending: PendingReshard | undefined;
  /** The topology after the pending reshard. Invariant: there is one exactly if one is pending. */
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
    this.#limits = limitsOf(around, settings);
    this.#depthBytes = around.throughput === 'enforced' ? this.#limits.recordBytesMax : 0;
    if (pending !== undefined) this.#prepare(pending);
  }

  putRecord(request: PutRecordInput, nowMs: number): PutRecordResult {
    assertTime(nowMs);
    if (!isPlainPutRecord(request, this.#limits) || nowMs < this.#settings.activeAtMs) {
      const refusal = this.#refusePut('PutRecord', request, nowMs);
      if (refusal !== undefined) return refusal;
    }
    const topology = this.#topologyAt(nowMs);
    const unroutable = this.#route(request, topology);
    if (unroutable !== undefined) return unroutable;
    let indexPassed: bigint | undefined;
    const ordering = request.SequenceNumberForOrdering;
    if (ordering !== undefined && ordering !== null) {
      if (this.#isAuto) return orderingUnderAuto();
      const latestMs = Math.max(nowMs, this.#settings.arrivedAtMs);
      const index = indexToPass(ordering, topology, route, this.#around, latestMs);
      if (!index.ok) return index;
      indexPassed = index.value;
    }
    const isDryRun = request.DryRun === true;
    const waitMs = this.#admit(topology, nowMs, isDryRun);
    const open = topology.open[route.position]!;
    if (waitMs !== 0) {
      const { fault } = rateExceeded(this.#around, open.shardId);
      return { ok: false, fault, retryAfterMs: waitMs };
    }
    if (isDryRun) return dryRun();
    this.#commit(topology);
    if (indexPassed !== undefined) open.sequencer.advancePast(indexPassed);
    const accepted = this.#accept(open, nowMs);
    const { shardId: ShardId, sequenceNumber: SequenceNumber } = accepted;
    return this.#around.encryptionType === 'KMS'
      ? { ok: true, value: { ShardId, SequenceNumber, EncryptionType: 'KMS' }, accepted }
      : { ok: true, value: { ShardId, SequenceNumber }, accepted };
  }

  putRecords(request: PutRecordsInput, nowMs: number): PutRecordsResult {
    assertTime(nowMs);
    if (!isPlainPutRecords(request, this.#limits) || nowMs < this.#settings.activeAtMs) {
      const refusal = this.#refusePut('PutRecords', request, nowMs);
      if (refusal !== undefined) return refusal;
    }
    const requests = request.Records!;
    const tooLarge = requestTooLarge(requests);
    if (tooLarge !== undefined) return tooLarge;
    const topology = this.#topologyAt(nowMs);
    // All are routed before the first is admitted: one bad hash key refuses the whole request.
    const routes: Route[] = [];
    for (const record of requests) {
      const unroutable = this.#route(record, topology);
      if (unroutable !== undefined) return unroutable;
      routes.push({ position: route.position, hashKey: route.hashKey, bytes: route.bytes });
    }
    if (request.DryRun === true) return dryRun();
    this.#commit(topology);
    const Records: PutRecordsResultEntry[] = [];
    const acceptedRecords: (AcceptedRecord | undefined)[] = [];
    const retryAfterMs: number[] = [];
    let FailedRecordCount = 0;
    for (const { position, hashKey, bytes } of routes) {
      route.position = position;
      route.hashKey = hashKey;
      route.bytes = bytes;
      const waitMs = this.#admit(topology, nowMs, false);
      const open = topology.open[route.position]!;
      retryAfterMs.push(waitMs);
      if (waitMs === 0) {
        const accepted = this.#accept(open, nowMs);
        acceptedRecords.push(accepted);
        Records.push({ SequenceNumber: accepted.sequenceNumber, ShardId: accepted.shardId });
      } else {
        const { code, message } = rateExceeded(this.#around, open.shardId).fault;
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
    const shardIds = [request?.ShardToSplit];
    return this.#reshard('SplitShard', request, nowMs, shardIds, (topology) => {
      const [ShardToSplit] = shardIds as [string];
      const NewStartingHashKey = request.NewStartingHashKey!;
      return splitShard(topology, { ShardToSplit, NewStartingHashKey }, this.#around);
    });
  }

  mergeShards(request: MergeShardsInput, nowMs: number): Result<EmptyOutput> {
    const shardIds = [request?.ShardToMerge, request?.AdjacentShardToMerge];
    return this.#reshard('MergeShards', request, nowMs, shardIds, (topology) => {
      const [ShardToMerge, AdjacentShardToMerge] = shardIds as [string, string];
      return mergeShards(topology, { ShardToMerge, AdjacentShardToMerge }, this.#around);
    });
  }

  updateShardCount(request: UpdateShardCountInput, nowMs: number): Result<UpdateShardCountOutput> {
    const TargetShardCount = request?.TargetShardCount as number;
    let CurrentShardCount = 0;
    let recent: readonly number[] = [];
    const result = this.#reshard('UpdateShardCount', request, nowMs, [], (topology) => {
      CurrentShardCount = topology.open.length;
      recent = this.#settings.scaledAtMs.filter((atMs) => atMs > nowMs - DAY_MS);
      return recent.length < UNIFORM_SCALINGS_PER_DAY
        ? scaleUniformly(topology, TargetShardCount, this.#around)
        : scaledTooOften(this.#around, recent.length);
    });
    if (!result.ok) return result;
    this.#settings.scaledAtMs = [...recent, nowMs];
    const { streamName: StreamName, streamArn: StreamARN } = this.#around;
    return ok({ StreamName, CurrentShardCount, TargetShardCount, StreamARN });
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
    this.#commit(this.#topologyAt(nowMs));
    const before = this.#limits.recordBytesMax;
    this.#settings.maxRecordSizeInKiB = request.MaxRecordSizeInKiB!;
    this.#limits = limitsOf(this.#around, this.#settings);
    const { recordBytesMax } = this.#limits;
    for (const open of this.#topology.open) {
      resizeBudget(open, before, recordBytesMax, nowMs);
    }
    if (this.#depthBytes !== 0) this.#depthBytes = recordBytesMax;
    return ok({});
  }

  listShards(request: ListShardsInput, nowMs: number): Result<ListShardsOutput> {
    const refusal = this.#refuse('ListShards', request, nowMs, false);
    return refusal ?? listShards(this.#viewAt(nowMs), request, nowMs);
  }

  describeStream(request: DescribeStreamInput, nowMs: number): Result<DescribeStreamOutput> {
    const refusal = this.#refuse('DescribeStream', request, nowMs, false);
    return refusal ?? describeStream(this.#viewAt(nowMs), request);
  }

  describeStreamSummary(
    request: DescribeStreamSummaryInput,
    nowMs: number,
  ): Result<DescribeStreamSummaryOutput> {
    const refusal = this.#refuse('DescribeStreamSummary', request, nowMs, false);
    return refusal ?? ok(describeStreamSummary(this.#viewAt(nowMs)));
  }

  resolveShardPosition(request: GetShardIteratorInput, nowMs: number): Result<ShardPosition> {
    const refusal = this.#refuse('GetShardIterator', request, nowMs, false, [request?.ShardId]);
    return refusal ?? resolveShardPosition(this.#viewAt(nowMs), request, nowMs);
  }

  shardMap(nowMs: number): ShardMap {
    assertTime(nowMs);
    return this.#topologyAt(nowMs).map;
  }

  trimHorizonMs(nowMs: number): number {
    assertTime(nowMs);
    return this.#horizonAt(nowMs);
  }

  snapshot(): StreamSnapshot {
    return writeSnapshot(this.#around, this.#settings, this.#topology, this.#pending);
  }

  /**
   * What every put refuses. A stream that is being created does not exist yet for it (kinesalite).
   */
  #refusePut(
    operation: 'PutRecord' | 'PutRecords',
    request: PutRecordInput | PutRecordsInput,
    nowMs: number,
  ): FaultResult | undefined {
    const refusal = this.#refuse(operation, request, nowMs, false);
    if (refusal !== undefined || this.#statusAt(nowMs) !== 'CREATING') return refusal;
    return streamNotFound(this.#around);
  }

  /**
   * What every operation refuses: an invalid request, another stream, a state it cannot work in.
   */
  #refuse(
    operation: OperationName,
    request: StreamAddress,
    nowMs: number,
    isActiveNeeded: boolean,
    shardIds: readonly (string | undefined)[] = [],
  ): FaultResult | undefined {
    assertTime(nowMs);
    const violations = validateRequest(operation, request, this.#limits);
    if (violations.length > 0) {
      return refuseViolations(violations, this.#around.validationMessages);
    }
    const { streamName } = this.#around;
    const named = streamNameOf(operation, request, this.#around);
    if (named.ok && named.value !== undefined && named.value !== streamName) {
      return refuseMissingStream(operation, request, this.#around);
    }
    for (const shardId of shardIds) {
      const shardIndex = readShardId(shardId!, this.#around);
      if (!shardIndex.ok) return shardIndex;
    }
    if (!named.ok) return named;
    const status = this.#statusAt(nowMs);
    return isActiveNeeded && status !== 'ACTIVE'
      ? streamNotActive(this.#around, status)
      : undefined;
  }

  /** Fills in `route` as far as it can be known before admission. */
  #route(record: PutRecordsRequestEntry, topology: StreamTopology): FaultResult | undefined {
    if (!this.#isAuto) return routeRecord(record, topology, route);
    route.bytes = record.Data!.length + utf8Length(record.PartitionKey ?? '');
    return undefined;
  }

  /** 0 if the shard of `route` takes the record, otherwise how long to wait. */
  #admit(topology: StreamTopology, nowMs: number, isDryRun: boolean): number {
    const depthBytes = this.#depthBytes;
    if (this.#isAuto) {
      const turn = this.#settings.distributedCount;
      return distributeRecord(topology, turn, depthBytes, nowMs, isDryRun, route);
    }
    return admit(topology.open[route.position]!, route.bytes, depthBytes, nowMs, isDryRun);
  }

  #accept(open: OpenShard, nowMs: number): AcceptedRecord {
    const settings = this.#settings;
    if (nowMs > settings.arrivedAtMs) settings.arrivedAtMs = nowMs;
    if (this.#isAuto) settings.distributedCount++;
    return {
      shardId: open.shardId,
      shardIndex: open.shardIndex,
      sequenceNumber: open.sequencer.next(nowMs),
      hashKey: route.hashKey,
      arrivedAtMs: settings.arrivedAtMs,
    };
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
    if (this.#settings.streamMode === 'ON_DEMAND') return streamOnDemand(this.#around);
    const topology = this.#topologyAt(nowMs);
    // An expired shard is not there, whether or not it has been dropped yet.
    const shards = unexpired(topology.shards, this.#horizonAt(nowMs));
    const steps = plan({ ...topology, shards });
    if (!steps.ok) return steps;
    this.#commit(topology);
    if (steps.value.length > 0) {
      const { transitionMs } = this.#around;
      const next = this.#prepare({ atMs: nowMs + transitionMs, steps: steps.value });
      // At once, so that a clock that steps back does not find the old shards again.
      if (transitionMs === 0) this.#commit(next);
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
    settings.trimmedToMs = Math.max(0, this.#horizonAt(nowMs));
    settings.retentionPeriodHours = hours.value;
    return ok({});
  }

  #viewAt(nowMs: number): StreamView {
    return {
      around: this.#around,
      settings: this.#settings,
      topology: this.#topologyAt(nowMs),
      status: this.#statusAt(nowMs),
      horizonMs: this.#horizonAt(nowMs),
    };
  }

  #horizonAt(timeMs: number): number {
    const { retentionPeriodHours, trimmedToMs } = this.#settings;
    return Math.max(trimHorizonMs(retentionPeriodHours, timeMs), trimmedToMs);
  }

  #statusAt(nowMs: number): StreamStatus {
    const { activeAtMs, arrivedAtMs } = this.#settings;
    // A stream that has taken a record does not go back to a time at which it took none.
    if (Math.max(nowMs, arrivedAtMs) < activeAtMs) return 'CREATING';
    return this.#pending !== undefined && nowMs < this.#pending.atMs ? 'UPDATING' : 'ACTIVE';
  }

  /**
   * The topology that a call at this time works on; the stream's own once the call has succeeded.
   */
  #topologyAt(nowMs: number): StreamTopology {
    return this.#pending !== undefined && nowMs >= this.#pending.atMs
      ? this.#next!
      : this.#topology;
  }

  /** The one swap that a reshard comes down to. */
  #commit(topology: StreamTopology): void {
    if (topology !== this.#next) return;
    this.#topology = topology;
    this.#pending = undefined;
    this.#next = undefined;
  }

  #prepare(pending: PendingReshard): StreamTopology {
    const { atMs, steps } = pending;
    const next = reshape(
      this.#topology,
      steps,
      atMs,
      this.#settings.arrivedAtMs,
      this.#limits.recordBytesMax,
      this.#horizonAt(atMs),
    );
    this.#pending = pending;
    this.#next = next;
    return next;
  }
}

function limitsOf(around: Surroundings, settings: StreamSettings): PlainLimits {
  const { streamName, streamArn } = around;
  const { recordDistributionStrategy, maxRecordSizeInKiB } = settings;
  return {
    streamName,
    streamArn,
    recordBytesMax: maxRecordSizeInKiB * 1024,
    recordDistributionStrategy,
  };
}

/** True only if validation finds nothing in a PutRecords, and it names this stream by its name. */
function isPlainPutRecords(request: PutRecordsInput, limits: PlainLimits): boolean {
  const records = request?.Records;
  if (!Array.isArray(records) || records.length === 0 || records.length > REQUEST_RECORDS_MAX) {
    return false;
  }
  const { StreamName, StreamARN, StreamId, DryRun } = request;
  if (StreamName !== limits.streamName || StreamARN !== undefined) return false;
  if (StreamId !== undefined || DryRun !== undefined) return false;
  return records.every((record) => isPlainEntry(record, limits));
}
