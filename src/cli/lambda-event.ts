/**
 * Reads Lambda's event for Kinesis: what `shardline decode --event FILE` prints.
 *
 * @module
 */

import { deaggregateRecord } from '../aggregation/deaggregate-record.ts';
import { hashPartitionKey } from '../hashing/hash-key.ts';

/** What is printed of a record of the stream, or of a user record in an aggregate. */
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

/**
 * Returns the records of an event, each aggregate followed by its user records.
 *
 * The hash key of an aggregate is that of its partition key, because an event does not carry the
 * explicit hash key under which it was put.
 *
 * @throws {SyntaxError} If the text is not JSON.
 * @throws {TypeError} If it is not an event of Kinesis records.
 */
export function readLambdaEvent(text: string): EventRecord[] {
  const event: unknown = JSON.parse(text);
  const records = memberOf(event, 'Records');
  if (!Array.isArray(records)) throw new TypeError('the event must have a list of Records');
  return records.flatMap((record, i) => readRecord(record, `Records[${i}]`));
}

function readRecord(record: unknown, title: string): EventRecord[] {
  const kinesis = memberOf(record, 'kinesis');
  const text = (from: unknown, name: string): string => {
    const value = memberOf(from, name);
    if (typeof value !== 'string') throw new TypeError(`${title} must have a text ${name}`);
    return value;
  };
  const arrivedAt = memberOf(kinesis, 'approximateArrivalTimestamp');
  if (typeof arrivedAt !== 'number') {
    throw new TypeError(`${title} must have a number approximateArrivalTimestamp`);
  }
  const PartitionKey = text(kinesis, 'partitionKey');
  const Data = Buffer.from(text(kinesis, 'data'), 'base64');
  const { kind, records, flaw } = deaggregateRecord({ Data, PartitionKey });
  const common = {
    shardId: text(record, 'eventID').split(':')[0]!,
    sequenceNumber: text(kinesis, 'sequenceNumber'),
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

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
