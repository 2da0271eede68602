/**
 * What the commands have in common that read keys and route them.
 *
 * @module
 */

import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { ShardMap } from '../sharding/shard-map.ts';
import { readKeys } from './key-input.ts';
import type { Lines } from './line-splitter.ts';
import { addShardOptions, readShardMap, type ShardOptions } from './shard-option.ts';

interface KeyCommand {
  /** True if output comes while input is still read. */
  readonly isStreaming: boolean;
  /** From batches of keys, each valid until the next, to the output of the command. */
  run(
    batches: AsyncIterable<Lines>,
    map: ShardMap,
    isJson: boolean,
  ): AsyncIterable<Uint8Array | string>;
}

/** Gives a command its input and its shards. */
export function addKeyCommand(command: Command, { isStreaming, run }: KeyCommand): void {
  command.argument('[file]', 'partition keys, one a line; none or - is standard input');
  addShardOptions(command)
    .option('--json', 'print JSON')
    .action(async (file = '-', options: ShardOptions & { json?: true }) => {
      const map = await readShardMap(command, options, file);
      const isTerminalInUse =
        (isStreaming && process.stdout.isTTY) || (file === '-' && process.stdin.isTTY);
      const isProgressShown = process.stderr.isTTY && !isTerminalInUse;
      await print(run(readKeys(file, isProgressShown), map, options.json ?? false));
    });
}

/** Writes to standard output, no faster than it is read, until nobody reads it any more. */
async function print(output: AsyncIterable<Uint8Array | string>): Promise<void> {
  try {
    await pipeline(output, process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
