/**
 * The emulator: an account, which decides, and a store of its records. The account answers every
 * operation; only puts and reads involve the store.
 */

import {
  type AcceptedRecord,
  type Account,
  type AccountContext,
  type CreateStreamInput,
  createAccount,
  type OperationName,
  type PutRecordInput,
  type PutRecordsInput,
  type RecordReading,
  type Result,
  type ShardSubscription,
  type SubscribeToShardEvent,
} from 'shardline';
import { Disk } from './disk.ts';
import { RecordStore } from './record-store.ts';

/** The streams of one account in one region, and their records. */
export class Emulator {
  readonly #account: Account;
  readonly #store: RecordStore;
  readonly #disk: Disk | undefined;
  readonly #now: () => number;

  /**
   * @param file Where to keep the state between runs. Without it, nothing is kept.
   * @throws {RangeError} If the context is out of range.
   */
  constructor(context: AccountContext, now: () => number = Date.now, file?: string) {
    const disk = file === undefined ? undefined : new Disk(file);
    this.#account = disk?.restore(context) ?? createAccount(context);
    this.#store = new RecordStore(this.#account);
    for (const record of disk?.records ?? []) this.#store.add(record);
    disk?.save(this.#account);
    this.#disk = disk;
    this.#now = now;
  }

  /**
   * Answers a request. Request and response have the SDK's shapes, except that SubscribeToShard
   * returns a subscription.
   */
  call(operation: OperationName, request: object): Result<object> {
    const result = this.#account.call(operation, request as never, this.#now());
    if (!result.ok) return result;
    let value: object = result.value;
    if (operation === 'PutRecord') {
      const { accepted } = result as unknown as { accepted: AcceptedRecord };
      this.#keep([request as PutRecordInput], [accepted]);
    } else if (operation === 'PutRecords') {
      const { accepted } = result as unknown as { accepted: (AcceptedRecord | undefined)[] };
      this.#keep((request as PutRecordsInput).Records!, accepted);
    } else if (operation === 'CreateStream') {
      this.#disk?.forget((request as CreateStreamInput).StreamName!);
    } else if (operation === 'GetRecords') {
      const reading = value as RecordReading;
      value = reading.toResponse(this.#store.read(reading));
    }
    // The snapshot comes last: it may be older than the records, but not newer.
    this.#disk?.save(this.#account);
    return { ok: true, value };
  }

  /** Returns the next event of a subscription, or undefined once it is over. */
  readEvent(subscription: ShardSubscription): Result<SubscribeToShardEvent> | undefined {
    const reading = subscription.read(this.#now());
    if (!reading?.ok) return reading;
    return { ok: true, value: reading.value.toEvent(this.#store.read(reading.value)) };
  }

  #keep(
    records: readonly Pick<PutRecordInput, 'Data' | 'PartitionKey'>[],
    accepted: readonly (AcceptedRecord | undefined)[],
  ): void {
    for (const [i, record] of accepted.entries()) {
      if (record === undefined) continue;
      const { Data, PartitionKey } = records[i]!;
      const { streamName, shardId, sequenceNumber, arrivedAtMs } = record;
      const kept = {
        streamName,
        shardId,
        sequenceNumber,
        arrivedAtMs,
        Data: Data!,
        PartitionKey: PartitionKey ?? '',
      };
      this.#store.add(kept);
      this.#disk?.append(kept);
    }
  }
}
