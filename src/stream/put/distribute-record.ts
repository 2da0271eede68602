/**
 * Distributes records over the shards of an AUTO stream.
 *
 * @module
 */

import type { TakeTokens } from '../../sharding/token-bucket.ts';
import type { ShardState } from '../stream-shards.ts';

/**
 * Takes the tokens of a record from the first shard that has them, round robin from `turn` on.
 *
 * How the service distributes records is not published (docs/facts.md#auto-algorithm). Round robin
 * is even and repeatable (docs/known-gaps.md#auto-distribution).
 *
 * @param open At least one shard.
 * @returns The map index of the shard that admits the record, and 0. If none does, that of the
 *   shard that will be the first to do so, and how many milliseconds to wait for it.
 */
export function distributeRecord(
  open: readonly ShardState[],
  record: { readonly bytes: number; readonly turn: number; readonly take: TakeTokens },
  nowMs: number,
): { readonly mapIndex: number; readonly waitMs: number } {
  const { bytes, turn, take } = record;
  let first = { mapIndex: turn % open.length, waitMs: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < open.length && first.waitMs > 0; tries++) {
    const mapIndex = (turn + tries) % open.length;
    const shard = open[mapIndex]!;
    const waitMs = shard.sequencer.isExhausted ? Infinity : take(shard, bytes, nowMs);
    if (waitMs < first.waitMs) first = { mapIndex, waitMs };
  }
  return first;
}
