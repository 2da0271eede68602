/**
 * How the command ends.
 *
 * @module
 */

import { getSystemErrorMap } from 'node:util';

/** All keys were routed. */
export const EXIT_FINE = 0;

/** The input is faulty: a line is no partition key, a file cannot be read, a listing has a hole. */
export const EXIT_BAD_INPUT = 1;

/** The command line is wrong; nothing was read. */
export const EXIT_BAD_USAGE = 2;

/** Bad input after which there is nothing to go on with. The message says what to do. */
export class InputFailure extends Error {}

/** What the operating system has against an operation, without the code and the call. */
export function systemMessage(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
