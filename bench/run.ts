/**
 * `npm run bench [name ...]`: runs each benchmark, or those named, in a process of its own.
 * Installs the peers, builds the package and prints the machine first.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SHARED = ['run', 'support'];

function run(command: string, ...args: string[]): void {
  // On Windows, npm is a shell script.
  const shell = command === 'npm' && process.platform === 'win32';
  execFileSync(command, args, { cwd: root, stdio: 'inherit', shell });
}

/** Returns the commit, or says that it is unknown: a source archive has no history. */
function describeCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const changes = git('status', '--porcelain') === '' ? '' : ' with changes';
    return git('rev-parse', '--short', 'HEAD') + changes;
  } catch {
    return 'unknown';
  }
}

const all = readdirSync(`${root}bench`)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !SHARED.includes(name));
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
for (const name of names) {
  if (all.includes(name)) continue;
  console.error(`There is no benchmark ${name}: expected ${all.join(', ')}`);
  process.exit(2);
}

const lock = `${root}bench/peers/package-lock.json`;
const installed = `${root}bench/peers/node_modules/.package-lock.json`;
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  // The only optional package is the native store of kinesalite, which no benchmark needs.
  run('npm', 'ci', '--prefix', 'bench/peers', '--omit=optional', '--no-audit', '--no-fund');
}
run('npm', 'run', 'build', '--silent');

console.log(`
machine  ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${platform()} ${arch()}
runtime  Node ${process.versions.node}, V8 ${process.versions.v8}
commit   ${describeCommit()}, ${new Date().toISOString().slice(0, 10)}
`);
for (const name of names) {
  console.log(`# ${name}\n`);
  run(process.execPath, '--import', 'tsx', `bench/${name}.ts`);
  console.log();
}
