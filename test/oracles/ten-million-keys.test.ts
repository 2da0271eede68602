/**
 * Ten million keys in one process, in one list and in chunks. It has its own file, because it
 * takes seconds.
 */

import { createHash } from 'node:crypto';
import { createUniformShardMap } from 'shardline';
import { createBatchRouter, hashPartitionKeys } from 'shardline/batch';
import { expect, it } from 'vitest';

it('routes ten million keys at once', () => {
  const map = createUniformShardMap(16);
  const some = Array.from({ length: 3000 }, (_, i) => `user-${i}`);
  const expected = some.map((key) => map.shards.indexOf(map.locatePartitionKey(key)));
  const keys: string[] = [];
  for (let i = 0; i < 10_000_000; i++) keys.push(some[i % 3000]!);
  const out = createBatchRouter(map).route(keys);
  expect(out).toHaveLength(10_000_000);
  let wrong = 0;
  for (let i = 0; i < out.length; i++) if (out[i] !== expected[i % 3000]) wrong++;
  expect(wrong).toBe(0);
});

it('hashes ten million keys as node:crypto does', () => {
  // The SHA-256 of the digests that node:crypto computes of the same keys, in order.
  const sum = createHash('sha256');
  const keys = new Array<string>(100_000);
  const out = new Uint8Array(1_600_000);
  for (let i = 0; i < 10_000_000; i += keys.length) {
    for (let k = 0; k < keys.length; k++) keys[k] = `user-${i + k}`;
    sum.update(hashPartitionKeys(keys, out));
  }
  expect(sum.digest('hex')).toBe(
    'c7cf6a56b04ae087f397a64d5b6e4af8d26626c21cc556e0f258d93caed45213',
  );
});
