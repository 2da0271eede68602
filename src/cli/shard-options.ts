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
import { InputError, UsageError } from './errors.ts';
import { nameFile } from './input.ts';
import { LIST_SHARDS, readShardPages } from './shard-file.ts';

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
        'the shards: JSON from `aws kinesis list-shards` or `describe-stream`, or - for standard input; may be repeated, one page each',
      )
        .argParser((file: string, previous: string[] | undefined) => [...(previous ?? []), file])
        .conflicts('shardCount'),
    )
    .addOption(
      new Option(
        '--shard-count <n>',
        'instead of --shards: n shards of equal width, as in a new stream',
      ).argParser(parseShardCount),
    );
}

export function parseShardCount(text: string): number {
  const shardCount = Number(text);
  if (/^[0-9]+$/.test(text) && shardCount >= 1 && shardCount <= UNIFORM_SHARDS_MAX) {
    return shardCount;
  }
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${UNIFORM_SHARDS_MAX}.`);
}

/**
 * Creates the map of the shards that the options select.
 *
 * @param keyFile The file of the keys, if any: `-` for standard input.
 * @throws {UsageError} If no option is given, or standard input is named twice.
 * @throws {InputError} If a file cannot be read, or its shards do not tile the key space.
 */
export async function readShardMap(
  { shards: files, shardCount }: ShardOptions,
  keyFile?: string,
): Promise<ShardMap> {
  if (shardCount !== undefined) return createUniformShardMap(shardCount);
  if (files === undefined) {
    throw new UsageError(
      `expected --shards or --shard-count, got neither\nPass --shard-count N, or --shards FILE with the output of: ${LIST_SHARDS}`,
    );
  }
  const uses = [keyFile, ...files].filter((file) => file === '-').length;
  if (uses > 1) {
    throw new UsageError(
      `expected standard input for at most one input, got it for ${uses}\nPass files for the others. Without a file, keys come from standard input.`,
    );
  }
  const pages = (await Promise.all(files.map(readShardPages))).flat();
  const result = createShardMap(pages.flatMap(({ shards }) => shards));
  if (result.ok) return result.value;
  // Only the last page of a listing has no token.
  const advice = pages.every(({ hasMoreShards }) => hasMoreShards)
    ? 'The listing has further pages (NextToken or HasMoreShards). Pass each page with its own --shards.'
    : `Pass the complete listing of one stream, the output of: ${LIST_SHARDS}`;
  throw new InputError(`${files.map(nameFile).join(', ')}: ${result.fault.message}\n${advice}`);
}
