/**
 * Reads a snapshot into the parts of a stream. The snapshot is not trusted.
 *
 * @module
 */

import { assertInteger, describe } from '../../base/argument.ts';
import { ok, type Result, refuse } from '../../base/fault.ts';
import {
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  RETENTION_HOURS_MAX,
  RETENTION_HOURS_MIN,
} from '../../base/limits.ts';
import { createSequencer } from '../../sequencing/sequencer.ts';
import { compareStartingHashKeys, type HashRange } from '../../sharding/hash-key-range.ts';
import type { ReshardStep } from '../../sharding/reshard.ts';
import type { Shard } from '../../sharding/shard.ts';
import { formatShardId } from '../../sharding/shard-id.ts';
import { describeTilingFlaw, findTilingFlaw } from '../../sharding/tiling.ts';
import { RECORD_CAPACITY, TOKENS_PER_BYTE } from '../../sharding/token-bucket.ts';
import {
  NOW_MS_MAX,
  resolveContext,
  type StreamConfig,
  type StreamContext,
} from '../stream-config.ts';
import {
  applyReshard,
  assembleShardState,
  closeShard,
  createShard,
  indexStreamShards,
  type ShardState,
  type StreamShard,
  type StreamShards,
} from '../stream-shards.ts';
import type { PendingReshard, StreamState } from '../stream-state.ts';
import { SNAPSHOT_VERSION } from './snapshot.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import type { StreamParts } from './write-snapshot.ts';

/** Half of all shard indexes. No stream has used up as many, and a restored one needs more. */
const NEXT_SHARD_INDEX_MAX = 0x4000_0000;

/** Far above any count of records, and far below 2^53, where adding 1 has no effect. */
const DISTRIBUTED_COUNT_MAX = 0x10_0000_0000_0000;

/**
 * Reads the parts of a stream from a snapshot.
 *
 * @returns The parts, or an `InvalidSnapshot` fault that says what is wrong and where.
 */
export function readSnapshot(snapshot: unknown): Result<StreamParts> {
  try {
    return ok(readParts(snapshot));
  } catch (error) {
    // Assertions throw, because a wrong argument is a bug of the caller. Here it is data.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return refuse('InvalidSnapshot', error.message);
  }
}

function readParts(snapshot: unknown): StreamParts {
  const root = new SnapshotReader(snapshot, 'snapshot');
  root.choice('version', [SNAPSHOT_VERSION]);
  const streamName = root.text('streamName', /^[a-zA-Z0-9_.-]{1,128}$/);
  const config = readConfig(root.child('context'), streamName);
  const state = readState(root);
  const shards = readShards(root, state);
  return { config, state, shards, pending: readPending(root, shards, state) };
}

function readConfig(context: SnapshotReader, streamName: string): StreamConfig {
  const config = resolveContext(context.members as unknown as StreamContext, streamName);
  const { streamName: _, streamArn: __, ...resolved } = config;
  // All members must be there: a missing one would get today's default, not the value it had.
  for (const [name, value] of Object.entries(resolved)) context.choice(name, [value]);
  return config;
}

function readState(root: SnapshotReader): StreamState {
  const streamMode = root.choice('streamMode', ['PROVISIONED', 'ON_DEMAND']);
  const strategies = ['USER_PARTITION_KEY', 'AUTO'] as const;
  const { warmThroughputMiBps } = root.members;
  return {
    streamMode,
    recordDistributionStrategy: root.choice(
      'recordDistributionStrategy',
      streamMode === 'ON_DEMAND' ? strategies : [strategies[0]],
    ),
    warmThroughputMiBps:
      warmThroughputMiBps === null
        ? undefined
        : root.integer('warmThroughputMiBps', 0, Number.MAX_VALUE),
    createdAtMs: root.time('createdAtMs'),
    activeAtMs: root.time('activeAtMs'),
    retentionPeriodHours: root.integer(
      'retentionPeriodHours',
      RETENTION_HOURS_MIN,
      RETENTION_HOURS_MAX,
    ),
    maxRecordSizeInKiB: root.integer('maxRecordSizeInKiB', RECORD_KIB_DEFAULT, RECORD_KIB_MAX),
    trimmedToMs: root.time('trimmedToMs'),
    arrivedAtMs: root.time('arrivedAtMs'),
    scaledAtMs: Array.from(root.array('scaledAtMs'), (value, i) => {
      assertInteger(value, 0, NOW_MS_MAX, `snapshot.scaledAtMs[${i}]`);
      return value;
    }),
    distributedCount: root.integer('distributedCount', 0, DISTRIBUTED_COUNT_MAX),
  };
}

function readShards(root: SnapshotReader, state: StreamState): StreamShards {
  const nextShardIndex = root.integer('nextShardIndex', 1, NEXT_SHARD_INDEX_MAX);
  const shards = new Map<number, StreamShard>();
  const open: ShardState[] = [];
  let shardIndexMin = 0;
  for (const entry of root.list('shards')) {
    const shardIndex = entry.integer('shardIndex', shardIndexMin, nextShardIndex - 1);
    shardIndexMin = shardIndex + 1;
    const shard = readShard(entry, shardIndex);
    shards.set(shardIndex, shard);
    if (shard.closedAtMs === undefined) open.push(readShardState(entry, shard, state));
    else entry.choice('open', [null]);
  }
  const flaw = describeTilingFlaw(open.map(({ shard }) => shard).sort(compareStartingHashKeys));
  if (flaw !== undefined) throw new RangeError(`snapshot.shards: ${flaw}`);
  return indexStreamShards(shards, open, nextShardIndex);
}

function readShard(entry: SnapshotReader, shardIndex: number): StreamShard {
  const shard = createShard(
    {
      ...entry.range(),
      shardIndex,
      shardId: formatShardId(shardIndex),
      parentShardId: entry.parentShardId('parentShardIndex', shardIndex),
      adjacentParentShardId: entry.parentShardId('adjacentParentShardIndex', shardIndex),
    },
    { createdAtMs: entry.second('createdAtMs', 0), openedAtMs: entry.time('openedAtMs') },
  );
  if (entry.members['closed'] === null) return shard;
  const closed = entry.child('closed');
  return closeShard(shard, {
    closingSecondMs: closed.second('closingSecondMs', shard.createdAtMs),
    closedAtMs: closed.time('closedAtMs', shard.openedAtMs),
  });
}

function readShardState(entry: SnapshotReader, shard: StreamShard, state: StreamState): ShardState {
  const open = entry.child('open');
  const { shardIndex, createdAtMs: shardCreatedAtMs } = shard;
  const lastSequenceNumber = open.text('lastSequenceNumber', /^[0-9]{1,56}$/);
  const byteCapacity = state.maxRecordSizeInKiB * 1024 * TOKENS_PER_BYTE;
  return assembleShardState(
    shard,
    open.within(() => createSequencer({ shardIndex, shardCreatedAtMs, lastSequenceNumber })),
    {
      recordTokens: open.integer('records', 0, RECORD_CAPACITY),
      byteTokens: open.integer('byteUnits', 0, byteCapacity),
      byteCapacity,
      refilledAtMs: open.time('filledAtMs'),
    },
  );
}

/** Reads a pending reshard, and tries it so that it cannot fail when its time comes. */
function readPending(
  root: SnapshotReader,
  shards: StreamShards,
  state: StreamState,
): PendingReshard | undefined {
  if (root.members['pending'] === null) return undefined;
  const pending = root.child('pending');
  const open = new Map<number, Shard>(
    shards.open.map(({ shard, shardIndex }) => [shardIndex, shard]),
  );
  let shardIndexMin = shards.nextShardIndex;
  const atMs = pending.time('atMs');
  const steps = pending.list('steps').map((step): ReshardStep => {
    const parents = step.array('parentShardIndexes').map((value) => {
      const parent = open.get(value as number);
      if (parent === undefined) {
        throw new RangeError(
          `${step.title}.parentShardIndexes must name shards that are open then: got ${describe(value)}`,
        );
      }
      open.delete(parent.shardIndex);
      return parent;
    });
    const children = step.list('children').map((child): Shard => {
      const shardIndex = child.integer('shardIndex', shardIndexMin, NEXT_SHARD_INDEX_MAX - 1);
      shardIndexMin = shardIndex + 1;
      return {
        ...child.range(),
        shardIndex,
        shardId: formatShardId(shardIndex),
        parentShardId: parents[0]?.shardId,
        adjacentParentShardId: parents[1]?.shardId,
      };
    });
    if (!isSplitOrMerge(parents, children)) {
      throw new RangeError(`${step.title} must be the split of a shard or the merge of two`);
    }
    for (const child of children) open.set(child.shardIndex, child);
    return { parentShardIndexes: parents.map(({ shardIndex }) => shardIndex), children };
  });
  if (steps.length === 0) throw new RangeError(`${pending.title}.steps must not be empty`);
  // Called for its errors only: a shard may have been created too late to have children.
  applyReshard(shards, steps, {
    atMs,
    arrivedAtMs: state.arrivedAtMs,
    capacityBytes: 0,
    horizonMs: 0,
  });
  return { atMs, steps };
}

/** Returns whether one range becomes two or two become one, and both sides tile the same range. */
function isSplitOrMerge(parents: readonly HashRange[], children: readonly HashRange[]): boolean {
  const first = parents[0];
  const last = parents.at(-1);
  if (first === undefined || last === undefined) return false;
  const { startingHashKey } = first;
  const { endingHashKey } = last;
  const whole = { startingHashKey, endingHashKey };
  return (
    parents.length + children.length === 3 &&
    children.at(-1)?.endingHashKey === endingHashKey &&
    findTilingFlaw(parents, whole) === undefined &&
    findTilingFlaw(children, whole) === undefined
  );
}
