/**
 * Validates requests against the service model. Violations are data, in the service's order.
 *
 * @module
 */

import {
  assertObject,
  assertString,
  dateValueOf,
  describe,
  isBytes,
  lengthOf,
} from '../base/argument.ts';
import { PARTITION_KEY_CHARACTERS_MAX } from '../base/limits.ts';
import { exceedsCodePoints, utf8Length } from '../base/utf8.ts';
import {
  isOneOf,
  lengthAtLeast,
  lengthAtMost,
  MUST_NOT_BE_NULL,
  mapKeysHaveLength,
  mapValuesHaveLength,
  matches,
  membersSatisfy,
  type Violation,
  valueAtLeast,
  valueAtMost,
} from '../base/violation.ts';
import {
  isAbsent,
  MODEL,
  type OperationName,
  type RequestLimits,
  type Rule,
  type Structure,
} from './service-model.ts';

/**
 * The violations found so far. Missing members are reported before wrong ones
 * (docs/facts.md#validation-missing-first).
 */
interface Findings {
  readonly limits: RequestLimits;
  readonly missing: Violation[];
  readonly wrong: Violation[];
}

/**
 * Returns every violation of the service model in a request, missing members first
 * (docs/facts.md#validation-missing-first).
 *
 * A member that is `null` counts as absent (docs/facts.md#request-null-absent), and unknown members
 * are ignored (docs/facts.md#request-unknown-members). If a list is too long, only its first
 * entries are checked, up to the maximum (docs/known-gaps.md#long-values).
 *
 * @param request A copy made by `copyRequest`.
 * @throws {TypeError} If a member is not of the model's type. The service, too, refuses it before
 *   any validation (docs/facts.md#check-order).
 * @throws {RangeError} If an integer has a fraction or is not finite, or a Date is invalid.
 */
export function validateRequest(
  operation: OperationName,
  request: object,
  limits: RequestLimits,
): readonly Violation[] {
  const findings: Findings = { limits, missing: [], wrong: [] };
  checkMembers(MODEL[operation], request as Structure, { path: '', title: 'request' }, findings);
  return [...findings.missing, ...findings.wrong];
}

/** A place in the request, as the service names it and as a caller of this library does. */
interface Place {
  /** For violations, such as `records.1.member.data` (docs/facts.md#validation-path). */
  readonly path: string;
  /** For errors that are thrown, such as `request.Records[0].Data`. */
  readonly title: string;
}

function checkMembers(
  rules: readonly Rule[],
  structure: Structure,
  parent: Place,
  findings: Findings,
): void {
  for (const rule of rules) {
    const value = structure[rule.name];
    const path = `${parent.path}${rule.name.charAt(0).toLowerCase()}${rule.name.slice(1)}`;
    if (isAbsent(value)) {
      if (isRequired(rule, structure, findings.limits)) {
        findings.missing.push({ path, value, constraint: MUST_NOT_BE_NULL });
      }
    } else {
      checkMember(rule, value, { path, title: `${parent.title}.${rule.name}` }, findings);
      if (rule.type === 'blob') checkRecordBytes(structure, path, findings);
    }
  }
}

function checkMember(rule: Rule, value: unknown, place: Place, findings: Findings): void {
  const { path, title } = place;
  const { wrong } = findings;
  const { min = 0, max = Number.POSITIVE_INFINITY } = rule;
  switch (rule.type) {
    case 'string':
      assertString(value, title);
      checkString(rule, value, path, wrong);
      break;
    case 'integer':
      assertWholeNumber(value, title);
      if (rule.min !== undefined && value < min) {
        wrong.push({ path, value, constraint: valueAtLeast(min) });
      }
      if (value > max) wrong.push({ path, value, constraint: valueAtMost(max) });
      break;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(title, 'a boolean', value);
      break;
    case 'timestamp':
      assertTimestamp(value, title);
      break;
    case 'blob':
      if (!isBytes(value)) throw wrongType(title, 'a Uint8Array', value);
      break;
    case 'structure':
      assertStructure(value, title);
      checkMembers(rule.members!, value, { path: `${path}.`, title }, findings);
      break;
    case 'list':
      if (!Array.isArray(value)) throw wrongType(title, 'an array', value);
      if (value.length < min) wrong.push({ path, value, constraint: lengthAtLeast(min) });
      if (value.length > max) wrong.push({ path, value, constraint: lengthAtMost(max) });
      if (rule.strings !== undefined) {
        checkStrings(rule.strings, value.slice(0, max), place, findings);
        break;
      }
      for (let i = 0; i < value.length && i < max; i++) {
        const entry: unknown = value[i];
        const entryPath = `${path}.${i + 1}.member`;
        if (isAbsent(entry)) {
          findings.missing.push({ path: entryPath, value: entry, constraint: MUST_NOT_BE_NULL });
        } else {
          const entryTitle = `${title}[${i}]`;
          assertStructure(entry, entryTitle);
          const entryPlace = { path: `${entryPath}.`, title: entryTitle };
          checkMembers(rule.members!, entry, entryPlace, findings);
        }
      }
      break;
    case 'map':
      assertStructure(value, title);
      checkTags(rule, value, place, wrong);
      break;
  }
}

/**
 * Checks a string. Its pattern is reported before its length
 * (docs/facts.md#validation-missing-first).
 */
function checkString(rule: Rule, text: string, path: string, wrong: Violation[]): void {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, values } = rule;
  if (values !== undefined && !values.includes(text)) {
    wrong.push({ path, value: text, constraint: isOneOf(values) });
  }
  if (pattern !== undefined && !pattern.isMatch(text)) {
    wrong.push({ path, value: text, constraint: matches(pattern.text) });
  }
  if (text.length < min) {
    wrong.push({ path, value: text, constraint: lengthAtLeast(min) });
  }
  if (exceedsCodePoints(text, max)) {
    wrong.push({ path, value: text, constraint: lengthAtMost(max) });
  }
}

/**
 * Checks the strings of a list. One violation of the whole list reports those that are wrong
 * (docs/facts.md#validation-list-constraints).
 */
function checkStrings(
  { min = 0, max = Number.POSITIVE_INFINITY, values }: NonNullable<Rule['strings']>,
  list: readonly unknown[],
  { path, title }: Place,
  { missing, wrong }: Findings,
): void {
  let areValid = true;
  for (const [i, text] of list.entries()) {
    if (isAbsent(text)) {
      const memberPath = `${path}.${i + 1}.member`;
      missing.push({ path: memberPath, value: text, constraint: MUST_NOT_BE_NULL });
      continue;
    }
    assertString(text, `${title}[${i}]`);
    areValid &&= values?.includes(text) ?? (text.length >= min && !exceedsCodePoints(text, max));
  }
  if (areValid) return;
  const constraints =
    values === undefined ? [lengthAtMost(max), lengthAtLeast(min)] : [isOneOf(values)];
  wrong.push({ path, value: list, constraint: membersSatisfy(constraints) });
}

const TAG_KEY_CHARACTERS_MAX = 128;
const TAG_VALUE_CHARACTERS_MAX = 256;

/**
 * Checks the tags of a stream (docs/facts.md#tags-limits,
 * docs/facts.md#validation-map-constraints).
 */
function checkTags(
  { min = 0, max = 0 }: Rule,
  tags: Structure,
  { path, title }: Place,
  wrong: Violation[],
): void {
  const keys = Object.keys(tags);
  if (keys.length < min) wrong.push({ path, value: tags, constraint: lengthAtLeast(min) });
  if (keys.length > max) wrong.push({ path, value: tags, constraint: lengthAtMost(max) });
  let areKeysValid = true;
  let areValuesValid = true;
  for (const key of keys) {
    const value = tags[key];
    assertString(value, `${title}[${JSON.stringify(key.slice(0, 64))}]`);
    areKeysValid &&= key !== '' && !exceedsCodePoints(key, TAG_KEY_CHARACTERS_MAX);
    areValuesValid &&= !exceedsCodePoints(value, TAG_VALUE_CHARACTERS_MAX);
  }
  if (!areKeysValid) {
    wrong.push({ path, value: tags, constraint: mapKeysHaveLength(1, TAG_KEY_CHARACTERS_MAX) });
  }
  if (!areValuesValid) {
    wrong.push({ path, value: tags, constraint: mapValuesHaveLength(0, TAG_VALUE_CHARACTERS_MAX) });
  }
}

/**
 * Checks the data of a record, together with its partition key, against the stream's limit
 * (docs/facts.md#record-size-counts), up to and including it (docs/facts.md#record-size-edge). The
 * message names this limit and not the model's (docs/facts.md#validation-data-limit).
 *
 * How the service responds if only data and key together exceed the limit is not known
 * (docs/facts.md#record-size-key-excess). Here it is refused as data over the limit, so the message
 * may show data that is within it (docs/known-gaps.md#key-exceeds-record).
 */
function checkRecordBytes(record: Structure, path: string, { limits, wrong }: Findings): void {
  const data = record['Data'] as Uint8Array;
  const key = record['PartitionKey'];
  const max = limits.recordBytesMax;
  // A longer key is refused anyway, and it would take time to count its bytes.
  const isKeyCounted = typeof key === 'string' && key.length <= 2 * PARTITION_KEY_CHARACTERS_MAX;
  if (lengthOf(data) + (isKeyCounted ? utf8Length(key) : 0) > max) {
    wrong.push({ path, value: data, constraint: lengthAtMost(max) });
  }
}

function isRequired(rule: Rule, structure: Structure, limits: RequestLimits): boolean {
  return typeof rule.isRequired === 'function'
    ? rule.isRequired(structure, limits)
    : rule.isRequired === true;
}

function assertStructure(value: unknown, title: string): asserts value is Structure {
  assertObject(value, title);
}

function assertWholeNumber(value: unknown, title: string): asserts value is number {
  if (typeof value !== 'number') throw wrongType(title, 'a number', value);
  if (!Number.isInteger(value)) throw new RangeError(`${title} must be an integer: got ${value}`);
}

function assertTimestamp(value: unknown, title: string): void {
  const timeMs = dateValueOf(value);
  if (timeMs === undefined) throw wrongType(title, 'a Date', value);
  if (Number.isNaN(timeMs)) {
    throw new RangeError(`${title} must be a valid Date: got an invalid one`);
  }
}

function wrongType(title: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${title} must be ${expected}: got ${describe(value)}`);
}
