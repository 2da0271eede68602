/**
 * `shardline spread`: prints how evenly a load is spread over the shards.
 *
 * @module
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { createBatchRouter } from '../batch/batch-router.ts';
import { findHotKeys } from '../load/find-hot-keys.ts';
import type { KeyLoad } from '../load/load-meter.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { formatCommand } from './aws-commands.ts';
import { nameFile } from './input.ts';
import { readKeys } from './key-reader.ts';
import { formatChart, type KeyLine, type LoadLines, sortByLoad } from './load-chart.ts';
import { renderLoadPage } from './load-page.ts';
import { type MeteredLoad, meterFile } from './load-reader.ts';
import { writeOutput } from './output.ts';
import { addCalls } from './reshard-plan.ts';
import { addRoutingAction, type RoutingInput } from './routing-command.ts';
import type { ShardOptions } from './shard-options.ts';
import { assertNoInput, writeWholeFile } from './write-file.ts';

const DETAILS = `
Prints one line per open shard: shard id, records, share of all records, and a
bar; then the totals. With --json, prints one object { records, shards: [{
shardId, records, share }] }, where share is from 0 to 1.

With --records, each line is a record as JSON: an object with PartitionKey, and
optionally ExplicitHashKey, Data (base64) or bytes (the length of the data), and
ApproximateArrivalTimestamp. If every line has a size, bytes and their share are
printed too: data and partition keys, as every limit counts them. Bars then show
bytes or records, whichever uses more of its limit: 1 MiB and 1,000 records per
second. An aggregated record of the Kinesis Producer Library counts as its user
records, and then bars show bytes.

With --top N, prints the N busiest shards and the N hottest keys. A share such
as 11.90-12.00% is a lower and an upper bound: keys are counted in bounded
memory. Control characters in keys are escaped as in JSON. A key is hot if it
has at least half of the load of an average shard, by its lower bound, and ten
records or more. With --json, the object gets keys: [{ partitionKey, hashKey,
records, recordsError, share }], and hotKeys, how many keys are hot. The true
number is from records to records + recordsError.

With --html FILE, also writes a page of charts without scripts: the load over
the key space, hot keys, each shard against its limits (if every record has a
time), and the best split.

Examples:
  $ shardline spread keys.txt --shards shards.json
  $ cut -d, -f3 orders.csv | shardline spread --shard-count 16
  $ shardline spread keys.txt --shard-count 4 --json | jq '.shards[].share'
  $ shardline spread --records records.jsonl --shards shards.json --top 3
  $ shardline spread keys.txt --shards shards.json --html load.html`;

interface SpreadOptions extends ShardOptions {
  readonly html?: string;
  readonly records?: true;
  readonly top?: number;
}

export function addSpread(program: Command): void {
  const command = program
    .command('spread')
    .summary('chart how much load each shard gets')
    .description('Prints how many keys or records go to each shard, as a bar chart.')
    .addHelpText('after', DETAILS);
  addRoutingAction<SpreadOptions>(command, {
    content: 'keys or records',
    isStreaming: false,
    run: printSpread,
  })
    .option('--records', 'read records as JSON, one per line, instead of keys')
    .option('--html <file>', 'also write a page with charts')
    .addOption(
      new Option('--top <n>', 'print the n busiest shards and hottest keys').argParser(parseTop),
    );
}

/** As many keys as a load meter lists. */
const TOP_MAX = 1024;

function parseTop(text: string): number {
  const top = Number(text);
  if (/^[0-9]+$/.test(text) && top >= 1 && top <= TOP_MAX) return top;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${TOP_MAX}.`);
}

async function printSpread(input: RoutingInput, options: SpreadOptions): Promise<void> {
  const { file, map, isJson, terminal, isProgressShown } = input;
  const { records, top, html, shards = [] } = options;
  if (html !== undefined) assertNoInput(html, [file, ...shards]);
  const isRecords = records === true;
  let load: LoadLines;
  if (isRecords || top !== undefined || html !== undefined) {
    const metered = await meterFile(file, { isRecords, map, isProgressShown });
    if (html !== undefined) writeWholeFile(html, renderPage(file, map, metered));
    load = listLoad(metered, top);
  } else {
    load = await countKeys(file, map, isProgressShown);
  }
  await writeOutput([
    isJson
      ? `${JSON.stringify(top === undefined ? load : cutShards(load, top))}\n`
      : formatChart(load, { ...(top !== undefined && { top }), ...(terminal && { terminal }) }),
  ]);
}

function renderPage(file: string, map: ShardMap, load: MeteredLoad): string {
  // The page says what relieves the busiest shard, not how to save shards.
  const isFewer = ({ shardCount = Infinity }) => shardCount < map.shards.length;
  const call = load.verdicts.flatMap((verdict) =>
    isFewer(verdict) ? [] : (addCalls(verdict, map).calls ?? []),
  )[0];
  return renderLoadPage({
    source: nameFile(file),
    shards: map.shards,
    load,
    command: call && formatCommand(call),
  });
}

/** Counts keys, without decoding them. */
async function countKeys(
  file: string,
  map: ShardMap,
  isProgressShown: boolean,
): Promise<LoadLines> {
  const router = createBatchRouter(map);
  const counts = new Array<number>(map.shards.length).fill(0);
  let mapIndexes = new Uint32Array(0);
  for await (const { packed, offsets, count } of readKeys(file, { isProgressShown })) {
    if (mapIndexes.length < count) mapIndexes = new Uint32Array(offsets.length);
    router.routeBytes(packed, offsets.subarray(0, count + 1), mapIndexes);
    countEach(mapIndexes, count, counts);
  }
  const records = counts.reduce((sum, count) => sum + count, 0);
  const shards = map.shards.map(({ shardId }, mapIndex) => ({
    shardId,
    records: counts[mapIndex]!,
    share: divide(counts[mapIndex]!, records),
  }));
  return { records, shards };
}

/**
 * A function of its own, because V8 optimizes the loop of an async function much later. Until then,
 * counting in an array is twice as fast as in a Float64Array, where each number is allocated.
 */
function countEach(mapIndexes: Uint32Array, count: number, counts: number[]): void {
  for (let i = 0; i < count; i++) counts[mapIndexes[i]!]!++;
}

/** Lists a metered load, with the hottest keys if `top` is given. */
export function listLoad(load: MeteredLoad, top?: number): LoadLines {
  const { report, verdicts, hasBytes, aggregates, unit } = load;
  const { records, bytes } = report;
  const shards = report.shards.map((shard) => ({
    shardId: shard.shardId,
    records: shard.records,
    share: divide(shard.records, records),
    ...(hasBytes && { bytes: shard.bytes, bytesShare: shard.share }),
  }));
  const keys = unit === 'bytes' ? report.keys : report.keysByRecords;
  return {
    records,
    ...(hasBytes && { bytes, measuredIn: unit }),
    ...(aggregates > 0 && { aggregates }),
    shards,
    ...(top !== undefined && {
      keys: keys.slice(0, top).map((key) => listKey(key, hasBytes)),
      hotKeys: findHotKeys(report, unit, verdicts).length,
    }),
  };
}

function listKey(key: KeyLoad, hasBytes: boolean): KeyLine & { readonly hashKey?: string } {
  return {
    partitionKey: key.PartitionKey,
    // Absent if explicit hash keys send its records to several places.
    ...(key.hashKey !== undefined && { hashKey: key.hashKey.toString() }),
    records: key.records,
    recordsError: key.recordsError,
    share: key.recordsShare,
    ...(hasBytes && { bytes: key.bytes, bytesError: key.error, bytesShare: key.share }),
  };
}

/** Keeps the busiest shards, the busiest first. */
function cutShards(load: LoadLines, top: number): LoadLines {
  return { ...load, shards: sortByLoad(load).slice(0, top) };
}

function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
