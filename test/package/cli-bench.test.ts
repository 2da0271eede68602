// `shardline bench` as its users run it.
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { runShardline } from './command.ts';

/** Returns how many short keys node:crypto hashes per second. */
function measureHashesPerSecond(): number {
  const keys = Array.from({ length: 100_000 }, (_, i) => `${i}`.padStart(8));
  const startMs = performance.now();
  for (const key of keys) createHash('md5').update(key).digest('hex');
  return (1000 * keys.length) / (performance.now() - startMs);
}

describe('shardline bench', () => {
  it('prints keys per second by kind of key and route', () => {
    const { status, stdout } = runShardline(['bench', '--json']);
    expect(status).toBe(0);
    const { node, shards, rows } = JSON.parse(stdout) as {
      node: string;
      shards: number;
      rows: { keys: string; keysPerSecond: Record<string, number> }[];
    };
    expect({ node, shards }).toEqual({ node: process.version, shards: 16 });
    expect(rows.map(({ keys }) => keys)).toContain('36, UUID');
    for (const { keysPerSecond } of rows) {
      expect(Object.keys(keysPerSecond)).toEqual([
        'wasm-simd',
        'scalar',
        'one by one',
        'node:crypto',
      ]);
    }
    // A wrong unit is off by a factor of 1,000 or more, a busy machine by less than 100.
    const ratio = rows[0]!.keysPerSecond['node:crypto']! / measureHashesPerSecond();
    expect(ratio).toBeGreaterThan(1 / 100);
    expect(ratio).toBeLessThan(100);
  });
});
