/**
 * Opaque tokens: text that a caller sends back without reading it.
 *
 * @module
 */

import { hashPartitionKey } from '../hashing/hash-key.ts';

const CHECKSUM_DIGITS = 32;

/**
 * Returns an opaque token: a hash of the content and the scope, and the content.
 *
 * The hash detects a token that was cut, altered or issued for another scope. It is not a secret,
 * so it does not stop a forger.
 *
 * @param scope Names the operation and the account or stream. No two kinds of token share a scope.
 */
export function sealToken(content: string, scope: string): string {
  return checksum(content, scope) + content;
}

/** Returns the content of a token; undefined if it is not one of this scope. */
export function openToken(token: string, scope: string): string | undefined {
  const content = readContent(token);
  return token === sealToken(content, scope) ? content : undefined;
}

/** Returns what would be the content of a token, which may be any text. */
export function readContent(token: string): string {
  return token.slice(CHECKSUM_DIGITS);
}

function checksum(content: string, scope: string): string {
  return hashPartitionKey(`${scope}:${content}`).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
