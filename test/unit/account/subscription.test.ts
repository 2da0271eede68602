import { describe, expect, it } from 'vitest';
import type {
  Account,
  AccountContext,
  FaultResult,
  ReadableRecord,
  ShardSubscription,
  SubscribeToShardEvent,
  SubscribeToShardInput,
} from '../../../src/index.ts';
import { createAccount, unwrap } from '../../../src/index.ts';

const NOW = 1_700_000_000_000;
const MINUTE_MS = 60_000;
const StreamName = 'orders';
const STREAM_ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';
const ARN = `${STREAM_ARN}/consumer/reader:1700000000`;
const REQUEST: SubscribeToShardInput = {
  ConsumerARN: ARN,
  ShardId: 'shardId-000000000000',
  StartingPosition: { Type: 'TRIM_HORIZON' },
};
const IN_USE =
  'ResourceInUseException: Another active subscription exists for this consumer: 123456789012:orders:shardId-000000000000:reader';
const CONSUMER_GONE =
  'ResourceNotFoundException: Consumer reader under stream orders under account 123456789012 not found.';

/** An account with one stream of one shard and one consumer, and what is put. */
class World {
  readonly account: Account;
  readonly records: ReadableRecord[] = [];

  constructor(context: Partial<AccountContext> = {}) {
    this.account = createAccount({ accountId: '123456789012', region: 'us-east-1', ...context });
    unwrap(this.account.call('CreateStream', { StreamName, ShardCount: 1 }, NOW));
    const consumer = { StreamARN: STREAM_ARN, ConsumerName: 'reader' };
    unwrap(this.account.call('RegisterStreamConsumer', consumer, NOW));
  }

  put(nowMs: number, bytes = 1): string {
    const request = { StreamName, PartitionKey: 'a', Data: new Uint8Array(bytes) };
    const result = this.account.call('PutRecord', request, nowMs);
    const { SequenceNumber } = unwrap(result);
    if (result.ok) this.records.push({ ...request, ...result.accepted });
    return SequenceNumber;
  }

  subscribe(nowMs: number, request: Partial<SubscribeToShardInput> = {}): ShardSubscription {
    return unwrap(this.account.call('SubscribeToShard', { ...REQUEST, ...request }, nowMs));
  }

  /** The fault of a request, or ok. */
  ask(nowMs: number, request: Partial<SubscribeToShardInput> = {}): string {
    return faultTextOf(this.account.call('SubscribeToShard', { ...REQUEST, ...request }, nowMs));
  }

  event(subscription: ShardSubscription, nowMs: number): SubscribeToShardEvent {
    return unwrap(subscription.read(nowMs)!).toEvent(this.records);
  }

  split(nowMs: number): void {
    const request = { StreamName, ShardToSplit: '0', NewStartingHashKey: `${2n ** 127n}` };
    unwrap(this.account.call('SplitShard', request, nowMs));
  }
}

function faultTextOf(result: { readonly ok: true } | FaultResult): string {
  return result.ok ? 'ok' : `${result.fault.code}: ${result.fault.message}`;
}

const numbersOf = ({ Records }: SubscribeToShardEvent) =>
  Records.map(({ SequenceNumber }) => SequenceNumber);

describe('who may subscribe', () => {
  it('an ACTIVE consumer only', () => {
    const world = new World({ creatingMs: 100, deletingMs: 100 });
    const notActive =
      'ResourceInUseException: Consumer reader with creation timestamp 1700000000 under stream orders and account 123456789012 is not in ACTIVE status.';
    expect(world.ask(NOW + 99)).toBe(notActive);
    expect(world.ask(NOW + 100)).toBe('ok');
    unwrap(world.account.call('DeregisterStreamConsumer', { ConsumerARN: ARN }, NOW + 9000));
    expect(world.ask(NOW + 9099)).toBe(notActive);
    expect(world.ask(NOW + 9100)).toBe(CONSUMER_GONE);
  });

  it('to a shard that exists, from a position in it', () => {
    const world = new World();
    expect(world.ask(NOW, { ConsumerARN: ARN.replace('1700000000', '1700000001') })).toBe(
      CONSUMER_GONE,
    );
    expect(world.ask(NOW, { ShardId: 'shardId-000000000007' })).toBe(
      'ResourceNotFoundException: Shard shardId-000000000007 in stream orders under account 123456789012 does not exist',
    );
    const StartingPosition = { Type: 'AFTER_SEQUENCE_NUMBER' } as const;
    expect(world.ask(NOW, { StartingPosition })).toMatch(/^InvalidArgumentException: Must either/);
  });

  it('once: a second call takes over after five seconds', () => {
    const world = new World();
    const first = world.subscribe(NOW);
    expect(world.ask(NOW + 4999)).toBe(IN_USE);
    world.event(first, NOW + 4999);
    const second = world.subscribe(NOW + 5000);
    expect(faultTextOf(first.read(NOW + 5000)!)).toBe(IN_USE);
    world.event(second, NOW + 5000);
    // A clock that steps back does not lock the shard.
    expect(world.ask(NOW + 4000)).toBe('ok');
  });

  it('to each shard, and with each consumer', () => {
    const world = new World();
    world.subscribe(NOW);
    const other = { StreamARN: STREAM_ARN, ConsumerName: 'other' };
    const { Consumer } = unwrap(world.account.call('RegisterStreamConsumer', other, NOW));
    world.subscribe(NOW, { ConsumerARN: Consumer.ConsumerARN });
    world.split(NOW + 1);
    world.subscribe(NOW + 2, { ShardId: 'shardId-000000000001' });
  });

  it('not with a dry run, which leaves no subscription behind', () => {
    const world = new World();
    expect(world.ask(NOW, { DryRun: true })).toMatch(/^DryRunOperationException/);
    world.subscribe(NOW);
    expect(world.ask(NOW, { DryRun: true })).toBe(IN_USE);
  });
});

describe('the events of a subscription', () => {
  it('hold each record once, and say where to go on', () => {
    const world = new World();
    const [a, b] = [world.put(NOW), world.put(NOW + 1)];
    const subscription = world.subscribe(NOW + 10);
    expect(subscription).toMatchObject({ streamName: StreamName, shardIndex: 0 });
    const first = world.event(subscription, NOW + 10);
    expect(numbersOf(first)).toEqual([a, b]);
    expect(first).toEqual({
      Records: expect.anything(),
      ContinuationSequenceNumber: b,
      MillisBehindLatest: 0,
    });
    const empty = world.event(subscription, NOW + 20);
    expect(empty).toEqual({
      Records: [],
      ContinuationSequenceNumber: b,
      MillisBehindLatest: 0,
    });
    const c = world.put(NOW + 30);
    expect(numbersOf(world.event(subscription, NOW + 30))).toEqual([c]);
    expect(subscription.position).toEqual({ afterSequenceNumber: c });
  });

  it.each([
    ['TRIM_HORIZON', undefined],
    ['LATEST', undefined],
    ['AT_TIMESTAMP', new Date(NOW + 5)],
  ] as const)('say where to go on before the first record, from %s', (Type, Timestamp) => {
    const world = new World();
    if (Type !== 'TRIM_HORIZON') world.put(NOW);
    const subscription = world.subscribe(NOW + 5, { StartingPosition: { Type, Timestamp } });
    const { Records, ContinuationSequenceNumber } = world.event(subscription, NOW + 6);
    expect(Records).toEqual([]);
    const after = world.put(NOW + 7);
    const StartingPosition = {
      Type: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber: ContinuationSequenceNumber,
    } as const;
    const next = world.subscribe(NOW + 6000, { StartingPosition });
    expect(numbersOf(world.event(next, NOW + 6000))).toEqual([after]);
  });

  it('do not go back behind a number that was not assigned yet', () => {
    const world = new World();
    const last = world.put(NOW);
    const SequenceNumber = `${BigInt(last) + 2n ** 36n}`;
    for (const [i, Type] of (['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const).entries()) {
      const nowMs = NOW + i * 5000;
      const subscription = world.subscribe(nowMs, { StartingPosition: { Type, SequenceNumber } });
      const { ContinuationSequenceNumber } = world.event(subscription, nowMs);
      expect(ContinuationSequenceNumber).toBe(SequenceNumber);
    }
  });

  it('have at most 1,000 records', () => {
    const world = new World({ throughput: 'unlimited' });
    const numbers = Array.from({ length: 1001 }, (_, i) => world.put(NOW + i));
    const subscription = world.subscribe(NOW + 2000);
    const first = world.event(subscription, NOW + 2000);
    expect(numbersOf(first)).toEqual(numbers.slice(0, 1000));
    expect(first).toMatchObject({
      ContinuationSequenceNumber: numbers[999],
      MillisBehindLatest: 1000,
    });
    expect(numbersOf(world.event(subscription, NOW + 2000))).toEqual(numbers.slice(1000));
  });

  it('end after five minutes', () => {
    const world = new World();
    const subscription = world.subscribe(NOW);
    expect(subscription.endsAtMs).toBe(NOW + 5 * MINUTE_MS);
    world.event(subscription, NOW + 5 * MINUTE_MS - 1);
    expect(subscription.read(NOW + 5 * MINUTE_MS)).toBeUndefined();
    expect(subscription.read(NOW)).toBeUndefined();
    expect(() => subscription.read(-1)).toThrow(RangeError);
  });

  it('end with the children of a closed shard, also if the reader starts behind its records', () => {
    const world = new World();
    const number = world.put(NOW);
    const subscription = world.subscribe(NOW);
    // The reading was made before the split, so it does not end the shard.
    const early = unwrap(subscription.read(NOW)!);
    world.split(NOW + 1);
    const children = ['shardId-000000000001', 'shardId-000000000002'];
    expect(early.toEvent([])).not.toHaveProperty('ChildShards');
    const records = world.event(subscription, NOW + 1);
    expect(numbersOf(records)).toEqual([number]);
    expect(records).toMatchObject({ ContinuationSequenceNumber: number });
    const last = world.event(subscription, NOW + 1);
    expect(last.Records).toEqual([]);
    expect(last.ChildShards?.map(({ ShardId }) => ShardId)).toEqual(children);
    expect(last).not.toHaveProperty('ContinuationSequenceNumber');
    expect(subscription.read(NOW + 2)).toBeUndefined();
    const again = world.subscribe(NOW + 5000, { StartingPosition: { Type: 'LATEST' } });
    const { Records, ChildShards } = world.event(again, NOW + 5000);
    expect([Records, ChildShards?.length]).toEqual([[], 2]);
  });

  it('end with a fault once the consumer, the stream or the shard is gone', () => {
    const deregister = (world: World) =>
      unwrap(world.account.call('DeregisterStreamConsumer', { ConsumerARN: ARN }, NOW));
    const register = (world: World) => {
      const consumer = { StreamARN: STREAM_ARN, ConsumerName: 'reader' };
      unwrap(world.account.call('RegisterStreamConsumer', consumer, NOW));
    };
    const gone = new World();
    const subscription = gone.subscribe(NOW);
    deregister(gone);
    expect(faultTextOf(subscription.read(NOW)!)).toBe(CONSUMER_GONE);
    // A consumer registered in the same second has the same ARN.
    register(gone);
    expect(faultTextOf(subscription.read(NOW)!)).toBe(CONSUMER_GONE);

    const world = new World();
    const expiring = world.subscribe(NOW);
    world.split(NOW + 1);
    // The clock jumps.
    const later = world.subscribe(NOW + 86_399_000);
    expect(faultTextOf(later.read(NOW + 86_399_000 + 2000)!)).toMatch(
      /^ResourceNotFoundException: Shard shardId-000000000000 in stream orders/,
    );
    expect(expiring.read(NOW + 86_399_000)).toBeUndefined();
  });
});
