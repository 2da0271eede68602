/**
 * Partition keys as strings.
 *
 * @module
 */

import { assertArray, assertString } from '../base/argument.ts';
import { md5Text } from '../hashing/md5.ts';

/** An array of strings. It may hold getters or be a Proxy: reading a key may run caller code. */
export class TextKeys {
  /** The number of keys. */
  readonly count: number;
  /** The array. A key read from it can be anything: see {@link assertKey}. */
  readonly array: readonly string[];

  /** @throws {TypeError} If it is not an array. */
  constructor(partitionKeys: readonly string[]) {
    assertArray(partitionKeys, 'partitionKeys');
    this.count = partitionKeys.length;
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
