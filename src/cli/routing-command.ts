/**
 * The code that `route` and `spread` share: reads keys and shards, writes to standard output.
 *
 * @module
 */

import type { Command } from 'commander';
import type { ShardMap } from '../sharding/shard-map.ts';
import { promptOnTerminal } from './input.ts';
import { readKeys } from './key-reader.ts';
import type { Lines } from './line-splitter.ts';
import { writeOutput } from './output.ts';
import { addShardOptions, readShardMap, type ShardOptions } from './shard-options.ts';
import { findTerminal, type Terminal } from './terminal.ts';

interface RoutingAction {
  /** True if output is written while keys are still being read. */
  readonly isStreaming: boolean;
  /** Yields the output. Each batch of keys is valid until the next is requested. */
  readonly run: (
    batches: AsyncIterable<Lines>,
    map: ShardMap,
    options: OutputOptions,
  ) => AsyncIterable<Uint8Array | string>;
}

export interface OutputOptions {
  readonly isJson: boolean;
  /** Undefined if the output does not go to a terminal. */
  readonly terminal: Terminal | undefined;
}

/** Adds the argument, the options and the action of a command that routes keys. */
export function addRoutingAction(command: Command, { isStreaming, run }: RoutingAction): void {
  command.argument('[file]', 'keys, one per line; standard input if - or omitted');
  addShardOptions(command)
    .option('--json', 'print JSON')
    .action(async (path: string | undefined, options: ShardOptions & { json?: true }) => {
      const file = path ?? '-';
      const map = await readShardMap(options, file);
      const terminal = findTerminal();
      // A progress bar would mix with output or typed keys on the same terminal.
      const isTerminalInUse =
        (isStreaming && terminal !== undefined) || (file === '-' && process.stdin.isTTY);
      const isProgressShown =
        process.stderr.isTTY && !isTerminalInUse && process.env['TERM'] !== 'dumb';
      if (path === undefined) promptOnTerminal('partition keys, one per line,');
      const keys = readKeys(file, { isProgressShown });
      await writeOutput(run(keys, map, { isJson: options.json ?? false, terminal }));
    });
}
