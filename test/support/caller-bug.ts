/** What a caller's bug may throw. */

import { expect } from 'vitest';

/**
 * Holds that an error is a TypeError or a RangeError of the library's own, which says what it got
 * and what it wants. The engine's words for a member of undefined do not.
 */
export function expectCallerBug(error: unknown): void {
  expect(error).toSatisfy((thrown) => [TypeError, RangeError].includes(thrown.constructor));
  const { message } = error as Error;
  expect(message).toMatch(/ must /);
  expect(message.length).toBeLessThan(400);
}
