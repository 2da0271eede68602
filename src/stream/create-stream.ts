/**
 * Creates a stream, or restores it from a snapshot.
 *
 * @module
 */

import type { CreateStreamInput } from '../api/aws-types.ts';
import { copyRequest } from '../api/copy-request.ts';
import { getValuePrinter } from '../api/print-value.ts';
import { refuseAutoOnProvisioned } from '../api/service-errors.ts';
import { DEFAULT_LIMITS } from '../api/service-model.ts';
import { validateRequest } from '../api/validate-request.ts';
import { assertObject } from '../base/argument.ts';
import { type FaultResult, ok, type Result } from '../base/fault.ts';
import { ON_DEMAND_SHARDS, RECORD_KIB_DEFAULT, RETENTION_HOURS_DEFAULT } from '../base/limits.ts';
import { readOptions } from '../base/options.ts';
import { MUST_NOT_BE_NULL, refuseViolations } from '../base/violation.ts';
import { secondOf } from '../sequencing/sequence-number.ts';
import { uniformHashRanges } from '../sharding/hash-key-range.ts';
import { checkShardQuota } from '../sharding/shard-quota.ts';
import { readSnapshot } from './snapshot/read-snapshot.ts';
import type { Stream } from './stream.ts';
import {
  assertCallTime,
  quotaOf,
  resolveContext,
  type StreamConfig,
  type StreamContext,
  type StreamHost,
} from './stream-config.ts';
import { StreamMachine } from './stream-machine.ts';
import { createStreamShards } from './stream-shards.ts';
import type { StreamState } from './stream-state.ts';

/**
 * How long before the StreamCreationTimestamp the shards of a new stream were created
 * (docs/facts.md#shard-created-before-stream).
 */
const CREATION_LAG_MS = 3000;

/**
 * Creates a stream, as CreateStream does. It has ShardCount shards of equal width, or four if it is
 * on-demand (docs/facts.md#on-demand-shards).
 *
 * @example
 * ```ts
 * import { createStream, unwrap } from 'shardline';
 *
 * const stream = unwrap(
 *   createStream(
 *     { StreamName: 'orders', ShardCount: 3 },
 *     { accountId: '123456789012', region: 'us-east-1' },
 *     1_700_000_000_000,
 *   ),
 * );
 * const put = stream.putRecord(
 *   { StreamName: 'orders', PartitionKey: 'e', Data: new Uint8Array(3) },
 *   1_700_000_001_000,
 * );
 * put.ok && put.value.ShardId; // => 'shardId-000000000002'
 * ```
 *
 * @param nowMs Epoch milliseconds, from 0 to about the year 2477.
 * @returns The stream. A `ValidationException` fault for violations of the service model, an
 *   `InvalidArgumentException` fault for the strategy AUTO on a provisioned stream, or a
 *   `LimitExceededException` fault for more shards than the account may have.
 * @throws {TypeError} If a member of the request or the context is of the wrong type, or the
 *   context has an unknown option.
 * @throws {RangeError} If a member of the context, or the time, is out of range.
 */
export function createStream(
  request: CreateStreamInput,
  context: StreamContext,
  nowMs: number,
): Result<Stream> {
  assertObject(context, 'context');
  assertCallTime(nowMs);
  const copy = copyRequest('CreateStream', request);
  return buildStream(copy, resolveContext(context, readName(copy)), nowMs);
}

/** Returns the name in a request that is not yet validated; an empty text if it is not a string. */
export function readName({ StreamName }: CreateStreamInput): string {
  return typeof StreamName === 'string' ? StreamName : '';
}

/**
 * Creates a stream from a copy of a CreateStream request.
 *
 * @param account The account, if there is one. Otherwise the config has the number of other shards.
 */
export function buildStream(
  copy: CreateStreamInput,
  config: StreamConfig,
  nowMs: number,
  account?: { readonly host: StreamHost; readonly checkAccount: () => FaultResult | undefined },
): Result<StreamMachine> {
  const violations = [...validateRequest('CreateStream', copy, DEFAULT_LIMITS)];
  const streamMode = copy.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  const isOnDemand = streamMode === 'ON_DEMAND';
  const shardCount = isOnDemand ? ON_DEMAND_SHARDS : (copy.ShardCount ?? undefined);
  // The model no longer requires the count, because on-demand streams do not take it. The message
  // is the one of 2018 (docs/facts.md#create-shard-count, docs/known-gaps.md#missing-members).
  if (shardCount === undefined) {
    violations.unshift({ path: 'shardCount', value: shardCount, constraint: MUST_NOT_BE_NULL });
  }
  if (violations.length > 0 || shardCount === undefined) {
    return refuseViolations(violations, getValuePrinter(config.validationMessages));
  }
  const refused = account?.checkAccount();
  if (refused !== undefined) return refused;
  const recordDistributionStrategy = copy.RecordDistributionStrategy ?? 'USER_PARTITION_KEY';
  if (recordDistributionStrategy === 'AUTO' && !isOnDemand) return refuseAutoOnProvisioned();
  const overQuota =
    account?.host.checkStreamMode(streamMode, nowMs) ??
    // The quota is for provisioned streams (docs/facts.md#shard-quota-counts).
    (isOnDemand
      ? undefined
      : checkShardQuota(quotaOf(config, account?.host, nowMs), {
          openShardCount: 0,
          additionalShards: shardCount,
        }));
  if (overQuota !== undefined) return overQuota;
  const maxRecordSizeInKiB = copy.MaxRecordSizeInKiB ?? RECORD_KIB_DEFAULT;
  const shards = createStreamShards(
    uniformHashRanges(shardCount),
    {
      createdAtMs: Math.max(0, secondOf(nowMs - CREATION_LAG_MS) * 1000),
      openedAtMs: nowMs,
    },
    maxRecordSizeInKiB * 1024,
  );
  const state: StreamState = {
    streamMode,
    recordDistributionStrategy,
    warmThroughputMiBps: copy.WarmThroughputMiBps ?? undefined,
    encryption: {
      type: config.encryptionType,
      keyId: undefined,
      fromMs: 0,
      typeBefore: config.encryptionType,
    },
    shardLevelMetrics: [],
    createdAtMs: nowMs,
    activeAtMs: nowMs + config.creatingMs,
    updatingUntilMs: 0,
    goneAtMs: undefined,
    retentionPeriodHours: RETENTION_HOURS_DEFAULT,
    maxRecordSizeInKiB,
    trimmedToMs: 0,
    arrivedAtMs: nowMs,
    scaledAtMs: [],
    modeChangedAtMs: [],
    encryptionStartedAtMs: [],
    encryptionStoppedAtMs: [],
    distributedCount: 0,
  };
  return ok(new StreamMachine({ config, state, shards, pending: undefined }, account?.host));
}

/** How to restore a stream. */
export interface RestoreOptions {
  /** The last number of each shard that has records newer than the snapshot. */
  readonly lastSequenceNumbers?: Iterable<string> | undefined;
}

/**
 * Restores a stream from a snapshot. The snapshot is not trusted: all of it is checked.
 *
 * @example
 * ```ts
 * import { createStream, restoreStream, unwrap } from 'shardline';
 *
 * const context = { accountId: '123456789012', region: 'us-east-1' };
 * const stream = unwrap(createStream({ StreamName: 'orders', ShardCount: 2 }, context, 0));
 * const text = JSON.stringify(stream.snapshot());
 * const restored = unwrap(restoreStream(JSON.parse(text)));
 * JSON.stringify(restored.snapshot()) === text; // => true
 * ```
 *
 * @param options.lastSequenceNumbers For a snapshot that is older than the last records: the last
 *   number of each shard that has some, whether or not the record is still stored. The snapshot
 *   must have the stream's last `revision`. The stream goes on as if nothing had happened, except
 *   that its token buckets are full, and that the next turn under AUTO is that of the snapshot.
 *   Numbers hold seconds: if the clock steps back, arrival times may decrease by less than two.
 * @returns The stream, or an `InvalidSnapshot` fault that says what is wrong and where: with the
 *   snapshot, or with a number that is of no shard of it.
 * @throws {TypeError} If an option has an unknown name.
 */
export function restoreStream(snapshot: unknown, options: RestoreOptions = {}): Result<Stream> {
  const { lastSequenceNumbers } = readOptions(options, ['lastSequenceNumbers'], 'options');
  const parts = readSnapshot(snapshot, () => lastSequenceNumbers);
  if (!parts.ok) return parts;
  return ok(new StreamMachine(parts.value));
}
