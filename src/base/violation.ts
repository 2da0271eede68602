/**
 * Violations of the service model as data, and the one message in which the service reports them.
 *
 * @module
 */

import { type FaultResult, refuse } from './fault.ts';
import { VIOLATIONS_REPORTED_MAX } from './limits.ts';

/** One member of a request that breaks one constraint of the service model. */
export interface Violation {
  /**
   * The member, such as `records.1.member.data`. Names begin with a lower-case letter, and lists
   * are counted from 1 (docs/facts.md#validation-path).
   */
  readonly path: string;
  /** The member's value. `undefined` and `null` both mean that it is absent. */
  readonly value: unknown;
  /**
   * The constraint in the service's words, such as `Member must not be null`
   * (docs/facts.md#validation-constraints).
   */
  readonly constraint: string;
}

/** The constraint on a member that must be present. */
export const MUST_NOT_BE_NULL = 'Member must not be null';

/** The constraint on the minimum length of a string, list or blob. */
export function lengthAtLeast(length: number): string {
  return `Member must have length greater than or equal to ${length}`;
}

/** The constraint on the maximum length of a string, list or blob. */
export function lengthAtMost(length: number): string {
  return `Member must have length less than or equal to ${length}`;
}

/** The constraint on the minimum value of a number. */
export function valueAtLeast(value: number): string {
  return `Member must have value greater than or equal to ${value}`;
}

/** The constraint on the maximum value of a number. */
export function valueAtMost(value: number): string {
  return `Member must have value less than or equal to ${value}`;
}

/** The constraint on a string with a fixed set of values. */
export function isOneOf(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(', ')}]`;
}

/** The constraint on every member of a list (docs/facts.md#validation-list-constraints). */
export function membersSatisfy(constraints: readonly string[]): string {
  return `Member must satisfy constraint: [${constraints.join(', ')}]`;
}

/** The constraint on every key of a map (docs/facts.md#validation-map-constraints). */
export function mapKeysHaveLength(min: number, max: number): string {
  return `Map keys must satisfy constraint: [${lengthAtMost(max)}, ${lengthAtLeast(min)}]`;
}

/** The constraint on every value of a map (docs/facts.md#validation-map-constraints). */
export function mapValuesHaveLength(min: number, max: number): string {
  return `Map value must satisfy constraint: [${lengthAtMost(max)}, ${lengthAtLeast(min)}]`;
}

/** The constraint that a string matches a pattern. */
export function matches(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

/**
 * Refuses a request with one message for all of its violations (docs/facts.md#validation-message).
 *
 * The message reports at most ten of them, and the number at its start counts only these
 * (docs/facts.md#validation-cap). It ends without a dot, as all recorded messages but one do
 * (docs/facts.md#validation-final-dot, docs/known-gaps.md#validation-wording).
 *
 * @param printValue Returns `Value`, followed by the member's value if the message shows it. By
 *   default no value is shown: callers of functions without a stream know it.
 */
export function refuseViolations(
  violations: readonly Violation[],
  printValue: (value: unknown) => string = () => 'Value',
): FaultResult {
  const texts = violations
    .slice(0, VIOLATIONS_REPORTED_MAX)
    .map(
      ({ path, value, constraint }) =>
        `${printValue(value)} at '${path}' failed to satisfy constraint: ${constraint}`,
    );
  const errors = texts.length === 1 ? 'error' : 'errors';
  return refuse(
    'ValidationException',
    `${texts.length} validation ${errors} detected: ${texts.join('; ')}`,
  );
}
