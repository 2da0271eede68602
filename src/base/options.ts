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
    throw wrongType(
      `${title} must have no unknown options: got ${quote(given)}, the nearest option is ${quote(findNearest(given, names))}`,
    );
  }
  const copy: Partial<T> = {};
  for (const name of names) copy[name] = options[name];
  return copy as T;
}

/** Names are compared up to this length, so that a long one costs no time. */
const COMPARED_UNITS_MAX = 64;

/** Returns the name that has most in common with a text. */
function findNearest(text: string, names: readonly string[]): string {
  let nearest = '';
  let most = -1;
  for (const name of names) {
    const likeness = measureLikeness(text.slice(0, COMPARED_UNITS_MAX), name);
    if (likeness > most) [nearest, most] = [name, likeness];
  }
  return nearest;
}

/**
 * Returns how much two texts have in common, from 0 to 1: the part of their characters that is in
 * their longest common subsequence, whatever their case.
 */
function measureLikeness(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  // The lengths of the longest common subsequences of `left` so far and the beginnings of `right`.
  let lengths: number[] = new Array(right.length + 1).fill(0);
  for (const unit of left) {
    const next = [0];
    for (let i = 0; i < right.length; i++) {
      next.push(unit === right[i] ? lengths[i]! + 1 : Math.max(next[i]!, lengths[i + 1]!));
    }
    lengths = next;
  }
  return (2 * lengths[right.length]!) / (left.length + right.length);
}
