/**
 * Partition keys as strings.
 *
 * @module
 */

import { assertString, readArrayLength } from '../base/argument.ts';
import { md5Text } from '../hashing/md5.ts';

/**
 * The maximum number of keys or records in an array: 2^27, which is also the maximum length of V8's
 * contiguous arrays. Memory for the output is allocated before the first key is read, so a sparse
 * array must not cause gigabytes to be allocated.
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
   * The next keys, if they were already read but neither hashed nor loaded into a kernel. Not a `#`
   * field, which makes a small batch 2 % slower.
   */
  private ahead: string[] = NO_KEYS;

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

/** Shared by all batches that have read no keys ahead. Never changed. */
const NO_KEYS: string[] = [];

/** @throws {TypeError} If a key is not a string. */
export function assertKey(key: unknown, at: number): asserts key is string {
  // The title is built only for a wrong key, because building it takes as long as the hash.
  if (typeof key !== 'string') assertString(key, `partitionKeys[${at}]`);
}
