/**
 * The NextToken of ListStreams and ListStreamConsumers.
 *
 * @module
 */

import { openToken, sealToken } from '../api/opaque-token.ts';
import { refuseExpiredToken, refuseInvalidToken } from '../api/service-errors.ts';
import { ok, type Result } from '../base/fault.ts';
import { TOKEN_LIFE_MS } from '../base/limits.ts';

/** The hexadecimal digits of the time: enough for 2^53 - 1. */
const TIME_DIGITS = 14;

/** Returns the token of the page after an item. */
export function formatPageToken(after: string, scope: string, nowMs: number): string {
  return sealToken(nowMs.toString(16).padStart(TIME_DIGITS, '0') + after, scope);
}

/**
 * Returns the item after which a page starts, or refuses a token that is invalid or has expired.
 */
export function parsePageToken(token: string, scope: string, nowMs: number): Result<string> {
  const content = openToken(token, scope);
  if (content === undefined) return refuseInvalidToken();
  const issuedAtMs = Number.parseInt(content.slice(0, TIME_DIGITS), 16);
  return nowMs - issuedAtMs > TOKEN_LIFE_MS ? refuseExpiredToken() : ok(content.slice(TIME_DIGITS));
}
