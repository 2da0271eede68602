/**
 * Shard iterators: opaque tokens that hold the position of a reader.
 *
 * @module
 */

import { openToken, sealToken } from '../api/opaque-token.ts';
import { type FaultResult, ok, type Result, refuse } from '../base/fault.ts';
import { ITERATOR_LIFE_MS, SHARD_INDEX_MAX } from '../base/limits.ts';
import type { IteratorPosition } from '../sequencing/iterator-position.ts';

/** The content of a shard iterator. Times are epoch milliseconds. */
export interface IteratorToken {
  readonly streamName: string;
  /** When the stream was created: a later stream of the same name does not accept the iterator. */
  readonly createdAtMs: number;
  readonly shardIndex: number;
  readonly position: IteratorPosition;
  readonly issuedAtMs: number;
}

/** The first letter of a position, by its kind. */
const AT_NUMBER = 'a';
const AFTER_NUMBER = 'b';
const AT_TIME = 't';

// The checksum is not a secret, so a forged iterator may have any content.
const CONTENT =
  /^[0-9]{1,16}\/[0-9]{1,16}\/[0-9]{1,10}\/(?:t-?[0-9]{1,16}|[ab](?:0|[1-9][0-9]{0,128}))\/[^/]*$/;

/** Returns a shard iterator: at most 300 characters. */
export function formatIterator(token: IteratorToken, scope: string): string {
  const { position, streamName } = token;
  const numbers = [token.issuedAtMs, token.createdAtMs, token.shardIndex].join('/');
  return sealToken(`${numbers}/${formatPosition(position)}/${streamName}`, scope);
}

/**
 * Reads a shard iterator. Refuses one that is invalid (docs/facts.md#iterator-invalid) or has
 * expired (docs/facts.md#iterator-expired).
 */
export function parseIterator(text: string, scope: string, nowMs: number): Result<IteratorToken> {
  const content = openToken(text, scope);
  if (content === undefined || !CONTENT.test(content)) return refuseIterator();
  const [issued, created, index, position, streamName] = content.split('/');
  const issuedAtMs = Number(issued);
  const shardIndex = Number(index);
  if (shardIndex > SHARD_INDEX_MAX) return refuseIterator();
  if (nowMs - issuedAtMs > ITERATOR_LIFE_MS) {
    return refuse(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${formatTime(issuedAtMs)} while right now it is ${formatTime(nowMs)} which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
    );
  }
  return ok({
    streamName: streamName!,
    createdAtMs: Number(created),
    shardIndex,
    position: parsePosition(position!),
    issuedAtMs,
  });
}

/** Returns the fault for an invalid shard iterator (docs/facts.md#iterator-invalid). */
export function refuseIterator(): FaultResult {
  return refuse('InvalidArgumentException', 'Invalid ShardIterator.');
}

function formatPosition(position: IteratorPosition): string {
  if ('atMs' in position) return AT_TIME + position.atMs;
  return 'atSequenceNumber' in position
    ? AT_NUMBER + position.atSequenceNumber
    : AFTER_NUMBER + position.afterSequenceNumber;
}

function parsePosition(text: string): IteratorPosition {
  const value = text.slice(1);
  if (text.startsWith(AT_TIME)) return { atMs: Number(value) };
  return text.startsWith(AT_NUMBER) ? { atSequenceNumber: value } : { afterSequenceNumber: value };
}

/** Formats a time as Java does: `Thu Jan 22 01:22:02 UTC 2015`. */
function formatTime(timeMs: number): string {
  const [day, date, month, year, time] = new Date(timeMs).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
