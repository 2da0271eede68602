/** Streams to try things on, and what a test mostly asks of them. */

import {
  type CreateStreamInput,
  createStream,
  type PutRecordInput,
  type Result,
  restoreStream,
  type Stream,
  type StreamContext,
  unwrap,
} from 'shardline';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const NAME = 'orders';
export const ARN = `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${NAME}`;
export const CONTEXT: StreamContext = { accountId: ACCOUNT, region: REGION };

/** When the streams here are created: a whole second. */
export const T0 = 1_700_000_000_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const MIB = 1_048_576;
export const HASH_KEYS = 2n ** 128n;

/** A stream of so many shards, created at T0. */
export function streamOf(
  shardCount: number,
  context: Partial<StreamContext> = {},
  request: Partial<CreateStreamInput> = {},
): Stream {
  const input = { StreamName: NAME, ShardCount: shardCount, ...request };
  return unwrap(createStream(input, { ...CONTEXT, ...context }, T0));
}

/** An on-demand stream that finds shards by itself. */
export function autoStream(context: Partial<StreamContext> = {}): Stream {
  return streamOf(4, context, {
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    RecordDistributionStrategy: 'AUTO',
  });
}

/** The request for a record of so many bytes, its key of one byte included. */
export function recordOf(bytes: number, more: Partial<PutRecordInput> = {}): PutRecordInput {
  return { StreamName: NAME, PartitionKey: 'a', Data: new Uint8Array(bytes - 1), ...more };
}

/** Puts a record at a hash key. */
export function putAt(
  stream: Stream,
  hashKey: bigint | string,
  nowMs: number,
  bytes = 10,
): ReturnType<Stream['putRecord']> {
  return stream.putRecord(recordOf(bytes, { ExplicitHashKey: `${hashKey}` }), nowMs);
}

/** The same stream, gone through its snapshot as text. */
export function revive(stream: Stream): Stream {
  return unwrap(restoreStream(JSON.parse(JSON.stringify(stream.snapshot()))));
}

/** `code: message` of a refusal. */
export function faultOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('expected a refusal');
  return `${result.fault.code}: ${result.fault.message}`;
}

export function split(stream: Stream, shard: string, hashKey: bigint, nowMs: number) {
  const request = { StreamName: NAME, ShardToSplit: shard, NewStartingHashKey: `${hashKey}` };
  return stream.splitShard(request, nowMs);
}

export function merge(stream: Stream, lower: string, upper: string, nowMs: number) {
  const request = { StreamName: NAME, ShardToMerge: lower, AdjacentShardToMerge: upper };
  return stream.mergeShards(request, nowMs);
}

export function scale(stream: Stream, target: number, nowMs: number) {
  const request = {
    StreamName: NAME,
    TargetShardCount: target,
    ScalingType: 'UNIFORM_SCALING' as const,
  };
  return stream.updateShardCount(request, nowMs);
}

/** The indexes of the listed shards, the open ones marked: `0 1* 2*`. */
export function shardsOf(
  stream: Stream,
  nowMs: number,
  more: Partial<Parameters<Stream['listShards']>[0]> = {},
): string {
  const { Shards } = unwrap(stream.listShards({ StreamName: NAME, ...more }, nowMs));
  return Shards.map(({ ShardId, SequenceNumberRange }) => {
    const isOpen = SequenceNumberRange.EndingSequenceNumber === undefined;
    return `${Number(ShardId.slice(8))}${isOpen ? '*' : ''}`;
  }).join(' ');
}

/**
 * A stream of one shard that was split an hour after T0, and whose children were merged an hour
 * later.
 *
 *     hours    0        1        2
 *     shard 0  |========|
 *     shard 1           |========|
 *     shard 2           |========|
 *     shard 3                    |--------
 */
export function mergedStream(): Stream {
  const stream = streamOf(1);
  unwrap(split(stream, '0', 100n, T0 + HOUR_MS));
  unwrap(merge(stream, '1', '2', T0 + 2 * HOUR_MS));
  return stream;
}

/** The text of a ValidationException with one violation. */
export function violation(path: string, constraint: string): string {
  return `ValidationException: 1 validation error detected: Value at '${path}' failed to satisfy constraint: ${constraint}`;
}
