/** The oracle of locating a hash key: a scan over all ranges. */

interface Range {
  readonly startingHashKey: bigint;
  readonly endingHashKey: bigint;
}

/** Returns all shards that hold the hash key: exactly one if they tile the key space. */
export function linearLocate<T extends Range>(shards: readonly T[], hashKey: bigint): T[] {
  return shards.filter(
    ({ startingHashKey, endingHashKey }) => startingHashKey <= hashKey && hashKey <= endingHashKey,
  );
}
