/**
 * The load of a stream as a page: one HTML file that has no scripts and makes no requests.
 *
 * @module
 */

import { escapeControls } from '../base/argument.ts';
import { adviseSplit, type SplitAdvice } from '../load/advise-split.ts';
import type { LoadVerdict } from '../load/explain-load.ts';
import type { HotKey, LoadReport, ShardLoad } from '../load/load-meter.ts';
import type { Load } from '../load/loads.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { STYLE } from './load-page-style.ts';

/** What the page shows. */
export interface LoadPage {
  /** The name of the input. */
  readonly source: string;
  /** The open shards, by ascending range. */
  readonly shards: readonly (HashRange & { readonly shardId: string })[];
  readonly report: LoadReport;
  /** True if the size of every record is known. */
  readonly hasBytes: boolean;
  /** How many aggregated records were opened. */
  readonly aggregates: number;
  readonly verdicts: readonly LoadVerdict[];
  /** The command of the split that the verdicts ask for, if any. */
  readonly command?: string | undefined;
}

/**
 * The number of parts of the key space whose load is drawn: a power of two, like the number of
 * bins.
 */
const COLUMNS = 128;

const PINS_MAX = 8;

/** With more shards, only the fullest are listed, and their borders are not drawn. */
const SHARDS_LISTED_MAX = 64;

/** With more shards, they are not numbered: the numbers would not fit at the width of a phone. */
const SHARDS_NUMBERED_MAX = 16;

const FULLEST_LISTED = 16;

/** The width of a pin and a small gap on the screen of a phone, in percent. */
const PIN_PERCENT = 7;

const LANE_REM = 1.625;

/** What a shard takes per second (docs/facts.md#shard-write-rate). */
const BYTES_PER_SECOND = 1_048_576;
const RECORDS_PER_SECOND = 1000;

const AXIS: string = ['0', '¼', '½', '¾', '2<sup>128</sup>']
  .map((label, i) => `<span style="left:${25 * i}%">${label}</span>`)
  .join('');

type Unit = 'bytes' | 'records';

/** The load in one unit: that of the limit which the stream is closer to. */
interface Measured {
  readonly unit: Unit;
  readonly all: number;
  readonly keys: readonly HotKey[];
  readonly fullest: number;
  readonly split: SplitAdvice | undefined;
}

/** Returns the page as HTML. */
export function renderLoadPage(page: LoadPage): string {
  const measured = measure(page);
  const title = `Load of ${page.source}`;
  const sections =
    page.report.records === 0
      ? ['<section><h2>There are no records.</h2></section>']
      : [
          renderVerdicts(page),
          renderKeySpace(page, measured),
          renderShards(page, measured),
          renderSplit(page, measured),
        ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Where the load goes</h1>
<p class="lead">${escapeHtml(page.source)}${describeTime(page.report)}</p>
${renderFacts(page, measured)}
</header>
${sections.join('\n')}
<footer>Made by shardline. Sizes are those of data and partition keys, as every limit counts them.</footer>
</main>
</body>
</html>
`;
}

function measure({ report, hasBytes, shards }: LoadPage): Measured {
  const { bytes, records } = report;
  const unit =
    hasBytes && bytes / BYTES_PER_SECOND >= records / RECORDS_PER_SECOND ? 'bytes' : 'records';
  let fullest = 0;
  report.shards.forEach((shard, i) => {
    if (shard[unit] > report.shards[fullest]![unit]) fullest = i;
  });
  const loads = report.loads.map((load): Load => ({ hashKey: load.hashKey, weight: load[unit] }));
  return {
    unit,
    all: report[unit],
    keys: unit === 'bytes' ? report.keys : report.keysByRecords,
    fullest,
    split: adviseSplit(loads, shards[fullest]!),
  };
}

function describeTime({ seconds }: LoadReport): string {
  if (seconds === undefined) return '';
  return `, over ${formatCount(seconds)} ${seconds === 1 ? 'second' : 'seconds'}`;
}

function renderFacts(page: LoadPage, { unit, all, keys, fullest }: Measured): string {
  const { report, hasBytes, shards, aggregates } = page;
  const load = report.shards[fullest]!;
  const times = all === 0 ? 0 : (load[unit] * shards.length) / all;
  const hottest = keys[0];
  const facts = [
    [
      'Records',
      formatCount(report.records),
      hasBytes
        ? `${formatBytes(report.bytes)}${aggregates > 0 ? `, from ${formatCount(aggregates)} aggregates` : ''}`
        : 'sizes are not known',
    ],
    [
      'Open shards',
      formatCount(shards.length),
      `${formatShare(1 / shards.length)} each on average`,
    ],
    [
      'Fullest shard',
      formatShare(divide(load[unit], all)),
      `${times.toFixed(2)} times the average`,
    ],
    hottest === undefined
      ? [
          'Hottest key',
          'none',
          `no key has over ${formatShare(divide(errorOf(report, unit), all))}`,
        ]
      : [
          'Hottest key',
          formatInterval(hottest, unit, all),
          `${escapeHtml(cut(hottest.PartitionKey, 24))}, of the ${unit}`,
        ],
  ];
  return `<dl class="facts">${facts
    .map(
      ([name, value, note]) => `<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
    )
    .join('')}</dl>`;
}

const HEADLINES: Readonly<Record<LoadVerdict['kind'], string>> = {
  'key-over-limit': 'Only other keys help',
  'key-over-half': 'Only other keys help',
  split: 'A split helps',
  'too-narrow': 'No call splits the fullest shard',
  'shard-count': 'Another number of shards is enough',
  'no-shard-count': 'No number of shards is enough',
};

function renderVerdicts({ verdicts, command }: LoadPage): string {
  const kind = verdicts[0]?.kind ?? 'split';
  const helps = kind === 'split' || kind === 'shard-count';
  return `<section class="verdict${helps ? ' helps' : ''}">
<h2>${HEADLINES[kind]}</h2>
<ul>${verdicts.map(({ text }) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>
${command === undefined ? '' : `<pre><code>${escapeHtml(command).replaceAll(' --', ' \\\n  --')}</code></pre>`}
</section>`;
}

/** A hot key on the key space. */
interface Pin {
  readonly key: HotKey;
  readonly number: number;
  readonly percent: number;
  readonly lane: number;
}

/** Places pins so that none hides another. */
export function placePins(keys: readonly HotKey[]): Pin[] {
  const pins = keys
    .slice(0, PINS_MAX)
    .map((key, i) => ({ key, number: i + 1, percent: percentOf(key.hashKey ?? -1n) }))
    .filter(({ key }) => key.hashKey !== undefined)
    .sort((a, b) => a.percent - b.percent);
  const ends: number[] = [];
  return pins.map((pin) => {
    let lane = ends.findIndex((end) => pin.percent - end >= PIN_PERCENT);
    if (lane < 0) lane = ends.length;
    ends[lane] = pin.percent;
    return { ...pin, lane };
  });
}

function renderKeySpace(page: LoadPage, measured: Measured): string {
  const { shards, report } = page;
  const { unit, all, keys, split } = measured;
  const pins = placePins(keys);
  const columns = countColumns(report, unit, pins);
  const most = Math.max(...columns.map(({ sum }) => sum));
  const height = (amount: number): number => round((100 * amount) / most);
  const bars = columns
    .map(({ sum, hot }, i) => {
      const x = round((1024 / COLUMNS) * i + 0.5);
      const width = 1024 / COLUMNS - 1;
      const hotHeight = height(hot);
      const restHeight = round(height(sum) - hotHeight);
      return [
        restHeight > 0
          ? `<rect class="fill-load" x="${x}" y="${round(100 - height(sum))}" width="${width}" height="${restHeight}"/>`
          : '',
        hotHeight > 0
          ? `<rect class="fill-hot" x="${x}" y="${round(100 - hotHeight)}" width="${width}" height="${hotHeight}"/>`
          : '',
      ].join('');
    })
    .join('');
  const borders =
    shards.length > SHARDS_LISTED_MAX
      ? ''
      : shards
          .slice(1)
          .map(({ startingHashKey }) => {
            const x = round(10.24 * percentOf(startingHashKey));
            return `<path class="line" vector-effect="non-scaling-stroke" d="M${x} 0V100"/>`;
          })
          .join('');
  const lanes = Math.max(0, ...pins.map(({ lane }) => lane + 1));
  const at = split === undefined ? undefined : percentOf(BigInt(split.NewStartingHashKey));
  const fullestShare = formatShare(divide(most, all));
  return `<section>
<h2>The key space</h2>
<p>All hash keys from left to right, in ${COLUMNS} equal parts. The fullest part has ${fullestShare} of the ${unit}.</p>
<figure>
<div class="strip">
<div class="pins" aria-hidden="true" style="height:${lanes * LANE_REM}rem">${pins.map(renderPin).join('')}</div>
<div class="density"><svg viewBox="0 0 1024 100" preserveAspectRatio="none" style="height:100%" role="img" aria-labelledby="density-title density-text"><title id="density-title">Load over the key space</title><desc id="density-text">${escapeHtml(describeDensity(page, measured, pins))}</desc>${borders}${bars}</svg></div>
${renderShardRow(page, measured)}
${at === undefined ? '' : `<div class="border" style="left:${at}%;top:${lanes * LANE_REM}rem"></div>`}
</div>
<div class="axis" aria-hidden="true">${AXIS}</div>
${at === undefined ? '' : `<div class="note"><span style="left:${at}%;transform:translateX(-${at}%)">best split of the fullest shard</span></div>`}
<ul class="legend">${pins.length > 0 ? '<li class="hot"><i></i>hot keys, numbered below</li>' : ''}<li><i></i>${pins.length > 0 ? 'all other keys' : 'all keys'}</li>${at === undefined ? '' : '<li class="cut"><i></i>best split</li>'}</ul>
</figure>
${renderKeys(page, measured, pins)}
</section>`;
}

function renderPin({ number, percent, lane }: Pin): string {
  const bottom = lane * LANE_REM + 0.1875;
  return `<span class="stem" style="left:${percent}%;height:${bottom}rem"></span><span class="pin" style="left:${percent}%;bottom:${bottom}rem">${number}</span>`;
}

/** The load of each part of the key space, and how much of it is on pinned keys. */
function countColumns(
  { loads }: LoadReport,
  unit: Unit,
  pins: readonly Pin[],
): { sum: number; hot: number }[] {
  const columns = Array.from({ length: COLUMNS }, () => ({ sum: 0, hot: 0 }));
  const columnOf = (hashKey: bigint): number => Number((hashKey * BigInt(COLUMNS)) >> 128n);
  for (const load of loads) columns[columnOf(load.hashKey)]!.sum += load[unit];
  for (const { key } of pins) columns[columnOf(key.hashKey!)]!.hot += key[unit];
  return columns;
}

function renderShardRow({ shards }: LoadPage, { fullest }: Measured): string {
  if (shards.length > SHARDS_LISTED_MAX) {
    const { startingHashKey, endingHashKey } = shards[fullest]!;
    const start = round(percentOf(startingHashKey), 4);
    const width = round(percentOf(endingHashKey + 1n) - percentOf(startingHashKey), 4);
    return `<div class="shards" aria-hidden="true"><span class="full" style="margin-left:min(${start}%, 100% - 2px);width:${width}%"></span></div>`;
  }
  const isNumbered = shards.length <= SHARDS_NUMBERED_MAX;
  const spans = shards.map(({ shardId, startingHashKey, endingHashKey }, i) => {
    const width = round(percentOf(endingHashKey + 1n) - percentOf(startingHashKey), 4);
    const label = isNumbered ? Number(shardId.slice(-12)) : '';
    return `<span${i === fullest ? ' class="full"' : ''} style="width:${width}%">${label}</span>`;
  });
  return `<div class="shards" aria-hidden="true">${spans.join('')}</div>`;
}

function describeDensity(
  { shards, report }: LoadPage,
  { unit, all, fullest, split }: Measured,
  pins: readonly Pin[],
): string {
  const texts = [
    `${shards.length} open shards.`,
    `The fullest is ${report.shards[fullest]!.shardId} with ${formatShare(divide(report.shards[fullest]![unit], all))} of the ${unit}.`,
    ...pins.map(
      ({ key, number, percent }) =>
        `Key ${number}, ${cut(key.PartitionKey, 64)}, is at ${percent.toFixed(1)} % of the key space.`,
    ),
    ...(split === undefined
      ? []
      : [`The best split is at ${percentOf(BigInt(split.NewStartingHashKey)).toFixed(1)} %.`]),
  ];
  return texts.join(' ');
}

function renderKeys(page: LoadPage, { unit, all, keys }: Measured, pins: readonly Pin[]): string {
  const { shards, report } = page;
  if (keys.length === 0) {
    return `<p class="rest">No partition key stands out: none has over ${formatShare(divide(errorOf(report, unit), all))} of the ${unit}.</p>`;
  }
  const listed = keys.slice(0, PINS_MAX);
  const most = Math.max(...listed.map((key) => key[unit] + errorOfKey(key, unit)));
  const rows = listed.map((key, i) => {
    const { hashKey } = key;
    const shard = shards.find(
      (one) =>
        hashKey !== undefined && one.startingHashKey <= hashKey && hashKey <= one.endingHashKey,
    );
    const isPinned = pins.some(({ number }) => number === i + 1);
    const low = round((100 * key[unit]) / most, 2);
    const bound = round((100 * errorOfKey(key, unit)) / most, 2);
    return `<tr><td class="rank">${isPinned ? `<span class="pin">${i + 1}</span>` : ''}</td><th scope="row">${escapeHtml(cut(key.PartitionKey, 64))}<small class="id">${shard === undefined ? 'several shards' : breakable(shard.shardId)}</small></th><td class="share"><div class="value"><span>${formatInterval(key, unit, all)}</span><span>${formatAmounts(key, page.hasBytes)}</span></div><div class="bar" aria-hidden="true"><i class="hot" style="width:${low}%"></i>${bound > 0 ? `<i class="bound" style="left:${low}%;width:${bound}%"></i>` : ''}</div></td></tr>`;
  });
  const hasBounds = listed.some((key) => errorOfKey(key, unit) > 0);
  return `<table class="keys"><thead><tr><td class="rank"></td><th scope="col">Hottest keys</th><th scope="col" class="share">Share of all ${unit}</th></tr></thead><tbody>${rows.join('')}</tbody></table>
${hasBounds ? '<ul class="legend"><li class="hot"><i></i>at least</li><li class="bound"><i></i>at most</li></ul>' : ''}`;
}

function formatAmounts(key: HotKey, hasBytes: boolean): string {
  const records = `${key.recordsError > 0 ? 'at least ' : ''}${plural(key.records, 'record')}`;
  return hasBytes ? `${records}, ${formatBytes(key.bytes)}` : records;
}

/** One bar of a shard: what it shows, and the limit that it should stay below. */
interface Bar {
  readonly amount: number;
  readonly text: string;
  readonly note: string;
}

function renderShards(page: LoadPage, measured: Measured): string {
  const { report, hasBytes, shards } = page;
  const { unit, all } = measured;
  // A meter that got times has the peaks of the shards that it was created for.
  const isTimed =
    report.seconds !== undefined && report.shards[0]?.peakRecordsPerSecond !== undefined;
  const units: readonly Unit[] = hasBytes ? ['bytes', 'records'] : ['records'];
  const isCut = shards.length > SHARDS_LISTED_MAX;
  const listed = isCut
    ? [...report.shards].sort((a, b) => b[unit] - a[unit]).slice(0, FULLEST_LISTED)
    : report.shards;
  const tops = units.map((one) => {
    const amounts = report.shards.map((shard) => barOf(shard, one, isTimed, report).amount);
    return Math.max(...amounts, isTimed ? limitOf(one) : divide(report[one], shards.length), 1e-9);
  });
  const marks = units.map((one, i) =>
    round((100 * (isTimed ? limitOf(one) : report[one] / shards.length)) / tops[i]!, 2),
  );
  const rows = listed.map((shard) => {
    const cells = units.map((one, i) => {
      const { amount, text, note } = barOf(shard, one, isTimed, report);
      const isOver = isTimed && amount > limitOf(one);
      return `<td${isOver ? ' class="over"' : ''}><div class="value"><span>${text}</span><span>${note}</span></div><div class="bar" aria-hidden="true"><i style="width:${round((100 * amount) / tops[i]!, 2)}%"></i><b style="left:${marks[i]}%"></b></div></td>`;
    });
    return `<tr><th scope="row" class="id">${breakable(shard.shardId)}</th>${cells.join('')}</tr>`;
  });
  const heads = units.map((one) => {
    const name = one === 'bytes' ? 'Bytes' : 'Records';
    return `<th scope="col">${name}${isTimed ? ', fullest second' : ''}</th>`;
  });
  const text = isTimed
    ? 'The fullest second of each shard against what a shard takes: 1 MiB and 1,000 records per second.'
    : 'The share of each shard. No record rates are known: give every record an ApproximateArrivalTimestamp to compare with the limits.';
  const mark = isTimed
    ? '<li class="limit"><i></i>limit of a shard</li>'
    : '<li class="limit"><i></i>average</li>';
  return `<section>
<h2>${isCut ? `The ${FULLEST_LISTED} fullest of ${formatCount(shards.length)} shards` : 'The shards'}</h2>
<p>${text}</p>
<table class="bars"><thead><tr><th scope="col" class="shard">Shard</th>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>
<ul class="legend">${mark}</ul>
${isCut ? `<p class="rest">The others have ${formatShare(divide(all - listed.reduce((sum, shard) => sum + shard[unit], 0), all))} of the ${unit} together.</p>` : ''}
</section>`;
}

function barOf(shard: ShardLoad, unit: Unit, isTimed: boolean, report: LoadReport): Bar {
  if (!isTimed) {
    const amount = shard[unit];
    const text = formatShare(divide(amount, report[unit]));
    return { amount, text, note: unit === 'bytes' ? formatBytes(amount) : formatCount(amount) };
  }
  const isBytes = unit === 'bytes';
  const amount = (isBytes ? shard.peakBytesPerSecond : shard.peakRecordsPerSecond) ?? 0;
  const text = isBytes ? `${formatBytes(amount)}/s` : `${formatCount(amount)}/s`;
  return { amount, text, note: `${Math.round((100 * amount) / limitOf(unit))}\u00a0% of limit` };
}

function limitOf(unit: Unit): number {
  return unit === 'bytes' ? BYTES_PER_SECOND : RECORDS_PER_SECOND;
}

/** A column of the charts before and after a split. */
interface Column {
  readonly share: number;
  readonly kind: 'load' | 'hot' | 'new';
  readonly name: string;
}

function renderSplit({ report }: LoadPage, { unit, all, fullest, split }: Measured): string {
  if (split === undefined) return '';
  const mean = 1 / report.shards.length;
  const now = report.shards.map((shard, i): Column => {
    const kind = i === fullest ? 'hot' : 'load';
    return { share: divide(shard[unit], all), kind, name: shard.shardId };
  });
  const whole = now[fullest]!.share;
  const then = now.flatMap((column, i): Column[] =>
    i === fullest
      ? [
          { share: whole * split.lowerShare, kind: 'new', name: 'the lower child' },
          { share: whole * split.upperShare, kind: 'new', name: 'the upper child' },
        ]
      : [column],
  );
  const scale = Math.max(whole, mean);
  return `<section>
<h2>Before and after the best split</h2>
<p>Each column is a shard, in the order of the key space, with its share of all ${unit}. The split divides ${escapeHtml(now[fullest]!.name)} at <code>${escapeHtml(split.NewStartingHashKey)}</code>.</p>
<div class="pair">
${renderColumns('Now', 'now', now, scale, unit)}
${renderColumns('After the split', 'then', then, scale, unit)}
</div>
<ul class="legend"><li class="hot"><i></i>fullest shard now</li><li class="new"><i></i>its children</li><li class="mean"><i></i>average</li></ul>
</section>`;
}

function renderColumns(
  title: string,
  id: string,
  columns: readonly Column[],
  scale: number,
  unit: Unit,
): string {
  const step = 1000 / columns.length;
  const gap = Math.min(step / 4, 8);
  const bars = columns.map(({ share, kind }, i) => {
    const height = round((100 * share) / scale);
    return `<rect class="fill-${kind}" x="${round(step * i + gap / 2)}" y="${round(100 - height)}" width="${round(step - gap)}" height="${height}"/>`;
  });
  const mean = 1 / columns.length;
  const meanAt = round(100 - (100 * mean) / scale);
  const fullest = columns.reduce((a, b) => (b.share > a.share ? b : a));
  const text = `The fullest, ${fullest.name}, has ${formatShare(fullest.share)} of the ${unit}, ${(fullest.share / mean).toFixed(2)} times the average.`;
  return `<figure><h3>${title}: ${columns.length} ${columns.length === 1 ? 'shard' : 'shards'}</h3><svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${escapeHtml(text)}</desc>${bars.join('')}<path class="mean-line" vector-effect="non-scaling-stroke" d="M0 ${meanAt}H1000"/></svg><figcaption>The fullest, ${breakable(fullest.name)}, has <strong>${formatShare(fullest.share)}</strong> of the ${unit}, ${(fullest.share / mean).toFixed(2)} times the average.</figcaption></figure>`;
}

/** Returns a text for HTML, in elements and in attributes. Control characters are escaped. */
export function escapeHtml(text: string): string {
  return escapeControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Lets a shard id break after its hyphen. */
function breakable(shardId: string): string {
  return escapeHtml(shardId).replace('-', '-<wbr>');
}

/** Cuts a text after a number of characters. */
function cut(text: string, max: number): string {
  const characters = [...text];
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : text;
}

/** Returns where a hash key is in the key space, in percent. */
function percentOf(hashKey: bigint): number {
  return Number((hashKey * 1_000_000n) >> 128n) / 10_000;
}

function errorOf(report: LoadReport, unit: Unit): number {
  return unit === 'bytes' ? report.error : report.recordsError;
}

function errorOfKey(key: HotKey, unit: Unit): number {
  return unit === 'bytes' ? key.error : key.recordsError;
}

function formatInterval(key: HotKey, unit: Unit, all: number): string {
  const low = formatShare(divide(key[unit], all));
  const high = formatShare(divide(key[unit] + errorOfKey(key, unit), all));
  return low === high ? low : `${low.slice(0, -2)} to ${high}`;
}

function formatShare(share: number): string {
  const percent = 100 * share;
  return `${percent.toFixed(percent > 0 && percent < 1 ? 2 : 1)}\u00a0%`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(amount < 10 ? 2 : 1)}\u00a0${units[power]}`;
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
