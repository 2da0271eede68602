/**
 * The requests of the vectors, in which what is long is written short: `{"$zeroBytes": n}` for the
 * base64 form of n bytes of 0, and `{"$times": n, "entry": e}` for a list of n times e.
 *
 * @module
 */

import type { CreateStreamInput, Result, Stream, StreamContext } from 'shardline';
import { createStream } from 'shardline';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The name of an operation; what of it there is here. */
export type Operation =
  | 'CreateStream'
  | 'DecreaseStreamRetentionPeriod'
  | 'DescribeStream'
  | 'DescribeStreamSummary'
  | 'IncreaseStreamRetentionPeriod'
  | 'ListShards'
  | 'MergeShards'
  | 'PutRecord'
  | 'PutRecords'
  | 'SplitShard'
  | 'UpdateMaxRecordSize'
  | 'UpdateShardCount';

/** The body of the request as it is sent, but for the JSON around it. */
export function expandRequest(value: unknown): unknown {
  return expand(value, (length) => Buffer.alloc(length).toString('base64'));
}

/** The request as the SDK and the library take it: data in bytes. */
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

/** What the library answers. */
export function call(
  stream: Stream,
  operation: Operation,
  request: JsonObject,
  context: StreamContext,
  nowMs: number,
): Result<unknown> {
  // Some requests are wrong on purpose; the types would forbid them.
  const input = readRequest(request) as never;
  if (operation === 'CreateStream') return createStream(input as CreateStreamInput, context, nowMs);
  const method = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}` as Exclude<
    keyof Stream,
    'shardMap' | 'snapshot' | 'trimHorizonMs'
  >;
  return (stream[method] as (request: never, nowMs: number) => Result<unknown>)(input, nowMs);
}
