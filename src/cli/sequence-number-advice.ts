/**
 * Advice about sequence numbers that no Kinesis stream assigned.
 *
 * @module
 */

import type { SequenceNumberParts } from '../sequencing/sequence-number.ts';

/** Has the length of a number of DynamoDB Streams (docs/facts.md#dynamodb-stream-numbers). */
const DYNAMODB_NUMBER = /^[1-9][0-9]{20,39}$/;

/** The form in which programs that read a number as a double print it, rounded to 17 digits. */
const SCIENTIFIC = /^[0-9]+(?:\.[0-9]+)?e\+?[0-9]+$/i;

/** The form of all numbers in use (docs/facts.md#sequence-number-pattern). */
const KINESIS_NUMBER = /^[1-9][0-9]{55}$/;

/** The form of a path, or of a file with an extension. */
const PATH = /[/\\]|\.[a-z]+$/i;

const POSITIONS = new Set(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP', 'SHARD_END']);

const DAY_MS = 86_400_000;

/** Says what a text that is not a sequence number may be and what to do, or returns undefined. */
export function adviseOnRefusal(text: string): string | undefined {
  if (POSITIONS.has(text)) return 'It is the name of a position in a shard.';
  if (/["'`,{}[\]]/.test(text)) {
    return 'Pass the number alone, without quotes and commas; jq -r prints it so.';
  }
  if (SCIENTIFIC.test(text) || isRounded(text)) {
    return 'A program has rounded it to a double. Keep sequence numbers as strings.';
  }
  if (DYNAMODB_NUMBER.test(text)) return 'It looks like a number of DynamoDB Streams.';
  return PATH.test(text) ? 'To read numbers from a file, redirect it, with: < FILE' : undefined;
}

/**
 * Returns whether a number of 56 digits has passed through a double. Printed in full, a double of
 * this size ends with 132 zero bits; printed with 17 digits, with 39 zeros.
 */
function isRounded(text: string): boolean {
  return KINESIS_NUMBER.test(text) && BigInt.asUintN(32, BigInt(text)) === 0n;
}

/**
 * Says why no Kinesis stream assigns a number today, or returns undefined if one may.
 *
 * @param nowMs The time now. Clocks may differ by a day.
 */
export function describeOddity(
  text: string,
  parts: SequenceNumberParts,
  nowMs: number,
): string | undefined {
  // The versions: docs/facts.md#sequence-number-versions.
  if (parts.version === 0) {
    return DYNAMODB_NUMBER.test(text)
      ? 'it is of version 0, and looks like a number of DynamoDB Streams'
      : 'it is of version 0, and those in use have 56 digits';
  }
  if (parts.version === 1) return 'it is of version 1, which was in use in 2014';
  const { shardIndex, shardNibble, unknownByte, shardCreatedAtMs, writtenAtMs } = parts;
  // docs/facts.md#sequence-number-negative-shard
  if (shardIndex < 0) return 'its shard index is negative';
  // docs/facts.md#siblings-differ
  if (shardNibble !== (shardIndex & 15)) return 'its two copies of the shard index differ';
  // docs/facts.md#sequence-number-unknown-byte
  if (unknownByte !== 0) return `its byte above the time is ${unknownByte}, not 0`;
  if (writtenAtMs < shardCreatedAtMs) return 'it is older than its shard';
  return writtenAtMs > nowMs + DAY_MS ? 'its time is in the future' : undefined;
}
