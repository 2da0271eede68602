/**
 * The requests of the vectors and their short forms: `{"$zeroBytes": n}` for the base64 of n zero
 * bytes, and `{"$times": n, "entry": e}` for a list of n times e.
 *
 * @module
 */

import type { CreateStreamInput, OperationName, Result, Stream, StreamContext } from 'shardline';
import { createStream } from 'shardline';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The operations that the vectors use. */
export type Operation = Exclude<
  OperationName,
  'DeleteStream' | 'GetRecords' | 'GetShardIterator' | 'ListStreams'
>;

/** Returns the request as it is sent to the service. */
export function expandRequest(value: unknown): unknown {
  return expand(value, (length) => Buffer.alloc(length).toString('base64'));
}

/** Returns the request as the SDK and the library take it, with data as bytes. */
export function readRequest(request: JsonObject): JsonObject {
  const read = expand(request, (length) => new Uint8Array(length)) as Record<string, unknown>;
  const records = Array.isArray(read['Records']) ? read['Records'] : [read];
  for (const record of records) {
    if (typeof record?.Data === 'string') record.Data = bytesOf(record.Data);
  }
  return read;
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function expand(value: unknown, zeroBytes: (length: number) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => expand(entry, zeroBytes));
  if ('$zeroBytes' in value) return zeroBytes(value.$zeroBytes as number);
  if ('$times' in value && 'entry' in value) {
    return Array.from({ length: value.$times as number }, () => expand(value.entry, zeroBytes));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, expand(member, zeroBytes)]),
  );
}

/** Returns what the library returns for a request. */
export function callLibrary(
  stream: Stream,
  operation: Operation,
  request: JsonObject,
  context: StreamContext,
  nowMs: number,
): Result<unknown> {
  // Some requests are invalid on purpose, which the types would not allow.
  const input = readRequest(request) as never;
  if (operation === 'CreateStream') return createStream(input as CreateStreamInput, context, nowMs);
  const method = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}` as Exclude<
    keyof Stream,
    'shardMap' | 'snapshot' | 'trimHorizonMs'
  >;
  return (stream[method] as (request: never, nowMs: number) => Result<unknown>)(input, nowMs);
}
