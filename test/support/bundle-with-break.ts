/** Breaks the library on purpose: what tests cannot notice, they do not test. */

import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { expect } from 'vitest';
import { read, root } from './repository.ts';

/**
 * Returns an entry of the library, bundled with one expression of a source file replaced.
 *
 * @param file Below src.
 * @param find Must occur exactly once in the file.
 */
export async function bundleWith<T>(
  entry: string,
  file: string,
  find: string,
  replace: string,
): Promise<T> {
  const path = join(root, 'src', file);
  const parts = read(`src/${file}`).split(find);
  expect(parts.length - 1, `${find} must occur exactly once in src/${file}`).toBe(1);
  const plugin: Plugin = {
    name: 'break',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, (args) =>
        args.path === path ? { contents: parts.join(replace), loader: 'ts' } : undefined,
      ),
  };
  const { outputFiles } = await build({
    entryPoints: [`${root}src/${entry}.ts`],
    plugins: [plugin],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
  });
  const base64 = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return import(/* @vite-ignore */ `data:text/javascript;base64,${base64}`);
}
