/**
 * A producer that knows the shard of each record before it sends it, and keeps the records of each
 * partition key in order.
 *
 * - A request carries at most one record per key. The next one is sent once that one is stored, so
 *   no record overtakes a refused one.
 * - Only the refused entries of a request are sent again.
 * - A shard that refuses a record is paused for a moment. Records for other shards continue.
 * - If a record goes to a different shard than the map predicts, the stream was resharded, or
 *   deleted and created again. The map is then loaded again. The record itself is stored and is not
 *   sent again.
 *
 * If a request fails without an answer, the SDK sends it again, and its records may be stored
 * twice.
 */

import { setTimeout } from 'node:timers/promises';
import { type KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { type AwsShard, createShardMap, type ShardMap } from 'shardline';

/** The limits of PutRecords. The bytes are those of the data and of the partition keys. */
const REQUEST_RECORDS_MAX = 500;
const REQUEST_BYTES_MAX = 10 * 1024 * 1024;

const PAUSE_MS = 50;

export interface ProducerRecord {
  readonly PartitionKey: string;
  readonly Data: Uint8Array;
}

/** The records that are not stored yet, in order, by partition key. */
type Queues = Map<string, readonly ProducerRecord[]>;

export class Producer {
  /** Requests sent, records refused and shard maps loaded so far. */
  readonly counts = { requests: 0, refused: 0, maps: 0 };
  readonly #client: KinesisClient;
  readonly #streamName: string;
  /** When to retry a shard that refused a record, in epoch milliseconds, by shard id. */
  readonly #pausedUntilMs = new Map<string, number>();
  #map: ShardMap | undefined;

  constructor(client: KinesisClient, streamName: string) {
    this.#client = client;
    this.#streamName = streamName;
  }

  /** Puts all records. Those of one key are stored in the order in which they are given. */
  async put(records: Iterable<ProducerRecord>): Promise<void> {
    const queues = queueByKey(records);
    while (queues.size > 0) {
      this.#map ??= await this.#loadMap();
      const map = this.#map;
      const batch = this.#nextBatch(queues, map);
      if (batch.length > 0) await this.#send(batch, queues, map);
      else await setTimeout(PAUSE_MS);
    }
  }

  /** Returns the first record of each key whose shard is not paused, up to the limits. */
  #nextBatch(queues: Queues, map: ShardMap): ProducerRecord[] {
    const batch: ProducerRecord[] = [];
    let bytes = 0;
    for (const [key, [record]] of queues) {
      const { shardId } = map.locatePartitionKey(key);
      if ((this.#pausedUntilMs.get(shardId) ?? 0) > Date.now()) continue;
      bytes += record!.Data.length + Buffer.byteLength(key);
      if (bytes > REQUEST_BYTES_MAX && batch.length > 0) break;
      batch.push(record!);
      if (batch.length === REQUEST_RECORDS_MAX) break;
    }
    return batch;
  }

  async #send(batch: readonly ProducerRecord[], queues: Queues, map: ShardMap): Promise<void> {
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
      // The open shards of a map do not overlap. So if the service names another shard, the map
      // does not have that shard, or has a range for it without this record: it is stale.
      if (ShardId !== shardId) this.#map = undefined;
      removeFirst(queues, PartitionKey);
    }
  }

  async #loadMap(): Promise<ShardMap> {
    this.counts.maps++;
    for (;;) {
      const map = createShardMap(await this.#listShards());
      if (map.ok) return map.value;
      // The stream was resharded between two pages of the listing.
      await setTimeout(PAUSE_MS);
    }
  }

  async #listShards(): Promise<AwsShard[]> {
    const shards: AwsShard[] = [];
    let token: string | undefined;
    do {
      // A request with a NextToken must not name the stream.
      const request = token === undefined ? { StreamName: this.#streamName } : { NextToken: token };
      const page = await this.#client.send(new ListShardsCommand(request));
      shards.push(...(page.Shards ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }
}

function queueByKey(records: Iterable<ProducerRecord>): Queues {
  const queues = new Map<string, ProducerRecord[]>();
  for (const record of records) {
    const queue = queues.get(record.PartitionKey);
    if (queue === undefined) queues.set(record.PartitionKey, [record]);
    else queue.push(record);
  }
  return queues;
}

/** Removes the first record of a key, and moves the key to the end of the queue: round robin. */
function removeFirst(queues: Queues, key: string): void {
  const [, ...rest] = queues.get(key)!;
  queues.delete(key);
  if (rest.length > 0) queues.set(key, rest);
}
