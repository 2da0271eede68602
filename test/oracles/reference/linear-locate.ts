/** The oracle of the look-up: each shard is asked whether its closed range holds the hash key. */

interface Range {
  readonly startingHashKey: bigint;
  readonly endingHashKey: bigint;
}

/** All that hold the hash key: exactly one, if they tile the key space. */
export function linearLocate<T extends Range>(shards: readonly T[], hashKey: bigint): T[] {
  return shards.filter(
    ({ startingHashKey, endingHashKey }) => startingHashKey <= hashKey && hashKey <= endingHashKey,
  );
}
