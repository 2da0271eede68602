#!/usr/bin/env node
/**
 * The command `shardline`.
 *
 * @module
 */

import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { addBench } from './bench.ts';
import { addDecode } from './decode.ts';
import { describeSystemError, InputError } from './errors.ts';
import { EXIT_BAD_INPUT, EXIT_BAD_USAGE, EXIT_OK } from './exit-code.ts';
import { addRoute } from './route.ts';
import { addSpread } from './spread.ts';

const DETAILS = `
Lines end at LF; a CR before it is dropped. A line that is no partition key (empty, over 256
characters, not UTF-8) is reported on standard error and left out.

Exit codes:
  ${EXIT_OK}  every line was routed
  ${EXIT_BAD_INPUT}  the input is faulty: a line is no partition key, a file cannot be read, a listing has a hole
  ${EXIT_BAD_USAGE}  the command line is wrong

Examples:
  $ printf 'a\\nb\\ne\\n' | shardline route --shard-count 3
  $ aws kinesis list-shards --stream-name orders > shards.json
  $ shardline spread keys.txt --shards shards.json`;

async function main(): Promise<void> {
  const program = new Command('shardline')
    .description('Tells which shard of an Amazon Kinesis data stream a partition key goes to.')
    .version(version)
    .helpCommand(false)
    .showHelpAfterError('Run it with --help to see how it is used.')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'shardline: ')),
    })
    .exitOverride()
    .addHelpText('after', DETAILS);
  for (const addCommand of [addRoute, addSpread, addDecode, addBench]) addCommand(program);
  // A help text that nobody reads to its end is no error; the output of commands minds its own.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

function reportError(error: unknown): number {
  // Its text is printed already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_BAD_USAGE;
  if (error instanceof InputError) {
    process.stderr.write(`shardline: ${error.message}\n`);
    return EXIT_BAD_INPUT;
  }
  if ((error as NodeJS.ErrnoException).syscall === 'write') {
    process.stderr.write(`shardline: cannot write the output: ${describeSystemError(error)}\n`);
    return EXIT_BAD_INPUT;
  }
  throw error;
}

void main();
