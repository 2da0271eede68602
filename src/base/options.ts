/**
 * Options objects of callers: objects whose members all have known names.
 *
 * @module
 */

import { assertObject, quote, wrongType } from './argument.ts';

/**
 * Returns a copy of an options object with a member for each name. Each member is read once.
 *
 * An own member with another name is refused, because a misspelled option would silently do
 * nothing. Inherited members are read, but their names are not checked.
 *
 * @param names The names of all options.
 * @param title The name of the options object in messages.
 * @throws {TypeError} If the value is not an object, or has an own member with another name.
 */
export function readOptions<T extends object>(
  options: T,
  names: readonly (keyof T & string)[],
  title: string,
): T {
  assertObject(options, title);
  for (const given of Object.keys(options)) {
    if ((names as readonly string[]).includes(given)) continue;
    throw wrongType(`${title} must have only the options ${names.join(', ')}: got ${quote(given)}`);
  }
  const copy: Partial<T> = {};
  for (const name of names) copy[name] = options[name];
  return copy as T;
}

/** Returns whether two objects of one type have identical members, without looking into them. */
export function isShallowEqual<T extends object>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every((name) => a[name] === b[name]);
}
