/**
 * The retention period: the trim horizon, and the calls that change it.
 *
 * @module
 */

import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { RETENTION_HOURS_MAX, RETENTION_HOURS_MIN } from '../base/limits.ts';

const HOUR_MS = 3_600_000;

/**
 * Returns the trim horizon. Records that arrived before it are gone; one that arrived exactly then
 * is kept.
 *
 * @returns Epoch milliseconds; negative where the retention period reaches back beyond 1970.
 */
export function trimHorizonMs(retentionHours: number, nowMs: number): number {
  return nowMs - retentionHours * HOUR_MS;
}

/** The two operations that change the retention period. */
export type RetentionOperation = 'DecreaseStreamRetentionPeriod' | 'IncreaseStreamRetentionPeriod';

/**
 * Returns the retention period that a request sets.
 *
 * The bounds are checked before the comparison (kinesalite; the message for the minimum was run on
 * AWS 2018, the one for the maximum is moto's).
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
