/**
 * The two budgets of a shard as fractions of bigints, and how long to wait as a search: no unit in
 * which all is whole, no formula.
 */

/** A number of records or bytes, exactly. */
export interface Fraction {
  readonly above: bigint;
  readonly below: bigint;
}

export interface RationalBucket {
  readonly records: Fraction;
  readonly bytes: Fraction;
  readonly filledAtMs: number;
}

/** 1,000 records a second, and one second of them at most. */
const RECORDS = { perSecond: 1000n, most: 1000n };

/** One MiB a second, and the largest record at most. */
function bytesOf(depthBytes: number): { perSecond: bigint; most: bigint } {
  return { perSecond: 1_048_576n, most: BigInt(depthBytes) };
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

export function fullBucket(depthBytes: number, nowMs: number): RationalBucket {
  return { records: whole(RECORDS.most), bytes: whole(depthBytes), filledAtMs: nowMs };
}

/** How many whole milliseconds pass while an empty bucket fills. */
function fillMs({ perSecond, most }: { perSecond: bigint; most: bigint }): number {
  return Number((most * 1000n) / perSecond);
}

function filled(
  level: Fraction,
  elapsedMs: number,
  { perSecond, most }: { perSecond: bigint; most: bigint },
): Fraction {
  const sum = plus(level, { above: perSecond * BigInt(elapsedMs), below: 1000n });
  return isLess(whole(most), sum) ? whole(most) : sum;
}

/**
 * The bucket at a time. A clock that is behind fills nothing, one that is far behind everything.
 */
export function bucketAt(
  bucket: RationalBucket,
  depthBytes: number,
  nowMs: number,
): RationalBucket {
  const bytes = bytesOf(depthBytes);
  if (nowMs < bucket.filledAtMs - Math.max(fillMs(RECORDS), fillMs(bytes))) {
    return fullBucket(depthBytes, nowMs);
  }
  if (nowMs < bucket.filledAtMs) return bucket;
  const elapsedMs = nowMs - bucket.filledAtMs;
  return {
    records: filled(bucket.records, elapsedMs, RECORDS),
    bytes: filled(bucket.bytes, elapsedMs, bytes),
    filledAtMs: nowMs,
  };
}

/** The bucket without a record of so many bytes; undefined if there is no room for it. */
export function taken(
  bucket: RationalBucket,
  bytes: number,
  depthBytes: number,
  nowMs: number,
): RationalBucket | undefined {
  const now = bucketAt(bucket, depthBytes, nowMs);
  if (isLess(now.records, whole(1n)) || isLess(now.bytes, whole(bytes))) return undefined;
  return {
    records: plus(now.records, whole(-1n)),
    bytes: plus(now.bytes, whole(-bytes)),
    filledAtMs: now.filledAtMs,
  };
}

/** In how many milliseconds there will be room, by halving the time in which there must be. */
export function waitMs(
  bucket: RationalBucket,
  bytes: number,
  depthBytes: number,
  nowMs: number,
): number {
  const hasRoom = (ms: number) => taken(bucket, bytes, depthBytes, nowMs + ms) !== undefined;
  let low = 0;
  // As far behind as is not a correction, and then empty.
  let high = 2 * Math.max(fillMs(RECORDS), fillMs(bytesOf(depthBytes))) + 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hasRoom(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bucket with another depth from now on. */
export function resized(
  bucket: RationalBucket,
  oldDepthBytes: number,
  newDepthBytes: number,
  nowMs: number,
): RationalBucket {
  const now = bucketAt(bucket, oldDepthBytes, nowMs);
  const most = whole(newDepthBytes);
  return { ...now, bytes: isLess(most, now.bytes) ? most : now.bytes };
}
