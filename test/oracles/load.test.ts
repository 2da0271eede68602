/**
 * The advice of `shardline/load` against searches that try everything, and the bounds of hot keys
 * against exact counts. `LOAD_CASES=20` multiplies the number of cases.
 */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  createShardMap,
  createUniformShardMap,
  type HashRange,
  planResharding,
  type Shard,
  unwrap,
} from 'shardline';
import {
  adviseShardCount,
  adviseSplit,
  balanceRanges,
  createLoadMeter,
  type Load,
} from 'shardline/load';
import { describe, expect, it } from 'vitest';
import { NAME, streamOf, T0 } from '../support/streams.ts';

const CASES = Number(process.env['LOAD_CASES'] ?? 1);
const END = 2n ** 128n - 1n;

const generator = xoroshiro128plus(20_261_126);

/** Returns a random integer from `least` to `most`. */
function random(least: number, most: number): number {
  return uniformInt(generator, least, most);
}

function randomLoads(count: number, from: bigint, width: number): Load[] {
  return Array.from({ length: count }, () => ({
    hashKey: from + BigInt(random(0, width)),
    weight: random(0, 3) === 0 ? 0 : random(1, 20),
  }));
}

/**
 * Returns loads with edges: on the hash keys at the ends of a range and next to it, several on one
 * hash key, all on one, or all without weight.
 */
function edgeLoads(from: bigint, to: bigint): Load[] {
  const edges = [-1n, 0n, 1n, 2n, 3n].flatMap((by) => [from + by, to - by]);
  const hashKeys = edges.filter((hashKey) => hashKey >= 0n && hashKey <= END);
  const one = hashKeys[random(0, hashKeys.length - 1)]!;
  const [isOneKey, isWeightless] = [random(0, 4) === 0, random(0, 9) === 0];
  return Array.from({ length: random(0, 8) }, () => ({
    hashKey: isOneKey ? one : hashKeys[random(0, hashKeys.length - 1)]!,
    weight: isWeightless || random(0, 2) === 0 ? 0 : random(1, 3),
  }));
}

function loadOf(loads: readonly Load[], { startingHashKey, endingHashKey }: HashRange): number {
  return loads.reduce(
    (sum, { hashKey, weight }) =>
      hashKey >= startingHashKey && hashKey <= endingHashKey ? sum + weight : sum,
    0,
  );
}

function busiestOf(loads: readonly Load[], ranges: readonly HashRange[]): number {
  return Math.max(...ranges.map((range) => loadOf(loads, range)));
}

describe('adviseSplit', () => {
  it('splits as well as the best of all hash keys', () => {
    let undefinedCount = 0;
    for (let i = 0; i < 1000 * CASES; i++) {
      const width = random(0, [24, 4][i % 2]!);
      const lowest = BigInt(random(0, 5));
      const startingHashKey = i % 3 === 0 ? END - BigInt(width) - (lowest >> 1n) : lowest;
      const shard = { startingHashKey, endingHashKey: startingHashKey + BigInt(width) };
      const loads =
        i % 4 < 2
          ? edgeLoads(startingHashKey, shard.endingHashKey)
          : randomLoads(random(0, 12), startingHashKey > 9n ? END - 32n : 0n, 32);
      // The least load of the busier child, and the first hash keys in a row that give it.
      let least = Infinity;
      let best: bigint[] = [];
      for (let at = startingHashKey + 2n; at < shard.endingHashKey; at++) {
        const lower = loadOf(loads, { startingHashKey, endingHashKey: at - 1n });
        const busier = Math.max(lower, loadOf(loads, shard) - lower);
        const isSamePlace =
          loadOf(loads, { startingHashKey: at - 1n, endingHashKey: at - 1n }) === 0;
        if (busier < least) [least, best] = [busier, [at]];
        else if (busier === least && isSamePlace && best.at(-1) === at - 1n) best.push(at);
      }
      const advice = adviseSplit(loads, shard);
      if (advice === undefined) {
        undefinedCount++;
        expect(least).toBe(Infinity);
        expect(width).toBeLessThan(3);
        continue;
      }
      const at = BigInt(advice.NewStartingHashKey);
      expect(at).toBe((best[0]! + best.at(-1)!) / 2n);
      expect(at).toBeGreaterThan(startingHashKey + 1n);
      expect(at).toBeLessThan(shard.endingHashKey);
      const lower = loadOf(loads, { startingHashKey, endingHashKey: at - 1n });
      const whole = loadOf(loads, shard);
      expect(Math.max(lower, whole - lower)).toBe(least);
      expect(advice.lowerShare).toBe(whole === 0 ? 0 : lower / whole);
      expect(advice.upperShare).toBe(whole === 0 ? 0 : (whole - lower) / whole);
    }
    expect(undefinedCount).toBeGreaterThan(0);
  });

  it('is accepted by SplitShard', () => {
    for (let i = 0; i < 50 * CASES; i++) {
      const stream = streamOf(random(1, 5));
      let nowMs = T0;
      // Splits the lowest shard, whose loads are on its first hash keys, until it is too narrow.
      const loads = i % 2 === 0 ? edgeLoads(0n, 20n) : randomLoads(8, 0n, 30);
      for (;;) {
        const shard = stream.shardMap(nowMs).shards[0] as Shard;
        const advice = adviseSplit(loads, shard);
        if (advice === undefined) {
          expect(shard.endingHashKey).toBeLessThan(3n);
          break;
        }
        const { NewStartingHashKey } = advice;
        const input = { StreamName: NAME, ShardToSplit: shard.shardId, NewStartingHashKey };
        nowMs += 2000;
        unwrap(stream.splitShard(input, nowMs));
        nowMs += 2000;
      }
    }
  });
});

describe('balanceRanges', () => {
  /** The least busiest range, by trying all borders near a load. */
  function bruteForce(loads: readonly Load[], shardCount: number): number {
    const places = new Set<bigint>();
    for (const { hashKey } of loads) {
      for (let by = -1n; by <= 2n; by++) {
        const at = hashKey + by;
        if (at >= 2n && at < END) places.add(at);
      }
    }
    const sorted = [...places].sort((a, b) => (a < b ? -1 : 1));
    const memo = new Map<string, number>();
    const search = (start: bigint, left: number): number => {
      const key = `${start} ${left}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      let least = loadOf(loads, { startingHashKey: start, endingHashKey: END });
      if (left > 1) {
        for (const at of sorted) {
          if (at < start + 2n) continue;
          const lower = loadOf(loads, { startingHashKey: start, endingHashKey: at - 1n });
          if (lower < least) least = Math.min(least, Math.max(lower, search(at, left - 1)));
        }
      }
      memo.set(key, least);
      return least;
    };
    return search(0n, shardCount);
  }

  it.each([
    ['crowded at the start of the key space', 0n, 12],
    ['crowded at its end', END - 12n, 12],
    ['apart', 1000n, 500],
    ['at both ends, equal or all on one key', 0n, -1],
  ])('has the least possible busiest range: loads %s', (_, from, width) => {
    for (let i = 0; i < 60 * CASES; i++) {
      const loads = width < 0 ? edgeLoads(0n, END) : randomLoads(random(0, 8), from, width);
      const shardCount = random(1, 5);
      const ranges = balanceRanges(loads, shardCount);
      expect(ranges).toHaveLength(shardCount);
      expect(busiestOf(loads, ranges)).toBe(bruteForce(loads, shardCount));
      for (const range of ranges) {
        expect(range.endingHashKey).toBeGreaterThan(range.startingHashKey);
      }
    }
  });

  it('gives plans whose every call a stream accepts', () => {
    for (let i = 0; i < 20 * CASES; i++) {
      const shardCount = random(1, 6);
      const stream = streamOf(random(1, 6));
      const from = [0n, END - 40n, 2n ** 127n - 20n][i % 3]!;
      const loads = i % 4 === 0 ? edgeLoads(0n, END) : randomLoads(random(0, 20), from, 40);
      const ranges = balanceRanges(loads, shardCount);
      let nowMs = T0;
      for (const { operation, input } of unwrap(planResharding(stream.shardMap(T0), ranges))) {
        nowMs += 2000;
        const request = { StreamName: NAME, ...input };
        const result =
          operation === 'SplitShard'
            ? stream.splitShard(request as never, nowMs)
            : stream.mergeShards(request as never, nowMs);
        unwrap<unknown>(result);
      }
      const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, nowMs + 2000));
      expect(
        unwrap(createShardMap(Shards)).shards.map(({ startingHashKey, endingHashKey }) => ({
          startingHashKey,
          endingHashKey,
        })),
      ).toEqual(ranges);
    }
  });
});

describe('adviseShardCount', () => {
  it('is the lowest legal target that is enough', () => {
    for (let i = 0; i < 100 * CASES; i++) {
      const loads = Array.from({ length: random(0, 12) }, () => ({
        hashKey: BigInt(random(0, 2 ** 31 - 1)) << 97n,
        weight: random(1, 20),
      }));
      const open = random(1, 8);
      const most = random(5, 60);
      let expected: number | undefined;
      for (let target = 2 * open; 2 * target >= open; target--) {
        const { shards } = createUniformShardMap(target);
        if (busiestOf(loads, shards) <= most) expected = target;
      }
      expect(adviseShardCount(loads, open, most)).toBe(expected);
    }
  });
});

describe('the hot keys of a load meter', () => {
  const KEYS = 20_000;

  it.each([
    ['Zipf 1.1', 1.1],
    ['Zipf 0.8', 0.8],
    ['uniform', 0],
  ])('have bounds that hold, for one meter and for three merged: %s', (_, exponent) => {
    const sums: number[] = [];
    for (let i = 0; i < KEYS; i++) sums.push((sums[i - 1] ?? 0) + (i + 1) ** -exponent);
    const all = sums[KEYS - 1]!;
    const bytesOf = new Float64Array(KEYS);
    const recordsOf = new Float64Array(KEYS);
    const one = createLoadMeter({ keys: 64 });
    const parts = [0, 1, 2].map(() => createLoadMeter({ keys: 64 }));
    const records = 40_000 * CASES;
    for (let i = 0; i < records; i++) {
      const at = (random(0, 2 ** 31 - 1) / 2 ** 31) * all;
      let key = 0;
      for (let step = 16_384; step > 0; step >>= 1) {
        if (key + step <= KEYS && sums[key + step - 1]! <= at) key += step;
      }
      const record = { PartitionKey: `key-${key}`, Data: new Uint8Array(random(50, 1050)) };
      one.add(record);
      // Three quarters of a key's records go to one part, which may be the only one to list it.
      parts[(key + (i % 4 === 0 ? 1 : 0)) % 3]!.add(record);
      bytesOf[key]! += record.Data.length + record.PartitionKey.length;
      recordsOf[key]! += 1;
    }
    const [merged, ...others] = parts;
    for (const other of others) merged!.merge(other);
    const map = createUniformShardMap(4);
    for (const meter of [one, merged!]) {
      const report = meter.report(map);
      expect(report.records).toBe(records);
      expect(report.error).toBeLessThan((2 * report.bytes) / 64);
      expect(report.recordsError).toBeLessThan((2 * report.records) / 64);
      const indexOf = ({ PartitionKey }: { PartitionKey: string }): number =>
        Number(PartitionKey.slice(4));
      const listed = new Set(report.keys.map(indexOf));
      const listedByRecords = new Set(report.keysByRecords.map(indexOf));
      for (const key of [...report.keys, ...report.keysByRecords]) {
        const index = indexOf(key);
        expect(key.error).toBeLessThanOrEqual(report.error);
        expect(bytesOf[index]).toBeGreaterThanOrEqual(key.bytes);
        expect(bytesOf[index]).toBeLessThanOrEqual(key.bytes + key.error);
        expect(recordsOf[index]).toBeGreaterThanOrEqual(key.records);
        expect(recordsOf[index]).toBeLessThanOrEqual(key.records + key.recordsError);
      }
      for (const [index, bytes] of bytesOf.entries()) {
        if (!listed.has(index)) expect(bytes).toBeLessThanOrEqual(2 * report.error);
        if (!listedByRecords.has(index)) {
          expect(recordsOf[index]).toBeLessThanOrEqual(2 * report.recordsError);
        }
      }
      if (exponent > 1) expect(report.keys[0]?.PartitionKey).toBe('key-0');
      if (exponent === 0) expect(report.keys).toEqual([]);
    }
  });
});
