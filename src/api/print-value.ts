/**
 * Prints the values of members for validation messages, as the service does.
 *
 * @module
 */

import { isBytes, lengthOf } from '../base/argument.ts';

/**
 * Which values a validation message shows.
 *
 * - `data-omitted`: all except Data, as the service has done since 2022 at the latest
 *   (docs/facts.md#validation-values-omitted). A list of records, which holds Data, is omitted too
 *   (docs/known-gaps.md#validation-wording).
 * - `value-shown`: all, as the service did until about 2021
 *   (docs/facts.md#validation-values-shown).
 */
export type ValidationMessageStyle = 'data-omitted' | 'value-shown';

/** Returns the function that `refuseViolations` takes, for messages of a style. */
export function getValuePrinter(style: ValidationMessageStyle): (value: unknown) => string {
  // Only records hold bytes, and only PutRecords has a list.
  return (value) =>
    style !== 'value-shown' && (isBytes(value) || Array.isArray(value))
      ? 'Value'
      : `Value ${printValue(value)}`;
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
  if (Array.isArray(value)) return `'[${printMembers(value, printEntry)}]'`;
  if (typeof value === 'object') {
    return `'{${printMembers(Object.entries(value), ([key, member]) => `${truncate(key)}=${truncate(member)}`)}}'`;
  }
  return `'${truncate(value)}'`;
}

/**
 * Prints an entry of a list. Java prints a structure as its class and a hash code, which may vary
 * (docs/facts.md#validation-list-print).
 */
function printEntry(entry: unknown): string {
  return typeof entry === 'string'
    ? truncate(entry)
    : 'com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310';
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
