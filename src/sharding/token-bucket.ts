/**
 * One shard's two budgets, records and bytes: buckets that are told the time.
 *
 * The published limits are 1,000 records and 1 MiB a second, partition keys included (guide,
 * quotas), of which the byte budget may burst to the stream's largest record (guide, large
 * records). How deep the service's record bucket really is, is not published; here it holds one
 * second.
 *
 * @module
 */

// One millisecond refills one record and 1,048.576 bytes: in units of 1/125 byte both are whole
// numbers, so that no fraction is ever lost or gained.
export const UNITS_PER_BYTE = 125;
const BYTE_UNITS_PER_MS = 131_072;
const RECORDS_PER_MS = 1;

/** A second's worth of records. */
export const RECORDS_DEPTH = 1000;
const RECORDS_FILL_MS = 1000;

/** The state of a shard's budgets, plain data. */
export interface Budget {
  /** Records that may come now. Invariant: 0 <= records <= 1,000. */
  records: number;
  /** Bytes that may come now, in 1/125 byte. Invariant: 0 <= byteUnits <= 125 * depth in bytes. */
  byteUnits: number;
  /** When the two were last filled up. */
  filledAtMs: number;
}

/** A full budget. @param depthBytes The stream's largest record. */
export function fullBudget(depthBytes: number, nowMs: number): Budget {
  return {
    records: RECORDS_DEPTH,
    byteUnits: depthBytes * UNITS_PER_BYTE,
    filledAtMs: nowMs,
  };
}

/**
 * Takes one record from the budgets, or nothing.
 *
 * Over any stretch of `w` milliseconds of a clock that does not step back, at most 1,000 + w
 * records and `depthBytes` + 1,048.576 * w bytes are admitted. A clock that steps back fills
 * nothing until it has caught up; a step of more than the time that empty budgets take to fill (1
 * s, or 10 s at the largest record size) finds full ones instead, because a day's correction would
 * otherwise shut the shard for a day.
 *
 * @param bytes Data and partition key, from 0 to `depthBytes`.
 * @returns 0 if the record is admitted; otherwise in how many milliseconds it would be, and the
 *   budget is untouched.
 */
export function admitRecord(
  budget: Budget,
  bytes: number,
  depthBytes: number,
  nowMs: number,
): number {
  const depthUnits = depthBytes * UNITS_PER_BYTE;
  let elapsedMs = nowMs - budget.filledAtMs;
  let behindMs = 0;
  if (elapsedMs < 0) {
    if (isCorrection(elapsedMs, depthUnits)) {
      elapsedMs = -elapsedMs;
    } else {
      behindMs = -elapsedMs;
      elapsedMs = 0;
    }
  }
  const records = Math.min(RECORDS_DEPTH, budget.records + elapsedMs * RECORDS_PER_MS);
  const byteUnits = Math.min(depthUnits, budget.byteUnits + elapsedMs * BYTE_UNITS_PER_MS);
  const units = bytes * UNITS_PER_BYTE;
  if (records < 1 || byteUnits < units) {
    const recordsMs = (1 - records) / RECORDS_PER_MS;
    const bytesMs = Math.ceil((units - byteUnits) / BYTE_UNITS_PER_MS);
    return behindMs + Math.max(recordsMs, bytesMs);
  }
  budget.records = records - 1;
  budget.byteUnits = byteUnits - units;
  budget.filledAtMs = nowMs + behindMs;
  return 0;
}

/**
 * Changes the depth of the byte budget, as of now: what had overflowed the old depth stays lost,
 * and so does what does not fit the new one.
 */
export function resizeBudget(
  budget: Budget,
  oldDepthBytes: number,
  newDepthBytes: number,
  nowMs: number,
): void {
  const oldDepthUnits = oldDepthBytes * UNITS_PER_BYTE;
  const steppedMs = nowMs - budget.filledAtMs;
  const isBehind = steppedMs < 0 && !isCorrection(steppedMs, oldDepthUnits);
  const elapsedMs = isBehind ? 0 : Math.abs(steppedMs);
  const byteUnits = Math.min(oldDepthUnits, budget.byteUnits + elapsedMs * BYTE_UNITS_PER_MS);
  budget.records = Math.min(RECORDS_DEPTH, budget.records + elapsedMs * RECORDS_PER_MS);
  budget.byteUnits = Math.min(byteUnits, newDepthBytes * UNITS_PER_BYTE);
  if (!isBehind) budget.filledAtMs = nowMs;
}

/** True of a step back in time that is longer than empty budgets take to fill. */
function isCorrection(elapsedMs: number, depthUnits: number): boolean {
  return -elapsedMs > Math.max(RECORDS_FILL_MS, depthUnits / BYTE_UNITS_PER_MS);
}
