/**
 * Runs the built command as a user would, in a process of its own.
 *
 * @module
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));
export const command: string = join(root, 'dist/cli/main.cjs');

if (!existsSync(command)) throw new Error(`${command} is missing: run \`npm run build\``);

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `shardline` with these arguments and this standard input. */
export function shardline(args: readonly string[], input: string | Uint8Array = ''): Run {
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: root,
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

const folder = mkdtempSync(join(tmpdir(), 'shardline-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file for the command to read, and returns its path. */
export function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
