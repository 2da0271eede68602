/**
 * What surrounds a stream: whose it is, where it lies, and what an embedder may choose about it.
 *
 * @module
 */

import type { EncryptionType } from '../api/aws-types.ts';
import { formatStreamArn } from '../api/validate-request.ts';
import { assertInteger, assertObject, assertString, describe } from '../base/argument.ts';
import type { ValidationMessageStyle } from '../base/violation.ts';

/**
 * What surrounds a stream: whose it is, where it lies, and what an embedder may choose about it.
 */
export interface StreamContext {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
  /**
   * `enforced` (default): 1,000 records and 1 MiB a second and shard. `unlimited`: no record is
   * refused for throughput.
   */
  readonly throughput?: 'enforced' | 'unlimited' | undefined;
  /**
   * How long the stream stays CREATING after its creation and UPDATING after a reshard, in
   * milliseconds; 0 by default. Until then records go on to the old shards.
   */
  readonly transitionMs?: number | undefined;
  /**
   * With `KMS`, answers carry `EncryptionType: 'KMS'`. Without encryption (default `NONE`) the
   * service leaves the member out (kinesalite tests, run on AWS 2018).
   */
  readonly encryptionType?: EncryptionType | undefined;
  /** How validation messages are worded; `value-omitted` by default, the form of 2022 and later. */
  readonly validationMessages?: ValidationMessageStyle | undefined;
  /**
   * The account's shard quota in the region; without it the published default: 20,000 in us-east-1,
   * us-west-2 and eu-west-1, 6,000 elsewhere (the guide says 1,000 or 6,000 there).
   */
  readonly shardLimit?: number | undefined;
  /** Open shards of the account's other streams in the region, which the quota counts too; 0. */
  readonly otherOpenShardCount?: number | undefined;
}

/** A context with every choice made. */
export type ChosenContext = {
  readonly [K in keyof StreamContext]-?: Exclude<StreamContext[K], undefined>;
};

/** A context with every choice made, and what the stream is called in it. */
export interface Surroundings extends ChosenContext {
  readonly streamName: string;
  readonly streamArn: string;
}

const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** Fills in the defaults. @throws {TypeError | RangeError} If a member is not what it must be. */
export function surroundingsOf(context: StreamContext, streamName: string): Surroundings {
  assertObject(context, 'context');
  const { accountId, region } = context;
  assertString(accountId, 'context.accountId');
  if (!/^[0-9]{12}$/.test(accountId)) {
    throw new RangeError(`context.accountId must be twelve digits: got ${describe(accountId)}`);
  }
  assertString(region, 'context.region');
  if (!/^[a-z0-9-]{1,32}$/.test(region)) {
    throw new RangeError(
      `context.region must be lower case letters, digits and dashes: got ${describe(region)}`,
    );
  }
  const throughput = choice(context.throughput, ['enforced', 'unlimited'], 'throughput');
  const encryptionType = choice(context.encryptionType, ['NONE', 'KMS'], 'encryptionType');
  const validationMessages = choice(
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

/** Bounds of our own: a day, and as many shards as a uniform map may have. */
export const TRANSITION_MS_MAX = 86_400_000;
const SHARD_LIMIT_MAX = 1_048_576;

/**
 * The last millisecond at which a call may happen: the seconds of shards that it creates, some of
 * which lie ahead, must fit a sequence number. Two days before the highest creation second.
 */
export const NOW_MS_MAX = 16_025_002_199_000;

/** @throws {TypeError | RangeError} If it is not a time at which a call may happen. */
export function assertTime(nowMs: number): void {
  if (Number.isInteger(nowMs) && nowMs >= 0 && nowMs <= NOW_MS_MAX) return;
  assertInteger(nowMs, 0, NOW_MS_MAX, 'nowMs');
}

function choice<T extends string>(
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
