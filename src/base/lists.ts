/**
 * Reads untrusted lists. Arrays may be sparse, be Proxies, or have their own `length`, `map` or
 * iterator. Iterators may be endless or broken.
 *
 * The length is read once, and so is each member, in order. Nothing is allocated for members that
 * have not been read, so a list that only claims to be long costs nothing.
 *
 * @module
 */

import { describe, isArray, readArrayLength, wrongType } from './argument.ts';

/**
 * Returns what `read` returns for each member of an array. `read` gets the member and its title,
 * such as `target[3]`, and throws if the member is wrong. A hole is read as undefined.
 *
 * @throws {TypeError} If the value is not an array.
 * @throws {RangeError} If it has more than `lengthMax` members, or a length that no array has.
 */
export function readList<T>(
  value: unknown,
  options: { readonly title: string; readonly lengthMax?: number | undefined },
  read: (member: unknown, title: string) => T,
): T[] {
  const { title, lengthMax } = options;
  const length = readArrayLength(value as readonly unknown[], title, lengthMax);
  const list: T[] = [];
  for (let i = 0; i < length; i++) {
    list.push(read((value as readonly unknown[])[i], `${title}[${i}]`));
  }
  return list;
}

/**
 * Iterates over the members of an array or of any other iterable. Whatever the caller's iterator
 * throws passes through.
 *
 * @param title The start of a message about the list: its name and what was expected.
 * @throws {TypeError} If the value is not iterable, or its iterator breaks the iterator protocol.
 */
export function* iterate(value: unknown, title: string): Generator<unknown, void> {
  if (typeof value !== 'object' || value === null) throw notIterable(value, title);
  if (isArray(value)) {
    const length = readArrayLength(value, title);
    for (let i = 0; i < length; i++) yield value[i];
    return;
  }
  const method: unknown = (value as { readonly [Symbol.iterator]?: unknown })[Symbol.iterator];
  if (typeof method !== 'function') throw notIterable(value, title);
  const iterator: unknown = method.call(value);
  if (typeof iterator !== 'object' || iterator === null) throw notIterable(value, title);
  const { next } = iterator as { readonly next?: unknown };
  if (typeof next !== 'function') throw notIterable(value, title);
  let isRunning = false;
  try {
    for (;;) {
      const result: unknown = next.call(iterator);
      if (typeof result !== 'object' || result === null) throw notIterable(value, title);
      if ((result as { readonly done?: unknown }).done) return;
      const member = (result as { readonly value?: unknown }).value;
      isRunning = true;
      yield member;
      isRunning = false;
    }
  } finally {
    // As a for-of loop does, so that an iterator that is left early can release its resources.
    if (isRunning) (iterator as { readonly return?: () => unknown }).return?.();
  }
}

function notIterable(value: unknown, title: string): TypeError {
  return wrongType(`${title}: got ${describe(value)}`);
}
