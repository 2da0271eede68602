/** The example of a producer: no record is lost or stored twice, and each key keeps its order. */

import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { type AwsShard, createLineage, unwrap } from 'shardline';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient, type Harness, startHarness } from '../../examples/emulator/harness.ts';
import { Producer, type ProducerRecord } from '../../examples/producer/producer.ts';

const StreamName = 'orders';
const KEYS = 400;
const RECORDS_A_KEY = 20;

/** How far each request advances the emulator's clock: a shard takes 50 more records. */
const REQUEST_MS = 50;

let harness: Harness;
afterEach(() => harness.close());

/**
 * The change to the stream just before a request of the producer is sent, by the request's number.
 */
type Script = Readonly<Record<number, (client: KinesisClient) => Promise<unknown>>>;

/** A client for the producer that advances the clock and the script with each request. */
function scriptedClient(script: Script, requestMs = REQUEST_MS): KinesisClient {
  const client = createClient(harness.url, 'HTTP/1.1');
  let requests = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === 'PutRecordsCommand') {
        harness.nowMs += requestMs;
        await script[++requests]?.(harness.client);
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return client;
}

/** Record by record: the first of every key, the second of every key and so on. */
function* recordsOf(keys: number): Generator<ProducerRecord> {
  for (let i = 0; i < RECORDS_A_KEY; i++) {
    for (let key = 0; key < keys; key++) {
      yield { PartitionKey: `user-${key}`, Data: new TextEncoder().encode(`${i}`) };
    }
  }
}

async function listShards(): Promise<AwsShard[]> {
  const { Shards } = await harness.client.send(new ListShardsCommand({ StreamName }));
  return Shards as AwsShard[];
}

/** The stored records of each key, parents before children. */
async function readBack(): Promise<Map<string, string[]>> {
  const { client } = harness;
  const stored = new Map<string, string[]>();
  for (const ShardId of unwrap(createLineage(await listShards())).shards.keys()) {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const { PartitionKey, Data } of Records!) {
      const text = new TextDecoder().decode(Data);
      stored.set(PartitionKey!, [...(stored.get(PartitionKey!) ?? []), text]);
    }
  }
  return stored;
}

const inOrder = Array.from({ length: RECORDS_A_KEY }, (_, i) => `${i}`);

describe('the producer', () => {
  it.each([0, 100])(
    'loses nothing and keeps order through reshards of %i ms and throttling',
    async (transitionMs) => {
      harness = await startHarness({ transitionMs });
      await harness.client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      harness.nowMs += transitionMs;
      const producer = new Producer(
        scriptedClient({
          4: (client) =>
            client.send(
              new SplitShardCommand({
                StreamName,
                ShardToSplit: 'shardId-000000000000',
                NewStartingHashKey: `${2n ** 126n}`,
              }),
            ),
          10: (client) =>
            client.send(
              new UpdateShardCountCommand({
                StreamName,
                TargetShardCount: 3,
                ScalingType: 'UNIFORM_SCALING',
              }),
            ),
          16: async (client) => {
            const open = (await listShards()).filter(
              ({ SequenceNumberRange }) => !SequenceNumberRange!.EndingSequenceNumber,
            );
            const [lower, upper] = open.sort((a, b) =>
              BigInt(a.HashKeyRange!.StartingHashKey!) < BigInt(b.HashKeyRange!.StartingHashKey!)
                ? -1
                : 1,
            );
            return client.send(
              new MergeShardsCommand({
                StreamName,
                ShardToMerge: lower!.ShardId,
                AdjacentShardToMerge: upper!.ShardId,
              }),
            );
          },
        }),
        StreamName,
      );
      await producer.put(recordsOf(KEYS));
      const stored = await readBack();
      expect(stored.size).toBe(KEYS);
      for (const texts of stored.values()) expect(texts).toEqual(inOrder);
      expect(producer.counts.refused).toBeGreaterThan(100);
      // The first one, and one after each reshard.
      expect(producer.counts.maps).toBe(4);
    },
  );

  it('continues after the stream was created again with other shards', async () => {
    harness = await startHarness();
    const { client } = harness;
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 3 }));
    const producer = new Producer(scriptedClient({}), StreamName);
    await producer.put(recordsOf(20));
    await client.send(new DeleteStreamCommand({ StreamName }));
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
    await producer.put(recordsOf(20));
    expect((await readBack()).size).toBe(20);
    expect(producer.counts.maps).toBe(2);
  });

  it('never overtakes a record that was temporarily too large', async () => {
    harness = await startHarness();
    await harness.client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const producer = new Producer(scriptedClient({}, 200), StreamName);
    const sizes = [600_000, 600_000, 1, 600_000, 1];
    await producer.put(
      sizes.flatMap((size) =>
        ['a', 'b'].map((PartitionKey) => ({ PartitionKey, Data: new Uint8Array(size) })),
      ),
    );
    const stored = await readBack();
    const lengths = [...stored].map(([key, texts]) => [key, texts.map(({ length }) => length)]);
    expect(lengths.sort()).toEqual([
      ['a', sizes],
      ['b', sizes],
    ]);
    expect(producer.counts.refused).toBeGreaterThan(0);
  });
});
