/**
 * Writes a file completely or not at all.
 *
 * @module
 */

import {
  fstatSync,
  lstatSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { describeSystemError, InputError, UsageError } from './errors.ts';
import { nameFile } from './input.ts';

/**
 * Checks that a file can be written without losing what is read.
 *
 * @param file The value of `--html`.
 * @param inputs Paths, or `-` for standard input.
 * @throws {UsageError} If it is one of them, under whatever name, or standard output.
 */
export function assertNoInput(file: string, inputs: readonly string[]): void {
  const target = file === '-' ? undefined : identify(file);
  if (file === '-' || (target !== undefined && target === identify(STANDARD_OUTPUT))) {
    const name = file === '-' ? file : nameFile(file);
    throw new UsageError(
      `expected a file for --html, got ${name}: standard output has the chart\nPass the name of a new file, such as load.html.`,
    );
  }
  const input = inputs.find(
    (path) => target !== undefined && identify(path === '-' ? STANDARD_INPUT : path) === target,
  );
  if (input === undefined) return;
  throw new UsageError(
    `expected a file for --html that is not read, got ${nameFile(file)}, which is the input ${nameFile(input)}\nPass the name of a new file, such as load.html.`,
  );
}

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

/**
 * Returns what tells a regular file from all others; undefined if there is none to tell.
 *
 * @param file A path or a file descriptor.
 */
function identify(file: string | number): string | undefined {
  try {
    const stats = typeof file === 'number' ? fstatSync(file) : statSync(file);
    return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    // Whoever reads or writes it reports why it cannot.
    return undefined;
  }
}

/**
 * Writes a text to a temporary file and then renames it, so that a full disk leaves the old file as
 * it was. Links are followed and stay. A device or a pipe is written to directly.
 *
 * @throws {InputError} If it cannot be written.
 */
export function writeWholeFile(file: string, text: string): void {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) {
      writeFileSync(file, text);
      return;
    }
    const target = followLinks(file);
    const draft = `${target}.${crypto.randomUUID()}.tmp`;
    try {
      writeFileSync(draft, text, stats === undefined ? {} : { mode: stats.mode });
      renameSync(draft, target);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (error) {
    throw new InputError(
      `cannot write ${nameFile(file)}: ${describeSystemError(error)}\nPass --html with a file in a folder that you may write to.`,
    );
  }
}

/** Returns where a symbolic link leads, even to nothing yet, and any other path as it is. */
function followLinks(file: string): string {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file;
  const link = readlinkSync(file);
  // Joined as text: in `link/..`, the system follows the link first, and node:path does not.
  return followLinks(isAbsolute(link) ? link : `${dirname(file)}/${link}`);
}
