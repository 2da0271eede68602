/**
 * The load of a stream as a page: one HTML file that has no scripts and makes no requests.
 *
 * @module
 */

import { escapeControls } from '../base/argument.ts';
import type { SplitAdvice } from '../load/advise-split.ts';
import type { LoadVerdict } from '../load/explain-load.ts';
import { findHotKeys } from '../load/find-hot-keys.ts';
import type { KeyLoad, LoadReport, ShardLoad } from '../load/load-meter.ts';
import { findBusiest, SHARD_LIMITS, type Unit } from '../load/shard-limits.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { explainUnit } from './load-chart.ts';
import { STYLE } from './load-page-style.ts';
import type { MeteredLoad } from './load-reader.ts';

/** What the page shows. */
export interface LoadPage {
  /** The name of the input. */
  readonly source: string;
  /** The open shards, by ascending range. */
  readonly shards: readonly (HashRange & { readonly shardId: string })[];
  readonly load: MeteredLoad;
  /** The first command that the verdicts ask for, if any. */
  readonly command?: string | undefined;
}

/**
 * The number of parts of the key space whose load is drawn: a power of two, like the number of
 * bins.
 */
const COLUMNS = 128;

const PINS_MAX = 8;

/** With more shards, only the busiest are listed, and their borders are not drawn. */
const SHARDS_LISTED_MAX = 64;

/** With more shards, they are not numbered: the numbers would not fit at the width of a phone. */
const SHARDS_NUMBERED_MAX = 16;

const BUSIEST_LISTED = 16;

/** The width of a pin and a small gap on the screen of a phone, in percent. */
const PIN_PERCENT = 7;

/** The maximum number of columns before and after a split. More would be too thin. */
const COLUMNS_DRAWN_MAX = 64;

const LANE_REM = 1.625;

const AXIS: string = ['0', '¼', '½', '¾', '2<sup>128</sup>']
  .map((label, i) => `<span style="left:${25 * i}%">${label}</span>`)
  .join('');

/** What is drawn: the load in the unit of the tighter limit, and the split of the verdict. */
interface Drawing extends MeteredLoad {
  readonly source: string;
  readonly shards: LoadPage['shards'];
  readonly command: string | undefined;
  /** All bytes or records. */
  readonly all: number;
  readonly hotKeys: readonly KeyLoad[];
  /** The map index of the busiest shard. */
  readonly busiest: number;
  /** True if no shard is much busier than the others, so that none is marked. */
  readonly isEven: boolean;
  readonly split: SplitAdvice | undefined;
}

/** Returns the page as HTML. */
export function renderLoadPage({ source, shards, load, command }: LoadPage): string {
  const { report, verdicts, unit, hasBytes } = load;
  const drawing: Drawing = {
    ...load,
    source,
    shards,
    command,
    all: report[unit],
    hotKeys: findHotKeys(report, unit, verdicts),
    busiest: findBusiest(report.shards, unit),
    isEven: verdicts.some(({ kind }) => kind === 'even'),
    split: verdicts.find((verdict) => verdict.split !== undefined)?.split,
  };
  const sections =
    report.records === 0
      ? ['<section><h2>There are no records</h2><p>The input has no valid line.</p></section>']
      : [
          renderVerdicts(drawing),
          renderKeySpace(drawing),
          renderShards(drawing),
          renderSplit(drawing),
        ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`Load of ${source}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Where the load goes</h1>
<p class="lead">${escapeHtml(source)}${describeTime(report)}</p>
${renderFacts(drawing)}
</header>
${sections.join('\n')}
<footer>Made by shardline.${hasBytes ? ' Sizes include the partition keys, as every limit does.' : ''}</footer>
</main>
</body>
</html>
`;
}

function describeTime({ seconds }: LoadReport): string {
  if (seconds === undefined) return '';
  return `, over ${formatCount(seconds)} ${seconds === 1 ? 'second' : 'seconds'}`;
}

function renderFacts(drawing: Drawing): string {
  const { report, hasBytes, shards, aggregates, unit, all, hotKeys, busiest } = drawing;
  const mean =
    report.records === 0
      ? 'none has any load'
      : shards.length === 1
        ? 'it has all of the load'
        : `${formatShare(1 / shards.length)} each on average`;
  const facts = [
    [
      'Records',
      formatCount(report.records),
      report.records === 0
        ? 'nothing to measure'
        : hasBytes
          ? `${formatBytes(report.bytes)}${aggregates > 0 ? `, from ${plural(aggregates, 'aggregate')}` : ''}`
          : 'sizes are not known',
    ],
    [shards.length === 1 ? 'Open shard' : 'Open shards', formatCount(shards.length), mean],
    ...(report.records === 0
      ? []
      : [
          [
            'Busiest shard',
            formatShare(divide(report.shards[busiest]![unit], all)),
            `of the ${unit}, ${formatRatio(report.shards[busiest]![unit], all / shards.length)} times the average`,
          ],
          hotKeys.length === 0
            ? ['Hot keys', 'none', `no key has over ${formatShare(hottestBound(drawing))}`]
            : [
                'Hottest key',
                formatInterval(hotKeys[0]!, unit, all),
                renderKey(hotKeys[0]!.PartitionKey, 24),
              ],
        ]),
  ];
  return `<dl class="facts">${facts
    .map(
      ([name, value, note]) => `<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
    )
    .join(
      '',
    )}</dl>${hasBytes ? `<p class="rest">${capitalize(explainUnit(unit, aggregates))}.</p>` : ''}`;
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Returns the share that no key exceeds. */
function hottestBound({ report, unit, all }: Drawing): number {
  const keys = unit === 'bytes' ? report.keys : report.keysByRecords;
  const error = unit === 'bytes' ? report.error : report.recordsError;
  const most = keys.reduce((max, key) => Math.max(max, key[unit] + errorOfKey(key, unit)), error);
  return divide(most, all);
}

function renderVerdicts({ verdicts, shards, command }: Drawing): string {
  const { headline, isGood } = summarize(verdicts, shards.length);
  return `<section class="verdict${isGood ? ' helps' : ''}">
<h2>${headline}</h2>
<ul>${verdicts.map(({ text }) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>
${command === undefined ? '' : `<pre><code>${escapeHtml(command).replaceAll(' --', ' \\\n  --')}</code></pre>`}
</section>`;
}

/** Returns a headline for the verdicts. It is good if resharding, or nothing, is enough. */
export function summarize(
  verdicts: readonly LoadVerdict[],
  openShardCount: number,
): { headline: string; isGood: boolean } {
  const has = (kind: LoadVerdict['kind']): boolean => verdicts.some((one) => one.kind === kind);
  const { shardCount } = verdicts.find((one) => one.kind === 'shard-count') ?? {};
  const isMoreEnough = shardCount !== undefined && shardCount > openShardCount;
  if (has('key-over-limit')) {
    return has('split')
      ? { headline: 'Other partition keys and a split help', isGood: false }
      : { headline: 'Only other partition keys help', isGood: false };
  }
  if (has('split')) {
    const headline = isMoreEnough ? 'A split or more shards help' : 'A split helps';
    return { headline, isGood: true };
  }
  if (has('even')) return { headline: 'The load is even', isGood: true };
  if (isMoreEnough) return { headline: 'More shards help', isGood: true };
  if (has('no-split')) return { headline: 'No split helps', isGood: false };
  return shardCount === undefined
    ? { headline: 'Only other partition keys help', isGood: false }
    : { headline: 'One key is hot, and every shard is within its limits', isGood: true };
}

/** A hot key on the key space. */
interface Pin {
  readonly key: KeyLoad;
  readonly number: number;
  readonly percent: number;
  readonly lane: number;
}

/** Places pins so that none hides another. */
export function placePins(keys: readonly KeyLoad[]): Pin[] {
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

function renderKeySpace(drawing: Drawing): string {
  const { shards, report, unit, all, hotKeys, split } = drawing;
  const pins = placePins(hotKeys);
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
  return `<section>
<h2>The key space</h2>
<p>All hash keys from left to right, in ${COLUMNS} equal parts. The busiest part has ${formatShare(divide(most, all))} of the ${unit}.</p>
<figure>
<div class="strip">
<div class="pins" aria-hidden="true" style="height:${lanes * LANE_REM}rem">${pins.map(renderPin).join('')}</div>
<div class="density"><svg viewBox="0 0 1024 100" preserveAspectRatio="none" style="height:100%" role="img" aria-labelledby="density-title density-text"><title id="density-title">Load over the key space</title><desc id="density-text">${escapeHtml(describeDensity(drawing, pins))}</desc>${borders}${bars}</svg></div>
${renderShardRow(drawing)}
${at === undefined ? '' : `<div class="border" style="left:${at}%;top:${lanes * LANE_REM}rem"></div>`}
</div>
<div class="axis" aria-hidden="true">${AXIS}</div>
${at === undefined ? '' : `<div class="note"><span style="left:${at}%;transform:translateX(-${at}%)">proposed split</span></div>`}
<ul class="legend">${pins.length > 0 ? '<li class="hot"><i></i>hot keys, numbered below</li>' : ''}<li><i></i>${pins.length > 0 ? 'all other keys' : 'all keys'}</li>${at === undefined ? '' : '<li class="cut"><i></i>proposed split</li>'}</ul>
</figure>
${renderKeys(drawing, pins)}
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

function renderShardRow({ shards, busiest, isEven }: Drawing): string {
  if (shards.length > SHARDS_LISTED_MAX) {
    const { startingHashKey, endingHashKey } = shards[busiest]!;
    const start = round(percentOf(startingHashKey), 4);
    const width = round(percentOf(endingHashKey + 1n) - percentOf(startingHashKey), 4);
    if (isEven) return '<div class="shards" aria-hidden="true"></div>';
    return `<div class="shards" aria-hidden="true"><span class="busiest" style="margin-left:min(${start}%, 100% - 2px);width:${width}%"></span></div>`;
  }
  const isNumbered = shards.length <= SHARDS_NUMBERED_MAX;
  const spans = shards.map(({ shardId, startingHashKey, endingHashKey }, i) => {
    const width = round(percentOf(endingHashKey + 1n) - percentOf(startingHashKey), 4);
    const label = isNumbered ? Number(shardId.slice(-12)) : '';
    return `<span${i === busiest && !isEven ? ' class="busiest"' : ''} style="width:${width}%">${label}</span>`;
  });
  return `<div class="shards" aria-hidden="true">${spans.join('')}</div>`;
}

function describeDensity(
  { shards, report, unit, all, busiest, split }: Drawing,
  pins: readonly Pin[],
): string {
  const texts = [
    `${plural(shards.length, 'open shard')}.`,
    `The busiest is ${report.shards[busiest]!.shardId} with ${formatShare(divide(report.shards[busiest]![unit], all))} of the ${unit}.`,
    ...pins.map(
      ({ key, number, percent }) =>
        `Key ${number}, ${cut(key.PartitionKey, 64)}, is at ${percent.toFixed(1)} % of the key space.`,
    ),
    ...(split === undefined
      ? []
      : [`The proposed split is at ${percentOf(BigInt(split.NewStartingHashKey)).toFixed(1)} %.`]),
  ];
  return texts.join(' ');
}

function renderKeys(drawing: Drawing, pins: readonly Pin[]): string {
  const { shards, hasBytes, unit, all, hotKeys } = drawing;
  if (hotKeys.length === 0) {
    return `<p class="rest">No hot key: none has at least ten records and half of the load of an average shard. No key has over ${formatShare(hottestBound(drawing))} of the ${unit}.</p>`;
  }
  const listed = hotKeys.slice(0, PINS_MAX);
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
    return `<tr><td class="rank">${isPinned ? `<span class="pin">${i + 1}</span>` : ''}</td><th scope="row">${renderKey(key.PartitionKey, 48)}<small class="id">${shard === undefined ? 'several shards' : breakable(shard.shardId)}</small></th><td class="share"><div class="value"><span>${formatInterval(key, unit, all)}</span><span>${formatAmounts(key, hasBytes)}</span></div><div class="bar" aria-hidden="true"><i class="hot" style="width:${low}%"></i>${bound > 0 ? `<i class="bound" style="left:${low}%;width:${bound}%"></i>` : ''}</div></td></tr>`;
  });
  const hasBounds = listed.some((key) => errorOfKey(key, unit) > 0);
  const head =
    listed.length < hotKeys.length
      ? `The ${listed.length} hottest of ${formatCount(hotKeys.length)} hot keys`
      : 'Hot keys';
  return `<table class="keys"><thead><tr><td class="rank"></td><th scope="col">${head}</th><th scope="col" class="share">Share of all ${unit}</th></tr></thead><tbody>${rows.join('')}</tbody></table>
${hasBounds ? '<ul class="legend"><li class="hot"><i></i>at least</li><li class="bound"><i></i>at most</li></ul>' : ''}`;
}

/**
 * Renders a partition key, cut to `max` characters. A background makes spaces visible. `bdi` keeps
 * its direction from the text around it, and `dir` has its escapes read from left to right.
 */
function renderKey(partitionKey: string, max: number): string {
  return `<bdi dir="ltr" class="key">${escapeHtml(cut(partitionKey, max))}</bdi>`;
}

function formatAmounts(key: KeyLoad, hasBytes: boolean): string {
  const records = `${key.recordsError > 0 ? 'at least ' : ''}${plural(key.records, 'record')}`;
  return hasBytes ? `${records}, ${formatBytes(key.bytes)}` : records;
}

const LIMIT_NAMES: Readonly<Record<Unit, string>> = { bytes: '1 MiB', records: '1,000 records' };

/** One bar of a shard: what it shows, and the limit that it should stay below. */
interface Bar {
  readonly amount: number;
  readonly text: string;
  readonly note: string;
}

function renderShards({ report, hasBytes, limited, shards, unit, all }: Drawing): string {
  // A meter that got times has the peaks of the shards that it was created for.
  const isTimed =
    limited.length > 0 &&
    report.seconds !== undefined &&
    report.shards[0]?.peakRecordsPerSecond !== undefined;
  const units: readonly Unit[] = isTimed ? limited : hasBytes ? ['bytes', 'records'] : ['records'];
  const isCut = shards.length > SHARDS_LISTED_MAX;
  const listed = isCut
    ? [...report.shards].sort((a, b) => b[unit] - a[unit]).slice(0, BUSIEST_LISTED)
    : report.shards;
  const tops = units.map((one) => {
    const amounts = report.shards.map((shard) => barOf(shard, one, isTimed, report).amount);
    const mark = isTimed ? SHARD_LIMITS[one] : divide(report[one], shards.length);
    return maxOf(amounts, Math.max(mark, 1e-9));
  });
  const marks = units.map((one, i) =>
    round((100 * (isTimed ? SHARD_LIMITS[one] : report[one] / shards.length)) / tops[i]!, 2),
  );
  const rows = listed.map((shard) => {
    const cells = units.map((one, i) => {
      const { amount, text, note } = barOf(shard, one, isTimed, report);
      const isOver = isTimed && amount > SHARD_LIMITS[one];
      return `<td${isOver ? ' class="over"' : ''}><div class="value"><span>${text}</span><span>${note}</span></div><div class="bar" aria-hidden="true"><i style="width:${round((100 * amount) / tops[i]!, 2)}%"></i><b style="left:${marks[i]}%"></b></div></td>`;
    });
    return `<tr><th scope="row" class="id">${breakable(shard.shardId)}</th>${cells.join('')}</tr>`;
  });
  const heads = units.map((one) => {
    const name = one === 'bytes' ? 'Bytes' : 'Records';
    return `<th scope="col">${name}${isTimed ? ', busiest second' : ''}</th>`;
  });
  const text = isTimed
    ? `The busiest second of each shard against what a shard takes: ${limited.map((one) => LIMIT_NAMES[one]).join(' and ')} per second.`
    : 'The share of each shard. With an ApproximateArrivalTimestamp on every record, this would be its busiest second against its limits.';
  const mark = isTimed
    ? '<li class="limit"><i></i>limit of a shard</li>'
    : '<li class="limit"><i></i>average</li>';
  return `<section>
<h2>${isCut ? `The ${BUSIEST_LISTED} busiest of ${formatCount(shards.length)} shards` : 'The shards'}</h2>
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
  return {
    amount,
    text,
    note: `${Math.round((100 * amount) / SHARD_LIMITS[unit])}\u00a0% of limit`,
  };
}

/** A column of the charts before and after a split. */
interface Column {
  readonly share: number;
  readonly kind: 'load' | 'hot' | 'new';
  readonly name: string;
}

function renderSplit({ report, unit, all, busiest, split }: Drawing): string {
  if (split === undefined) return '';
  const now = report.shards.map((shard, i): Column => {
    const kind = i === busiest ? 'hot' : 'load';
    return { share: divide(shard[unit], all), kind, name: shard.shardId };
  });
  const whole = now[busiest]!;
  const children: Column[] = [
    { share: whole.share * split.lowerShare, kind: 'new', name: 'the lower child' },
    { share: whole.share * split.upperShare, kind: 'new', name: 'the upper child' },
  ];
  const then = [...now.slice(0, busiest), ...children, ...now.slice(busiest + 1)];
  const from = Math.max(
    0,
    Math.min(busiest - COLUMNS_DRAWN_MAX / 2, now.length - COLUMNS_DRAWN_MAX),
  );
  const some =
    now.length > COLUMNS_DRAWN_MAX
      ? ` Only the ${COLUMNS_DRAWN_MAX} shards around the split are drawn.`
      : '';
  return `<section>
<h2>Before and after the proposed split</h2>
<p>Each column is a shard, in the order of the key space, with its share of all ${unit}.${some}</p>
<div class="pair">
${renderColumns('Now', 'now', now, from, { whole, unit })}
${renderColumns('After the split', 'then', then, from, { whole, unit })}
</div>
<ul class="legend"><li class="hot"><i></i>busiest shard now</li><li class="new"><i></i>its children</li><li class="mean"><i></i>average</li></ul>
</section>`;
}

/** @param from The index of the first column that is drawn. */
function renderColumns(
  title: string,
  id: string,
  columns: readonly Column[],
  from: number,
  { whole, unit }: { readonly whole: Column; readonly unit: Unit },
): string {
  const drawn = columns.slice(from, from + COLUMNS_DRAWN_MAX);
  const mean = 1 / columns.length;
  const scale = Math.max(whole.share, mean);
  const step = 1000 / drawn.length;
  const gap = Math.min(step / 4, 8);
  const bars = drawn.map(({ share, kind }, i) => {
    const height = round((100 * share) / scale);
    return `<rect class="fill-${kind}" x="${round(step * i + gap / 2)}" y="${round(100 - height)}" width="${round(step - gap)}" height="${height}"/>`;
  });
  const meanAt = round(100 - (100 * mean) / scale);
  const busiest = columns.reduce((a, b) => (b.share > a.share ? b : a));
  const ratio = formatRatio(busiest.share, mean);
  const text = `The busiest, ${busiest.name}, has ${formatShare(busiest.share)} of the ${unit}, ${ratio} times the average.`;
  return `<figure><h3>${title}: ${plural(columns.length, 'shard')}</h3><svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title ${id}-text"><title id="${id}-title">${title}</title><desc id="${id}-text">${escapeHtml(text)}</desc>${bars.join('')}<path class="mean-line" vector-effect="non-scaling-stroke" d="M0 ${meanAt}H1000"/></svg><figcaption>The busiest, ${breakable(busiest.name)}, has <strong>${formatShare(busiest.share)}</strong> of the ${unit}, ${ratio} times the average.</figcaption></figure>`;
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

/** Cuts a text to a number of graphemes: an emoji of several code points counts as one. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  // Creating the first one takes 12 ms, which a page of short keys need not spend.
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  return characters.length > max ? `${characters.slice(0, max).join('')}…` : text;
}

/** Returns where a hash key is in the key space, in percent. */
function percentOf(hashKey: bigint): number {
  return Number((hashKey * 1_000_000n) >> 128n) / 10_000;
}

function errorOfKey(key: KeyLoad, unit: Unit): number {
  return unit === 'bytes' ? key.error : key.recordsError;
}

function formatInterval(key: KeyLoad, unit: Unit, all: number): string {
  const low = formatShare(divide(key[unit], all));
  const high = formatShare(divide(key[unit] + errorOfKey(key, unit), all));
  return low === high ? low : `${low.slice(0, -2)} to ${high}`;
}

function formatShare(share: number): string {
  const percent = 100 * share;
  return `${percent.toFixed(percent > 0 && percent < 1 ? 2 : 1)}\u00a0%`;
}

function formatRatio(amount: number, mean: number): string {
  return divide(amount, mean).toFixed(2);
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
  const digits = power === 0 || amount >= 100 ? 0 : amount < 10 ? 2 : 1;
  return `${amount.toFixed(digits)}\u00a0${units[power]}`;
}

/**
 * Returns the highest of some numbers and `least`. `Math.max` cannot take a million arguments.
 */
function maxOf(numbers: readonly number[], least: number): number {
  return numbers.reduce((a, b) => Math.max(a, b), least);
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
