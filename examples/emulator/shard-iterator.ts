/** The opaque token of a reader: a position, sealed, so that what comes back can be trusted. */

import { createHmac, randomBytes } from 'node:crypto';
import type { IteratorPosition } from 'shardline';
import { type Answer, refuse } from './answer.ts';

/** An iterator may be used for five minutes (reference, GetShardIterator). */
const LIFE_MS = 300_000;

export interface ShardIterator {
  readonly streamName: string;
  readonly shardId: string;
  readonly position: IteratorPosition;
}

const secret = randomBytes(32);

export function writeShardIterator(iterator: ShardIterator, nowMs: number): string {
  const text = Buffer.from(JSON.stringify([iterator, nowMs])).toString('base64url');
  return `${text}.${seal(text)}`;
}

/** The words: kinesalite test/getRecords.js, run on AWS 2018. */
export function readShardIterator(token: string, nowMs: number): Answer<ShardIterator> {
  const [text = '', mark] = token.split('.');
  if (mark !== seal(text)) return refuse('InvalidArgumentException', 'Invalid ShardIterator.');
  const [value, issuedAtMs] = JSON.parse(Buffer.from(text, 'base64url').toString());
  if (nowMs - issuedAtMs <= LIFE_MS) return { ok: true, value };
  return refuse(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${print(issuedAtMs)} while right now it is ${print(nowMs)} which is further in the future than the tolerated delay of ${LIFE_MS} milliseconds.`,
  );
}

function seal(text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** As Java prints a date: `Thu Jan 22 01:22:02 UTC 2015`. */
function print(timeMs: number): string {
  const [day, date, month, year, time] = new Date(timeMs).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
