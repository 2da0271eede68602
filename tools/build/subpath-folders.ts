/**
 * Writes a folder for each subpath of the package, such as batch/package.json: part of
 * `npm run build`.
 *
 * Resolvers that do not read `exports` look there: Parcel by default, Metro before 0.82, webpack 4,
 * TypeScript with `moduleResolution: node10`. The folders ship, but are not committed.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { ENTRIES } from './entries.ts';

for (const entry of ENTRIES) {
  if (entry === 'index') continue;
  const folder = {
    main: `../dist/${entry}.cjs`,
    module: `../dist/${entry}.js`,
    types: `../dist/${entry}.d.cts`,
  };
  mkdirSync(entry, { recursive: true });
  writeFileSync(`${entry}/package.json`, `${JSON.stringify(folder, null, 2)}\n`);
}
