/**
 * Writes a file whole or not at all.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describeSystemError, InputError } from './errors.ts';
import { nameFile } from './input.ts';

/**
 * Writes a text beside a file and then puts it in its place, so that a full disk leaves the file as
 * it was. A device or a pipe is written to directly.
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
    const target = stats === undefined ? file : realpathSync(file);
    const draft = `${target}.${randomUUID()}.tmp`;
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
