/**
 * The errors that the command reports.
 *
 * @module
 */

import { getSystemErrorMap } from 'node:util';
import { escapeControls } from '../base/argument.ts';

/** Invalid input that ends the command. The message says what to do. */
export class InputError extends Error {}

/** Arguments that exclude each other, or a missing argument. The message says what to do. */
export class UsageError extends Error {}

/**
 * Prints a message on standard error. Control characters are escaped, so that text in the message
 * can neither forge lines nor style them.
 *
 * @param message Text from outside that may have a line feed must already be escaped.
 */
export function printMessage(message: string): void {
  const lines = `shardline: ${message}`.split('\n');
  process.stderr.write(lines.map((line) => `${escapeControls(line)}\n`).join(''));
}

/** Returns the operating system's text for an error, without the code and the system call. */
export function describeSystemError(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
