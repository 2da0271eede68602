/**
 * The context that an embedder chooses for an account, and the config resolved from it.
 *
 * @module
 */

import { assertInteger } from '../base/argument.ts';
import { ON_DEMAND_STREAMS_DEFAULT } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import {
  CONTEXT_OPTIONS,
  resolveContext,
  type StreamConfig,
  type StreamContext,
  withoutNames,
} from '../stream/stream-config.ts';

/**
 * The context of an account: its id, its region, and the settings of the account and its streams.
 */
export interface AccountContext extends Omit<StreamContext, 'otherOpenShardCount'> {
  /**
   * The account's quota of on-demand streams in the region, from 1 to 1,000,000; 50 by default
   * (docs/facts.md#on-demand-quota).
   */
  readonly onDemandStreamLimit?: number | undefined;
}

/** The members of an account's context that can change while it exists. */
export type AccountContextChanges = Partial<Omit<AccountContext, 'accountId' | 'region'>>;

/** The config of an account: its context with all defaults resolved. */
export interface AccountConfig
  extends Omit<StreamConfig, 'streamName' | 'streamArn' | 'otherOpenShardCount'> {
  readonly onDemandStreamLimit: number;
}

/** The names of all members of an account's context. */
export const ACCOUNT_OPTIONS: readonly (keyof AccountContext)[] = /* @__PURE__ */ (() => [
  ...withoutNames(CONTEXT_OPTIONS, 'otherOpenShardCount'),
  'onDemandStreamLimit' as const,
])();

/** The names of the members of a config. */
export const ACCOUNT_MEMBERS: readonly (keyof AccountConfig)[] = /* @__PURE__ */ withoutNames(
  ACCOUNT_OPTIONS,
  'transitionMs',
);

/** The names of the members that can change. */
export const ACCOUNT_CHANGES: readonly (keyof AccountContextChanges)[] =
  /* @__PURE__ */ withoutNames(ACCOUNT_OPTIONS, 'accountId', 'region');

/** The highest count in a response of DescribeLimits. */
const LIMIT_MAX = 1_000_000;

/**
 * Returns the config of an account: checks its context and resolves the defaults. Each member is
 * read once.
 *
 * @throws {TypeError} If a member is of the wrong type or has an unknown name.
 * @throws {RangeError} If a member is out of range.
 */
export function resolveAccountContext(context: AccountContext, title: string): AccountConfig {
  const { onDemandStreamLimit = ON_DEMAND_STREAMS_DEFAULT, ...options } = readOptions(
    context,
    ACCOUNT_OPTIONS,
    title,
  );
  assertInteger(onDemandStreamLimit, 1, LIMIT_MAX, `${title}.onDemandStreamLimit`);
  const {
    streamName: _,
    streamArn: __,
    otherOpenShardCount: ___,
    ...config
  } = resolveContext(options, '', title);
  return { ...config, onDemandStreamLimit };
}

/** Returns the config of a stream of the account. */
export function configOfStream(
  { onDemandStreamLimit: _, ...context }: AccountConfig,
  streamName: string,
): StreamConfig {
  return resolveContext(context, streamName);
}
