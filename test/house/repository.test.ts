/** The list of files that the house rules check, in a source archive too. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listFiles, listWithoutGit, read } from '../support/repository.ts';

const KEPT = [
  '.gitignore',
  '.npmrc',
  'bench/peers/package.json',
  'docs/dist.md',
  'package.json',
  'src/a.ts',
];

const IGNORED = [
  '.git/HEAD',
  '.stryker-tmp/sandbox/src/a.ts',
  'a.log',
  'batch/package.json',
  'bench/peers/node_modules/b/package.json',
  'coverage/index.html',
  'dist/index.js',
  'dist-docs/index.html',
  'node_modules/b/package.json',
  'reports/mutation/mutation.json',
  'shardline-0.1.0.tgz',
];

const folder = mkdtempSync(join(tmpdir(), 'shardline-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('leaves out what .gitignore names, without git', () => {
  for (const file of [...KEPT, ...IGNORED]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), file === '.gitignore' ? read(file) : '');
  }
  expect(listWithoutGit(`${folder}/`).sort()).toEqual(KEPT);
});

it('has the files of this folder', () => {
  expect(listFiles()).toEqual(
    expect.arrayContaining(['.gitignore', 'package.json', 'src/index.ts']),
  );
});
