/** The checkout under test: its path and its files. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The top folder, with forward slashes and one at its end. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url)).replaceAll('\\', '/');

/**
 * Every file that is tracked or would be if it were added, as sorted paths from the top folder.
 *
 * Without git, in a source archive, every file that .gitignore does not name.
 */
export function listFiles(): string[] {
  return (existsSync(`${root}.git`) ? listWithGit() : listWithoutGit(root)).sort();
}

function listWithGit(): string[] {
  const listing = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listing.split('\0').filter((file) => file !== '' && existsSync(root + file));
}

/** Lists `folder`, which ends with a slash, by the few kinds of patterns that .gitignore has. */
export function listWithoutGit(folder: string): string[] {
  const patterns = ['.git', ...readFileSync(`${folder}.gitignore`, 'utf8').split('\n')]
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, start, name, end] = /^(\/?)(.*?)(\/?)$/.exec(line)!;
      const path = name!.replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*');
      return new RegExp(`${start ? '^' : '(?:^|/)'}${path}${end ? '/' : '(?:/|$)'}`);
    });
  const walk = (inside: string): string[] =>
    readdirSync(folder + inside, { withFileTypes: true }).flatMap((entry) => {
      const path = `${inside}${entry.name}${entry.isDirectory() ? '/' : ''}`;
      if (patterns.some((pattern) => pattern.test(path))) return [];
      return entry.isDirectory() ? walk(path) : [path];
    });
  return walk('');
}

export function read(file: string): string {
  return readFileSync(root + file, 'utf8');
}

export function readJson<T>(file: string): T {
  return JSON.parse(read(file));
}
