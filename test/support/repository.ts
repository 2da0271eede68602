/** The checkout under test: where it stands and what is in it. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The top folder, with a slash at its end. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** Every file that is tracked or would be if it were added, as paths from the top folder. */
export function listFiles(): string[] {
  const listing = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listing
    .split('\0')
    .filter((file) => file !== '' && existsSync(root + file))
    .sort();
}

export function read(file: string): string {
  return readFileSync(root + file, 'utf8');
}

export function readJson<T>(file: string): T {
  return JSON.parse(read(file));
}
