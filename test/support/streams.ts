/** Streams for tests, and short forms of the calls that tests make most. */

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

/** The creation time of these streams, a whole second. */
export const T0 = 1_700_000_000_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const MIB = 1_048_576;
export const HASH_KEYS = 2n ** 128n;

/** Creates a stream of `shardCount` shards at T0. */
export function streamOf(
  shardCount: number,
  context: Partial<StreamContext> = {},
  request: Partial<CreateStreamInput> = {},
): Stream {
  const input = { StreamName: NAME, ShardCount: shardCount, ...request };
  return unwrap(createStream(input, { ...CONTEXT, ...context }, T0));
}

/** Creates an on-demand stream with the record distribution strategy AUTO. */
export function autoStream(context: Partial<StreamContext> = {}): Stream {
  return streamOf(4, context, {
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    RecordDistributionStrategy: 'AUTO',
  });
}

/** Returns a PutRecord request of `bytes` bytes, its partition key of one byte included. */
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

/** Restores a stream from its snapshot as JSON text. */
export function revive(stream: Stream): Stream {
  return unwrap(restoreStream(JSON.parse(JSON.stringify(stream.snapshot()))));
}

/** Returns the fault of a result as `code: message`. */
export function faultOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('expected a fault');
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

/** Returns the shard indexes of a listing, open ones with a mark: `0 1* 2*`. */
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
 * Creates a stream of one shard that is split an hour after T0. Its children are merged an hour
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

/**
 * Returns the text of a ValidationException with one violation, as `code: message`.
 *
 * @param printed The value as the message shows it, such as `null`; empty if it is omitted.
 */
export function violation(printed: string, path: string, constraint: string): string {
  const shown = printed === '' ? 'Value' : `Value ${printed}`;
  return `ValidationException: 1 validation error detected: ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}
