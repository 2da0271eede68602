/**
 * Reads a page of records for GetRecords, from any list of the records of a shard in order.
 *
 * @module
 */

import type { ChildShard } from '../../api/aws-types.ts';
import {
  assertArray,
  assertInteger,
  assertObject,
  assertString,
  assertTypedArray,
  lengthOf,
} from '../../base/argument.ts';
import { READ_BYTES_MAX, READ_RECORDS_MAX } from '../../base/limits.ts';
import { readOptions } from '../../base/options.ts';
import { utf8Length } from '../../base/utf8.ts';
import {
  type IteratorPosition,
  isVisibleFrom,
  type StoredRecord,
} from '../../sequencing/iterator-position.ts';

/** The members of a stored record that its page depends on. */
export interface ReadableRecord extends StoredRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey?: string | undefined;
}

/** What a page depends on besides the records and the position. */
export interface ReadOptions {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** The Limit of the request: from 1 to 10,000, the default. */
  readonly limit?: number | undefined;
  /** Records that arrived before it have expired. By default none have. Epoch milliseconds. */
  readonly trimHorizonMs?: number | undefined;
  /** The children of a closed shard; undefined for an open one. */
  readonly childShards?: readonly ChildShard[] | undefined;
}

/** A page of records, and where the next one starts. */
export interface RecordPage<T> {
  readonly records: readonly T[];
  /**
   * How far the reader is behind after this page: the age of the next record in milliseconds, or 0
   * if there is none.
   */
  readonly millisBehindLatest: number;
  /**
   * Where the next page starts; undefined at the end of a closed shard, where the response has no
   * NextShardIterator (docs/facts.md#closed-shard-end).
   */
  readonly nextPosition: IteratorPosition | undefined;
  /** The children of a closed shard, at its end only. */
  readonly childShards: readonly ChildShard[] | undefined;
}

/**
 * Returns the page of a GetRecords: the records from a position on, at most 10,000 of them and at
 * most 10 MiB (docs/facts.md#read-limits). The first one is found by bisection.
 *
 * @example
 * ```ts
 * import { createSequencer, readRecords } from 'shardline';
 *
 * const nowMs = 1_700_000_005_000;
 * const sequencer = createSequencer({ shardIndex: 0, shardCreatedAtMs: 1_700_000_000_000 });
 * const records = [1, 2, 3].map((byte) => ({
 *   Data: Uint8Array.of(byte),
 *   sequenceNumber: sequencer.next(nowMs),
 *   arrivedAtMs: nowMs,
 * }));
 * const page = readRecords(records, { atMs: nowMs }, { nowMs: nowMs + 10, limit: 2 });
 * page.records.length; // => 2
 * page.millisBehindLatest; // => 10
 * page.nextPosition; // => { afterSequenceNumber: records[1].sequenceNumber }
 * ```
 *
 * @param records The records of the shard, by ascending sequence number.
 * @throws {TypeError} If an argument or a member of it is of the wrong type.
 * @throws {RangeError} If an option, a time or a sequence number is out of range.
 */
export function readRecords<T extends ReadableRecord>(
  records: readonly T[],
  position: IteratorPosition,
  options: ReadOptions,
): RecordPage<T> {
  assertArray(records, 'records');
  const {
    limit = READ_RECORDS_MAX,
    nowMs,
    trimHorizonMs,
    childShards,
  } = readOptions(options, ['nowMs', 'limit', 'trimHorizonMs', 'childShards'], 'options');
  assertTime(nowMs, 'options.nowMs');
  assertInteger(limit, 1, READ_RECORDS_MAX, 'options.limit');
  if (trimHorizonMs !== undefined) assertTime(trimHorizonMs, 'options.trimHorizonMs');
  const horizon = trimHorizonMs === undefined ? undefined : { atMs: trimHorizonMs };
  const first = findFirst(
    records,
    (record) =>
      isVisibleFrom(record, position) && (horizon === undefined || isVisibleFrom(record, horizon)),
  );
  const page: T[] = [];
  let bytes = 0;
  for (let i = first; i < records.length && page.length < limit; i++) {
    const record = records[i]!;
    bytes += sizeOf(record, i);
    // A page has at least one record, however large it is.
    if (bytes > READ_BYTES_MAX && page.length > 0) break;
    page.push(record);
  }
  const nextIndex = first + page.length;
  const next = records[nextIndex];
  if (next !== undefined) {
    assertObject(next, `records[${nextIndex}]`);
    assertTime(next.arrivedAtMs, `records[${nextIndex}].arrivedAtMs`);
  }
  const last = page.at(-1);
  const isAtEnd = next === undefined && childShards !== undefined;
  const following = last === undefined ? position : { afterSequenceNumber: last.sequenceNumber };
  return {
    records: page,
    // A record that arrives in the millisecond of the call is behind as well.
    millisBehindLatest: next === undefined ? 0 : Math.max(1, nowMs - next.arrivedAtMs),
    nextPosition: isAtEnd ? undefined : following,
    childShards: isAtEnd ? childShards : undefined,
  };
}

/** Returns the size of a record as the limit of a page counts it. */
function sizeOf(record: ReadableRecord, index: number): number {
  const title = `records[${index}]`;
  assertObject(record, title);
  const { Data, PartitionKey } = record;
  assertTypedArray(Data, 'Uint8Array', `${title}.Data`);
  const key = PartitionKey ?? '';
  assertString(key, `${title}.PartitionKey`);
  return lengthOf(Data) + utf8Length(key);
}

/**
 * Returns the index of the first record that passes. Every record after one that passes must pass.
 */
function findFirst<T>(records: readonly T[], passes: (record: T) => boolean): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    assertObject(records[middle], `records[${middle}]`);
    if (passes(records[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function assertTime(timeMs: number, title: string): void {
  assertInteger(timeMs, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, title);
}
