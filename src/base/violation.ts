/**
 * Violations of the service model as data, and the one message in which the service reports them.
 *
 * @module
 */

import { isBytes } from './argument.ts';
import { type Fault, refuse } from './fault.ts';
import { VIOLATIONS_REPORTED_MAX } from './limits.ts';

/** One member of a request that breaks one constraint of the service model. */
export interface Violation {
  /** Where: lower-first member names, lists counted from 1, as in `records.1.member.data`. */
  readonly path: string;
  /** What stands there; `undefined` and `null` both mean that nothing does. */
  readonly value: unknown;
  /** What the service says about it, as in `Member must not be null`. */
  readonly constraint: string;
}

/**
 * How a validation message is worded. Both were printed by production: `value-shown` from 2013 to
 * about 2021 (kinesalite's tests), `value-omitted` from 2022 to Dec 2025 at least (KPL issue 680,
 * moto pull request 6231).
 */
export type ValidationMessageStyle = 'value-omitted' | 'value-shown';

/** The constraint of a member that must be there. */
export const MUST_NOT_BE_NULL = 'Member must not be null';

/** The constraint on the least length of a string, list or blob. */
export function lengthAtLeast(length: number): string {
  return `Member must have length greater than or equal to ${length}`;
}

/** The constraint on the greatest length of a string, list or blob. */
export function lengthAtMost(length: number): string {
  return `Member must have length less than or equal to ${length}`;
}

/** The constraint on the least value of a number. */
export function valueAtLeast(value: number): string {
  return `Member must have value greater than or equal to ${value}`;
}

/** The constraint on the greatest value of a number. */
export function valueAtMost(value: number): string {
  return `Member must have value less than or equal to ${value}`;
}

/** The constraint on a string that is one of a few. */
export function isOneOf(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(', ')}]`;
}

/** The constraint on every key of a map, as kinesalite's tests of tags have it. */
export function mapKeysHaveLength(min: number, max: number): string {
  return `Map keys must satisfy constraint: [${lengthAtMost(max)}, ${lengthAtLeast(min)}]`;
}

/** The constraint on every value of a map, as kinesalite's tests of tags have it. */
export function mapValuesHaveLength(min: number, max: number): string {
  return `Map value must satisfy constraint: [${lengthAtMost(max)}, ${lengthAtLeast(min)}]`;
}

/** The constraint on the form of a string. */
export function matches(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

/**
 * The service's one refusal for all violations of a request.
 *
 * At most ten are reported, and the count at the start counts the reported ones.
 */
export function refuseViolations(
  violations: readonly Violation[],
  style: ValidationMessageStyle = 'value-omitted',
): { readonly ok: false; readonly fault: Fault } {
  const reported = violations.slice(0, VIOLATIONS_REPORTED_MAX);
  const noun = reported.length === 1 ? 'error' : 'errors';
  const texts = reported.map(
    ({ path, value, constraint }) =>
      `Value${style === 'value-shown' ? ` ${print(value)}` : ''} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
  return refuse(
    'ValidationException',
    `${reported.length} validation ${noun} detected: ${texts.join('; ')}`,
  );
}

/**
 * At most so many characters of a text, and so many members of a list or map, are printed. The
 * service prints all of them, of a request that its front door cut at some MiB; here the input is
 * not bounded, and a message beyond the longest string of the engine would throw.
 */
const PRINTED_CHARACTERS_MAX = 65_536;
const PRINTED_MEMBERS_MAX = 1_000;

/** A value as the service's Java prints it. */
function print(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (isBytes(value)) {
    const { length } = value;
    return `'java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]'`;
  }
  // Java prints a list member as its class and a hash code; the hash that kinesalite's tests saw.
  if (Array.isArray(value)) {
    const entry = 'com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310';
    return `'[${printMembers(value, () => entry)}]'`;
  }
  if (typeof value === 'object') {
    return `'{${printMembers(Object.entries(value), ([key, member]) => `${cut(key)}=${cut(member)}`)}}'`;
  }
  return `'${cut(value)}'`;
}

function printMembers<T>(members: readonly T[], printMember: (member: T) => string): string {
  const printed = Array.from(members.slice(0, PRINTED_MEMBERS_MAX), printMember);
  if (members.length > PRINTED_MEMBERS_MAX) printed.push('...');
  return printed.join(', ');
}

function cut(value: unknown): string {
  const text = String(value);
  return text.length > PRINTED_CHARACTERS_MAX
    ? `${text.slice(0, PRINTED_CHARACTERS_MAX)}...`
    : text;
}
