/**
 * Errors as the command reports them.
 *
 * @module
 */

import { getSystemErrorMap } from 'node:util';

/** Invalid input that ends the command. The message says what to do. */
export class InputError extends Error {}

/** Returns the operating system's text for an error, without the code and the system call. */
export function describeSystemError(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
