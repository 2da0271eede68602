/**
 * `shardline spread`: how evenly keys fall on the shards.
 *
 * @module
 */

import { stripVTControlCharacters } from 'node:util';
import Chartscii from 'chartscii';
import type { Command } from 'commander';
import { createBatchRouter } from '../batch/batch-router.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { addKeyCommand } from './key-command.ts';
import type { Lines } from './line-splitter.ts';

const DETAILS = `
Prints a line for each open shard: its id, its records, its share of all, and a bar; then the totals.
With --json, one object { records, shards: [{ shardId, records, share }] }, share from 0 to 1.

Examples:
  $ shardline spread keys.txt --shards shards.json
  $ cut -d, -f3 orders.csv | shardline spread --shard-count 16
  $ shardline spread keys.txt --shards shards.json --json | jq '.shards | max_by(.share)'`;

const BAR_CHARACTERS_MAX = 40;

/** The chart library takes time quadratic in the rows: 0.8 s for 10,000 at once. */
const CHART_ROWS_MAX = 256;

export function addSpread(program: Command): void {
  const command = program
    .command('spread')
    .summary('chart how many keys each shard gets')
    .description('Prints how many partition keys go to each shard, as a bar chart.')
    .addHelpText('after', DETAILS);
  addKeyCommand(command, { isStreaming: false, run: spread });
}

async function* spread(
  batches: AsyncIterable<Lines>,
  map: ShardMap,
  isJson: boolean,
): AsyncGenerator<string> {
  const router = createBatchRouter(map);
  const counts = new Array<number>(map.shards.length).fill(0);
  for await (const { packed, offsets, count } of batches) {
    const positions = router.routeBytes(packed, offsets.subarray(0, count + 1));
    for (const position of positions) counts[position]!++;
  }
  const records = counts.reduce((sum, count) => sum + count, 0);
  const shards = map.shards.map(({ shardId }, position) => ({
    shardId,
    records: counts[position]!,
    share: records === 0 ? 0 : counts[position]! / records,
  }));
  if (isJson) yield `${JSON.stringify({ records, shards })}\n`;
  else yield* draw(records, shards);
}

interface ShardLoad {
  readonly shardId: string;
  readonly records: number;
  readonly share: number;
}

function* draw(records: number, shards: readonly ShardLoad[]): Generator<string> {
  const fullest = shards.reduce((a, b) => (b.records > a.records ? b : a));
  const width = `${fullest.records}`.length;
  for (let from = 0; from < shards.length; from += CHART_ROWS_MAX) {
    const rows = shards.slice(from, from + CHART_ROWS_MAX).map((shard) => ({
      label: `${shard.shardId}  ${`${shard.records}`.padStart(width)}  ${(100 * shard.share).toFixed(2).padStart(6)}%`,
      // Scaled here, so that every slice has the same scale and no record at all is no division.
      value: Math.ceil((BAR_CHARACTERS_MAX * shard.records) / Math.max(1, fullest.records)),
    }));
    const chart = new Chartscii(rows, {
      barSize: 1,
      naked: true,
      padding: 0,
      richLabels: false,
      scale: 1,
      width: BAR_CHARACTERS_MAX,
    }).create();
    // Without colours too, escape codes and blanks follow the bars, and blank lines surround them.
    yield `${stripVTControlCharacters(chart).replace(/ +$/gm, '').trim()}\n`;
  }
  const totals = `${records} records on ${shards.length} open ${shards.length === 1 ? 'shard' : 'shards'}`;
  if (records === 0) {
    yield `${totals}\n`;
    return;
  }
  const mean = records / shards.length;
  yield `${totals}, ${mean.toFixed(1)} on average; the fullest, ${fullest.shardId}, has ${(fullest.records / mean).toFixed(2)} times the average\n`;
}
