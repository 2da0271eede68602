/**
 * The emulator: an account, which decides, and a store of its records. The account answers every
 * operation; only puts and GetRecords involve the store.
 */

import {
  type AcceptedRecord,
  type Account,
  type AccountContext,
  createAccount,
  type Fault,
  type OperationName,
  type PutRecordInput,
  type PutRecordsInput,
  type RecordReading,
} from 'shardline';
import { Disk } from './disk.ts';
import { RecordStore } from './record-store.ts';

/** A value, or the service's error. */
export type Answer =
  | { readonly ok: true; readonly value: object }
  | { readonly ok: false; readonly fault: Fault };

/** The operations that are served: all except the one whose response is a stream of events. */
export type Operation = Exclude<OperationName, 'SubscribeToShard'>;

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

  /** Answers a request. Request and response have the SDK's shapes. */
  call(operation: Operation, request: object): Answer {
    const result = this.#account.call(operation, request as never, this.#now());
    if (!result.ok) return result;
    let value: object = result.value;
    if (operation === 'PutRecord') {
      const { accepted } = result as unknown as { accepted: AcceptedRecord };
      this.#keep(request as PutRecordInput, [request as PutRecordInput], [accepted]);
    } else if (operation === 'PutRecords') {
      const { accepted } = result as unknown as { accepted: (AcceptedRecord | undefined)[] };
      this.#keep(request as PutRecordsInput, (request as PutRecordsInput).Records!, accepted);
    } else if (operation === 'GetRecords') {
      const reading = value as RecordReading;
      value = reading.answer(this.#store.read(reading));
    }
    // The records come first: a snapshot may be older than they are, but not newer.
    this.#disk?.save(this.#account);
    return { ok: true, value };
  }

  #keep(
    { StreamName, StreamARN }: Pick<PutRecordInput, 'StreamName' | 'StreamARN'>,
    records: readonly Pick<PutRecordInput, 'Data' | 'PartitionKey'>[],
    accepted: readonly (AcceptedRecord | undefined)[],
  ): void {
    const streamName = StreamName ?? StreamARN!.split('/')[1]!;
    for (const [i, record] of accepted.entries()) {
      if (record === undefined) continue;
      const { Data, PartitionKey = '' } = records[i]!;
      const { shardId, sequenceNumber, arrivedAtMs } = record;
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
