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
Partition keys are read one per line. Lines end with LF or CRLF. A line that is not a valid key
(empty, longer than 256 characters, or not UTF-8) is reported on standard error and skipped.

Exit codes:
  ${EXIT_OK}  success
  ${EXIT_BAD_INPUT}  bad input: an invalid key or sequence number, an unreadable file, an incomplete shard listing
  ${EXIT_BAD_USAGE}  bad usage: an unknown command or option, a missing or invalid argument

Examples:
  $ printf 'a\\nb\\ne\\n' | shardline route --shard-count 3
  $ aws kinesis list-shards --stream-name orders > shards.json
  $ shardline spread keys.txt --shards shards.json`;

async function main(): Promise<void> {
  const program = new Command('shardline')
    .description('Tells which shard of an Amazon Kinesis data stream a partition key goes to.')
    .version(version)
    .helpCommand(false)
    .showHelpAfterError('Run the command with --help for usage.')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'shardline: ')),
    })
    .exitOverride()
    .addHelpText('after', DETAILS);
  for (const addCommand of [addRoute, addSpread, addDecode, addBench]) addCommand(program);
  // A reader may leave before the end of a help text. Commands handle errors of their own output.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** Prints an error that the user can act on and returns the exit code. Throws any other error. */
function reportError(error: unknown): number {
  // Commander has printed the message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_BAD_USAGE;
  if (error instanceof InputError) {
    process.stderr.write(`shardline: ${error.message}\n`);
    return EXIT_BAD_INPUT;
  }
  if ((error as NodeJS.ErrnoException).syscall === 'write') {
    const reason = describeSystemError(error);
    process.stderr.write(`shardline: cannot write to standard output: ${reason}\n`);
    return EXIT_BAD_INPUT;
  }
  throw error;
}

void main();
