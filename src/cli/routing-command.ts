/**
 * The code shared by commands that read keys or records, and shards.
 *
 * @module
 */

import type { Command } from 'commander';
import type { ShardMap } from '../sharding/shard-map.ts';
import { promptOnTerminal } from './input.ts';
import { addShardOptions, readShardMap, type ShardOptions } from './shard-options.ts';
import { findTerminal, type Terminal } from './terminal.ts';

interface RoutingAction<Options> {
  /** What the file contains, for the help. */
  readonly content: string;
  /** True if output is written while the input is still being read. */
  readonly isStreaming: boolean;
  /** Reads the input and writes the output. */
  readonly run: (input: RoutingInput, options: Options) => Promise<void>;
}

/** What to read, over which shards, and how to show it. */
export interface RoutingInput {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly map: ShardMap;
  readonly isJson: boolean;
  /** Undefined if the output does not go to a terminal. */
  readonly terminal: Terminal | undefined;
  readonly isProgressShown: boolean;
}

/** Adds the argument, the options and the action of a command that routes keys or records. */
export function addRoutingAction<Options>(
  command: Command,
  { content, isStreaming, run }: RoutingAction<Options>,
): Command {
  command.argument('[file]', `${content}, one per line; standard input if - or omitted`);
  return addShardOptions(command)
    .option('--json', 'print JSON')
    .action(async (path: string | undefined, options: Options & CommonOptions) => {
      const file = path ?? '-';
      const map = await readShardMap(options, file);
      const terminal = findTerminal();
      const { isProgressShown } = planProgress(file, isStreaming && terminal !== undefined);
      if (path === undefined) {
        promptOnTerminal(`${options.records ? 'records' : 'partition keys'}, one per line,`);
      }
      await run({ file, map, isJson: options.json ?? false, terminal, isProgressShown }, options);
    });
}

interface CommonOptions extends ShardOptions {
  readonly json?: true;
  readonly records?: true;
}

/** Decides whether to show a progress bar. It would mix with output or typed keys. */
export function planProgress(
  file: string,
  isOutputOnTerminal: boolean,
): { readonly isProgressShown: boolean } {
  const isTerminalInUse = isOutputOnTerminal || (file === '-' && process.stdin.isTTY);
  const isProgressShown =
    process.stderr.isTTY && !isTerminalInUse && process.env['TERM'] !== 'dumb';
  return { isProgressShown };
}
