/**
 * Reads shards from a file that the AWS CLI wrote.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { AwsShard } from '../sharding/shard.ts';
import { describeSystemError, InputError } from './errors.ts';

/** The AWS CLI's command that prints the shards of a stream. */
export const LIST_SHARDS = 'aws kinesis list-shards --stream-name NAME --output json';

export interface ShardPage {
  readonly shards: readonly AwsShard[];
  /** True if further pages follow. */
  readonly hasMoreShards: boolean;
}

/**
 * Reads an answer of ListShards or DescribeStream, or a bare list of shards.
 *
 * The shards themselves are not checked.
 *
 * @param file A path, or `-` for standard input.
 * @throws {InputError} If the file cannot be read or does not have a list of shards.
 */
export async function readShardPage(file: string): Promise<ShardPage> {
  const name = file === '-' ? 'standard input' : file;
  const advice = `Pass the output of: ${LIST_SHARDS}`;
  let answer: unknown;
  try {
    const bytes = await (file === '-' ? buffer(process.stdin) : readFile(file));
    // TextDecoder drops a byte order mark, which editors on Windows add.
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? `expected one JSON document (${error.message})`
        : describeSystemError(error);
    throw new InputError(`cannot read shards from ${name}: ${reason}\n${advice}`);
  }
  const { Shards, NextToken, StreamDescription } = (answer ?? {}) as {
    Shards?: unknown;
    NextToken?: unknown;
    StreamDescription?: { Shards?: unknown; HasMoreShards?: unknown } | null;
  };
  const shards = Array.isArray(answer) ? answer : (Shards ?? StreamDescription?.Shards);
  if (!Array.isArray(shards)) {
    throw new InputError(
      `expected a list in ${name} under Shards or StreamDescription.Shards, got none\n${advice}`,
    );
  }
  return {
    shards,
    hasMoreShards: typeof NextToken === 'string' || StreamDescription?.HasMoreShards === true,
  };
}
