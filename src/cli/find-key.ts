/**
 * `shardline find-key`: finds a key for each shard.
 *
 * @module
 */

import type { Command } from 'commander';
import { escapeControls, quote } from '../base/argument.ts';
import { findPartitionKey } from '../producer/find-partition-key.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { UsageError } from './errors.ts';
import { FlawReports } from './flaw-reports.ts';
import { writeOutput } from './output.ts';
import { addShardOptions, readShardMap, type ShardOptions } from './shard-options.ts';
import { findTerminal } from './terminal.ts';

const DETAILS = `
Prints one line per open shard: shard id, explicit hash key and partition key,
separated by tabs. A record with either key goes to that shard. The explicit
hash key is the lowest of the shard. The partition key is the prefix followed by
the first of 0, 1, 2 and so on that leads there. With --json, each line is an
object { shardId, explicitHashKey, partitionKey }.

For a shard with less than a millionth of all hash keys, the search may find no
partition key: then - is printed in its place, and the command fails.

A prefix with control characters, such as a tab, needs --json.

Examples:
  $ shardline find-key --shards shards.json
  $ shardline find-key --shard-count 8 --prefix canary- | cut -f 3`;

interface FindKeyOptions extends ShardOptions {
  readonly prefix?: string;
  readonly json?: true;
}

export function addFindKey(program: Command): void {
  const command = program
    .command('find-key')
    .summary('find a key for each shard')
    .description('Finds a partition key and an explicit hash key for each shard.')
    .addHelpText('after', DETAILS);
  addShardOptions(command)
    .option('--prefix <text>', 'what each partition key starts with')
    .option('--json', 'print JSON')
    .action(async (options: FindKeyOptions) => {
      const { prefix = '', json } = options;
      if (!json && /\p{Cc}/u.test(prefix)) {
        throw new UsageError(
          `expected --prefix without control characters, which break the columns, got ${quote(prefix)}\nWith --json, a prefix may have them.`,
        );
      }
      const map = await readShardMap(options);
      const show = findTerminal() === undefined ? (text: string) => text : escapeControls;
      await writeOutput(findKeys(map, prefix, json ? JSON.stringify : undefined, show));
    });
}

function* findKeys(
  { shards }: ShardMap,
  prefix: string,
  stringify: ((value: object) => string) | undefined,
  show: (text: string) => string,
): Generator<string> {
  const reports = new FlawReports();
  for (const shard of shards) {
    const { shardId } = shard;
    const explicitHashKey = `${shard.startingHashKey}`;
    const found = findPartitionKey(shard, { prefix });
    if (!found.ok) reports.addFlaw(`${shardId}: ${found.fault.message}`);
    const partitionKey = found.ok ? found.value : undefined;
    yield stringify === undefined
      ? `${shardId}\t${explicitHashKey}\t${show(partitionKey ?? '-')}\n`
      : `${show(stringify({ shardId, explicitHashKey, partitionKey }))}\n`;
  }
  reports.printTotals(
    shards.length,
    'shards',
    'a shorter prefix, or shards with more hash keys',
    'found no partition key for',
  );
}
