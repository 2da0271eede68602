// `shardline bench` as its users run it.
import { describe, expect, it } from 'vitest';
import { runShardline } from './command.ts';

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
      // Rates are not compared with anything: a busy machine may be as slow as it likes.
      const rates = Object.values(keysPerSecond);
      expect(rates.filter((rate) => !Number.isSafeInteger(rate) || rate <= 0)).toEqual([]);
    }
  });
});
