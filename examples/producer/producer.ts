/**
 * Puts records with the AWS SDK: batches them, aggregates them if you like, keeps their order per
 * partition key, retries only refused records, and follows reshards. `createProducer` decides all
 * of that. This file carries it out: it sends requests, lists shards and sets a timer.
 */

import {
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { type AwsShard, createShardMap, unwrap } from 'shardline';
import {
  createProducer,
  type Producer,
  type ProducerOptions,
  type PutAction,
  type RecordResult,
} from 'shardline/producer';

export type Settings = Omit<
  ProducerOptions,
  'StreamName' | 'StreamARN' | 'shardMap' | 'listedAtMs'
>;

export class KinesisProducer {
  /**
   * The number of requests sent, of records that the service refused, and of listings after the
   * first.
   */
  readonly counts = { requests: 0, refused: 0, listings: 0 };
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #producer: Producer;
  readonly #callbacks = new Map<number, (result: RecordResult) => void>();
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: (() => void)[] = [];

  static async open(
    client: KinesisClient,
    StreamName: string,
    settings: Settings = {},
  ): Promise<KinesisProducer> {
    const shardMap = createShardMap(await listShards(client, StreamName));
    const options = { StreamName, shardMap: unwrap(shardMap), listedAtMs: Date.now() };
    return new KinesisProducer(client, StreamName, createProducer({ ...options, ...settings }));
  }

  private constructor(client: KinesisClient, streamName: string, producer: Producer) {
    this.#client = client;
    this.#streamName = streamName;
    this.#producer = producer;
  }

  /**
   * Adds a record. Await it before the next one: it resolves when the producer has room. `onResult`
   * is called once, when the record is stored or has failed.
   *
   * @throws {KinesisError} If the service would never accept the record.
   */
  async add(
    record: PutRecordsRequestEntry,
    onResult: (result: RecordResult) => void,
  ): Promise<void> {
    let added = this.#producer.add(record, Date.now());
    while (!added.ok && added.retryAfterMs !== undefined) {
      await this.#nextTurn();
      added = this.#producer.add(record, Date.now());
    }
    this.#callbacks.set(unwrap(added), onResult);
    this.#pump();
  }

  /** Sends the pending records without lingering. Resolves when every record has its result. */
  async flush(): Promise<void> {
    this.#producer.flush(Date.now());
    this.#pump();
    while (this.#producer.pending.records > 0) await this.#nextTurn();
  }

  /** Resolves when something has happened: a response, a listing, or the end of a pause. */
  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Does what the producer asks for until it waits, and passes results on. */
  #pump(): void {
    clearTimeout(this.#timer);
    let todo = this.#producer.next(Date.now());
    for (; todo.action !== 'wait'; todo = this.#producer.next(Date.now())) {
      if (todo.action === 'put') void this.#send(todo);
      else void this.#listShards();
    }
    if (todo.untilMs !== undefined) {
      this.#timer = setTimeout(() => this.#pump(), todo.untilMs - Date.now());
    }
    for (const result of this.#producer.takeResults()) {
      this.#callbacks.get(result.recordId)?.(result);
      this.#callbacks.delete(result.recordId);
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #send({ requestId, input }: PutAction): Promise<void> {
    this.counts.requests++;
    try {
      const output = await this.#client.send(new PutRecordsCommand(input));
      this.counts.refused += output.FailedRecordCount ?? 0;
      this.#producer.settle(requestId, { output }, Date.now());
    } catch (error) {
      this.#producer.settle(requestId, { error }, Date.now());
    }
    this.#pump();
  }

  async #listShards(): Promise<void> {
    this.counts.listings++;
    try {
      const shardMap = unwrap(createShardMap(await listShards(this.#client, this.#streamName)));
      this.#producer.useShardMap(shardMap, Date.now(), Date.now());
    } catch {
      // The service failed, or the stream was resharded between two pages.
      this.#producer.listShardsFailed(Date.now());
    }
    this.#pump();
  }
}

async function listShards(client: KinesisClient, StreamName: string): Promise<AwsShard[]> {
  const shards: AwsShard[] = [];
  let NextToken: string | undefined;
  do {
    // A request with a NextToken must not name the stream.
    const request = NextToken === undefined ? { StreamName } : { NextToken };
    const page = await client.send(new ListShardsCommand(request));
    shards.push(...(page.Shards ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return shards;
}
