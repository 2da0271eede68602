import { expect, it } from 'vitest';
import { checkShardQuota } from '../../../src/sharding/shard-quota.ts';

const QUOTA = {
  accountId: '123456789012',
  region: 'us-east-1',
  shardLimit: 10,
  otherOpenShardCount: 3,
};

it('accepts as many shards as the quota leaves', () => {
  expect(checkShardQuota(QUOTA, { openShardCount: 5, additionalShards: 2 })).toBeUndefined();
  expect(checkShardQuota(QUOTA, { openShardCount: 7, additionalShards: 0 })).toBeUndefined();
});

it('refuses one shard more, and counts the other streams of the account', () => {
  expect(checkShardQuota(QUOTA, { openShardCount: 5, additionalShards: 3 })).toEqual({
    ok: false,
    fault: {
      code: 'LimitExceededException',
      message:
        'This request would exceed the shard limit for the account 123456789012 in us-east-1. Current shard count for the account: 8. Limit: 10. Number of additional shards that would have resulted from this request: 3. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.',
      blame: 'client',
    },
  });
});
