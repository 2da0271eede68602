/**
 * Puts records with the AWS SDK: batches them, aggregates them if you like, keeps their order per
 * partition key, retries only refused records, and follows reshards. `createProducer` decides all
 * of that. This file carries it out: it sends requests, lists shards and sets a timer.
 *
 *     const producer = await openProducer(client, 'orders', { onResult });
 *     const recordId = await producer.add({ PartitionKey: 'user-1', Data });
 *     await producer.flush();
 */

import { EventEmitter, once } from 'node:events';
import {
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { type AwsShard, createShardMap, type ShardMap, unwrap } from 'shardline';
import {
  createProducer,
  type ProducerOptions,
  type PutAction,
  type RecordResult,
} from 'shardline/producer';

export type Options = Omit<
  ProducerOptions,
  'StreamName' | 'StreamARN' | 'shardMap' | 'listedAtMs'
> & {
  /** Is called once per record, when it is stored or has failed. */
  readonly onResult?: (result: RecordResult) => void;
};

/** Lists the stream's shards and returns a producer. `options` are those of `createProducer`. */
export async function openProducer(
  client: KinesisClient,
  StreamName: string,
  { onResult = () => {}, ...options }: Options = {},
) {
  const shardMap = await listShards(client, StreamName);
  const listedAtMs = Date.now();
  const producer = createProducer({ StreamName, shardMap, listedAtMs, ...options });
  const events = new EventEmitter().setMaxListeners(0);
  let timer: NodeJS.Timeout | undefined;

  /** Does what the producer asks for until it waits, and passes results on. */
  function pump(): void {
    clearTimeout(timer);
    let todo = producer.next(Date.now());
    for (; todo.action !== 'wait'; todo = producer.next(Date.now())) {
      void (todo.action === 'put' ? send(todo) : list());
    }
    if (todo.untilMs !== undefined) timer = setTimeout(pump, todo.untilMs - Date.now());
    for (const result of producer.takeResults()) onResult(result);
    events.emit('turn');
  }

  const send = ({ requestId, input }: PutAction) =>
    client
      .send(new PutRecordsCommand(input))
      .then((output) => producer.settle(requestId, { output }, Date.now()))
      .catch((error) => producer.settle(requestId, { error }, Date.now()))
      .then(pump);

  const list = () =>
    listShards(client, StreamName)
      .then((newest) => producer.useShardMap(newest, Date.now(), Date.now()))
      .catch(() => producer.listShardsFailed(Date.now()))
      .then(pump);

  return {
    /**
     * Adds a record and returns its id. Await it before the next one: it resolves when the producer
     * has room.
     *
     * @throws {KinesisError} If the service would never accept the record.
     */
    async add(record: PutRecordsRequestEntry): Promise<number> {
      let added = producer.add(record, Date.now());
      while (!added.ok && added.retryAfterMs !== undefined) {
        await once(events, 'turn');
        added = producer.add(record, Date.now());
      }
      pump();
      return unwrap(added);
    },

    /** Sends the pending records without lingering. Resolves when every record has its result. */
    async flush(): Promise<void> {
      producer.flush(Date.now());
      pump();
      while (producer.pending.records > 0) await once(events, 'turn');
    },
  };
}

async function listShards(client: KinesisClient, StreamName: string): Promise<ShardMap> {
  const shards: AwsShard[] = [];
  let request: ListShardsCommandInput = { StreamName };
  for (;;) {
    const { Shards, NextToken } = await client.send(new ListShardsCommand(request));
    shards.push(...(Shards as AwsShard[]));
    // It throws if the stream was resharded between two pages.
    if (NextToken === undefined) return unwrap(createShardMap(shards));
    request = { NextToken };
  }
}
