/**
 * Decides which partition keys are hot.
 *
 * @module
 */

import type { LoadVerdict } from './explain-load.ts';
import type { KeyLoad, LoadReport } from './load-meter.ts';
import type { Unit } from './shard-limits.ts';

/** With fewer records, a key is not hot, whatever its share: they may be chance. */
export const HOT_RECORDS_MIN = 10;

/**
 * Returns the hot keys, the hottest first.
 *
 * A key is hot if its lower bound is at least half of the load of an average shard, and it has at
 * least ten records. No number of shards and no split brings the shard of such a key far below the
 * average. A key that a verdict names is hot too.
 *
 * @param unit What the load is measured in.
 */
export function findHotKeys(
  { keys, keysByRecords, shards, ...all }: LoadReport,
  unit: Unit,
  verdicts: readonly LoadVerdict[],
): KeyLoad[] {
  const named = new Set(verdicts.map(({ PartitionKey }) => PartitionKey));
  const isHot = (key: KeyLoad): boolean =>
    named.has(key.PartitionKey) ||
    (key.records >= HOT_RECORDS_MIN && 2 * key[unit] * shards.length >= all[unit]);
  const known = new Map([...keys, ...keysByRecords].map((key) => [key.PartitionKey, key]));
  return [...known.values()].filter(isHot).sort((a, b) => b[unit] - a[unit]);
}
