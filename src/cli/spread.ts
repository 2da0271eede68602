/**
 * `shardline spread`: prints how evenly keys are spread over the shards.
 *
 * @module
 */

import type { Command } from 'commander';
import { createBatchRouter } from '../batch/batch-router.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import type { Lines } from './line-splitter.ts';
import { addRoutingAction, type OutputOptions } from './routing-command.ts';
import { type Terminal, wrapWords } from './terminal.ts';

const DETAILS = `
Prints one line per open shard: shard id, records, share of all records, and a
bar; then the totals. With --json, prints one object { records, shards: [{
shardId, records, share }] }, where share is from 0 to 1.

Examples:
  $ shardline spread keys.txt --shards shards.json
  $ cut -d, -f3 orders.csv | shardline spread --shard-count 16
  $ shardline spread keys.txt --shard-count 4 --json | jq '.shards[].share'`;

const BAR_COLUMNS_MAX = 40;

interface ShardLoad {
  readonly shardId: string;
  readonly records: number;
  readonly share: number;
}

export function addSpread(program: Command): void {
  const command = program
    .command('spread')
    .summary('chart how many keys each shard gets')
    .description('Prints how many partition keys go to each shard, as a bar chart.')
    .addHelpText('after', DETAILS);
  addRoutingAction(command, { isStreaming: false, run: formatSpread });
}

async function* formatSpread(
  batches: AsyncIterable<Lines>,
  map: ShardMap,
  { isJson, terminal }: OutputOptions,
): AsyncGenerator<string> {
  const counts = await countRecords(batches, map);
  const records = counts.reduce((sum, count) => sum + count, 0);
  const shards = map.shards.map(({ shardId }, mapIndex) => ({
    shardId,
    records: counts[mapIndex]!,
    share: records === 0 ? 0 : counts[mapIndex]! / records,
  }));
  yield isJson
    ? `${JSON.stringify({ records, shards })}\n`
    : formatChart(records, shards, terminal);
}

/** Returns the number of records by map index. */
async function countRecords(batches: AsyncIterable<Lines>, map: ShardMap): Promise<number[]> {
  const router = createBatchRouter(map);
  const counts = new Array<number>(map.shards.length).fill(0);
  let mapIndexes = new Uint32Array(0);
  for await (const { packed, offsets, count } of batches) {
    if (mapIndexes.length < count) mapIndexes = new Uint32Array(offsets.length);
    router.routeBytes(packed, offsets.subarray(0, count + 1), mapIndexes);
    for (let i = 0; i < count; i++) counts[mapIndexes[i]!]!++;
  }
  return counts;
}

function formatChart(
  records: number,
  shards: readonly ShardLoad[],
  terminal: Terminal | undefined,
): string {
  const fullest = shards.reduce((a, b) => (b.records > a.records ? b : a));
  const width = `${fullest.records}`.length;
  const block = terminal === undefined || terminal.hasUnicode ? '█' : '#';
  const rows = shards.map((shard) => {
    const count = `${shard.records}`.padStart(width);
    const percentage = (100 * shard.share).toFixed(2).padStart(6);
    const row = `${shard.shardId}  ${count}  ${percentage}%`;
    const columns = Math.min(BAR_COLUMNS_MAX, (terminal?.columns ?? Infinity) - row.length - 1);
    if (shard.records === 0 || columns < 1) return row;
    // Rounded up, so that every shard with a record has a bar.
    return `${row} ${block.repeat(Math.ceil((columns * shard.records) / fullest.records))}`;
  });
  const totals = formatTotals(records, shards.length, fullest);
  return `${rows.join('\n')}\n${terminal === undefined ? totals : wrapWords(totals, terminal)}\n`;
}

function formatTotals(records: number, shardCount: number, fullest: ShardLoad): string {
  const totals = `${records} records on ${shardCount} open ${shardCount === 1 ? 'shard' : 'shards'}`;
  if (records === 0) return totals;
  const mean = records / shardCount;
  const ratio = (fullest.records / mean).toFixed(2);
  return `${totals}, ${mean.toFixed(1)} on average; the fullest, ${fullest.shardId}, has ${ratio} times the average`;
}
