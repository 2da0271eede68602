/** PutRecords treats each of its records as PutRecord would, in their order. */

import fc from 'fast-check';
import { createShardMap, type PutRecordsRequestEntry, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { hashKeys, partitionKeys } from '../support/arbitraries.ts';
import { autoStream, MIB, NAME, revive, scale, streamOf, T0 } from '../support/streams.ts';

const ZEROS = new Uint8Array(MIB);

const records: fc.Arbitrary<PutRecordsRequestEntry> = fc
  .tuple(
    fc.oneof(partitionKeys, fc.constantFrom('a', 'b', 'c')),
    fc.constantFrom(0, 1, 100, 1000, 100_000, 400_000, 1_000_000),
    fc.option(hashKeys([2n ** 127n]), { nil: undefined }),
  )
  .map(([PartitionKey, bytes, hashKey]) => ({
    PartitionKey,
    Data: ZEROS.subarray(0, bytes),
    ...(hashKey !== undefined && { ExplicitHashKey: `${hashKey}` }),
  }));

const batches = fc.oneof(
  fc.array(records, { minLength: 1, maxLength: 10 }),
  fc
    .tuple(records, fc.constantFrom(2, 100, 500))
    .map(([record, count]) =>
      Array.from({ length: count }, () => ({ ...record, Data: ZEROS.subarray(0, 5) })),
    ),
);

/** The milliseconds before each batch, and the batch. */
const histories = fc.array(fc.tuple(fc.constantFrom(0, 0, 1, 100, 1000, -1, -2000), batches), {
  minLength: 1,
  maxLength: 6,
});

describe('PutRecords', () => {
  it('returns what PutRecord calls return, one per record in order, and leaves the same state', () => {
    fc.assert(
      fc.property(
        histories,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        (history, count, isAuto) => {
          const whole = isAuto ? autoStream() : streamOf(count);
          const single = revive(whole);
          let nowMs = T0;
          for (const [stepMs, Records] of history) {
            nowMs += stepMs;
            const result = whole.putRecords({ StreamName: NAME, Records }, nowMs);
            if (!result.ok) {
              expect(result.fault.message).toBe('Records size exceeds 10 MB limit');
              continue;
            }
            const { value, accepted, retryAfterMs } = result;
            expect([value.Records.length, accepted.length, retryAfterMs.length]).toEqual(
              Array(3).fill(Records.length),
            );
            const refused = value.Records.filter(({ ErrorCode }) => ErrorCode !== undefined);
            expect(value.FailedRecordCount).toBe(refused.length);
            for (const [i, record] of Records.entries()) {
              const put = single.putRecord({ StreamName: NAME, ...record }, nowMs);
              const expected = put.ok
                ? [put.value, put.accepted, 0]
                : [
                    { ErrorCode: put.fault.code, ErrorMessage: put.fault.message },
                    undefined,
                    put.retryAfterMs,
                  ];
              expect([value.Records[i], accepted[i], retryAfterMs[i]]).toEqual(expected);
            }
            expect(whole.snapshot()).toEqual(single.snapshot());
          }
        },
      ),
    );
  });

  it('puts each record on the shard that a map of the listing predicts', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 6 }), (Records, target) => {
        const stream = streamOf(3, { throughput: 'unlimited' });
        scale(stream, target, T0);
        const { Shards } = unwrap(stream.listShards({ StreamName: NAME }, T0));
        const map = unwrap(createShardMap(Shards));
        const result = stream.putRecords({ StreamName: NAME, Records }, T0);
        if (!result.ok) return;
        for (const [i, record] of Records.entries()) {
          const shard = unwrap(map.locateRecord(record as { PartitionKey: string }));
          expect(result.value.Records[i]!.ShardId).toBe(shard.shardId);
          const { hashKey } = result.accepted[i]!;
          expect(shard.startingHashKey <= hashKey && hashKey <= shard.endingHashKey).toBe(true);
        }
      }),
    );
  });
});
