/**
 * Prints the value of a member into a validation message.
 *
 * @module
 */

import { isBytes } from '../base/argument.ts';

/**
 * How a validation message is worded. Production printed both: `value-shown` from 2013 to about
 * 2021 (kinesalite's tests), `value-omitted` from 2022 to December 2025 at least (KPL issue 680,
 * moto pull request 6231).
 */
export type ValidationMessageStyle = 'value-omitted' | 'value-shown';

/** Returns what prints values in messages of that style, or undefined if it omits them. */
export function getValuePrinter(
  style: ValidationMessageStyle,
): ((value: unknown) => string) | undefined {
  return style === 'value-shown' ? printValue : undefined;
}

/**
 * The most characters of a text, and the most members of a list or map, that a message prints. The
 * service prints all, but its front end bounds a request to some MiB. Here a request is not
 * bounded, and a message beyond the engine's longest string would throw.
 */
const PRINTED_CHARACTERS_MAX = 65_536;
export const PRINTED_MEMBERS_MAX = 1_000;

/** Prints a value as the service's Java does. */
function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (isBytes(value)) {
    const { length } = value;
    return `'java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]'`;
  }
  // Java prints a list member as its class and a hash code. This code is from kinesalite's tests.
  if (Array.isArray(value)) {
    const entry = 'com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310';
    return `'[${printMembers(value, () => entry)}]'`;
  }
  if (typeof value === 'object') {
    return `'{${printMembers(Object.entries(value), ([key, member]) => `${truncate(key)}=${truncate(member)}`)}}'`;
  }
  return `'${truncate(value)}'`;
}

function printMembers<T>(members: readonly T[], printMember: (member: T) => string): string {
  const printed = Array.from(members.slice(0, PRINTED_MEMBERS_MAX), printMember);
  if (members.length > PRINTED_MEMBERS_MAX) printed.push('...');
  return printed.join(', ');
}

function truncate(value: unknown): string {
  const text = String(value);
  return text.length > PRINTED_CHARACTERS_MAX
    ? `${text.slice(0, PRINTED_CHARACTERS_MAX)}...`
    : text;
}
