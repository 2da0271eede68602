/**
 * The twin of the token buckets: tokens are exact fractions of bigints, and the time to wait is
 * found by a search.
 */

/** A number of records or bytes, exactly. */
export interface Fraction {
  readonly above: bigint;
  readonly below: bigint;
}

export interface RationalBucket {
  readonly records: Fraction;
  readonly bytes: Fraction;
  readonly refilledAtMs: number;
}

/** 1,000 records per second, and a capacity of one second. */
const RECORDS = { perSecond: 1000n, most: 1000n };

/** One MiB per second, and the capacity of the largest record. */
function bytesOf(capacityBytes: number): { perSecond: bigint; most: bigint } {
  return { perSecond: 1_048_576n, most: BigInt(capacityBytes) };
}

function whole(number: bigint | number): Fraction {
  return { above: BigInt(number), below: 1n };
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a.above * b.below < b.above * a.below;
}

function plus(a: Fraction, b: Fraction): Fraction {
  const above = a.above * b.below + b.above * a.below;
  const below = a.below * b.below;
  let [x, y] = [above < 0n ? -above : above, below];
  while (y > 0n) [x, y] = [y, x % y];
  return { above: above / x, below: below / x };
}

export function fullBucket(capacityBytes: number, nowMs: number): RationalBucket {
  return { records: whole(RECORDS.most), bytes: whole(capacityBytes), refilledAtMs: nowMs };
}

/** Returns how many whole milliseconds an empty bucket takes to refill. */
function refillTimeMs({ perSecond, most }: { perSecond: bigint; most: bigint }): number {
  return Number((most * 1000n) / perSecond);
}

function refilled(
  level: Fraction,
  elapsedMs: number,
  { perSecond, most }: { perSecond: bigint; most: bigint },
): Fraction {
  const sum = plus(level, { above: perSecond * BigInt(elapsedMs), below: 1000n });
  return isLess(whole(most), sum) ? whole(most) : sum;
}

/**
 * Returns the bucket at a time. A clock that steps back refills nothing, one that steps back far
 * refills everything.
 */
export function bucketAt(
  bucket: RationalBucket,
  capacityBytes: number,
  nowMs: number,
): RationalBucket {
  const bytes = bytesOf(capacityBytes);
  if (nowMs < bucket.refilledAtMs - Math.max(refillTimeMs(RECORDS), refillTimeMs(bytes))) {
    return fullBucket(capacityBytes, nowMs);
  }
  if (nowMs < bucket.refilledAtMs) return bucket;
  const elapsedMs = nowMs - bucket.refilledAtMs;
  return {
    records: refilled(bucket.records, elapsedMs, RECORDS),
    bytes: refilled(bucket.bytes, elapsedMs, bytes),
    refilledAtMs: nowMs,
  };
}

/** Returns the bucket after a record of that many bytes, or undefined if it lacks the tokens. */
export function taken(
  bucket: RationalBucket,
  bytes: number,
  capacityBytes: number,
  nowMs: number,
): RationalBucket | undefined {
  const now = bucketAt(bucket, capacityBytes, nowMs);
  if (isLess(now.records, whole(1n)) || isLess(now.bytes, whole(bytes))) return undefined;
  return {
    records: plus(now.records, whole(-1n)),
    bytes: plus(now.bytes, whole(-bytes)),
    refilledAtMs: now.refilledAtMs,
  };
}

/** Returns in how many milliseconds the bucket will have the tokens, by a binary search. */
export function waitMs(
  bucket: RationalBucket,
  bytes: number,
  capacityBytes: number,
  nowMs: number,
): number {
  const hasRoom = (ms: number) => taken(bucket, bytes, capacityBytes, nowMs + ms) !== undefined;
  let low = 0;
  // The furthest step back that does not refill everything, and then a refill from empty.
  let high = 2 * Math.max(refillTimeMs(RECORDS), refillTimeMs(bytesOf(capacityBytes))) + 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hasRoom(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns the bucket with another capacity from now on. */
export function resized(
  bucket: RationalBucket,
  oldCapacityBytes: number,
  newCapacityBytes: number,
  nowMs: number,
): RationalBucket {
  const now = bucketAt(bucket, oldCapacityBytes, nowMs);
  const most = whole(newCapacityBytes);
  return { ...now, bytes: isLess(most, now.bytes) ? most : now.bytes };
}
