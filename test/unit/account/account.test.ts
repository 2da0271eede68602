import { describe, expect, it } from 'vitest';
import { sealToken } from '../../../src/api/opaque-token.ts';
import type { Account, AccountContext, FaultResult } from '../../../src/index.ts';
import { createAccount, restoreAccount, unwrap } from '../../../src/index.ts';

const NOW = 1_700_000_000_000;
const CONTEXT = { accountId: '123456789012', region: 'us-east-1' };
const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';

function accountWith(context: Partial<AccountContext> = {}): Account {
  const account = createAccount({ ...CONTEXT, ...context });
  unwrap(account.call('CreateStream', { StreamName: 'orders', ShardCount: 2 }, NOW));
  return account;
}

function faultOf(result: { readonly ok: true } | FaultResult): string {
  return result.ok ? 'ok' : `${result.fault.code}: ${result.fault.message}`;
}

describe('names', () => {
  it('refuses a name in use before any quota', () => {
    const account = accountWith({ shardLimit: 2 });
    expect(
      faultOf(account.call('CreateStream', { StreamName: 'orders', ShardCount: 9 }, NOW)),
    ).toBe('ResourceInUseException: Stream orders under account 123456789012 already exists.');
    expect(
      faultOf(account.call('CreateStream', { StreamName: 'others', ShardCount: 1 }, NOW)),
    ).toMatch(/^LimitExceededException: This request would exceed the shard limit/);
  });

  it('finds a stream by name and by ARN', () => {
    const account = accountWith();
    for (const address of [{ StreamName: 'orders' }, { StreamARN: ARN }]) {
      const { StreamDescriptionSummary } = unwrap(
        account.call('DescribeStreamSummary', address, NOW),
      );
      expect(StreamDescriptionSummary.StreamARN).toBe(ARN);
    }
    expect(faultOf(account.call('DescribeStream', { StreamName: '__proto__' }, NOW))).toBe(
      'ResourceNotFoundException: Stream __proto__ under account 123456789012 not found.',
    );
  });

  it('frees a name when the deletion is over', () => {
    const account = accountWith({ deletingMs: 5000 });
    const address = { StreamName: 'orders' };
    expect(unwrap(account.call('DeleteStream', address, NOW + 1))).toEqual({});
    const described = unwrap(account.call('DescribeStream', address, NOW + 2));
    expect(described.StreamDescription.StreamStatus).toBe('DELETING');
    const record = { ...address, PartitionKey: 'k', Data: new Uint8Array(1) };
    expect(faultOf(account.call('PutRecord', record, NOW + 2))).toBe(
      'ResourceNotFoundException: Stream orders under account 123456789012 not found.',
    );
    expect(faultOf(account.call('DeleteStream', address, NOW + 2))).toBe(
      'ResourceInUseException: Stream orders under account 123456789012 not ACTIVE, instead in state DELETING',
    );
    expect(
      faultOf(account.call('CreateStream', { StreamName: 'orders', ShardCount: 1 }, NOW + 5000)),
    ).toMatch(/already exists/);
    expect(faultOf(account.call('DescribeStream', address, NOW + 5001))).toMatch(/not found/);
    unwrap(account.call('CreateStream', { StreamName: 'orders', ShardCount: 1 }, NOW + 5001));
  });
});

describe('a stream in CREATING', () => {
  const address = { StreamName: 'orders' };

  it('can be deleted, and then never shows shards', () => {
    const account = accountWith({ creatingMs: 1000, deletingMs: 5000 });
    unwrap(account.call('DeleteStream', address, NOW + 999));
    for (const nowMs of [NOW + 999, NOW + 2000]) {
      const { StreamDescription } = unwrap(account.call('DescribeStream', address, nowMs));
      expect(StreamDescription).toMatchObject({ StreamStatus: 'DELETING', Shards: [] });
      const summary = unwrap(account.call('DescribeStreamSummary', address, nowMs));
      expect(summary.StreamDescriptionSummary.OpenShardCount).toBe(0);
    }
    const restored = unwrap(restoreAccount(JSON.parse(JSON.stringify(account.snapshot()))));
    expect(unwrap(restored.call('ListShards', address, NOW + 2000)).Shards).toEqual([]);
    expect(faultOf(account.call('DescribeStream', address, NOW + 5999))).toMatch(/not found/);
  });

  it('lists its tags but does not change them', () => {
    const account = accountWith({ creatingMs: 1000 });
    const other = { StreamName: 'tagged', ShardCount: 1, Tags: { a: '1' } };
    unwrap(account.call('CreateStream', other, NOW));
    const ResourceARN = ARN.replace('orders', 'tagged');
    const change = (nowMs: number) => [
      faultOf(account.call('AddTagsToStream', { StreamARN: ResourceARN, Tags: { b: '' } }, nowMs)),
      faultOf(
        account.call('RemoveTagsFromStream', { StreamName: 'tagged', TagKeys: ['b'] }, nowMs),
      ),
      faultOf(account.call('TagResource', { ResourceARN, Tags: { c: '' } }, nowMs)),
      faultOf(account.call('UntagResource', { ResourceARN, TagKeys: ['c'] }, nowMs)),
    ];
    const refused =
      'ResourceInUseException: Stream tagged under account 123456789012 not ACTIVE, instead in state CREATING';
    expect(change(NOW + 999)).toEqual(new Array(4).fill(refused));
    expect(unwrap(account.call('ListTagsForResource', { ResourceARN }, NOW)).Tags).toEqual([
      { Key: 'a', Value: '1' },
    ]);
    expect(change(NOW + 1000)).toEqual(new Array(4).fill('ok'));
  });
});

describe('quotas', () => {
  it('allows five streams in CREATING or DELETING', () => {
    const account = accountWith({ creatingMs: 100, deletingMs: 100 });
    const create = (StreamName: string, nowMs: number) =>
      faultOf(account.call('CreateStream', { StreamName, ShardCount: 1 }, nowMs));
    const refused =
      'LimitExceededException: This request would have exceed the limit on the number  of streams that can simultaneously be in CREATING or DELETING for the account 123456789012. Limit: 5.';
    // With the stream that is there from the start, these are five.
    for (const name of ['a', 'b', 'c', 'd']) expect(create(name, NOW + 99)).toBe('ok');
    expect(create('e', NOW + 99)).toBe(refused);
    expect(create('a', NOW + 99)).toMatch(/^ResourceInUseException: .* already exists/);
    expect(create('e', NOW + 100)).toBe('ok');
    unwrap(account.call('DeleteStream', { StreamName: 'orders' }, NOW + 198));
    expect(create('f', NOW + 199)).toBe('ok');
    for (const name of ['g', 'h']) expect(create(name, NOW + 199)).toBe('ok');
    expect(create('i', NOW + 199)).toBe(refused);
    expect(create('i', NOW + 298)).toBe('ok');
  });

  it('counts the shards of provisioned streams only', () => {
    const account = accountWith({ shardLimit: 3 });
    const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const;
    unwrap(account.call('CreateStream', { StreamName: 'demand', StreamModeDetails }, NOW));
    unwrap(account.call('CreateStream', { StreamName: 'third', ShardCount: 1 }, NOW));
    expect(
      faultOf(account.call('CreateStream', { StreamName: 'fourth', ShardCount: 1 }, NOW)),
    ).toMatch(/ Current shard count for the account: 3\. Limit: 3\. /);
    expect(unwrap(account.call('DescribeLimits', {}, NOW)).OpenShardCount).toBe(7);
  });

  it('counts the shards of all streams live', () => {
    const account = accountWith({ shardLimit: 4 });
    const split = {
      StreamName: 'orders',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: '5',
    };
    unwrap(account.call('CreateStream', { StreamName: 'other', ShardCount: 2 }, NOW));
    expect(faultOf(account.call('SplitShard', split, NOW + 1000))).toMatch(
      /Current shard count for the account: 4\. Limit: 4\./,
    );
    unwrap(account.call('DeleteStream', { StreamName: 'other' }, NOW + 1000));
    unwrap(account.call('SplitShard', split, NOW + 1000));
    expect(unwrap(account.call('DescribeLimits', {}, NOW + 1000))).toEqual({
      ShardLimit: 4,
      OpenShardCount: 3,
      OnDemandStreamCount: 0,
      OnDemandStreamCountLimit: 50,
    });
  });

  it('refuses on-demand streams beyond their quota', () => {
    const account = createAccount({ ...CONTEXT, onDemandStreamLimit: 1 });
    const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const;
    unwrap(account.call('CreateStream', { StreamName: 'a', StreamModeDetails }, NOW));
    const message =
      'LimitExceededException: This request would exceed the limit on the number of On-Demand streams for the account 123456789012 in us-east-1. Current On-Demand streams count: 1. Limit: 1.';
    expect(faultOf(account.call('CreateStream', { StreamName: 'b', StreamModeDetails }, NOW))).toBe(
      message,
    );
    unwrap(account.call('CreateStream', { StreamName: 'c', ShardCount: 1 }, NOW));
    const StreamARN = ARN.replace('orders', 'c');
    const request = { StreamARN, StreamModeDetails };
    expect(faultOf(account.call('UpdateStreamMode', request, NOW))).toBe(message);
    account.updateContext({ onDemandStreamLimit: 2 });
    unwrap(account.call('UpdateStreamMode', request, NOW));
  });

  it('changes the context of all streams', () => {
    const account = accountWith();
    const record = { StreamName: 'orders', PartitionKey: 'k', Data: new Uint8Array(1_000_000) };
    expect(account.call('PutRecord', record, NOW).ok).toBe(true);
    expect(account.call('PutRecord', record, NOW).ok).toBe(false);
    account.updateContext({ throughput: 'unlimited' });
    expect(account.call('PutRecord', record, NOW).ok).toBe(true);
    expect(() => account.updateContext({ throughtput: 'unlimited' } as never)).toThrow(
      /changes must have only the options .*: got 'throughtput'/,
    );
  });
});

describe('ListStreams', () => {
  it('pages by name, with summaries', () => {
    const account = createAccount(CONTEXT);
    for (const StreamName of ['b', 'a', 'c']) {
      unwrap(account.call('CreateStream', { StreamName, ShardCount: 1 }, NOW));
    }
    const first = unwrap(account.call('ListStreams', { Limit: 2 }, NOW));
    expect(first.StreamNames).toEqual(['a', 'b']);
    expect(first.HasMoreStreams).toBe(true);
    expect(first.StreamSummaries?.[0]).toEqual({
      StreamName: 'a',
      StreamARN: ARN.replace('orders', 'a'),
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamCreationTimestamp: new Date(NOW),
    });
    const { NextToken } = first;
    expect(unwrap(account.call('ListStreams', { NextToken }, NOW))).toMatchObject({
      StreamNames: ['c'],
      HasMoreStreams: false,
    });
    expect(faultOf(account.call('ListStreams', { NextToken }, NOW + 300_001))).toMatch(
      /^ExpiredNextTokenException/,
    );
    expect(faultOf(account.call('ListStreams', { NextToken: `${NextToken}x` }, NOW))).toMatch(
      /^InvalidArgumentException/,
    );
  });

  it('sends a NextToken of ListShards to its stream', () => {
    const account = accountWith();
    const page = unwrap(account.call('ListShards', { StreamName: 'orders', MaxResults: 1 }, NOW));
    const { NextToken } = page;
    const next = unwrap(account.call('ListShards', { NextToken }, NOW));
    expect(next.Shards.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000001']);
    expect(faultOf(account.call('ListShards', { NextToken: 'x' }, NOW))).toMatch(
      /^InvalidArgumentException: The pagination token/,
    );
    expect(faultOf(account.call('ListShards', { NextToken, StreamName: 'none' }, NOW))).toBe(
      'InvalidArgumentException: NextToken and StreamName cannot be provided together.',
    );
  });
});

it('lists at most 100 streams per page, whatever the request says', () => {
  const account = createAccount(CONTEXT);
  for (let i = 0; i < 101; i++) {
    unwrap(account.call('CreateStream', { StreamName: `stream${i}`, ShardCount: 1 }, NOW));
  }
  const page = unwrap(account.call('ListStreams', { Limit: 10_000 }, NOW));
  expect(page).toMatchObject({ HasMoreStreams: true });
  expect(page.StreamNames).toHaveLength(100);
  const { NextToken } = page;
  const next = unwrap(account.call('ListStreams', { NextToken, Limit: 10_000 }, NOW));
  expect(next.StreamNames).toHaveLength(1);
});

describe('a request that names no stream', () => {
  it('is refused as on any stream', () => {
    const account = accountWith();
    expect(faultOf(account.call('ListShards', {}, NOW))).toBe(
      'InvalidArgumentException: Either NextToken or StreamName should be provided.',
    );
    expect(faultOf(account.call('DescribeStream', {}, NOW))).toMatch(/^ValidationException: /);
  });
});

describe('tokens', () => {
  it('are refused by operations other than their own', () => {
    const account = accountWith();
    unwrap(account.call('CreateStream', { StreamName: 'other', ShardCount: 1 }, NOW));
    const { NextToken } = unwrap(account.call('ListStreams', { Limit: 1 }, NOW));
    const shards = unwrap(account.call('ListShards', { StreamName: 'orders', MaxResults: 1 }, NOW));
    const { ShardIterator } = unwrap(
      account.call(
        'GetShardIterator',
        { StreamName: 'orders', ShardId: '0', ShardIteratorType: 'LATEST' },
        NOW,
      ),
    );
    const tokens = [NextToken!, shards.NextToken!, ShardIterator!];
    const results = tokens.map((token) => [
      account.call('ListStreams', { NextToken: token }, NOW).ok,
      account.call('ListShards', { NextToken: token }, NOW).ok,
      account.call('GetRecords', { ShardIterator: token }, NOW).ok,
    ]);
    expect(results).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });
});

describe('a GetRecords', () => {
  it('does not end a shard that was open when it was called', () => {
    const account = accountWith();
    const shard = { StreamName: 'orders', ShardId: 'shardId-000000000000' };
    const iterator = { ...shard, ShardIteratorType: 'LATEST' } as const;
    const first = unwrap(account.call('GetShardIterator', iterator, NOW));
    const reading = unwrap(account.call('GetRecords', first, NOW));
    const split = { StreamName: 'orders', ShardToSplit: shard.ShardId, NewStartingHashKey: '5' };
    unwrap(account.call('SplitShard', split, NOW));
    const page = reading.toResponse([]);
    expect(page).not.toHaveProperty('ChildShards');
    const next = unwrap(
      account.call('GetRecords', { ShardIterator: page.NextShardIterator }, NOW),
    ).toResponse([]);
    expect(next).not.toHaveProperty('NextShardIterator');
    expect(next.ChildShards).toHaveLength(2);
  });
});

describe('deleted streams and consumers', () => {
  const CONSUMER = { StreamARN: ARN, ConsumerName: 'reader' };

  it('are dropped by the first call that changes the account', () => {
    const account = accountWith({ deletingMs: 5000 });
    unwrap(account.call('DeleteStream', { StreamName: 'orders' }, NOW));
    const before = account.snapshot();
    for (const nowMs of [NOW + 5000, NOW + 9000]) {
      expect(unwrap(account.call('ListStreams', {}, nowMs)).StreamNames).toEqual([]);
      expect(account.call('DeleteStream', { StreamName: 'orders' }, nowMs).ok).toBe(false);
    }
    expect(account.snapshot()).toEqual(before);
    // The clock has stepped back.
    expect(unwrap(account.call('ListStreams', {}, NOW)).StreamNames).toEqual(['orders']);
    unwrap(account.call('CreateStream', { StreamName: 'other', ShardCount: 1 }, NOW + 5000));
    expect(account.streamNames()).toEqual(['other']);
  });

  it('are gone even if the stream was deleted without its account', () => {
    const account = accountWith({ deletingMs: 5000 });
    unwrap(account.stream('orders')!.deleteStream({ StreamName: 'orders' }, NOW));
    expect(account.call('DescribeStream', { StreamName: 'orders' }, NOW + 5000).ok).toBe(false);
    expect(unwrap(restoreAccount(account.snapshot())).snapshot()).toEqual(account.snapshot());
  });

  it('free the name of a consumer', () => {
    const account = accountWith({ deletingMs: 5000 });
    unwrap(account.call('RegisterStreamConsumer', CONSUMER, NOW));
    unwrap(account.call('DeregisterStreamConsumer', CONSUMER, NOW + 1));
    expect(account.call('RegisterStreamConsumer', CONSUMER, NOW + 5000).ok).toBe(false);
    unwrap(account.call('RegisterStreamConsumer', CONSUMER, NOW + 5001));
  });
});

describe('tags', () => {
  it('adds, lists and removes them', () => {
    const account = createAccount(CONTEXT);
    const Tags = { b: '2', ['__proto__']: 'p' };
    unwrap(account.call('CreateStream', { StreamName: 'orders', ShardCount: 1, Tags }, NOW));
    unwrap(account.call('AddTagsToStream', { StreamName: 'orders', Tags: { a: '1' } }, NOW));
    unwrap(account.call('TagResource', { ResourceARN: ARN, Tags: { b: '3' } }, NOW));
    const all = [
      { Key: '__proto__', Value: 'p' },
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '3' },
    ];
    expect(unwrap(account.call('ListTagsForResource', { ResourceARN: ARN }, NOW))).toEqual({
      Tags: all,
    });
    expect(
      unwrap(account.call('ListTagsForStream', { StreamName: 'orders', Limit: 2 }, NOW)),
    ).toEqual({ Tags: all.slice(0, 2), HasMoreTags: true });
    const rest = { StreamName: 'orders', ExclusiveStartTagKey: 'a' };
    expect(unwrap(account.call('ListTagsForStream', rest, NOW))).toEqual({
      Tags: all.slice(2),
      HasMoreTags: false,
    });
    const TagKeys = ['a', 'none'];
    unwrap(account.call('RemoveTagsFromStream', { StreamName: 'orders', TagKeys }, NOW));
    unwrap(account.call('UntagResource', { ResourceARN: ARN, TagKeys: ['b'] }, NOW));
    expect(unwrap(account.call('ListTagsForResource', { ResourceARN: ARN }, NOW)).Tags).toEqual(
      all.slice(0, 1),
    );
  });

  // The messages and the inputs are those of kinesalite's tests, which ran on AWS.
  it.each([
    [
      ['abc;def'],
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @ :.',
    ],
    [
      ['abc\tdef'],
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @ :.',
    ],
    [
      ['abc%def'],
      "Failed to remove tags from stream orders under account 123456789012 because some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@',':'.",
    ],
    [['ü0 _.', '/=+-@:'], undefined],
  ])('checks the characters of %o', (TagKeys, message) => {
    const result = accountWith().call(
      'RemoveTagsFromStream',
      { StreamName: 'orders', TagKeys },
      NOW,
    );
    expect(faultOf(result)).toBe(
      message === undefined ? 'ok' : `InvalidArgumentException: ${message}`,
    );
  });

  it('refuses the 51st', () => {
    const account = accountWith();
    const tagsFrom = (first: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${first + i}`, '']));
    unwrap(account.call('AddTagsToStream', { StreamName: 'orders', Tags: tagsFrom(0, 50) }, NOW));
    const request = { StreamName: 'orders', Tags: tagsFrom(50, 1) };
    expect(faultOf(account.call('AddTagsToStream', request, NOW))).toMatch(
      /^InvalidArgumentException: Failed to add tags to stream orders/,
    );
    const again = { StreamName: 'orders', Tags: tagsFrom(0, 50) };
    expect(account.call('AddTagsToStream', again, NOW).ok).toBe(true);
  });
});

describe('consumers', () => {
  const request = { StreamARN: ARN, ConsumerName: 'c' };

  it('registers, describes, lists and deregisters them', () => {
    const account = accountWith({ transitionMs: 100 });
    const { Consumer } = unwrap(account.call('RegisterStreamConsumer', request, NOW + 200));
    expect(Consumer).toEqual({
      ConsumerName: 'c',
      ConsumerARN: `${ARN}/consumer/c:1700000000`,
      ConsumerStatus: 'CREATING',
      ConsumerCreationTimestamp: new Date(NOW),
    });
    const { ConsumerARN } = Consumer;
    const described = account.call('DescribeStreamConsumer', { ConsumerARN }, NOW + 300);
    expect(unwrap(described).ConsumerDescription).toEqual({
      ...Consumer,
      ConsumerStatus: 'ACTIVE',
      StreamARN: ARN,
    });
    const listed = unwrap(account.call('ListStreamConsumers', { StreamARN: ARN }, NOW + 300));
    expect(listed).toEqual({ Consumers: [{ ...Consumer, ConsumerStatus: 'ACTIVE' }] });
    const summary = unwrap(account.call('DescribeStreamSummary', { StreamARN: ARN }, NOW + 300));
    expect(summary.StreamDescriptionSummary.ConsumerCount).toBe(1);
    expect(faultOf(account.call('RegisterStreamConsumer', request, NOW + 300))).toMatch(
      /^ResourceInUseException/,
    );
    unwrap(account.call('DeregisterStreamConsumer', request, NOW + 300));
    expect(
      unwrap(account.call('DescribeStreamConsumer', request, NOW + 399)).ConsumerDescription
        .ConsumerStatus,
    ).toBe('DELETING');
    expect(faultOf(account.call('DescribeStreamConsumer', request, NOW + 400))).toMatch(
      /^ResourceNotFoundException/,
    );
  });

  it('allows 20 per stream, and 5 in CREATING', () => {
    const account = accountWith({ creatingMs: 100 });
    const register = (i: number, nowMs: number) =>
      faultOf(
        account.call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: `c${i}` }, nowMs),
      );
    for (let i = 0; i < 5; i++) expect(register(i, NOW + 100)).toBe('ok');
    expect(register(5, NOW + 199)).toMatch(/^LimitExceededException: .* 5 consumers in CREATING/);
    for (let i = 5; i < 20; i++) expect(register(i, NOW + 100 * i)).toBe('ok');
    expect(register(20, NOW + 9000)).toMatch(/^LimitExceededException: .* 20 consumers\. /);
  });

  it('keeps a stream with consumers unless the request says otherwise', () => {
    const account = accountWith();
    unwrap(account.call('RegisterStreamConsumer', request, NOW));
    expect(faultOf(account.call('DeleteStream', { StreamName: 'orders' }, NOW))).toMatch(
      /^ResourceInUseException/,
    );
    const enforced = { StreamName: 'orders', EnforceConsumerDeletion: true };
    unwrap(account.call('DeleteStream', enforced, NOW));
    expect(account.streamNames()).toEqual([]);
  });
});

describe('policies', () => {
  it('keeps the policy of a stream', () => {
    const account = accountWith();
    const resource = { ResourceARN: ARN };
    expect(faultOf(account.call('GetResourcePolicy', resource, NOW))).toMatch(
      /^ResourceNotFoundException/,
    );
    unwrap(account.call('PutResourcePolicy', { ...resource, Policy: '{}' }, NOW));
    expect(unwrap(account.call('GetResourcePolicy', resource, NOW))).toEqual({ Policy: '{}' });
    unwrap(account.call('DeleteResourcePolicy', resource, NOW));
    expect(account.call('GetResourcePolicy', resource, NOW).ok).toBe(false);
  });
});

describe('settings', () => {
  const StreamName = 'orders';
  const encryption = { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const;
  const record = { StreamName, PartitionKey: 'k', Data: new Uint8Array(1) };

  it('encrypts once the stream is ACTIVE again', () => {
    const account = accountWith({ updatingMs: 10 });
    unwrap(account.call('StartStreamEncryption', encryption, NOW));
    const statusAt = (nowMs: number) =>
      unwrap(account.call('DescribeStreamSummary', { StreamName }, nowMs)).StreamDescriptionSummary;
    expect(statusAt(NOW + 9)).toMatchObject({ StreamStatus: 'UPDATING', EncryptionType: 'KMS' });
    expect(unwrap(account.call('PutRecord', record, NOW + 9)).EncryptionType).toBe(undefined);
    expect(unwrap(account.call('PutRecord', record, NOW + 10)).EncryptionType).toBe('KMS');
    expect(statusAt(NOW + 10)).toMatchObject({
      StreamStatus: 'ACTIVE',
      KeyId: 'alias/aws/kinesis',
    });
    unwrap(account.call('StopStreamEncryption', encryption, NOW + 10));
    expect(unwrap(account.call('PutRecord', record, NOW + 19)).EncryptionType).toBe('KMS');
    expect(unwrap(account.call('PutRecord', record, NOW + 20)).EncryptionType).toBe(undefined);
    expect(statusAt(NOW + 20)).not.toHaveProperty('KeyId');
  });

  it('changes the mode at most twice in 24 hours', () => {
    const account = accountWith();
    const set = (StreamMode: 'ON_DEMAND' | 'PROVISIONED', nowMs: number) =>
      faultOf(
        account.call(
          'UpdateStreamMode',
          { StreamARN: ARN, StreamModeDetails: { StreamMode } },
          nowMs,
        ),
      );
    expect(set('ON_DEMAND', NOW)).toBe('ok');
    expect(set('ON_DEMAND', NOW)).toBe('ok');
    expect(set('PROVISIONED', NOW + 1)).toBe('ok');
    expect(set('ON_DEMAND', NOW + 2)).toMatch(/^LimitExceededException/);
    expect(set('ON_DEMAND', NOW + 86_400_000)).toBe('ok');
  });

  it('enables and disables metrics', () => {
    const account = accountWith();
    const enable = { StreamName, ShardLevelMetrics: ['OutgoingBytes', 'IncomingBytes'] } as const;
    expect(unwrap(account.call('EnableEnhancedMonitoring', enable, NOW))).toEqual({
      StreamName,
      StreamARN: ARN,
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
    });
    const disable = { StreamName, ShardLevelMetrics: ['ALL'] } as const;
    expect(
      unwrap(account.call('DisableEnhancedMonitoring', disable, NOW)).DesiredShardLevelMetrics,
    ).toEqual([]);
  });

  it('sets AUTO on an on-demand stream only', () => {
    const account = accountWith();
    const auto = { StreamARN: ARN, RecordDistributionStrategy: 'AUTO' } as const;
    expect(faultOf(account.call('UpdateStreamRecordDistributionStrategy', auto, NOW))).toMatch(
      /^InvalidArgumentException/,
    );
    const onDemand = { StreamARN: ARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const;
    unwrap(account.call('UpdateStreamMode', onDemand, NOW));
    unwrap(account.call('UpdateStreamRecordDistributionStrategy', auto, NOW));
    const keyless = { StreamName, Data: new Uint8Array(1) };
    const shardIds = [1, 2].map(() => unwrap(account.call('PutRecord', keyless, NOW)).ShardId);
    expect(new Set(shardIds).size).toBe(2);
  });
});

describe('reading', () => {
  it('reads a shard to its end, and names its children', () => {
    const account = accountWith();
    const stored = [0, 1, 2].map((i) => {
      const record = { StreamName: 'orders', PartitionKey: 'a', Data: Uint8Array.of(i) };
      const put = account.call('PutRecord', record, NOW + i);
      if (!put.ok) throw new Error(put.fault.message);
      return { ...record, ...put.accepted };
    });
    const ShardId = stored[0]!.shardId;
    const position = { StreamName: 'orders', ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = unwrap(account.call('GetShardIterator', position, NOW + 10));
    const reading = unwrap(account.call('GetRecords', { ShardIterator, Limit: 2 }, NOW + 10));
    expect(reading).toMatchObject({ streamName: 'orders', shardId: ShardId, shardIndex: 0 });
    const page = reading.toResponse(stored);
    expect(page.Records.map(({ Data }) => Data[0])).toEqual([0, 1]);
    expect(page.MillisBehindLatest).toBe(8);
    const split = { StreamName: 'orders', ShardToSplit: ShardId, NewStartingHashKey: '7' };
    unwrap(account.call('SplitShard', split, NOW + 20));
    const last = unwrap(
      account.call('GetRecords', { ShardIterator: page.NextShardIterator }, NOW + 20),
    ).toResponse(stored);
    expect(last.Records).toHaveLength(1);
    expect('NextShardIterator' in last).toBe(false);
    expect(last.ChildShards?.map(({ ShardId: id, ParentShards }) => [id, ParentShards])).toEqual([
      ['shardId-000000000002', [ShardId]],
      ['shardId-000000000003', [ShardId]],
    ]);
  });

  it('refuses iterators of others, altered and expired ones', () => {
    const account = accountWith();
    const request = {
      StreamName: 'orders',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'LATEST',
    } as const;
    const ShardIterator = unwrap(account.call('GetShardIterator', request, NOW)).ShardIterator!;
    const read = (from: Account, text: string, nowMs: number) =>
      faultOf(from.call('GetRecords', { ShardIterator: text }, nowMs));
    expect(read(account, ShardIterator, NOW + 300_000)).toBe('ok');
    expect(read(account, ShardIterator, NOW + 300_001)).toBe(
      'ExpiredIteratorException: Iterator expired. The iterator was created at time Tue Nov 14 22:13:20 UTC 2023 while right now it is Tue Nov 14 22:18:20 UTC 2023 which is further in the future than the tolerated delay of 300000 milliseconds.',
    );
    const invalid = 'InvalidArgumentException: Invalid ShardIterator.';
    expect(read(account, `${ShardIterator}x`, NOW)).toBe(invalid);
    expect(read(accountWith({ region: 'eu-west-1' }), ShardIterator, NOW)).toBe(invalid);
    unwrap(account.call('DeleteStream', { StreamName: 'orders' }, NOW + 1));
    expect(read(account, ShardIterator, NOW + 1)).toBe(
      'ResourceNotFoundException: Shard shardId-000000000000 in stream orders under account 123456789012 does not exist',
    );
    unwrap(account.call('CreateStream', { StreamName: 'orders', ShardCount: 1 }, NOW + 2));
    expect(read(account, ShardIterator, NOW + 2)).toBe(invalid);
  });

  it('refuses forged iterators, whatever is in them', () => {
    const account = accountWith();
    const read = (content: string) => {
      const ShardIterator = sealToken(content, 'GetRecords:123456789012:us-east-1');
      const reading = account.call('GetRecords', { ShardIterator }, NOW);
      return reading.ok ? reading.value.toResponse([]).Records.length : faultOf(reading);
    };
    expect(read(`${NOW}/${NOW}/0/t${NOW}/orders`)).toBe(0);
    expect(read(`${NOW}/${NOW}/0/b0/orders`)).toBe(0);
    for (const content of [
      '',
      'x',
      '////',
      `${NOW}/${NOW}/0/t${NOW}`,
      `${NOW}/${NOW}/-1/t${NOW}/orders`,
      `${NOW}/${NOW}/2147483648/t${NOW}/orders`,
      `${NOW}/${NOW}/0//orders`,
      `${NOW}/${NOW}/0/t/orders`,
      `${NOW}/${NOW}/0/tNaN/orders`,
      `${NOW}/${NOW}/0/a007/orders`,
      `${NOW}/${NOW}/0/b${'9'.repeat(130)}/orders`,
      `${NOW}/${NOW}/0/LATEST/orders`,
    ]) {
      expect(read(content), content).toBe('InvalidArgumentException: Invalid ShardIterator.');
    }
  });
});

describe('snapshots', () => {
  it('restores the account, and goes on after the last records', () => {
    const account = accountWith({ deletingMs: 100 });
    unwrap(account.call('RegisterStreamConsumer', { StreamARN: ARN, ConsumerName: 'c' }, NOW));
    const Tags = { a: 'b' };
    unwrap(account.call('CreateStream', { StreamName: 'gone', ShardCount: 1, Tags }, NOW));
    unwrap(account.call('DeleteStream', { StreamName: 'gone' }, NOW));
    const text = JSON.stringify(account.snapshot());
    const revision = account.revision;
    const record = { StreamName: 'orders', PartitionKey: 'a', Data: new Uint8Array(1) };
    const last = unwrap(account.call('PutRecord', record, NOW + 5)).SequenceNumber;
    expect(account.revision).toBe(revision);
    const restored = unwrap(restoreAccount(JSON.parse(text)));
    expect(JSON.stringify(restored.snapshot())).toBe(text);
    const lastSequenceNumbers = new Map([['orders', [last]]]);
    const resumed = unwrap(restoreAccount(JSON.parse(text), { lastSequenceNumbers }));
    const next = unwrap(resumed.call('PutRecord', record, NOW + 5)).SequenceNumber;
    expect(next).toBe(unwrap(account.call('PutRecord', record, NOW + 5)).SequenceNumber);
    const foreign = restoreAccount(JSON.parse(text), {
      lastSequenceNumbers: new Map([['none', [last]]]),
    });
    expect(faultOf(foreign)).toBe(
      "InvalidSnapshot: lastSequenceNumbers must be of streams of the snapshot: got the string 'none'",
    );
  });
});
