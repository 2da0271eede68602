/**
 * The settings of a stream that an operation changes: its mode, encryption, shard-level metrics,
 * warm throughput and distribution strategy.
 *
 * @module
 */

import type { EncryptionType, ShardLevelMetric, StreamMode } from '../api/aws-types.ts';
import { SHARD_LEVEL_METRICS } from '../api/service-model.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { ENCRYPTION_CHANGES_PER_DAY, MODE_CHANGES_PER_DAY } from '../base/limits.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';
import type { StreamState } from './stream-state.ts';

const DAY_MS = 86_400_000;

/** Returns those times that are in the last 24 hours. */
export function lastDayOf(times: readonly number[], nowMs: number): readonly number[] {
  return times.filter((atMs) => atMs > nowMs - DAY_MS);
}

/**
 * Returns the times of the successful UpdateStreamMode calls of the last 24 hours, or refuses
 * another one: there may be two (docs/facts.md#mode-switch-quota). The message is ours
 * (docs/known-gaps.md#unrecorded-messages).
 *
 * AUTO is for on-demand streams only, so a stream with it cannot become provisioned
 * (docs/known-gaps.md#auto-mode-change).
 */
export function checkModeChange(
  state: StreamState,
  streamMode: StreamMode,
  { streamName, accountId }: StreamIdentity,
  nowMs: number,
): Result<readonly number[]> {
  const recent = lastDayOf(state.modeChangedAtMs, nowMs);
  if (recent.length >= MODE_CHANGES_PER_DAY) {
    return refuseTooOften(
      `Stream ${streamName} under account ${accountId} has changed its mode`,
      recent.length,
    );
  }
  if (streamMode === 'PROVISIONED' && state.recordDistributionStrategy === 'AUTO') {
    return refuse(
      'InvalidArgumentException',
      `Stream ${streamName} under account ${accountId} has the AUTO record distribution strategy, which is only supported in on-demand mode.`,
    );
  }
  return ok(recent);
}

/**
 * Returns the times of the successful calls of the last 24 hours that start or stop encryption, or
 * refuses another one: there may be 25 of each (docs/facts.md#encryption-changes). KMS is the only
 * valid type in both requests. The messages are ours (docs/known-gaps.md#unrecorded-messages).
 */
export function checkEncryptionChange(
  times: readonly number[],
  type: EncryptionType,
  { streamName, accountId }: StreamIdentity,
  nowMs: number,
): Result<readonly number[]> {
  if (type !== 'KMS') {
    return refuse('InvalidArgumentException', `EncryptionType must be KMS, not ${type}.`);
  }
  const recent = lastDayOf(times, nowMs);
  return recent.length < ENCRYPTION_CHANGES_PER_DAY
    ? ok(recent)
    : refuseTooOften(
        `Stream ${streamName} under account ${accountId} has changed its encryption`,
        recent.length,
      );
}

function refuseTooOften(what: string, times: number): FaultResult {
  return refuse(
    'LimitExceededException',
    `${what} ${times} times in the last 24 hours, which is the most that is allowed.`,
  );
}

/** Refuses a setting that only on-demand streams have. The message is ours. */
export function refuseProvisioned(
  setting: string,
  { streamName, accountId }: StreamIdentity,
): FaultResult {
  return refuse(
    'ValidationException',
    `Stream ${streamName} under account ${accountId} is in provisioned mode, which does not support ${setting}.`,
  );
}

/**
 * Returns the metrics with some enabled or disabled, in the model's order; the same list if that
 * changes nothing. `ALL` is all of them (docs/facts.md#shard-level-metrics).
 */
export function changeMetrics(
  metrics: readonly ShardLevelMetric[],
  changed: readonly string[],
  isEnabled: boolean,
): readonly ShardLevelMetric[] {
  const after = SHARD_LEVEL_METRICS.filter((metric) =>
    changed.includes(metric) || changed.includes('ALL') ? isEnabled : metrics.includes(metric),
  );
  return after.join() === metrics.join() ? metrics : after;
}
