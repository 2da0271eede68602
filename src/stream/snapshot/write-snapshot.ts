/**
 * Writes the state of a stream as a snapshot.
 *
 * @module
 */

import { unwrap } from '../../base/fault.ts';
import { formatHashKey } from '../../hashing/hash-key.ts';
import type { ReshardStep } from '../../sharding/reshard.ts';
import { parseShardId } from '../../sharding/shard-id.ts';
import type { StreamConfig } from '../stream-config.ts';
import type { ShardState, StreamShard, StreamShards } from '../stream-shards.ts';
import type { PendingReshard, StreamState } from '../stream-state.ts';
import {
  type ReshardStepSnapshot,
  type ShardSnapshot,
  SNAPSHOT_VERSION,
  type StreamSnapshot,
} from './snapshot.ts';

/** The parts of a stream: all that a snapshot holds. */
export interface StreamParts {
  readonly config: StreamConfig;
  readonly state: StreamState;
  readonly shards: StreamShards;
  readonly pending: PendingReshard | undefined;
}

/** Returns the snapshot of a stream. */
export function writeSnapshot({ config, state, shards, pending }: StreamParts): StreamSnapshot {
  const open = new Map(shards.open.map((shardState) => [shardState.shardIndex, shardState]));
  const { streamName, streamArn: _, ...context } = config;
  return {
    version: SNAPSHOT_VERSION,
    streamName,
    context,
    streamMode: state.streamMode,
    recordDistributionStrategy: state.recordDistributionStrategy,
    warmThroughputMiBps: state.warmThroughputMiBps ?? null,
    encryption: { ...state.encryption, keyId: state.encryption.keyId ?? null },
    shardLevelMetrics: [...state.shardLevelMetrics],
    createdAtMs: state.createdAtMs,
    activeAtMs: state.activeAtMs,
    updatingUntilMs: state.updatingUntilMs,
    goneAtMs: state.goneAtMs ?? null,
    retentionPeriodHours: state.retentionPeriodHours,
    maxRecordSizeInKiB: state.maxRecordSizeInKiB,
    trimmedToMs: state.trimmedToMs,
    arrivedAtMs: state.arrivedAtMs,
    scaledAtMs: [...state.scaledAtMs],
    modeChangedAtMs: [...state.modeChangedAtMs],
    encryptionStartedAtMs: [...state.encryptionStartedAtMs],
    encryptionStoppedAtMs: [...state.encryptionStoppedAtMs],
    distributedCount: state.distributedCount,
    nextShardIndex: shards.nextShardIndex,
    sequenceIndexes: [...shards.sequenceIndexes].map(([shardGroup, { value }]) => ({
      shardGroup,
      lastSequenceIndex: value.toString(),
    })),
    shards: shards.shards.map((shard) => writeShard(shard, open.get(shard.shardIndex))),
    pending:
      pending === undefined ? null : { atMs: pending.atMs, steps: pending.steps.map(writeStep) },
  };
}

function writeShard(shard: StreamShard, state: ShardState | undefined): ShardSnapshot {
  const { closedAtMs, closingSecondMs } = shard;
  return {
    shardIndex: shard.shardIndex,
    startingHashKey: formatHashKey(shard.startingHashKey),
    endingHashKey: formatHashKey(shard.endingHashKey),
    parentShardIndex: indexOrNull(shard.parentShardId),
    adjacentParentShardIndex: indexOrNull(shard.adjacentParentShardId),
    createdAtMs: shard.createdAtMs,
    openedAtMs: shard.openedAtMs,
    closed: closedAtMs === undefined ? null : { closedAtMs, closingSecondMs: closingSecondMs! },
    open: state === undefined ? null : writeShardState(state),
  };
}

function writeShardState(state: ShardState): ShardSnapshot['open'] {
  return {
    lastSequenceNumber: state.sequencer.lastSequenceNumber,
    records: state.recordTokens,
    byteUnits: state.byteTokens,
    filledAtMs: state.refilledAtMs,
  };
}

function indexOrNull(shardId: string | undefined): number | null {
  return shardId === undefined ? null : unwrap(parseShardId(shardId));
}

function writeStep({ parentShardIndexes, children }: ReshardStep): ReshardStepSnapshot {
  return {
    parentShardIndexes: [...parentShardIndexes],
    children: children.map(({ shardIndex, startingHashKey, endingHashKey }) => ({
      shardIndex,
      startingHashKey: formatHashKey(startingHashKey),
      endingHashKey: formatHashKey(endingHashKey),
    })),
  };
}
