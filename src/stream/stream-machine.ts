/**
 * A stream in memory: holds its state, and runs the checks of each operation in the service's order
 * (docs/facts.md#check-order).
 *
 * Every call is all or nothing: a refused call leaves the state unchanged. Every operation copies
 * its request first, so no caller code runs after that.
 *
 * @module
 */

import type {
  DeleteStreamInput,
  EnhancedMonitoringInput,
  EnhancedMonitoringOutput,
  StreamEncryptionInput,
  UpdateStreamModeInput,
  UpdateStreamRecordDistributionStrategyInput,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput,
} from '../api/account-types.ts';
import type {
  ChildShard,
  DecreaseStreamRetentionPeriodInput,
  DescribeStreamInput,
  DescribeStreamOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  EncryptionType,
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
  StreamMode,
  StreamStatus,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateShardCountOutput,
} from '../api/aws-types.ts';
import { copyPutRecord, copyPutRecords, copyRequest } from '../api/copy-request.ts';
import { checkCombination } from '../api/member-combinations.ts';
import { isPlainPutRecord, isPlainPutRecords } from '../api/plain-request.ts';
import { getValuePrinter } from '../api/print-value.ts';
import { checkRequestSize } from '../api/request-size.ts';
import { readShardIndexes, refuseRequestedStream } from '../api/requested-shards.ts';
import {
  refuseAutoOnProvisioned,
  refuseDryRun,
  refuseOnDemandStream,
  refuseOrderingUnderAuto,
  refuseRateExceeded,
  refuseScaledTooOften,
  refuseStreamNotActive,
  refuseStreamNotFound,
} from '../api/service-errors.ts';
import { DEFAULT_LIMITS, type OperationName, type RequestLimits } from '../api/service-model.ts';
import { readStreamName } from '../api/stream-arn.ts';
import { validateRequest } from '../api/validate-request.ts';
import { assertString, lengthOf } from '../base/argument.ts';
import { type FaultResult, mapValue, ok, type Result, unwrap } from '../base/fault.ts';
import { UNIFORM_SCALINGS_PER_DAY } from '../base/limits.ts';
import { isShallowEqual, readOptions } from '../base/options.ts';
import { utf8Length } from '../base/utf8.ts';
import { refuseViolations } from '../base/violation.ts';
import {
  mergeShards,
  type ReshardInput,
  type ReshardStep,
  scaleUniformly,
  splitShard,
} from '../sharding/reshard.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import {
  resizeTokenBucket,
  type TakeTokens,
  takeTokens,
  waitForTokens,
} from '../sharding/token-bucket.ts';
import { distributeRecord } from './put/distribute-record.ts';
import { type Route, routeRecord } from './put/route-record.ts';
import { readExclusiveMinimum } from './put/sequence-number-for-ordering.ts';
import { listChildShards } from './query/child-shards.ts';
import { describeStream, describeStreamSummary } from './query/describe-stream.ts';
import { listShards } from './query/list-shards.ts';
import { getShardIterator } from './query/shard-iterator.ts';
import { changeRetention, type RetentionOperation, trimHorizonMs } from './retention.ts';
import type { StreamSnapshot } from './snapshot/snapshot.ts';
import { type StreamParts, writeSnapshot } from './snapshot/write-snapshot.ts';
import type {
  AcceptedRecord,
  EmptyOutput,
  PutRecordResult,
  PutRecordsResult,
  ShardIterator,
  Stream,
} from './stream.ts';
import {
  assertCallTime,
  CONTEXT_CHANGES,
  type ContextChanges,
  mergeContext,
  NOW_MS_MAX,
  quotaOf,
  resolveContext,
  type StreamConfig,
  type StreamHost,
} from './stream-config.ts';
import {
  changeMetrics,
  checkEncryptionChange,
  checkModeChange,
  lastDayOf,
  refuseProvisioned,
} from './stream-settings.ts';
import {
  applyReshard,
  dropExpiredShards,
  mapShards,
  type ShardState,
  type StreamShards,
} from './stream-shards.ts';
import {
  DISTRIBUTED_COUNT_MAX,
  encryptionTypeAt,
  type PendingReshard,
  type StreamState,
} from './stream-state.ts';
import type { StreamView } from './stream-view.ts';

/** A stream in memory, behind the interface {@link Stream}. */
export class StreamMachine implements Stream {
  readonly #state: StreamState;
  readonly #host: StreamHost | undefined;
  #config: StreamConfig;
  /** Whether the strategy is AUTO. Derived from the state, like the limits. */
  #isAuto: boolean;
  #limits: RequestLimits;
  /** Takes the tokens of a record for a put. A dry run only checks for them. */
  #takeTokens: TakeTokens;
  #waitForTokens: TakeTokens;
  #revision = 0;
  #shards: StreamShards;
  #pending: PendingReshard | undefined;
  /** The shards after the pending reshard. Invariant: present exactly while one is pending. */
  #nextShards: StreamShards | undefined;

  constructor({ config, state, shards, pending }: StreamParts, host?: StreamHost) {
    this.#config = config;
    this.#state = state;
    this.#shards = shards;
    this.#host = host;
    this.#isAuto = state.recordDistributionStrategy === 'AUTO';
    this.#limits = limitsOf(state);
    [this.#takeTokens, this.#waitForTokens] = tokenPolicyOf(config);
    if (pending !== undefined) {
      this.#pending = pending;
      this.#nextShards = unwrap(this.#prepare(shards, pending));
    }
  }

  /** For the account, which has copied the request and checked the time. */
  static putCopiedRecord(
    stream: StreamMachine,
    record: PutRecordInput,
    nowMs: number,
  ): PutRecordResult {
    return stream.#putCopiedRecord(record, nowMs);
  }

  /** For the account, which has copied the request and checked the time. */
  static putCopiedRecords(
    stream: StreamMachine,
    copy: PutRecordsInput,
    nowMs: number,
  ): PutRecordsResult {
    return stream.#putCopiedRecords(copy, nowMs);
  }

  putRecord(request: PutRecordInput, nowMs: number): PutRecordResult {
    assertCallTime(nowMs);
    return this.#putCopiedRecord(copyPutRecord(request), nowMs);
  }

  /**
   * Puts a copy of a request, at a valid time. The order of the checks:
   * docs/facts.md#put-check-order and docs/known-gaps.md#put-checks.
   */
  #putCopiedRecord(record: PutRecordInput, nowMs: number): PutRecordResult {
    if (!isPlainPutRecord(record, this.#config, this.#limits) || !this.#isOpenForPuts(nowMs)) {
      const refused = this.#checkPut('PutRecord', record, nowMs);
      if (refused !== undefined) return refused;
    }
    const shards = this.#shardsAt(nowMs);
    const route = this.#route(record, shards);
    if ('fault' in route) return route;
    let minimum: bigint | undefined;
    const { SequenceNumberForOrdering: ordering, DryRun } = record;
    if (ordering !== undefined && ordering !== null) {
      if (this.#isAuto) return refuseOrderingUnderAuto();
      const shard = shards.open[route.mapIndex]!;
      const latestMs = Math.max(nowMs, this.#state.arrivedAtMs);
      const options = { shard, latestMs };
      const read = readExclusiveMinimum(ordering, shards.shards, this.#config, options);
      if (!read.ok) return read;
      minimum = read.value;
    }
    const isDryRun = DryRun === true;
    // Refusing a dry run for throughput is a guess (docs/known-gaps.md#dry-run-throughput).
    const take = isDryRun ? this.#waitForTokens : this.#takeTokens;
    const waitMs = this.#admit(route, shards, take, nowMs);
    const shard = shards.open[route.mapIndex]!;
    if (waitMs !== 0) {
      const { fault } = refuseRateExceeded(this.#config, shard.shardId);
      return { ok: false, fault, retryAfterMs: waitMs };
    }
    if (isDryRun) return refuseDryRun();
    this.#commit(shards);
    if (minimum !== undefined) shard.sequencer.advancePast(minimum);
    const accepted = this.#accept(shard, route.hashKey, nowMs);
    const { shardId: ShardId, sequenceNumber: SequenceNumber } = accepted;
    // Without encryption, the response has no EncryptionType (docs/facts.md#encryption-omitted).
    return encryptionTypeAt(this.#state.encryption, nowMs) === 'KMS'
      ? { ok: true, value: { ShardId, SequenceNumber, EncryptionType: 'KMS' }, accepted }
      : { ok: true, value: { ShardId, SequenceNumber }, accepted };
  }

  putRecords(request: PutRecordsInput, nowMs: number): PutRecordsResult {
    assertCallTime(nowMs);
    return this.#putCopiedRecords(copyPutRecords(request), nowMs);
  }

  /** Puts a copy of a request, at a valid time. */
  #putCopiedRecords(copy: PutRecordsInput, nowMs: number): PutRecordsResult {
    if (!isPlainPutRecords(copy, this.#config, this.#limits) || !this.#isOpenForPuts(nowMs)) {
      const refused = this.#checkPut('PutRecords', copy, nowMs);
      if (refused !== undefined) return refused;
    }
    const records = copy.Records!;
    const tooLarge = checkRequestSize(records);
    if (tooLarge !== undefined) return tooLarge;
    const shards = this.#shardsAt(nowMs);
    // All records are routed before the first is admitted, because one bad hash key fails the whole
    // request (docs/facts.md#explicit-hash-key-too-large).
    const routes: Route[] = [];
    for (const record of records) {
      const route = this.#route(record, shards);
      if ('fault' in route) return route;
      routes.push(route);
    }
    if (copy.DryRun === true) return refuseDryRun();
    this.#commit(shards);
    const Records: PutRecordsResultEntry[] = [];
    const acceptedRecords: (AcceptedRecord | undefined)[] = [];
    const retryAfterMs: number[] = [];
    let FailedRecordCount = 0;
    // Each record is accepted or refused alone (docs/facts.md#throughput-per-shard). They are tried
    // in the request's order, so the numbers of a shard ascend in that order
    // (docs/facts.md#put-records-shard-order). The order in which the service tries them is not
    // known (docs/facts.md#throughput-batch-order, docs/known-gaps.md#batch-refusals).
    for (const route of routes) {
      const waitMs = this.#admit(route, shards, this.#takeTokens, nowMs);
      const shard = shards.open[route.mapIndex]!;
      retryAfterMs.push(waitMs);
      if (waitMs === 0) {
        const accepted = this.#accept(shard, route.hashKey, nowMs);
        acceptedRecords.push(accepted);
        Records.push({ SequenceNumber: accepted.sequenceNumber, ShardId: accepted.shardId });
      } else {
        const { code, message } = refuseRateExceeded(this.#config, shard.shardId).fault;
        acceptedRecords.push(undefined);
        Records.push({ ErrorCode: code, ErrorMessage: message });
        FailedRecordCount++;
      }
    }
    const value: PutRecordsOutput = { FailedRecordCount, Records };
    if (encryptionTypeAt(this.#state.encryption, nowMs) === 'KMS') value.EncryptionType = 'KMS';
    return { ok: true, value, accepted: acceptedRecords, retryAfterMs };
  }

  splitShard(request: SplitShardInput, nowMs: number): Result<EmptyOutput> {
    const copy = copyRequestAt('SplitShard', request, nowMs);
    return this.#reshard('SplitShard', copy, nowMs, (input, [shardIndex]) => {
      const newStartingHashKey = BigInt(copy.NewStartingHashKey!);
      return splitShard(
        input,
        { shardIndex: shardIndex!, newStartingHashKey },
        quotaOf(this.#config, this.#host, nowMs),
      );
    });
  }

  mergeShards(request: MergeShardsInput, nowMs: number): Result<EmptyOutput> {
    const copy = copyRequestAt('MergeShards', request, nowMs);
    return this.#reshard('MergeShards', copy, nowMs, (input, [lower, upper]) =>
      mergeShards(input, { shardIndex: lower!, adjacentShardIndex: upper! }, this.#config),
    );
  }

  updateShardCount(request: UpdateShardCountInput, nowMs: number): Result<UpdateShardCountOutput> {
    const copy = copyRequestAt('UpdateShardCount', request, nowMs);
    const TargetShardCount = copy.TargetShardCount as number;
    let CurrentShardCount = 0;
    let recent: readonly number[] = [];
    const result = this.#reshard('UpdateShardCount', copy, nowMs, (input) => {
      CurrentShardCount = input.map.shards.length;
      recent = lastDayOf(this.#state.scaledAtMs, nowMs);
      return recent.length < UNIFORM_SCALINGS_PER_DAY
        ? scaleUniformly(input, TargetShardCount, quotaOf(this.#config, this.#host, nowMs))
        : refuseScaledTooOften(this.#config, recent.length);
    });
    if (!result.ok) return result;
    this.#state.scaledAtMs = [...recent, nowMs];
    this.#noteChange();
    const { streamName: StreamName, streamArn: StreamARN } = this.#config;
    return ok({ StreamName, CurrentShardCount, TargetShardCount, StreamARN });
  }

  increaseStreamRetentionPeriod(
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput> {
    return this.#changeRetention('IncreaseStreamRetentionPeriod', request, nowMs);
  }

  decreaseStreamRetentionPeriod(
    request: DecreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput> {
    return this.#changeRetention('DecreaseStreamRetentionPeriod', request, nowMs);
  }

  updateMaxRecordSize(request: UpdateMaxRecordSizeInput, nowMs: number): Result<EmptyOutput> {
    return this.#change('UpdateMaxRecordSize', request, nowMs, ({ MaxRecordSizeInKiB }) =>
      ok(() => {
        // The new limit takes effect at once (docs/known-gaps.md#setting-changes).
        this.#state.maxRecordSizeInKiB = MaxRecordSizeInKiB!;
        this.#limits = limitsOf(this.#state);
        for (const shard of this.#shards.open) {
          resizeTokenBucket(shard, this.#limits.recordBytesMax, nowMs);
        }
        return {};
      }),
    );
  }

  updateStreamMode(request: UpdateStreamModeInput, nowMs: number): Result<EmptyOutput> {
    return this.#change('UpdateStreamMode', request, nowMs, (copy) => {
      const streamMode = copy.StreamModeDetails!.StreamMode!;
      const state = this.#state;
      // A call that changes nothing does not count (docs/known-gaps.md#mode-unchanged).
      if (state.streamMode === streamMode) return ok(() => ({}));
      const overQuota = this.#host?.checkStreamMode(streamMode, nowMs);
      if (overQuota !== undefined) return overQuota;
      return mapValue(checkModeChange(state, streamMode, this.#config, nowMs), (recent) => () => {
        state.streamMode = streamMode;
        state.warmThroughputMiBps = copy.WarmThroughputMiBps ?? undefined;
        state.modeChangedAtMs = [...recent, nowMs];
        this.#startUpdating(nowMs);
        return {};
      });
    });
  }

  updateStreamWarmThroughput(
    request: UpdateStreamWarmThroughputInput,
    nowMs: number,
  ): Result<UpdateStreamWarmThroughputOutput> {
    return this.#change('UpdateStreamWarmThroughput', request, nowMs, (copy) => {
      if (this.#state.streamMode !== 'ON_DEMAND') {
        return refuseProvisioned('warm throughput', this.#config);
      }
      const MiBps = copy.WarmThroughputMiBps!;
      return ok(() => {
        this.#state.warmThroughputMiBps = MiBps;
        this.#startUpdating(nowMs);
        const { streamName: StreamName, streamArn: StreamARN } = this.#config;
        const WarmThroughput = { TargetMiBps: MiBps, CurrentMiBps: MiBps };
        return { StreamName, StreamARN, WarmThroughput };
      });
    });
  }

  updateStreamRecordDistributionStrategy(
    request: UpdateStreamRecordDistributionStrategyInput,
    nowMs: number,
  ): Result<EmptyOutput> {
    return this.#change('UpdateStreamRecordDistributionStrategy', request, nowMs, (copy) => {
      if (this.#state.streamMode !== 'ON_DEMAND') return refuseAutoOnProvisioned();
      return ok(() => {
        // It takes effect at once (docs/facts.md#auto-strategy).
        this.#state.recordDistributionStrategy = copy.RecordDistributionStrategy!;
        this.#isAuto = copy.RecordDistributionStrategy === 'AUTO';
        this.#limits = limitsOf(this.#state);
        return {};
      });
    });
  }

  startStreamEncryption(request: StreamEncryptionInput, nowMs: number): Result<EmptyOutput> {
    return this.#change('StartStreamEncryption', request, nowMs, (copy) => {
      const { EncryptionType, KeyId } = copy;
      const times = this.#state.encryptionStartedAtMs;
      const checked = checkEncryptionChange(times, EncryptionType!, this.#config, nowMs);
      return mapValue(checked, (recent) => () => {
        this.#encrypt('KMS', KeyId, nowMs);
        this.#state.encryptionStartedAtMs = [...recent, nowMs];
        return {};
      });
    });
  }

  stopStreamEncryption(request: StreamEncryptionInput, nowMs: number): Result<EmptyOutput> {
    return this.#change('StopStreamEncryption', request, nowMs, (copy) => {
      const times = this.#state.encryptionStoppedAtMs;
      const checked = checkEncryptionChange(times, copy.EncryptionType!, this.#config, nowMs);
      return mapValue(checked, (recent) => () => {
        this.#encrypt('NONE', undefined, nowMs);
        this.#state.encryptionStoppedAtMs = [...recent, nowMs];
        return {};
      });
    });
  }

  enableEnhancedMonitoring(
    request: EnhancedMonitoringInput,
    nowMs: number,
  ): Result<EnhancedMonitoringOutput> {
    return this.#changeMonitoring('EnableEnhancedMonitoring', request, nowMs);
  }

  disableEnhancedMonitoring(
    request: EnhancedMonitoringInput,
    nowMs: number,
  ): Result<EnhancedMonitoringOutput> {
    return this.#changeMonitoring('DisableEnhancedMonitoring', request, nowMs);
  }

  deleteStream(request: DeleteStreamInput, nowMs: number): Result<EmptyOutput> {
    return this.#change('DeleteStream', request, nowMs, () =>
      ok(() => {
        // Never ACTIVE, so that it never shows shards (docs/facts.md#delete-creating).
        if (!this.#isCreatedAt(nowMs)) this.#state.activeAtMs = NOW_MS_MAX + 1;
        this.#state.goneAtMs = nowMs + this.#config.deletingMs;
        return {};
      }),
    );
  }

  listShards(request: ListShardsInput, nowMs: number): Result<ListShardsOutput> {
    const copy = copyRequestAt('ListShards', request, nowMs);
    const checked = this.#check('ListShards', copy);
    return checked.ok ? listShards(this.#viewAt(nowMs), copy, nowMs) : checked;
  }

  describeStream(request: DescribeStreamInput, nowMs: number): Result<DescribeStreamOutput> {
    const copy = copyRequestAt('DescribeStream', request, nowMs);
    const checked = this.#check('DescribeStream', copy);
    return checked.ok ? describeStream(this.#viewAt(nowMs), copy) : checked;
  }

  describeStreamSummary(
    request: DescribeStreamSummaryInput,
    nowMs: number,
  ): Result<DescribeStreamSummaryOutput> {
    const copy = copyRequestAt('DescribeStreamSummary', request, nowMs);
    const checked = this.#check('DescribeStreamSummary', copy);
    return checked.ok ? ok(describeStreamSummary(this.#viewAt(nowMs))) : checked;
  }

  getShardIterator(request: GetShardIteratorInput, nowMs: number): Result<ShardIterator> {
    const copy = copyRequestAt('GetShardIterator', request, nowMs);
    const checked = this.#check('GetShardIterator', copy);
    if (!checked.ok) return checked;
    const iterator = getShardIterator(this.#viewAt(nowMs), copy, checked.value[0]!, nowMs);
    return iterator.ok && copy.DryRun === true ? refuseDryRun() : iterator;
  }

  childShards(shardId: string, nowMs: number): readonly ChildShard[] {
    assertString(shardId, 'shardId');
    assertCallTime(nowMs);
    return listChildShards(this.#shardsAt(nowMs).shards, shardId);
  }

  shardMap(nowMs: number): ShardMap {
    assertCallTime(nowMs);
    return this.#shardsAt(nowMs).map;
  }

  trimHorizonMs(nowMs: number): number {
    assertCallTime(nowMs);
    return this.#horizonAt(nowMs);
  }

  get revision(): number {
    return this.#revision;
  }

  /** The StreamCreationTimestamp, in epoch milliseconds. */
  get createdAtMs(): number {
    return this.#state.createdAtMs;
  }

  /** When the stream is gone; undefined unless it was deleted. */
  get goneAtMs(): number | undefined {
    return this.#state.goneAtMs;
  }

  get arn(): string {
    return this.#config.streamArn;
  }

  get streamMode(): StreamMode {
    return this.#state.streamMode;
  }

  /** For the account. */
  statusAt(nowMs: number): StreamStatus {
    assertCallTime(nowMs);
    return this.#statusAt(nowMs);
  }

  #statusAt(nowMs: number): StreamStatus {
    const { goneAtMs, updatingUntilMs } = this.#state;
    if (goneAtMs !== undefined) return 'DELETING';
    if (!this.#isCreatedAt(nowMs)) return 'CREATING';
    const readyAtMs = Math.max(updatingUntilMs, this.#pending?.atMs ?? 0);
    return nowMs < readyAtMs ? 'UPDATING' : 'ACTIVE';
  }

  updateContext(changes: ContextChanges): void {
    const { streamName, streamArn: _, ...context } = this.#config;
    const changed = readOptions(changes, CONTEXT_CHANGES, 'changes');
    const config = resolveContext(mergeContext(context, changed), streamName, 'changes');
    if (isShallowEqual(config, this.#config)) return;
    this.#config = config;
    [this.#takeTokens, this.#waitForTokens] = tokenPolicyOf(config);
    this.#noteChange();
  }

  snapshot(): StreamSnapshot {
    return writeSnapshot({
      config: this.#config,
      state: this.#state,
      shards: this.#shards,
      pending: this.#pending,
    });
  }

  /**
   * Checks a request, its stream and its shard ids, as every operation does.
   *
   * @returns The indexes of the shards that the request names.
   */
  #check(operation: OperationName, request: object): Result<readonly number[]> {
    const { streamName, accountId } = this.#config;
    const named = readStreamName(request, this.#config);
    const otherName = named.ok && named.value !== streamName ? named.value : undefined;
    const limits = otherName === undefined ? this.#limits : DEFAULT_LIMITS;
    const violations = validateRequest(operation, request, limits);
    if (violations.length > 0) {
      return refuseViolations(violations, getValuePrinter(this.#config.validationMessages));
    }
    const wrongCombination = checkCombination(operation, request);
    if (wrongCombination !== undefined) return wrongCombination;
    if (otherName !== undefined) {
      return refuseRequestedStream(operation, request, { streamName: otherName, accountId });
    }
    // Shard ids are read before the stream is looked up (docs/facts.md#shard-id-read-first).
    const shardIndexes = readShardIndexes(request, this.#config);
    return shardIndexes.ok && !named.ok ? named : shardIndexes;
  }

  /**
   * Checks the same for an operation that changes the stream, which must also be ACTIVE. A stream
   * in CREATING can be deleted.
   */
  #checkActive(
    operation: OperationName,
    request: object,
    nowMs: number,
  ): Result<readonly number[]> {
    const checked = this.#check(operation, request);
    const status = this.#statusAt(nowMs);
    // See docs/facts.md#delete-creating.
    const isReady = status === 'ACTIVE' || (operation === 'DeleteStream' && status === 'CREATING');
    return checked.ok && !isReady ? refuseStreamNotActive(this.#config, status) : checked;
  }

  /**
   * Checks the same for a put, for which a stream in CREATING or DELETING does not exist
   * (docs/facts.md#stream-creating-put).
   */
  #checkPut(
    operation: 'PutRecord' | 'PutRecords',
    request: object,
    nowMs: number,
  ): FaultResult | undefined {
    const checked = this.#check(operation, request);
    if (!checked.ok) return checked;
    const status = this.#statusAt(nowMs);
    const isThere = status === 'ACTIVE' || status === 'UPDATING';
    return isThere ? undefined : refuseStreamNotFound(this.#config);
  }

  /** Returns whether the stream is ACTIVE or UPDATING, with two comparisons. */
  #isOpenForPuts(nowMs: number): boolean {
    return nowMs >= this.#state.activeAtMs && this.#state.goneAtMs === undefined;
  }

  /**
   * Returns the destination of a valid record. On an AUTO stream only its size counts, because
   * admission chooses the shard (docs/facts.md#auto-keys-ignored).
   */
  #route(record: PutRecordsRequestEntry, shards: StreamShards): Route | FaultResult {
    if (!this.#isAuto) return routeRecord(record, shards.map);
    const bytes = lengthOf(record.Data!) + utf8Length(record.PartitionKey ?? '');
    return { mapIndex: 0, hashKey: 0n, bytes };
  }

  /**
   * Takes the tokens of a record. Under AUTO it also chooses the shard.
   *
   * @returns 0, or how long to wait for the tokens in milliseconds: Infinity if the shard has
   *   assigned its last sequence number.
   */
  #admit(route: Route, shards: StreamShards, take: TakeTokens, nowMs: number): number {
    const { bytes } = route;
    if (!this.#isAuto) {
      const shard = shards.open[route.mapIndex]!;
      return shard.sequencer.isExhausted ? Number.POSITIVE_INFINITY : take(shard, bytes, nowMs);
    }
    const turn = this.#state.distributedCount;
    const { mapIndex, waitMs } = distributeRecord(shards.open, { bytes, turn, take }, nowMs);
    route.mapIndex = mapIndex;
    route.hashKey = shards.open[mapIndex]!.shard.startingHashKey;
    return waitMs;
  }

  #accept(shard: ShardState, hashKey: bigint, nowMs: number): AcceptedRecord {
    const state = this.#state;
    if (nowMs > state.arrivedAtMs) state.arrivedAtMs = nowMs;
    if (this.#isAuto && state.distributedCount++ === DISTRIBUTED_COUNT_MAX) {
      state.distributedCount = 0;
    }
    return {
      streamName: this.#config.streamName,
      shardId: shard.shardId,
      shardIndex: shard.shardIndex,
      sequenceNumber: shard.sequencer.next(nowMs),
      hashKey,
      arrivedAtMs: state.arrivedAtMs,
    };
  }

  /**
   * Starts the reshard that `plan` returns. Until it happens, the stream is UPDATING and records go
   * to the old shards (docs/facts.md#reshard-updating).
   */
  #reshard(
    operation: OperationName,
    request: object,
    nowMs: number,
    plan: (input: ReshardInput, shardIndexes: readonly number[]) => Result<ReshardStep[]>,
  ): Result<EmptyOutput> {
    const checked = this.#checkActive(operation, request, nowMs);
    if (!checked.ok) return checked;
    if (this.#state.streamMode === 'ON_DEMAND') return refuseOnDemandStream(this.#config);
    const shards = this.#shardsAt(nowMs);
    const { map, nextShardIndex } = shards;
    // An expired shard does not exist, whether or not it has been dropped yet.
    const listed = mapShards(dropExpiredShards(shards.shards, this.#horizonAt(nowMs)));
    const steps = plan({ shards: listed, map, nextShardIndex }, checked.value);
    if (!steps.ok) return steps;
    if (steps.value.length === 0) {
      this.#commit(shards);
      return ok({});
    }
    const { updatingMs } = this.#config;
    const pending = { atMs: nowMs + updatingMs, steps: steps.value };
    const next = this.#prepare(shards, pending);
    if (!next.ok) return next;
    this.#commit(shards);
    this.#pending = pending;
    this.#nextShards = next.value;
    this.#noteChange();
    // Committed at once. Otherwise a clock that steps back would find the old shards again.
    if (updatingMs === 0) this.#commit(next.value);
    return ok({});
  }

  /**
   * Changes the retention period at once (docs/facts.md#retention-transition,
   * docs/known-gaps.md#setting-changes). The stream must be ACTIVE (docs/facts.md#retention-state).
   */
  #changeRetention(
    operation: RetentionOperation,
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): Result<EmptyOutput> {
    return this.#change(operation, request, nowMs, (copy) => {
      const state = this.#state;
      const requested = copy.RetentionPeriodHours!;
      const hours = { requested, current: state.retentionPeriodHours };
      return mapValue(
        changeRetention(operation, hours, this.#config.streamName),
        (changed) => () => {
          state.trimmedToMs = Math.max(0, this.#horizonAt(nowMs));
          state.retentionPeriodHours = changed;
          return {};
        },
      );
    });
  }

  #changeMonitoring(
    operation: 'DisableEnhancedMonitoring' | 'EnableEnhancedMonitoring',
    request: EnhancedMonitoringInput,
    nowMs: number,
  ): Result<EnhancedMonitoringOutput> {
    return this.#change(operation, request, nowMs, ({ ShardLevelMetrics: metrics }) =>
      ok(() => {
        const state = this.#state;
        const before = state.shardLevelMetrics;
        const isEnabled = operation === 'EnableEnhancedMonitoring';
        state.shardLevelMetrics = changeMetrics(before, metrics!, isEnabled);
        const { streamName: StreamName, streamArn: StreamARN } = this.#config;
        return {
          StreamName,
          StreamARN,
          CurrentShardLevelMetrics: [...before],
          DesiredShardLevelMetrics: [...state.shardLevelMetrics],
        };
      }),
    );
  }

  #noteChange(): void {
    this.#revision++;
    this.#host?.noteChange();
  }

  #encrypt(type: EncryptionType, keyId: string | undefined, nowMs: number): void {
    const typeBefore = encryptionTypeAt(this.#state.encryption, nowMs);
    this.#startUpdating(nowMs);
    const fromMs = this.#state.updatingUntilMs;
    this.#state.encryption = { type, keyId, fromMs, typeBefore };
  }

  #startUpdating(nowMs: number): void {
    this.#state.updatingUntilMs = nowMs + this.#config.updatingMs;
  }

  /**
   * Makes the change that `plan` returns, if the request is valid and the stream is ACTIVE. A fault
   * of `plan` changes nothing.
   */
  #change<I extends object, O>(
    operation: OperationName,
    request: I,
    nowMs: number,
    plan: (copy: I) => Result<() => O>,
  ): Result<O> {
    const copy = copyRequestAt(operation, request, nowMs);
    const checked = this.#checkActive(operation, copy, nowMs);
    if (!checked.ok) return checked;
    const change = plan(copy);
    if (!change.ok) return change;
    this.#commit(this.#shardsAt(nowMs));
    const before = { ...this.#state };
    const output = change.value();
    if (!isShallowEqual(before, this.#state)) this.#noteChange();
    return ok(output);
  }

  #viewAt(nowMs: number): StreamView {
    return {
      config: this.#config,
      state: this.#state,
      shards: this.#shardsAt(nowMs),
      status: this.#statusAt(nowMs),
      isCreated: this.#isCreatedAt(nowMs),
      horizonMs: this.#horizonAt(nowMs),
    };
  }

  #horizonAt(timeMs: number): number {
    const { retentionPeriodHours, trimmedToMs } = this.#state;
    return Math.max(trimHorizonMs(retentionPeriodHours, timeMs), trimmedToMs);
  }

  #isCreatedAt(nowMs: number): boolean {
    const { activeAtMs, arrivedAtMs, goneAtMs } = this.#state;
    // If the clock steps back, a stream that has accepted a record, or was deleted, is not CREATING
    // again.
    const atMs = goneAtMs === undefined ? Math.max(nowMs, arrivedAtMs) : NOW_MS_MAX;
    return atMs >= activeAtMs;
  }

  /** Returns the shards at a time. A call that succeeds must commit them. */
  #shardsAt(nowMs: number): StreamShards {
    return this.#pending !== undefined && nowMs >= this.#pending.atMs
      ? this.#nextShards!
      : this.#shards;
  }

  /** Makes prepared shards current. A reshard takes effect here and nowhere else. */
  #commit(shards: StreamShards): void {
    if (shards !== this.#nextShards) return;
    this.#shards = shards;
    this.#pending = undefined;
    this.#nextShards = undefined;
    this.#noteChange();
  }

  /** Returns the shards after a reshard, or a fault if none can be created. */
  #prepare(before: StreamShards, { atMs, steps }: PendingReshard): Result<StreamShards> {
    return applyReshard(before, steps, {
      atMs,
      arrivedAtMs: this.#state.arrivedAtMs,
      capacityBytes: this.#limits.recordBytesMax,
      horizonMs: this.#horizonAt(atMs),
    });
  }
}

/**
 * Returns a copy of a request. The time is checked first, in every operation: it costs nothing, and
 * no response to the request is worth anything at a wrong time.
 */
function copyRequestAt<T extends object>(operation: OperationName, request: T, nowMs: number): T {
  assertCallTime(nowMs);
  return copyRequest(operation, request);
}

function limitsOf({ maxRecordSizeInKiB, recordDistributionStrategy }: StreamState): RequestLimits {
  return { recordBytesMax: maxRecordSizeInKiB * 1024, recordDistributionStrategy };
}

/** Returns how puts and dry runs take tokens. */
function tokenPolicyOf({ throughput }: StreamConfig): [put: TakeTokens, dryRun: TakeTokens] {
  return throughput === 'unlimited' ? [admitAll, admitAll] : [takeTokens, waitForTokens];
}

/** Takes no tokens, for unlimited throughput. */
const admitAll: TakeTokens = () => 0;
