/**
 * The heavy hitters among partition keys, in bounded memory: weighted Misra-Gries with a purge at
 * the median (https://doi.org/10.1145/3131365.3131407), for bytes and records at once.
 *
 * A counter holds an exact count since its key was added, and a bound on what was missed before
 * that. Their sum is an upper bound. A purge drops the keys whose upper bounds are low in both
 * measures. The highest dropped bound becomes the error: no key without a counter has more.
 *
 * Each rise of the error by `d` takes `d` from over `keys / 2` counters, so the error stays below
 * `2 / keys` of all that was counted.
 *
 * @module
 */

/** What is known about one partition key. */
export interface KeyCounter {
  /** Bytes and records since the key was added. */
  bytes: number;
  records: number;
  /** The most bytes and records that the key may have had before that. */
  bytesMissed: number;
  recordsMissed: number;
  /** The UTF-8 length of the key. */
  readonly keyBytes: number;
  /** Where the hash of the key is counted; -1 until it is needed. */
  cell: number;
  /**
   * The explicit hash key of all its records; undefined if they have none, null if they go to
   * several hash keys.
   */
  place: string | undefined | null;
}

/** The counters of the hottest keys. */
export class KeyCounters {
  counters: Map<string, KeyCounter> = new Map();
  /** The most bytes and records that a key without a counter may have. */
  bytesError = 0;
  recordsError = 0;
  readonly #keys: number;

  constructor(keys: number) {
    this.#keys = keys;
  }

  /** Adds a key that has no counter. */
  enter(
    partitionKey: string,
    keyBytes: number,
    cell: number,
    place: string | undefined,
  ): KeyCounter {
    if (this.counters.size >= 2 * this.#keys) this.#purge();
    const counter: KeyCounter = {
      bytes: 0,
      records: 0,
      bytesMissed: this.bytesError,
      recordsMissed: this.recordsError,
      keyBytes,
      cell,
      place,
    };
    this.counters.set(partitionKey, counter);
    return counter;
  }

  /**
   * Adds the counters of another instance. If only one has a key, the other may have missed it, up
   * to its error.
   */
  merge(other: KeyCounters): void {
    for (const [key, mine] of this.counters) {
      if (other.counters.has(key)) continue;
      mine.bytesMissed += other.bytesError;
      mine.recordsMissed += other.recordsError;
    }
    for (const [key, theirs] of other.counters) {
      const mine = this.counters.get(key);
      if (mine === undefined) {
        this.counters.set(key, {
          ...theirs,
          bytesMissed: theirs.bytesMissed + this.bytesError,
          recordsMissed: theirs.recordsMissed + this.recordsError,
        });
        continue;
      }
      mine.bytes += theirs.bytes;
      mine.records += theirs.records;
      mine.bytesMissed += theirs.bytesMissed;
      mine.recordsMissed += theirs.recordsMissed;
      if (mine.place !== theirs.place) mine.place = null;
    }
    this.bytesError += other.bytesError;
    this.recordsError += other.recordsError;
    if (this.counters.size > 2 * this.#keys) this.#purge();
  }

  /** Drops at least half of the counters. A new map is faster than deletions from the old one. */
  #purge(): void {
    const size = this.counters.size;
    const bytes = new Float64Array(size);
    const records = new Float64Array(size);
    let count = 0;
    for (const counter of this.counters.values()) {
      bytes[count] = counter.bytes + counter.bytesMissed;
      records[count++] = counter.records + counter.recordsMissed;
    }
    // At most `keys / 2` upper bounds are above the value at this index.
    const place = size - 1 - (this.#keys >> 1);
    const bytesBound = select(bytes.slice(), place);
    const recordsBound = select(records.slice(), place);
    const kept = new Map<string, KeyCounter>();
    count = 0;
    for (const [key, counter] of this.counters) {
      const bytesMost = bytes[count]!;
      const recordsMost = records[count++]!;
      if (bytesMost > bytesBound || recordsMost > recordsBound) {
        kept.set(key, counter);
        continue;
      }
      if (bytesMost > this.bytesError) this.bytesError = bytesMost;
      if (recordsMost > this.recordsError) this.recordsError = recordsMost;
    }
    this.counters = kept;
  }
}

/** Returns the value that sorting would put at `index`. It reorders them. */
function select(values: Float64Array, index: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (index <= j) high = j;
    else if (index >= i) low = i;
    else break;
  }
  return values[index]!;
}
