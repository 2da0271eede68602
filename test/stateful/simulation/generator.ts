/**
 * Operations drawn from a seed. Results have no influence on them, so that the same seed always has
 * the same operations.
 *
 * @module
 */

import { uniformBigInt } from 'pure-rand/distribution/uniformBigInt';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type {
  DrawnRecord,
  Listing,
  Mode,
  Operation,
  Ordering,
  Point,
  ShardPick,
  Size,
} from './operation.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The last time of a call, in the year 2477: two days before the last creation second. */
const NOW_MS_MAX = 16_025_174_999_000 - 2 * DAY_MS;

const PRODUCERS = 5;
const ON_DEMAND_SHARDS = 4;
const KEYS = 200;

/** The average number of operations per stream. */
const STREAM_OPERATIONS = 10_000;

interface Producer {
  /** How far the producer's clock is ahead of the true time. */
  aheadMs: number;
  /** How much the clock gains per second. */
  driftMs: number;
}

/** Draws operations without end. */
export function* drawOperations(seed: number): Generator<Operation, never> {
  const rng = xoroshiro128plus(seed);
  const int = (min: number, max: number): number => uniformInt(rng, min, max);
  const isOnceIn = (count: number): boolean => int(1, count) === 1;
  const pick = <T>(choices: readonly T[]): T => choices[int(0, choices.length - 1)]!;

  let trueMs = 0;
  /** How many operations are left of a burst of puts to few keys. */
  let burst = 0;
  let isBurstSmall = false;
  const producers: Producer[] = Array.from({ length: PRODUCERS }, () => ({
    aheadMs: 0,
    driftMs: 0,
  }));

  function advance(): void {
    const dice = int(1, 1000);
    let elapsedMs = 0;
    if (burst > 0) elapsedMs = dice <= 800 ? 0 : int(0, dice <= 950 ? 5 : 400);
    else if (dice <= 600) elapsedMs = int(0, 3);
    else if (dice <= 900) elapsedMs = int(0, 50);
    else if (dice <= 980) elapsedMs = int(0, 2 * SECOND_MS);
    else if (dice <= 995) elapsedMs = int(0, HOUR_MS / 6);
    else if (dice <= 999) elapsedMs = int(0, 6 * HOUR_MS);
    else elapsedMs = isOnceIn(2) ? int(0, 3 * DAY_MS) : DAY_MS + int(-HOUR_MS, HOUR_MS);
    trueMs = Math.min(trueMs + elapsedMs, NOW_MS_MAX);
    for (const producer of producers) {
      producer.aheadMs += Math.trunc((elapsedMs * producer.driftMs) / 1000);
    }
    if (isOnceIn(400)) {
      const stepMs = pick([20, 5 * SECOND_MS, DAY_MS]);
      pick(producers).aheadMs += int(-stepMs, stepMs);
    }
    if (isOnceIn(400)) pick(producers).aheadMs = 0;
    if (isOnceIn(2000)) pick(producers).driftMs = int(-3, 3);
  }

  function clockOf(producer: Producer): number {
    return Math.min(Math.max(0, trueMs + producer.aheadMs), NOW_MS_MAX);
  }

  /** Draws a key by Zipf's law: the higher its rank, the rarer. */
  function key(): string {
    const ranks = burst > 0 ? 3 : KEYS;
    const rank = Math.floor((ranks + 1) ** (int(0, 999_999) / 1_000_000));
    if (isOnceIn(2000)) return pick(['', 'x'.repeat(257)]);
    switch (rank % 8) {
      case 0:
        return `ключ-${rank}`;
      case 1:
        return `user-${rank}`;
      case 2:
        return `日本語-${rank}`;
      case 3:
        return `😀${rank}`;
      case 4:
        return `${rank}:`.padEnd(256, 'é');
      case 5:
        return `a\ud800-${rank}`;
      case 6:
        return `${rank}`;
      default:
        return `7f3c0000-0000-4000-8000-${String(rank).padStart(12, '0')}`;
    }
  }

  function point(): Point {
    if (isOnceIn(40)) return (2n ** 128n).toString();
    if (isOnceIn(3)) return uniformBigInt(rng, 0n, 2n ** 128n - 1n).toString();
    return { open: int(0, 99), end: pick(['low', 'high']), by: int(-1, 1) };
  }

  function size(): Size {
    if (isOnceIn(300)) return { besideMax: int(-1, 1) };
    if (isOnceIn(burst > 0 ? (isBurstSmall ? 1000 : 10) : 40)) return int(0, 200_000);
    return int(0, 300);
  }

  function record(): DrawnRecord {
    const drawn = { key: key(), size: size() };
    return isOnceIn(25) ? { ...drawn, at: point() } : drawn;
  }

  function records(): DrawnRecord[] {
    const length = burst > 0 ? int(100, 500) : isOnceIn(20) ? int(1, 500) : int(1, 12);
    return Array.from({ length }, record);
  }

  function shard(): ShardPick {
    return isOnceIn(12) ? { ever: int(0, 999) } : { open: int(0, 99) };
  }

  function listing(): Listing {
    const pageShards = pick([1, 3, 20, 1000]);
    switch (int(0, 4)) {
      case 0:
        return { pageShards };
      case 1:
        return {
          pageShards,
          filter: { type: pick(['AT_LATEST', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON']) },
        };
      case 2:
        return { pageShards, filter: { type: 'AFTER_SHARD_ID', shardIndex: int(0, 30) } };
      default: {
        const agoMs = int(-SECOND_MS, pick([SECOND_MS, HOUR_MS, 30 * DAY_MS]));
        return { pageShards, filter: { type: pick(['AT_TIMESTAMP', 'FROM_TIMESTAMP']), agoMs } };
      }
    }
  }

  function* create(): Generator<Operation, void> {
    trueMs = pick([
      0,
      1_700_000_000_000 + int(0, DAY_MS),
      1_700_000_000_000 + int(0, DAY_MS),
      1_700_000_000_000 + int(0, DAY_MS),
      NOW_MS_MAX - int(0, DAY_MS),
    ]);
    for (const producer of producers) Object.assign(producer, { aheadMs: 0, driftMs: 0 });
    const mode = pick<Mode>([
      ...Array(5).fill('provisioned'),
      'on-demand',
      ...Array(2).fill('on-demand AUTO'),
    ]);
    const operation = {
      kind: 'create' as const,
      nowMs: trueMs,
      mode,
      shardCount: mode === 'provisioned' ? int(1, 8) : ON_DEMAND_SHARDS,
      transitionMs: pick([0, 0, 0, 1, 30 * SECOND_MS, DAY_MS]),
      throughput: pick(['enforced', 'enforced', 'enforced', 'unlimited'] as const),
      otherOpenShardCount: int(0, 2),
      maxRecordSizeInKiB: pick([1024, 1024, 2000, 10_240]),
    };
    if (isOnceIn(2)) yield { ...operation, shardLimit: operation.shardCount - 1 || 1 };
    yield {
      ...operation,
      shardLimit: operation.shardCount + operation.otherOpenShardCount + pick([1, 8, 40]),
    };
  }

  function drawOperation(producer: number, nowMs: number): Operation {
    const dice = int(1, 1000);
    if (burst > 0) {
      if (dice <= 300) return { kind: 'batch', nowMs, producer, records: records() };
      if (dice <= 985) return { kind: 'put', nowMs, producer, record: record() };
    }
    if (dice <= 60) return { kind: 'batch', nowMs, producer, records: records() };
    if (dice <= 180) {
      const after: Ordering = isOnceIn(3)
        ? pick(['last', 'own ahead', 'last ahead', 'broken'])
        : 'own';
      return { kind: 'put', nowMs, producer, record: record(), after };
    }
    if (dice <= 185) return { kind: 'put', nowMs, producer, record: record(), isDryRun: true };
    if (dice <= 976) return { kind: 'put', nowMs, producer, record: record() };
    if (dice <= 980) {
      const at = isOnceIn(2)
        ? { permille: int(1, 999) }
        : { end: pick(['low', 'high'] as const), by: int(-3, 3) };
      return { kind: 'split', nowMs, shard: shard(), at };
    }
    if (dice <= 984) {
      const open = int(0, 99);
      if (isOnceIn(8)) return { kind: 'merge', nowMs, lower: shard(), upper: shard() };
      return { kind: 'merge', nowMs, lower: { open }, upper: { open: open + 1 } };
    }
    if (dice <= 986) return { kind: 'scale', nowMs, percent: int(45, 210) };
    if (dice <= 988)
      return { kind: pick(['increase', 'decrease'] as const), nowMs, hours: int(20, 72) };
    if (dice <= 989) {
      return {
        kind: pick(['increase', 'decrease'] as const),
        nowMs,
        hours: pick([23, 24, 8760, 8761]),
      };
    }
    if (dice <= 991) {
      const maxRecordSizeInKiB = pick([1023, 1024, 1024, int(1024, 10_240), 10_240, 10_241]);
      return { kind: 'resize', nowMs, maxRecordSizeInKiB };
    }
    if (dice <= 995) return { kind: 'list', nowMs, listing: listing() };
    return { kind: dice <= 998 ? 'save' : 'crash', nowMs };
  }

  yield* create();
  for (;;) {
    if (isOnceIn(STREAM_OPERATIONS)) yield* create();
    advance();
    if (burst > 0) burst--;
    else if (isOnceIn(600)) {
      burst = int(10, 60);
      isBurstSmall = isOnceIn(2);
    }
    const producer = burst > 0 ? 0 : int(0, PRODUCERS - 1);
    yield drawOperation(producer, clockOf(producers[producer]!));
  }
}

/** Draws the first operations of a seed. */
export function* firstOperations(seed: number, count: number): Generator<Operation, void> {
  const operations = drawOperations(seed);
  for (let i = 0; i < count; i++) yield operations.next().value;
}
