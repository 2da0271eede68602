/**
 * The code that `route` and `spread` share: reads keys and shards, writes to standard output.
 *
 * @module
 */

import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ShardMap } from '../sharding/shard-map.ts';
import { readKeys } from './key-reader.ts';
import type { Lines } from './line-splitter.ts';
import { addShardOptions, readShardMap, type ShardOptions } from './shard-options.ts';

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
}

/** Adds the argument, the options and the action of a command that routes keys. */
export function addRoutingAction(command: Command, { isStreaming, run }: RoutingAction): void {
  command.argument('[file]', 'keys, one per line; standard input if - or omitted');
  addShardOptions(command)
    .option('--json', 'print JSON')
    .action(async (file = '-', options: ShardOptions & { json?: true }) => {
      const map = await readShardMap(command, options, file);
      // A progress bar would mix with output or typed keys on the same terminal.
      const isTerminalInUse =
        (isStreaming && process.stdout.isTTY) || (file === '-' && process.stdin.isTTY);
      const isProgressShown = process.stderr.isTTY && !isTerminalInUse;
      const keys = readKeys(file, { isProgressShown });
      await writeOutput(run(keys, map, { isJson: options.json ?? false }));
    });
}

/** Writes as fast as the output is read, and stops without an error when its reader leaves. */
async function writeOutput(output: AsyncIterable<Uint8Array | string>): Promise<void> {
  try {
    await pipeline(output, process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
