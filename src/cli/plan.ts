/**
 * `shardline plan`: prints the calls that reshard a stream.
 *
 * @module
 */

import { type Command, Option } from 'commander';
import { UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import { balanceRanges } from '../load/balance-ranges.ts';
import type { Load } from '../load/loads.ts';
import { InputError, UsageError } from './errors.ts';
import { nameFile } from './input.ts';
import { type MeteredLoad, meterFile } from './load-reader.ts';
import { writeOutput } from './output.ts';
import { formatPlan, makePlan } from './reshard-plan.ts';
import { planProgress } from './routing-command.ts';
import {
  addShardOptions,
  parseShardCount,
  readShardMap,
  type ShardOptions,
} from './shard-options.ts';
import { streamNameOption } from './stream-name.ts';

const DETAILS = `
Prints commands of the AWS CLI for a POSIX shell, in order: each call, and the
wait until the stream is ACTIVE again. No plan of SplitShard and MergeShards has
fewer calls. If a chain of UpdateShardCount calls is shorter, it is printed
instead: from 2 to 16 shards, three calls (4, 8, 16) replace fourteen splits.

--count N plans N shards of equal width. --balance FILE plans ranges such that
the busiest has the least possible load, for as many shards as there are, or for
--count N. FILE has keys, or with --records records, as for \`shardline spread\`.

The shard ids are those that the service will assign if nothing else reshards
the stream. With --json, prints one object { openShardCount, targetShardCount,
calls: [{ operation, input, newShardIds }] }, and shardCountCalls if they are
fewer.

Examples:
  $ shardline plan --shards shards.json --count 32 --stream-name orders
  $ shardline plan --shards shards.json --balance keys.txt --json
  $ shardline plan --shard-count 2 --count 16 > plan.sh`;

interface PlanOptions extends ShardOptions {
  readonly count?: number;
  readonly balance?: string;
  readonly records?: true;
  readonly streamName?: string;
  readonly json?: true;
}

export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .summary('print the calls that reshard a stream')
    .description('Prints the calls that turn the shards of a stream into others.')
    .addHelpText('after', DETAILS);
  addShardOptions(command)
    .addOption(
      new Option('--count <n>', 'the number of shards to have in the end').argParser(
        parseShardCount,
      ),
    )
    .option('--balance <file>', 'keys or records to divide equally, or - for standard input')
    .option('--records', 'read records as JSON, one per line, instead of keys')
    .addOption(streamNameOption())
    .option('--json', 'print JSON')
    .action(async (options: PlanOptions) => {
      const { count, balance, records, streamName, json } = options;
      if (count === undefined && balance === undefined) {
        throw new UsageError(
          'expected --count or --balance, got neither\nPass --count N, or --balance FILE with keys.',
        );
      }
      if (balance === undefined && records === true) {
        throw new UsageError('expected --balance with --records, got none');
      }
      const map = await readShardMap(options, balance);
      const target =
        balance === undefined
          ? count!
          : balanceLoad(
              balance,
              await meterFile(balance, {
                isRecords: records === true,
                map,
                isProgressShown: planProgress(balance, false).isProgressShown,
              }),
              count ?? map.shards.length,
            );
      const plan = makePlan(map, target);
      await writeOutput([json ? `${JSON.stringify(plan)}\n` : formatPlan(plan, streamName)]);
    });
}

/** Returns ranges for a number of shards such that the busiest has the least possible load. */
function balanceLoad(
  file: string,
  load: MeteredLoad,
  shardCount: number,
): ReturnType<typeof balanceRanges> {
  if (load.report.records === 0) {
    throw new InputError(
      `expected keys or records in ${nameFile(file)}, got none\nPass --balance with a load to divide, or --count N for shards of equal width.`,
    );
  }
  if (shardCount > UNIFORM_SCALING_SHARDS_MAX) {
    throw new UsageError(
      `expected at most ${UNIFORM_SCALING_SHARDS_MAX} shards with --balance, got ${shardCount}`,
    );
  }
  return balanceRanges(listWeights(load), shardCount);
}

/** Returns where the load is, in the unit of the tighter limit. */
export function listWeights({ report, unit }: MeteredLoad): Load[] {
  return report.loads.map(({ hashKey, [unit]: weight }) => ({ hashKey, weight }));
}
