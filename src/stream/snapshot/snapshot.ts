/**
 * The state of a stream as plain JSON, and its reading, which trusts nothing.
 *
 * @module
 */

import type { RecordDistributionStrategy, StreamMode } from '../../api/aws-types.ts';
import { assertInteger, describe } from '../../base/argument.ts';
import { ok, type Result, refuse } from '../../base/fault.ts';
import {
  RECORD_KIB_DEFAULT,
  RECORD_KIB_MAX,
  RETENTION_HOURS_MAX,
  RETENTION_HOURS_MIN,
} from '../../base/limits.ts';
import { formatHashKey } from '../../hashing/hash-key.ts';
import { createSequencer } from '../../sequencing/sequencer.ts';
import type { HashRange } from '../../sharding/hash-key-range.ts';
import type { NewShard, ParentShard, ReshardStep } from '../../sharding/reshard.ts';
import { formatShardId, parseShardId } from '../../sharding/shard-id.ts';
import { byStartingHashKey, findFlaw } from '../../sharding/shard-map.ts';
import { RECORDS_DEPTH, UNITS_PER_BYTE } from '../../sharding/token-bucket.ts';
import {
  type ChosenContext,
  NOW_MS_MAX,
  type StreamContext,
  type Surroundings,
  surroundingsOf,
} from '../stream-config.ts';
import {
  closeShard,
  joinOpenShard,
  newShard,
  type OpenShard,
  reshape,
  type StreamShard,
  type StreamTopology,
  topologyOf,
} from '../stream-shards.ts';
import type { PendingReshard, StreamSettings } from '../stream-state.ts';
import { Reader } from './snapshot-reader.ts';

/** The form that this version of the library writes and reads. */
const VERSION = 1;

/** Half of all indexes: no stream has made so many shards, and one that goes on must make more. */
const NEXT_SHARD_INDEX_MAX = 0x4000_0000;

/** Far above any count, and far below the integers that cannot be counted up. */
const DISTRIBUTED_COUNT_MAX = 0x10_0000_0000_0000;

/** A shard in a snapshot. Hash keys are decimal strings, times epoch milliseconds. */
export interface ShardSnapshot {
  readonly shardIndex: number;
  readonly startingHashKey: string;
  readonly endingHashKey: string;
  readonly parentShardIndex: number | null;
  readonly adjacentParentShardIndex: number | null;
  readonly createdAtMs: number;
  readonly openedAtMs: number;
  /** Of a closed shard: when it closed, and the second in its ending sequence number. */
  readonly closed: { readonly closedAtMs: number; readonly closingSecondMs: number } | null;
  /** Of an open shard: what its records have changed. */
  readonly open: {
    readonly lastSequenceNumber: string;
    readonly records: number;
    readonly byteUnits: number;
    readonly filledAtMs: number;
  } | null;
}

/** A step of a reshard in a snapshot. */
export interface ReshardStepSnapshot {
  readonly parentShardIndexes: readonly number[];
  readonly children: readonly {
    readonly shardIndex: number;
    readonly startingHashKey: string;
    readonly endingHashKey: string;
  }[];
}

/**
 * The whole state of a stream as plain JSON. Its members are for reading; restore it to change it.
 */
export interface StreamSnapshot {
  readonly version: typeof VERSION;
  readonly streamName: string;
  readonly context: ChosenContext;
  readonly streamMode: StreamMode;
  readonly recordDistributionStrategy: RecordDistributionStrategy;
  readonly warmThroughputMiBps: number | null;
  readonly createdAtMs: number;
  readonly activeAtMs: number;
  readonly retentionPeriodHours: number;
  readonly maxRecordSizeInKiB: number;
  readonly trimmedToMs: number;
  readonly arrivedAtMs: number;
  readonly scaledAtMs: readonly number[];
  readonly distributedCount: number;
  readonly nextShardIndex: number;
  readonly shards: readonly ShardSnapshot[];
  readonly pending: {
    readonly atMs: number;
    readonly steps: readonly ReshardStepSnapshot[];
  } | null;
}

/** Writes the state of a stream. */
export function writeSnapshot(
  around: Surroundings,
  settings: StreamSettings,
  topology: StreamTopology,
  pending: PendingReshard | undefined,
): StreamSnapshot {
  const open = new Map(topology.open.map((entry) => [entry.shard.shardIndex, entry]));
  const { streamName, streamArn: _, ...context } = around;
  return {
    version: VERSION,
    streamName,
    context,
    streamMode: settings.streamMode,
    recordDistributionStrategy: settings.recordDistributionStrategy,
    warmThroughputMiBps: settings.warmThroughputMiBps ?? null,
    createdAtMs: settings.createdAtMs,
    activeAtMs: settings.activeAtMs,
    retentionPeriodHours: settings.retentionPeriodHours,
    maxRecordSizeInKiB: settings.maxRecordSizeInKiB,
    trimmedToMs: settings.trimmedToMs,
    arrivedAtMs: settings.arrivedAtMs,
    scaledAtMs: [...settings.scaledAtMs],
    distributedCount: settings.distributedCount,
    nextShardIndex: topology.nextShardIndex,
    shards: [...topology.shards.values()].map((shard) =>
      writeShard(shard, open.get(shard.shardIndex)),
    ),
    pending:
      pending === undefined ? null : { atMs: pending.atMs, steps: pending.steps.map(writeStep) },
  };
}

function writeShard(shard: StreamShard, open: OpenShard | undefined): ShardSnapshot {
  const { closedAtMs, closingSecondMs } = shard;
  return {
    shardIndex: shard.shardIndex,
    startingHashKey: formatHashKey(shard.startingHashKey),
    endingHashKey: formatHashKey(shard.endingHashKey),
    parentShardIndex: indexOf(shard.parentShardId),
    adjacentParentShardIndex: indexOf(shard.adjacentParentShardId),
    createdAtMs: shard.createdAtMs,
    openedAtMs: shard.openedAtMs,
    closed: closedAtMs === undefined ? null : { closedAtMs, closingSecondMs: closingSecondMs! },
    open: open === undefined ? null : writeOpen(open),
  };
}

function writeOpen({
  sequencer,
  records,
  byteUnits,
  filledAtMs,
}: OpenShard): ShardSnapshot['open'] {
  return { lastSequenceNumber: sequencer.state.lastSequenceNumber, records, byteUnits, filledAtMs };
}

function indexOf(shardId: string | undefined): number | null {
  return shardId === undefined ? null : parseShardId(shardId)!;
}

function writeStep({ parents, children }: ReshardStep): ReshardStepSnapshot {
  return {
    parentShardIndexes: parents.map(({ shardIndex }) => shardIndex),
    children: children.map(({ shardIndex, startingHashKey, endingHashKey }) => ({
      shardIndex,
      startingHashKey: formatHashKey(startingHashKey),
      endingHashKey: formatHashKey(endingHashKey),
    })),
  };
}

/** Everything that a stream is made of. */
export interface StreamParts {
  readonly around: Surroundings;
  readonly settings: StreamSettings;
  readonly topology: StreamTopology;
  readonly pending: PendingReshard | undefined;
}

/**
 * Reads the state of a stream.
 *
 * @returns An `InvalidSnapshot` that says what is wrong, and where.
 */
export function readSnapshot(snapshot: unknown): Result<StreamParts> {
  try {
    return ok(readParts(snapshot));
  } catch (error) {
    // The assertions throw for a wrong argument; here the argument is data.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return refuse('InvalidSnapshot', error.message);
  }
}

function readParts(snapshot: unknown): StreamParts {
  const root = new Reader(snapshot, 'snapshot');
  root.choice('version', [VERSION]);
  const streamName = root.text('streamName', /^[a-zA-Z0-9_.-]{1,128}$/);
  const around = readSurroundings(root.child('context'), streamName);
  const settings = readSettings(root);
  const nextShardIndex = root.integer('nextShardIndex', 1, NEXT_SHARD_INDEX_MAX);
  const shards = new Map<number, StreamShard>();
  const open: OpenShard[] = [];
  let shardIndexMin = 0;
  for (const entry of root.list('shards')) {
    const shardIndex = entry.integer('shardIndex', shardIndexMin, nextShardIndex - 1);
    shardIndexMin = shardIndex + 1;
    const shard = readShard(entry, shardIndex);
    shards.set(shardIndex, shard);
    if (shard.closedAtMs === undefined) open.push(readOpenShard(entry, shard, settings));
    else entry.choice('open', [null]);
  }
  assertTiling(
    open.map(({ shard }) => shard),
    'snapshot.shards',
  );
  const topology = topologyOf(shards, open, nextShardIndex);
  return { around, settings, topology, pending: readPending(root, topology, settings) };
}

function readSurroundings(context: Reader, streamName: string): Surroundings {
  const around = surroundingsOf(context.members as unknown as StreamContext, streamName);
  const { streamName: _, streamArn: __, ...chosen } = around;
  // What is left out would be chosen anew, and not as it was.
  for (const [name, value] of Object.entries(chosen)) context.choice(name, [value]);
  return around;
}

function readSettings(root: Reader): StreamSettings {
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
    scaledAtMs: root.array('scaledAtMs').map((value, i) => {
      assertInteger(value, 0, NOW_MS_MAX, `snapshot.scaledAtMs[${i}]`);
      return value;
    }),
    distributedCount: root.integer('distributedCount', 0, DISTRIBUTED_COUNT_MAX),
  };
}

function readShard(entry: Reader, shardIndex: number): StreamShard {
  const shard = newShard(
    {
      ...entry.range(),
      shardIndex,
      shardId: formatShardId(shardIndex),
      parentShardId: entry.parentShardId('parentShardIndex', shardIndex),
      adjacentParentShardId: entry.parentShardId('adjacentParentShardIndex', shardIndex),
    },
    entry.second('createdAtMs', 0),
    entry.time('openedAtMs'),
  );
  if (entry.members['closed'] === null) return shard;
  const closed = entry.child('closed');
  return closeShard(
    shard,
    closed.second('closingSecondMs', shard.createdAtMs),
    closed.time('closedAtMs', shard.openedAtMs),
  );
}

function readOpenShard(entry: Reader, shard: StreamShard, settings: StreamSettings): OpenShard {
  const open = entry.child('open');
  const { shardIndex, createdAtMs: shardCreatedAtMs } = shard;
  const lastSequenceNumber = open.text('lastSequenceNumber', /^[0-9]{1,56}$/);
  const byteUnitsMax = settings.maxRecordSizeInKiB * 1024 * UNITS_PER_BYTE;
  return joinOpenShard(
    shard,
    open.within(() => createSequencer({ shardIndex, shardCreatedAtMs, lastSequenceNumber })),
    {
      records: open.integer('records', 0, RECORDS_DEPTH),
      byteUnits: open.integer('byteUnits', 0, byteUnitsMax),
      filledAtMs: open.time('filledAtMs'),
    },
  );
}

/** Reads a pending reshard and walks through it, so that it can be done when its time comes. */
function readPending(
  root: Reader,
  topology: StreamTopology,
  settings: StreamSettings,
): PendingReshard | undefined {
  if (root.members['pending'] === null) return undefined;
  const pending = root.child('pending');
  const open = new Map<number, ParentShard>(
    topology.open.map(({ shard }) => [shard.shardIndex, shard]),
  );
  let shardIndexMin = topology.nextShardIndex;
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
    const children = step.list('children').map((child): NewShard => {
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
    const before = unionOf(parents);
    const after = unionOf(children);
    if (
      parents.length + children.length !== 3 ||
      before === undefined ||
      after === undefined ||
      before.startingHashKey !== after.startingHashKey ||
      before.endingHashKey !== after.endingHashKey
    ) {
      throw new RangeError(`${step.title} must be the split of a shard or the merge of two`);
    }
    for (const child of children) open.set(child.shardIndex, child);
    return { parents, children };
  });
  if (steps.length === 0) throw new RangeError(`${pending.title}.steps must not be empty`);
  // For what it throws: shards may have been created too late to have children.
  reshape(topology, steps, atMs, settings.arrivedAtMs, 0, 0);
  return { atMs, steps };
}

/** What ranges hold together; undefined if they are none, or not contiguous and ascending. */
function unionOf(ranges: readonly HashRange[]): HashRange | undefined {
  let union = ranges[0];
  for (const { startingHashKey, endingHashKey } of ranges.slice(1)) {
    if (startingHashKey - 1n !== union!.endingHashKey) return undefined;
    union = { startingHashKey: union!.startingHashKey, endingHashKey };
  }
  return union;
}

function assertTiling(shards: readonly ParentShard[], title: string): void {
  const flaw = findFlaw([...shards].sort(byStartingHashKey), shards.length);
  if (flaw !== undefined) throw new RangeError(`${title}: ${flaw}`);
}
