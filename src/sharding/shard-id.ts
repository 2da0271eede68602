/**
 * `shardId-000000000007` and its index, 7.
 *
 * @module
 */

import { SHARD_ID_DIGITS, SHARD_INDEX_MAX } from '../base/limits.ts';

const PREFIX = 'shardId-';
const CANONICAL = /^shardId-[0-9]{12}$/;

/**
 * The id of the shard with this index: `shardId-` and twelve digits.
 *
 * A forged sequence number may name a negative index; the service prints -2147483648 as
 * `shardId--02147483648`, the sign in place of a digit (kinesalite tests, run on AWS 2018).
 */
export function formatShardId(shardIndex: number): string {
  return shardIndex < 0
    ? `${PREFIX}-${String(-shardIndex).padStart(SHARD_ID_DIGITS - 1, '0')}`
    : PREFIX + String(shardIndex).padStart(SHARD_ID_DIGITS, '0');
}

/**
 * The index in a shard id as the service writes it, or undefined for any other text.
 *
 * An index is a 32-bit signed integer in the service (kinesalite tests, run on AWS 2018).
 */
export function parseShardId(shardId: string): number | undefined {
  if (!CANONICAL.test(shardId)) return undefined;
  const shardIndex = Number(shardId.slice(PREFIX.length));
  return shardIndex <= SHARD_INDEX_MAX ? shardIndex : undefined;
}
