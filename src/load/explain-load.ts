/**
 * Explains in words what helps against a hot key or a hot shard.
 *
 * @module
 */

import { quote } from '../base/argument.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';
import { readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import { fitsUniformly, legalTargets } from './advise-shard-count.ts';
import { describeSplit, findSplit, type SplitAdvice } from './advise-split.ts';
import { type HotKey, type LoadMeter, type LoadReport, readReport } from './load-meter.ts';
import { type Load, loadsIn } from './loads.ts';

/** One conclusion about the load of a stream. */
export interface LoadVerdict {
  /**
   * - `key-over-limit`: a key has more load than a shard takes. Resharding does not help.
   * - `key-over-half`: a key has over half of the load of the fullest shard. No split relieves it.
   * - `split`: a split relieves the fullest shard, and `split` says where.
   * - `too-narrow`: the fullest shard has too few hash keys to be split.
   * - `shard-count`: UpdateShardCount to `shardCount` shards keeps each shard within its limits. If
   *   there are that many already, no call is needed.
   * - `no-shard-count`: no legal target of UpdateShardCount does that.
   */
  readonly kind:
    | 'key-over-half'
    | 'key-over-limit'
    | 'no-shard-count'
    | 'shard-count'
    | 'split'
    | 'too-narrow';
  /** The verdict in words, with its figures. */
  readonly text: string;
  readonly PartitionKey?: string;
  readonly shardId?: string;
  readonly split?: SplitAdvice;
  readonly shardCount?: number;
}

/** What a shard takes per second (docs/facts.md#shard-write-rate). */
const BYTES_PER_SECOND = 1_048_576;
const RECORDS_PER_SECOND = 1000;

/** One of the two limits of a shard, and the figures of the report that it applies to. */
interface Measure {
  readonly name: 'bytes' | 'records';
  readonly perSecond: number;
  readonly all: number;
  readonly keys: readonly HotKey[];
  readonly loads: readonly Load[];
}

/**
 * Returns verdicts on the load of a stream, in words: which keys resharding cannot help, what a
 * split of the fullest shard would do, and which UpdateShardCount is enough.
 *
 * Rates are averages from the first second to the last: a burst may exceed them. Verdicts about
 * limits and shard counts need rates, so they are given only if every record came with a time. The
 * fullest shard and its keys are judged by the limit that the stream is closer to, bytes or
 * records.
 *
 * A key is judged by its lower bound, so none is blamed without proof.
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
 * @returns The verdicts: about keys over a limit, then about the fullest shard, then about the
 *   number of shards; none if nothing was counted.
 * @throws {TypeError} If an argument is not a load meter or not a shard map.
 * @throws {RangeError} If the shards of the map do not tile the key space in ascending order.
 */
export function explainLoad(meter: LoadMeter, map: Pick<ShardMap, 'shards'>): LoadVerdict[] {
  const shards = readTilingShards(map);
  const report = readReport(meter, shards);
  if (report.records === 0) return [];
  const measures = [measureBytes(report), measureRecords(report)] as const;
  const [bytes, records] = measures;
  const tighter = bytes.all / bytes.perSecond >= records.all / records.perSecond ? bytes : records;
  const { seconds } = report;
  return [
    ...(seconds === undefined ? [] : judgeKeys(measures, seconds)),
    judgeFullestShard(report, tighter, shards),
    ...(seconds === undefined ? [] : [judgeShardCount(report, measures, seconds)]),
  ];
}

function measureBytes({ bytes, keys, loads }: LoadReport): Measure {
  return {
    name: 'bytes',
    perSecond: BYTES_PER_SECOND,
    all: bytes,
    keys,
    loads: loads.map((load) => ({ hashKey: load.hashKey, weight: load.bytes })),
  };
}

function measureRecords({ records, keysByRecords, loads }: LoadReport): Measure {
  return {
    name: 'records',
    perSecond: RECORDS_PER_SECOND,
    all: records,
    keys: keysByRecords,
    loads: loads.map((load) => ({ hashKey: load.hashKey, weight: load.records })),
  };
}

/** Returns verdicts on keys that exceed what a shard takes and go to a single hash key. */
function judgeKeys(measures: readonly Measure[], seconds: number): LoadVerdict[] {
  return measures.flatMap(({ name, perSecond, keys }) =>
    keys
      .filter((key) => key.hashKey !== undefined && key[name] > perSecond * seconds)
      .map(({ PartitionKey, [name]: amount }) => ({
        kind: 'key-over-limit' as const,
        PartitionKey,
        text: `The key ${quote(PartitionKey)} has at least ${Math.floor(amount / seconds)} ${name} per second, and a shard takes ${perSecond}: resharding does not help. Spread its records over several keys.`,
      })),
  );
}

function judgeFullestShard(
  report: LoadReport,
  { name, keys, loads }: Measure,
  shards: readonly (HashRange & { readonly shardId: string })[],
): LoadVerdict {
  let fullest = 0;
  report.shards.forEach((shard, i) => {
    if (shard[name] > report.shards[fullest]![name]) fullest = i;
  });
  const range = shards[fullest]!;
  const { shardId } = range;
  const load = report.shards[fullest]!;
  const most = load[name] + (name === 'bytes' ? load.error : load.recordsError);
  const key = keys.find(({ hashKey }) => hashKey !== undefined && isInside(hashKey, range));
  if (key !== undefined && 2 * key[name] > most) {
    const { PartitionKey } = key;
    const text = `The key ${quote(PartitionKey)} has at least ${percent(key[name] / most)} of the ${name} of ${shardId}, the fullest shard: no split can divide them. Spread its records over several keys.`;
    return { kind: 'key-over-half', PartitionKey, shardId, text };
  }
  const found = findSplit(loadsIn(loads, range), range);
  if (found === undefined) {
    const text = `${shardId}, the fullest shard, has too few hash keys to be split.`;
    return { kind: 'too-narrow', shardId, text };
  }
  const split = describeSplit(found);
  const text = `Split ${shardId}, the fullest shard with ${percent(load[name] / report[name])} of the ${name}, at ${split.NewStartingHashKey}: the children get ${percent(split.lowerShare)} and ${percent(split.upperShare)} of its ${name}.`;
  return { kind: 'split', shardId, split, text };
}

function judgeShardCount(
  { shards }: LoadReport,
  measures: readonly Measure[],
  seconds: number,
): LoadVerdict {
  const openShardCount = shards.length;
  const [least, most] = legalTargets(openShardCount);
  for (let shardCount = least; shardCount <= most; shardCount++) {
    // An equal target changes nothing: the shards stay as they are, uniform or not
    // (docs/facts.md#scaling-same-count).
    const isUnchanged = shardCount === openShardCount;
    const isEnough = measures.every(({ name, loads, perSecond }) =>
      isUnchanged
        ? shards.every((shard) => shard[name] <= perSecond * seconds)
        : fitsUniformly(loads, shardCount, perSecond * seconds),
    );
    if (!isEnough) continue;
    if (isUnchanged) {
      const text =
        'No UpdateShardCount is needed: the average rate of every shard is within its limits. No lower target keeps it there.';
      return { kind: 'shard-count', shardCount, text };
    }
    const text = `UpdateShardCount from ${openShardCount} to ${shardCount} keeps the average rate of every shard within its limits; no lower target does.`;
    return { kind: 'shard-count', shardCount, text };
  }
  const text = `No UpdateShardCount from ${openShardCount} (legal targets: ${least} to ${most}) keeps the average rate of every shard within its limits.`;
  return { kind: 'no-shard-count', text };
}

function isInside(hashKey: bigint, { startingHashKey, endingHashKey }: HashRange): boolean {
  return hashKey >= startingHashKey && hashKey <= endingHashKey;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
