/** The errors that a caller's bug may throw. */

import { expect } from 'vitest';

/** Beginnings and parts of messages of the engine, which do not say what was expected. */
const ENGINE_WORDS =
  /Cannot (?:read|convert|destructure|mix|perform)|is not (?:a function|iterable|defined|a constructor)|Invalid (?:array length|time value)|Maximum call stack|incompatible receiver|required/;

/**
 * Messages of the engine about objects of the caller, which pass like all that these throw: a
 * revoked Proxy, and the iterator of an object that has the prototype of a typed array.
 */
const THROWN_BY_CALLER =
  /^Cannot perform '\w+' on a proxy that has been revoked$|^this is not a typed array\.$/;

/**
 * Expects a TypeError or a RangeError with a message of the library. An error of the engine, such
 * as that for a member of undefined, does not say what was expected. Errors that the caller's own
 * objects throw pass.
 */
export function expectCallerBug(error: unknown): void {
  expect(error).toSatisfy((thrown) => [TypeError, RangeError].includes(thrown.constructor));
  const { message } = error as Error;
  if (THROWN_BY_CALLER.test(message)) return;
  expect(message).toMatch(/ must /);
  expect(message.replaceAll(/'[^']*'/g, '')).not.toMatch(ENGINE_WORDS);
  expect(message.length).toBeLessThan(400);
}
