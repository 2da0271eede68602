/**
 * The two limits of a shard, and which of them a load is closer to.
 *
 * @module
 */

/** What a load is measured in. */
export type Unit = 'bytes' | 'records';

/** What a shard takes per second (docs/facts.md#shard-write-rate). */
export const SHARD_LIMITS: Readonly<Record<Unit, number>> = { bytes: 1_048_576, records: 1000 };

/**
 * Returns the unit of the tighter limit: the one of which the load uses more. The busiest
 * shard is found and described in it.
 *
 * @param units The units that may be compared with the limits.
 */
export function tighterUnit(
  load: Readonly<Record<Unit, number>>,
  units: readonly Unit[] = ['bytes', 'records'],
): Unit {
  const usedOf = (unit: Unit): number => load[unit] / SHARD_LIMITS[unit];
  return units.reduce((a, b) => (usedOf(b) > usedOf(a) ? b : a), units[0] ?? 'records');
}

/** Returns the map index of the busiest shard: the lowest if several are equal. */
export function findBusiest(shards: readonly Readonly<Record<Unit, number>>[], unit: Unit): number {
  let busiest = 0;
  for (let i = 1; i < shards.length; i++) {
    if (shards[i]![unit] > shards[busiest]![unit]) busiest = i;
  }
  return busiest;
}
