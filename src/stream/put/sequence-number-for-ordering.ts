/**
 * Reads a SequenceNumberForOrdering, which the service's messages call
 * ExclusiveMinimumSequenceNumber.
 *
 * @module
 */

import { refuseNumberForOrdering } from '../../api/service-errors.ts';
import { ok, type Result } from '../../base/fault.ts';
import type { StreamIdentity } from '../../base/stream-identity.ts';
import { compareSequenceNumbers, parseSequenceNumber } from '../../sequencing/sequence-number.ts';
import { findShard, type ShardState, type StreamShard } from '../stream-shards.ts';

/**
 * Highest exclusive minimum of a sequence index, unless the shard has assigned a higher one. No
 * published number has an index this high. Without this limit, a forged number could leave the
 * shard, and those that share its index, without sequence numbers.
 */
const EXCLUSIVE_MINIMUM_MAX = 0x1fff_ffff_ffff_ffffn;

/**
 * Returns the sequence index that the next number of a shard must exceed, or undefined if any index
 * is allowed.
 *
 * Any number that can be read is accepted, of any shard or of none
 * (docs/facts.md#ordering-any-shard), unless it was written later than now
 * (docs/facts.md#ordering-future).
 *
 * The number of the record then exceeds a given number of its own shard or of an ancestor. It may
 * be below a given number of another shard, because all numbers of a shard that was created later
 * are higher (docs/facts.md#ordering-guarantee, docs/known-gaps.md#foreign-ordering).
 *
 * A number of a shard that the stream still has never counts as later than now. Its time may be
 * ahead of the clock, because the clock has stepped back or because it is the creation second of a
 * new shard. A number of a dropped shard is like one of another stream.
 *
 * A number that the shard has assigned is accepted, whatever its index.
 *
 * @param options.shard The shard of the record.
 * @param options.latestMs Now, or the latest arrival of a record if it is later. Epoch
 *   milliseconds.
 */
export function readExclusiveMinimum(
  text: string,
  shards: readonly StreamShard[],
  stream: StreamIdentity,
  options: { readonly shard: ShardState; readonly latestMs: number },
): Result<bigint | undefined> {
  const result = parseSequenceNumber(text);
  if (!result.ok) return refuseNumberForOrdering(stream, text);
  const { version, shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs = 0 } = result.value;
  const isOwn = version === 2 && findShard(shards, shardIndex)?.createdAtMs === shardCreatedAtMs;
  const { shard, latestMs } = options;
  if (writtenAtMs > (isOwn ? Math.max(latestMs, shardCreatedAtMs) : latestMs)) {
    return refuseNumberForOrdering(stream, text);
  }
  if (!isOwn || shardIndex !== shard.shardIndex) return ok(undefined);
  if (sequenceIndex <= EXCLUSIVE_MINIMUM_MAX) return ok(sequenceIndex);
  const { lastSequenceNumber } = shard.sequencer;
  return compareSequenceNumbers(text, lastSequenceNumber) > 0
    ? refuseNumberForOrdering(stream, text)
    : ok(undefined);
}
