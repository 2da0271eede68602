/**
 * Partition keys as strings.
 *
 * @module
 */

import { assertString, readArrayLength } from '../base/argument.ts';
import { md5Text } from '../hashing/md5.ts';

/**
 * The most keys or records of an array: 2^27, which is also the most that V8 holds in one stretch.
 * Memory for the answers is allocated before the first key is read, so a sparse array must not ask
 * for gigabytes.
 */
export const TEXTS_MAX = 134_217_728;

/**
 * An array of strings, read from the first to the last. It may hold getters or be a Proxy: reading
 * a key may run caller code, and a second read may give another key. Each key is read once.
 */
export class TextKeys {
  /** The number of keys. */
  readonly count: number;
  /** The array. A key read from it can be anything: see {@link assertKey}. */
  readonly array: readonly string[];
  /**
   * Keys that were read, but neither hashed nor loaded into a kernel: those that come next. Not a
   * `#` field, which costs a small batch 2 %.
   */
  private ahead: string[] = NONE;

  /**
   * @throws {TypeError} If it is not an array.
   * @throws {RangeError} If it has more than {@link TEXTS_MAX} keys.
   */
  constructor(partitionKeys: readonly string[]) {
    this.count = readArrayLength(partitionKeys, 'partitionKeys', TEXTS_MAX);
    this.array = partitionKeys;
  }

  /**
   * Returns key `at`, the next one.
   *
   * @throws {TypeError} If the key is not a string.
   */
  take(at: number): string {
    const key = this.ahead.length > 0 ? this.ahead.shift() : this.array[at];
    assertKey(key, at);
    return key;
  }

  /** Puts back the keys that come next. */
  putBack(keys: readonly string[]): void {
    this.ahead = [...keys, ...this.ahead];
  }

  /**
   * Writes the hash key of key `at`, the next one, to `words`. No caller code runs once it is
   * written.
   *
   * @throws {TypeError} If the key is not a string.
   */
  hash(at: number, words: Uint32Array): void {
    md5Text(this.take(at), words);
  }
}

/** What most batches have read ahead. It is never changed. */
const NONE: string[] = [];

/** @throws {TypeError} If a key is not a string. */
export function assertKey(key: unknown, at: number): asserts key is string {
  // The title is built for a wrong key only: it costs as much as the hash.
  if (typeof key !== 'string') assertString(key, `partitionKeys[${at}]`);
}
