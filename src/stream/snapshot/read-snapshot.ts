/**
 * Reads a snapshot into the parts of a stream. The snapshot is not trusted.
 *
 * @module
 */

import type { ShardLevelMetric } from '../../api/aws-types.ts';
import { SHARD_LEVEL_METRICS } from '../../api/service-model.ts';
import {
  assertInteger,
  assertString,
  describe,
  isArgumentError,
  wrongType,
  wrongValue,
} from '../../base/argument.ts';
import { ok, type Result, refuse } from '../../base/fault.ts';
import {
  ENCRYPTION_CHANGES_PER_DAY,
  MODE_CHANGES_PER_DAY,
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  RETENTION_HOURS_MAX,
  RETENTION_HOURS_MIN,
  SHARD_INDEX_MAX,
  UNIFORM_SCALINGS_PER_DAY,
} from '../../base/limits.ts';
import { readOptions } from '../../base/options.ts';
import { RECORD_INDEX_MAX, type SequenceIndex } from '../../sequencing/sequence-index.ts';
import { StartingNumbers } from '../../sequencing/sequence-number-range.ts';
import { readLastNumber, ShardSequencer } from '../../sequencing/sequencer.ts';
import { compareStartingHashKeys, type HashRange } from '../../sharding/hash-key-range.ts';
import { linkChildren } from '../../sharding/lineage.ts';
import type { ReshardStep } from '../../sharding/reshard.ts';
import type { Shard } from '../../sharding/shard.ts';
import { formatShardId } from '../../sharding/shard-id.ts';
import { describeTilingFlaw, findTilingFlaw } from '../../sharding/tiling.ts';
import { RECORD_CAPACITY, TOKENS_PER_BYTE } from '../../sharding/token-bucket.ts';
import {
  CONFIG_MEMBERS,
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
  sequenceIndexOf,
  shardGroupOf,
} from '../stream-shards.ts';
import {
  DISTRIBUTED_COUNT_MAX,
  type PendingReshard,
  type StreamEncryption,
  type StreamState,
} from '../stream-state.ts';
import { resumeShards } from './resume-shards.ts';
import { SNAPSHOT_VERSION } from './snapshot.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import type { StreamParts } from './write-snapshot.ts';

// In the function it would be an object for each shard.
const SEQUENCE_NUMBER = /^[0-9]{1,56}$/;

/**
 * Reads the parts of a stream from a snapshot.
 *
 * What is accepted can go on: each value may be any that a stream reaches, and nothing that makes a
 * later call fail. A stream at the end of its shard indexes, creation seconds or sequence indexes
 * refuses the calls that need more. Its snapshot is still accepted.
 *
 * @returns The parts, or an `InvalidSnapshot` fault that says what is wrong and where.
 *
 * @param numbersOf Returns the numbers that a stream assigned after its snapshot was taken, if any.
 */
export function readSnapshot(
  snapshot: unknown,
  numbersOf: (streamName: string) => Iterable<unknown> | undefined,
): Result<StreamParts> {
  try {
    const parts = readParts(snapshot);
    const numbers = numbersOf(parts.config.streamName);
    return ok(numbers === undefined ? parts : resumeShards(parts, numbers));
  } catch (error) {
    // Assertions throw, because a wrong argument is a bug of the caller. Here it is data. Other
    // errors are not about the snapshot: a stack overflow, or what the caller's own getters throw.
    if (!isArgumentError(error)) throw error;
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
  const members = context.members as unknown as StreamContext;
  const options = readOptions(members, CONFIG_MEMBERS, context.title);
  // All members must be there: a missing one would get today's default, not the value it had.
  for (const name of CONFIG_MEMBERS) {
    if (options[name] !== undefined && options[name] !== null) continue;
    throw wrongType(`${context.title}.${name} must be present: got ${describe(options[name])}`);
  }
  return resolveContext(options, streamName, context.title);
}

function readState(root: SnapshotReader): StreamState {
  const streamMode = root.choice('streamMode', ['PROVISIONED', 'ON_DEMAND']);
  const strategies = ['USER_PARTITION_KEY', 'AUTO'] as const;
  const { warmThroughputMiBps } = root.members;
  if (warmThroughputMiBps !== null) {
    assertInteger(warmThroughputMiBps, 0, Number.MAX_VALUE, 'snapshot.warmThroughputMiBps');
  }
  return {
    streamMode,
    recordDistributionStrategy: root.choice(
      'recordDistributionStrategy',
      streamMode === 'ON_DEMAND' ? strategies : [strategies[0]],
    ),
    warmThroughputMiBps: warmThroughputMiBps ?? undefined,
    encryption: readEncryption(root.child('encryption')),
    shardLevelMetrics: readMetrics(root),
    createdAtMs: root.time('createdAtMs'),
    activeAtMs: root.time('activeAtMs'),
    updatingUntilMs: root.time('updatingUntilMs'),
    goneAtMs: root.optionalTime('goneAtMs'),
    retentionPeriodHours: root.integer(
      'retentionPeriodHours',
      RETENTION_HOURS_MIN,
      RETENTION_HOURS_MAX,
    ),
    maxRecordSizeInKiB: root.integer('maxRecordSizeInKiB', RECORD_KIB_DEFAULT, RECORD_KIB_MAX),
    trimmedToMs: root.time('trimmedToMs'),
    arrivedAtMs: root.time('arrivedAtMs'),
    scaledAtMs: root.list('scaledAtMs', readCallTime, UNIFORM_SCALINGS_PER_DAY),
    modeChangedAtMs: root.list('modeChangedAtMs', readCallTime, MODE_CHANGES_PER_DAY),
    encryptionStartedAtMs: root.list(
      'encryptionStartedAtMs',
      readCallTime,
      ENCRYPTION_CHANGES_PER_DAY,
    ),
    encryptionStoppedAtMs: root.list(
      'encryptionStoppedAtMs',
      readCallTime,
      ENCRYPTION_CHANGES_PER_DAY,
    ),
    distributedCount: root.integer('distributedCount', 0, DISTRIBUTED_COUNT_MAX),
  };
}

function readEncryption(encryption: SnapshotReader): StreamEncryption {
  const types = ['NONE', 'KMS'] as const;
  const { keyId } = encryption.members;
  if (keyId !== null) assertString(keyId, `${encryption.title}.keyId`);
  return {
    type: encryption.choice('type', types),
    keyId: keyId ?? undefined,
    fromMs: encryption.time('fromMs'),
    typeBefore: encryption.choice('typeBefore', types),
  };
}

/** Reads the metrics. They must be in the model's order, as the writer writes them. */
function readMetrics(root: SnapshotReader): ShardLevelMetric[] {
  let indexMin = 0;
  return root.list(
    'shardLevelMetrics',
    (value, title) => {
      const index = SHARD_LEVEL_METRICS.indexOf(value as ShardLevelMetric, indexMin);
      if (index === -1) {
        throw wrongValue(`${title} must be a metric, in the model's order: got ${describe(value)}`);
      }
      indexMin = index + 1;
      return SHARD_LEVEL_METRICS[index]!;
    },
    SHARD_LEVEL_METRICS.length,
  );
}

function readCallTime(timeMs: unknown, title: string): number {
  assertInteger(timeMs, 0, NOW_MS_MAX, title);
  return timeMs;
}

function readShards(root: SnapshotReader, state: StreamState): StreamShards {
  const nextShardIndex = root.integer('nextShardIndex', 1, SHARD_INDEX_MAX + 1);
  const open: ShardState[] = [];
  const indexes = new Map<number, SequenceIndex>();
  const starts = new StartingNumbers();
  let shardIndexMin = 0;
  const shards = root.children('shards', (entry) => {
    const shardIndex = entry.integer('shardIndex', shardIndexMin, nextShardIndex - 1);
    shardIndexMin = shardIndex + 1;
    const openEntry = entry.optionalChild('open');
    const last = openEntry?.text('lastSequenceNumber', SEQUENCE_NUMBER);
    const createdAtMs = entry.second('createdAtMs', 0);
    // Many shards of a large snapshot may wait for their first record. Parsing takes 1 µs, and a
    // text of its own for each number 100 bytes.
    const isFirst = last !== undefined && starts.matches(last, shardIndex, createdAtMs);
    const start = isFirst ? last : starts.of(shardIndex, createdAtMs);
    const shard = readShard(entry, shardIndex, createdAtMs, start);
    if ((shard.closedAtMs === undefined) === (last === undefined)) {
      throw wrongValue(`${entry.title} must be either open or closed: one of the two must be null`);
    }
    if (openEntry !== undefined) {
      const index = sequenceIndexOf(indexes, shardIndex);
      open.push(readShardState(openEntry, isFirst ? undefined : last, shard, index, state));
    }
    return shard;
  });
  const flaw =
    describeTilingFlaw(open.map(({ shard }) => shard).sort(compareStartingHashKeys)) ??
    describeLineageFlaw(shards);
  if (flaw !== undefined) throw wrongValue(`snapshot.shards: ${flaw}`);
  readSequenceIndexes(root, indexes, nextShardIndex);
  return indexStreamShards({ shards, open, nextShardIndex, sequenceIndexes: indexes });
}

/** Raises the sequence indexes, if numbers of closed shards were later than those of open ones. */
function readSequenceIndexes(
  root: SnapshotReader,
  indexes: Map<number, SequenceIndex>,
  nextShardIndex: number,
): void {
  sequenceIndexOf(indexes, nextShardIndex);
  let groupMin = 0;
  // Earlier versions did not write them.
  const { sequenceIndexes = [] } = root.members;
  const reader = new SnapshotReader({ sequenceIndexes }, root.title);
  reader.children('sequenceIndexes', (entry) => {
    const group = entry.integer('shardGroup', groupMin, shardGroupOf(nextShardIndex));
    groupMin = group + 1;
    const last = BigInt(entry.text('lastSequenceIndex', /^(0|[1-9][0-9]{0,18})$/));
    const index = indexes.get(group);
    if (index === undefined || last < index.value || last > RECORD_INDEX_MAX) {
      throw wrongValue(
        `${entry.title} must be of a group with an open shard or the next one, not before its numbers: got ${last}`,
      );
    }
    index.raiseTo(last);
  });
}

/** Describes why no reshards lead to these shards, or returns undefined if some may. */
function describeLineageFlaw(shards: readonly StreamShard[]): string | undefined {
  // Most shards of a large stream are those that it was created with.
  if (!shards.some(hasRelatives)) return undefined;
  const byId = new Map<string, StreamShard>();
  for (const shard of shards) byId.set(shard.shardId, shard);
  const children = linkChildren(byId);
  if (!children.ok) return children.fault.message;
  for (const child of shards) {
    for (const parentId of [child.parentShardId, child.adjacentParentShardId]) {
      const parent = byId.get(parentId ?? '');
      // `applyReshard` gives both at once. Otherwise a listing could hold a shard without its
      // children, or a number of the child could be below one of the parent.
      if (parent === undefined || isSuccessor(child, parent)) continue;
      return `${child.shardId} must open when ${parent.shardId} closes, and be created in the second after the closing one`;
    }
  }
  return undefined;
}

function hasRelatives({ parentShardId, adjacentParentShardId, closedAtMs }: StreamShard): boolean {
  return (
    parentShardId !== undefined || adjacentParentShardId !== undefined || closedAtMs !== undefined
  );
}

function isSuccessor(child: StreamShard, parent: StreamShard): boolean {
  return (
    child.openedAtMs === parent.closedAtMs && child.createdAtMs === parent.closingSecondMs! + 1000
  );
}

function readShard(
  entry: SnapshotReader,
  shardIndex: number,
  createdAtMs: number,
  startingSequenceNumber: string,
): StreamShard {
  // Without a spread: an object that begins with one takes V8 five times as long to make.
  const { startingHashKey, endingHashKey } = entry.range();
  const shard = createShard(
    {
      startingHashKey,
      endingHashKey,
      shardIndex,
      shardId: formatShardId(shardIndex),
      parentShardId: entry.parentShardId('parentShardIndex', shardIndex),
      adjacentParentShardId: entry.parentShardId('adjacentParentShardIndex', shardIndex),
    },
    { createdAtMs, openedAtMs: entry.time('openedAtMs') },
    startingSequenceNumber,
  );
  const closed = entry.optionalChild('closed');
  if (closed === undefined) return shard;
  return closeShard(shard, {
    closingSecondMs: closed.second('closingSecondMs', shard.createdAtMs),
    closedAtMs: closed.time('closedAtMs', shard.openedAtMs),
  });
}

/** @param last The last number; undefined if it is the StartingSequenceNumber. */
function readShardState(
  open: SnapshotReader,
  last: string | undefined,
  shard: StreamShard,
  index: SequenceIndex,
  state: StreamState,
): ShardState {
  const byteCapacity = state.maxRecordSizeInKiB * 1024 * TOKENS_PER_BYTE;
  if (last !== undefined) {
    const { sequenceIndex, writtenAtMs } = readLastNumber(last, shard, open);
    const writtenMax = Math.max(state.arrivedAtMs, shard.createdAtMs);
    // Otherwise the number would be refused as a SequenceNumberForOrdering.
    if (writtenAtMs > writtenMax) {
      throw wrongValue(
        `${open.title}.lastSequenceNumber must be written by ${writtenMax}: got ${writtenAtMs}`,
      );
    }
    index.raiseTo(sequenceIndex);
  }
  return assembleShardState(
    shard,
    new ShardSequencer(last ?? shard.startingSequenceNumber, index),
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
  const pending = root.optionalChild('pending');
  if (pending === undefined) return undefined;
  const open = new Map<number, Shard>(
    shards.open.map(({ shard, shardIndex }) => [shardIndex, shard]),
  );
  let shardIndexMin = shards.nextShardIndex;
  const atMs = pending.time('atMs');
  const readStep = (step: SnapshotReader): ReshardStep => {
    const parents = step.list('parentShardIndexes', (value) => {
      const parent = open.get(value as number);
      if (parent === undefined) {
        throw wrongValue(
          `${step.title}.parentShardIndexes must name shards that are open then: got ${describe(value)}`,
        );
      }
      open.delete(parent.shardIndex);
      return parent;
    });
    const children = step.children('children', (child): Shard => {
      const shardIndex = child.integer('shardIndex', shardIndexMin, SHARD_INDEX_MAX);
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
      throw wrongValue(`${step.title} must be the split of a shard or the merge of two`);
    }
    for (const child of children) open.set(child.shardIndex, child);
    return { parentShardIndexes: parents.map(({ shardIndex }) => shardIndex), children };
  };
  // A reshard adds and removes each boundary once at most, and at most doubles their number.
  const steps = pending.children('steps', readStep, 3 * shards.open.length);
  if (steps.length === 0) throw wrongValue(`${pending.title}.steps must not be empty`);
  // A shard may have been created too late to have children.
  const { arrivedAtMs } = state;
  const tried = applyReshard(shards, steps, { atMs, arrivedAtMs, capacityBytes: 0, horizonMs: 0 });
  if (tried.ok) return { atMs, steps };
  throw wrongValue(`${pending.title}: ${tried.fault.message}`);
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
