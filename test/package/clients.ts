/**
 * `npm run test:clients`: a consumer of npm against the example emulator. lifion-kinesis, with its
 * leases in dynalite, reads a stream through a split and a merge, and must get every record once.
 * Installs both in a temporary folder. Ends with status 1 if a record is missing or comes twice.
 */

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
const StreamName = 'orders';
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

  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  const aws = { region: REGION, accessKeyId: 'any', secretAccessKey: 'any' };
  const consumer = new (require('lifion-kinesis') as new (options: object) => Consumer)({
    ...aws,
    endpoint: server.url,
    dynamoDb: {
      ...aws,
      endpoint: `http://127.0.0.1:${(leases.address() as AddressInfo).port}`,
      tableName: 'leases',
    },
    streamName: StreamName,
    consumerGroup: 'clients',
    initialPositionInStream: 'TRIM_HORIZON',
    leaseAcquisitionInterval: 1000,
    noRecordsPollDelay: 250,
    pollDelay: 50,
    logger: { error: console.error, warn: console.error },
  });
  const seen = new Map<string, number>();
  const shards = new Set<string>();
  consumer.on('data', ({ records, shardId }: Page) => {
    shards.add(shardId);
    for (const { partitionKey } of records) {
      seen.set(partitionKey, (seen.get(partitionKey) ?? 0) + 1);
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
  while (seen.size < BATCHES * BATCH && Date.now() < until) await sleep(500);
  // What comes twice may come late.
  await sleep(3000);
  leases.close();

  const twice = [...seen.values()].filter((count) => count > 1).length;
  const isRight = seen.size === BATCHES * BATCH && twice === 0;
  const text = `${seen.size} of ${BATCHES * BATCH} records, ${twice} more than once, of ${shards.size} shards`;
  console.log(`${isRight ? 'right' : 'WRONG'}  ${PACKAGES.join(' with ')}: ${text}`);
  if (!isRight) process.exitCode = 1;
} finally {
  client.destroy();
  await server.close();
  rmSync(tools, { recursive: true, force: true });
}
// The consumer keeps timers. Its stopConsumer throws if a shard has been read to its end.
process.exit();
