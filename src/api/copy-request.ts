/**
 * Copies requests, so that caller code runs first and never in the middle of a call.
 *
 * A request may be made of getters and Proxies that call this library. Every later step works on
 * the copy, whose members are plain data.
 *
 * @module
 */

import { assertObject, dateValueOf, describe, isArray } from '../base/argument.ts';
import { isInteger, max, min } from '../base/intrinsics.ts';
import { REQUEST_RECORDS_MAX } from '../base/limits.ts';
import type { PutRecordInput, PutRecordsInput, PutRecordsRequestEntry } from './aws-types.ts';
import { PRINTED_MEMBERS_MAX } from './print-value.ts';
import { MODEL, type OperationName, type Rule, type Structure } from './service-model.ts';

/**
 * Returns a copy of the members that the service model knows, with their lists and structures. Each
 * member is read once, in the model's order. A higher integer becomes 2147483647, as in the service
 * (docs/facts.md#request-integer-clamp). Members of the wrong type are kept, for the validation to
 * refuse.
 *
 * @throws {TypeError} If the operation is not in the model, or the request is not an object.
 */
export function copyRequest<T extends object>(operation: OperationName, request: T): T {
  if (typeof operation !== 'string' || !Object.hasOwn(MODEL, operation)) {
    throw new TypeError(`operation must be one of SERVICE_MODEL: got ${describe(operation)}`);
  }
  assertObject(request, 'request');
  return copyStructure(MODEL[operation], request as Structure) as T;
}

function copyStructure(rules: readonly Rule[], structure: Structure): Structure {
  const copy: Record<string, unknown> = {};
  for (const rule of rules) copy[rule.name] = copyMember(rule, structure[rule.name]);
  return copy;
}

/** The highest integer that the service reads (docs/facts.md#request-integer-clamp). */
const INTEGER_MAX = 2_147_483_647;

function copyMember(rule: Rule, value: unknown): unknown {
  if (rule.type === 'integer' && isInteger(value)) {
    return min(value as number, INTEGER_MAX);
  }
  if (typeof value !== 'object' || value === null) return value;
  const isList = isArray(value);
  switch (rule.type) {
    case 'structure':
      return isList ? value : copyStructure(rule.members!, value as Structure);
    case 'list':
      if (!isList) return value;
      return rule.members === undefined
        ? copyList(value as readonly object[], rule.max!, (entry) => entry)
        : copyList(value as readonly Structure[], rule.max!, (entry) =>
            copyStructure(rule.members!, entry),
          );
    case 'map':
      return isList ? value : copyMap(value as Structure);
    case 'timestamp': {
      const timeMs = dateValueOf(value);
      return timeMs === undefined ? value : new Date(timeMs);
    }
    default:
      return value;
  }
}

/** Returns a copy of a map. Members beyond those that a message prints are not copied. */
function copyMap(map: Structure): Structure {
  const keys = Object.keys(map);
  return Object.fromEntries(keys.slice(0, clampCount(keys.length)).map((key) => [key, map[key]]));
}

function clampCount(count: number): number {
  return max(0, min(count, PRINTED_MEMBERS_MAX + 1));
}

/**
 * Returns a copy of a list of structures. The validation looks at `max` entries, and a message
 * prints at most {@link PRINTED_MEMBERS_MAX}. Entries beyond both are not copied.
 */
function copyList<T extends object>(
  list: readonly T[],
  max: number,
  copyEntry: (entry: T) => T,
): readonly T[] {
  const { length: listed } = list;
  // A Proxy may return anything for its length.
  const length = isInteger(listed) ? clampCount(listed) : 0;
  const copy: T[] = new Array(length);
  for (let i = 0; i < length && i < max; i++) {
    const entry = list[i]!;
    const isStructure = typeof entry === 'object' && entry !== null && !isArray(entry);
    copy[i] = isStructure ? copyEntry(entry) : entry;
  }
  return copy;
}

/** Returns the same as {@link copyRequest} for a PutRecord request, in nanoseconds. */
export function copyPutRecord(request: PutRecordInput): PutRecordInput {
  if (typeof request !== 'object' || request === null || isArray(request)) {
    assertObject(request, 'request');
  }
  const { SequenceNumberForOrdering, PartitionKey, ExplicitHashKey, Data } = request;
  const { StreamName, StreamARN, StreamId, DryRun } = request;
  return {
    SequenceNumberForOrdering,
    PartitionKey,
    ExplicitHashKey,
    Data,
    StreamName,
    StreamARN,
    StreamId,
    DryRun,
  };
}

function copyEntry(entry: PutRecordsRequestEntry): PutRecordsRequestEntry {
  const { PartitionKey, ExplicitHashKey, Data } = entry;
  return { PartitionKey, ExplicitHashKey, Data };
}

/** Returns the same as {@link copyRequest} for a PutRecords request, in nanoseconds per record. */
export function copyPutRecords(request: PutRecordsInput): PutRecordsInput {
  assertObject(request, 'request');
  const { Records: list } = request;
  const Records = isArray(list) ? copyList(list, REQUEST_RECORDS_MAX, copyEntry) : list;
  const { StreamName, StreamARN, StreamId, DryRun } = request;
  return { Records, StreamName, StreamARN, StreamId, DryRun };
}
