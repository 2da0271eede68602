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

/** An array of strings. It may hold getters or be a Proxy: reading a key may run caller code. */
export class TextKeys {
  /** The number of keys. */
  readonly count: number;
  /** The array. A key read from it can be anything: see {@link assertKey}. */
  readonly array: readonly string[];

  /**
   * @throws {TypeError} If it is not an array.
   * @throws {RangeError} If it has more than {@link TEXTS_MAX} keys.
   */
  constructor(partitionKeys: readonly string[]) {
    this.count = readArrayLength(partitionKeys, 'partitionKeys', TEXTS_MAX);
    this.array = partitionKeys;
  }

  /**
   * Writes the hash key of key `at` to `words`. No caller code runs once it is written.
   *
   * @throws {TypeError} If the key is not a string.
   */
  hash(at: number, words: Uint32Array): void {
    const key = this.array[at]!;
    assertKey(key, at);
    md5Text(key, words);
  }
}

/** @throws {TypeError} If a key is not a string. */
export function assertKey(key: unknown, at: number): asserts key is string {
  // The title is built for a wrong key only: it costs as much as the hash.
  if (typeof key !== 'string') assertString(key, `partitionKeys[${at}]`);
}
