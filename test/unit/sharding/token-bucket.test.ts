/** Refill per millisecond: one record and 1,048.576 bytes. */

import { describe, expect, it } from 'vitest';
import {
  createTokenBucket,
  resizeTokenBucket,
  type TokenBucket,
  takeTokens,
  waitForTokens,
} from '../../../src/sharding/token-bucket.ts';
import { MIB, T0 } from '../../support/streams.ts';

const PER_BYTE = 125;

/** Returns a bucket with tokens for `records` records and `bytes` bytes at T0. */
function bucketOf(records: number, bytes: number, capacityBytes = MIB): TokenBucket {
  return {
    recordTokens: records,
    byteTokens: bytes * PER_BYTE,
    byteCapacity: capacityBytes * PER_BYTE,
    refilledAtMs: T0,
  };
}

describe('takeTokens', () => {
  it('takes the tokens of a record and its bytes', () => {
    const bucket = createTokenBucket(MIB, T0);
    expect(takeTokens(bucket, 100, T0)).toBe(0);
    expect(bucket).toEqual(bucketOf(999, MIB - 100));
  });

  it('takes nothing in waitForTokens', () => {
    const bucket = createTokenBucket(MIB, T0);
    expect(waitForTokens(bucket, 100, T0)).toBe(0);
    expect(bucket).toEqual(createTokenBucket(MIB, T0));
  });

  it('admits records of zero bytes and of the whole capacity', () => {
    const bucket = createTokenBucket(MIB, T0);
    expect(takeTokens(bucket, MIB, T0)).toBe(0);
    expect(takeTokens(bucket, 0, T0)).toBe(0);
    expect(bucket).toEqual(bucketOf(998, 0));
    expect(takeTokens(bucket, 1, T0)).toBe(1);
  });

  it.each([
    ['no record left', 0, MIB, 10, 1],
    ['a byte too few', 10, 999, 1000, 1],
    ['the bytes of a millisecond too few', 10, 0, 1048, 1],
    ['a byte more than those of a millisecond', 10, 0, 1049, 2],
    ['all bytes too few', 10, 0, MIB, 1000],
    ['neither', 0, 0, 131_072, 125],
  ])('returns how long to wait with %s', (_, records, bytesLeft, bytes, waitMs) => {
    const bucket = bucketOf(records, bytesLeft);
    expect(takeTokens(bucket, bytes, T0)).toBe(waitMs);
    expect(bucket).toEqual(bucketOf(records, bytesLeft));
    expect(takeTokens({ ...bucket }, bytes, T0 + waitMs - 1)).toBe(1);
    expect(takeTokens({ ...bucket }, bytes, T0 + waitMs)).toBe(0);
  });

  it('loses no fraction of a byte', () => {
    const bucket = bucketOf(1000, 0);
    for (let ms = 1; ms <= 125; ms++) expect(takeTokens(bucket, 1048, T0 + ms)).toBe(0);
    // 125 ms are 131,072 bytes, of which 131,000 are taken.
    expect(bucket.byteTokens).toBe(72 * PER_BYTE);
  });

  it('refills up to one second of records and the capacity in bytes, no further', () => {
    const bucket = bucketOf(0, 0, 10 * MIB);
    expect(takeTokens(bucket, 0, T0 + 86_400_000)).toBe(0);
    expect(bucket).toMatchObject({ recordTokens: 999, byteTokens: 10 * MIB * PER_BYTE });
  });

  it('refills nothing until a clock that stepped back has caught up', () => {
    const bucket = bucketOf(1, 10);
    expect(takeTokens(bucket, 10, T0 - 1000)).toBe(0);
    expect(bucket).toEqual(bucketOf(0, 0));
    expect(waitForTokens(bucket, 0, T0 - 1000)).toBe(1001);
    expect(takeTokens(bucket, 0, T0 - 1000)).toBe(1001);
    expect(takeTokens(bucket, 0, T0)).toBe(1);
  });

  it('fills the buckets after a longer step back', () => {
    const bucket = bucketOf(0, 0);
    expect(takeTokens(bucket, MIB, T0 - 1001)).toBe(0);
    expect(bucket).toEqual({ ...bucketOf(999, 0), refilledAtMs: T0 - 1001 });
    const deep = bucketOf(0, 0, 10 * MIB);
    expect(takeTokens(deep, 0, T0 - 10_000)).toBe(10_001);
    expect(takeTokens(deep, 10 * MIB, T0 - 10_001)).toBe(0);
  });
});

describe('resizeTokenBucket', () => {
  it('keeps the tokens', () => {
    const bucket = bucketOf(7, 500);
    resizeTokenBucket(bucket, 2 * MIB, T0);
    expect(bucket).toEqual(bucketOf(7, 500, 2 * MIB));
  });

  it('refills to the old capacity first', () => {
    const bucket = bucketOf(0, 0);
    resizeTokenBucket(bucket, 10 * MIB, T0 + 5000);
    expect(bucket).toEqual({ ...bucketOf(1000, MIB, 10 * MIB), refilledAtMs: T0 + 5000 });
  });

  it('cuts to the new capacity', () => {
    const bucket = createTokenBucket(10 * MIB, T0);
    resizeTokenBucket(bucket, MIB, T0);
    expect(bucket).toEqual(createTokenBucket(MIB, T0));
  });

  it('keeps the time of the last refill if the clock is behind it', () => {
    const bucket = bucketOf(0, 0);
    resizeTokenBucket(bucket, 2 * MIB, T0 - 500);
    expect(bucket).toEqual(bucketOf(0, 0, 2 * MIB));
    resizeTokenBucket(bucket, MIB, T0 - 2001);
    expect(bucket).toEqual(createTokenBucket(MIB, T0 - 2001));
  });
});
