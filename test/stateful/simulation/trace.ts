/**
 * Operations and results as text.
 *
 * @module
 */

import type { Call } from './call.ts';
import type { Operation } from './operation.ts';

const LINE_CHARACTERS = 400;

/** A result as JSON, bigints as their digits. */
export function toText(result: unknown): string {
  return String(JSON.stringify(result, (_, v) => (typeof v === 'bigint' ? `${v}` : v)));
}

/** An operation and when it is done: `2023-11-14T22:13:20.000Z merge {"lower":...}`. */
export function describeOperation({ kind, nowMs, ...members }: Operation): string {
  return cut(`${new Date(nowMs).toISOString()} ${kind} ${JSON.stringify(members)}`);
}

/** A call, the clock by which it is made, and the result. */
export function describeCall(
  operation: Operation,
  [method, request]: Call,
  result: unknown,
): string {
  const time = new Date(operation.nowMs).toISOString();
  const who = 'producer' in operation ? `producer ${operation.producer}: ` : '';
  return `${time} ${who}${method} ${shorten(request)} -> ${shorten(result)}`;
}

/** Returns where two texts differ, and how each continues. */
export function differenceOf(expected: string, found: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === found[at]) at++;
  const from = Math.max(0, at - 60);
  const [right, wrong] = [expected, found].map((text) => text.slice(from, at + 60));
  return `expected ...${right}..., found ...${wrong}...`;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value, (_, v) => {
    if (v instanceof Uint8Array) return `${v.length} bytes`;
    if (typeof v === 'bigint') return `${v}`;
    return typeof v === 'string' && v.length > 100 ? `${v.slice(0, 30)}...` : v;
  });
  return cut(String(text));
}

function cut(text: string): string {
  return text.length <= LINE_CHARACTERS ? text : `${text.slice(0, LINE_CHARACTERS)}...`;
}
