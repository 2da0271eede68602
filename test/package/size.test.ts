/** The cost of the package in a browser: bytes after bundling, minifying and gzip. */

import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { root } from '../support/repository.ts';
import { BUDGETS } from './budgets.ts';

/** Makes esbuild believe that every file has side effects, so that it drops only what has none. */
const distrust: Plugin = {
  name: 'distrust',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === distrust) return undefined;
      const found = await resolve(path, { ...options, pluginData: distrust });
      return { ...found, sideEffects: true };
    });
  },
};

async function bundle(code: string, plugins: Plugin[] = []): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'silent',
    plugins,
  });
  return outputFiles[0]!.contents;
}

describe('the size', () => {
  it.each(BUDGETS)('of %s is at most %i bytes', async (code, bytes) => {
    const { length } = gzipSync(await bundle(code), { level: 9 });
    expect(length).toBeGreaterThan(100);
    expect(length).toBeLessThanOrEqual(bytes);
  });

  it.each([
    [`import './dist/index.js'`],
    [`import { hashPartitionKey } from './dist/index.js'`],
    [`import { createBatchRouter, hashPartitionKeys, kernel } from './dist/batch.js'`],
    [`import { aggregateRecords, deaggregateRecord } from './dist/aggregation.js'`],
    [`import { createLoadMeter, explainLoad, shardSql } from './dist/load.js'`],
  ])('of an unused %s is nothing', async (code) => {
    expect(await bundle(code)).toHaveLength(0);
    expect(await bundle(code, [distrust])).toHaveLength(0);
  });
});
