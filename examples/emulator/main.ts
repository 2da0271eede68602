/** `npm run emulator -- --port N`: serves Kinesis on this machine until SIGINT or SIGTERM. */

import { Command, InvalidArgumentError, Option } from 'commander';
import type { AccountContext } from 'shardline';
import { Emulator } from './operations.ts';
import { serve } from './server.ts';

function toInteger(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

const command = new Command('emulator')
  .description('Serves the Kinesis Data Streams API from memory.')
  .addOption(
    new Option('--port <n>', 'port to listen on; 0 picks a free one')
      .argParser(toInteger)
      .default(0),
  )
  .option('--account <id>', 'account id, twelve digits', '000000000000')
  .option('--region <name>', 'region', 'us-east-1')
  .addOption(
    new Option('--transition-ms <n>', 'how long a stream stays CREATING, UPDATING or DELETING')
      .argParser(toInteger)
      .default(0),
  )
  .addOption(
    new Option('--creating-ms <n>', 'how long a stream stays CREATING').argParser(toInteger),
  )
  .addOption(
    new Option('--updating-ms <n>', 'how long a stream stays UPDATING').argParser(toInteger),
  )
  .addOption(
    new Option('--deleting-ms <n>', 'how long a stream stays DELETING').argParser(toInteger),
  )
  .addOption(new Option('--shard-limit <n>', 'the quota of open shards').argParser(toInteger))
  .addOption(
    new Option('--on-demand-stream-limit <n>', 'the quota of on-demand streams').argParser(
      toInteger,
    ),
  )
  .addOption(
    new Option('--validation-messages <style>', 'which values validation messages show')
      .choices(['data-omitted', 'value-shown'])
      .default('data-omitted'),
  )
  .option('--file <path>', 'where to keep the streams, and in <path>.records their records')
  .addOption(
    new Option('--throughput <mode>', 'whether to enforce the limits per shard')
      .choices(['enforced', 'unlimited'])
      .default('enforced'),
  )
  .parse();
const { account: accountId, port, file, ...context } = command.opts();

try {
  const emulator = new Emulator({ accountId, ...context } as AccountContext, Date.now, file);
  const server = await serve(emulator, port);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
  console.log(server.url);
} catch (error) {
  command.error(`error: ${(error as Error).message}`);
}
