/**
 * The NextToken of ListShards: an opaque token that only the stream that issued it accepts.
 *
 * @module
 */

import { openToken, readContent, sealToken } from '../../api/opaque-token.ts';
import { refuseExpiredToken, refuseInvalidToken } from '../../api/service-errors.ts';
import { ok, type Result } from '../../base/fault.ts';
import { TOKEN_LIFE_MS } from '../../base/limits.ts';
import type { ShardQuery } from './shard-query.ts';

/** The content of a token: the rest of a query, and when its last page was read. */
export interface NextToken extends ShardQuery {
  /** Epoch milliseconds. */
  readonly issuedAtMs: number;
}

/** The stream of a token. */
export interface TokenStream {
  readonly name: string;
  /** A text that no two streams share, not even two that had the same name. */
  readonly key: string;
}

/** The hexadecimal digits per number. A token has four numbers, all at most 2^53. */
const NUMBER_DIGITS = 14;
const NUMBERS_DIGITS = 56;

/** The number that represents Infinity, which has no digits: 2^53, later than any Date. */
const NEVER = 0x20_0000_0000_0000;

/**
 * Returns a NextToken, which is valid for this stream only. Its content is hexadecimal numbers and
 * the name of the stream, by which an account finds it.
 */
export function formatNextToken(token: NextToken, stream: TokenStream): string {
  const { afterShardIndex, fromMs, toMs, issuedAtMs } = token;
  const numbers = [afterShardIndex, fromMs, toMs, issuedAtMs].map(formatNumber).join('');
  return sealToken(numbers + stream.name, stream.key);
}

/** Returns the name of the stream in a NextToken, which may be any text. */
export function readTokenStream(text: string): string {
  return readContent(text).slice(NUMBERS_DIGITS);
}

/** Reads a NextToken of this stream, or refuses one that is invalid or has expired. */
export function parseNextToken(
  text: string,
  stream: TokenStream,
  nowMs: number,
): Result<NextToken> {
  const numbers = openToken(text, stream.key);
  if (numbers === undefined) return refuseInvalidToken();
  const token = {
    afterShardIndex: parseNumber(numbers, 0),
    fromMs: parseNumber(numbers, 1),
    toMs: parseNumber(numbers, 2),
    issuedAtMs: parseNumber(numbers, 3),
  };
  return nowMs - token.issuedAtMs > TOKEN_LIFE_MS ? refuseExpiredToken() : ok(token);
}

function formatNumber(value: number): string {
  return Math.min(value, NEVER).toString(16).padStart(NUMBER_DIGITS, '0');
}

function parseNumber(numbers: string, index: number): number {
  const at = index * NUMBER_DIGITS;
  return Number.parseInt(numbers.slice(at, at + NUMBER_DIGITS), 16);
}
