/**
 * The slow twin of a stream: the right result of a call, down to the last word of a message. It
 * uses no code of the library.
 *
 * A call works on a copy of the state. It is a list of checks in the service's order, then a
 * change; a check that fails throws the fault, and the copy is dropped.
 *
 * A NextToken is the query as JSON: tests translate the library's tokens.
 *
 * @module
 */

import type {
  CreateStreamInput,
  DescribeStreamInput,
  DescribeStreamSummaryInput,
  EnhancedMonitoringInput,
  Fault,
  FaultCode,
  IncreaseStreamRetentionPeriodInput,
  ListShardsInput,
  MergeShardsInput,
  PutRecordInput,
  PutRecordsInput,
  PutRecordsRequestEntry,
  SplitShardInput,
  StreamContext,
  StreamEncryptionInput,
  UpdateMaxRecordSizeInput,
  UpdateShardCountInput,
  UpdateStreamModeInput,
  UpdateStreamRecordDistributionStrategyInput,
  UpdateStreamWarmThroughputInput,
} from 'shardline';
import { referenceHashKey } from './hash-key.ts';
import { type NaiveRing, naiveMerge, naiveRing, naiveScale, naiveSplit } from './naive-reshard.ts';
import {
  acceptRecord,
  finishReshard,
  horizonMs,
  isGone,
  listedShard,
  type NaiveState,
  naiveShardId,
  openShard,
  openShards,
  resizeRecords,
  secondOf,
  shardsInTurn,
  takeFrom,
  waitFor,
} from './naive-shards.ts';
import {
  batchViolations,
  nameViolations,
  type Problem,
  patternViolation,
  rangeViolations,
  recordViolations,
  report,
} from './naive-validation.ts';
import { decode } from './sequence-number.ts';

const KEYS = 2n ** 128n;
const DAY_MS = 86_400_000;

interface Refused {
  readonly ok: false;
  readonly fault: Fault;
  readonly retryAfterMs?: number;
}

export type NaiveResult = { readonly ok: true; readonly value: unknown } | Refused;

/** Which stream a request names. */
interface Address {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The shard of a record, and where in the key space the record is. */
interface Place {
  readonly index: number;
  readonly hashKey: bigint;
}

/** Which shards a listing asks for. */
interface Query {
  after: number;
  fromMs: number;
  toMs: number;
}

/** Returns the problems of a request to a stream with this limit on a record, AUTO or not. */
type Problems = (recordBytesMax: number, isAuto: boolean) => Problem[];

function refuse(code: FaultCode, message: string, more: { retryAfterMs?: number } = {}): never {
  throw { ok: false, fault: { code, message, blame: 'client' }, ...more } satisfies Refused;
}

/** Refuses the call unless a condition holds. */
function check(isFine: boolean, code: FaultCode, message: string): asserts isFine {
  if (!isFine) refuse(code, message);
}

export class NaiveStream {
  readonly #name: string;
  readonly #context: StreamContext;
  readonly #createdAtMs: number;
  /** The state that the latest accepted call left. */
  state: NaiveState;

  /** @param request One that the service accepts. */
  constructor(request: CreateStreamInput, context: StreamContext, nowMs: number) {
    this.#name = request.StreamName!;
    this.#context = context;
    const type = context.encryptionType ?? 'NONE';
    this.#createdAtMs = nowMs;
    this.state = {
      nowMs,
      shards: [],
      pending: undefined,
      retentionHours: 24,
      recordKiB: request.MaxRecordSizeInKiB ?? 1024,
      trimmedToMs: 0,
      arrivedAtMs: nowMs,
      scaledAtMs: [],
      mode: request.StreamModeDetails?.StreamMode ?? 'PROVISIONED',
      strategy: request.RecordDistributionStrategy ?? 'USER_PARTITION_KEY',
      encryption: { type, keyId: undefined },
      typeBefore: type,
      encryptedFromMs: 0,
      metrics: [],
      warmMiBps: request.WarmThroughputMiBps,
      updatingUntilMs: 0,
      isDeleted: false,
      isHollow: false,
      changes: { mode: [], start: [], stop: [] },
      putCount: 0,
    };
    const createdSecond = Math.max(0, secondOf(nowMs) - 3);
    for (const { start, end } of naiveRing(
      this.state.mode === 'ON_DEMAND' ? 4 : request.ShardCount!,
    )) {
      openShard(this.state, { start, end, parents: [], openedAtMs: nowMs, createdSecond }, nowMs);
    }
  }

  /** Returns a copy of the stream as a call at this time finds it. */
  at(nowMs: number): NaiveState {
    const state = { ...this.state, nowMs, shards: [...this.state.shards] };
    finishReshard(state);
    return state;
  }

  trimHorizonMs(nowMs: number): number {
    return horizonMs(this.state, nowMs);
  }

  putRecord(request: PutRecordInput, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      const ordering = request.SequenceNumberForOrdering ?? undefined;
      this.#checkAddress(request, (recordBytesMax, isAuto) => [
        ...patternViolation('sequenceNumberForOrdering', ordering, /^(0|[1-9][0-9]{0,128})$/),
        ...recordViolations(request, '', recordBytesMax, isAuto),
        ...nameViolations(request),
      ]);
      this.#checkCreated(state);
      const owner = this.#ownerOf(state, request);
      if (ordering !== undefined) this.#passNumber(state, ordering, owner);
      const { place, retryAfterMs } = this.#admit(state, request, owner);
      if (retryAfterMs > 0) {
        refuse('ProvisionedThroughputExceededException', this.#rateText(place), { retryAfterMs });
      }
      checkDryRun(request);
      const accepted = {
        streamName: this.#name,
        ...acceptRecord(state, place.index, place.hashKey),
      };
      const { shardId: ShardId, sequenceNumber: SequenceNumber } = accepted;
      return { value: { ShardId, SequenceNumber, ...encryptionOf(state) }, accepted };
    });
  }

  putRecords(request: PutRecordsInput, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkAddress(request, (recordBytesMax, isAuto) => [
        ...batchViolations(request, recordBytesMax, isAuto),
        ...nameViolations(request),
      ]);
      this.#checkCreated(state);
      const records = request.Records!;
      const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0);
      check(bytes <= 10_485_760, 'InvalidArgumentException', 'Records size exceeds 10 MB limit');
      const owners = records.map((record) => this.#ownerOf(state, record));
      checkDryRun(request);
      const puts = records.map((record, i) => {
        const { place, retryAfterMs } = this.#admit(state, record, owners[i]);
        if (retryAfterMs > 0) {
          const ErrorCode = 'ProvisionedThroughputExceededException';
          const entry = { ErrorCode, ErrorMessage: this.#rateText(place) };
          return { entry, accepted: undefined, retryAfterMs };
        }
        const accepted = {
          streamName: this.#name,
          ...acceptRecord(state, place.index, place.hashKey),
        };
        const { shardId: ShardId, sequenceNumber: SequenceNumber } = accepted;
        return { entry: { ShardId, SequenceNumber }, accepted, retryAfterMs };
      });
      const FailedRecordCount = puts.filter(({ accepted }) => !accepted).length;
      const Records = puts.map(({ entry }) => entry);
      return {
        value: { FailedRecordCount, Records, ...encryptionOf(state) },
        accepted: puts.map(({ accepted }) => accepted),
        retryAfterMs: puts.map(({ retryAfterMs }) => retryAfterMs),
      };
    });
  }

  splitShard(request: SplitShardInput, nowMs: number): NaiveResult {
    const key = request.NewStartingHashKey!;
    const problems = [
      ...patternViolation('newStartingHashKey', key, /^(0|[1-9][0-9]{0,38})$/),
      ...nameViolations(request),
    ];
    const ids = [request.ShardToSplit!];
    return this.#reshard(request, problems, ids, nowMs, (state, ring, [index]) => {
      this.#checkShardLimit(openShards(state).length, 1);
      const { start, end } = ring[index!]!;
      check(
        naiveSplit(ring, index!, BigInt(key)) === undefined,
        'InvalidArgumentException',
        `NewStartingHashKey ${key} used in SplitShard() on shard ${naiveShardId(index!)} in stream ${this.#fullName} is not both greater than one plus the shard's StartingHashKey ${start} and less than the shard's EndingHashKey ${end}.`,
      );
      return {};
    });
  }

  mergeShards(request: MergeShardsInput, nowMs: number): NaiveResult {
    const ids = [request.ShardToMerge!, request.AdjacentShardToMerge!];
    const problems = nameViolations(request);
    return this.#reshard(request, problems, ids, nowMs, (_, ring, [lower, upper]) => {
      check(
        naiveMerge(ring, lower!, upper!) === undefined,
        'InvalidArgumentException',
        `Shards ${naiveShardId(lower!)} and ${naiveShardId(upper!)} in stream ${this.#fullName} are not an adjacent pair of shards eligible for merging`,
      );
      return {};
    });
  }

  updateShardCount(request: UpdateShardCountInput, nowMs: number): NaiveResult {
    const TargetShardCount = integer(request.TargetShardCount!);
    const problems = [
      ...nameViolations(request),
      ...rangeViolations('targetShardCount', TargetShardCount, 1, Infinity),
    ];
    return this.#reshard(request, problems, [], nowMs, (state, ring) => {
      const CurrentShardCount = openShards(state).length;
      const counts = `Current open shard count: ${CurrentShardCount}, Target shard count: ${TargetShardCount}`;
      const recent = state.scaledAtMs.filter((atMs) => atMs > nowMs - DAY_MS);
      check(
        recent.length < 10,
        'LimitExceededException',
        `Stream ${this.#fullName} has been scaled ${recent.length} times in the last 24 hours, which is as often as it may be.`,
      );
      check(
        TargetShardCount <= 10_000,
        'LimitExceededException',
        `Target shard count or number of open shards cannot be greater than 10000. ${counts}`,
      );
      check(
        TargetShardCount <= 2 * CurrentShardCount,
        'LimitExceededException',
        `UpdateShardCount cannot scale up over double your current open shard count. ${counts}`,
      );
      check(
        2 * TargetShardCount >= CurrentShardCount,
        'LimitExceededException',
        `UpdateShardCount cannot scale down below half your current open shard count. ${counts}`,
      );
      naiveScale(ring, TargetShardCount);
      this.#checkShardLimit(CurrentShardCount, growthOf(ring.slice(state.shards.length)));
      state.scaledAtMs = [...recent, nowMs];
      const StreamName = this.#name;
      return { StreamName, StreamARN: this.#arn, CurrentShardCount, TargetShardCount };
    });
  }

  increaseStreamRetentionPeriod(
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): NaiveResult {
    return this.setRetention('Increase', request, nowMs);
  }

  decreaseStreamRetentionPeriod(
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): NaiveResult {
    return this.setRetention('Decrease', request, nowMs);
  }

  setRetention(
    direction: 'Increase' | 'Decrease',
    request: IncreaseStreamRetentionPeriodInput,
    nowMs: number,
  ): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkAddress(request, () => nameViolations(request));
      this.#checkActive(state);
      const hours = integer(request.RetentionPeriodHours!);
      const requested = `Requested retention period (${hours} hours)`;
      const existing = `existing retention period (${state.retentionHours} hours)`;
      check(
        hours >= 24,
        'InvalidArgumentException',
        `Minimum allowed retention period is 24 hours. ${requested} is too short.`,
      );
      check(
        hours <= 8760,
        'InvalidArgumentException',
        `Maximum allowed retention period is 8760 hours. ${requested} is too long.`,
      );
      check(
        direction === 'Decrease' || hours >= state.retentionHours,
        'InvalidArgumentException',
        `${requested} for stream ${this.#name} can not be shorter than ${existing}. Use DecreaseRetentionPeriod API.`,
      );
      check(
        direction === 'Increase' || hours <= state.retentionHours,
        'InvalidArgumentException',
        `${requested} for stream ${this.#name} can not be longer than ${existing}. Use IncreaseRetentionPeriod API.`,
      );
      state.trimmedToMs = Math.max(0, horizonMs(state));
      state.retentionHours = hours;
      return { value: {} };
    });
  }

  updateMaxRecordSize(request: UpdateMaxRecordSizeInput, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      const recordKiB = integer(request.MaxRecordSizeInKiB!);
      const problems = rangeViolations('maxRecordSizeInKiB', recordKiB, 1024, 10_240);
      this.#checkAddress(request, () => problems);
      this.#checkActive(state);
      resizeRecords(state, recordKiB);
      return { value: {} };
    });
  }

  updateStreamMode(request: UpdateStreamModeInput, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      const warm = request.WarmThroughputMiBps ?? undefined;
      this.#checkAddress(request, () => warmProblems(warm));
      this.#checkActive(state);
      const mode = request.StreamModeDetails!.StreamMode!;
      if (mode === state.mode) return { value: {} };
      this.#count(state, 'mode', 2);
      check(
        mode === 'ON_DEMAND' || state.strategy !== 'AUTO',
        'InvalidArgumentException',
        `Stream ${this.#fullName} has the AUTO record distribution strategy, which is only supported in on-demand mode.`,
      );
      state.mode = mode;
      state.warmMiBps = warm;
      this.#startUpdating(state);
      return { value: {} };
    });
  }

  updateStreamWarmThroughput(request: UpdateStreamWarmThroughputInput, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      const warm = integer(request.WarmThroughputMiBps!);
      this.#checkAddress(request, () => [...warmProblems(warm), ...nameViolations(request)]);
      this.#checkActive(state);
      check(
        state.mode === 'ON_DEMAND',
        'ValidationException',
        `Stream ${this.#fullName} is in provisioned mode, which does not support warm throughput.`,
      );
      state.warmMiBps = warm;
      this.#startUpdating(state);
      const StreamName = this.#name;
      return { value: { StreamName, StreamARN: this.#arn, WarmThroughput: describeWarm(warm) } };
    });
  }

  updateStreamRecordDistributionStrategy(
    request: UpdateStreamRecordDistributionStrategyInput,
    nowMs: number,
  ): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkAddress(request);
      this.#checkActive(state);
      check(
        state.mode === 'ON_DEMAND',
        'InvalidArgumentException',
        'The AUTO record distribution strategy is only supported for streams in on-demand mode.',
      );
      state.strategy = request.RecordDistributionStrategy!;
      return { value: {} };
    });
  }

  startStreamEncryption(request: StreamEncryptionInput, nowMs: number): NaiveResult {
    return this.#setEncryption('start', request, nowMs);
  }

  stopStreamEncryption(request: StreamEncryptionInput, nowMs: number): NaiveResult {
    return this.#setEncryption('stop', request, nowMs);
  }

  enableEnhancedMonitoring(request: EnhancedMonitoringInput, nowMs: number): NaiveResult {
    return this.#setMetrics(true, request, nowMs);
  }

  disableEnhancedMonitoring(request: EnhancedMonitoringInput, nowMs: number): NaiveResult {
    return this.#setMetrics(false, request, nowMs);
  }

  deleteStream(request: Address, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkAddress(request, () => nameViolations(request));
      state.isHollow = this.#status(state) === 'CREATING';
      if (!state.isHollow) this.#checkActive(state);
      state.isDeleted = true;
      return { value: {} };
    });
  }

  listShards(request: ListShardsInput, nowMs: number): NaiveResult {
    return this.#run(nowMs, (state) => {
      const { NextToken, StreamCreationTimestamp: createdAt } = request;
      const MaxResults = integer(request.MaxResults ?? 1000);
      const problems = [
        ...rangeViolations('maxResults', MaxResults, 1, 10_000),
        ...nameViolations(request).filter(({ isNull }) => !isNull),
      ];
      this.#checkAddress(
        request,
        () => problems,
        () => checkListing(request),
      );
      check(
        !createdAt || secondOf(createdAt.getTime()) === secondOf(this.#createdAtMs),
        'ResourceNotFoundException',
        `Stream ${this.#fullName} not found.`,
      );
      const query =
        NextToken === undefined ? this.#queryOf(state, request) : queryIn(request, nowMs);
      const { Shards, last } = this.#page(state, query, Math.min(MaxResults, 1000));
      if (last === undefined) return { value: { Shards } };
      const rest = { ...query, after: last, issuedAtMs: nowMs };
      return { value: { Shards, NextToken: JSON.stringify(rest) } };
    });
  }

  describeStream(request: DescribeStreamInput, nowMs: number): NaiveResult {
    return this.#run(nowMs, (state) => {
      const { ExclusiveStartShardId } = request;
      const Limit = integer(request.Limit ?? 100);
      this.#checkAddress(request, () => [
        ...rangeViolations('limit', Limit, 1, 10_000),
        ...nameViolations(request),
      ]);
      const query = this.#queryOf(state, { ExclusiveStartShardId });
      const { Shards, last } = this.#page(state, query, Math.min(Limit, 100));
      const about = { Shards, HasMoreShards: last !== undefined };
      return { value: { StreamDescription: { ...this.#description(state), ...about } } };
    });
  }

  describeStreamSummary(request: DescribeStreamSummaryInput, nowMs: number): NaiveResult {
    return this.#run(nowMs, (state) => {
      this.#checkAddress(request, () => nameViolations(request));
      const strategy = this.#isAuto ? 'AUTO' : 'USER_PARTITION_KEY';
      const StreamDescriptionSummary = {
        ...this.#description(state),
        OpenShardCount: this.#hidesShards(state) ? 0 : openShards(state).length,
        ConsumerCount: 0,
        MaxRecordSizeInKiB: state.recordKiB,
        ...(this.#isOnDemand && { RecordDistributionStrategy: strategy }),
        ...(this.#isOnDemand &&
          state.warmMiBps !== undefined && { WarmThroughput: describeWarm(state.warmMiBps) }),
      };
      return { value: { StreamDescriptionSummary } };
    });
  }

  /** Runs a call on a copy of the state. */
  #run(nowMs: number, work: (state: NaiveState) => object, isChange = false): NaiveResult {
    const state = this.at(nowMs);
    try {
      const result = { ok: true, ...work(state) } as NaiveResult;
      if (isChange) this.state = state;
      return result;
    } catch (refused) {
      if (refused instanceof Error) throw refused;
      return refused as Refused;
    }
  }

  /** Runs a call on a copy of the state, and keeps the copy if the call is accepted. */
  #change(nowMs: number, work: (state: NaiveState) => object): NaiveResult {
    return this.#run(nowMs, work, true);
  }

  /** @param change Reshards the ring of all shards, and returns the result's value. */
  #reshard(
    request: Address,
    problems: Problem[],
    ids: string[],
    nowMs: number,
    change: (state: NaiveState, ring: NaiveRing, indexes: number[]) => object,
  ): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkValid(problems);
      // Ids are read before the stream is looked up. The message then has the name in the request.
      const { StreamName = this.#name, StreamARN } = request;
      const streamName = StreamARN === undefined ? StreamName : this.#name;
      const indexes = ids.map((id) => this.#indexOf(id, streamName));
      this.#checkAddress(request);
      this.#checkActive(state);
      check(
        !this.#isOnDemand,
        'ValidationException',
        `Request is invalid. Stream ${this.#fullName} is in On-Demand mode.`,
      );
      for (const index of indexes) this.#checkListed(state, index);
      for (const index of indexes) this.#checkOpen(state, index);
      const ring = state.shards.map(({ start, end, parents, closed }) => {
        return { start, end, parents, isOpen: closed === undefined };
      });
      const value = change(state, ring, indexes);
      if (ring.length > state.shards.length) {
        state.pending = { atMs: nowMs + (this.#context.transitionMs ?? 0), ring };
        finishReshard(state);
      }
      return { value };
    });
  }

  get #arn(): string {
    return `arn:aws:kinesis:${this.#context.region}:${this.#context.accountId}:stream/${this.#name}`;
  }

  get #fullName(): string {
    return `${this.#name} under account ${this.#context.accountId}`;
  }

  #rateText({ index }: Place): string {
    return `Rate exceeded for shard ${naiveShardId(index)} in stream ${this.#fullName}.`;
  }

  get #isOnDemand(): boolean {
    return this.state.mode === 'ON_DEMAND';
  }

  get #isAuto(): boolean {
    return this.state.strategy === 'AUTO';
  }

  #startUpdating(state: NaiveState): void {
    state.updatingUntilMs = state.nowMs + (this.#context.transitionMs ?? 0);
  }

  /** Counts a change of the last 24 hours, or refuses it if there are too many. */
  #count(state: NaiveState, kind: 'mode' | 'start' | 'stop', most: number): void {
    const recent = state.changes[kind].filter((atMs) => atMs > state.nowMs - DAY_MS);
    const what = kind === 'mode' ? 'mode' : 'encryption';
    check(
      recent.length < most,
      'LimitExceededException',
      `Stream ${this.#fullName} has changed its ${what} ${recent.length} times in the last 24 hours, which is the most that is allowed.`,
    );
    state.changes = { ...state.changes, [kind]: [...recent, state.nowMs] };
  }

  #setEncryption(
    kind: 'start' | 'stop',
    request: StreamEncryptionInput,
    nowMs: number,
  ): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkAddress(request, () => nameViolations(request));
      this.#checkActive(state);
      check(
        request.EncryptionType === 'KMS',
        'InvalidArgumentException',
        `EncryptionType must be KMS, not ${request.EncryptionType}.`,
      );
      this.#count(state, kind, 25);
      state.typeBefore = typeOf(state);
      state.encryption =
        kind === 'start'
          ? { type: 'KMS', keyId: request.KeyId }
          : { type: 'NONE', keyId: undefined };
      this.#startUpdating(state);
      state.encryptedFromMs = state.updatingUntilMs;
      return { value: {} };
    });
  }

  #setMetrics(isEnabled: boolean, request: EnhancedMonitoringInput, nowMs: number): NaiveResult {
    return this.#change(nowMs, (state) => {
      this.#checkAddress(request, () => nameViolations(request));
      this.#checkActive(state);
      const named = request.ShardLevelMetrics!;
      const CurrentShardLevelMetrics = state.metrics;
      state.metrics = METRICS.filter((metric) => {
        const isNamed = named.includes('ALL') || named.some((name) => name === metric);
        return isNamed ? isEnabled : CurrentShardLevelMetrics.includes(metric);
      });
      return {
        value: {
          StreamName: this.#name,
          StreamARN: this.#arn,
          CurrentShardLevelMetrics,
          DesiredShardLevelMetrics: state.metrics,
        },
      };
    });
  }

  #status({ nowMs, arrivedAtMs, pending, isDeleted, updatingUntilMs }: NaiveState): string {
    if (isDeleted) return 'DELETING';
    const activeAtMs = this.#createdAtMs + (this.#context.transitionMs ?? 0);
    if (Math.max(nowMs, arrivedAtMs) < activeAtMs) return 'CREATING';
    return pending === undefined && nowMs >= updatingUntilMs ? 'ACTIVE' : 'UPDATING';
  }

  #hidesShards(state: NaiveState): boolean {
    return state.isHollow || this.#status(state) === 'CREATING';
  }

  #checkValid(problems: Problem[]): void {
    if (problems.length === 0) return;
    const isAllShown = this.#context.validationMessages === 'value-shown';
    refuse('ValidationException', report(problems, isAllShown));
  }

  /**
   * Refuses an invalid request, and one for another stream of the account, which is taken to have
   * the limits of a new stream.
   *
   * @param checkMembers Refuses members that exclude each other, before the stream is looked up.
   */
  #checkAddress(
    request: Address,
    problems: Problems = () => [],
    checkMembers: () => void = () => {},
  ): void {
    const { region, accountId } = this.#context;
    const name = request.StreamName ?? undefined;
    const arn = request.StreamARN ?? undefined;
    const [, , , arnRegion = region, account = accountId, resource = ''] = arn?.split(':') ?? [];
    const named = arn === undefined ? name : resource.slice('stream/'.length);
    const isNear = arnRegion === region && account === accountId;
    const isClear = name === undefined || name === named;
    const isThis = named === undefined || (isNear && named === this.#name);
    const hasNewLimits = isNear && isClear && !isThis;
    this.#checkValid(
      hasNewLimits
        ? problems(1_048_576, false)
        : problems(this.state.recordKiB * 1024, this.#isAuto),
    );
    checkMembers();
    check(
      isClear,
      'InvalidArgumentException',
      `StreamName ${name} and StreamARN ${arn} do not name the same stream.`,
    );
    check(
      isThis,
      'ResourceNotFoundException',
      `Stream ${named} under account ${account} not found.`,
    );
  }

  #checkActive(state: NaiveState): void {
    const status = this.#status(state);
    check(
      status === 'ACTIVE',
      'ResourceInUseException',
      `Stream ${this.#fullName} not ACTIVE, instead in state ${status}`,
    );
  }

  #checkCreated(state: NaiveState): void {
    check(
      this.#status(state) === 'ACTIVE' || this.#status(state) === 'UPDATING',
      'ResourceNotFoundException',
      `Stream ${this.#fullName} not found.`,
    );
  }

  #checkShardLimit(openCount: number, additional: number): void {
    const { accountId, region, shardLimit = 20_000, otherOpenShardCount = 0 } = this.#context;
    const count = otherOpenShardCount + openCount;
    check(
      additional === 0 || count + additional <= shardLimit,
      'LimitExceededException',
      `This request would exceed the shard limit for the account ${accountId} in ${region}. Current shard count for the account: ${count}. Limit: ${shardLimit}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
    );
  }

  /** The index in a shard id, with any text before its first hyphen. */
  #indexOf(shardId: string, streamName: string = this.#name): number {
    const digits = shardId.includes('-') ? shardId.split('-')[1]! || shardId : shardId;
    const isIndex = /^[0-9]+$/.test(digits) && BigInt(digits) < 2n ** 31n;
    return isIndex ? Number(digits) : this.#refuseUnknown(shardId, streamName);
  }

  #refuseUnknown(shardId: string, streamName: string = this.#name): never {
    const text = `shard ${shardId} in stream ${streamName} under account ${this.#context.accountId}`;
    return refuse('ResourceNotFoundException', `Could not find ${text}.`);
  }

  #checkListed(state: NaiveState, index: number): void {
    const shard = state.shards[index];
    if (!shard || isGone(shard, horizonMs(state))) this.#refuseUnknown(naiveShardId(index));
  }

  #checkOpen(state: NaiveState, index: number): void {
    check(
      state.shards[index]!.closed === undefined,
      'InvalidArgumentException',
      `Shard ${naiveShardId(index)} in stream ${this.#fullName} has already been merged or split, and thus is not eligible for merging or splitting.`,
    );
  }

  /** Where the hash key of a record puts it; undefined if the service chooses a shard. */
  #ownerOf(state: NaiveState, record: PutRecordsRequestEntry): Place | undefined {
    if (this.#isAuto) return undefined;
    const explicit = record.ExplicitHashKey ?? undefined;
    const hashKey = explicit ? BigInt(explicit) : referenceHashKey(record.PartitionKey!);
    check(
      hashKey < KEYS,
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicit}`,
    );
    const owners = openShards(state).filter((s) => s.start <= hashKey && hashKey <= s.end);
    if (owners.length !== 1) throw new Error(`${owners.length} open shards hold ${hashKey}`);
    return { index: owners[0]!.index, hashKey };
  }

  /**
   * Refuses a SequenceNumberForOrdering, or makes the shard continue above it if it is one of the
   * shard's.
   */
  #passNumber(state: NaiveState, text: string, owner: Place | undefined): void {
    const invalid = `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${this.#fullName} is invalid.`;
    check(
      owner !== undefined,
      'InvalidArgumentException',
      'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
    );
    const parts = decode(text) ?? refuse('InvalidArgumentException', invalid);
    const shard = state.shards[parts.shardIndex];
    const isOwn =
      parts.version === 2 &&
      shard !== undefined &&
      !shard.isDropped &&
      shard.createdSecond * 1000 === parts.shardCreatedAtMs;
    const writtenAtMs = parts.version === 0 ? 0 : parts.writtenAtMs;
    const ownMs = isOwn ? parts.shardCreatedAtMs : 0;
    const latestMs = Math.max(state.nowMs, state.arrivedAtMs, ownMs);
    check(writtenAtMs <= latestMs, 'InvalidArgumentException', invalid);
    if (!isOwn || owner.index !== shard.index) return;
    const { sequenceIndex } = parts;
    check(sequenceIndex < 2n ** 61n, 'InvalidArgumentException', invalid);
    if (sequenceIndex <= shard.last.sequenceIndex) return;
    state.shards[shard.index] = { ...shard, last: { ...shard.last, sequenceIndex } };
  }

  /** Takes a record from the bucket of its shard; under AUTO from the one that has room first. */
  #admit(
    state: NaiveState,
    record: PutRecordsRequestEntry,
    owner: Place | undefined,
  ): { place: Place; retryAfterMs: number } {
    const isUnlimited = this.#context.throughput === 'unlimited';
    const shards = owner ? [state.shards[owner.index]!] : shardsInTurn(state);
    const waits = shards.map((shard) => (isUnlimited ? 0 : waitFor(shard, bytesOf(record), state)));
    const retryAfterMs = Math.min(...waits);
    const shard = shards[waits.indexOf(retryAfterMs)]!;
    if (retryAfterMs === 0 && !isUnlimited) takeFrom(shard, bytesOf(record), state);
    return { place: owner ?? { index: shard.index, hashKey: shard.start }, retryAfterMs };
  }

  #queryOf(state: NaiveState, request: ListShardsInput): Query {
    const { ShardFilter: filter, ExclusiveStartShardId } = request;
    const firstMs = Math.max(horizonMs(state), this.#createdAtMs);
    const query = { after: -1, fromMs: firstMs, toMs: Infinity };
    const filterId = filter?.Type === 'AFTER_SHARD_ID' ? filter.ShardId : undefined;
    for (const id of [ExclusiveStartShardId, filterId]) {
      if (id) query.after = Math.max(query.after, this.#indexOf(id));
    }
    if (filter?.Type === 'AT_LATEST') query.fromMs = Infinity;
    if (filter?.Type === 'AT_TRIM_HORIZON') query.toMs = firstMs;
    if (filter?.Type === 'AT_TIMESTAMP' || filter?.Type === 'FROM_TIMESTAMP') {
      query.fromMs = Math.max(filter.Timestamp!.getTime(), firstMs);
      if (filter.Type === 'AT_TIMESTAMP') query.toMs = query.fromMs;
    }
    return query;
  }

  /** The first shards of a query, and the index of the last of these if there are more. */
  #page(state: NaiveState, { after, fromMs, toMs }: Query, size: number) {
    const all = this.#hidesShards(state) ? [] : state.shards;
    const found = all.filter(
      (shard) => shard.index > after && shard.openedAtMs <= toMs && !isGone(shard, fromMs),
    );
    const page = found.slice(0, size);
    const last = page.length < found.length ? page.at(-1)!.index : undefined;
    return { Shards: page.map(listedShard), last };
  }

  #description(state: NaiveState): object {
    return {
      StreamName: this.#name,
      StreamARN: this.#arn,
      StreamStatus: this.#status(state),
      StreamModeDetails: { StreamMode: this.#isOnDemand ? 'ON_DEMAND' : 'PROVISIONED' },
      RetentionPeriodHours: state.retentionHours,
      StreamCreationTimestamp: new Date(secondOf(this.#createdAtMs) * 1000),
      EnhancedMonitoring: [{ ShardLevelMetrics: state.metrics }],
      EncryptionType: state.encryption.type,
      ...(state.encryption.keyId !== undefined && { KeyId: state.encryption.keyId }),
    };
  }
}

const METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
];

function warmProblems(MiBps: number | undefined): Problem[] {
  return MiBps === undefined ? [] : rangeViolations('warmThroughputMiBps', MiBps, 0, Infinity);
}

/** Here a stream has its new throughput at once. */
function describeWarm(MiBps: number): object {
  return { TargetMiBps: MiBps, CurrentMiBps: MiBps };
}

function typeOf({ nowMs, encryption, typeBefore, encryptedFromMs }: NaiveState): 'KMS' | 'NONE' {
  return nowMs < encryptedFromMs ? typeBefore : encryption.type;
}

/** What the result of a put says about encryption. */
function encryptionOf(state: NaiveState): object {
  return typeOf(state) === 'KMS' ? { EncryptionType: 'KMS' } : {};
}

function bytesOf({ Data, PartitionKey }: PutRecordsRequestEntry): number {
  return Data!.length + Buffer.byteLength(PartitionKey ?? '');
}

function checkDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  const text = 'Request would have succeeded, but DryRun flag is set.';
  check(!DryRun, 'DryRunOperationException', text);
}

/** Refuses a listing of nothing, a token that is not alone, and a filter of the wrong members. */
function checkListing(request: ListShardsInput): void {
  const { NextToken, StreamName, StreamARN, ShardFilter: filter } = request;
  const { ExclusiveStartShardId, StreamCreationTimestamp } = request;
  const deny = (isWrong: boolean, message: string) =>
    check(!isWrong, 'InvalidArgumentException', message);
  if (NextToken !== undefined) {
    const beside = {
      StreamName,
      StreamARN,
      ShardFilter: filter,
      ExclusiveStartShardId,
      StreamCreationTimestamp,
    };
    for (const [member, value] of Object.entries(beside)) {
      deny(value !== undefined, `NextToken and ${member} cannot be provided together.`);
    }
    return;
  }
  const namesNothing = StreamName === undefined && StreamARN === undefined;
  deny(namesNothing, 'Either NextToken or StreamName should be provided.');
  if (filter === undefined) return;
  const { Type, ShardId, Timestamp } = filter;
  const tail = `be specified in the ShardFilter of type ${Type}.`;
  const wantsId = Type === 'AFTER_SHARD_ID';
  deny(wantsId && !ShardId, `ShardId must ${tail}`);
  deny(!wantsId && ShardId !== undefined, `ShardId cannot ${tail}`);
  const wantsTime = Type === 'AT_TIMESTAMP' || Type === 'FROM_TIMESTAMP';
  deny(wantsTime && !Timestamp, `Timestamp must ${tail}`);
  deny(!wantsTime && Timestamp !== undefined, `Timestamp cannot ${tail}`);
}

/** Cuts an integer of a request, as the service does. */
function integer(value: number): number {
  return Math.min(value, 2 ** 31 - 1);
}

/** The rest of the query in a NextToken. */
function queryIn({ NextToken }: ListShardsInput, nowMs: number): Query {
  const { issuedAtMs, after, fromMs, toMs } = JSON.parse(NextToken!);
  check(
    nowMs - issuedAtMs <= 300_000,
    'ExpiredNextTokenException',
    'The pagination token passed to the operation is expired.',
  );
  // JSON has no Infinity.
  return { after, fromMs: fromMs ?? Infinity, toMs: toMs ?? Infinity };
}

/** The highest number of additional open shards while new ones open one by one. */
function growthOf(newShards: NaiveRing): number {
  let growth = 0;
  let most = 0;
  for (const { parents } of newShards) {
    // A split's two children add a shard; a merge's child removes one.
    growth += parents.length === 1 ? 0.5 : -1;
    most = Math.max(most, growth);
  }
  return most;
}
