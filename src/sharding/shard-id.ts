/**
 * Shard ids, such as `shardId-000000000007`, and the index in them, 7.
 *
 * @module
 */

import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { SHARD_ID_DIGITS, SHARD_INDEX_MAX } from '../base/limits.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';

const PREFIX = 'shardId-';
const CANONICAL = /^shardId-[0-9]{12}$/;
const DIGITS = /^[0-9]+$/;

/** The form of a shard id, for messages. */
export const SHARD_ID_FORM = 'shardId- and twelve digits, at most shardId-002147483647';

/**
 * Returns the id of the shard with this index: `shardId-` and twelve digits.
 *
 * A forged sequence number may name a negative index. The service prints -2147483648 as
 * `shardId--02147483648`, with the sign in place of a digit (kinesalite tests, run on AWS 2018).
 */
export function formatShardId(shardIndex: number): string {
  return shardIndex < 0
    ? `${PREFIX}-${String(-shardIndex).padStart(SHARD_ID_DIGITS - 1, '0')}`
    : PREFIX + String(shardIndex).padStart(SHARD_ID_DIGITS, '0');
}

/**
 * Returns the index in a shard id as the service writes it, or undefined for any other text.
 *
 * The service reads the index as a 32-bit signed integer (kinesalite tests, run on AWS 2018).
 */
export function parseShardId(shardId: string): number | undefined {
  if (!CANONICAL.test(shardId)) return undefined;
  const shardIndex = Number(shardId.slice(PREFIX.length));
  return shardIndex <= SHARD_INDEX_MAX ? shardIndex : undefined;
}

/**
 * Reads the shard id of a request as loosely as SplitShard, MergeShards and GetShardIterator do:
 * `0`, `shardId-0` and `foo-0` all name shard 0 (kinesalite tests, run on AWS 2018).
 *
 * The digits are between the first hyphen and the second. Without them, the whole text is read, as
 * kinesalite does.
 */
export function readRequestedShardId(text: string, stream: StreamIdentity): Result<number> {
  const digits = text.split('-', 2)[1] || text;
  const shardIndex = DIGITS.test(digits) ? Number(digits) : Number.NaN;
  return shardIndex <= SHARD_INDEX_MAX ? ok(shardIndex) : refuseUnknownShard(text, stream);
}

/** Refuses a shard that the stream does not have (kinesalite tests, run on AWS 2018). */
export function refuseUnknownShard(
  shardId: string,
  { streamName, accountId }: StreamIdentity,
): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Could not find shard ${shardId} in stream ${streamName} under account ${accountId}.`,
  );
}
