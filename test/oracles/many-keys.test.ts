/** 200,000 random keys against node:crypto and a linear scan. The test's title shows the seed. */

import { createShardMap, createUniformShardMap, hashPartitionKey, unwrap } from 'shardline';
import { expect, it } from 'vitest';
import { shardsBetween } from '../support/arbitraries.ts';
import { referenceHashKey } from './reference/hash-key.ts';

const KEYS = 200_000;
const ASCII = [...' !"#$%&/()=?0123456789ABCXYZabcdefghijklmnopqrstuvwxyz_-.~\x7f\0'];
const ANY = [...ASCII, ...'äßéñКлючи日本語キー한국어😀🚀\u07ff\u0800\uffff\ud800\udc00'];

const seed = Number(process.env['SEED'] ?? Date.now() >>> 0);

/** xorshift32: enough to choose characters. */
function* randomNumbers(): Generator<number, never> {
  let state = seed | 1;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

const numbers = randomNumbers();

function randomKey(i: number): string {
  const alphabet = i % 2 === 0 ? ASCII : ANY;
  let key = '';
  for (let left = 1 + (numbers.next().value % 80); left > 0; left--) {
    key += alphabet[numbers.next().value % alphabet.length];
  }
  return key;
}

it(`hashes and locates ${KEYS} keys (seed ${seed})`, () => {
  const starts = Array.from(
    { length: 40 },
    () => BigInt(numbers.next().value) ** 4n % 2n ** 128n,
  ).sort((a, b) => (a < b ? -1 : 1));
  const cut = unwrap(createShardMap(shardsBetween([...new Set(starts)].filter((at) => at > 0n))));
  const uniform = createUniformShardMap(24);
  const wrong: string[] = [];
  for (let i = 0; i < KEYS; i++) {
    const key = randomKey(i);
    const hashKey = referenceHashKey(key);
    let isRight = hashPartitionKey(key) === hashKey;
    for (const map of [cut, uniform]) {
      const owner = map.shards.find((shard) => hashKey <= shard.endingHashKey)!;
      isRight &&= map.locatePartitionKey(key) === owner && map.locate(hashKey) === owner;
    }
    if (!isRight) wrong.push(key);
  }
  expect(wrong).toEqual([]);
});
