/**
 * Continues the shards of a snapshot after numbers that were assigned since it was taken.
 *
 * @module
 */

import { assertString, quote, wrongValue } from '../../base/argument.ts';
import { unwrap } from '../../base/fault.ts';
import { iterate } from '../../base/lists.ts';
import { compareDigits, parseSequenceNumber } from '../../sequencing/sequence-number.ts';
import { describeLastNumberFlaw } from '../../sequencing/sequencer.ts';
import { RECORD_CAPACITY } from '../../sharding/token-bucket.ts';
import { NOW_MS_MAX } from '../stream-config.ts';
import { applyReshard, findShard, shardGroupOf } from '../stream-shards.ts';
import type { StreamParts } from './write-snapshot.ts';

const TITLE = 'lastSequenceNumbers';

/**
 * Makes the parts of a stream go on after some numbers. Each names its shard. Of several numbers of
 * a shard, the highest counts. All token buckets are full: how many tokens the records after the
 * snapshot took is not known.
 *
 * A number of a child of the pending reshard proves that the reshard has happened.
 *
 * @param parts The parts of a stream that nobody else has: their shards are changed.
 * @throws {TypeError} If the numbers are not iterable, or one is not a string.
 * @throws {RangeError} If a number is of no shard of the snapshot, or a sequencer of its shard does
 *   not assign it.
 */
export function resumeShards(parts: StreamParts, numbers: Iterable<unknown>): StreamParts {
  const { config, state } = parts;
  let { shards, pending } = parts;
  let { arrivedAtMs } = state;
  for (const text of iterate(numbers, `${TITLE} must be the last number of each shard`)) {
    assertString(text, TITLE);
    const result = parseSequenceNumber(text);
    const number = result.ok ? result.value : undefined;
    if (number?.version !== 2) {
      throw wrongValue(`${TITLE} must be sequence numbers of version 2: got ${quote(text)}`);
    }
    const { shardIndex, shardCreatedAtMs, writtenAtMs } = number;
    let shard = findShard(shards.shards, shardIndex);
    if (shard === undefined && pending !== undefined) {
      const { atMs, steps } = pending;
      const capacityBytes = state.maxRecordSizeInKiB * 1024;
      const options = { atMs, arrivedAtMs: state.arrivedAtMs, capacityBytes, horizonMs: 0 };
      shards = unwrap(applyReshard(shards, steps, options));
      pending = undefined;
      shard = findShard(shards.shards, shardIndex);
    }
    if (shard?.createdAtMs !== shardCreatedAtMs) {
      throw wrongValue(`${TITLE} must be of shards of the snapshot: got ${quote(text)}`);
    }
    const flaw = describeLastNumberFlaw(number, shardIndex, shardCreatedAtMs);
    if (flaw !== undefined) throw wrongValue(`${TITLE}: ${quote(text)} ${flaw}`);
    shards.sequenceIndexes.get(shardGroupOf(shardIndex))?.raiseTo(number.sequenceIndex);
    const { sequencer } = shards.open[shards.map.mapIndexOf(shard.startingHashKey)]!;
    if (shard.closedAtMs === undefined && compareDigits(text, sequencer.lastSequenceNumber) > 0) {
      sequencer.continueFrom(text);
    }
    // A reshard creates shards ahead of the clock, and a number is never older than its shard.
    if (writtenAtMs <= shardCreatedAtMs) continue;
    if (writtenAtMs > NOW_MS_MAX) {
      throw wrongValue(`${TITLE} must be written by ${NOW_MS_MAX}: got ${quote(text)}`);
    }
    arrivedAtMs = Math.max(arrivedAtMs, writtenAtMs);
  }
  for (const bucket of shards.open) {
    bucket.recordTokens = RECORD_CAPACITY;
    bucket.byteTokens = bucket.byteCapacity;
  }
  return { config, state: { ...state, arrivedAtMs }, shards, pending };
}
