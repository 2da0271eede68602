/**
 * The NextToken of ListShards: opaque to everyone but the stream that issued it.
 *
 * @module
 */

import { type FaultResult, ok, type Result, refuse } from '../../base/fault.ts';
import { hashPartitionKey } from '../../hashing/hash-key.ts';
import type { ShardQuery } from './shard-query.ts';

/** Reference, ListShards: a NextToken is valid for 300 seconds. */
const TOKEN_LIFE_MS = 300_000;

/** The rest of a query, and when its last page was read. */
export interface NextToken extends ShardQuery {
  readonly issuedAtMs: number;
}

/** The hexadecimal digits of each of the four numbers of a token. A Date is below 2^53 ms. */
const NUMBER_DIGITS = 14;
const NUMBERS_DIGITS = 56;

/** Stands for Infinity, which has no digits: 2^53, later than any Date. */
const NEVER = 0x20_0000_0000_0000;

/**
 * Returns a NextToken: hexadecimal digits that are valid for this stream only.
 *
 * The numbers are followed by a hash of them and the stream's key. It detects a token that was
 * forged, cut or taken from another stream. It is not a secret.
 *
 * @param streamKey Differs between any two streams, also of the same name at different times.
 */
export function formatNextToken(token: NextToken, streamKey: string): string {
  const { afterShardIndex, fromMs, toMs, issuedAtMs } = token;
  const numbers = [afterShardIndex, fromMs, toMs, issuedAtMs].map(formatNumber).join('');
  return numbers + checksum(numbers, streamKey);
}

/** Reads a NextToken of this stream. The messages are ours: the service's are not known. */
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
