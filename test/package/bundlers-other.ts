/**
 * `npm run test:bundlers`: each entry of the packed package, in bundlers that the repository does
 * not have. Installs them in a temporary folder. Ends with status 1 if a bundle is wrong or too
 * large.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { budgetOf, bundleEntry, loadOtherBundlers, OTHER_PACKAGES, resultsOf } from './bundlers.ts';
import { entries, installPackage, run } from './installed-package.ts';

const tools = mkdtempSync(join(tmpdir(), 'shardline-bundlers-'));
const { folder } = installPackage();
try {
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
  run(tools, 'npm', 'install', ...options, ...OTHER_PACKAGES);
  for (const [name, bundle] of Object.entries(loadOtherBundlers(tools))) {
    for (const entry of entries) {
      const { results, bytes } = await bundleEntry(bundle, entry, folder);
      const isRight = results === resultsOf(entry, folder) && bytes <= budgetOf(entry);
      console.log(`${isRight ? 'right' : 'WRONG'}  ${name}  ${entry}  ${bytes} bytes`);
      if (!isRight) process.exitCode = 1;
    }
  }
} finally {
  for (const path of [tools, folder]) rmSync(path, { recursive: true, force: true });
}
