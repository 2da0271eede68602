/**
 * From a partition key or an explicit hash key to a point in [0, 2^128).
 *
 * @module
 */

import { assertBigint, assertString } from '../base/argument.ts';
import { type Fault, ok, type Result, refuse } from '../base/fault.ts';
import {
  HASH_KEY_DIGITS_MAX,
  HASH_KEY_MAX,
  HASH_KEY_MIN,
  HASH_KEY_PATTERN,
  PARTITION_KEY_CHARACTERS_MAX,
} from '../base/limits.ts';
import { swapBytes, uint128FromWords } from '../base/uint128.ts';
import { exceedsCodePoints } from '../base/utf8.ts';
import {
  lengthAtLeast,
  lengthAtMost,
  MUST_NOT_BE_NULL,
  matches,
  refuseViolations,
  type Violation,
} from '../base/violation.ts';
import { digest, md5Text } from './md5.ts';

/**
 * The hash key of a partition key: the MD5 of its UTF-8 bytes as an unsigned, big-endian integer of
 * 128 bits, as the service computes it (API reference, PutRecord).
 *
 * Hashes any string, also one that the service would refuse as a key (empty, or over 256
 * characters). No normalisation takes place. A surrogate without its partner is hashed as U+FFFD,
 * as TextEncoder and Buffer encode it; what the service makes of one is not known.
 *
 * @example
 * ```ts
 * import { hashPartitionKey } from 'shardline';
 *
 * hashPartitionKey('a'); // => 16955237001963240173058271559858726497n
 * hashPartitionKey('a') === 0x0cc175b9c0f1b6a831c399e269772661n; // => true
 * ```
 *
 * @returns From {@link HASH_KEY_MIN} to {@link HASH_KEY_MAX}, both included.
 * @throws {TypeError} If the key is not a string.
 */
export function hashPartitionKey(partitionKey: string): bigint {
  assertString(partitionKey, 'partitionKey');
  md5Text(partitionKey);
  return hashKeyOfDigest();
}

/** The hash key of the key that was hashed last. */
export function hashKeyOfDigest(): bigint {
  return uint128FromWords(
    swapBytes(digest[0]!),
    swapBytes(digest[1]!),
    swapBytes(digest[2]!),
    swapBytes(digest[3]!),
  );
}

const CANONICAL = /^(?:0|[1-9][0-9]*)$/;

/**
 * Reads a hash key as the service reads an ExplicitHashKey: canonical decimal digits, no sign, no
 * leading zero, no blank, at most 39 of them, and at most 2^128 - 1.
 *
 * A text of any length is refused in constant time.
 *
 * @example
 * ```ts
 * import { parseHashKey } from 'shardline';
 *
 * const result = parseHashKey('340282366920938463463374607431768211455');
 * result.ok && result.value === 2n ** 128n - 1n; // => true
 * parseHashKey('0x10').ok; // => false
 * ```
 *
 * @returns A `ValidationException` for a text that is not of the service's pattern, an
 *   `InvalidArgumentException` for one that is, but names a number beyond 2^128 - 1.
 * @throws {TypeError} If the text is not a string.
 */
export function parseHashKey(text: string): Result<bigint> {
  assertString(text, 'text');
  const violation = explicitHashKeyViolation(text, 'explicitHashKey');
  if (violation !== undefined) return refuseViolations([violation]);
  return readHashKey(text);
}

/**
 * The canonical decimal digits of a hash key.
 *
 * @example
 * ```ts
 * import { formatHashKey, HASH_KEY_MAX } from 'shardline';
 *
 * formatHashKey(HASH_KEY_MAX); // => '340282366920938463463374607431768211455'
 * ```
 *
 * @throws {TypeError} If the hash key is not a bigint.
 * @throws {RangeError} If it is below 0 or above 2^128 - 1.
 */
export function formatHashKey(hashKey: bigint): string {
  assertBigint(hashKey, HASH_KEY_MIN, HASH_KEY_MAX, 'hashKey');
  return hashKey.toString();
}

/**
 * The number of a text that is of the pattern (see {@link explicitHashKeyViolation}).
 *
 * The words are production's: kinesalite test/putRecord.js, run on AWS 2018.
 */
export function readHashKey(
  text: string,
): { readonly ok: true; readonly value: bigint } | { readonly ok: false; readonly fault: Fault } {
  const hashKey = BigInt(text);
  if (hashKey <= HASH_KEY_MAX) return ok(hashKey);
  return refuse(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`,
  );
}

/** What the service model has against a value as an explicit hash key, if anything. */
export function explicitHashKeyViolation(text: string, path: string): Violation | undefined {
  if (text.length <= HASH_KEY_DIGITS_MAX && CANONICAL.test(text)) return undefined;
  return { path, value: text, constraint: matches(HASH_KEY_PATTERN) };
}

/**
 * What the service has against a value as a partition key, if anything.
 *
 * The model stopped requiring the key in 2026, because a stream may distribute records by itself;
 * on every other stream the service still wants it, in words not known since. These are those of
 * before.
 */
export function partitionKeyViolation(
  partitionKey: string | null | undefined,
  path: string,
): Violation | undefined {
  if (partitionKey === undefined || partitionKey === null) {
    return { path, value: partitionKey, constraint: MUST_NOT_BE_NULL };
  }
  if (partitionKey === '') return { path, value: partitionKey, constraint: lengthAtLeast(1) };
  if (!exceedsCodePoints(partitionKey, PARTITION_KEY_CHARACTERS_MAX)) return undefined;
  return { path, value: partitionKey, constraint: lengthAtMost(PARTITION_KEY_CHARACTERS_MAX) };
}
