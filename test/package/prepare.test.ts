/** `prepare` builds for other projects that install the package from git, and not for its own. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readJson, root } from '../support/repository.ts';

const project = mkdtempSync(join(tmpdir(), 'shardline-prepare-'));
const clone = join(project, 'clone');
mkdirSync(clone);
writeFileSync(
  join(clone, 'package.json'),
  JSON.stringify({ scripts: { build: `node -e "fs.writeFileSync('built', '')"` } }),
);
afterAll(() => rmSync(project, { recursive: true }));

it('is the prepare script of the package, and the build is its prepack script', () => {
  const { scripts } = readJson<{ scripts: Record<string, string> }>('package.json');
  expect(scripts).toMatchObject({
    prepack: 'npm run build',
    prepare: 'node tools/build/prepare.js',
  });
});

it.each([
  ['its own folder', clone, false],
  ['the folder of another project', project, true],
  ['no folder', undefined, false],
])('for %s', (_, folder, isBuilt) => {
  const { npm_config_local_prefix: _own, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [`${root}tools/build/prepare.js`], {
    cwd: clone,
    env: folder === undefined ? env : { ...env, npm_config_local_prefix: folder },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(existsSync(join(clone, 'built'))).toBe(isBuilt);
  rmSync(join(clone, 'built'), { force: true });
});
