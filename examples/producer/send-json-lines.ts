/**
 * Sends the lines of a file, each a JSON object, as records of a stream:
 *
 *     npx tsx examples/producer/send-json-lines.ts events.jsonl --stream orders --key user
 *
 * Lines that cannot be sent are reported with their number. The exit code is then 1.
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { openProducer } from './producer.ts';

interface Options {
  readonly stream: string;
  readonly key: string;
  readonly aggregate: boolean;
  readonly endpoint?: string;
}

const command = new Command('send-json-lines')
  .argument('<file>', 'a JSON object per line')
  .requiredOption('--stream <name>', 'the stream')
  .requiredOption('--key <member>', 'the member of each object that is the partition key')
  .option('--aggregate', 'put several lines into one record, which consumers must open', false)
  .option('--endpoint <url>', 'of an emulator')
  .parse();
const { stream, key, aggregate, endpoint } = command.opts<Options>();
const path = command.args[0]!;

const client = new KinesisClient({
  ...(endpoint === undefined ? {} : { endpoint }),
  requestHandler: { requestTimeout: 10_000 },
});
const bar = new SingleBar({ format: '{bar} {percentage} % | {stored} stored | {eta} s left' });
/** The line of each pending record, by the record's id. */
const lineNumbers = new Map<number, number>();
let stored = 0;
let failed = 0;
let lineNumber = 0;
let bytesRead = 0;

function reportFailure(line: number, message: string): void {
  failed++;
  console.error(`line ${line}: ${message}`);
}

const producer = await openProducer(client, stream, {
  aggregation: aggregate ? 'shard' : 'none',
  onResult(result) {
    const line = lineNumbers.get(result.recordId)!;
    lineNumbers.delete(result.recordId);
    if (result.ok) bar.update({ stored: ++stored });
    else reportFailure(line, `${result.fault.code}: ${result.fault.message}`);
  },
});
bar.start((await stat(path)).size, 0, { stored });
for await (const text of createInterface({ input: createReadStream(path) })) {
  lineNumber++;
  bytesRead += Buffer.byteLength(text) + 1;
  try {
    if (text.trim() === '') continue;
    const value: unknown = JSON.parse(text)?.[key];
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new Error(`expected a string or a number as "${key}", got ${typeof value}`);
    }
    const record = { PartitionKey: `${value}`, Data: new TextEncoder().encode(text) };
    const id = await producer.add(record);
    lineNumbers.set(id, lineNumber);
  } catch (error) {
    reportFailure(lineNumber, (error as Error).message);
  }
  bar.update(bytesRead);
}
await producer.flush();
bar.stop();
client.destroy();
console.log(`${stored} stored, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
