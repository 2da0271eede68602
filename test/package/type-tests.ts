/**
 * Files whose compilation against the installed package is a test, and the kinds of resolution to
 * compile them with.
 *
 * @module
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read } from '../support/repository.ts';
import { entries } from './installed-package.ts';

/** A kind of module resolution, as options of the compiler and the files that it tells apart. */
export interface Resolution {
  readonly name: string;
  readonly module: 'node16' | 'nodenext' | 'esnext' | 'commonjs';
  readonly moduleResolution: 'node16' | 'nodenext' | 'bundler' | 'node10';
  readonly extensions: readonly ('ts' | 'mts' | 'cts')[];
}

export const RESOLUTIONS: readonly Resolution[] = [
  {
    name: 'node16',
    module: 'node16',
    moduleResolution: 'node16',
    extensions: ['mts', 'cts'],
  },
  {
    name: 'nodenext',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    extensions: ['mts', 'cts'],
  },
  { name: 'bundler', module: 'esnext', moduleResolution: 'bundler', extensions: ['ts'] },
  { name: 'node10', module: 'commonjs', moduleResolution: 'node10', extensions: ['ts'] },
];

/**
 * Writes two tests with each extension: `everything` imports all entries, so that a compiler which
 * does not skip libraries checks every declaration. `sdk` is types.test-d.ts.
 */
export function writeTypeTests(folder: string): void {
  const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}';`);
  const names = entries.map((_, i) => `entry${i}`);
  const everything = `${imports.join('\n')}\nexport const all: unknown[] = [${names}];\n`;
  for (const extension of ['ts', 'mts', 'cts']) {
    writeFileSync(join(folder, `everything.${extension}`), everything);
    writeFileSync(join(folder, `sdk.${extension}`), read('test/package/types.test-d.ts'));
  }
}
