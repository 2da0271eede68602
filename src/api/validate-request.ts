/**
 * A request against the service model: every violation as data, in the service's order; and whose
 * stream the request is for.
 *
 * @module
 */

import { assertObject, assertString, describe, isBytes } from '../base/argument.ts';
import { ok, type Result, refuse } from '../base/fault.ts';
import { PARTITION_KEY_CHARACTERS_MAX, REQUEST_BYTES_MAX } from '../base/limits.ts';
import { exceedsCodePoints, utf8Length } from '../base/utf8.ts';
import {
  isOneOf,
  lengthAtLeast,
  lengthAtMost,
  MUST_NOT_BE_NULL,
  mapKeysHaveLength,
  mapValuesHaveLength,
  matches,
  type Violation,
  valueAtLeast,
  valueAtMost,
} from '../base/violation.ts';
import { explicitHashKeyViolation } from '../hashing/hash-key.ts';
import type { PutRecordInput, PutRecordsRequestEntry, StreamAddress } from './aws-types.ts';
import { type FaultResult, streamNotFound } from './service-errors.ts';
import {
  isAbsent,
  MODEL,
  type OperationName,
  type Pattern,
  type RequestLimits,
  type Rule,
  type Structure,
} from './service-model.ts';

export type { OperationName, RequestLimits } from './service-model.ts';

/** A stream as the fast path knows it: its limits, and the two valid ways to name it. */
export interface PlainLimits extends RequestLimits {
  readonly streamName: string;
  readonly streamArn: string;
}

/** Where a stream lives; what its ARN says beside its name. */
export interface StreamOwner {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
}

/**
 * Texts of more units are not held against a pattern: matching takes time, their length is refused.
 */
const MATCHED_UNITS_MAX = 4096;

/** What a walk over a request gathers: the service reports what is missing before what is wrong. */
interface Findings {
  readonly limits: RequestLimits;
  readonly missing: Violation[];
  readonly wrong: Violation[];
}

/**
 * Every violation of the service model in a request, missing members first; none if it is fine.
 *
 * A member that is `null` counts as absent, as in the service's JSON; unknown members are ignored.
 * Integers beyond 32 bits are held against the bounds as they stand (production cuts them to
 * 2147483647 and goes on). Of a list that is too long, only so many members as it may have are
 * looked at.
 *
 * @throws {TypeError} If a member is of another type than the model's, which the service's parser
 *   answers before any validation.
 * @throws {RangeError} If an integer has a fraction or is not finite, or a Date is invalid.
 */
export function validateRequest(
  operation: OperationName,
  request: unknown,
  limits: RequestLimits,
): readonly Violation[] {
  if (!Object.hasOwn(MODEL, operation)) {
    throw new TypeError(
      `operation must be one of ${Object.keys(MODEL).join(', ')}: got ${describe(operation)}`,
    );
  }
  const findings: Findings = { limits, missing: [], wrong: [] };
  assertStructure(request, 'request');
  checkMembers(MODEL[operation], request, '', 'request', findings);
  return [...findings.missing, ...findings.wrong];
}

/** @param title What the structure is called in an error, its path as the caller wrote it. */
function checkMembers(
  rules: readonly Rule[],
  structure: Structure,
  parentPath: string,
  title: string,
  findings: Findings,
): void {
  for (const rule of rules) {
    const value = structure[rule.name];
    const path = `${parentPath}${rule.name.charAt(0).toLowerCase()}${rule.name.slice(1)}`;
    if (isAbsent(value)) {
      if (isRequired(rule, structure, findings.limits)) {
        findings.missing.push({ path, value, constraint: MUST_NOT_BE_NULL });
      }
    } else {
      checkMember(rule, value, path, `${title}.${rule.name}`, findings);
      if (rule.type === 'blob') checkRecordBytes(structure, path, findings);
    }
  }
}

function checkMember(
  rule: Rule,
  value: unknown,
  path: string,
  title: string,
  findings: Findings,
): void {
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
      checkMembers(rule.members!, value, `${path}.`, title, findings);
      break;
    case 'list':
      if (!Array.isArray(value)) throw wrongType(title, 'an array', value);
      if (value.length < min) wrong.push({ path, value, constraint: lengthAtLeast(min) });
      if (value.length > max) wrong.push({ path, value, constraint: lengthAtMost(max) });
      for (let i = 0; i < value.length && i < max; i++) {
        const entry: unknown = value[i];
        const entryPath = `${path}.${i + 1}.member`;
        if (isAbsent(entry)) {
          findings.missing.push({ path: entryPath, value: entry, constraint: MUST_NOT_BE_NULL });
        } else {
          const entryTitle = `${title}[${i}]`;
          assertStructure(entry, entryTitle);
          checkMembers(rule.members!, entry, `${entryPath}.`, entryTitle, findings);
        }
      }
      break;
    case 'map':
      assertStructure(value, title);
      checkTags(rule, value, path, title, wrong);
      break;
  }
}

/** On one member the pattern is reported before the length (kinesalite's tests of 2015). */
function checkString(rule: Rule, text: string, path: string, wrong: Violation[]): void {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, values } = rule;
  if (values !== undefined && !values.includes(text)) {
    wrong.push({ path, value: text, constraint: isOneOf(values) });
  }
  if (pattern !== undefined && !isOfPattern(text, pattern, max)) {
    wrong.push({ path, value: text, constraint: matches(pattern.text) });
  }
  if (text.length < min) {
    wrong.push({ path, value: text, constraint: lengthAtLeast(min) });
  }
  if (exceedsCodePoints(text, max)) {
    wrong.push({ path, value: text, constraint: lengthAtMost(max) });
  }
}

function isOfPattern(text: string, pattern: Pattern, max: number): boolean {
  // Without a length of its own, the pattern bounds it, at 39 or 129 digits.
  return text.length <= MATCHED_UNITS_MAX ? pattern.regexp.test(text) : Number.isFinite(max);
}

const TAG_KEY_CHARACTERS_MAX = 128;
const TAG_VALUE_CHARACTERS_MAX = 256;

function checkTags(
  { min = 0, max = 0 }: Rule,
  tags: Structure,
  path: string,
  title: string,
  wrong: Violation[],
): void {
  const keys = Object.keys(tags);
  if (keys.length < min) wrong.push({ path, value: tags, constraint: lengthAtLeast(min) });
  if (keys.length > max) wrong.push({ path, value: tags, constraint: lengthAtMost(max) });
  let areKeysFine = true;
  let areValuesFine = true;
  for (const key of keys) {
    const value = tags[key];
    assertString(value, `${title}[${JSON.stringify(key.slice(0, 64))}]`);
    areKeysFine &&= key !== '' && !exceedsCodePoints(key, TAG_KEY_CHARACTERS_MAX);
    areValuesFine &&= !exceedsCodePoints(value, TAG_VALUE_CHARACTERS_MAX);
  }
  if (!areKeysFine) {
    wrong.push({ path, value: tags, constraint: mapKeysHaveLength(1, TAG_KEY_CHARACTERS_MAX) });
  }
  if (!areValuesFine) {
    wrong.push({ path, value: tags, constraint: mapValuesHaveLength(0, TAG_VALUE_CHARACTERS_MAX) });
  }
}

/**
 * Holds the data of a record, and its data and partition key together, against the stream's limit.
 *
 * What the service says of data within the limit that its key lifts beyond it is not known. This is
 * what moto says: the same as of too much data, so that the two limits are one to the caller. The
 * message may then show data that is not over the limit it names.
 */
function checkRecordBytes(record: Structure, path: string, { limits, wrong }: Findings): void {
  const data = record['Data'] as Uint8Array;
  const key = record['PartitionKey'];
  const max = limits.recordBytesMax;
  // A longer key is refused for itself; its bytes would only take time.
  const isKeyCounted = typeof key === 'string' && key.length <= 2 * PARTITION_KEY_CHARACTERS_MAX;
  if (data.length + (isKeyCounted ? utf8Length(key) : 0) > max) {
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
  if (Object.prototype.toString.call(value) !== '[object Date]') {
    throw wrongType(title, 'a Date', value);
  }
  if (Number.isNaN((value as Date).getTime())) {
    throw new RangeError(`${title} must be a valid Date: got an invalid one`);
  }
}

function wrongType(title: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${title} must be ${wanted}: got ${describe(value)}`);
}

/**
 * True only if {@link validateRequest} finds nothing in a PutRecord, and it names this stream by
 * the very name or ARN in `stream`. Allocates nothing, in nanoseconds.
 *
 * False says nothing: take the slow path. It is also the answer for SequenceNumberForOrdering,
 * StreamId, DryRun, members that are `null`, and what {@link isPlainEntry} leaves to the slow path.
 */
export function isPlainPutRecord(request: unknown, stream: PlainLimits): boolean {
  if (!isPlainEntry(request, stream)) return false;
  const { StreamName, StreamARN, SequenceNumberForOrdering, StreamId, DryRun } =
    request as PutRecordInput;
  return (
    (StreamName === stream.streamName
      ? StreamARN === undefined || StreamARN === stream.streamArn
      : StreamName === undefined && StreamARN === stream.streamArn) &&
    SequenceNumberForOrdering === undefined &&
    StreamId === undefined &&
    DryRun === undefined
  );
}

/**
 * True only if {@link validateRequest} finds nothing in an entry of PutRecords.
 *
 * False says nothing: take the slow path. It is also the answer for keys of over 256 UTF-16 units,
 * for an absent key, and for a record so near the limit that the bytes of its key must be counted.
 */
export function isPlainEntry(entry: unknown, limits: RequestLimits): boolean {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return false;
  const { PartitionKey: key, Data: data, ExplicitHashKey } = entry as PutRecordsRequestEntry;
  return (
    typeof key === 'string' &&
    key.length > 0 &&
    key.length <= PARTITION_KEY_CHARACTERS_MAX &&
    ArrayBuffer.isView(data) &&
    data instanceof Uint8Array &&
    // A UTF-16 unit is three bytes of UTF-8 at most.
    data.length + 3 * key.length <= limits.recordBytesMax &&
    (ExplicitHashKey === undefined || isPlainHashKey(ExplicitHashKey))
  );
}

function isPlainHashKey(text: unknown): boolean {
  return (
    typeof text === 'string' && explicitHashKeyViolation(text, 'explicitHashKey') === undefined
  );
}

/**
 * The fault for the records of a PutRecords that are too large together, keys included.
 *
 * Exactly 10 MiB are taken, as moto takes its limit (what the service does at the very edge is not
 * known: two clients saw it refuse a little less). The words are production's for 5 MB, the limit
 * until Oct 2025, with the number of today (fluent-bit's plugin, issue 21); those of today are not
 * known.
 *
 * @param records Valid for {@link validateRequest}.
 */
export function requestTooLarge(
  records: readonly PutRecordsRequestEntry[],
): FaultResult | undefined {
  let bytesMost = 0;
  for (const { Data, PartitionKey } of records) {
    bytesMost += Data!.length + 3 * (PartitionKey?.length ?? 0);
  }
  if (bytesMost <= REQUEST_BYTES_MAX) return undefined;
  let bytes = 0;
  for (const { Data, PartitionKey } of records) {
    bytes += Data!.length + utf8Length(PartitionKey ?? '');
  }
  if (bytes <= REQUEST_BYTES_MAX) return undefined;
  return refuse('InvalidArgumentException', 'Records size exceeds 10 MB limit');
}

/** The ARN of a stream. The partition is that of the region. */
export function formatStreamArn(streamName: string, { accountId, region }: StreamOwner): string {
  const partition = region.startsWith('cn-')
    ? 'aws-cn'
    : region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws';
  return `arn:${partition}:kinesis:${region}:${accountId}:stream/${streamName}`;
}

/**
 * A text in a request; undefined if it is absent or `null`, or if the operation has no such member:
 * what the service ignores may be anything.
 *
 * @param request Valid for {@link validateRequest}.
 */
export function textOf(
  operation: OperationName,
  request: object,
  member: string,
): string | undefined {
  const isMember = MODEL[operation].some(({ name }) => name === member);
  return isMember ? (((request as Structure)[member] as string | null) ?? undefined) : undefined;
}

const STREAM_ARN = /^arn:aws[^:]*:kinesis:([^:]*):(\d{12}):stream\/(\S+)$/;

/**
 * The name of the stream that a request is for; undefined if it names none, as a ListShards with a
 * NextToken does.
 *
 * @param request Valid for {@link validateRequest}.
 * @returns A `ResourceNotFoundException` for an ARN of another account or region, and an
 *   `InvalidArgumentException` for a name and an ARN that name two streams. What the service says
 *   to either is not known; the first are its words for a missing stream, the second are ours.
 */
export function streamNameOf(
  operation: OperationName,
  request: StreamAddress,
  owner: StreamOwner,
): Result<string | undefined> {
  const streamName = textOf(operation, request, 'StreamName');
  const streamArn = textOf(operation, request, 'StreamARN');
  if (streamArn === undefined) return ok(streamName);
  const [, region, accountId = owner.accountId, namedByArn = streamArn] =
    STREAM_ARN.exec(streamArn) ?? [];
  if (streamName !== undefined && streamName !== namedByArn) {
    return refuse(
      'InvalidArgumentException',
      `StreamName ${streamName} and StreamARN ${streamArn} do not name the same stream.`,
    );
  }
  if (region !== owner.region || accountId !== owner.accountId) {
    return streamNotFound({ streamName: namedByArn, accountId });
  }
  return ok(namedByArn);
}
