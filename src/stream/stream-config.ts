/**
 * How a stream is set up: what an embedder chooses, and the resolved configuration.
 *
 * @module
 */

import type { EncryptionType } from '../api/aws-types.ts';
import type { ValidationMessageStyle } from '../api/print-value.ts';
import { formatStreamArn } from '../api/stream-arn.ts';
import { assertInteger, assertObject, assertString, describe } from '../base/argument.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import type { ShardQuota } from '../sharding/shard-quota.ts';

/** The account and region of a stream, and what an embedder may choose about it. */
export interface StreamContext {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
  /**
   * `enforced` (default): each shard takes 1,000 records and 1 MiB per second. `unlimited`: no
   * record is refused for throughput.
   */
  readonly throughput?: 'enforced' | 'unlimited' | undefined;
  /**
   * How long the stream is CREATING after its creation and UPDATING after a reshard, in
   * milliseconds, up to one day; 0 by default. Until then records go to the old shards.
   */
  readonly transitionMs?: number | undefined;
  /**
   * With `KMS`, answers have `EncryptionType: 'KMS'`. With `NONE` (default) the service leaves the
   * member out (kinesalite tests, run on AWS 2018).
   */
  readonly encryptionType?: EncryptionType | undefined;
  /** The wording of validation messages; by default `value-omitted`, that of 2022 and later. */
  readonly validationMessages?: ValidationMessageStyle | undefined;
  /**
   * The account's shard quota in the region. By default the published one: 20,000 in us-east-1,
   * us-west-2 and eu-west-1, and 6,000 elsewhere (the guide says 1,000 or 6,000 there).
   */
  readonly shardLimit?: number | undefined;
  /** Open shards of the account's other streams in the region, which count to the quota; 0. */
  readonly otherOpenShardCount?: number | undefined;
}

/** A context with all defaults resolved, and the names of the stream. */
export interface StreamConfig
  extends StreamIdentity,
    ShardQuota,
    Readonly<{ [K in keyof StreamContext]-?: Exclude<StreamContext[K], undefined> }> {
  readonly streamArn: string;
}

const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];

/**
 * Resolves the defaults of a context. Each member is read once.
 *
 * @throws {TypeError} If a member is of the wrong type.
 * @throws {RangeError} If a member is out of range.
 */
export function resolveContext(context: StreamContext, streamName: string): StreamConfig {
  assertObject(context, 'context');
  const { accountId, region } = context;
  assertString(accountId, 'context.accountId');
  if (!/^[0-9]{12}$/.test(accountId)) {
    throw new RangeError(`context.accountId must be twelve digits: got ${describe(accountId)}`);
  }
  assertString(region, 'context.region');
  if (!/^[a-z0-9-]{1,32}$/.test(region)) {
    throw new RangeError(
      `context.region must be lower-case letters, digits and hyphens: got ${describe(region)}`,
    );
  }
  const throughput = resolveChoice(context.throughput, ['enforced', 'unlimited'], 'throughput');
  const encryptionType = resolveChoice(context.encryptionType, ['NONE', 'KMS'], 'encryptionType');
  const validationMessages = resolveChoice(
    context.validationMessages,
    ['value-omitted', 'value-shown'],
    'validationMessages',
  );
  const transitionMs = context.transitionMs ?? 0;
  assertInteger(transitionMs, 0, TRANSITION_MS_MAX, 'context.transitionMs');
  const shardLimit = context.shardLimit ?? (LARGE_REGIONS.includes(region) ? 20_000 : 6_000);
  assertInteger(shardLimit, 1, SHARD_LIMIT_MAX, 'context.shardLimit');
  const otherOpenShardCount = context.otherOpenShardCount ?? 0;
  assertInteger(otherOpenShardCount, 0, SHARD_LIMIT_MAX, 'context.otherOpenShardCount');
  return {
    accountId,
    region,
    throughput,
    transitionMs,
    encryptionType,
    validationMessages,
    shardLimit,
    otherOpenShardCount,
    streamName,
    streamArn: formatStreamArn(streamName, { accountId, region }),
  };
}

/** Bounds of our own: one day, and as many shards as a uniform map may have. */
export const TRANSITION_MS_MAX = 86_400_000;
const SHARD_LIMIT_MAX = 1_048_576;

/**
 * The last time at which a call may happen. The creation seconds of new shards, some of which are
 * ahead of the clock, must fit a sequence number. This is two days before the highest one.
 */
export const NOW_MS_MAX = 16_025_002_199_000;

/**
 * @throws {TypeError} If the time is not a number.
 * @throws {RangeError} If it is not an integer from 0 to {@link NOW_MS_MAX}.
 */
export function assertCallTime(nowMs: number): void {
  if (Number.isInteger(nowMs) && nowMs >= 0 && nowMs <= NOW_MS_MAX) return;
  assertInteger(nowMs, 0, NOW_MS_MAX, 'nowMs');
}

/** Returns the value, or the first choice by default. */
function resolveChoice<T extends string>(
  value: T | undefined,
  choices: readonly [T, ...T[]],
  name: string,
): T {
  if (value === undefined) return choices[0];
  if (choices.includes(value)) return value;
  throw new RangeError(
    `context.${name} must be one of ${choices.join(', ')}: got ${describe(value)}`,
  );
}
