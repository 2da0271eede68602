/**
 * A producer that knows the shard of each record before it sends it, and keeps the records of a key
 * in order.
 *
 * - A request carries one record of a key at most, and the next one goes out once that one is
 *   stored: a record that was refused is never overtaken.
 * - Only the refused entries of a request are sent again.
 * - A shard that refuses is left alone for a while; records for other shards go on.
 * - If the service puts a record into another shard than the map says, the stream was resharded or
 *   created anew, and the map is loaded again. The record itself is stored, wherever it went.
 *
 * If a request fails without an answer, the SDK sends it again, and its records may be stored
 * twice.
 */

import { setTimeout } from 'node:timers/promises';
import { type KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { type AwsShard, createShardMap, type ShardMap } from 'shardline';

const REQUEST_RECORDS_MAX = 500;
const REQUEST_BYTES_MAX = 10 * 1024 * 1024;
const PAUSE_MS = 50;

export interface ProducerRecord {
  readonly PartitionKey: string;
  readonly Data: Uint8Array;
}

export class Producer {
  /** What happened so far. */
  readonly counts = { requests: 0, refused: 0, maps: 0 };
  readonly #client: KinesisClient;
  readonly #streamName: string;
  /** When a shard that refused a record is tried again, in epoch milliseconds. */
  readonly #pausedUntilMs = new Map<string, number>();
  #map: ShardMap | undefined;

  constructor(client: KinesisClient, streamName: string) {
    this.#client = client;
    this.#streamName = streamName;
  }

  /** Puts all records; those of a key are stored in the order in which they come. */
  async put(records: Iterable<ProducerRecord>): Promise<void> {
    const waiting = new Map<string, ProducerRecord[]>();
    for (const record of records) {
      const queue = waiting.get(record.PartitionKey);
      if (queue === undefined) waiting.set(record.PartitionKey, [record]);
      else queue.push(record);
    }
    while (waiting.size > 0) {
      this.#map ??= await this.#loadMap();
      const map = this.#map;
      const batch = this.#nextBatch(waiting, map);
      if (batch.length > 0) await this.#send(batch, waiting, map);
      else await setTimeout(PAUSE_MS);
    }
  }

  /** The first record of each key whose shard is not paused, as many as a request may carry. */
  #nextBatch(waiting: ReadonlyMap<string, ProducerRecord[]>, map: ShardMap): ProducerRecord[] {
    const batch: ProducerRecord[] = [];
    let bytes = 0;
    for (const [key, [record]] of waiting) {
      const { shardId } = map.locatePartitionKey(key);
      if ((this.#pausedUntilMs.get(shardId) ?? 0) > Date.now()) continue;
      bytes += record!.Data.length + Buffer.byteLength(key);
      if (bytes > REQUEST_BYTES_MAX && batch.length > 0) break;
      batch.push(record!);
      if (batch.length === REQUEST_RECORDS_MAX) break;
    }
    return batch;
  }

  async #send(
    batch: readonly ProducerRecord[],
    waiting: Map<string, ProducerRecord[]>,
    map: ShardMap,
  ): Promise<void> {
    this.counts.requests++;
    const { Records } = await this.#client.send(
      new PutRecordsCommand({ StreamName: this.#streamName, Records: [...batch] }),
    );
    for (const [i, { PartitionKey }] of batch.entries()) {
      const { ErrorCode, ShardId } = Records![i]!;
      const { shardId } = map.locatePartitionKey(PartitionKey);
      if (ErrorCode !== undefined) {
        this.counts.refused++;
        this.#pausedUntilMs.set(shardId, Date.now() + PAUSE_MS);
        continue;
      }
      // The open shards of a map have no hash key in common: where the service names another one
      // than the map, the map does not know that shard, or knows a range for it that lacks the
      // record.
      if (ShardId !== shardId) this.#map = undefined;
      // Behind the others, so that all keys have their turn.
      const queue = waiting.get(PartitionKey)!;
      waiting.delete(PartitionKey);
      if (queue.length > 1) waiting.set(PartitionKey, queue.slice(1));
    }
  }

  async #loadMap(): Promise<ShardMap> {
    this.counts.maps++;
    for (;;) {
      const map = createShardMap(await this.#listShards());
      if (map.ok) return map.value;
      // A reshard came between two pages of the listing.
      await setTimeout(PAUSE_MS);
    }
  }

  async #listShards(): Promise<AwsShard[]> {
    const shards: AwsShard[] = [];
    let token: string | undefined;
    do {
      const which = token === undefined ? { StreamName: this.#streamName } : { NextToken: token };
      const page = await this.#client.send(new ListShardsCommand(which));
      shards.push(...((page.Shards ?? []) as AwsShard[]));
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }
}
