/**
 * How many PutRecord requests per second does the example emulator serve, and how many does
 * kinesalite?
 *
 * The emulator is measured twice: in memory, and with a file to which it appends each record. It
 * writes a snapshot only when the revision of the account changes, which a put does not do.
 * Kinesalite is measured in memory.
 *
 * Each server is a process of its own. The SDK's client calls both over HTTP/1.1 on loopback and
 * takes its share of the time; the last column is the CPU time of the server alone.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { bench, run } from 'mitata';

const SHARD_COUNTS = [1, 500];
const IN_FLIGHT = 16;
const ROUNDS = 5;

/** On a message, sends the CPU time that the process has used, in microseconds. */
const REPORT_WORK =
  'data:text/javascript,process.on("message",()=>{const{user,system}=process.cpuUsage();process.send(user+system)})';

const KINESALITE = `
  const options = { createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 1000 };
  const server = require('kinesalite')(options);
  server.listen(0, () => console.log('http://127.0.0.1:' + server.address().port));
`;

const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
const EMULATOR = ['--import', 'tsx', 'examples/emulator/main.ts', '--throughput', 'unlimited'];

const servers: Record<string, readonly string[]> = {
  shardline: EMULATOR,
  'shardline, with a file': [...EMULATOR, '--file', join(folder, 'state.json')],
  kinesalite: ['-e', KINESALITE],
};

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly client: KinesisClient;
}

async function start(name: string): Promise<Running> {
  const place = name === 'kinesalite' ? 'peers' : '..';
  const child = spawn(process.execPath, ['--import', REPORT_WORK, ...servers[name]!], {
    cwd: fileURLToPath(new URL(place, import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [endpoint] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const client = new KinesisClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    // It retries, because a server may close a connection that idles between rounds.
    requestHandler: new NodeHttpHandler(),
  });
  return { name, child, client };
}

async function workMs({ child }: Running): Promise<number> {
  child.send('');
  const [microseconds] = (await once(child, 'message')) as [number];
  return microseconds / 1000;
}

async function createStream({ client }: Running, shardCount: number): Promise<string> {
  const StreamName = `shards-${shardCount}`;
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: shardCount }));
  for (;;) {
    const response = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (response.StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return StreamName;
  }
}

/** The measurements of one server with one stream, over all rounds. */
interface Row {
  readonly name: string;
  readonly server: Running;
  readonly StreamName: string;
  readonly perSecond: number[];
  served: number;
  workedMs: number;
}

const Data = new Uint8Array(100);
const running = await Promise.all(Object.keys(servers).map(start));
const rows: Row[] = [];
for (const shardCount of SHARD_COUNTS) {
  for (const server of running) {
    const name = `${server.name}, ${shardCount} shards`;
    const StreamName = await createStream(server, shardCount);
    rows.push({ name, server, StreamName, perSecond: [], served: 0, workedMs: 0 });
  }
}

// Rounds alternate between the servers, so that other load on the machine affects all equally.
for (let round = 0; round <= ROUNDS; round++) {
  for (const row of rows) {
    const { server, StreamName } = row;
    const put = () => {
      row.served++;
      const PartitionKey = randomUUID();
      return server.client.send(new PutRecordCommand({ StreamName, PartitionKey, Data }));
    };
    bench(row.name, async function* () {
      // The first round is a warm-up.
      if (round === 1) row.served = row.workedMs = 0;
      const before = await workMs(server);
      yield () => Promise.all(Array.from({ length: IN_FLIGHT }, put));
      row.workedMs += (await workMs(server)) - before;
    });
  }
}
const { benchmarks } = await run({ format: 'quiet' });
for (const { alias, runs } of benchmarks.slice(rows.length)) {
  const { perSecond } = rows.find(({ name }) => name === alias)!;
  perSecond.push((IN_FLIGHT * 1e9) / runs[0]!.stats!.p50);
}

console.log(
  `PutRecords a second, ${IN_FLIGHT} in flight: median, least and most of ${ROUNDS} rounds;`,
);
console.log('milliseconds that the server works for one');
for (const { name, perSecond, served, workedMs } of rows) {
  perSecond.sort((a, b) => a - b);
  const speeds = [perSecond[ROUNDS >> 1]!, perSecond[0]!, perSecond.at(-1)!];
  const columns = [...speeds.map((speed) => speed.toFixed(0)), (workedMs / served).toFixed(3)];
  console.log(`${columns.map((column) => column.padStart(10)).join('')}  ${name}`);
}
for (const { child, client } of running) {
  client.destroy();
  child.disconnect();
  child.kill();
}
rmSync(folder, { recursive: true, force: true });
