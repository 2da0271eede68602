/**
 * The quota on the open shards of an account in a region.
 *
 * @module
 */

import { type FaultResult, refuse } from '../base/fault.ts';

/** The shard quota of an account, and how much of it the account's other streams use. */
export interface ShardQuota {
  readonly accountId: string;
  readonly region: string;
  /** The maximum number of open shards of the account in the region (docs/facts.md#shard-quota). */
  readonly shardLimit: number;
  /** The open shards of the account's other streams in the region. */
  readonly otherOpenShardCount: number;
}

/**
 * Refuses more shards than the quota allows (docs/facts.md#shard-quota-exceeded), or returns
 * undefined if there is room for them. Only open shards count (docs/facts.md#shard-quota-counts).
 */
export function checkShardQuota(
  { accountId, region, shardLimit, otherOpenShardCount }: ShardQuota,
  stream: { readonly openShardCount: number; readonly additionalShards: number },
): FaultResult | undefined {
  const current = otherOpenShardCount + stream.openShardCount;
  if (current + stream.additionalShards <= shardLimit) return undefined;
  return refuse(
    'LimitExceededException',
    `This request would exceed the shard limit for the account ${accountId} in ${region}. Current shard count for the account: ${current}. Limit: ${shardLimit}. Number of additional shards that would have resulted from this request: ${stream.additionalShards}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  );
}
