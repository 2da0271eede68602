/**
 * Loads: how much weight is on which hash keys.
 *
 * @module
 */

import { assertBigint, assertObject, describe, wrongType, wrongValue } from '../base/argument.ts';
import { HASH_KEY_MAX, HASH_KEY_MIN } from '../base/limits.ts';
import { readList } from '../base/lists.ts';
import type { HashRange } from '../sharding/hash-key-range.ts';

/** Weight on one hash key: bytes, records or any other measure. */
export interface Load {
  readonly hashKey: bigint;
  /** Finite, 0 or more. */
  readonly weight: number;
}

/**
 * Returns the loads above 0 by ascending hash key, each hash key once. Every member is read once.
 *
 * @throws {TypeError} If it is not an array of objects with a bigint and a number.
 * @throws {RangeError} If a hash key, a weight or the sum of the weights is out of range.
 */
export function readLoads(loads: readonly Load[]): Load[] {
  const list = readList(loads, { title: 'loads' }, (member, title): Load => {
    assertObject(member, title);
    const { hashKey, weight } = member as Load;
    assertBigint(hashKey, HASH_KEY_MIN, HASH_KEY_MAX, `${title}.hashKey`);
    assertWeight(weight, `${title}.weight`);
    return { hashKey, weight };
  });
  const sum = sumWeights(list);
  if (sum === Infinity) throw wrongValue(`loads must have weights of a finite sum: got ${sum}`);
  return joinLoads(list.filter(({ weight }) => weight > 0));
}

/** @throws {TypeError | RangeError} If the value is not a finite number of 0 or more. */
export function assertWeight(value: unknown, title: string): asserts value is number {
  if (typeof value !== 'number') {
    throw wrongType(`${title} must be a number: got ${describe(value)}`);
  }
  if (!(value >= 0 && value < Infinity)) {
    throw wrongValue(`${title} must be finite and 0 or more: got ${value}`);
  }
}

/** Returns loads by ascending hash key, with one load per hash key. */
function joinLoads(loads: Load[]): Load[] {
  loads.sort((a, b) => (a.hashKey < b.hashKey ? -1 : a.hashKey > b.hashKey ? 1 : 0));
  const joined: Load[] = [];
  for (const load of loads) {
    const last = joined[joined.length - 1];
    if (last?.hashKey !== load.hashKey) joined.push(load);
    else joined[joined.length - 1] = { ...load, weight: last.weight + load.weight };
  }
  return joined;
}

/** Returns the sum of the weights. */
export function sumWeights(loads: readonly Load[]): number {
  return loads.reduce((sum, { weight }) => sum + weight, 0);
}

/** Returns the loads in a range. */
export function loadsIn(loads: readonly Load[], range: HashRange): Load[] {
  const { startingHashKey, endingHashKey } = range;
  return loads.filter(({ hashKey }) => hashKey >= startingHashKey && hashKey <= endingHashKey);
}
