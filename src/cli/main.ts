#!/usr/bin/env node
/**
 * The command `shardline`.
 *
 * @module
 */

import { Command, CommanderError, type Option } from 'commander';
import { version } from '../../package.json';
import { escapeControls } from '../base/argument.ts';
import { addAdvise } from './advise.ts';
import { addBench } from './bench.ts';
import { addDecode } from './decode.ts';
import { describeSystemError, InputError, printMessage, UsageError } from './errors.ts';
import { EXIT_BAD_INPUT, EXIT_BAD_USAGE, EXIT_OK } from './exit-code.ts';
import { addFindKey } from './find-key.ts';
import { writeOutput } from './output.ts';
import { addPlan } from './plan.ts';
import { addRoute } from './route.ts';
import { addSpread } from './spread.ts';
import { addSql } from './sql.ts';

const DETAILS = `
Partition keys are read one per line. Lines end with LF or CRLF. A line that is
not a valid key (empty, longer than 256 characters, or not UTF-8) is reported on
standard error and skipped. UTF-16 with a byte order mark is read as well. Keys
that are separated by NUL must be converted first, with: tr '\\0' '\\n'

Pipes and files get exact bytes. On a terminal, control characters in keys are
escaped as in JSON, and charts fit the width and the locale.

Exit codes:
  ${EXIT_OK}  success, also if the reader of the output leaves early
  ${EXIT_BAD_INPUT}  bad input or output: an invalid key or sequence number, an unreadable
     file, an incomplete shard listing, output that cannot be written
  ${EXIT_BAD_USAGE}  bad usage: an unknown command or option, a missing or invalid argument

Examples:
  $ printf 'a\\nb\\ne\\n' | shardline route --shard-count 3
  $ aws kinesis list-shards --stream-name orders > shards.json
  $ shardline spread keys.txt --shards shards.json`;

const COMMANDS = [
  addRoute,
  addSpread,
  addAdvise,
  addPlan,
  addFindKey,
  addSql,
  addDecode,
  addBench,
] as const;

const ADVICE = 'Run the command with --help for usage.';

async function main(): Promise<void> {
  // Commands handle errors of their own output. Errors of messages cannot be reported anywhere.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const help: string[] = [];
  const program = createProgram(help);
  try {
    await program.parseAsync().catch(ignoreHelp);
    await writeOutput(help);
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** @param help Receives the texts that commander prints on standard output. */
function createProgram(help: string[]): Command {
  const program = new Command('shardline')
    .description('Tells where the records of an Amazon Kinesis data stream go, and what helps.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError(ADVICE)
    .configureOutput({ writeOut: (text) => void help.push(text), outputError: printUsageError })
    .exitOverride()
    .addHelpText('after', DETAILS);
  for (const addCommand of COMMANDS) addCommand(program);
  program
    .command('help')
    .summary('print the help of a command')
    .description('Prints the help of a command, or of all.')
    .argument('[command]')
    .action(async (name?: string) => {
      // An unknown command is an error here, although commander accepts `nosuch --help`.
      const isKnown = program.commands.some((command) => command.name() === name);
      const args = name === undefined ? ['--help'] : isKnown ? [name, '--help'] : [name];
      await program.parseAsync(args, { from: 'user' });
    });
  program
    .command('version')
    .summary('print the version')
    .description('Prints the version.')
    .action(() => void help.push(`${version}\n`));
  for (const command of program.commands) refuseRepeatedOptions(command);
  return program;
}

/** Refuses an option that is given twice. Otherwise commander would silently take the last. */
function refuseRepeatedOptions(command: Command): void {
  const given = new Set<Option>();
  for (const option of command.options.filter(({ long }) => long !== '--shards')) {
    command.on(`option:${option.name()}`, () => {
      if (given.has(option)) command.error(`error: option '${option.flags}' is given twice`);
      given.add(option);
    });
  }
}

/** Prints an error of commander. Its text has the arguments unescaped and ends with a line feed. */
function printUsageError(text: string): void {
  const [, message, suggestion = ''] = /^error: (.*?)(\n\(Did you mean .*\))?\n$/s.exec(text)!;
  printMessage(escapeControls(message!) + suggestion);
}

function ignoreHelp(error: unknown): void {
  if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
}

/** Prints an error that the user can act on and returns the exit code. Throws any other error. */
function reportError(error: unknown): number {
  // Commander has printed the message already.
  if (error instanceof CommanderError) return EXIT_BAD_USAGE;
  if (error instanceof UsageError) {
    printMessage(`${error.message}\n\n${ADVICE}`);
    return EXIT_BAD_USAGE;
  }
  if (error instanceof InputError) {
    printMessage(error.message);
    return EXIT_BAD_INPUT;
  }
  if ((error as NodeJS.ErrnoException).syscall === 'write') {
    printMessage(`cannot write to standard output: ${describeSystemError(error)}`);
    return EXIT_BAD_INPUT;
  }
  throw error;
}

void main();
