/**
 * How many requests, and how long, does it take to send 100,000 records of 100 bytes to four shards
 * of the emulator? Compares the producer with and without aggregation, and the usual loop, which
 * sends 500 records per request and sends refused records again at the end.
 *
 * The emulator enforces the throughput of a shard by the clock: without aggregation, four shards
 * take 4,000 records per second. At most 24 requests are in flight.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { ACCOUNT, countRequests, createClient, REGION } from '../examples/emulator/harness.ts';
import { Emulator } from '../examples/emulator/operations.ts';
import { serve } from '../examples/emulator/server.ts';
import { type Options, openProducer } from '../examples/producer/producer.ts';
import { deaggregateRecord } from '../src/aggregation.ts';

const StreamName = 'orders';
const RECORDS = 100_000;
const KEYS = 1000;
const SHARDS = 4;
const RECORD_BYTES = 100;

/** Record `i` has the key `i % KEYS` and its number as text. */
const records = Array.from({ length: RECORDS }, (_, i): PutRecordsRequestEntry => {
  const PartitionKey = `user-${i % KEYS}`;
  const text = `${i}`.padEnd(RECORD_BYTES - PartitionKey.length);
  return { PartitionKey, Data: new TextEncoder().encode(text) };
});

async function withProducer(client: KinesisClient, options: Options): Promise<void> {
  let failed = 0;
  const onResult: Options['onResult'] = ({ ok }) => {
    if (!ok) failed++;
  };
  const producer = await openProducer(client, StreamName, { ...options, onResult });
  for (const record of records) await producer.add(record);
  await producer.flush();
  if (failed > 0) throw new Error(`${failed} records failed`);
}

/**
 * Sends requests of 500 records, one after the other. Refused records go to the end of the queue.
 */
async function withLoop(client: KinesisClient): Promise<void> {
  const queue = [...records];
  while (queue.length > 0) {
    const Records = queue.splice(0, 500);
    const response = await client.send(new PutRecordsCommand({ StreamName, Records }));
    const refused = Records.filter((_, i) => response.Records![i]!.ErrorCode !== undefined);
    queue.push(...refused);
    if (refused.length > 0) await sleep(100);
  }
}

/** Returns how many records of the stream come after a later one of their key. */
async function countOutOfOrder(client: KinesisClient): Promise<number> {
  const newest = new Map<string, number>();
  let found = 0;
  let outOfOrder = 0;
  const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
  for (const { ShardId } of Shards!) {
    const request = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator: first } = await client.send(new GetShardIteratorCommand(request));
    for (let ShardIterator = first; ShardIterator !== undefined; ) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator }));
      for (const { PartitionKey, Data } of page.Records!) {
        const carrier = { PartitionKey: PartitionKey!, Data: Data! };
        for (const record of deaggregateRecord(carrier).records) {
          const key = record.PartitionKey!;
          const number = Number(new TextDecoder().decode(record.Data));
          const before = newest.get(key) ?? -1;
          found++;
          if (number < before) outOfOrder++;
          else newest.set(key, number);
        }
      }
      ShardIterator = page.Records!.length > 0 ? page.NextShardIterator : undefined;
    }
  }
  if (found !== RECORDS) throw new Error(`${found} of ${RECORDS} records are in the stream`);
  return outOfOrder;
}

const CANDIDATES: Readonly<Record<string, (client: KinesisClient) => Promise<void>>> = {
  'createProducer, aggregation shard': (client) => withProducer(client, { aggregation: 'shard' }),
  createProducer: (client) => withProducer(client, {}),
  'a loop of 500 records': withLoop,
};

console.log(' requests   refused  out of order   seconds');
for (const [name, send] of Object.entries(CANDIDATES)) {
  const emulator = new Emulator({ accountId: ACCOUNT, region: REGION }, Date.now);
  const server = await serve(emulator, 0);
  const client = createClient(server.url, 'HTTP/1.1');
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: SHARDS }));
  const counts = countRequests(client);
  const startMs = performance.now();
  await send(client);
  const seconds = (performance.now() - startMs) / 1000;
  const outOfOrder = await countOutOfOrder(client);
  client.destroy();
  await server.close();
  const columns = [
    `${counts.puts}`.padStart(9),
    `${counts.refused}`.padStart(10),
    `${outOfOrder}`.padStart(14),
    seconds.toFixed(1).padStart(10),
  ];
  console.log(`${columns.join('')}  ${name}`);
}
