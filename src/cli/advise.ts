/**
 * `shardline advise`: says which shard and key is hot, and what helps.
 *
 * @module
 */

import type { Command } from 'commander';
import { UNIFORM_SCALING_SHARDS_MAX } from '../base/limits.ts';
import { balanceRanges } from '../load/balance-ranges.ts';
import { EVEN_RATIO } from '../load/explain-load.ts';
import { type Load, loadsIn, sumWeights } from '../load/loads.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { formatCommand, quoteShell } from './aws-commands.ts';
import { meterFile } from './load-reader.ts';
import { writeOutput } from './output.ts';
import { listWeights } from './plan.ts';
import { addCalls, makePlan } from './reshard-plan.ts';
import { addRoutingAction, type RoutingInput } from './routing-command.ts';
import type { ShardOptions } from './shard-options.ts';
import { streamNameOption } from './stream-name.ts';
import { wrapWords } from './terminal.ts';

const DETAILS = `
Looks at the busiest shard first. If one key has over half of its load, no split
helps; if a key has over 1 MiB or 1,000 records per second, no resharding does.
Only other partition keys help then. Otherwise prints the split that divides the
load best, as a command of the AWS CLI, unless the load is even. Then says what
balanced ranges achieve.

The load is measured in bytes or in records, whichever uses more of its limit: 1
MiB and 1,000 records per second. Without sizes, it is measured in records; if
aggregated records were opened, in bytes.

With --records, each line is a record as JSON, as for \`shardline spread\`. If
every record has an ApproximateArrivalTimestamp, compares rates with the limits
of a shard, and prints the lowest number of shards that is enough.

With --json, prints one object { verdicts: [{ kind, text, calls? }], balance: {
shardCount, share, balancedShare, calls } }. Both shares are those of the
busiest shard, from 0 to 1.

Examples:
  $ shardline advise keys.txt --shards shards.json
  $ shardline advise --records records.jsonl --shards shards.json --json`;

interface AdviseOptions extends ShardOptions {
  readonly records?: true;
  readonly streamName?: string;
}

export function addAdvise(program: Command): void {
  const command = program
    .command('advise')
    .summary('say what is hot and what helps')
    .description('Says which shard and which key is hot, and what helps.')
    .addHelpText('after', DETAILS);
  addRoutingAction<AdviseOptions>(command, {
    content: 'keys or records',
    isStreaming: false,
    run: printAdvice,
  })
    .option('--records', 'read records as JSON, one per line, instead of keys')
    .addOption(streamNameOption());
}

async function printAdvice(input: RoutingInput, options: AdviseOptions): Promise<void> {
  const { file, map, isJson, terminal, isProgressShown } = input;
  const isRecords = options.records === true;
  const load = await meterFile(file, { isRecords, map, isProgressShown });
  const verdicts = load.verdicts.map((verdict) => addCalls(verdict, map));
  // No range relieves a shard of a key that is over a limit.
  const balance = verdicts.some(({ kind }) => kind === 'even' || kind === 'key-over-limit')
    ? undefined
    : describeBalance(listWeights(load), map);
  if (isJson) {
    await writeOutput([`${JSON.stringify({ verdicts, balance })}\n`]);
    return;
  }
  const show = (text: string): string =>
    terminal === undefined ? text : wrapWords(text, terminal);
  const lines = verdicts.flatMap(({ text, calls = [] }) => [
    show(text),
    ...calls.map((call) => `  ${formatCommand(call, options.streamName)}`),
  ]);
  if (balance !== undefined) {
    const { shardCount, share, balancedShare, calls } = balance;
    lines.push(
      show(
        `Balanced ranges for ${shardCount} shards, which take ${calls} calls, bring the busiest shard from ${percent(share)} to ${percent(balancedShare)} of the ${load.unit}.`,
      ),
      `  ${formatPlanCommand(file, options)}`,
    );
  }
  if (lines.filter((line) => line.startsWith('  ')).length > 1) {
    lines.push(show('Each command assumes the present shards: run one, then ask again.'));
  }
  if (lines.length === 0) lines.push('There are no records.');
  await writeOutput([lines.map((line) => `${line}\n`).join('')]);
}

interface Balance {
  readonly shardCount: number;
  /** The share of the busiest shard, now and with balanced ranges. */
  readonly share: number;
  readonly balancedShare: number;
  readonly calls: number;
}

/** Returns what balanced ranges would change, or undefined if they would change nothing. */
function describeBalance(loads: readonly Load[], map: ShardMap): Balance | undefined {
  const shardCount = map.shards.length;
  const all = sumWeights(loads);
  if (all === 0 || shardCount > UNIFORM_SCALING_SHARDS_MAX) return undefined;
  const busiestOf = (ranges: readonly HashRange[]): number =>
    Math.max(...ranges.map((range) => sumWeights(loadsIn(loads, range)))) / all;
  const ranges = balanceRanges(loads, shardCount);
  const [share, balancedShare] = [busiestOf(map.shards), busiestOf(ranges)];
  if (balancedShare >= share || share * shardCount < EVEN_RATIO) return undefined;
  return { shardCount, share, balancedShare, calls: makePlan(map, ranges).calls.length };
}

function formatPlanCommand(file: string, options: AdviseOptions): string {
  const { shards = [], shardCount, records, streamName } = options;
  return [
    'shardline plan',
    ...shards.map((path) => `--shards ${quoteShell(path)}`),
    ...(shardCount === undefined ? [] : [`--shard-count ${shardCount}`]),
    ...(records === true ? ['--records'] : []),
    ...(streamName === undefined ? [] : [`--stream-name=${quoteShell(streamName)}`]),
    `--balance ${quoteShell(file)}`,
  ].join(' ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
