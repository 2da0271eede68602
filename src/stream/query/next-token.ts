/**
 * The NextToken of ListShards: an opaque token that only the stream that issued it can read.
 *
 * @module
 */

import { type FaultResult, ok, type Result, refuse } from '../../base/fault.ts';
import { hashPartitionKey } from '../../hashing/hash-key.ts';
import type { ShardQuery } from './shard-query.ts';

/** How long a NextToken is valid (docs/facts.md#list-token-life). */
const TOKEN_LIFE_MS = 300_000;

/** The content of a token: the rest of a query, and when its last page was read. */
export interface NextToken extends ShardQuery {
  /** Epoch milliseconds. */
  readonly issuedAtMs: number;
}

/** The hexadecimal digits per number. A token has four numbers, all at most 2^53. */
const NUMBER_DIGITS = 14;
const NUMBERS_DIGITS = 56;

/** The number that represents Infinity, which has no digits: 2^53, later than any Date. */
const NEVER = 0x20_0000_0000_0000;

/**
 * Returns a NextToken: hexadecimal digits that are valid for this stream only.
 *
 * The numbers are followed by a hash of them and of the stream's key. It detects a token that was
 * cut, altered or issued by another stream. It is not a secret, so it does not stop a forger.
 *
 * @param streamKey A text that no two streams share.
 */
export function formatNextToken(token: NextToken, streamKey: string): string {
  const { afterShardIndex, fromMs, toMs, issuedAtMs } = token;
  const numbers = [afterShardIndex, fromMs, toMs, issuedAtMs].map(formatNumber).join('');
  return numbers + checksum(numbers, streamKey);
}

/**
 * Reads a NextToken of this stream. One that is invalid (docs/facts.md#list-token-invalid) or no
 * longer valid (docs/facts.md#list-token-life) is refused with our own message
 * (docs/known-gaps.md#unrecorded-messages).
 */
export function parseNextToken(text: string, streamKey: string, nowMs: number): Result<NextToken> {
  const numbers = text.slice(0, NUMBERS_DIGITS);
  if (text.slice(NUMBERS_DIGITS) !== checksum(numbers, streamKey)) return refuseInvalidToken();
  const token = {
    afterShardIndex: parseNumber(numbers, 0),
    fromMs: parseNumber(numbers, 1),
    toMs: parseNumber(numbers, 2),
    issuedAtMs: parseNumber(numbers, 3),
  };
  return nowMs - token.issuedAtMs > TOKEN_LIFE_MS
    ? refuse(
        'ExpiredNextTokenException',
        'The pagination token passed to the operation is expired.',
      )
    : ok(token);
}

function formatNumber(value: number): string {
  return Math.min(value, NEVER).toString(16).padStart(NUMBER_DIGITS, '0');
}

function parseNumber(numbers: string, index: number): number {
  const at = index * NUMBER_DIGITS;
  return Number.parseInt(numbers.slice(at, at + NUMBER_DIGITS), 16);
}

function checksum(numbers: string, streamKey: string): string {
  return hashPartitionKey(`${streamKey}:${numbers}`).toString(16).padStart(32, '0');
}

function refuseInvalidToken(): FaultResult {
  return refuse(
    'InvalidArgumentException',
    'The pagination token passed to the operation is invalid.',
  );
}
