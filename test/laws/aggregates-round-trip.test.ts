/** Opening an aggregated record gives the records that were packed, whatever they hold. */

import fc from 'fast-check';
import { hashPartitionKey, unwrap } from 'shardline';
import { aggregateRecords, deaggregateRecord, type UserRecord } from 'shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { AggregateBuilder } from '../../src/aggregation/aggregate-builder.ts';
import { keyedRecords, wellFormed } from '../support/aggregates.ts';
import { hashKeys } from '../support/arbitraries.ts';

/** The records without their numbers, which must be 0, 1, 2 and so on. */
function recordsOf(records: readonly UserRecord[]): Omit<UserRecord, 'subSequenceNumber'>[] {
  return records.map(({ subSequenceNumber, ...record }, i) => {
    expect(subSequenceNumber).toBe(i);
    return record;
  });
}

describe('an aggregate', () => {
  it('is opened to the records that were packed', () => {
    fc.assert(
      fc.property(keyedRecords, (records) => {
        const carrier = unwrap(aggregateRecords(records));
        const isPacked = carrier.Data !== records[0]!.Data;
        const { kind, records: opened, flaw } = deaggregateRecord(carrier);
        expect([kind, flaw]).toEqual([isPacked ? 'aggregate' : 'plain', undefined]);
        expect(recordsOf(opened)).toEqual(
          // A key that is sent bare is sent as it is; in a frame it is UTF-8.
          isPacked
            ? records.map((one) => ({ ...one, PartitionKey: wellFormed(one.PartitionKey) }))
            : records,
        );
      }),
    );
  });

  it('may itself be packed, and is then opened once', () => {
    fc.assert(
      fc.property(keyedRecords, keyedRecords, (inner, others) => {
        const frame = unwrap(aggregateRecords(inner));
        for (const records of [[frame], [frame, ...others]]) {
          const { records: opened } = deaggregateRecord(unwrap(aggregateRecords(records)));
          expect(Buffer.from(opened[0]!.Data)).toEqual(Buffer.from(frame.Data));
          expect(opened).toHaveLength(records.length);
        }
      }),
    );
  });

  it('has the hash key of its first record', () => {
    fc.assert(
      fc.property(keyedRecords, (records) => {
        const { PartitionKey, ExplicitHashKey } = unwrap(aggregateRecords(records));
        const hashOf = (key: string, hashKey: string | undefined): bigint =>
          hashKey === undefined ? hashPartitionKey(key) : BigInt(hashKey);
        const [first] = records;
        expect(hashOf(PartitionKey, ExplicitHashKey)).toBe(
          hashOf(first!.PartitionKey, first!.ExplicitHashKey),
        );
      }),
    );
  });

  it('is shown for a range if and only if the range has all of its hash keys', () => {
    fc.assert(
      fc.property(keyedRecords, hashKeys(), hashKeys(), (records, a, b) => {
        const [startingHashKey = a, endingHashKey = b] = [a, b].sort((x, y) => (x < y ? -1 : 1));
        const range = { startingHashKey, endingHashKey };
        const builder = new AggregateBuilder();
        for (const record of records) builder.tryAdd(record, Number.POSITIVE_INFINITY);
        const isInside = records.every(({ PartitionKey, ExplicitHashKey }) => {
          const hash = ExplicitHashKey ? BigInt(ExplicitHashKey) : hashPartitionKey(PartitionKey);
          return hash >= range.startingHashKey && hash <= range.endingHashKey;
        });
        const { kind } = deaggregateRecord({ Data: builder.buildFrame() }, range);
        expect(kind).toBe(isInside ? 'aggregate' : 'outside');
      }),
    );
  });

  it('has the size that its builder reported, for any limit', () => {
    fc.assert(
      fc.property(keyedRecords, fc.nat(400), (records, limit) => {
        const builder = new AggregateBuilder();
        let added = 0;
        for (const record of records) {
          const before = builder.bytes;
          if (builder.tryAdd(record, limit)) added++;
          else expect(builder.bytes).toBe(before);
          expect(builder.bytes).toBeLessThanOrEqual(limit);
        }
        if (added === 0) return;
        const { Data, PartitionKey } = builder.buildRecord();
        expect(deaggregateRecord({ Data }).records).toHaveLength(added);
        expect(Data.length + Buffer.byteLength(PartitionKey)).toBe(builder.bytes);
      }),
    );
  });
});
