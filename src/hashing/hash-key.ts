/**
 * Hash keys: hashes partition keys, parses and formats explicit hash keys, and checks both.
 *
 * @module
 */

import { assertBigint, assertString } from '../base/argument.ts';
import { isDecimal } from '../base/decimal.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { toBigint } from '../base/intrinsics.ts';
import {
  HASH_KEY_DIGITS_MAX,
  HASH_KEY_MAX,
  HASH_KEY_MIN,
  HASH_KEY_PATTERN,
  PARTITION_KEY_CHARACTERS_MAX,
} from '../base/limits.ts';
import { uint128FromWords } from '../base/uint128.ts';
import { exceedsCodePoints } from '../base/utf8.ts';
import {
  lengthAtLeast,
  lengthAtMost,
  MUST_NOT_BE_NULL,
  matches,
  refuseViolations,
  type Violation,
} from '../base/violation.ts';
import { md5Text } from './md5.ts';

/** Scratch of {@link hashPartitionKey}, written and read within one call. */
const words: Uint32Array = /* @__PURE__ */ new Uint32Array(4);

/**
 * Returns the hash key of a partition key, as the service computes it: the MD5 of its UTF-8 bytes,
 * read as an unsigned big-endian integer of 128 bits (docs/facts.md#hash-key-md5).
 *
 * Any string is hashed, even one that the service would refuse as a key (empty, or over 256
 * characters). The text is not normalized (docs/facts.md#hash-key-normalization).
 *
 * An unpaired surrogate is hashed as U+FFFD, which TextEncoder and Buffer encode in its place
 * (docs/facts.md#partition-key-lone-surrogate). What the service does with one is not known
 * (docs/known-gaps.md#lone-surrogate).
 *
 * @example
 * ```ts
 * import { hashPartitionKey } from 'shardline';
 *
 * hashPartitionKey('a'); // => 16955237001963240173058271559858726497n
 * hashPartitionKey('a') === 0x0cc175b9c0f1b6a831c399e269772661n; // => true
 * ```
 *
 * @returns An integer from {@link HASH_KEY_MIN} to {@link HASH_KEY_MAX}.
 * @throws {TypeError} If the key is not a string.
 */
export function hashPartitionKey(partitionKey: string): bigint {
  assertString(partitionKey, 'partitionKey');
  md5Text(partitionKey, words);
  return uint128FromWords(words);
}

/**
 * Parses a hash key as the service reads an ExplicitHashKey: at most 39 decimal digits without a
 * sign, space or leading zero (docs/facts.md#explicit-hash-key-pattern), and at most 2^128 - 1.
 *
 * A text that is too long is refused in constant time.
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
 * @returns The hash key. A `ValidationException` fault if the text does not match the service's
 *   pattern. An `InvalidArgumentException` fault if it matches but is above 2^128 - 1.
 * @throws {TypeError} If the text is not a string.
 */
export function parseHashKey(text: string): Result<bigint> {
  assertString(text, 'text');
  const violation = checkExplicitHashKey(text, 'explicitHashKey');
  return violation === undefined ? readHashKey(text) : refuseViolations([violation]);
}

/**
 * Returns a hash key as decimal digits.
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
 * Reads a text that matches the pattern of an ExplicitHashKey. Refuses 2^128 and above with the
 * service's message (docs/facts.md#explicit-hash-key-too-large).
 */
export function readHashKey(
  text: string,
): { readonly ok: true; readonly value: bigint } | FaultResult {
  const hashKey = toBigint(text);
  if (hashKey <= HASH_KEY_MAX) return ok(hashKey);
  return refuse(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`,
  );
}

/**
 * Returns the violation that the service reports for this ExplicitHashKey, or undefined if it is
 * valid.
 */
export function checkExplicitHashKey(text: string, path: string): Violation | undefined {
  if (isDecimal(text, HASH_KEY_DIGITS_MAX)) return undefined;
  return { path, value: text, constraint: matches(HASH_KEY_PATTERN) };
}

/**
 * Returns the violation that the service reports for this PartitionKey, or undefined if it is
 * valid.
 *
 * Every stream requires a key unless it distributes records itself, although the model no longer
 * says so (docs/facts.md#partition-key-optional). The message for a missing key is that of 2018
 * (docs/facts.md#partition-key-missing, docs/known-gaps.md#missing-members).
 */
export function checkPartitionKey(
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
