/**
 * The context that an embedder chooses for a stream, and the config that it resolves to.
 *
 * @module
 */

import type { EncryptionType, StreamMode } from '../api/aws-types.ts';
import type { ValidationMessageStyle } from '../api/print-value.ts';
import { formatStreamArn } from '../api/stream-arn.ts';
import { assertInteger, assertString, describe, wrongValue } from '../base/argument.ts';
import type { FaultResult } from '../base/fault.ts';
import { isInteger } from '../base/intrinsics.ts';
import { readOptions } from '../base/options.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import type { ShardQuota } from '../sharding/shard-quota.ts';

/** The context of a stream: its account, its region, and what an embedder chooses. */
export interface StreamContext {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
  /**
   * `enforced` (default): each shard takes 1,000 records and 1 MiB per second
   * (docs/facts.md#shard-write-rate). `unlimited`: no record is refused for throughput.
   */
  readonly throughput?: 'enforced' | 'unlimited' | undefined;
  /**
   * How long each transition of the stream takes, in milliseconds (docs/facts.md#stream-states):
   * the default of the next three options. From 0 (default) to 86,400,000, one day.
   */
  readonly transitionMs?: number | undefined;
  /** How long the stream is CREATING after its creation. By default `transitionMs`. */
  readonly creatingMs?: number | undefined;
  /**
   * How long the stream is UPDATING after a call that reshards it, or changes its mode, encryption
   * or warm throughput. Meanwhile records go to the old shards (docs/facts.md#reshard-updating). By
   * default `transitionMs`.
   */
  readonly updatingMs?: number | undefined;
  /** How long a deleted stream is DELETING in an account. By default `transitionMs`. */
  readonly deletingMs?: number | undefined;
  /**
   * The EncryptionType of a new stream, until StartStreamEncryption or StopStreamEncryption changes
   * it. With `KMS`, the responses to puts have it (docs/facts.md#encryption-kms). With `NONE`
   * (default) they leave it out (docs/facts.md#encryption-omitted).
   */
  readonly encryptionType?: EncryptionType | undefined;
  /**
   * Which values validation messages show. By default `data-omitted`: all except Data
   * (docs/facts.md#validation-values-omitted, docs/known-gaps.md#validation-wording).
   */
  readonly validationMessages?: ValidationMessageStyle | undefined;
  /**
   * The account's quota of open shards in the region, from 1 to 1,048,576. By default it is 20,000
   * in us-east-1, us-west-2 and eu-west-1, and 6,000 elsewhere (docs/facts.md#shard-quota,
   * docs/known-gaps.md#shard-quota-elsewhere).
   */
  readonly shardLimit?: number | undefined;
  /**
   * The number of open shards of the account's other provisioned streams in the region, which count
   * towards the quota (docs/facts.md#shard-quota-counts). From 0 (default) to 1,048,576.
   */
  readonly otherOpenShardCount?: number | undefined;
}

/** The config of a stream: a context with all defaults resolved, and the stream's identity. */
export interface StreamConfig
  extends StreamIdentity,
    ShardQuota,
    Readonly<{ [K in keyof ResolvedContext]-?: Exclude<ResolvedContext[K], undefined> }> {
  readonly streamArn: string;
}

/** `transitionMs` is short for three members, and only they are kept. */
type ResolvedContext = Omit<StreamContext, 'transitionMs'>;

/** What a stream asks of the account that it is in. */
export interface StreamHost {
  /** Refuses the mode of a new or a changed stream for the quota on on-demand streams. */
  readonly checkStreamMode: (streamMode: StreamMode, nowMs: number) => FaultResult | undefined;
  /** Returns the number of open shards of the account's other streams. */
  readonly countOtherOpenShards: (nowMs: number) => number;
  /** Is called when the stream's revision changes. */
  readonly noteChange: () => void;
}

/** Returns the shard quota of a stream at a time. In an account, it counts the other streams. */
export function quotaOf(
  config: StreamConfig,
  host: StreamHost | undefined,
  nowMs: number,
): StreamConfig {
  return host === undefined
    ? config
    : { ...config, otherOpenShardCount: host.countOtherOpenShards(nowMs) };
}

/** The members of a context that can change while the stream exists. */
export type ContextChanges = Partial<Omit<StreamContext, 'accountId' | 'region'>>;

const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** The names of all members of a context. */
export const CONTEXT_OPTIONS: readonly (keyof StreamContext)[] = [
  'accountId',
  'region',
  'throughput',
  'transitionMs',
  'creatingMs',
  'updatingMs',
  'deletingMs',
  'encryptionType',
  'validationMessages',
  'shardLimit',
  'otherOpenShardCount',
];

/** The names of the members of a config that come from the context. */
export const CONFIG_MEMBERS: readonly (keyof ResolvedContext)[] = /* @__PURE__ */ withoutNames(
  CONTEXT_OPTIONS,
  'transitionMs',
);

/** The names of the members that can change. */
export const CONTEXT_CHANGES: readonly (keyof ContextChanges)[] = /* @__PURE__ */ withoutNames(
  CONTEXT_OPTIONS,
  'accountId',
  'region',
);

/** Returns a list of names without some of them. */
export function withoutNames<T extends string, Dropped extends T>(
  names: readonly T[],
  ...dropped: readonly Dropped[]
): Exclude<T, Dropped>[] {
  return names.filter(
    (name): name is Exclude<T, Dropped> => !(dropped as readonly T[]).includes(name),
  );
}

/**
 * Returns a context with some members changed. Those that are undefined stay as they are, and
 * `transitionMs` changes the three that it is short for.
 */
export function mergeContext<T extends object>(
  context: T,
  changes: ContextChanges,
): T & ContextChanges {
  const isLong = changes.transitionMs === undefined;
  const transitions = isLong
    ? {}
    : { creatingMs: undefined, updatingMs: undefined, deletingMs: undefined };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...context, ...transitions, ...Object.fromEntries(given) };
}

/**
 * Returns the config of a stream: checks its context and resolves the defaults. Each member is read
 * once.
 *
 * @param title What messages call the context.
 * @throws {TypeError} If a member is of the wrong type or has an unknown name.
 * @throws {RangeError} If a member is out of range.
 */
export function resolveContext(
  context: StreamContext,
  streamName: string,
  title: string = 'context',
): StreamConfig {
  const options = readOptions(context, CONTEXT_OPTIONS, title);
  const { accountId, region } = options;
  assertString(accountId, `${title}.accountId`);
  if (!/^[0-9]{12}$/.test(accountId)) {
    throw wrongValue(`${title}.accountId must be twelve digits: got ${describe(accountId)}`);
  }
  assertString(region, `${title}.region`);
  if (!/^[a-z0-9-]{1,32}$/.test(region)) {
    throw wrongValue(
      `${title}.region must be lower-case letters, digits and hyphens: got ${describe(region)}`,
    );
  }
  const throughput = resolveChoice(
    options.throughput,
    ['enforced', 'unlimited'],
    `${title}.throughput`,
  );
  const encryptionType = resolveChoice(
    options.encryptionType,
    ['NONE', 'KMS'],
    `${title}.encryptionType`,
  );
  const validationMessages = resolveChoice(
    options.validationMessages,
    ['data-omitted', 'value-shown'],
    `${title}.validationMessages`,
  );
  const transitionMs = options.transitionMs ?? 0;
  const { creatingMs = transitionMs, updatingMs = transitionMs } = options;
  const { deletingMs = transitionMs } = options;
  const transitions = { creatingMs, updatingMs, deletingMs };
  for (const [name, durationMs] of Object.entries({ transitionMs, ...transitions })) {
    assertInteger(durationMs, 0, TRANSITION_MS_MAX, `${title}.${name}`);
  }
  const shardLimit = options.shardLimit ?? (LARGE_REGIONS.includes(region) ? 20_000 : 6_000);
  assertInteger(shardLimit, 1, SHARD_LIMIT_MAX, `${title}.shardLimit`);
  const otherOpenShardCount = options.otherOpenShardCount ?? 0;
  assertInteger(otherOpenShardCount, 0, SHARD_LIMIT_MAX, `${title}.otherOpenShardCount`);
  return {
    accountId,
    region,
    throughput,
    ...transitions,
    encryptionType,
    validationMessages,
    shardLimit,
    otherOpenShardCount,
    streamName,
    streamArn: formatStreamArn(streamName, { accountId, region }),
  };
}

/** Our own bounds: one day, and as many shards as a uniform map may have. */
export const TRANSITION_MS_MAX = 86_400_000;
const SHARD_LIMIT_MAX = 1_048_576;

/**
 * The last time at which a call may happen. It is two days before the highest creation second of a
 * shard, because new shards may be created ahead of the clock
 * (docs/facts.md#sequence-number-creation-max).
 */
export const NOW_MS_MAX = 16_025_002_199_000;

/**
 * @throws {TypeError} If the time is not a number.
 * @throws {RangeError} If it is not an integer from 0 to {@link NOW_MS_MAX}.
 */
export function assertCallTime(nowMs: number): void {
  if (isInteger(nowMs) && nowMs >= 0 && nowMs <= NOW_MS_MAX) return;
  assertInteger(nowMs, 0, NOW_MS_MAX, 'nowMs');
}

/** Returns the value of an option, or the first choice if it is undefined. */
function resolveChoice<T extends string>(
  value: T | undefined,
  choices: readonly [T, ...T[]],
  title: string,
): T {
  if (value === undefined) return choices[0];
  if (choices.includes(value)) return value;
  throw wrongValue(`${title} must be one of ${choices.join(', ')}: got ${describe(value)}`);
}
