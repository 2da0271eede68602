/**
 * The limits and settings of an account.
 *
 * @module
 */

import type { DescribeAccountSettingsOutput, DescribeLimitsOutput } from '../api/account-types.ts';
import { type FaultResult, refuse } from '../base/fault.ts';
import { STREAMS_AT_ONCE_MAX } from '../base/limits.ts';
import {
  type AccountState,
  countOnDemandStreams,
  countOpenShards,
  streamsAt,
} from './account-state.ts';

/**
 * Answers DescribeLimits. It counts the shards of on-demand streams too
 * (docs/known-gaps.md#open-shard-count).
 */
export function describeLimits(state: AccountState, nowMs: number): DescribeLimitsOutput {
  return {
    ShardLimit: state.config.shardLimit,
    OpenShardCount: countOpenShards(state, nowMs),
    OnDemandStreamCount: countOnDemandStreams(state, nowMs),
    OnDemandStreamCountLimit: state.config.onDemandStreamLimit,
  };
}

/**
 * Answers DescribeAccountSettings. No account has a commitment to a minimum throughput
 * (docs/known-gaps.md#account-settings).
 */
export function describeAccountSettings(): DescribeAccountSettingsOutput {
  return { MinimumThroughputBillingCommitment: { Status: 'DISABLED' } };
}

/**
 * Refuses another stream while too many are in CREATING or DELETING, or returns undefined otherwise
 * (docs/facts.md#create-at-once). The two spaces are the service's.
 */
export function checkStreamsAtOnce(state: AccountState, nowMs: number): FaultResult | undefined {
  const changing = streamsAt(state, nowMs).filter(({ stream }) =>
    ['CREATING', 'DELETING'].includes(stream.statusAt(nowMs)),
  );
  if (changing.length < STREAMS_AT_ONCE_MAX) return undefined;
  return refuse(
    'LimitExceededException',
    `This request would have exceed the limit on the number  of streams that can simultaneously be in CREATING or DELETING for the account ${state.config.accountId}. Limit: ${STREAMS_AT_ONCE_MAX}.`,
  );
}

/**
 * Refuses another on-demand stream if the account has reached its quota
 * (docs/facts.md#on-demand-quota), or returns undefined otherwise.
 */
export function checkOnDemandQuota(state: AccountState, nowMs: number): FaultResult | undefined {
  const { accountId, region, onDemandStreamLimit: limit } = state.config;
  const count = countOnDemandStreams(state, nowMs);
  if (count < limit) return undefined;
  return refuse(
    'LimitExceededException',
    `This request would exceed the limit on the number of On-Demand streams for the account ${accountId} in ${region}. Current On-Demand streams count: ${count}. Limit: ${limit}.`,
  );
}
