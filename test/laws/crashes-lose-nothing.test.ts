/**
 * A crash at any point loses nothing, if the store keeps the last number of each shard with its
 * records and saves a snapshot of the account when its revision changes. The restored account goes
 * on as if nothing had happened, except that its token buckets are full.
 *
 * `FC_NUM_RUNS=10000` crashes 10,000 times.
 */

import fc from 'fast-check';
import {
  type AcceptedRecord,
  type Account,
  type AccountSnapshot,
  compareSequenceNumbers,
  createAccount,
  type OperationName,
  restoreAccount,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  type AccountCall,
  accountCalls,
  type LifeContext,
  lifeOf,
} from '../support/account-calls.ts';
import '../support/property-runs.ts';
import { CONTEXT } from '../support/streams.ts';

/** Operations that change how records are numbered, each several times as likely as others. */
const OPERATIONS: readonly OperationName[] = [
  ...new Array<OperationName>(12).fill('PutRecord'),
  ...new Array<OperationName>(6).fill('PutRecords'),
  ...new Array<OperationName>(4).fill('SplitShard'),
  ...new Array<OperationName>(4).fill('MergeShards'),
  'UpdateShardCount',
  'CreateStream',
  'DeleteStream',
  'IncreaseStreamRetentionPeriod',
  'DecreaseStreamRetentionPeriod',
  'UpdateMaxRecordSize',
  'UpdateStreamMode',
  'StartStreamEncryption',
  'StopStreamEncryption',
  'TagResource',
  'DescribeStream',
  'ListShards',
];

/** The data that an embedder keeps on disk. */
interface Disk {
  snapshot: AccountSnapshot;
  revision: number;
  /** The last number of each shard, by stream and shard. */
  readonly last: Map<string, Map<string, string>>;
}

/** An account with its disk. */
class Embedder {
  readonly disk: Disk;
  readonly account: Account;
  /** Every number ever assigned, by this account and by those that it was restored from. */
  readonly numbers: Set<string>;

  constructor(account: Account, numbers: ReadonlySet<string> = new Set()) {
    this.account = account;
    this.numbers = new Set(numbers);
    this.disk = { snapshot: copy(account.snapshot()), revision: account.revision, last: new Map() };
  }

  call({ operation, request, nowMs }: AccountCall, crashesBeforeSave = false): unknown {
    const result = this.account.call(operation, request as never, nowMs);
    const { StreamName } = request as { StreamName: string };
    if (operation === 'CreateStream' && (result as { ok: boolean }).ok) this.#forget(StreamName);
    for (const accepted of acceptedOf(result)) this.#store(StreamName, accepted);
    if (!crashesBeforeSave && this.account.revision !== this.disk.revision) this.#save();
    return result;
  }

  /** Forgets the records of an earlier stream of the same name. */
  #forget(name: string): void {
    this.disk.last.delete(name);
    for (const number of this.numbers) {
      if (number.startsWith(`${name} `)) this.numbers.delete(number);
    }
  }

  #store(name: string, { shardId, sequenceNumber }: AcceptedRecord): void {
    expect(this.numbers).not.toContain(`${name} ${sequenceNumber}`);
    this.numbers.add(`${name} ${sequenceNumber}`);
    const shards = this.disk.last.get(name) ?? new Map<string, string>();
    const before = shards.get(shardId);
    if (before !== undefined) expect(compareSequenceNumbers(sequenceNumber, before)).toBe(1);
    this.disk.last.set(name, shards.set(shardId, sequenceNumber));
  }

  /** Saves a snapshot, and forgets the numbers of streams and shards that are not in it. */
  #save(): void {
    const { disk, account } = this;
    disk.snapshot = copy(account.snapshot());
    disk.revision = account.revision;
    const streams = new Map(disk.snapshot.streams.map(({ stream }) => [stream.streamName, stream]));
    for (const [name, shards] of disk.last) {
      const indexes = new Set(streams.get(name)?.shards.map(({ shardIndex }) => shardIndex));
      for (const shardId of shards.keys()) {
        if (!indexes.has(Number(shardId.slice(8)))) shards.delete(shardId);
      }
      if (shards.size === 0) disk.last.delete(name);
    }
  }

  /** Returns the account that is restored from the disk. */
  restart(): Embedder {
    const { snapshot, last } = this.disk;
    const pairs = [...last].map(([name, shards]): [string, string[]] => [
      name,
      [...shards.values()],
    ]);
    const account = unwrap(restoreAccount(snapshot, { lastSequenceNumbers: pairs }));
    const restarted = new Embedder(account, this.numbers);
    for (const [name, shards] of last) restarted.disk.last.set(name, new Map(shards));
    return restarted;
  }
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/**
 * Removes arrival times. A sequence number restores only the second of an arrival, which matters if
 * the clock steps back.
 */
function withoutArrival(snapshot: AccountSnapshot): unknown {
  const text = JSON.stringify(snapshot, (name, value) => (name === 'arrivedAtMs' ? 0 : value));
  return JSON.parse(text);
}

/**
 * Removes the AUTO strategy. Its turns are not on disk, because they only decide where the next
 * record goes.
 */
function withoutAuto(calls: readonly AccountCall[]): AccountCall[] {
  return calls.map((call) => {
    const request = { ...call.request, RecordDistributionStrategy: undefined };
    return call.operation === 'CreateStream' ? { ...call, request } : call;
  });
}

function withoutStepsBack(calls: readonly AccountCall[]): AccountCall[] {
  let latestMs = 0;
  return calls.map((call) => {
    latestMs = Math.max(latestMs, call.nowMs);
    return { ...call, nowMs: latestMs };
  });
}

function acceptedOf(result: unknown): AcceptedRecord[] {
  const { accepted } = result as { accepted?: AcceptedRecord | (AcceptedRecord | undefined)[] };
  return [accepted ?? []].flat().filter((record) => record !== undefined);
}

function embedderOf(context: LifeContext, throughput: 'enforced' | 'unlimited'): Embedder {
  return new Embedder(createAccount({ ...CONTEXT, ...context, throughput }));
}

const lives = fc.record({
  life: lifeOf(accountCalls(OPERATIONS), 60),
  crash: fc.nat(),
  isBeforeSave: fc.boolean(),
});

describe('an account that is restored after a crash', () => {
  it('goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(lives, ({ life, crash, isBeforeSave }) => {
        const { context } = life;
        const calls = withoutAuto(withoutStepsBack(life.calls));
        const original = embedderOf(context, 'unlimited');
        const at = 1 + (crash % calls.length);
        for (const call of calls.slice(0, at - 1)) original.call(call);
        // A call whose effect is not on the disk was not answered: it never happened. A put is on
        // the disk once its record is.
        const last = calls[at - 1]!;
        const isPut = last.operation.startsWith('PutRecord');
        original.call(last, isBeforeSave && isPut);
        const restored = original.restart();
        for (const call of calls.slice(at)) {
          expect(restored.call(call)).toEqual(original.call(call));
        }
        // A put makes a reshard current whose time has come, where it is still pending.
        const { nowMs } = calls.at(-1)!;
        for (const StreamName of original.account.streamNames()) {
          const request = { StreamName, PartitionKey: 'a', Data: new Uint8Array(1) };
          for (const { account } of [original, restored]) account.call('PutRecord', request, nowMs);
        }
        const states = [restored, original].map(({ account }) =>
          withoutArrival(account.snapshot()),
        );
        expect(states[0]).toEqual(states[1]);
      }),
    );
  });

  it('never assigns a number twice, whatever the token buckets say', () => {
    fc.assert(
      fc.property(lives, fc.nat(), ({ life: { context, calls }, crash }, second) => {
        let embedder = embedderOf(context, 'enforced');
        const crashes = [crash % calls.length, second % calls.length];
        for (const [i, call] of calls.entries()) {
          const isPut = call.operation.startsWith('PutRecord');
          embedder.call(call, isPut && crashes.includes(i));
          if (crashes.includes(i)) embedder = embedder.restart();
        }
      }),
    );
  });
});
