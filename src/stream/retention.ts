/**
 * The retention period of a stream: the trim horizon it sets, and the checks of a change.
 *
 * @module
 */

import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { RETENTION_HOURS_MAX, RETENTION_HOURS_MIN } from '../base/limits.ts';

const HOUR_MS = 3_600_000;

/**
 * Returns the trim horizon. Records that arrived before it have expired. One that arrived exactly
 * then has not.
 *
 * @returns Epoch milliseconds; negative if the retention period reaches back beyond 1970.
 */
export function trimHorizonMs(retentionHours: number, nowMs: number): number {
  return nowMs - retentionHours * HOUR_MS;
}

/** The two operations that change the retention period. */
export type RetentionOperation = 'DecreaseStreamRetentionPeriod' | 'IncreaseStreamRetentionPeriod';

/**
 * Returns the retention period that a request sets, in hours.
 *
 * The bounds (docs/facts.md#retention-too-short, docs/facts.md#retention-too-long) are checked
 * before the comparison with the current period (docs/facts.md#retention-check-order). The current
 * period itself is accepted (docs/facts.md#retention-wrong-way).
 */
export function changeRetention(
  operation: RetentionOperation,
  hours: { readonly requested: number; readonly current: number },
  streamName: string,
): Result<number> {
  const { requested, current } = hours;
  if (requested < RETENTION_HOURS_MIN) {
    return refuseRetention(
      `Minimum allowed retention period is ${RETENTION_HOURS_MIN} hours. Requested retention period (${requested} hours) is too short.`,
    );
  }
  if (requested > RETENTION_HOURS_MAX) {
    return refuseRetention(
      `Maximum allowed retention period is ${RETENTION_HOURS_MAX} hours. Requested retention period (${requested} hours) is too long.`,
    );
  }
  const isIncrease = operation === 'IncreaseStreamRetentionPeriod';
  if (isIncrease ? requested >= current : requested <= current) return ok(requested);
  const [direction, other] = isIncrease ? ['shorter', 'Decrease'] : ['longer', 'Increase'];
  return refuseRetention(
    `Requested retention period (${requested} hours) for stream ${streamName} can not be ${direction} than existing retention period (${current} hours). Use ${other}RetentionPeriod API.`,
  );
}

function refuseRetention(message: string): FaultResult {
  return refuse('InvalidArgumentException', message);
}
