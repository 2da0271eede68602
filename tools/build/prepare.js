/**
 * The `prepare` script: builds the package if npm prepares it for another project, which installs it
 * from git or from a folder. In this repository, `npm ci` and `npm install` build nothing.
 *
 * JavaScript, because it also runs where no devDependency is installed.
 */

import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

// npm's name for the folder of the project that it works for. Other clients do not set it; they
// build with `prepack`.
const project = process.env['npm_config_local_prefix'];

if (project !== undefined && realpathSync(project) !== realpathSync('.')) {
  execFileSync('npm', ['run', 'build', '--silent'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
