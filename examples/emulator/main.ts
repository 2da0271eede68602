/** `npm run emulator -- --port N`: serves Kinesis on this machine until SIGINT or SIGTERM. */

import { Command, InvalidArgumentError, Option } from 'commander';
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
    new Option('--transition-ms <n>', 'how long a stream stays CREATING or UPDATING')
      .argParser(toInteger)
      .default(0),
  )
  .addOption(
    new Option('--throughput <mode>', 'whether to enforce the limits per shard')
      .choices(['enforced', 'unlimited'])
      .default('enforced'),
  )
  .parse();
const { account: accountId, port, region, throughput, transitionMs } = command.opts();

try {
  const emulator = new Emulator({ accountId, region, throughput, transitionMs });
  const server = await serve(emulator, port);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.close());
  console.log(server.url);
} catch (error) {
  command.error(`error: ${(error as Error).message}`);
}
