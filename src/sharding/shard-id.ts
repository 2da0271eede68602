/**
 * Shard ids, such as `shardId-000000000007`, and the shard index in them, here 7.
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
 * Returns the id of the shard with this index: `shardId-` and twelve digits
 * (docs/facts.md#shard-id-form).
 *
 * A forged sequence number may have a negative index. Its sign takes the place of a digit
 * (docs/facts.md#shard-id-negative).
 */
export function formatShardId(shardIndex: number): string {
  return shardIndex < 0
    ? `${PREFIX}-${String(-shardIndex).padStart(SHARD_ID_DIGITS - 1, '0')}`
    : PREFIX + String(shardIndex).padStart(SHARD_ID_DIGITS, '0');
}

/**
 * Returns the index in a shard id as the service writes it, or undefined for any other text. An
 * index above 2^31 - 1 is not a shard id (docs/facts.md#shard-index-max).
 */
export function parseShardId(shardId: string): number | undefined {
  if (!CANONICAL.test(shardId)) return undefined;
  const shardIndex = Number(shardId.slice(PREFIX.length));
  return shardIndex <= SHARD_INDEX_MAX ? shardIndex : undefined;
}

/**
 * Reads the shard id of a request as loosely as the service does: `0`, `shardId-0` and `foo-0` all
 * name shard 0 (docs/facts.md#shard-id-loose).
 *
 * The digits are those between the first hyphen and the second. If that is empty, the whole text is
 * read. How the service reads an id with several hyphens is not known
 * (docs/known-gaps.md#shard-id-hyphens).
 */
export function readRequestedShardId(text: string, stream: StreamIdentity): Result<number> {
  const digits = text.split('-', 2)[1] || text;
  const shardIndex = DIGITS.test(digits) ? Number(digits) : Number.NaN;
  return shardIndex <= SHARD_INDEX_MAX ? ok(shardIndex) : refuseUnknownShard(text, stream);
}

/**
 * Refuses to open shards for which no ids are left, or returns undefined if there are
 * (docs/facts.md#shard-index-max). The message is ours (docs/known-gaps.md#unrecorded-messages).
 *
 * @param nextShardIndex The index of the first one.
 */
export function checkShardIndexes(nextShardIndex: number, count: number): FaultResult | undefined {
  const last = nextShardIndex + count - 1;
  if (last <= SHARD_INDEX_MAX) return undefined;
  return refuse(
    'LimitExceededException',
    `This request would open ${count} shards, the last of them with the index ${last}. The highest index of a shard is ${SHARD_INDEX_MAX}.`,
  );
}

/** Refuses a shard that the stream does not have (docs/facts.md#shard-unknown). */
export function refuseUnknownShard(
  shardId: string,
  { streamName, accountId }: StreamIdentity,
): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Could not find shard ${shardId} in stream ${streamName} under account ${accountId}.`,
  );
}
