/**
 * Options: objects of a caller whose members all have known names.
 *
 * @module
 */

import { assertObject, quote, wrongType } from './argument.ts';

/**
 * Returns a copy of options that has all of their members. Each is read once.
 *
 * Own members with another name are refused, because a misspelled option would silently do nothing.
 * Members that the options inherit are read, but their names are not checked.
 *
 * @param names The names of all options.
 * @param title What messages call the options.
 * @throws {TypeError} If the options are not an object, or one has another name.
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

/** Returns whether two objects of one type have the same members. */
export function isShallowEqual<T extends object>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every((name) => a[name] === b[name]);
}
