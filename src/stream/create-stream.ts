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
import { ok, type Result } from '../base/fault.ts';
import { ON_DEMAND_SHARDS, RECORD_KIB_DEFAULT, RETENTION_HOURS_DEFAULT } from '../base/limits.ts';
import { MUST_NOT_BE_NULL, refuseViolations } from '../base/violation.ts';
import { secondOf } from '../sequencing/sequence-number.ts';
import { uniformHashRanges } from '../sharding/hash-key-range.ts';
import { checkShardQuota } from '../sharding/shard-quota.ts';
import { readSnapshot } from './snapshot/read-snapshot.ts';
import type { Stream } from './stream.ts';
import { assertCallTime, resolveContext, type StreamContext } from './stream-config.ts';
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
  const violations = [...validateRequest('CreateStream', copy, DEFAULT_LIMITS)];
  const config = resolveContext(context, copy.StreamName ?? '');
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
  const recordDistributionStrategy = copy.RecordDistributionStrategy ?? 'USER_PARTITION_KEY';
  if (recordDistributionStrategy === 'AUTO' && !isOnDemand) return refuseAutoOnProvisioned();
  const overQuota = checkShardQuota(config, { openShardCount: 0, additionalShards: shardCount });
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
    createdAtMs: nowMs,
    activeAtMs: nowMs + config.transitionMs,
    retentionPeriodHours: RETENTION_HOURS_DEFAULT,
    maxRecordSizeInKiB,
    trimmedToMs: 0,
    arrivedAtMs: nowMs,
    scaledAtMs: [],
    distributedCount: 0,
  };
  return ok(new StreamMachine(config, state, shards));
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
 * @returns The stream, or an `InvalidSnapshot` fault that says what is wrong and where.
 */
export function restoreStream(snapshot: unknown): Result<Stream> {
  const parts = readSnapshot(snapshot);
  if (!parts.ok) return parts;
  const { config, state, shards, pending } = parts.value;
  return ok(new StreamMachine(config, state, shards, pending));
}
