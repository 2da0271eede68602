/** The records of an account, in memory. */

import type { Account, EventReading, ReadableRecord, RecordReading, Stream } from 'shardline';

/** A record as the store keeps it. */
export interface KeptRecord extends ReadableRecord {
  readonly streamName: string;
  readonly shardId: string;
  readonly PartitionKey: string;
}

export class RecordStore {
  readonly #account: Account;
  /**
   * The records by stream and shard, in the order of sequence numbers. A new stream with an old
   * name is a different object, so the records of a deleted stream go with it.
   */
  readonly #records = new WeakMap<Stream, Map<string, KeptRecord[]>>();

  constructor(account: Account) {
    this.#account = account;
  }

  add(record: KeptRecord): void {
    this.#listOf(record.streamName, record.shardId).push(record);
  }

  /** Returns the records of a shard, after dropping those that have expired. */
  read({
    streamName,
    shardId,
    trimHorizonMs,
  }: EventReading | RecordReading): readonly KeptRecord[] {
    const records = this.#listOf(streamName, shardId);
    const first = records.findIndex(({ arrivedAtMs }) => arrivedAtMs >= trimHorizonMs);
    records.splice(0, first === -1 ? records.length : first);
    return records;
  }

  #listOf(streamName: string, shardId: string): KeptRecord[] {
    const stream = this.#account.stream(streamName)!;
    const shards = this.#records.get(stream) ?? new Map<string, KeptRecord[]>();
    this.#records.set(stream, shards);
    const records = shards.get(shardId) ?? [];
    shards.set(shardId, records);
    return records;
  }
}
