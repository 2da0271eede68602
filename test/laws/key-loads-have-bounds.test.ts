/** The load of each key is within its bounds, for few counters, any order and any merge. */

import fc from 'fast-check';
import { createUniformShardMap } from 'shardline';
import { createLoadMeter, type KeyLoad } from 'shardline/load';
import { expect, it } from 'vitest';
import '../support/property-runs.ts';

const record = fc.record({
  // Few keys are frequent, so that counters are dropped and come back.
  key: fc.oneof(fc.nat(2), fc.nat(14)).map((number) => `key-${number}`),
  // Some keys have many small records, some a few large ones: hot in one unit only.
  bytes: fc.constantFrom(0, 0, 1, 600),
  times: fc.constantFrom(1, 1, 2, 9, 40),
  part: fc.nat(2),
});
const map = createUniformShardMap(2);

it('keeps the true load of every key within its bounds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(record, { maxLength: 120 }),
      fc.boolean(),
      (keys, records, isMerged) => {
        const parts = [0, 1, 2].map(() => createLoadMeter({ keys }));
        const truth = new Map<string, { bytes: number; records: number }>();
        for (const { key: PartitionKey, bytes, times, part } of records) {
          const one = { PartitionKey, Data: new Uint8Array(bytes) };
          for (let i = 0; i < times; i++) parts[isMerged ? part : 0]!.add(one);
          const load = truth.get(PartitionKey) ?? { bytes: 0, records: 0 };
          load.bytes += times * (bytes + PartitionKey.length);
          load.records += times;
          truth.set(PartitionKey, load);
        }
        const [meter, ...others] = parts;
        for (const other of others) meter!.merge(other);
        const report = meter!.report(map);
        expect(report.records).toBe(records.reduce((sum, { times }) => sum + times, 0));
        const check = (
          unit: 'bytes' | 'records',
          listed: readonly KeyLoad[],
          error: number,
          errorOf: (key: KeyLoad) => number,
        ): void => {
          expect(error * keys).toBeLessThanOrEqual(2 * report[unit]);
          for (const key of listed) {
            const load = truth.get(key.PartitionKey)![unit];
            expect(load).toBeGreaterThanOrEqual(key[unit]);
            expect(load).toBeLessThanOrEqual(key[unit] + errorOf(key));
            expect(errorOf(key)).toBeLessThanOrEqual(error);
          }
          // A key with more than twice the error is missing only if there is no room in the list.
          const names = new Set(listed.map(({ PartitionKey }) => PartitionKey));
          for (const [key, load] of listed.length < keys ? truth : []) {
            if (!names.has(key)) expect(load[unit]).toBeLessThanOrEqual(2 * error);
          }
        };
        check('bytes', report.keys, report.error, (key) => key.error);
        check('records', report.keysByRecords, report.recordsError, (key) => key.recordsError);
      },
    ),
    { numRuns: 400 },
  );
});
