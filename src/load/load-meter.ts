/**
 * The load meter: counts which keys and shards the load of a stream goes to, in bounded memory.
 *
 * @module
 */

import {
  assertInteger,
  assertObject,
  assertString,
  assertTypedArray,
  describe,
  isBytes,
  lengthOf,
  quote,
  wrongType,
  wrongValue,
} from '../base/argument.ts';
import { floor, toBigint } from '../base/intrinsics.ts';
import { HASH_KEY_MAX } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { uint128FromWords, uint128ToWords } from '../base/uint128.ts';
import { utf8Length } from '../base/utf8.ts';
import { md5Text } from '../hashing/md5.ts';
import { type HashRange, uniformStartingHashKey } from '../sharding/hash-key-range.ts';
import { createRangeIndex, findRange, type RangeIndex } from '../sharding/range-index.ts';
import type { Shard } from '../sharding/shard.ts';
import { readTilingShards, type ShardMap } from '../sharding/shard-map.ts';
import { type KeyCounter, KeyCounters } from './key-counters.ts';

/** The options of a load meter. */
export interface LoadMeterOptions {
  /** How many of the hottest keys are listed, from 1 to 1,048,576; 1,024 by default. */
  readonly keys?: number | undefined;
  /**
   * How many equal parts, called bins, the key space is divided into, from 1 to 1,048,576; 64
   * by default.
   */
  readonly bins?: number | undefined;
  /** How many seconds are kept to find the busiest, from 1 to 1,048,576; 3,600 by default. */
  readonly seconds?: number | undefined;
  /**
   * The shards of the stream. Their borders become borders of bins too, so that the load of each
   * shard is exact.
   */
  readonly shardMap?: Pick<ShardMap, 'shards'> | undefined;
}

/** The members of a record that a load meter reads. */
export interface RecordToMeter {
  /** Required. The SDK's type allows undefined, so this one does; undefined throws. */
  readonly Data: Uint8Array | undefined;
  /** May be absent if the stream distributes records itself: such records have no key. */
  readonly PartitionKey?: string | undefined;
  /** Overrides the hash of the partition key (docs/facts.md#explicit-hash-key-overrides). */
  readonly ExplicitHashKey?: string | undefined;
}

/**
 * A partition key and its load. The true load is between a figure and that figure plus its error.
 */
export interface KeyLoad {
  readonly PartitionKey: string;
  /** The hash key of all its records; undefined if explicit hash keys send them to several. */
  readonly hashKey: bigint | undefined;
  /** The size of data and partition keys, as every limit counts it: a lower bound. */
  readonly bytes: number;
  /** How many more bytes there may be. */
  readonly error: number;
  /** `bytes` divided by all bytes. */
  readonly share: number;
  readonly records: number;
  readonly recordsError: number;
  readonly recordsShare: number;
}

/** The load of a shard. */
export interface ShardLoad {
  readonly shardId: string;
  readonly bytes: number;
  readonly records: number;
  /** `bytes` divided by the bytes of all shards. */
  readonly share: number;
  /** How far off `bytes` may be: 0 if the borders of the shard are borders of bins. */
  readonly error: number;
  readonly recordsError: number;
  /**
   * The bytes and the records in the busiest second that is kept. Absent if no record came with a
   * time, or if the borders of the shard are not borders of bins.
   */
  readonly peakBytesPerSecond?: number;
  readonly peakRecordsPerSecond?: number;
}

/**
 * Load at one hash key: that of a key with a counter, or half of the rest of a bin, which counts in
 * the middle of that half of the bin.
 */
export interface PlacedLoad {
  readonly hashKey: bigint;
  readonly bytes: number;
  readonly records: number;
}

/** The report of a load meter. */
export interface LoadReport {
  /** All bytes and records. */
  readonly bytes: number;
  readonly records: number;
  /** The most by which the bytes and the records of a listed key may be too low. */
  readonly error: number;
  readonly recordsError: number;
  /** The time from the first second to the last. Absent if a record came without a time. */
  readonly seconds?: number;
  /** Keys with more bytes than `error`, the hottest first. */
  readonly keys: readonly KeyLoad[];
  /** Keys with more records than `recordsError`, the hottest first. */
  readonly keysByRecords: readonly KeyLoad[];
  /** The open shards of the map, by ascending range. */
  readonly shards: readonly ShardLoad[];
  /** Where the load is, by ascending hash key: for `adviseSplit` and `balanceRanges`. */
  readonly loads: readonly PlacedLoad[];
}

/** Counts where the load of a stream goes. */
export interface LoadMeter {
  /**
   * Counts a record.
   *
   * An aggregated record counts as one record of its own key. Open it first, with
   * `deaggregateRecord` of `shardline/aggregation`, to count its user records.
   *
   * Any partition key counts, even one that the service would refuse.
   *
   * @param nowMs When the record was written or will be, in epoch milliseconds. Times may come in
   *   any order.
   * @throws {TypeError} If the record is not an object, its Data is not a Uint8Array, or a key is
   *   neither a string nor absent. Nothing is counted then.
   * @throws {RangeError} If the explicit hash key is not an integer from 0 to 2^128 - 1, the record
   *   has no key at all, or the time is not an integer of 0 or more.
   */
  add(record: RecordToMeter, nowMs?: number): void;
  /**
   * Adds the counts of another meter, which stays unchanged. The errors of both add up.
   *
   * @throws {TypeError} If it is not a load meter.
   * @throws {RangeError} If it is this meter, or if its bins have other borders.
   */
  merge(other: LoadMeter): void;
  /**
   * Returns the counts so far, for the shards of a map. It may be called at any time.
   *
   * If the border of a shard is inside a bin, the load of keys with a counter is divided exactly,
   * and the rest in proportion to width. The shard's `error` says how much that is.
   *
   * @param map A shard map. Only `shards` is read, once.
   * @throws {TypeError} If it is not a shard map.
   * @throws {RangeError} If its shards do not tile the key space in ascending order.
   */
  report(map: Pick<ShardMap, 'shards'>): LoadReport;
}

/**
 * Creates a load meter. It finds the hottest partition keys and the load of each shard in memory
 * that does not grow with the number of records or of keys.
 *
 * Each figure of a key has its own bound: a listed key has at least `bytes` and at most `bytes +
 * error`. `report.error` is below `2 / keys` of all bytes; often it is half of that. A key with
 * more than `2 * report.error` bytes is never missing, unless `keys` hotter ones are listed. As
 * long as there are no more than `2 * keys` keys, all figures are exact.
 *
 * The same calls give the same report. Meters of several workers merge into one.
 *
 * It holds up to `2 * keys` counters of some 150 bytes and their keys, and 16 bytes per bin per
 * second. Adding a record takes 1.4 times as long as hashing its key if few keys are hot, and 2.6
 * times if none is (Node 20; `npm run bench load-meter`).
 *
 * @example
 * ```ts
 * import { createUniformShardMap } from 'shardline';
 * import { createLoadMeter } from 'shardline/load';
 *
 * const meter = createLoadMeter();
 * for (let i = 0; i < 100; i++) {
 *   const PartitionKey = i % 4 === 0 ? `user-${i}` : 'everyone';
 *   meter.add({ PartitionKey, Data: new Uint8Array(92) }, 1_700_000_000_000 + 100 * i);
 * }
 * const report = meter.report(createUniformShardMap(4));
 * report.keys[0]?.PartitionKey; // => 'everyone'
 * report.keys[0]?.bytes; // => 7500
 * report.keys[0]?.error; // => 0
 * report.shards.map(({ records }) => records); // => [7, 6, 4, 83]
 * report.shards[3]?.peakRecordsPerSecond; // => 10
 * ```
 *
 * @throws {TypeError} If an option has an unknown name or the wrong type.
 * @throws {RangeError} If an option is out of range.
 */
export function createLoadMeter(options?: LoadMeterOptions): LoadMeter {
  const given = readOptions(options ?? {}, ['keys', 'bins', 'seconds', 'shardMap'], 'options');
  const { keys = 1024, bins = 64, seconds = 3600, shardMap } = given;
  assertInteger(keys, 1, SIZE_MAX, 'options.keys');
  assertInteger(bins, 1, SIZE_MAX, 'options.bins');
  assertInteger(seconds, 1, SIZE_MAX, 'options.seconds');
  const borders = new Set<bigint>();
  for (let i = 0; i < bins; i++) borders.add(uniformStartingHashKey(i, bins));
  if (shardMap !== undefined) {
    for (const { startingHashKey } of readTilingShards(shardMap, 'options.shardMap'))
      borders.add(startingHashKey);
  }
  const starts = [...borders].sort((a, b) => (a < b ? -1 : 1));
  return new Meter(starts, keys, seconds);
}

/** The library's own limit, so that a wrong number throws instead of filling the heap. */
const SIZE_MAX = 1_048_576;

/** The latest time of a Date. */
const NOW_MS_MAX = 8.64e15;

/** Scratch of `add`, written and read after the record is read. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/** Returns the report of a meter, and throws a TypeError for anything else. */
export function readReport(meter: LoadMeter, shards: readonly Shard[]): LoadReport {
  return Meter.read(meter, 'meter').report({ shards });
}

class Meter implements LoadMeter {
  /** The lowest hash key of each bin. */
  readonly #starts: readonly bigint[];
  readonly #index: RangeIndex;
  readonly #keys: number;
  readonly #counters: KeyCounters;
  /** The bytes of each bin, then the records of each. */
  readonly #totals: Float64Array;
  /** The same for each of the latest seconds, which are called rows. */
  readonly #rows: Map<number, Float64Array> = new Map();
  readonly #rowsMax: number;
  /** The second of the most recent record, whose row is `#row`. */
  #second = -1;
  #row: Float64Array | undefined;
  #firstSecond = Infinity;
  #lastSecond = -Infinity;
  #isTimed = true;

  constructor(starts: readonly bigint[], keys: number, rowsMax: number) {
    this.#starts = starts;
    this.#index = createRangeIndex(starts);
    this.#keys = keys;
    this.#counters = new KeyCounters(keys);
    this.#totals = new Float64Array(2 * starts.length);
    this.#rowsMax = rowsMax;
  }

  /** @throws {TypeError} If the value is not a meter of this module. */
  static read(meter: unknown, title: string): Meter {
    if (typeof meter === 'object' && meter !== null && #totals in meter) return meter;
    throw wrongType(`${title} must be a load meter of createLoadMeter: got ${describe(meter)}`);
  }

  add(record: RecordToMeter, nowMs?: number): void {
    assertObject(record, 'record');
    const { Data, PartitionKey, ExplicitHashKey } = record;
    if (!isBytes(Data)) assertTypedArray(Data, 'Uint8Array', 'record.Data');
    const key = PartitionKey ?? undefined;
    if (key !== undefined) assertString(key, 'record.PartitionKey');
    const place = ExplicitHashKey ?? undefined;
    let bin = place === undefined ? -1 : this.#binOf(place);
    if (nowMs !== undefined) assertInteger(nowMs, 0, NOW_MS_MAX, 'nowMs');

    let bytes = lengthOf(Data!);
    if (key !== undefined) {
      let counter = this.#counters.counters.get(key);
      if (counter === undefined) {
        const keyBytes = bin < 0 ? md5Text(key, words) : utf8Length(key);
        const own = bin < 0 ? findRange(this.#index, words) : -1;
        counter = this.#counters.enter(key, keyBytes, own, place);
      } else if (counter.place !== place) {
        counter.place = null;
      }
      if (bin < 0) bin = counter.cell < 0 ? this.#hash(key, counter) : counter.cell;
      bytes += counter.keyBytes;
      counter.bytes += bytes;
      counter.records++;
    } else if (bin < 0) {
      throw wrongValue('record must have a PartitionKey or an ExplicitHashKey: got neither');
    }
    this.#count(this.#totals, bin, bytes);
    if (nowMs === undefined) {
      this.#isTimed = false;
      return;
    }
    const second = floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#row = this.#openRow(second);
    }
    if (this.#row !== undefined) this.#count(this.#row, bin, bytes);
  }

  #count(row: Float64Array, bin: number, bytes: number): void {
    row[bin]! += bytes;
    row[this.#starts.length + bin]! += 1;
  }

  #binOf(explicitHashKey: string): number {
    uint128ToWords(readExplicitHashKey(explicitHashKey), words);
    return findRange(this.#index, words);
  }

  #hash(partitionKey: string, counter: KeyCounter): number {
    md5Text(partitionKey, words);
    counter.cell = findRange(this.#index, words);
    return counter.cell;
  }

  /** Returns the row of a second, or undefined if it is before those that are kept. */
  #openRow(second: number): Float64Array | undefined {
    if (second < this.#firstSecond) this.#firstSecond = second;
    if (second > this.#lastSecond) this.#lastSecond = second;
    const found = this.#rows.get(second);
    if (found !== undefined) return found;
    if (this.#rows.size === this.#rowsMax) {
      let earliest = second;
      for (const kept of this.#rows.keys()) if (kept < earliest) earliest = kept;
      if (earliest === second) return undefined;
      this.#rows.delete(earliest);
    }
    const row = new Float64Array(this.#totals.length);
    this.#rows.set(second, row);
    return row;
  }

  merge(other: LoadMeter): void {
    const theirs = Meter.read(other, 'other');
    if (theirs === this) throw wrongValue('other must be another meter: got this one');
    if (
      theirs.#starts.length !== this.#starts.length ||
      theirs.#starts.some((start, i) => start !== this.#starts[i])
    ) {
      throw wrongValue(
        'other must have bins with the same borders: got others; create both meters with the same bins and shardMap',
      );
    }
    addTo(this.#totals, theirs.#totals);
    this.#counters.merge(theirs.#counters);
    for (const [second, row] of theirs.#rows) {
      const mine = this.#openRow(second);
      if (mine !== undefined) addTo(mine, row);
    }
    this.#firstSecond = Math.min(this.#firstSecond, theirs.#firstSecond);
    this.#lastSecond = Math.max(this.#lastSecond, theirs.#lastSecond);
    this.#isTimed &&= theirs.#isTimed;
    // Its row may be one that was dropped.
    this.#second = -1;
  }

  report(map: Pick<ShardMap, 'shards'>): LoadReport {
    const shards = readTilingShards(map);
    const count = this.#starts.length;
    const bytes = sum(this.#totals, 0, count);
    const records = sum(this.#totals, count, 2 * count);
    const all = this.#listKeys(bytes, records);
    const { bytesError: error, recordsError } = this.#counters;
    const { loads, byBin } = this.#placeLoads(all);
    const rank = (unit: 'bytes' | 'records', missed: number): KeyLoad[] =>
      all
        .filter((key) => key[unit] > missed)
        .sort((a, b) => b[unit] - a[unit] || (a.PartitionKey < b.PartitionKey ? -1 : 1))
        .slice(0, this.#keys);
    return {
      bytes,
      records,
      error,
      recordsError,
      ...(this.#isTimed && records > 0 && { seconds: this.#lastSecond - this.#firstSecond + 1 }),
      keys: rank('bytes', error),
      keysByRecords: rank('records', recordsError),
      shards: this.#loadShards(shards, byBin, bytes),
      loads,
    };
  }

  #listKeys(bytes: number, records: number): KeyLoad[] {
    return [...this.#counters.counters].map(([PartitionKey, counter]): KeyLoad => {
      const { place } = counter;
      if (place === undefined) md5Text(PartitionKey, words);
      return {
        PartitionKey,
        hashKey:
          place === null
            ? undefined
            : place === undefined
              ? uint128FromWords(words)
              : readExplicitHashKey(place),
        bytes: counter.bytes,
        error: counter.bytesMissed,
        share: divide(counter.bytes, bytes),
        records: counter.records,
        recordsError: counter.recordsMissed,
        recordsShare: divide(counter.records, records),
      };
    });
  }

  /** Returns all loads, ascending, and the loads of each bin: those of its keys, then the rest. */
  #placeLoads(keys: readonly KeyLoad[]): { loads: PlacedLoad[]; byBin: PlacedLoad[][] } {
    const byBin = this.#starts.map((): PlacedLoad[] => []);
    for (const { hashKey, bytes, records } of keys) {
      if (hashKey === undefined) continue;
      uint128ToWords(hashKey, words);
      byBin[findRange(this.#index, words)]!.push({ hashKey, bytes, records });
    }
    byBin.forEach((placed, bin) => {
      const rest = { ...this.#binLoad(bin) };
      for (const { bytes, records } of placed) {
        rest.bytes -= bytes;
        rest.records -= records;
      }
      placed.push({ hashKey: -1n, ...rest });
    });
    const loads = byBin
      .flatMap((placed, bin) => [
        ...placed.slice(0, -1),
        ...this.#halve(placed[placed.length - 1]!, bin),
      ])
      .filter(({ bytes, records }) => bytes > 0 || records > 0)
      .sort((a, b) => (a.hashKey < b.hashKey ? -1 : 1));
    return { loads, byBin };
  }

  /**
   * Divides the rest of a bin into two loads, each in the middle of one half of the bin, so that a
   * shard of a single bin can be split.
   */
  #halve({ bytes, records }: PlacedLoad, bin: number): PlacedLoad[] {
    const start = this.#starts[bin]!;
    const width = this.#endOf(bin) - start;
    return [0, 1].map((half) => ({
      hashKey: start + (toBigint(1 + 2 * half) * width) / 4n,
      bytes: floor((bytes + half) / 2),
      records: floor((records + half) / 2),
    }));
  }

  #binLoad(bin: number): { bytes: number; records: number } {
    return { bytes: this.#totals[bin]!, records: this.#totals[this.#starts.length + bin]! };
  }

  /** Returns the highest hash key of a bin. */
  #endOf(bin: number): bigint {
    return (this.#starts[bin + 1] ?? HASH_KEY_MAX + 1n) - 1n;
  }

  #loadShards(
    shards: readonly (HashRange & { readonly shardId: string })[],
    byBin: readonly (readonly PlacedLoad[])[],
    allBytes: number,
  ): ShardLoad[] {
    let bin = 0;
    return shards.map(({ shardId, startingHashKey, endingHashKey }) => {
      const load = { bytes: 0, records: 0, error: 0, recordsError: 0 };
      const firstBin = bin;
      while (true) {
        const isWhole = this.#starts[bin]! >= startingHashKey && this.#endOf(bin) <= endingHashKey;
        if (isWhole) {
          const { bytes, records } = this.#binLoad(bin);
          load.bytes += bytes;
          load.records += records;
        } else {
          this.#addPart(load, byBin[bin]!, bin, { startingHashKey, endingHashKey });
        }
        if (this.#endOf(bin) > endingHashKey) break;
        bin++;
        if (this.#endOf(bin - 1) === endingHashKey) break;
      }
      const isExact =
        this.#starts[firstBin] === startingHashKey && this.#endOf(bin - 1) === endingHashKey;
      const { bytes, records, error, recordsError } = load;
      return {
        shardId,
        bytes,
        records,
        share: divide(bytes, allBytes),
        error,
        recordsError,
        ...(isExact && this.#rows.size > 0 && this.#peakOf(firstBin, bin)),
      };
    });
  }

  /** Adds the part of a bin that is in a range. Rounding remainders go to the highest range. */
  #addPart(
    load: { bytes: number; records: number; error: number; recordsError: number },
    placed: readonly PlacedLoad[],
    bin: number,
    range: HashRange,
  ): void {
    const rest = placed[placed.length - 1]!;
    for (const one of placed) {
      if (one === rest) break;
      if (one.hashKey < range.startingHashKey || one.hashKey > range.endingHashKey) continue;
      load.bytes += one.bytes;
      load.records += one.records;
    }
    const start = this.#starts[bin]!;
    const width = this.#endOf(bin) - start + 1n;
    const below = range.startingHashKey > start ? range.startingHashKey - start : 0n;
    const end = range.endingHashKey - start + 1n;
    const upTo = end < width ? end : width;
    const partOf = (amount: number): number =>
      Number((toBigint(amount) * upTo) / width - (toBigint(amount) * below) / width);
    load.bytes += partOf(rest.bytes);
    load.records += partOf(rest.records);
    load.error += rest.bytes;
    load.recordsError += rest.records;
  }

  #peakOf(
    from: number,
    to: number,
  ): Required<Pick<ShardLoad, 'peakBytesPerSecond' | 'peakRecordsPerSecond'>> {
    const count = this.#starts.length;
    let peakBytesPerSecond = 0;
    let peakRecordsPerSecond = 0;
    for (const row of this.#rows.values()) {
      peakBytesPerSecond = Math.max(peakBytesPerSecond, sum(row, from, to));
      peakRecordsPerSecond = Math.max(peakRecordsPerSecond, sum(row, count + from, count + to));
    }
    return { peakBytesPerSecond, peakRecordsPerSecond };
  }
}

/**
 * Reads an explicit hash key as the Kinesis Client Library does, with a sign or leading zeros
 * (docs/facts.md#aggregate-explicit-hash-key).
 */
function readExplicitHashKey(text: string): bigint {
  assertString(text, 'record.ExplicitHashKey');
  const [, digits] = /^(?:\+?0*|-0*(?=0$))([0-9]{1,39})$/.exec(text) ?? [];
  const hashKey = digits === undefined ? -1n : toBigint(digits);
  if (hashKey >= 0n && hashKey <= HASH_KEY_MAX) return hashKey;
  throw wrongValue(
    `record.ExplicitHashKey must be an integer from 0 to 2^128 - 1: got ${quote(text)}`,
  );
}

function addTo(row: Float64Array, other: Float64Array): void {
  for (let i = 0; i < other.length; i++) row[i]! += other[i]!;
}

function sum(row: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += row[i]!;
  return total;
}

function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
