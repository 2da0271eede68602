/**
 * The ways to a stream: creating it, and restoring it from a snapshot.
 *
 * A stream is a value: a request and a time go in, an answer and the next state come out.
 *
 * @module
 */

import type { CreateStreamInput } from '../api/aws-types.ts';
import { autoOnProvisioned } from '../api/service-errors.ts';
import { validateRequest } from '../api/validate-request.ts';
import { ok, type Result } from '../base/fault.ts';
import { ON_DEMAND_SHARDS, RECORD_KIB_DEFAULT, RETENTION_HOURS_DEFAULT } from '../base/limits.ts';
import { MUST_NOT_BE_NULL, refuseViolations } from '../base/violation.ts';
import { secondOf } from '../sequencing/sequence-number.ts';
import { uniformHashRanges } from '../sharding/hash-key-range.ts';
import { refuseShardLimit } from '../sharding/reshard.ts';
import { readSnapshot } from './snapshot/snapshot.ts';
import type { Stream } from './stream.ts';
import { assertTime, type StreamContext, surroundingsOf } from './stream-config.ts';
import { StreamMachine } from './stream-machine.ts';
import { firstTopology } from './stream-shards.ts';
import type { StreamSettings } from './stream-state.ts';

/**
 * In every real stream known (13 of 13, 2017 to 2024) the shards were created three seconds before
 * the StreamCreationTimestamp.
 */
const CREATION_LAG_MS = 3000;

/**
 * Creates a stream, as CreateStream does: of so many shards of equal width, or of four if it is an
 * on-demand one.
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
 * @returns A `ValidationException` for members that break the service model, an
 *   `InvalidArgumentException` for the strategy AUTO on a provisioned stream, a
 *   `LimitExceededException` for more shards than the account may have.
 * @throws {TypeError} If a member of the request or the context is of the wrong type.
 * @throws {RangeError} If a member of the context, or the time, is out of range.
 */
export function createStream(
  request: CreateStreamInput,
  context: StreamContext,
  nowMs: number,
): Result<Stream> {
  assertTime(nowMs);
  const violations = [
    ...validateRequest('CreateStream', request, { recordBytesMax: RECORD_KIB_DEFAULT * 1024 }),
  ];
  const around = surroundingsOf(context, request.StreamName ?? '');
  const streamMode = request.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  const isOnDemand = streamMode === 'ON_DEMAND';
  const shardCount = isOnDemand ? ON_DEMAND_SHARDS : (request.ShardCount ?? undefined);
  // The model has not required the count since there are on-demand streams; these are its words of
  // before.
  if (shardCount === undefined) {
    violations.unshift({ path: 'shardCount', value: shardCount, constraint: MUST_NOT_BE_NULL });
  }
  if (violations.length > 0 || shardCount === undefined) {
    return refuseViolations(violations, around.validationMessages);
  }
  const recordDistributionStrategy = request.RecordDistributionStrategy ?? 'USER_PARTITION_KEY';
  if (recordDistributionStrategy === 'AUTO' && !isOnDemand) return autoOnProvisioned();
  if (around.otherOpenShardCount + shardCount > around.shardLimit) {
    return refuseShardLimit(0, shardCount, around);
  }
  const maxRecordSizeInKiB = request.MaxRecordSizeInKiB ?? RECORD_KIB_DEFAULT;
  const topology = firstTopology(
    uniformHashRanges(shardCount),
    Math.max(0, secondOf(nowMs - CREATION_LAG_MS) * 1000),
    nowMs,
    maxRecordSizeInKiB * 1024,
  );
  const settings: StreamSettings = {
    streamMode,
    recordDistributionStrategy,
    warmThroughputMiBps: request.WarmThroughputMiBps ?? undefined,
    createdAtMs: nowMs,
    activeAtMs: nowMs + around.transitionMs,
    retentionPeriodHours: RETENTION_HOURS_DEFAULT,
    maxRecordSizeInKiB,
    trimmedToMs: 0,
    arrivedAtMs: nowMs,
    scaledAtMs: [],
    distributedCount: 0,
  };
  return ok(new StreamMachine(around, settings, topology));
}

/**
 * Restores a stream from a snapshot, which may come from anywhere: all of it is checked.
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
 * @returns An `InvalidSnapshot` that says what is wrong with it, and where.
 */
export function restoreStream(snapshot: unknown): Result<Stream> {
  const parts = readSnapshot(snapshot);
  if (!parts.ok) return parts;
  const { around, settings, topology, pending } = parts.value;
  return ok(new StreamMachine(around, settings, topology, pending));
}
