/**
 * SequenceNumberForOrdering, which the service's errors call ExclusiveMinimumSequenceNumber.
 *
 * @module
 */

import { refuseNumberForOrdering } from '../../api/service-errors.ts';
import { ok, type Result } from '../../base/fault.ts';
import type { StreamIdentity } from '../../base/stream-identity.ts';
import { parseSequenceNumber } from '../../sequencing/sequence-number.ts';
import type { StreamShard } from '../stream-shards.ts';

/**
 * Highest exclusive minimum of a sequence index. No shard of the service has assigned so high a
 * one. Above it, 2^61 records are left before a snapshot could not be restored.
 */
const EXCLUSIVE_MINIMUM_MAX = 0x1fff_ffff_ffff_ffffn;

/**
 * Returns the sequence index that the next number of a shard must exceed, or undefined if any index
 * will do.
 *
 * The service accepts a number of any shard, even of none (kinesalite tests, run on AWS 2018). It
 * refuses only a number that cannot be read or was written later than now. The record's number then
 * exceeds any number of the same shard and of its ancestors. It cannot exceed the numbers of a
 * shard that are all higher: one created later, or at the same time with a higher index.
 *
 * The stream's own numbers are never too late. Neither a clock that steps back refuses them, nor
 * the creation second of a new shard, which its first numbers contain and which may be ahead of the
 * clock.
 *
 * @param options.shardIndex The shard of the record.
 * @param options.latestMs Now, or the latest arrival of a record if that was later.
 */
export function readExclusiveMinimum(
  text: string,
  shards: ReadonlyMap<number, StreamShard>,
  stream: StreamIdentity,
  options: { readonly shardIndex: number; readonly latestMs: number },
): Result<bigint | undefined> {
  const result = parseSequenceNumber(text);
  if (!result.ok) return refuseNumberForOrdering(stream, text);
  const { version, shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs = 0 } = result.value;
  const isOwn = version === 2 && shards.get(shardIndex)?.createdAtMs === shardCreatedAtMs;
  const { latestMs } = options;
  if (writtenAtMs > (isOwn ? Math.max(latestMs, shardCreatedAtMs) : latestMs)) {
    return refuseNumberForOrdering(stream, text);
  }
  if (!isOwn || shardIndex !== options.shardIndex) return ok(undefined);
  return sequenceIndex > EXCLUSIVE_MINIMUM_MAX
    ? refuseNumberForOrdering(stream, text)
    : ok(sequenceIndex);
}
