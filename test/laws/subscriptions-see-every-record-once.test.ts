/**
 * A consumer that subscribes to a shard, and again with the last ContinuationSequenceNumber, sees
 * every record once and in order, to the end of the shard.
 *
 * Oracle: the list of all records ever put.
 */

import fc from 'fast-check';
import {
  createAccount,
  type ReadableRecord,
  type ShardSubscription,
  type SubscribeToShardInput,
  unwrap,
} from 'shardline';
import { expect, it } from 'vitest';
import '../support/arbitraries.ts';

const StreamName = 'orders';
const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/orders';
const SHARD = 'shardId-000000000000';
const START_MS = 1_700_000_000_000;

type Step = { readonly do: 'put' | 'read' | 'subscribe' | 'split' } | { readonly wait: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'put' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'read' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'subscribe' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'split' }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 1000, 4999, 5000).map((wait) => ({ wait })) },
);

/** The types of position that see only what is put from now on, and those that see everything. */
const starts = fc.constantFrom('LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP');

/** A reader of one shard, and the oracle beside it. */
class Reader {
  readonly account = createAccount({ accountId: '123456789012', region: 'us-east-1' });
  readonly #records: ReadableRecord[] = [];
  readonly #arn: string;
  readonly #seen: string[] = [];
  #nowMs = START_MS;
  #first: number | undefined;
  #subscription: ShardSubscription | undefined;
  #isAtEnd = false;
  #position: SubscribeToShardInput['StartingPosition'];

  constructor(type: 'LATEST' | 'TRIM_HORIZON' | 'AT_TIMESTAMP') {
    const { account } = this;
    unwrap(account.call('CreateStream', { StreamName, ShardCount: 1 }, START_MS));
    const request = { StreamARN: ARN, ConsumerName: 'reader' };
    const { Consumer } = unwrap(account.call('RegisterStreamConsumer', request, START_MS));
    this.#arn = Consumer.ConsumerARN;
    this.#position = { Type: type };
  }

  take(one: Step): void {
    if ('wait' in one) this.#nowMs += one.wait;
    else this[one.do]();
  }

  put(): void {
    // Half of the records of a split shard go to its children.
    const request = {
      StreamName,
      PartitionKey: 'a',
      ExplicitHashKey: '0',
      Data: new Uint8Array(1),
    };
    const result = this.account.call('PutRecord', request, this.#nowMs);
    if (result.ok && result.accepted.shardId === SHARD) {
      this.#records.push({ ...request, ...result.accepted });
    }
  }

  split(): void {
    const request = { StreamName, ShardToSplit: SHARD, NewStartingHashKey: '5' };
    this.account.call('SplitShard', request, this.#nowMs);
  }

  subscribe(): void {
    if (this.#isAtEnd) return;
    const at = this.#position!;
    const isTime = at.Type === 'AT_TIMESTAMP';
    const StartingPosition = isTime ? { ...at, Timestamp: new Date(this.#nowMs) } : at;
    const request = { ConsumerARN: this.#arn, ShardId: SHARD, StartingPosition };
    const result = this.account.call('SubscribeToShard', request, this.#nowMs);
    if (!result.ok) return;
    this.#subscription = result.value;
    this.#first ??= isTime
      ? this.#records.filter(({ arrivedAtMs }) => arrivedAtMs < this.#nowMs).length
      : at.Type === 'LATEST'
        ? this.#records.length
        : 0;
    // Without an event there is no number to go on with.
    this.read();
  }

  read(): void {
    const reading = this.#subscription?.read(this.#nowMs);
    if (reading === undefined) return;
    const event = unwrap(reading).toEvent(this.#records);
    this.#seen.push(...event.Records.map(({ SequenceNumber }) => SequenceNumber));
    const SequenceNumber = event.ContinuationSequenceNumber;
    this.#isAtEnd = SequenceNumber === undefined;
    if (this.#isAtEnd) expect(event.ChildShards).toHaveLength(2);
    else this.#position = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber };
  }

  check(): void {
    const numbers = this.#records.map(({ sequenceNumber }) => sequenceNumber);
    expect(this.#seen).toEqual(numbers.slice(this.#first ?? numbers.length));
  }

  finish(): void {
    this.#nowMs += 5000;
    this.subscribe();
    this.read();
    this.check();
  }
}

it('a consumer that subscribes again and again sees every record once', () => {
  fc.assert(
    fc.property(starts, fc.array(step, { maxLength: 30 }), (type, steps) => {
      const reader = new Reader(type as 'LATEST');
      for (const one of steps) reader.take(one);
      reader.finish();
    }),
  );
});
