/**
 * The throughput of one shard: a token bucket for records and one for bytes.
 *
 * A shard takes 1,000 records and 1 MiB per second, partition keys included
 * (docs/facts.md#shard-write-rate). Some pages of AWS give other rates for bytes
 * (docs/facts.md#shard-write-rate-conflict). The capacity for bytes is the stream's largest record
 * (docs/facts.md#shard-write-burst). The capacity for records is not published
 * (docs/facts.md#shard-record-burst); here it is one second of refill
 * (docs/known-gaps.md#record-burst).
 *
 * @module
 */

import { ceil, max, min } from '../base/intrinsics.ts';

// A millisecond refills 1 record and 1,048.576 bytes. In tokens of 1/125 byte both are integers, so
// no fraction is ever lost or gained.
export const TOKENS_PER_BYTE = 125;
const BYTE_TOKENS_PER_MS = 131_072;
const RECORD_TOKENS_PER_MS = 1;

/** The capacity for records: one second of refill. */
export const RECORD_CAPACITY = 1000;
const RECORD_REFILL_MS = 1000;

/** The two token buckets of a shard, as plain data. */
export interface TokenBucket {
  /** Tokens for records, one per record. Invariant: from 0 to {@link RECORD_CAPACITY}. */
  recordTokens: number;
  /**
   * Tokens for bytes, 125 per byte. Invariant: at most `byteCapacity`. Below 0 only after a record
   * that needed more than the capacity.
   */
  byteTokens: number;
  /** Capacity for bytes: the stream's largest record, at 125 tokens per byte. */
  byteCapacity: number;
  /** When both buckets were last refilled, in epoch milliseconds. */
  refilledAtMs: number;
}

/**
 * Creates full buckets.
 *
 * @param capacityBytes The stream's largest record.
 */
export function createTokenBucket(capacityBytes: number, nowMs: number): TokenBucket {
  const byteCapacity = capacityBytes * TOKENS_PER_BYTE;
  return {
    recordTokens: RECORD_CAPACITY,
    byteTokens: byteCapacity,
    byteCapacity,
    refilledAtMs: nowMs,
  };
}

/** Takes the tokens of a record. Returns 0, or the milliseconds until they can be taken. */
export type TakeTokens = (bucket: TokenBucket, bytes: number, nowMs: number) => number;

/**
 * Takes the tokens of one record, or none.
 *
 * Over any `w` milliseconds of a clock that does not step back, at most 1,000 + w records and
 * capacity + 1,048.576 * w bytes are taken.
 *
 * After the clock steps back, nothing is refilled until it has caught up. After a step longer than
 * empty buckets take to refill (1 s, or 10 s at the largest record size), the buckets are full.
 * Otherwise a correction of one day would block the shard for a day
 * (docs/known-gaps.md#clock-steps-back).
 *
 * @param bytes The size of data and partition key, from 0 to the capacity. If `bytes` times
 *   `weight` exceeds the capacity, the record is taken once the bucket is full, and leaves it below
 *   0.
 * @param weight How many times the tokens of the record are taken, for example 4 for a producer
 *   that may use a quarter of the shard. From 1 to {@link RECORD_CAPACITY}.
 * @returns 0 if the tokens were taken. Otherwise the milliseconds until they can be taken; the
 *   buckets are then unchanged.
 */
export function takeTokens(bucket: TokenBucket, bytes: number, nowMs: number, weight = 1): number {
  const sinceMs = refillTimeMs(bucket, nowMs);
  const refillMs = max(sinceMs, 0);
  const behindMs = max(-sinceMs, 0);
  const recordTokens = refilledRecords(bucket, refillMs);
  const byteTokens = refilledBytes(bucket, refillMs);
  const needed = bytes * TOKENS_PER_BYTE * weight;
  const enough = min(needed, bucket.byteCapacity);
  if (recordTokens < weight || byteTokens < enough) {
    const recordsMs = ceil((weight - recordTokens) / RECORD_TOKENS_PER_MS);
    const bytesMs = ceil((enough - byteTokens) / BYTE_TOKENS_PER_MS);
    return behindMs + max(recordsMs, bytesMs);
  }
  bucket.recordTokens = recordTokens - weight;
  bucket.byteTokens = byteTokens - needed;
  bucket.refilledAtMs = nowMs + behindMs;
  return 0;
}

/** Returns what {@link takeTokens} would return, without taking any tokens. */
export function waitForTokens(bucket: TokenBucket, bytes: number, nowMs: number): number {
  return takeTokens({ ...bucket }, bytes, nowMs);
}

/**
 * Changes the capacity for bytes. Tokens that exceeded the old capacity stay lost, and those that
 * exceed the new capacity are lost (docs/known-gaps.md#record-size-change).
 */
export function resizeTokenBucket(bucket: TokenBucket, capacityBytes: number, nowMs: number): void {
  const sinceMs = refillTimeMs(bucket, nowMs);
  const refillMs = max(sinceMs, 0);
  const byteCapacity = capacityBytes * TOKENS_PER_BYTE;
  bucket.recordTokens = refilledRecords(bucket, refillMs);
  bucket.byteTokens = min(refilledBytes(bucket, refillMs), byteCapacity);
  bucket.byteCapacity = byteCapacity;
  if (sinceMs >= 0) bucket.refilledAtMs = nowMs;
}

/**
 * Returns the milliseconds to refill for. If negative, the clock is that far behind the last
 * refill, and nothing is refilled.
 */
function refillTimeMs(bucket: TokenBucket, nowMs: number): number {
  const sinceMs = nowMs - bucket.refilledAtMs;
  // The common case, which needs no division.
  if (sinceMs >= 0) return sinceMs;
  const isCorrection = -sinceMs > max(RECORD_REFILL_MS, bucket.byteCapacity / BYTE_TOKENS_PER_MS);
  return isCorrection ? -sinceMs : sinceMs;
}

function refilledRecords(bucket: TokenBucket, refillMs: number): number {
  return min(RECORD_CAPACITY, bucket.recordTokens + refillMs * RECORD_TOKENS_PER_MS);
}

function refilledBytes(bucket: TokenBucket, refillMs: number): number {
  return min(bucket.byteCapacity, bucket.byteTokens + refillMs * BYTE_TOKENS_PER_MS);
}
