/**
 * The load of shards and keys as text: bars, shares and bounds.
 *
 * @module
 */

import { escapeControls } from '../base/argument.ts';
import { findBusiest, type Unit } from '../load/shard-limits.ts';
import { type Terminal, wrapWords } from './terminal.ts';

const BAR_COLUMNS_MAX = 40;

/** A shorter bar says too little. Figures are left out to make room for it. */
const BAR_COLUMNS_MIN = 5;

/** The columns between two cells. */
const GAP = '  ';

/** On a narrow terminal, figures are left out before partition keys are cut below this width. */
const KEY_COLUMNS_MIN = 13;

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
  /** The unit of bars and order: that of the tighter limit. Present only with `bytes`. */
  readonly measuredIn?: Unit;
  readonly shards: readonly ShardLine[];
  /** The hottest keys, and how many of all keys are hot. */
  readonly keys?: readonly KeyLine[];
  readonly hotKeys?: number;
  /** How many aggregated records were opened, if any. `records` counts their user records. */
  readonly aggregates?: number;
}

export interface ChartOptions {
  /** How many of the busiest shards to show. By default all, in the order of their ranges. */
  readonly top?: number;
  readonly terminal?: Terminal;
}

/** Returns the lines of a chart, the totals last. */
export function formatChart(load: LoadLines, { top, terminal }: ChartOptions): string {
  const { shards, keys } = load;
  const wrap = (text: string): string =>
    terminal === undefined ? text : wrapWords(text, terminal);
  const listed = top === undefined ? shards : sortByLoad(load).slice(0, top);
  const hasHead = top !== undefined || load.bytes !== undefined;
  const hasHotKey = keys?.length !== 0 && load.hotKeys !== 0;
  return [
    ...formatShards(listed, unitOf(load), { hasHead, terminal }),
    ...(listed.length < shards.length ? [wrap(formatRest(load, listed))] : []),
    ...(keys === undefined ? [] : ['', ...formatKeys(keys, load, terminal)]),
    ...(keys === undefined ? [] : [...(hasHotKey ? [] : [wrap(NO_HOT_KEY)]), '']),
    ...formatTotals(load).map(wrap),
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

function formatShards(
  shards: readonly ShardLine[],
  unit: Unit,
  { hasHead, terminal }: { hasHead: boolean; terminal: Terminal | undefined },
): string[] {
  const hasBytes = shards[0]?.bytes !== undefined;
  const rows = shards.map(({ shardId, records, share, bytes, bytesShare = 0 }) => [
    shardId,
    `${records}`,
    percent(share).padStart(7),
    ...(hasBytes ? [`${bytes}`, percent(bytesShare).padStart(7)] : []),
  ]);
  const head = ['shard', 'records', 'share', ...(hasBytes ? ['bytes', 'share'] : [])];
  const all = hasHead ? [head, ...rows] : rows;
  const longest = maxOf(all.map(([name]) => name!.length));
  const { lines, room } = fitFigures(
    all.map((cells) => cells.slice(1)),
    unit,
    [longest + ' '.length + BAR_COLUMNS_MIN, longest],
    terminal,
  );
  const most = maxOf(shards.map((shard) => amountOf(shard, unit)));
  const block = terminal === undefined || terminal.hasUnicode ? '█' : '#';
  return all.map(([name], i) => {
    const shard = shards[hasHead ? i - 1 : i];
    // Ids differ at the end.
    const title = cut(name!, room, shard === undefined ? 'start' : 'end', terminal);
    const line = `${title.padEnd(Math.min(longest, room))}${GAP}${lines[i]}`;
    const columns = Math.min(BAR_COLUMNS_MAX, (terminal?.columns ?? Infinity) - line.length - 1);
    const amount = shard === undefined ? 0 : amountOf(shard, unit);
    if (amount === 0 || columns < BAR_COLUMNS_MIN) return line;
    // Rounded up, so that every shard with a load has a bar.
    return `${line} ${block.repeat(Math.ceil((columns * amount) / most))}`;
  });
}

/**
 * Aligns the figures of rows to the right: records and their share, and bytes and their share if
 * they are known. Shows as many as leave room beside them, but at least the share of the unit that
 * bars show.
 *
 * @param wishes The columns to leave beside the figures, the best first.
 * @returns `room` is the columns that the terminal has for names.
 */
function fitFigures(
  rows: readonly (readonly string[])[],
  unit: Unit,
  wishes: readonly number[],
  terminal: Terminal | undefined,
): { readonly lines: readonly string[]; readonly room: number } {
  const widths = (rows[0] ?? []).map((_, column) => maxOf(rows.map((row) => row[column]!.length)));
  const records = [[0, 1], [1]];
  const choices =
    widths.length === 2
      ? records
      : [[0, 1, 2, 3], ...(unit === 'bytes' ? [[0, 2, 3], [2, 3], [3]] : [[0, 1, 2], ...records])];
  const roomBeside = (columns: readonly number[]): number =>
    columns.reduce((rest, at) => rest - widths[at]! - GAP.length, terminal?.columns ?? Infinity);
  const fitting = wishes.map((wish) => choices.find((columns) => roomBeside(columns) >= wish));
  const chosen = fitting.find((columns) => columns !== undefined) ?? choices.at(-1)!;
  return {
    lines: rows.map((row) => chosen.map((at) => row[at]!.padStart(widths[at]!)).join(GAP)),
    room: Math.max(1, roomBeside(chosen)),
  };
}

/**
 * Cuts a text that has no room on a terminal, and keeps its start or its end. Wide characters count
 * as one.
 */
function cut(
  text: string,
  room: number,
  kept: 'start' | 'end',
  terminal: Terminal | undefined,
): string {
  const characters = [...text];
  if (characters.length <= room) return text;
  const mark = (terminal?.hasUnicode ? '…' : '...').slice(0, room - 1);
  const length = room - mark.length;
  return kept === 'start'
    ? characters.slice(0, length).join('') + mark
    : mark + characters.slice(-length).join('');
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

/** Printed if no key is hot by the rule of `findHotKeys`. */
const NO_HOT_KEY = 'no hot key: none has ten records and half of the load of an average shard';

function formatKeys(
  keys: readonly KeyLine[],
  load: LoadLines,
  terminal: Terminal | undefined,
): string[] {
  const { records, bytes } = load;
  if (keys.length === 0) return [];
  const rows = keys.map((key) => [
    `${key.records}`,
    interval(key.records, key.recordsError, records),
    ...(bytes === undefined || key.bytes === undefined
      ? []
      : [`${key.bytes}`, interval(key.bytes, key.bytesError ?? 0, bytes)]),
  ]);
  const head = ['records', 'share', ...(rows[0]!.length > 2 ? ['bytes', 'share'] : [])];
  const titles = ['partition key', ...keys.map((key) => escapeControls(key.partitionKey))];
  const longest = maxOf(titles.map(({ length }) => length));
  const { lines, room } = fitFigures(
    [head, ...rows],
    unitOf(load),
    [Math.min(longest, KEY_COLUMNS_MIN)],
    terminal,
  );
  return titles.map((title, i) => `${lines[i]}${GAP}${cut(title, room, 'start', terminal)}`);
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
