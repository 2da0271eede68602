/**
 * `npm run test:clients`: a consumer of npm against the example emulator. lifion-kinesis, with its
 * leases in dynalite, reads a stream through a split and a merge: with GetRecords, and with
 * SubscribeToShard. It must get every record once. Installs both in a temporary folder. Ends with
 * status 1 if a record is missing or comes twice.
 */

import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { createClient, REGION } from '../../examples/emulator/harness.ts';
import { Emulator } from '../../examples/emulator/operations.ts';
import { serve } from '../../examples/emulator/server.ts';
import { run } from './installed-package.ts';

const PACKAGES = ['lifion-kinesis@1.3.3', 'dynalite@4.0.0'];
const BATCHES = 20;
const BATCH = 100;
const SPLIT_AT = 5;
const MERGE_AT = 12;
const PATIENCE_MS = 90_000;

/** What the script uses of lifion-kinesis. */
interface Consumer extends Readable {
  startConsumer(): Promise<void>;
}
interface Page {
  readonly shardId: string;
  readonly records: readonly { readonly partitionKey: string }[];
}

type Client = new (options: object) => Consumer;

/** How often each key was read, and from which shards. */
interface Seen {
  readonly keys: ReadonlyMap<string, number>;
  readonly shards: ReadonlySet<string>;
}

/** Lets lifion-kinesis read a stream, while records are put and shards are split and merged. */
async function readAll(
  Kinesis: Client,
  leasesUrl: string,
  StreamName: string,
  useEnhancedFanOut: boolean,
): Promise<Seen> {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  const aws = { region: REGION, accessKeyId: 'any', secretAccessKey: 'any' };
  const consumer = new Kinesis({
    ...aws,
    endpoint: server.url,
    dynamoDb: {
      ...aws,
      endpoint: leasesUrl,
      tableName: StreamName,
    },
    streamName: StreamName,
    consumerGroup: 'clients',
    initialPositionInStream: 'TRIM_HORIZON',
    useEnhancedFanOut,
    leaseAcquisitionInterval: 1000,
    noRecordsPollDelay: 250,
    pollDelay: 50,
    logger: { error: console.error, warn: console.error },
  });
  const keys = new Map<string, number>();
  const shards = new Set<string>();
  consumer.on('data', ({ records, shardId }: Page) => {
    shards.add(shardId);
    for (const { partitionKey } of records) {
      keys.set(partitionKey, (keys.get(partitionKey) ?? 0) + 1);
    }
  });
  await consumer.startConsumer();

  for (let batch = 0; batch < BATCHES; batch++) {
    const Records = Array.from({ length: BATCH }, (_, i) => ({
      PartitionKey: `key-${batch * BATCH + i}`,
      Data: new TextEncoder().encode('{}'),
    }));
    await client.send(new PutRecordsCommand({ StreamName, Records }));
    const NewStartingHashKey = `${2n ** 126n}`;
    if (batch === SPLIT_AT) {
      await client.send(
        new SplitShardCommand({ StreamName, ShardToSplit: '0', NewStartingHashKey }),
      );
    }
    const pair = { ShardToMerge: '3', AdjacentShardToMerge: '1' };
    if (batch === MERGE_AT) await client.send(new MergeShardsCommand({ StreamName, ...pair }));
    await sleep(200);
  }
  const until = Date.now() + PATIENCE_MS;
  while (keys.size < BATCHES * BATCH && Date.now() < until) await sleep(500);
  // What comes twice may come late.
  await sleep(3000);
  return { keys, shards };
}

// With fan-out, lifion-kinesis sends SubscribeToShard to the host of AWS, on the endpoint's port.
const { lookup } = dns;
dns.lookup = ((host: string, ...others: [never, never]) =>
  lookup(host.endsWith('.amazonaws.com') ? '127.0.0.1' : host, ...others)) as typeof lookup;

const tools = mkdtempSync(join(tmpdir(), 'shardline-clients-'));
const emulator = new Emulator({ accountId: '000000000000', region: REGION, updatingMs: 300 });
const server = await serve(emulator, 0);
const client = createClient(server.url, 'HTTP/2');
try {
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
  run(tools, 'npm', 'install', ...options, ...PACKAGES);
  const require = createRequire(join(tools, 'package.json'));
  const leases = require('dynalite')({ createTableMs: 0 }) as NetServer;
  await once(leases.listen(0, '127.0.0.1'), 'listening');

  const Kinesis = require('lifion-kinesis') as Client;
  const leasesUrl = `http://127.0.0.1:${(leases.address() as AddressInfo).port}`;
  for (const useEnhancedFanOut of [false, true]) {
    const StreamName = useEnhancedFanOut ? 'fan-out' : 'polling';
    const seen = await readAll(Kinesis, leasesUrl, StreamName, useEnhancedFanOut);
    const twice = [...seen.keys.values()].filter((count) => count > 1).length;
    const isRight = seen.keys.size === BATCHES * BATCH && twice === 0;
    const text = `${StreamName}: ${seen.keys.size} of ${BATCHES * BATCH} records, ${twice} more than once, of ${seen.shards.size} shards`;
    console.log(`${isRight ? 'right' : 'WRONG'}  ${PACKAGES.join(' with ')}, ${text}`);
    if (!isRight) process.exitCode = 1;
  }
} finally {
  client.destroy();
  await server.close();
  rmSync(tools, { recursive: true, force: true });
}
// The consumer keeps timers. Its stopConsumer throws if a shard has been read to its end.
process.exit();
