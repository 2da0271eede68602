/**
 * Prints the values of members for validation messages, as the service does.
 *
 * @module
 */

import { isBytes, lengthOf } from '../base/argument.ts';

/**
 * How a validation message is worded: with the values that were sent, or without them.
 *
 * The service showed values from 2013 to about 2021 (docs/facts.md#validation-values-shown). A
 * message of December 2025 omits one (docs/facts.md#validation-values-omitted). What it does with
 * other members today is not known (docs/known-gaps.md#validation-wording).
 */
export type ValidationMessageStyle = 'value-omitted' | 'value-shown';

/** Returns the printer of values for messages of a style, or undefined if it omits values. */
export function getValuePrinter(
  style: ValidationMessageStyle,
): ((value: unknown) => string) | undefined {
  return style === 'value-shown' ? printValue : undefined;
}

/**
 * The maximum number of characters of a text that a message prints.
 *
 * The service prints all of them, but it also bounds the size of a request. Here a request may have
 * any size, and a message longer than the engine's longest string would throw.
 */
const PRINTED_CHARACTERS_MAX = 65_536;

/** The maximum number of members of a list or a map that a message prints, for the same reason. */
export const PRINTED_MEMBERS_MAX = 1_000;

/** Returns a value as the service, which is written in Java, prints it. */
function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (isBytes(value)) {
    // See docs/facts.md#validation-blob-print.
    const length = lengthOf(value);
    return `'java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]'`;
  }
  // Java prints a list member as its class and a hash code, which may vary
  // (docs/facts.md#validation-list-print).
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
