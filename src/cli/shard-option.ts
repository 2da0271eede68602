/**
 * `--shards` and `--shard-count`: the shards to route over.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AwsShard } from '../sharding/shard.ts';
import { createShardMap, createUniformShardMap, type ShardMap } from '../sharding/shard-map.ts';
import { EXIT_BAD_USAGE, InputFailure, systemMessage } from './failure.ts';

export interface ShardOptions {
  /** Files, one a page of the listing. */
  readonly shards?: readonly string[];
  readonly shardCount?: ShardMap;
}

const LIST_SHARDS = 'aws kinesis list-shards --stream-name NAME --output json';

/** Adds the options to a command. */
export function addShardOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--shards <file>',
        'the answer of `aws kinesis list-shards` or `describe-stream`; - is standard input; repeat it for further pages',
      )
        .argParser((file: string, previous: string[] | undefined) => [...(previous ?? []), file])
        .conflicts('shardCount'),
    )
    .addOption(
      new Option('--shard-count <n>', 'a new stream of n shards of equal width').argParser(
        parseShardCount,
      ),
    );
}

/**
 * The shards that the options name.
 *
 * @param keyFile `-` is standard input.
 * @throws {CommanderError} If they name none, or standard input for both keys and shards.
 * @throws {InputFailure} If the listing cannot be read or cannot be routed over.
 */
export async function readShardMap(
  command: Command,
  { shards: files, shardCount }: ShardOptions,
  keyFile: string,
): Promise<ShardMap> {
  if (shardCount !== undefined) return shardCount;
  if (files === undefined) {
    command.error(
      `error: no shards to route over: give --shard-count N, or --shards FILE with FILE from\n  ${LIST_SHARDS} > FILE`,
      { exitCode: EXIT_BAD_USAGE },
    );
  }
  if ([keyFile, ...files].filter((file) => file === '-').length > 1) {
    command.error(
      'error: standard input can be read once: give a FILE of keys, or a file for --shards',
      { exitCode: EXIT_BAD_USAGE },
    );
  }
  const pages = await Promise.all(files.map(readPage));
  const result = createShardMap(pages.flatMap(({ shards }) => shards));
  if (result.ok) return result.value;
  const advice = pages.some(({ isCut }) => isCut)
    ? 'A page of the listing says that more shards follow: give each page with a --shards of its own.'
    : `Give the whole listing of one stream, as the service answers it: ${LIST_SHARDS}`;
  throw new InputFailure(`${files.join(', ')}: ${result.fault.message}\n${advice}`);
}

function parseShardCount(text: string): ShardMap {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  try {
    return createUniformShardMap(Number(text));
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

interface Page {
  readonly shards: readonly AwsShard[];
  /** True if the answer says that it is not the last one. */
  readonly isCut: boolean;
}

async function readPage(file: string): Promise<Page> {
  const name = file === '-' ? 'standard input' : file;
  let answer: unknown;
  try {
    // Drops a byte order mark, as editors on Windows leave one.
    const bytes = await (file === '-' ? buffer(process.stdin) : readFile(file));
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? 'it is no JSON document of its own' : systemMessage(error);
    throw new InputFailure(
      `cannot read the shards of ${name}: ${reason}\nWrite it with: ${LIST_SHARDS} > ${file === '-' ? 'FILE' : file}`,
    );
  }
  const { Shards, NextToken, StreamDescription } = (answer ?? {}) as {
    Shards?: unknown;
    NextToken?: unknown;
    StreamDescription?: { Shards?: unknown; HasMoreShards?: unknown } | null;
  };
  const shards = Array.isArray(answer) ? answer : (Shards ?? StreamDescription?.Shards);
  if (!Array.isArray(shards)) {
    throw new InputFailure(
      `there are no Shards in ${name}\nWrite it with: ${LIST_SHARDS} > ${file === '-' ? 'FILE' : file}`,
    );
  }
  return {
    shards,
    isCut: typeof NextToken === 'string' || StreamDescription?.HasMoreShards === true,
  };
}
