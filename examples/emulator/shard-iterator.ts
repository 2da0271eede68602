/**
 * Shard iterators: opaque tokens that hold a reader's position. Each is signed, so that the
 * emulator accepts only tokens that it issued itself.
 */

import { createHmac, randomBytes } from 'node:crypto';
import type { IteratorPosition } from 'shardline';
import { type Answer, refuse } from './answer.ts';

/** A shard iterator expires five minutes after it is issued (API reference, GetShardIterator). */
const LIFETIME_MS = 300_000;

export interface ShardIterator {
  readonly streamName: string;
  readonly shardId: string;
  readonly position: IteratorPosition;
}

/** Tokens of an earlier process are refused, because its streams are gone as well. */
const secret = randomBytes(32);

export function writeShardIterator(iterator: ShardIterator, nowMs: number): string {
  const payload = Buffer.from(JSON.stringify([iterator, nowMs])).toString('base64url');
  return `${payload}.${sign(payload)}`;
}

/** The messages are the service's (kinesalite test/getRecords.js, run on AWS 2018). */
export function readShardIterator(token: string, nowMs: number): Answer<ShardIterator> {
  const [payload = '', signature] = token.split('.');
  if (signature !== sign(payload)) {
    return refuse('InvalidArgumentException', 'Invalid ShardIterator.');
  }
  const [iterator, issuedAtMs] = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (nowMs - issuedAtMs <= LIFETIME_MS) return { ok: true, value: iterator };
  return refuse(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${formatTime(issuedAtMs)} while right now it is ${formatTime(nowMs)} which is further in the future than the tolerated delay of ${LIFETIME_MS} milliseconds.`,
  );
}

function sign(payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url');
}

/** Formats a time as Java does: `Thu Jan 22 01:22:02 UTC 2015`. */
function formatTime(timeMs: number): string {
  const [day, date, month, year, time] = new Date(timeMs).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
