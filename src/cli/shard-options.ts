/**
 * The options `--shards` and `--shard-count`, which say which shards to route over.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  createShardMap,
  createUniformShardMap,
  type ShardMap,
  UNIFORM_SHARDS_MAX,
} from '../sharding/shard-map.ts';
import { InputError } from './errors.ts';
import { EXIT_BAD_USAGE } from './exit-code.ts';
import { LIST_SHARDS, readShardPage } from './shard-file.ts';

export interface ShardOptions {
  /** Files, one per page of the listing. */
  readonly shards?: readonly string[];
  readonly shardCount?: number;
}

export function addShardOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--shards <file>',
        'JSON from `aws kinesis list-shards` or `describe-stream`, or - for standard input; repeat for further pages',
      )
        .argParser((file: string, previous: string[] | undefined) => [...(previous ?? []), file])
        .conflicts('shardCount'),
    )
    .addOption(
      new Option('--shard-count <n>', 'n shards of equal width, as in a new stream').argParser(
        parseShardCount,
      ),
    );
}

function parseShardCount(text: string): number {
  const shardCount = Number(text);
  if (/^[0-9]+$/.test(text) && shardCount >= 1 && shardCount <= UNIFORM_SHARDS_MAX) {
    return shardCount;
  }
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${UNIFORM_SHARDS_MAX}.`);
}

/**
 * Creates the map of the shards that the options select.
 *
 * @param keyFile Where the keys come from, `-` for standard input.
 * @throws {CommanderError} If no option is given, or standard input is named twice.
 * @throws {InputError} If a file cannot be read, or its shards do not tile the key space.
 */
export async function readShardMap(
  command: Command,
  { shards: files, shardCount }: ShardOptions,
  keyFile: string,
): Promise<ShardMap> {
  if (shardCount !== undefined) return createUniformShardMap(shardCount);
  if (files === undefined) {
    command.error(
      `error: expected --shards or --shard-count, got neither\nPass --shard-count N, or --shards FILE with the output of: ${LIST_SHARDS}`,
      { exitCode: EXIT_BAD_USAGE },
    );
  }
  const uses = [keyFile, ...files].filter((file) => file === '-').length;
  if (uses > 1) {
    command.error(
      `error: expected standard input for at most one input, got it for ${uses}\nPass files for the others. Without a file, keys come from standard input.`,
      { exitCode: EXIT_BAD_USAGE },
    );
  }
  const pages = await Promise.all(files.map(readShardPage));
  const result = createShardMap(pages.flatMap(({ shards }) => shards));
  if (result.ok) return result.value;
  const advice = pages.some(({ hasMoreShards }) => hasMoreShards)
    ? 'The listing has further pages (NextToken or HasMoreShards). Pass each page with its own --shards.'
    : `Pass the complete listing of one stream, the output of: ${LIST_SHARDS}`;
  throw new InputError(`${files.join(', ')}: ${result.fault.message}\n${advice}`);
}
