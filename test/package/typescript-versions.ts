/**
 * `npm run test:types`: the types of the packed package under other versions of TypeScript, each in
 * every kind of resolution. Installs the compilers in a temporary folder. Ends with status 1 if one
 * reports an error.
 */

import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/repository.ts';
import { installPackage, run } from './installed-package.ts';
import { RESOLUTIONS, writeTypeTests } from './type-tests.ts';

/** The oldest version that is supported, some in between, and the newest. */
const VERSIONS = ['5.0', '5.4', '5.9', '6.0', '7.0'];

/** Options that the newest compilers no longer have. */
const REMOVED_IN: Readonly<Record<string, number>> = { node10: 6 };

const { folder } = installPackage();
try {
  const packages = VERSIONS.map((version) => `typescript-${version}@npm:typescript@${version}`);
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages);
  symlinkSync(join(root, 'node_modules/@aws-sdk'), join(folder, 'node_modules/@aws-sdk'), 'dir');
  writeTypeTests(folder);
  for (const version of VERSIONS) {
    const compiler = join(folder, `node_modules/typescript-${version}/bin/tsc`);
    for (const { name, module, moduleResolution, extensions } of RESOLUTIONS) {
      if (Number.parseInt(version, 10) >= (REMOVED_IN[name] ?? Number.POSITIVE_INFINITY)) continue;
      const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022'];
      const resolution = ['--module', module, '--moduleResolution', moduleResolution];
      const check = (title: string, stem: string, ...more: readonly string[]): void => {
        const files = extensions.map((extension) => `${stem}.${extension}`);
        const line = `TypeScript ${version}, ${name}, ${title}`;
        try {
          run(folder, process.execPath, compiler, ...options, ...resolution, ...more, ...files);
          console.log(`right  ${line}`);
        } catch (error) {
          console.log(`WRONG  ${line}\n${(error as Error).message}`);
          process.exitCode = 1;
        }
      };
      check('every declaration', 'everything', '--skipLibCheck', 'false');
      const node = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
      for (const exact of ['true', 'false']) {
        const exactly = ['--exactOptionalPropertyTypes', exact, '--skipLibCheck', 'true'];
        check(`the SDK, exactOptionalPropertyTypes ${exact}`, 'sdk', ...exactly, ...node);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
