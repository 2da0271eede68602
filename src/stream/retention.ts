/**
 * How long a record lives, and the calls that change it.
 *
 * @module
 */

import { type Fault, ok, type Result, refuse } from '../base/fault.ts';
import { RETENTION_HOURS_MAX, RETENTION_HOURS_MIN } from '../base/limits.ts';

const HOUR_MS = 3_600_000;

/**
 * The trim horizon: records that arrived before it are gone, one that arrived exactly then is kept.
 *
 * @returns Epoch milliseconds; negative where retention reaches back beyond 1970.
 */
export function trimHorizonMs(retentionHours: number, nowMs: number): number {
  return nowMs - retentionHours * HOUR_MS;
}

/** A retention period that IncreaseStreamRetentionPeriod may set, or the service's refusal. */
export function increasedRetention(
  hours: number,
  currentHours: number,
  streamName: string,
): Result<number> {
  const fault = outOfBounds(hours);
  if (fault !== undefined) return fault;
  if (hours >= currentHours) return ok(hours);
  return refuse(
    'InvalidArgumentException',
    `Requested retention period (${hours} hours) for stream ${streamName} can not be shorter than existing retention period (${currentHours} hours). Use DecreaseRetentionPeriod API.`,
  );
}

/** A retention period that DecreaseStreamRetentionPeriod may set, or the service's refusal. */
export function decreasedRetention(
  hours: number,
  currentHours: number,
  streamName: string,
): Result<number> {
  const fault = outOfBounds(hours);
  if (fault !== undefined) return fault;
  if (hours <= currentHours) return ok(hours);
  return refuse(
    'InvalidArgumentException',
    `Requested retention period (${hours} hours) for stream ${streamName} can not be longer than existing retention period (${currentHours} hours). Use IncreaseRetentionPeriod API.`,
  );
}

/**
 * The bounds come before the comparison (kinesalite; the first text run on AWS 2018, the second
 * moto's).
 */
function outOfBounds(hours: number): { readonly ok: false; readonly fault: Fault } | undefined {
  if (hours < RETENTION_HOURS_MIN) {
    return refuse(
      'InvalidArgumentException',
      `Minimum allowed retention period is ${RETENTION_HOURS_MIN} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > RETENTION_HOURS_MAX) {
    return refuse(
      'InvalidArgumentException',
      `Maximum allowed retention period is ${RETENTION_HOURS_MAX} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
  return undefined;
}
