/**
 * The slow twin of the stream: arrays searched from the start, bigints throughout, node:crypto, and
 * a copy of the whole state for every call, thrown away if the call is refused. No code of the
 * library.
 *
 * A NextToken is the query as JSON; whoever compares has to translate.
 *
 * @module
 */

import type {
  CreateStreamInput,
  Fault,
  FaultCode,
  ListShardsInput,
  PutRecordInput,
  PutRecordsInput,
  PutRecordsRequestEntry,
  StreamContext,
} from 'shardline';
import { referenceHashKey } from './hash-key.ts';
import {
  nameViolations,
  type Problem,
  patternViolation,
  recordViolations,
  report,
} from './naive-validation.ts';
import { fullBucket, type RationalBucket, resized, taken, waitMs } from './rational-bucket.ts';
import { decode } from './sequence-number.ts';

const KEYS = 2n ** 128n;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface NaiveShard {
  index: number;
  start: bigint;
  end: bigint;
  parents: number[];
  createdSecond: bigint;
  openedAtMs: number;
  closed: { atMs: number; second: bigint } | undefined;
  /** Of the number given last. */
  sequenceIndex: bigint;
  writtenSecond: bigint;
  bucket: RationalBucket;
}

/** Shards that close, by their index, and those that open. */
interface Change {
  parents: number[];
  children: { index: number; start: bigint; end: bigint }[];
}

interface State {
  shards: NaiveShard[];
  nextIndex: number;
  pending: { atMs: number; changes: Change[] } | undefined;
  retentionHours: number;
  recordKiB: number;
  trimmedToMs: number;
  arrivedAtMs: number;
  scaledAtMs: number[];
  turn: number;
}

type Refused = { ok: false; fault: Fault; retryAfterMs?: number };
type Answer = { ok: true; value: unknown } | Refused;

function refused(code: FaultCode, message: string): Refused {
  return { ok: false, fault: { code, message, blame: 'client' } };
}

function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}

function uniform(count: number): { start: bigint; end: bigint }[] {
  const width = KEYS / BigInt(count);
  return Array.from({ length: count }, (_, i) => ({
    start: BigInt(i) * width,
    end: i === count - 1 ? KEYS - 1n : BigInt(i + 1) * width - 1n,
  }));
}

/** A number of version 2, by addition. */
function sequenceNumber(
  { index, createdSecond }: NaiveShard,
  sequenceIndex: bigint,
  writtenSecond: bigint,
): string {
  const number =
    2n * 2n ** 184n +
    createdSecond * 2n ** 148n +
    BigInt(index % 16) * 2n ** 144n +
    sequenceIndex * 2n ** 80n +
    writtenSecond * 2n ** 36n +
    BigInt(index) * 2n ** 4n +
    2n;
  return number.toString();
}

function listed(shard: NaiveShard): object {
  const [parent, adjacent] = shard.parents;
  const { closed, createdSecond } = shard;
  return {
    ShardId: shardId(shard.index),
    ...(parent !== undefined && { ParentShardId: shardId(parent) }),
    ...(adjacent !== undefined && { AdjacentParentShardId: shardId(adjacent) }),
    HashKeyRange: { StartingHashKey: `${shard.start}`, EndingHashKey: `${shard.end}` },
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(shard, 0n, createdSecond),
      ...(closed && {
        EndingSequenceNumber: sequenceNumber(shard, 2n ** 63n - 1n, closed.second),
      }),
    },
  };
}

export class NaiveStream {
  readonly name: string;
  readonly context: StreamContext;
  readonly isOnDemand: boolean;
  readonly isAuto: boolean;
  readonly createdAtMs: number;
  readonly transitionMs: number;
  readonly shardLimit: number;
  readonly otherShards: number;
  #state: State;

  /** @param request One that the service accepts. */
  constructor(request: CreateStreamInput, context: StreamContext, nowMs: number) {
    this.name = request.StreamName!;
    this.context = context;
    this.isOnDemand = request.StreamModeDetails?.StreamMode === 'ON_DEMAND';
    this.isAuto = request.RecordDistributionStrategy === 'AUTO';
    this.createdAtMs = nowMs;
    this.transitionMs = context.transitionMs ?? 0;
    this.shardLimit = context.shardLimit ?? 20_000;
    this.otherShards = context.otherOpenShardCount ?? 0;
    const second = BigInt(Math.max(0, Math.floor(nowMs / 1000) - 3));
    const recordKiB = request.MaxRecordSizeInKiB ?? 1024;
    const ranges = uniform(this.isOnDemand ? 4 : request.ShardCount!);
    this.#state = {
      shards: ranges.map((range, index) => ({
        index,
        ...range,
        parents: [],
        createdSecond: second,
        openedAtMs: nowMs,
        closed: undefined,
        sequenceIndex: 0n,
        writtenSecond: second,
        bucket: fullBucket(recordKiB * 1024, nowMs),
      })),
      nextIndex: ranges.length,
      pending: undefined,
      retentionHours: 24,
      recordKiB,
      trimmedToMs: 0,
      arrivedAtMs: nowMs,
      scaledAtMs: [],
      turn: 0,
    };
  }

  get arn(): string {
    return `arn:aws:kinesis:${this.context.region}:${this.context.accountId}:stream/${this.name}`;
  }

  get recordBytesMax(): number {
    return this.#state.recordKiB * 1024;
  }

  get #in(): string {
    return `in stream ${this.name} under account ${this.context.accountId}`;
  }

  /** Works on a copy of the state at that time, and keeps it if the call is accepted. */
  #call<T extends { ok: boolean }>(nowMs: number, work: (state: State) => T): T {
    const state = this.#at(nowMs);
    const answer = work(state);
    if (answer.ok) this.#state = state;
    return answer;
  }

  /** A copy of the state, with what is due by then done. */
  #at(nowMs: number): State {
    const state = structuredClone(this.#state);
    const { pending } = state;
    if (pending === undefined || nowMs < pending.atMs) return state;
    for (const change of pending.changes) this.#change(state, change, pending.atMs);
    const horizonMs = this.#horizonMs(state, pending.atMs);
    state.shards = state.shards.filter(({ closed }) => !closed || closed.atMs >= horizonMs);
    state.pending = undefined;
    return state;
  }

  #change(state: State, { parents, children }: Change, atMs: number): void {
    const closing = state.shards.filter(({ index }) => parents.includes(index));
    let second = BigInt(Math.floor(atMs / 1000));
    let closedAtMs = Math.max(atMs, state.arrivedAtMs);
    for (const { createdSecond, openedAtMs } of closing) {
      if (createdSecond > second) second = createdSecond;
      if (openedAtMs > closedAtMs) closedAtMs = openedAtMs;
    }
    for (const shard of closing) shard.closed = { atMs: closedAtMs, second };
    for (const child of children) {
      state.shards.push({
        ...child,
        parents,
        createdSecond: second + 1n,
        openedAtMs: closedAtMs,
        closed: undefined,
        sequenceIndex: 0n,
        writtenSecond: second + 1n,
        bucket: fullBucket(state.recordKiB * 1024, atMs),
      });
      state.nextIndex = Math.max(state.nextIndex, child.index + 1);
    }
  }

  #horizonMs(state: State, nowMs: number): number {
    return Math.max(nowMs - state.retentionHours * HOUR_MS, state.trimmedToMs);
  }

  trimHorizonMs(nowMs: number): number {
    return this.#horizonMs(this.#state, nowMs);
  }

  #status(state: State, nowMs: number): string {
    const activeAtMs = this.createdAtMs + this.transitionMs;
    if (Math.max(nowMs, state.arrivedAtMs) < activeAtMs) return 'CREATING';
    return state.pending === undefined ? 'ACTIVE' : 'UPDATING';
  }

  #invalid(problems: Problem[]): Refused | undefined {
    if (problems.length === 0) return undefined;
    const isShown = this.context.validationMessages === 'value-shown';
    return refused('ValidationException', report(problems, isShown));
  }

  /**
   * Whether the request names this stream.
   *
   * @param strictly What a stream with the defaults has against the request: for one that is not
   *   there, nothing else is known.
   */
  #notNamed(
    request: { StreamName?: unknown; StreamARN?: unknown },
    strictly: Problem[] = [],
  ): Refused | undefined {
    const name = request.StreamName ?? undefined;
    const arn = request.StreamARN ?? undefined;
    let account = this.context.accountId;
    let named = name;
    let isNear = true;
    if (arn !== undefined) {
      const parts = String(arn).split(':');
      named = parts.slice(5).join(':').slice('stream/'.length);
      account = parts[4]!;
      isNear = parts[3] === this.context.region && account === this.context.accountId;
      if (name !== undefined && name !== named) {
        return refused(
          'InvalidArgumentException',
          `StreamName ${name} and StreamARN ${arn} do not name the same stream.`,
        );
      }
    }
    if (named === undefined || (isNear && named === this.name)) return undefined;
    const invalid = isNear ? this.#invalid(strictly) : undefined;
    if (invalid) return invalid;
    return refused(
      'ResourceNotFoundException',
      `Stream ${named} under account ${account} not found.`,
    );
  }

  #notActive(state: State, nowMs: number): Refused | undefined {
    const status = this.#status(state, nowMs);
    if (status === 'ACTIVE') return undefined;
    return refused(
      'ResourceInUseException',
      `Stream ${this.name} under account ${this.context.accountId} not ACTIVE, instead in state ${status}`,
    );
  }

  #noPut(state: State, nowMs: number): Refused | undefined {
    if (this.#status(state, nowMs) !== 'CREATING') return undefined;
    return refused(
      'ResourceNotFoundException',
      `Stream ${this.name} under account ${this.context.accountId} not found.`,
    );
  }

  /** The shard that a record goes to. */
  #owner(
    state: State,
    record: PutRecordsRequestEntry,
  ): { shard: NaiveShard; key: bigint } | Refused {
    const { ExplicitHashKey, PartitionKey } = record;
    const isExplicit = ExplicitHashKey !== undefined && ExplicitHashKey !== null;
    const key = isExplicit ? BigInt(ExplicitHashKey) : referenceHashKey(PartitionKey!);
    if (key >= KEYS) {
      return refused(
        'InvalidArgumentException',
        `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
      );
    }
    const owners = state.shards.filter((s) => !s.closed && s.start <= key && key <= s.end);
    if (owners.length !== 1) throw new Error(`${owners.length} open shards hold ${key}`);
    return { shard: owners[0]!, key };
  }

  /** Takes the record from the bucket of its shard; under AUTO from one that has room. */
  #take(
    state: State,
    record: PutRecordsRequestEntry,
    owner: { shard: NaiveShard; key: bigint } | undefined,
    nowMs: number,
  ): { shard: NaiveShard; key: bigint; wait: number } {
    const size = record.Data!.length + Buffer.byteLength(record.PartitionKey ?? '');
    const depth = state.recordKiB * 1024;
    const open = state.shards.filter(({ closed }) => !closed);
    open.sort((a, b) => (a.start < b.start ? -1 : 1));
    const first = state.turn % open.length;
    const candidates = owner ? [owner.shard] : [...open.slice(first), ...open.slice(0, first)];
    const waits = candidates.map(({ bucket }) => {
      if (this.context.throughput === 'unlimited') return 0;
      return taken(bucket, size, depth, nowMs) ? 0 : waitMs(bucket, size, depth, nowMs);
    });
    const wait = Math.min(...waits);
    const shard = candidates[waits.indexOf(wait)]!;
    if (wait === 0 && this.context.throughput !== 'unlimited') {
      shard.bucket = taken(shard.bucket, size, depth, nowMs)!;
    }
    return { shard, key: owner ? owner.key : shard.start, wait };
  }

  #number(state: State, { shard, key }: { shard: NaiveShard; key: bigint }, nowMs: number): object {
    state.turn += 1;
    state.arrivedAtMs = Math.max(state.arrivedAtMs, nowMs);
    shard.sequenceIndex += 1n;
    const second = BigInt(Math.floor((nowMs - 1000) / 1000));
    if (second > shard.writtenSecond) shard.writtenSecond = second;
    return {
      shardId: shardId(shard.index),
      shardIndex: shard.index,
      sequenceNumber: sequenceNumber(shard, shard.sequenceIndex, shard.writtenSecond),
      hashKey: key,
      arrivedAtMs: state.arrivedAtMs,
    };
  }

  #rateText(shard: NaiveShard): string {
    return `Rate exceeded for shard ${shardId(shard.index)} ${this.#in}.`;
  }

  /** Makes room for a SequenceNumberForOrdering, or refuses it. */
  #order(state: State, text: string, target: NaiveShard, nowMs: number): Refused | undefined {
    const invalid = refused(
      'InvalidArgumentException',
      `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${this.name} under account ${this.context.accountId} is invalid.`,
    );
    const parts = decode(text);
    if (parts === undefined) return invalid;
    const own =
      parts.version === 2
        ? state.shards.find(
            ({ index, createdSecond }) =>
              index === parts.shardIndex && Number(createdSecond) * 1000 === parts.shardCreatedAtMs,
          )
        : undefined;
    const latest = [nowMs, state.arrivedAtMs, own ? Number(own.createdSecond) * 1000 : 0];
    if ('writtenAtMs' in parts && parts.writtenAtMs! > Math.max(...latest)) return invalid;
    if (own !== target) return undefined;
    if (parts.sequenceIndex! >= 2n ** 61n) return invalid;
    if (parts.sequenceIndex! > target.sequenceIndex) target.sequenceIndex = parts.sequenceIndex!;
    return undefined;
  }

  putRecord(request: PutRecordInput, nowMs: number): unknown {
    return this.#call(nowMs, (state) => {
      const ordering = request.SequenceNumberForOrdering ?? undefined;
      const problems = (recordBytesMax: number, isAuto: boolean) => [
        ...patternViolation('sequenceNumberForOrdering', ordering, /^(0|[1-9][0-9]{0,128})$/),
        ...recordViolations(request, '', recordBytesMax, isAuto),
        ...nameViolations(request),
      ];
      const fault =
        this.#invalid(problems(this.recordBytesMax, this.isAuto)) ??
        this.#notNamed(request, problems(1_048_576, false)) ??
        this.#noPut(state, nowMs);
      if (fault) return fault;
      const owner = this.isAuto ? undefined : this.#owner(state, request);
      if (owner && 'ok' in owner) return owner;
      if (ordering !== undefined) {
        if (!owner) {
          return refused(
            'InvalidArgumentException',
            'SequenceNumberForOrdering cannot be used with the AUTO record distribution strategy.',
          );
        }
        const invalid = this.#order(state, ordering, owner.shard, nowMs);
        if (invalid) return invalid;
      }
      const put = this.#take(state, request, owner, nowMs);
      if (put.wait > 0) {
        const text = this.#rateText(put.shard);
        return {
          ...refused('ProvisionedThroughputExceededException', text),
          retryAfterMs: put.wait,
        };
      }
      if (request.DryRun) {
        return refused(
          'DryRunOperationException',
          'Request would have succeeded, but DryRun flag is set.',
        );
      }
      const accepted = this.#number(state, put, nowMs) as { sequenceNumber: string };
      const value = { ShardId: shardId(put.shard.index), SequenceNumber: accepted.sequenceNumber };
      return { ok: true, value: { ...value, ...this.#encryption() }, accepted };
    });
  }

  putRecords(request: PutRecordsInput, nowMs: number): unknown {
    return this.#call(nowMs, (state) => {
      const records = request.Records ?? undefined;
      const fault =
        this.#invalid(batchViolations(request, this.recordBytesMax, this.isAuto)) ??
        this.#notNamed(request, batchViolations(request, 1_048_576, false)) ??
        this.#noPut(state, nowMs);
      if (fault) return fault;
      let total = 0;
      for (const { Data, PartitionKey } of records!) {
        total += Data!.length + Buffer.byteLength(PartitionKey ?? '');
      }
      if (total > 10 * 1024 * 1024) {
        return refused('InvalidArgumentException', 'Records size exceeds 10 MB limit');
      }
      const owners: ({ shard: NaiveShard; key: bigint } | undefined)[] = [];
      for (const record of records!) {
        const owner = this.isAuto ? undefined : this.#owner(state, record);
        if (owner && 'ok' in owner) return owner;
        owners.push(owner);
      }
      if (request.DryRun) {
        return refused(
          'DryRunOperationException',
          'Request would have succeeded, but DryRun flag is set.',
        );
      }
      const Records: object[] = [];
      const accepted: (object | undefined)[] = [];
      const retryAfterMs: number[] = [];
      for (const [i, record] of records!.entries()) {
        const put = this.#take(state, record, owners[i], nowMs);
        retryAfterMs.push(put.wait);
        if (put.wait > 0) {
          accepted.push(undefined);
          Records.push({
            ErrorCode: 'ProvisionedThroughputExceededException',
            ErrorMessage: this.#rateText(put.shard),
          });
          continue;
        }
        const one = this.#number(state, put, nowMs) as { sequenceNumber: string };
        accepted.push(one);
        Records.push({ ShardId: shardId(put.shard.index), SequenceNumber: one.sequenceNumber });
      }
      const FailedRecordCount = accepted.filter((one) => one === undefined).length;
      const value = { FailedRecordCount, Records, ...this.#encryption() };
      return { ok: true, value, accepted, retryAfterMs };
    });
  }

  #encryption(): object {
    return this.context.encryptionType === 'KMS' ? { EncryptionType: 'KMS' } : {};
  }

  /** The shard with the number that an id holds, whatever stands before its first hyphen. */
  #shardIndex(text: string, streamName = this.name): number | Refused {
    const digits = text.includes('-') ? text.split('-')[1]! || text : text;
    const index = /^[0-9]+$/.test(digits) ? BigInt(digits) : 2n ** 31n;
    return index < 2n ** 31n ? Number(index) : this.#noShard(text, streamName);
  }

  #noShard(text: string, streamName = this.name): Refused {
    return refused(
      'ResourceNotFoundException',
      `Could not find shard ${text} in stream ${streamName} under account ${this.context.accountId}.`,
    );
  }

  #reshard(
    request: { StreamName?: string; StreamARN?: string },
    problems: Problem[],
    ids: (string | undefined)[],
    nowMs: number,
    plan: (state: State, open: NaiveShard[], indexes: number[]) => Change[] | Refused,
  ): Answer {
    return this.#call(nowMs, (state) => {
      const invalid = this.#invalid(problems);
      if (invalid) return invalid;
      const indexes: number[] = [];
      for (const id of ids) {
        const { StreamName = this.name, StreamARN } = request;
        const index = this.#shardIndex(id!, StreamARN === undefined ? StreamName : this.name);
        if (typeof index === 'object') return index;
        indexes.push(index);
      }
      const fault = this.#notNamed(request) ?? this.#notActive(state, nowMs);
      if (fault) return fault;
      if (this.isOnDemand) {
        return refused(
          'ValidationException',
          `Request is invalid. Stream ${this.name} under account ${this.context.accountId} is in On-Demand mode.`,
        );
      }
      for (const index of indexes) {
        const horizonMs = this.#horizonMs(state, nowMs);
        const shard = state.shards.find((s) => s.index === index);
        const isGone = shard?.closed && shard.closed.atMs < horizonMs;
        if (!shard || isGone) return this.#noShard(shardId(index));
      }
      for (const index of indexes) {
        if (state.shards.find((s) => s.index === index)!.closed) {
          return refused(
            'InvalidArgumentException',
            `Shard ${shardId(index)} ${this.#in} has already been merged or split, and thus is not eligible for merging or splitting.`,
          );
        }
      }
      const open = state.shards.filter(({ closed }) => !closed);
      open.sort((a, b) => (a.start < b.start ? -1 : 1));
      const changes = plan(state, open, indexes);
      if (!Array.isArray(changes)) return changes;
      if (changes.length > 0) state.pending = { atMs: nowMs + this.transitionMs, changes };
      if (this.transitionMs === 0) {
        this.#state = state;
        Object.assign(state, this.#at(nowMs));
      }
      return { ok: true, value: {} };
    });
  }

  /** The refusal of more open shards than the account may have. */
  #tooMany(openCount: number, additional: number): Refused | undefined {
    const account = this.otherShards + openCount;
    if (additional <= 0 || account + additional <= this.shardLimit) return undefined;
    return refused(
      'LimitExceededException',
      `This request would exceed the shard limit for the account ${this.context.accountId} in ${this.context.region}. Current shard count for the account: ${account}. Limit: ${this.shardLimit}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
    );
  }

  splitShard(
    request: { ShardToSplit: string; NewStartingHashKey: string; StreamName?: string },
    nowMs: number,
  ): unknown {
    const key = request.NewStartingHashKey;
    const problems = [
      ...patternViolation('newStartingHashKey', key, /^(0|[1-9][0-9]{0,38})$/),
      ...nameViolations(request),
    ];
    return this.#reshard(
      request,
      problems,
      [request.ShardToSplit],
      nowMs,
      (state, open, [index]) => {
        const tooMany = this.#tooMany(open.length, 1);
        if (tooMany) return tooMany;
        const shard = open.find((s) => s.index === index)!;
        const at = BigInt(key);
        if (!(at > shard.start + 1n && at < shard.end)) {
          return refused(
            'InvalidArgumentException',
            `NewStartingHashKey ${key} used in SplitShard() on shard ${shardId(shard.index)} ${this.#in} is not both greater than one plus the shard's StartingHashKey ${shard.start} and less than the shard's EndingHashKey ${shard.end}.`,
          );
        }
        const children = [
          { index: state.nextIndex, start: shard.start, end: at - 1n },
          { index: state.nextIndex + 1, start: at, end: shard.end },
        ];
        return [{ parents: [shard.index], children }];
      },
    );
  }

  mergeShards(
    request: { ShardToMerge: string; AdjacentShardToMerge: string; StreamName?: string },
    nowMs: number,
  ): unknown {
    const ids = [request.ShardToMerge, request.AdjacentShardToMerge];
    const problems = nameViolations(request);
    return this.#reshard(request, problems, ids, nowMs, (state, open, [a, b]) => {
      const lower = open.find((s) => s.index === a)!;
      const upper = open.find((s) => s.index === b)!;
      if (lower.end + 1n !== upper.start) {
        return refused(
          'InvalidArgumentException',
          `Shards ${shardId(a!)} and ${shardId(b!)} ${this.#in} are not an adjacent pair of shards eligible for merging`,
        );
      }
      const child = { index: state.nextIndex, start: lower.start, end: upper.end };
      return [{ parents: [a!, b!], children: [child] }];
    });
  }

  updateShardCount(
    request: { TargetShardCount: number; StreamName?: string },
    nowMs: number,
  ): unknown {
    const target = request.TargetShardCount;
    const problems = nameViolations(request);
    if (target < 1) {
      const text = 'Member must have value greater than or equal to 1';
      problems.push({ path: 'targetShardCount', value: target, text });
    }
    let current = 0;
    const answer = this.#reshard(request, problems, [], nowMs, (state, open) => {
      current = open.length;
      const recent = state.scaledAtMs.filter((atMs) => atMs > nowMs - DAY_MS);
      if (recent.length >= 10) {
        return refused(
          'LimitExceededException',
          `Stream ${this.name} under account ${this.context.accountId} has been scaled ${recent.length} times in the last 24 hours, which is as often as it may be.`,
        );
      }
      let text: string | undefined;
      if (target > 10_000) {
        text = 'Target shard count or number of open shards cannot be greater than 10000';
      } else if (target > 2 * current) {
        text = 'UpdateShardCount cannot scale up over double your current open shard count';
      } else if (target < current / 2) {
        text = 'UpdateShardCount cannot scale down below half your current open shard count';
      }
      if (text !== undefined) {
        const counts = `Current open shard count: ${current}, Target shard count: ${target}`;
        return refused('LimitExceededException', `${text}. ${counts}`);
      }
      state.scaledAtMs = [...recent, nowMs];
      const changes = sweep(open, target, state.nextIndex);
      let count = current;
      let most = current;
      for (const { parents, children } of changes) {
        count += children.length - parents.length;
        most = Math.max(most, count);
      }
      return this.#tooMany(current, most - current) ?? changes;
    });
    if (!answer.ok) return answer;
    const { name: StreamName, arn: StreamARN } = this;
    const value = { StreamName, StreamARN, CurrentShardCount: current, TargetShardCount: target };
    return { ok: true, value };
  }

  setRetention(
    direction: 'Increase' | 'Decrease',
    request: { RetentionPeriodHours: number; StreamName?: string },
    nowMs: number,
  ): unknown {
    return this.#call(nowMs, (state) => {
      const fault =
        this.#invalid(nameViolations(request)) ??
        this.#notNamed(request) ??
        this.#notActive(state, nowMs);
      if (fault) return fault;
      const hours = request.RetentionPeriodHours;
      const current = state.retentionHours;
      let text: string | undefined;
      if (hours < 24) {
        text = `Minimum allowed retention period is 24 hours. Requested retention period (${hours} hours) is too short.`;
      } else if (hours > 8760) {
        text = `Maximum allowed retention period is 8760 hours. Requested retention period (${hours} hours) is too long.`;
      } else if (direction === 'Increase' && hours < current) {
        text = `Requested retention period (${hours} hours) for stream ${this.name} can not be shorter than existing retention period (${current} hours). Use DecreaseRetentionPeriod API.`;
      } else if (direction === 'Decrease' && hours > current) {
        text = `Requested retention period (${hours} hours) for stream ${this.name} can not be longer than existing retention period (${current} hours). Use IncreaseRetentionPeriod API.`;
      }
      if (text !== undefined) return refused('InvalidArgumentException', text);
      state.trimmedToMs = Math.max(0, this.#horizonMs(state, nowMs));
      state.retentionHours = hours;
      return { ok: true, value: {} };
    });
  }

  updateMaxRecordSize(
    request: { MaxRecordSizeInKiB: number; StreamARN?: string },
    nowMs: number,
  ): unknown {
    return this.#call(nowMs, (state) => {
      const size = request.MaxRecordSizeInKiB;
      const problems: Problem[] = [];
      const path = 'maxRecordSizeInKiB';
      if (size < 1024) {
        const text = 'Member must have value greater than or equal to 1024';
        problems.push({ path, value: size, text });
      }
      if (size > 10_240) {
        const text = 'Member must have value less than or equal to 10240';
        problems.push({ path, value: size, text });
      }
      const fault =
        this.#invalid(problems) ?? this.#notNamed(request) ?? this.#notActive(state, nowMs);
      if (fault) return fault;
      for (const shard of state.shards) {
        shard.bucket = resized(shard.bucket, state.recordKiB * 1024, size * 1024, nowMs);
      }
      state.recordKiB = size;
      return { ok: true, value: {} };
    });
  }

  /** The shards that are listed, with what follows an index, and took records in a span of time. */
  #page(
    state: State,
    query: { after: number; fromMs: number; toMs: number },
    nowMs: number,
    size: number,
  ): { Shards: object[]; last: number | undefined } {
    const all = this.#status(state, nowMs) === 'CREATING' ? [] : state.shards;
    const found = all.filter(
      ({ index, openedAtMs, closed }) =>
        index > query.after &&
        openedAtMs <= query.toMs &&
        (closed === undefined || closed.atMs >= query.fromMs),
    );
    found.sort((a, b) => a.index - b.index);
    const page = found.slice(0, size);
    const last = page.length < found.length ? page.at(-1)!.index : undefined;
    return { Shards: page.map(listed), last };
  }

  listShards(request: ListShardsInput, nowMs: number): unknown {
    const state = this.#at(nowMs);
    const { NextToken, MaxResults = 1000, ShardFilter: filter, ExclusiveStartShardId } = request;
    const invalid = NextToken === undefined ? this.#invalid(nameViolations(request)) : undefined;
    const fault = invalid ?? this.#notNamed(request);
    if (fault) return fault;
    let query: { after: number; fromMs: number; toMs: number };
    let issuedAtMs = nowMs;
    if (NextToken !== undefined) {
      if (request.StreamName !== undefined || request.StreamARN !== undefined) {
        const text = 'NextToken and StreamName cannot be provided together.';
        return refused('InvalidArgumentException', text);
      }
      const token = JSON.parse(NextToken);
      issuedAtMs = token.issuedAtMs;
      query = token;
      // Infinity has no JSON.
      query.fromMs ??= Infinity;
      query.toMs ??= Infinity;
      if (nowMs - issuedAtMs > 300_000) {
        const text = 'The pagination token passed to the operation is expired.';
        return refused('ExpiredNextTokenException', text);
      }
    } else {
      const firstMs = Math.max(this.#horizonMs(state, nowMs), this.createdAtMs);
      query = { after: -1, fromMs: firstMs, toMs: Infinity };
      const ids = [
        ExclusiveStartShardId,
        filter?.Type === 'AFTER_SHARD_ID' ? filter.ShardId : null,
      ];
      for (const id of ids) {
        if (id === undefined || id === null) continue;
        const index = this.#shardIndex(id);
        if (typeof index === 'object') return index;
        query.after = Math.max(query.after, index);
      }
      if (filter?.Type === 'AT_LATEST') query.fromMs = Infinity;
      if (filter?.Type === 'AT_TRIM_HORIZON') query.toMs = firstMs;
      if (filter?.Type === 'AT_TIMESTAMP' || filter?.Type === 'FROM_TIMESTAMP') {
        query.fromMs = Math.max(filter.Timestamp!.getTime(), firstMs);
        if (filter.Type === 'AT_TIMESTAMP') query.toMs = query.fromMs;
      }
    }
    const { Shards, last } = this.#page(state, query, nowMs, Math.min(MaxResults, 1000));
    if (last === undefined) return { ok: true, value: { Shards } };
    const { fromMs, toMs } = query;
    const next = JSON.stringify({ fromMs, toMs, after: last, issuedAtMs: nowMs });
    return { ok: true, value: { Shards, NextToken: next } };
  }

  #description(state: State, nowMs: number): object {
    return {
      StreamName: this.name,
      StreamARN: this.arn,
      StreamStatus: this.#status(state, nowMs),
      StreamModeDetails: { StreamMode: this.isOnDemand ? 'ON_DEMAND' : 'PROVISIONED' },
      RetentionPeriodHours: state.retentionHours,
      StreamCreationTimestamp: new Date(this.createdAtMs),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: this.context.encryptionType ?? 'NONE',
    };
  }

  describeStream(request: { StreamName: string; Limit: number }, nowMs: number): unknown {
    const state = this.#at(nowMs);
    const fault = this.#notNamed(request);
    if (fault) return fault;
    const fromMs = Math.max(this.#horizonMs(state, nowMs), this.createdAtMs);
    const query = { after: -1, fromMs, toMs: Infinity };
    const { Shards, last } = this.#page(state, query, nowMs, Math.min(request.Limit, 100));
    const about = { Shards, HasMoreShards: last !== undefined };
    const StreamDescription = { ...this.#description(state, nowMs), ...about };
    return { ok: true, value: { StreamDescription } };
  }

  describeStreamSummary(request: { StreamName: string }, nowMs: number): unknown {
    const state = this.#at(nowMs);
    const fault = this.#notNamed(request);
    if (fault) return fault;
    const open = state.shards.filter(({ closed }) => !closed).length;
    const StreamDescriptionSummary = {
      ...this.#description(state, nowMs),
      OpenShardCount: this.#status(state, nowMs) === 'CREATING' ? 0 : open,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: state.recordKiB,
      ...(this.isOnDemand && {
        RecordDistributionStrategy: this.isAuto ? 'AUTO' : 'USER_PARTITION_KEY',
      }),
    };
    return { ok: true, value: { StreamDescriptionSummary } };
  }

  /** The open shards at a time: their index and range, by ascending range. */
  open(nowMs: number): { index: number; start: bigint; end: bigint }[] {
    return this.#at(nowMs)
      .shards.filter(({ closed }) => !closed)
      .map(({ index, start, end }) => ({ index, start, end }))
      .sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  /** The indexes of all listed shards, and the number given last by one of them. */
  lastNumber(index: number): string | undefined {
    const shard = this.#state.shards.find((s) => s.index === index);
    return shard && sequenceNumber(shard, shard.sequenceIndex, shard.writtenSecond);
  }
}

/** What is wrong with the records of a batch, and with the name of its stream. */
function batchViolations(
  request: PutRecordsInput,
  recordBytesMax: number,
  isAuto: boolean,
): Problem[] {
  const records = request.Records ?? undefined;
  const problems: Problem[] = [];
  if (records === undefined) problems.push({ path: 'records', value: records, isNull: true });
  if (records?.length === 0) {
    const text = 'Member must have length greater than or equal to 1';
    problems.push({ path: 'records', value: records, text });
  }
  if (records && records.length > 500) {
    const text = 'Member must have length less than or equal to 500';
    problems.push({ path: 'records', value: records, text });
  }
  for (const [i, record] of (records ?? []).slice(0, 500).entries()) {
    const path = `records.${i + 1}.member`;
    if (record === undefined || record === null) {
      problems.push({ path, value: record, isNull: true });
    } else {
      problems.push(...recordViolations(record, `${path}.`, recordBytesMax, isAuto));
    }
  }
  return [...problems, ...nameViolations(request)];
}

/**
 * Left to right: as long as a uniform range is not there, the one next thing for the lowest of
 * these, found out anew each time.
 */
function sweep(open: readonly NaiveShard[], target: number, nextIndex: number): Change[] {
  const changes: Change[] = [];
  let ring = open.map(({ index, start, end }) => ({ index, start, end }));
  if (ring.length === target) return changes;
  let next = nextIndex;
  const change = (parents: typeof ring, ranges: { start: bigint; end: bigint }[]): void => {
    const children = ranges.map((range) => ({ ...range, index: next++ }));
    changes.push({ parents: parents.map(({ index }) => index), children });
    ring = [...ring.filter((shard) => !parents.includes(shard)), ...children];
  };
  const split = (shard: (typeof ring)[number], key: bigint): boolean => {
    if (!(key > shard.start + 1n && key < shard.end)) return false;
    const lower = { start: shard.start, end: key - 1n };
    change([shard], [lower, { start: key, end: shard.end }]);
    return true;
  };
  for (;;) {
    const wanted = uniform(target).find(
      ({ start, end }) => !ring.some((shard) => shard.start === start && shard.end === end),
    );
    if (wanted === undefined) return changes;
    const piece = ring.find(({ start }) => start === wanted.start)!;
    if (split(piece, wanted.end + 1n)) continue;
    const right = ring.find(({ start }) => start === piece.end + 1n)!;
    if (split(right, wanted.end + 1n)) continue;
    change([piece, right], [{ start: piece.start, end: right.end }]);
  }
}
