/** The errors that a caller's bug may throw. */

import { expect } from 'vitest';

/**
 * Expects a TypeError or a RangeError with a message of the library. An error of the engine, such
 * as that for a member of undefined, does not say what was expected.
 */
export function expectCallerBug(error: unknown): void {
  expect(error).toSatisfy((thrown) => [TypeError, RangeError].includes(thrown.constructor));
  const { message } = error as Error;
  expect(message).toMatch(/ must /);
  expect(message.length).toBeLessThan(400);
}
