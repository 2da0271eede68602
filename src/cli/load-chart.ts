/**
 * The load of shards and keys as text: bars, shares and bounds.
 *
 * @module
 */

import { escapeControls } from '../base/argument.ts';
import { type Terminal, wrapWords } from './terminal.ts';

const BAR_COLUMNS_MAX = 40;

/** The load of a shard. */
export interface ShardLine {
  readonly shardId: string;
  readonly records: number;
  /** The share of all records, from 0 to 1. */
  readonly share: number;
  /** Present only if the size of every record is known. */
  readonly bytes?: number;
  readonly bytesShare?: number;
}

/**
 * A partition key and its load. The true load is between a figure and that figure plus its error.
 */
export interface KeyLine {
  readonly partitionKey: string;
  readonly records: number;
  readonly recordsError: number;
  readonly share: number;
  readonly bytes?: number;
  readonly bytesError?: number;
  readonly bytesShare?: number;
}

/** The load to chart. */
export interface LoadLines {
  readonly records: number;
  readonly bytes?: number;
  readonly shards: readonly ShardLine[];
  readonly keys?: readonly KeyLine[];
  /** How many aggregated records were opened, if any. `records` counts their user records. */
  readonly aggregates?: number;
}

export interface ChartOptions {
  /** Shows this many of the fullest shards. All by default, in the order of their ranges. */
  readonly top?: number;
  readonly terminal?: Terminal;
}

/** Returns the lines of a chart, the totals last. */
export function formatChart(load: LoadLines, { top, terminal }: ChartOptions): string {
  const { shards, keys } = load;
  const totals = formatTotals(load);
  const listed = top === undefined ? shards : [...shards].sort(byLoad).slice(0, top);
  return [
    ...formatShards(listed, { hasHead: top !== undefined || load.bytes !== undefined, terminal }),
    ...(listed.length < shards.length ? [formatRest(load, listed)] : []),
    ...(keys === undefined ? [] : ['', ...formatKeys(keys, load, terminal), '']),
    terminal === undefined ? totals : wrapWords(totals, terminal),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Returns the measure for bars and for sorting: bytes if they are known, otherwise records. */
function weightOf({ bytes, records }: ShardLine): number {
  return bytes ?? records;
}

/**
 * Returns the highest of some numbers, none of them negative. `Math.max` cannot take a million
 * arguments.
 */
function maxOf(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}

/** Sorts the fullest first. `sort` is stable, so equals keep their order. */
function byLoad(a: ShardLine, b: ShardLine): number {
  return weightOf(b) - weightOf(a);
}

type Cells = readonly (string | undefined)[];

function formatShards(
  shards: readonly ShardLine[],
  { hasHead, terminal }: { hasHead: boolean; terminal: Terminal | undefined },
): string[] {
  const head: Cells = ['shard', 'records', 'share', 'bytes', 'share'];
  const rows = shards.map(
    ({ shardId, records, share, bytes, bytesShare }): Cells => [
      shardId,
      `${records}`,
      percent(share).padStart(7),
      bytes === undefined ? undefined : `${bytes}`,
      bytesShare === undefined ? undefined : percent(bytesShare).padStart(7),
    ],
  );
  const lines = alignColumns(hasHead ? [head, ...rows] : rows, terminal);
  const most = maxOf(shards.map(weightOf));
  const block = terminal === undefined || terminal.hasUnicode ? '█' : '#';
  return lines.map((line, i) => {
    const shard = shards[hasHead ? i - 1 : i];
    const columns = Math.min(BAR_COLUMNS_MAX, (terminal?.columns ?? Infinity) - line.length - 1);
    if (shard === undefined || weightOf(shard) === 0 || columns < 1) return line;
    // Rounded up, so that every shard with a load has a bar.
    return `${line} ${block.repeat(Math.ceil((columns * weightOf(shard)) / most))}`;
  });
}

/**
 * Aligns the cells of rows, the first column to the left. On a narrow terminal, leaves out columns.
 */
function alignColumns(rows: readonly Cells[], terminal: Terminal | undefined): string[] {
  // First the shares of records, then the records, because the remaining columns imply them.
  const choices = [[0, 1, 2, 3, 4], [0, 1, 3, 4], [0, 3, 4], [0]];
  const first = rows.find((cells) => cells[0]?.startsWith('shardId'));
  const hasBytes = first !== undefined && first[3] !== undefined;
  const candidates = hasBytes ? choices : [[0, 1, 2]];
  let lines: string[] = [];
  for (const columns of candidates) {
    const widths = columns.map((column) =>
      maxOf(rows.map((cells) => (cells[column] ?? '').length)),
    );
    lines = rows.map((cells) =>
      columns
        .map((column, i) => {
          const cell = cells[column] ?? '';
          return i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!);
        })
        .join('  '),
    );
    if (terminal === undefined || maxOf(lines.map(({ length }) => length)) <= terminal.columns)
      break;
  }
  return lines;
}

/** Describes the load of the shards that are not listed. */
function formatRest({ records, bytes, shards }: LoadLines, listed: readonly ShardLine[]): string {
  const isListed = new Set(listed);
  const rest = shards.filter((shard) => !isListed.has(shard));
  const unit = bytes === undefined ? 'records' : 'bytes';
  const sum = rest.reduce((total, shard) => total + weightOf(shard), 0);
  const most = maxOf(rest.map(weightOf));
  const share = divide(sum, bytes ?? records);
  return `${rest.length} more ${rest.length === 1 ? 'shard has' : 'shards have'} ${percent(share)} of the ${unit}, none more than ${most}`;
}

function formatKeys(
  keys: readonly KeyLine[],
  { records, bytes }: LoadLines,
  terminal: Terminal | undefined,
): string[] {
  if (keys.length === 0) return ['no partition key stands out'];
  const rows = keys.map((key) => [
    `${key.records}`,
    interval(key.records, key.recordsError, records),
    ...(bytes === undefined || key.bytes === undefined
      ? []
      : [`${key.bytes}`, interval(key.bytes, key.bytesError ?? 0, bytes)]),
  ]);
  const head = ['records', 'share', ...(rows[0]!.length > 2 ? ['bytes', 'share'] : [])];
  const all = [head, ...rows];
  const widths = head.map((_, column) => maxOf(all.map((cells) => cells[column]!.length)));
  return all.map((cells, i) => {
    const figures = cells.map((cell, column) => cell.padStart(widths[column]!)).join('  ');
    const key = i === 0 ? 'partition key' : escapeControls(keys[i - 1]!.partitionKey);
    return `${figures}  ${cutText(key, figures.length + 2, terminal)}`;
  });
}

/** Cuts a text that would not fit on the line of a terminal. Wide characters count as one. */
function cutText(text: string, used: number, terminal: Terminal | undefined): string {
  if (terminal === undefined) return text;
  const room = Math.max(1, terminal.columns - used);
  const characters = [...text];
  if (characters.length <= room) return text;
  const mark = terminal.hasUnicode ? '…' : '...';
  return characters.slice(0, Math.max(0, room - mark.length)).join('') + mark;
}

/** Returns the share of a load, as an interval if it is not exact. */
export function interval(amount: number, error: number, all: number): string {
  const [low, high] = [percent(divide(amount, all)), percent(divide(amount + error, all))];
  return low === high ? low : `${low.slice(0, -1)}-${high}`;
}

/** Returns a share in percent, with two decimals. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function formatTotals({ records, bytes, shards, aggregates }: LoadLines): string {
  const { length } = shards;
  const count = `${records} ${records === 1 ? 'record' : 'records'}`;
  const amount = bytes === undefined ? count : `${count}, ${bytes} bytes,`;
  const totals = `${amount} on ${length} open ${length === 1 ? 'shard' : 'shards'}`;
  if (records === 0) return totals;
  const all = bytes ?? records;
  const unit = bytes === undefined ? '' : ' bytes';
  const fullest = shards.reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a));
  const mean = all / length;
  const opened =
    aggregates === undefined ? '' : `; user records of ${aggregates} aggregated records included`;
  const ratio = (weightOf(fullest) / mean).toFixed(2);
  return `${totals}, ${mean.toFixed(1)}${unit} on average; the fullest, ${fullest.shardId}, has ${ratio} times the average${opened}`;
}
