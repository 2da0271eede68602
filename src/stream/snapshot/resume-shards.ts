/**
 * Continues the shards of a snapshot after numbers that were assigned since it was taken.
 *
 * @module
 */

import { assertString, quote, wrongValue } from '../../base/argument.ts';
import { iterate } from '../../base/lists.ts';
import type { SequenceIndex } from '../../sequencing/sequence-index.ts';
import { compareSequenceNumbers, parseSequenceNumber } from '../../sequencing/sequence-number.ts';
import { readLastNumber, ShardSequencer } from '../../sequencing/sequencer.ts';
import { createTokenBucket } from '../../sharding/token-bucket.ts';
import { NOW_MS_MAX } from '../stream-config.ts';
import {
  applyReshard,
  assembleShardState,
  findShard,
  indexStreamShards,
  type ShardState,
  type StreamShards,
  shardGroupOf,
} from '../stream-shards.ts';
import type { StreamParts } from './write-snapshot.ts';

/** The last number of a shard, and what is in it. */
interface LastNumber {
  readonly text: string;
  readonly sequenceIndex: bigint;
  readonly shardCreatedAtMs: number;
  readonly writtenAtMs: number;
}

const TITLE = 'lastSequenceNumbers';

/**
 * Returns the parts of a stream that goes on after some numbers. Each names its shard. Of several
 * numbers of a shard, the highest counts. All token buckets are full: how many tokens the records
 * after the snapshot took is not known.
 *
 * A number of a child of the pending reshard proves that the reshard has happened.
 *
 * @throws {TypeError} If the numbers are not iterable, or one is not a string.
 * @throws {RangeError} If a number is of no shard of the snapshot, or a sequencer of its shard does
 *   not assign it.
 */
export function resumeShards(parts: StreamParts, numbers: Iterable<unknown>): StreamParts {
  const { config, state } = parts;
  const last = readLastNumbers(numbers);
  const hasHappened = [...last.keys()].some(
    (index) => findShard(parts.shards.shards, index) === undefined,
  );
  const shards = hasHappened ? afterPending(parts) : parts.shards;
  for (const [shardIndex, { text, shardCreatedAtMs }] of last) {
    const shard = findShard(shards.shards, shardIndex);
    if (shard === undefined || shard.createdAtMs !== shardCreatedAtMs) {
      throw wrongValue(`${TITLE} must be of shards of the snapshot: got ${quote(text)}`);
    }
    const end = shard.endingSequenceNumber;
    if (end !== undefined && compareSequenceNumbers(text, end) >= 0) {
      throw wrongValue(`${TITLE} must be below the end of a closed shard: got ${quote(text)}`);
    }
  }
  const open = shards.open.map((shard) => {
    const index = shards.sequenceIndexes.get(shardGroupOf(shard.shardIndex))!;
    return resumeShard(shard, index, last.get(shard.shardIndex)?.text, parts);
  });
  for (const [shardIndex, { sequenceIndex }] of last) {
    shards.sequenceIndexes.get(shardGroupOf(shardIndex))?.raiseTo(sequenceIndex);
  }
  let { arrivedAtMs } = state;
  for (const { text, shardCreatedAtMs, writtenAtMs } of last.values()) {
    // A reshard creates shards ahead of the clock, and a number is never older than its shard.
    if (writtenAtMs <= shardCreatedAtMs) continue;
    if (writtenAtMs > NOW_MS_MAX) {
      throw wrongValue(`${TITLE} must be written by ${NOW_MS_MAX}: got ${quote(text)}`);
    }
    arrivedAtMs = Math.max(arrivedAtMs, writtenAtMs);
  }
  return {
    config,
    state: { ...state, arrivedAtMs },
    shards: indexStreamShards({ ...shards, open }),
    pending: hasHappened ? undefined : parts.pending,
  };
}

function readLastNumbers(numbers: Iterable<unknown>): Map<number, LastNumber> {
  const last = new Map<number, LastNumber>();
  for (const text of iterate(numbers, `${TITLE} must be the last number of each shard`)) {
    assertString(text, TITLE);
    const result = parseSequenceNumber(text);
    const parts = result.ok ? result.value : undefined;
    if (parts?.version !== 2) {
      throw wrongValue(`${TITLE} must be sequence numbers of version 2: got ${quote(text)}`);
    }
    const { shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs } = parts;
    const known = last.get(shardIndex)?.text;
    if (known === undefined || compareSequenceNumbers(text, known) > 0) {
      last.set(shardIndex, { text, sequenceIndex, shardCreatedAtMs, writtenAtMs });
    }
  }
  return last;
}

function afterPending({ shards, state, pending }: StreamParts): StreamShards {
  if (pending === undefined) return shards;
  const next = applyReshard(shards, pending.steps, {
    atMs: pending.atMs,
    arrivedAtMs: state.arrivedAtMs,
    capacityBytes: state.maxRecordSizeInKiB * 1024,
    horizonMs: 0,
  });
  return next.ok ? next.value : shards;
}

function resumeShard(
  shardState: ShardState,
  index: SequenceIndex,
  lastNumber: string | undefined,
  { state }: StreamParts,
): ShardState {
  const { shard, sequencer, refilledAtMs } = shardState;
  const bucket = createTokenBucket(state.maxRecordSizeInKiB * 1024, refilledAtMs);
  const { lastSequenceNumber } = sequencer;
  const isLater =
    lastNumber !== undefined && compareSequenceNumbers(lastNumber, lastSequenceNumber) > 0;
  if (!isLater) return assembleShardState(shard, sequencer, bucket);
  readLastNumber(lastNumber, shard);
  return assembleShardState(shard, new ShardSequencer(lastNumber, index), bucket);
}
