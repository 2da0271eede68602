/**
 * Reads records from a file or standard input, as JSON Lines.
 *
 * @module
 */

import { isUtf8 } from 'node:buffer';
import { describe, isArgumentError, wrongType, wrongValue } from '../base/argument.ts';
import { RECORD_BYTES_LIMIT } from '../base/limits.ts';
import { readRecordKeys } from '../sharding/record-keys.ts';
import { FlawReports } from './flaw-reports.ts';
import { type Input, nameFile, onInput, unreadable } from './input.ts';
import { readLines } from './line-reader.ts';
import type { Lines } from './line-splitter.ts';

/** Allows the largest record in base64, and its other members. */
const LINE_BYTES_MAX = 1 << 24;

/** How JSON of another form starts, what it is, and the filter of jq that gives its records. */
const OTHER_FORMS: readonly (readonly [RegExp, string, string])[] = [
  [/^\{$/, 'JSON over several lines', '.Records[]? // .'],
  [
    /^\{\s*"(?:Records|NextShardIterator|MillisBehindLatest|StreamName|StreamARN)"/,
    'a list under Records',
    '.Records[]',
  ],
  [/^\[/, 'a list', '.[]'],
];

/** The record in a line. */
export interface LineRecord {
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
  /**
   * The data. If the line gives only a length, any bytes of that length; absent if it gives
   * neither.
   */
  readonly Data?: Uint8Array;
  /** False if `Data` only has the right length. */
  readonly hasContent: boolean;
  /** When the record arrived, in epoch milliseconds. */
  readonly atMs?: number;
}

/**
 * Yields the valid records in batches. Each batch is valid until the next is requested.
 *
 * Invalid lines are reported on standard error and skipped.
 *
 * @param file A path, or `-` for standard input.
 * @throws {InputError} If the input cannot be read, or starts as JSON of another form.
 */
export function readRecords(
  file: string,
  { isProgressShown }: { readonly isProgressShown: boolean },
): AsyncGenerator<LineRecord[]> {
  const input: Input = {
    file,
    title: nameFile(file),
    advice: 'Pass a file of records, one JSON object per line, or no file to read standard input.',
  };
  return readLines({
    input,
    lineBytesMax: LINE_BYTES_MAX,
    isProgressShown,
    open: (progress) => {
      const reports = new FlawReports({ beforeReport: () => progress.clear() });
      let lineCount = 0;
      return {
        take: ({ packed, offsets, count }: Lines) => {
          const records: LineRecord[] = [];
          if (lineCount === 0 && count > 0)
            refuseOtherJson(packed.subarray(offsets[0], offsets[1]), input);
          for (let i = 0; i < count; i++) {
            const record = readRecord(packed.subarray(offsets[i], offsets[i + 1]));
            if (typeof record === 'object') records.push(record);
            else reports.addFlaw(`line ${lineCount + i + 1}: ${record}`);
          }
          lineCount += count;
          return records;
        },
        reportTotals: () =>
          reports.printTotals(
            lineCount,
            'lines',
            'one record per line, as JSON: an object with PartitionKey',
          ),
      };
    },
  });
}

/**
 * Refuses JSON that is not one record per line, such as the response of GetRecords as the AWS CLI
 * prints it. Otherwise each of its lines would be reported.
 *
 * @throws {InputError} If the first line belongs to such JSON.
 */
function refuseOtherJson(line: Uint8Array, input: Input): void {
  const text = Buffer.from(line).toString('latin1').trim();
  const form = OTHER_FORMS.find(([pattern]) => pattern.test(text));
  if (form === undefined) return;
  const [, got, filter] = form;
  throw unreadable(
    input,
    `expected one record per line, as JSON, got ${got}`,
    `Print each record on a line of its own first, with: ${onInput(`jq -c '${filter}'`, input)}`,
  );
}

/**
 * Returns the record in a line, or what is wrong with it, with the service's message if there is
 * one.
 */
export function readRecord(line: Uint8Array): LineRecord | string {
  if (line.length > LINE_BYTES_MAX) return `expected at most ${LINE_BYTES_MAX} bytes`;
  if (!isUtf8(line)) return 'not valid UTF-8';
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.length).toString());
  } catch (error) {
    return `not JSON: ${(error as SyntaxError).message}`;
  }
  try {
    return toRecord(value);
  } catch (error) {
    if (isArgumentError(error)) return error.message;
    throw error;
  }
}

/** The members of a line, as `PutRecords` takes them and `GetRecords` returns them. */
interface Members {
  readonly PartitionKey?: string;
  readonly ExplicitHashKey?: string;
  readonly Data?: unknown;
  readonly bytes?: unknown;
  readonly ApproximateArrivalTimestamp?: unknown;
}

/** @throws {TypeError | RangeError} If a member has another type or value. */
function toRecord(value: unknown): LineRecord | string {
  const key = readRecordKeys(value as Members);
  if (typeof key === 'object') return key.fault.message;
  const { PartitionKey, ExplicitHashKey, Data, bytes, ApproximateArrivalTimestamp } =
    value as Members;
  const hasContent = Data !== undefined && Data !== null;
  if (hasContent && bytes !== undefined) throw wrongType('expected Data or bytes, got both');
  const content = hasContent ? readData(Data) : readBytesOf(bytes);
  const atMs = readTime(ApproximateArrivalTimestamp);
  return {
    PartitionKey: PartitionKey!,
    hasContent,
    ...(ExplicitHashKey != null && { ExplicitHashKey }),
    ...(content !== undefined && { Data: content }),
    ...(atMs !== undefined && { atMs }),
  };
}

function readData(text: unknown): Uint8Array {
  // Node skips characters that are not base64. Encoding the data again reveals that.
  const data = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
  if (data === undefined || data.toString('base64') !== text) {
    throw wrongType(`record.Data must be base64, with padding: got ${describe(text)}`);
  }
  if (data.length > RECORD_BYTES_LIMIT) {
    throw wrongValue(
      `record.Data must have at most ${RECORD_BYTES_LIMIT} bytes: got ${data.length}`,
    );
  }
  return data;
}

/** One buffer of zeros for all records whose data is not known. Its content is never read. */
const zeros = new ArrayBuffer(RECORD_BYTES_LIMIT);

function readBytesOf(bytes: unknown): Uint8Array | undefined {
  if (bytes === undefined || bytes === null) return undefined;
  const isLength = Number.isInteger(bytes) && Number(bytes) >= 0;
  if (isLength && Number(bytes) <= RECORD_BYTES_LIMIT)
    return new Uint8Array(zeros, 0, Number(bytes));
  throw wrongValue(
    `record.bytes must be an integer from 0 to ${RECORD_BYTES_LIMIT}: got ${describe(bytes)}`,
  );
}

/** Reads a time as the AWS CLI prints it: version 1 in seconds, version 2 as a text. */
function readTime(time: unknown): number | undefined {
  if (time === undefined || time === null) return undefined;
  const atMs = typeof time === 'number' ? Math.floor(1000 * time) : Date.parse(String(time));
  if (atMs >= 0 && atMs <= TIME_MS_MAX) return atMs;
  throw wrongValue(
    `record.ApproximateArrivalTimestamp must be a time, in seconds since 1970 or as in 2026-11-26T10:00:00Z: got ${describe(time)}`,
  );
}

/** The latest time of a Date. */
const TIME_MS_MAX = 8.64e15;
