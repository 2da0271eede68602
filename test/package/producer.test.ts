/** The example of a producer: no record is lost or stored twice, and each key keeps its order. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
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
import { type AwsShard, createLineage, createShardMap, unwrap } from 'shardline';
import { deaggregateRecord } from 'shardline/aggregation';
import type { RecordResult } from 'shardline/producer';
import { afterEach, describe, expect, it } from 'vitest';
import { ACCOUNT, countRequests, createClient, REGION } from '../../examples/emulator/harness.ts';
import { Emulator } from '../../examples/emulator/operations.ts';
import { type Server, serve } from '../../examples/emulator/server.ts';
import { type Options, openProducer } from '../../examples/producer/producer.ts';
import { root } from '../support/repository.ts';

const StreamName = 'orders';
const KEYS = 100;
const RECORDS_PER_KEY = 20;

let server: Server;
let client: KinesisClient;
let counts: ReturnType<typeof countRequests>;
/** When the clock of the emulator stopped, if it did. */
let stoppedAtMs: number | undefined;

/** Serves an emulator by the clock of this machine. */
async function start(transitionMs = 0): Promise<void> {
  const context = { accountId: ACCOUNT, region: REGION, transitionMs };
  server = await serve(new Emulator(context, () => stoppedAtMs ?? Date.now()), 0);
  client = createClient(server.url, 'HTTP/1.1');
  counts = countRequests(client);
  results = [];
}

async function createStream(ShardCount: number): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
}

afterEach(async () => {
  stoppedAtMs = undefined;
  client.destroy();
  await server.close();
});

async function listShards(): Promise<AwsShard[]> {
  const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
  return Shards as AwsShard[];
}

async function* readShard(ShardId: string) {
  const request = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator: first } = await client.send(new GetShardIteratorCommand(request));
  for (let ShardIterator = first; ShardIterator !== undefined; ) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    yield* page.Records!;
    ShardIterator = page.Records!.length > 0 ? page.NextShardIterator : undefined;
  }
}

/** The texts of each key, as a consumer sees them: parents before children. */
async function readBack(): Promise<Map<string, string[]>> {
  const stored = new Map<string, string[]>();
  for (const shard of unwrap(createLineage(await listShards())).readingOrder()) {
    for await (const { PartitionKey, Data } of readShard(shard.shardId)) {
      const carrier = { PartitionKey: PartitionKey!, Data: Data! };
      for (const { PartitionKey: key = '', Data: data } of deaggregateRecord(carrier, shard)
        .records) {
        const text = new TextDecoder().decode(data).trimEnd();
        stored.set(key, [...(stored.get(key) ?? []), text]);
      }
    }
  }
  return stored;
}

const inOrder = Array.from({ length: RECORDS_PER_KEY }, (_, i) => `${i}`);

let results: RecordResult[];
const onResult = (result: RecordResult) => results.push(result);
const open = (options: Options) => openProducer(client, StreamName, { ...options, onResult });

type Producer = Awaited<ReturnType<typeof openProducer>>;

/** Adds the first record of every key, the second of every key and so on. */
async function sendAll(producer: Producer, prefix: string, { keys = KEYS, bytes = 1 } = {}) {
  for (const text of inOrder) {
    for (let key = 0; key < keys; key++) {
      const Data = new TextEncoder().encode(text.padEnd(bytes));
      await producer.add({ PartitionKey: `${prefix}-${key}`, Data });
    }
  }
  await producer.flush();
}

const HALF = `${2n ** 127n}`;

/** Resolves when so many records have their results. */
async function waitFor(count: number): Promise<void> {
  while (results.length < count) await sleep(5);
}

/** Splits the shard of a stream, scales it to three, and merges two of these, while it is used. */
async function reshard(): Promise<void> {
  await waitFor(KEYS * 10);
  const ShardToSplit = 'shardId-000000000000';
  const split = { StreamName, ShardToSplit, NewStartingHashKey: HALF };
  await client.send(new SplitShardCommand(split));
  await waitFor(KEYS * 20);
  const ScalingType = 'UNIFORM_SCALING';
  await client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount: 3, ScalingType }));
  await waitFor(KEYS * 30);
  const [lower, upper] = unwrap(createShardMap(await listShards())).shards;
  const merge = { ShardToMerge: lower!.shardId, AdjacentShardToMerge: upper!.shardId };
  await client.send(new MergeShardsCommand({ StreamName, ...merge }));
}

describe('the producer', () => {
  it.each([
    ['none', 0],
    ['none', 100],
    ['shard', 100],
  ] as const)(
    'loses nothing and keeps order: aggregation %s, reshards of %i ms',
    async (aggregation, transitionMs) => {
      await start(transitionMs);
      await createStream(1);
      await sleep(transitionMs);
      // Two producers that each take all of a shard: the service refuses what is too much. Time
      // stands still until it has, because a slow machine would never send too much.
      const options = { aggregation, lingerMs: 10 };
      const producers = await Promise.all([open(options), open(options)]);
      stoppedAtMs = Date.now();
      const goOn = async () => {
        while (counts.refused === 0) await sleep(5);
        stoppedAtMs = undefined;
      };
      await Promise.all([
        goOn(),
        reshard(),
        ...producers.map((producer, i) => sendAll(producer, `user-${i}`, { bytes: 1500 })),
      ]);
      expect(results).toHaveLength(2 * KEYS * RECORDS_PER_KEY);
      expect(results.filter(({ ok }) => !ok)).toEqual([]);
      // Each producer lists the shards when it opens, and reshard() once.
      expect(counts.listings).toBeGreaterThan(3);
      const found = await readBack();
      expect(found.size).toBe(2 * KEYS);
      for (const texts of found.values()) expect(texts).toEqual(inOrder);
    },
    30_000,
  );

  it('continues after the stream was created again with other shards', async () => {
    await start();
    await createStream(3);
    const producer = await open({ lingerMs: 10 });
    await sendAll(producer, 'user', { keys: 20 });
    await client.send(new DeleteStreamCommand({ StreamName }));
    await createStream(2);
    await sendAll(producer, 'user', { keys: 20 });
    expect(counts.listings).toBe(2);
    expect((await readBack()).size).toBe(20);
  });

  it('waits for room, and throws for a record that the service never takes', async () => {
    await start();
    await createStream(1);
    const producer = await open({ pendingBytesMax: 1_048_576, lingerMs: 10 });
    await sendAll(producer, 'user', { keys: 1, bytes: 200_000 });
    expect(results.map(({ ok }) => ok)).toEqual(inOrder.map(() => true));
    const record = { PartitionKey: '', Data: new Uint8Array(1) };
    await expect(producer.add(record)).rejects.toThrow('partitionKey');
  }, 30_000);
});

describe('the sender of JSON lines', () => {
  it('sends every line in order, and reports the others', async () => {
    await start();
    await createStream(2);
    const folder = await mkdtemp(join(tmpdir(), 'shardline-'));
    const path = join(folder, 'events.jsonl');
    const lines = Array.from({ length: 3000 }, (_, i) => JSON.stringify({ user: i % 50, i }));
    await writeFile(path, [...lines, '', 'not JSON', '{"i":1}', '{"user":""}', ''].join('\n'));
    const script = 'examples/producer/send-json-lines.ts';
    const args = [path, '--stream', StreamName, '--key', 'user', '--endpoint', server.url];
    const env = {
      ...process.env,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
    };
    const run = promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', script, ...args, '--aggregate'],
      { cwd: root, env },
    );
    const { code, stdout, stderr } = await run.catch((error) => error);
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^3000 stored, 3 failed\n$/);
    expect(stderr).toMatch(/line 3002: .*JSON/);
    expect(stderr).toContain('line 3003: expected a string or a number as "user", got undefined');
    expect(stderr).toMatch(/line 3004: .*partitionKey/);
    const stored = await readBack();
    expect(stored.size).toBe(50);
    for (const [user, texts] of stored) {
      expect(texts).toEqual(lines.filter((line) => line.startsWith(`{"user":${user},`)));
    }
  }, 30_000);
});
