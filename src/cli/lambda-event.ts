/**
 * Reads Lambda's events for Kinesis, for `shardline decode --event`
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html).
 *
 * @module
 */

import { deaggregateRecord } from '../aggregation/deaggregate-record.ts';
import { describe, quote } from '../base/argument.ts';
import { hashPartitionKey } from '../hashing/hash-key.ts';
import { parseJsonDocuments } from './json-documents.ts';

/** The printed fields of a record of the stream, or of a user record in an aggregate. */
export interface EventRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Only for a user record in an aggregate. */
  readonly subSequenceNumber?: number;
  /** When the record arrived, in UTC. */
  readonly arrivedAt: string;
  readonly partitionKey: string;
  /** The explicit hash key of a user record that has one, otherwise the hash of its key. */
  readonly hashKey: string;
  readonly bytes: number;
  /** Only for a record of the stream: the number of user records in it, 1 if it is plain. */
  readonly userRecords?: number;
  /** Only for a broken aggregate. */
  readonly flaw?: string;
}

/** The error for a text that is not an event of Kinesis records. The message says what is wrong. */
export class EventError extends Error {}

/**
 * Base64 as Lambda writes it. Padding to a multiple of four characters is checked separately: a
 * repeated group would overflow the stack after some five million characters.
 */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Returns the records of events, each aggregate followed by its user records.
 *
 * The hash key of an aggregate is that of its partition key, because an event does not carry the
 * explicit hash key under which it was put.
 *
 * @param text One event, or several that follow each other.
 * @throws {JsonError} If the text is not JSON.
 * @throws {EventError} If it is not an event of Kinesis records.
 */
export function readLambdaEvents(text: string): EventRecord[] {
  const records: EventRecord[] = [];
  for (const event of parseJsonDocuments(text)) {
    const list = memberOf(event, 'Records');
    if (!Array.isArray(list)) {
      throw new EventError(`expected a list under Records, got ${describeMember(list)}`);
    }
    for (const [i, record] of list.entries()) {
      // Not `push(...)`: a call cannot take the 170,000 user records of an aggregate as arguments.
      for (const one of readRecord(record, `Records[${i}]`)) records.push(one);
    }
  }
  return records;
}

function readRecord(record: unknown, title: string): EventRecord[] {
  const source = memberOf(record, 'eventSource');
  if (source !== 'aws:kinesis') {
    throw new EventError(
      `expected aws:kinesis under ${title}.eventSource, got ${describeMember(source)}`,
    );
  }
  const kinesis = memberOf(record, 'kinesis');
  const read = (from: unknown, name: string): string => {
    const value = memberOf(from, name);
    if (typeof value === 'string') return value;
    const path = from === kinesis ? `${title}.kinesis` : title;
    throw new EventError(`expected a string under ${path}.${name}, got ${describeMember(value)}`);
  };
  const arrivedAt = memberOf(kinesis, 'approximateArrivalTimestamp');
  if (typeof arrivedAt !== 'number' || Math.abs(arrivedAt) > SECONDS_MAX) {
    throw new EventError(
      `expected seconds under ${title}.kinesis.approximateArrivalTimestamp, got ${describeMember(arrivedAt)}`,
    );
  }
  const PartitionKey = read(kinesis, 'partitionKey');
  const base64 = read(kinesis, 'data');
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) {
    throw new EventError(`expected base64 under ${title}.kinesis.data, got ${quote(base64)}`);
  }
  const Data = Buffer.from(base64, 'base64');
  const { kind, records, flaw } = deaggregateRecord({ Data, PartitionKey });
  const common = {
    shardId: read(record, 'eventID').split(':')[0]!,
    sequenceNumber: read(kinesis, 'sequenceNumber'),
    arrivedAt: new Date(Math.round(arrivedAt * 1000)).toISOString(),
  };
  const carrier: EventRecord = {
    ...common,
    partitionKey: PartitionKey,
    hashKey: `${hashPartitionKey(PartitionKey)}`,
    bytes: Data.length,
    userRecords: records.length,
    ...(flaw !== undefined && { flaw }),
  };
  if (kind === 'plain') return [carrier];
  const inside = records.map(({ subSequenceNumber, ...one }) => ({
    ...common,
    subSequenceNumber,
    partitionKey: one.PartitionKey!,
    hashKey: one.ExplicitHashKey ?? `${hashPartitionKey(one.PartitionKey!)}`,
    bytes: one.Data.length,
  }));
  return [carrier, ...inside];
}

/** The time that is farthest from the epoch in a Date. */
const SECONDS_MAX = 8.64e12;

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function describeMember(value: unknown): string {
  return value === undefined ? 'none' : describe(value);
}
