/**
 * Operations drawn from a seed. What happens in the world has no influence on them, so that the
 * same seed always has the same operations.
 *
 * @module
 */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { DrawnRecord, Operation, ProducerSetup } from './operation.ts';

/** The average number of operations per world. */
const WORLD_OPERATIONS = 400;
const LUCK_MAX = 0x7fff_fff0;
const DAY_MS = 86_400_000;

/** Draws operations without end. */
export function* drawOperations(seed: number): Generator<Operation, never> {
  const rng = xoroshiro128plus(seed);
  const int = (min: number, max: number): number => uniformInt(rng, min, max);
  const isOnceIn = (count: number): boolean => int(1, count) === 1;
  const pick = <T>(choices: readonly T[]): T => choices[int(0, choices.length - 1)]!;

  /** How many keys the records of this world have. */
  let keys = 1;
  let isHeavy = false;

  function setup(): ProducerSetup {
    return {
      aggregation: pick(['none', 'shard', 'shard']),
      order: pick(['none', 'partition-key', 'partition-key']),
      shardShare: pick([1, 1, 0.5, 0.3]),
      lingerMs: pick([0, 0, 10, 100, 5000]),
      recordTtlMs: pick([DAY_MS, DAY_MS, 30_000, 2000]),
      aggregateBytesMax: pick([100, 1000, 51_200, 1_048_576]),
      pendingBytesMax: pick([1_048_576, 67_108_864]),
      requestsInFlightMax: pick([1, 2, 24]),
    };
  }

  function record(): DrawnRecord {
    const bytes = isHeavy
      ? pick([100, 10_000, 300_000, 1_048_576])
      : int(20, pick([20, 40, 200, 2000]));
    return {
      key: int(0, keys - 1),
      bytes,
      ...(isOnceIn(20) && { permille: int(0, 999) }),
      ...(isOnceIn(50) && { isFramed: true }),
    };
  }

  for (let left = 0; ; left--) {
    if (left <= 0) {
      left = int(1, 2 * WORLD_OPERATIONS);
      keys = pick([1, 3, 20, 1000]);
      isHeavy = isOnceIn(6);
      yield {
        kind: 'create',
        shardCount: pick([1, 1, 2, 3, 4, 8]),
        troubleEvery: pick([2, 5, 20, LUCK_MAX]),
        producers: Array.from({ length: pick([1, 1, 2, 3]) }, setup),
      };
    }
    const producer = int(0, 5);
    const dice = int(1, 1000);
    if (dice <= 300) {
      const count = isHeavy ? int(1, 6) : pick([1, 2, 5, 30, 300]);
      yield { kind: 'add', producer, records: Array.from({ length: count }, record) };
    } else if (dice <= 340) {
      yield { kind: 'wake', producer, luck: int(0, LUCK_MAX) };
    } else if (dice <= 640) {
      yield { kind: 'pump', producer, luck: int(0, LUCK_MAX) };
    } else if (dice <= 930) {
      yield { kind: 'pass', ms: pick([0, 1, 5, 20, 50, 100, 300, 1000, 3000]) };
    } else if (dice <= 940) {
      yield { kind: 'split', shard: int(0, 20), permille: pick([500, int(1, 999)]) };
    } else if (dice <= 948) {
      yield { kind: 'merge', shard: int(0, 20) };
    } else if (dice <= 954) {
      yield { kind: 'scale', percent: pick([50, 75, 150, 200]) };
    } else if (dice <= 958) {
      yield { kind: 'recreate', shardCount: pick([0, 0, 1, 4]) };
    } else if (dice <= 968) {
      const byMs = pick([int(-50, 50), int(-5000, 5000), isOnceIn(10) ? -DAY_MS : -7000]);
      yield { kind: 'clock', producer, byMs };
    } else if (dice <= 985) {
      yield { kind: 'flush', producer };
    } else if (dice <= 988) {
      yield { kind: 'drain', producer };
    } else {
      yield { kind: 'pass', ms: int(0, 20_000) };
    }
  }
}

/** Returns the first operations of a seed. */
export function* firstOperations(seed: number, count: number): Generator<Operation> {
  let left = count;
  for (const operation of drawOperations(seed)) {
    if (left-- <= 0) return;
    yield operation;
  }
}
