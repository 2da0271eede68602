/**
 * Shard ids, such as `shardId-000000000007`, and the shard index in them, here 7.
 *
 * @module
 */

import { assertInteger, assertString, quote } from '../base/argument.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { SHARD_ID_DIGITS, SHARD_INDEX_MAX, SHARD_INDEX_MIN } from '../base/limits.ts';
import type { StreamIdentity } from '../base/stream-identity.ts';

const PREFIX = 'shardId-';
const CANONICAL = /^shardId-[0-9]{12}$/;
const DIGITS = /^[0-9]+$/;

/**
 * What comes before the digits of an index, by their number. `padStart` would take three times as
 * long, and a large stream has 10,000 ids.
 */
const paddedPrefixes: readonly string[] = /* @__PURE__ */ Array.from(
  { length: SHARD_ID_DIGITS },
  (_, digits) => PREFIX + '0'.repeat(SHARD_ID_DIGITS - digits),
);

/** The form of a shard id, for messages. */
export const SHARD_ID_FORM = 'shardId- and twelve digits, at most shardId-002147483647';

/**
 * Returns the id of the shard with this index: `shardId-` and twelve digits
 * (docs/facts.md#shard-id-form).
 *
 * A forged sequence number may have a negative index. Its sign takes the place of a digit
 * (docs/facts.md#shard-id-negative).
 *
 * @example
 * ```ts
 * import { formatShardId, parseSequenceNumber, unwrap } from 'shardline';
 *
 * const number = '49590338271490256608559692538361571095921575989136588898';
 * formatShardId(unwrap(parseSequenceNumber(number)).shardIndex); // => 'shardId-000000000006'
 * ```
 *
 * @param shardIndex From -2^31 to 2^31 - 1.
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not an integer in that range.
 */
export function formatShardId(shardIndex: number): string {
  assertInteger(shardIndex, SHARD_INDEX_MIN, SHARD_INDEX_MAX, 'shardIndex');
  return writeShardId(shardIndex);
}

/**
 * Does the same for an integer of any size. A plan may open more shards than there are ids; it is
 * refused later, as a whole ({@link checkShardIndexes}).
 */
export function writeShardId(shardIndex: number): string {
  if (shardIndex < 0) return writeShardId(-shardIndex).replace('-0', '--');
  const digits = String(shardIndex);
  return (paddedPrefixes[digits.length] ?? PREFIX) + digits;
}

/**
 * Returns the shard index in a shard id. The id must have the form that the service writes:
 * `shardId-` and twelve digits (docs/facts.md#shard-id-form), at most 2^31 - 1
 * (docs/facts.md#shard-index-max).
 *
 * @example
 * ```ts
 * import { parseShardId, unwrap } from 'shardline';
 *
 * unwrap(parseShardId('shardId-000000000007')); // => 7
 * parseShardId('shardId-7').ok; // => false
 * ```
 *
 * @returns The index, from 0 to 2^31 - 1. An `InvalidArgumentException` fault for any other text.
 *   Its message is ours, because the service reads the ids of requests more loosely.
 * @throws {TypeError} If the id is not a string.
 */
export function parseShardId(shardId: string): Result<number> {
  assertString(shardId, 'shardId');
  const shardIndex = CANONICAL.test(shardId) ? Number(shardId.slice(PREFIX.length)) : Number.NaN;
  return shardIndex <= SHARD_INDEX_MAX
    ? ok(shardIndex)
    : refuse(
        'InvalidArgumentException',
        `${quote(shardId)} is not a shard id: expected ${SHARD_ID_FORM}`,
      );
}

/**
 * Reads the shard id of a request as loosely as the service does: `0`, `shardId-0` and `foo-0` all
 * name shard 0 (docs/facts.md#shard-id-loose).
 *
 * The index is the text between the first hyphen and the second. If that is empty, the index is the
 * whole text. How the service reads an id with several hyphens is not known
 * (docs/known-gaps.md#shard-id-hyphens).
 */
export function readRequestedShardId(text: string, stream: StreamIdentity): Result<number> {
  const digits = text.split('-', 2)[1] || text;
  const shardIndex = DIGITS.test(digits) ? Number(digits) : Number.NaN;
  return shardIndex <= SHARD_INDEX_MAX ? ok(shardIndex) : refuseUnknownShard(text, stream);
}

/**
 * Refuses to open shards if their indexes would exceed the highest one, or returns undefined if
 * they do not (docs/facts.md#shard-index-max). The message is ours
 * (docs/known-gaps.md#unrecorded-messages).
 *
 * @param nextShardIndex The index of the first shard to open.
 */
export function checkShardIndexes(nextShardIndex: number, count: number): FaultResult | undefined {
  const last = nextShardIndex + count - 1;
  if (last <= SHARD_INDEX_MAX) return undefined;
  return refuse(
    'LimitExceededException',
    `This request would open ${count} shards, the last of them with the index ${last}. The highest index of a shard is ${SHARD_INDEX_MAX}.`,
  );
}

/** Refuses a shard that the stream does not have (docs/facts.md#shard-unknown). */
export function refuseUnknownShard(
  shardId: string,
  { streamName, accountId }: StreamIdentity,
): FaultResult {
  return refuse(
    'ResourceNotFoundException',
    `Could not find shard ${shardId} in stream ${streamName} under account ${accountId}.`,
  );
}
