/** planRequests: every request is legal, no record is lost, and no request is superfluous. */

import fc from 'fast-check';
import { type PutRecordsRequestEntry, recordBytes } from 'shardline';
import { planRequests } from 'shardline/producer';
import { expect, test } from 'vitest';
import { partitionKeys } from '../support/arbitraries.ts';
import { MIB, NAME, streamOf, T0 } from '../support/streams.ts';

const zeros = new Uint8Array(10 * MIB + 1);

/** Records around the limits, and many small ones. Some are invalid. */
const entries: fc.Arbitrary<PutRecordsRequestEntry[]> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('a', '漢'.repeat(256)) },
        { weight: 2, arbitrary: partitionKeys },
        fc.constantFrom('', 'x'.repeat(257)),
      ),
      fc.oneof(
        fc.constantFrom(0, 1, 100, MIB / 2, MIB - 1024, MIB - 768, MIB - 1, MIB),
        fc.nat(2 * MIB),
      ),
      fc.constantFrom(undefined, undefined, '0', `${2n ** 128n - 1n}`, `${2n ** 128n}`, '01'),
      fc.constantFrom(1, 1, 1, 3, 499, 500),
    ),
    { maxLength: 12 },
  )
  .map((groups) =>
    groups.flatMap(([PartitionKey, bytes, ExplicitHashKey, count]) =>
      new Array(count).fill({ PartitionKey, ExplicitHashKey, Data: zeros.subarray(0, bytes) }),
    ),
  );

test('the requests are the records without the refused ones, in their order', () => {
  fc.assert(
    fc.property(entries, (given) => {
      const { requests, refused } = planRequests(given);
      const left = new Set(refused.map(({ index }) => index));
      const kept = given.filter((_, i) => !left.has(i));
      const sent = requests.flat();
      expect(sent.length).toBe(kept.length);
      // Compared by identity: comparing megabytes takes minutes.
      const isKept = sent.every(
        ({ Data, PartitionKey, ExplicitHashKey }, i) =>
          Data === kept[i]!.Data &&
          PartitionKey === kept[i]!.PartitionKey &&
          ExplicitHashKey === kept[i]!.ExplicitHashKey,
      );
      expect(isKept).toBe(true);
    }),
  );
});

test('a record is refused exactly if a stream refuses it, and with the same fault', () => {
  const stream = streamOf(1, { throughput: 'unlimited' });
  fc.assert(
    fc.property(entries, (given) => {
      const faults = new Map(planRequests(given).refused.map(({ index, fault }) => [index, fault]));
      for (const [i, entry] of given.entries()) {
        const result = stream.putRecord({ StreamName: NAME, ...entry }, T0);
        expect(faults.get(i)).toEqual(result.ok ? undefined : result.fault);
      }
    }),
    { numRuns: 20 },
  );
});

test('a stream takes each request, and none has room for the next record', () => {
  const stream = streamOf(1, { throughput: 'unlimited' });
  fc.assert(
    fc.property(entries, (given) => {
      const { requests } = planRequests(given);
      for (const [i, Records] of requests.entries()) {
        expect(stream.putRecords({ StreamName: NAME, Records }, T0).ok).toBe(true);
        const next = requests[i + 1]?.[0];
        if (next === undefined) continue;
        const more = stream.putRecords({ StreamName: NAME, Records: [...Records, next] }, T0);
        expect(more.ok).toBe(false);
      }
    }),
    { numRuns: 50 },
  );
});

test('the size of a request is that of its records', () => {
  fc.assert(
    fc.property(entries, (given) => {
      for (const records of planRequests(given).requests) {
        const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
        expect(bytes).toBeLessThanOrEqual(10 * MIB);
      }
    }),
  );
});
