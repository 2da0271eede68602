/**
 * Explains in words what helps against a hot key or a hot shard.
 *
 * @module
 */

import { quote } from '../base/argument.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import type { NamedRange } from '../sharding/tiling.ts';
import { fitsUniformly, legalTargets } from './advise-shard-count.ts';
import { describeSplit, findSplit, type SplitAdvice } from './advise-split.ts';
import { type KeyLoad, type LoadMeter, type LoadReport, readReport } from './load-meter.ts';
import { type Load, loadsIn } from './loads.ts';
import { findBusiest, SHARD_LIMITS, tighterUnit, type Unit } from './shard-limits.ts';

/** One conclusion about the load of a stream. */
export interface LoadVerdict {
  /**
   * - `key-over-limit`: a key has more load than a shard takes. Resharding does not help.
   * - `even`: the busiest shard has less than 1.25 times the average load, within its limits.
   * - `key-over-half`: a key has over half of the load of the busiest shard. No split relieves it.
   * - `split`: a split relieves the busiest shard, and `split` says where.
   * - `no-split`: no split relieves the busiest shard. It has too few hash keys, or its load is on
   *   too few of them.
   * - `shard-count`: UpdateShardCount to `shardCount` shards keeps each shard within its limits. If
   *   there are that many already, no call is needed.
   * - `no-shard-count`: no legal target of UpdateShardCount does that. If the load needs more
   *   shards than the highest target, and no key is over a limit, `shardCount` is that target: a
   *   first step.
   */
  readonly kind:
    | 'even'
    | 'key-over-half'
    | 'key-over-limit'
    | 'no-shard-count'
    | 'no-split'
    | 'shard-count'
    | 'split';
  /** The verdict in words, with its figures. */
  readonly text: string;
  /** The key of `key-over-limit` and `key-over-half`. */
  readonly PartitionKey?: string;
  /** The busiest shard, of `even`, `key-over-half`, `split` and `no-split`. */
  readonly shardId?: string;
  /** Where to split the busiest shard, of `split`. */
  readonly split?: SplitAdvice;
  /** The target of UpdateShardCount, of `shard-count` and some `no-shard-count`. */
  readonly shardCount?: number;
}

/**
 * A busiest shard with less than this many times the average load is not worth a split, unless it
 * is over a limit.
 */
export const EVEN_RATIO = 1.25;

/**
 * Returns verdicts on the load of a stream, in words: which keys resharding cannot help, what a
 * split of the busiest shard would do, and which UpdateShardCount is enough.
 *
 * Rates are averages from the first second to the last: a burst may exceed them. Verdicts about
 * limits and shard counts need rates, so they are given only if every record came with a time. The
 * busiest shard and its keys are judged by the tighter limit: bytes if the load uses more of 1 MiB
 * per second than of 1,000 records per second, otherwise records.
 *
 * A key is judged by its lower bound, so no key is blamed without proof. If a key over a limit is
 * in the busiest shard, no split of that shard is proposed.
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { createLoadMeter, explainLoad } from 'shardline/load';
 *
 * const meter = createLoadMeter();
 * for (let i = 0; i < 100; i++) {
 *   const PartitionKey = i % 4 === 0 ? `user-${i}` : 'everyone';
 *   meter.add({ PartitionKey, Data: new Uint8Array(92) });
 * }
 * const [verdict] = explainLoad(meter, createUniformShardMap(4));
 * verdict?.kind; // => 'key-over-half'
 * verdict?.PartitionKey; // => 'everyone'
 * ```
 *
 * @param meter A meter of `createLoadMeter`.
 * @param map The open shards of the stream.
 * @returns The verdicts: about keys over a limit, then about the busiest shard, then about the
 *   number of shards; none if nothing was counted.
 * @throws {TypeError} If an argument is not a load meter or not a shard map.
 * @throws {RangeError} If the shards of the map do not tile the key space in ascending order.
 */
export function explainLoad(meter: LoadMeter, map: Pick<ShardMap, 'shards'>): LoadVerdict[] {
  const shards = readTilingShards(map);
  return explainReport(readReport(meter, shards), shards, ['bytes', 'records']);
}

/**
 * Returns the verdicts on a report, as `explainLoad` does on a meter.
 *
 * @param units The units that may be compared with the limits. Without any, no rate is judged.
 */
export function explainReport(
  report: LoadReport,
  shards: readonly NamedRange[],
  units: readonly Unit[],
): LoadVerdict[] {
  if (report.records === 0) return [];
  const isTimed = report.seconds !== undefined;
  const overLimit = isTimed ? units.flatMap((unit) => judgeKeys(report, unit)) : [];
  const verdict = judgeBusiestShard(report, shards, units, overLimit);
  return [
    ...overLimit.map((found) => found.verdict),
    ...(verdict === undefined ? [] : [verdict]),
    ...(isTimed && units.length > 0 ? [judgeShardCount(report, units, overLimit.length > 0)] : []),
  ];
}

/** Returns the listed keys of a report, the hottest first. */
function keysOf(report: LoadReport, unit: Unit): readonly KeyLoad[] {
  return unit === 'bytes' ? report.keys : report.keysByRecords;
}

function loadsOf({ loads }: LoadReport, unit: Unit): Load[] {
  return loads.map((load) => ({ hashKey: load.hashKey, weight: load[unit] }));
}

/** Returns what a shard takes in all seconds of a report. */
function limitOf({ seconds = Infinity }: LoadReport, unit: Unit): number {
  return SHARD_LIMITS[unit] * seconds;
}

interface KeyVerdict {
  readonly hashKey: bigint;
  readonly verdict: LoadVerdict;
}

/** Returns verdicts on keys that exceed what a shard takes and go to a single hash key. */
function judgeKeys(report: LoadReport, unit: Unit): KeyVerdict[] {
  const limit = limitOf(report, unit);
  return keysOf(report, unit).flatMap(({ PartitionKey, hashKey, [unit]: amount }) => {
    if (hashKey === undefined || amount <= limit) return [];
    const rate = formatCount(amount / report.seconds!);
    const text = `The key ${quote(PartitionKey)} has at least ${rate} ${unit} per second, and a shard takes ${formatCount(SHARD_LIMITS[unit])}: resharding does not help. Spread its records over several keys.`;
    return { hashKey, verdict: { kind: 'key-over-limit', PartitionKey, text } };
  });
}

/** Returns undefined if a key over a limit makes the shard busy: its verdict says what helps. */
function judgeBusiestShard(
  report: LoadReport,
  shards: readonly NamedRange[],
  units: readonly Unit[],
  overLimit: readonly KeyVerdict[],
): LoadVerdict | undefined {
  const unit = tighterUnit(report, units);
  const mapIndex = findBusiest(report.shards, unit);
  const range = shards[mapIndex]!;
  const { shardId } = range;
  const load = report.shards[mapIndex]!;
  const ratio = (load[unit] * shards.length) / report[unit];
  const isWithinLimits = units.every((one) => load[one] <= limitOf(report, one));
  if (shards.length > 1 && ratio < EVEN_RATIO && isWithinLimits) {
    const text = `No split is needed: ${shardId}, the busiest shard, has ${ratio.toFixed(2)} times the average of the ${unit}.`;
    return { kind: 'even', shardId, text };
  }
  const most = load[unit] + (unit === 'bytes' ? load.error : load.recordsError);
  const key = keysOf(report, unit).find(({ hashKey = -1n }) => isInside(hashKey, range));
  const isBlamed = overLimit.some(({ hashKey }) => isInside(hashKey, range));
  if (key !== undefined && 2 * key[unit] > most && !isBlamed) {
    const { PartitionKey } = key;
    const text = `The key ${quote(PartitionKey)} has at least ${percent(key[unit] / most)} of the ${unit} of ${shardId}, the busiest shard: no split can divide them. Spread its records over several keys.`;
    return { kind: 'key-over-half', PartitionKey, shardId, text };
  }
  if (isBlamed) return undefined;
  const found = findSplit(loadsIn(loadsOf(report, unit), range), range);
  if (found === undefined || found.lower === 0 || found.lower === found.whole) {
    const few = found === undefined ? 'it has' : `its ${unit} go to`;
    const text = `No split relieves ${shardId}, the busiest shard: ${few} too few hash keys. Use other explicit hash keys.`;
    return { kind: 'no-split', shardId, text };
  }
  const split = describeSplit(found);
  const isKnownWithinLimits = isWithinLimits && report.seconds !== undefined && units.length > 0;
  const urgency =
    shards.length > 1 && ratio < EVEN_RATIO
      ? ' The other shards are about as busy, so more shards help more.'
      : isKnownWithinLimits
        ? ' Its average rate is within the limits, so this can wait.'
        : '';
  const text = `Split ${shardId}, the busiest shard with ${percent(load[unit] / report[unit])} of the ${unit}, at ${split.NewStartingHashKey}: the children get ${percent(split.lowerShare)} and ${percent(split.upperShare)} of its ${unit}.${urgency}`;
  return { kind: 'split', shardId, split, text };
}

function judgeShardCount(
  report: LoadReport,
  units: readonly Unit[],
  isKeyOverLimit: boolean,
): LoadVerdict {
  const openShardCount = report.shards.length;
  const [least, most] = legalTargets(openShardCount);
  const measures = units.map((unit) => ({
    unit,
    loads: loadsOf(report, unit),
    limit: limitOf(report, unit),
  }));
  const within =
    units.length === 2
      ? 'keeps the average rate of every shard within its limits'
      : `keeps the average rate of every shard within its limit of ${formatCount(SHARD_LIMITS[units[0]!])} ${units[0]} per second`;
  for (let shardCount = least; shardCount <= most; shardCount++) {
    // An equal target changes nothing: the shards stay as they are, uniform or not
    // (docs/facts.md#scaling-same-count).
    const isUnchanged = shardCount === openShardCount;
    const isEnough = measures.every(({ unit, loads, limit }) =>
      isUnchanged
        ? report.shards.every((shard) => shard[unit] <= limit)
        : fitsUniformly(loads, shardCount, limit),
    );
    if (!isEnough) continue;
    const text = isUnchanged
      ? `No UpdateShardCount is needed: the present number of shards ${within}, and no lower target does.`
      : `${shardCount < openShardCount ? 'Fewer shards are enough: ' : ''}UpdateShardCount from ${openShardCount} to ${shardCount} ${within}; no lower target does.`;
    return { kind: 'shard-count', shardCount, text };
  }
  const text = `No UpdateShardCount from ${openShardCount} (legal targets: ${least} to ${most}) ${within}`;
  if (isKeyOverLimit) return { kind: 'no-shard-count', text: `${text}.` };
  const needed = Math.max(...measures.map(({ unit, limit }) => Math.ceil(report[unit] / limit)));
  return needed > most
    ? {
        kind: 'no-shard-count',
        shardCount: most,
        text: `${text}: the load needs at least ${needed} shards. Start with ${most}.`,
      }
    : { kind: 'no-shard-count', text: `${text}: the load is too uneven.` };
}

function isInside(hashKey: bigint, { startingHashKey, endingHashKey }: HashRange): boolean {
  return hashKey >= startingHashKey && hashKey <= endingHashKey;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}

/** Returns a number without its fraction, with commas between thousands. */
function formatCount(count: number): string {
  return `${Math.floor(count)}`.replace(/\B(?=(?:\d{3})+$)/g, ',');
}
