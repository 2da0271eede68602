/**
 * The load of shards and keys as text: bars, shares and bounds.
 *
 * @module
 */

import { escapeControls } from '../base/argument.ts';
import { findBusiest, type Unit } from '../load/shard-limits.ts';
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
  /** What bars and the order show: that of the tighter limit. Present only with `bytes`. */
  readonly measuredIn?: Unit;
  readonly shards: readonly ShardLine[];
  /** The hottest keys, and how many keys of all are hot. */
  readonly keys?: readonly KeyLine[];
  readonly hotKeys?: number;
  /** How many aggregated records were opened, if any. `records` counts their user records. */
  readonly aggregates?: number;
}

export interface ChartOptions {
  /** Shows this many of the busiest shards. All by default, in the order of their ranges. */
  readonly top?: number;
  readonly terminal?: Terminal;
}

/** Returns the lines of a chart, the totals last. */
export function formatChart(load: LoadLines, { top, terminal }: ChartOptions): string {
  const { shards, keys } = load;
  const totals = formatTotals(load);
  const listed = top === undefined ? shards : sortByLoad(load).slice(0, top);
  const hasHead = top !== undefined || load.bytes !== undefined;
  return [
    ...formatShards(listed, unitOf(load), { hasHead, terminal }),
    ...(listed.length < shards.length ? [formatRest(load, listed)] : []),
    ...(keys === undefined ? [] : ['', ...formatKeys(keys, load, terminal), '']),
    ...totals.map((text) => (terminal === undefined ? text : wrapWords(text, terminal))),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Sorts shards, the busiest first. `sort` is stable, so equals keep their order. */
export function sortByLoad(load: LoadLines): ShardLine[] {
  const unit = unitOf(load);
  return [...load.shards].sort((a, b) => amountOf(b, unit) - amountOf(a, unit));
}

function unitOf({ measuredIn = 'records' }: LoadLines): Unit {
  return measuredIn;
}

function amountOf(load: { readonly records: number; readonly bytes?: number }, unit: Unit): number {
  return load[unit] ?? 0;
}

/**
 * Returns the highest of some numbers, none of them negative. `Math.max` cannot take a million
 * arguments.
 */
function maxOf(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}

type Cells = readonly (string | undefined)[];

function formatShards(
  shards: readonly ShardLine[],
  unit: Unit,
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
  const lines = alignColumns(hasHead ? [head, ...rows] : rows, unit, terminal);
  const most = maxOf(shards.map((shard) => amountOf(shard, unit)));
  const block = terminal === undefined || terminal.hasUnicode ? '█' : '#';
  return lines.map((line, i) => {
    const shard = shards[hasHead ? i - 1 : i];
    const columns = Math.min(BAR_COLUMNS_MAX, (terminal?.columns ?? Infinity) - line.length - 1);
    const amount = shard === undefined ? 0 : amountOf(shard, unit);
    if (amount === 0 || columns < 1) return line;
    // Rounded up, so that every shard with a load has a bar.
    return `${line} ${block.repeat(Math.ceil((columns * amount) / most))}`;
  });
}

/**
 * Aligns the cells of rows, the first column to the left. On a narrow terminal, leaves out columns:
 * last those of the unit that bars show.
 */
function alignColumns(
  rows: readonly Cells[],
  unit: Unit,
  terminal: Terminal | undefined,
): string[] {
  const first = rows.find((cells) => cells[0]?.startsWith('shardId'));
  const hasBytes = first !== undefined && first[3] !== undefined;
  const own = unit === 'bytes' ? [0, 3, 4] : [0, 1, 2];
  const candidates = hasBytes
    ? [[0, 1, 2, 3, 4], unit === 'bytes' ? [0, 1, 3, 4] : [0, 1, 2, 3], own, [0]]
    : [[0, 1, 2]];
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
function formatRest(load: LoadLines, listed: readonly ShardLine[]): string {
  const unit = unitOf(load);
  const isListed = new Set(listed);
  const rest = load.shards.filter((shard) => !isListed.has(shard));
  const amounts = rest.map((shard) => amountOf(shard, unit));
  const share = divide(
    amounts.reduce((sum, amount) => sum + amount, 0),
    amountOf(load, unit),
  );
  return `${rest.length} more ${rest.length === 1 ? 'shard has' : 'shards have'} ${percent(share)} of the ${unit}, none more than ${maxOf(amounts)}`;
}

/** Says so if no key is hot by the rule of `findHotKeys`. */
const NO_HOT_KEY = 'no hot key: none has ten records and half of the load of an average shard';

function formatKeys(
  keys: readonly KeyLine[],
  { records, bytes, hotKeys }: LoadLines,
  terminal: Terminal | undefined,
): string[] {
  if (keys.length === 0) return [NO_HOT_KEY];
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
  const lines = all.map((cells, i) => {
    const figures = cells.map((cell, column) => cell.padStart(widths[column]!)).join('  ');
    const key = i === 0 ? 'partition key' : escapeControls(keys[i - 1]!.partitionKey);
    return `${figures}  ${cutText(key, figures.length + 2, terminal)}`;
  });
  return hotKeys === 0 ? [...lines, NO_HOT_KEY] : lines;
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

function formatTotals(load: LoadLines): string[] {
  const { records, bytes, shards, aggregates, measuredIn } = load;
  const { length } = shards;
  const unit = unitOf(load);
  const counted = `${records} ${records === 1 ? 'record' : 'records'}`;
  const amount = bytes === undefined ? counted : `${counted}, ${bytes} bytes,`;
  const totals = `${amount} on ${length} open ${length === 1 ? 'shard' : 'shards'}`;
  if (records === 0) return [totals];
  const amounts = shards.map((shard) => ({ records: shard.records, bytes: shard.bytes ?? 0 }));
  const busiest = findBusiest(amounts, unit);
  const mean = amountOf(load, unit) / length;
  const ratio = divide(amounts[busiest]![unit], mean).toFixed(2);
  const opened =
    aggregates === undefined ? '' : `; user records of ${aggregates} aggregated records included`;
  const sentence = `${totals}, ${mean.toFixed(1)}${bytes === undefined ? '' : ` ${unit}`} on average; the busiest, ${shards[busiest]!.shardId}, has ${ratio} times the average${opened}`;
  return measuredIn === undefined
    ? [sentence]
    : [sentence, explainUnit(measuredIn, aggregates ?? 0)];
}

/** Says in which unit a load of known size is measured, and why. */
export function explainUnit(unit: Unit, aggregates: number): string {
  if (aggregates > 0)
    return 'measured in bytes: the service counts an aggregated record as one record';
  return unit === 'bytes'
    ? 'measured in bytes: the load uses more of 1 MiB per second than of 1,000 records per second'
    : 'measured in records: the load uses more of 1,000 records per second than of 1 MiB per second';
}
