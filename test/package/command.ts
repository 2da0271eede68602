/**
 * Runs the built command as a user would, in a process of its own.
 *
 * @module
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import listing from '../recordings/data/list-shards-hp-16.json';
import { root } from '../support/repository.ts';

export const commandPath: string = `${root}dist/cli/main.cjs`;

if (!existsSync(commandPath)) throw new Error(`${commandPath} is missing: run \`npm run build\``);

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `shardline` with these arguments and this standard input. */
export function runShardline(args: readonly string[], input: string | Uint8Array = ''): Run {
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [commandPath, ...args], {
    cwd: root,
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/**
 * Runs a line of shell script in which `shardline` is the command, and `aws` prints the listing of
 * `HP_16`. Returns what it prints on the terminal that it has, if it has one.
 */
export function runScript(
  script: string,
  options: { readonly terminal?: { readonly columns: number; readonly locale: string } } = {},
): Run {
  const { terminal } = options;
  const [shell, ...args] =
    terminal === undefined
      ? ['bash', '--norc', '-o', 'pipefail', '-c', script]
      : ['script', '-qec', `stty cols ${terminal.columns}; ${script}`, '/dev/null'];
  const { error, status, stdout, stderr } = spawnSync(shell!, args, {
    cwd: useFolder(),
    encoding: 'utf8',
    env: {
      PATH: `${stubs()}:${process.env['PATH']}`,
      SHELL: '/bin/bash',
      LANG: terminal?.locale ?? 'C',
    },
    input: '',
  });
  if (error !== undefined) throw error;
  return { status, stdout: stdout.replaceAll('\r\n', '\n'), stderr };
}

/** Returns a folder with the commands that scripts call. */
function stubs(): string {
  const path = join(useFolder(), 'bin');
  if (existsSync(path)) return path;
  mkdirSync(path);
  const commands = {
    shardline: `exec '${process.execPath}' '${commandPath}' "$@"`,
    aws: `exec cat '${root}${HP_16}'`,
  };
  for (const [name, line] of Object.entries(commands))
    writeFileSync(join(path, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return path;
}

let folder: string | undefined;

/** Returns the folder of this test, which is removed with the test. */
function useFolder(): string {
  if (folder !== undefined) return folder;
  const path = mkdtempSync(join(tmpdir(), 'shardline-command-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
    folder = undefined;
  });
  folder = path;
  return path;
}

/** Writes a file for the command to read and returns its path. */
export function writeInput(name: string, content: string | Uint8Array): string {
  const path = join(useFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The ListShards response of a real stream with 16 shards, as a path from the top folder. */
export const HP_16 = 'test/recordings/data/list-shards-hp-16.json';

/** Returns what `shardline route --shards HP_16` prints for a key, by node:crypto and a scan. */
export function expectedLine(key: string): string {
  return `${expectedShardId(key)}\t${expectedHashKey(key)}\t${key}\n`;
}

export function expectedHashKey(key: string): bigint {
  return BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
}

/** Returns the id of the shard of `HP_16` that a key goes to. */
export function expectedShardId(key: string): string {
  const hashKey = expectedHashKey(key);
  return listing.Shards.find(
    ({ HashKeyRange: { StartingHashKey, EndingHashKey } }) =>
      BigInt(StartingHashKey) <= hashKey && hashKey <= BigInt(EndingHashKey),
  )!.ShardId;
}

/** Returns the lines of a text that ends with a line ending. */
export function splitOutput(text: string): string[] {
  return text.trimEnd().split('\n');
}
