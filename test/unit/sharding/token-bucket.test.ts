/** Budgets by hand: a refill of one record and 1,048.576 bytes a millisecond. */

import { describe, expect, it } from 'vitest';
import {
  admitRecord,
  type Budget,
  fullBudget,
  resizeBudget,
} from '../../../src/sharding/token-bucket.ts';
import { MIB, NAME, putAt, recordOf, streamOf, T0 } from '../../support/streams.ts';

const UNITS = 125;

/** A budget of so many records and bytes at T0. */
function budgetOf(records: number, bytes: number): Budget {
  return { records, byteUnits: bytes * UNITS, filledAtMs: T0 };
}

describe('admitRecord', () => {
  it('takes a record and its bytes', () => {
    const budget = fullBudget(MIB, T0);
    expect(admitRecord(budget, 100, MIB, T0)).toBe(0);
    expect(budget).toEqual(budgetOf(999, MIB - 100));
  });

  it('takes a record of no byte and of all bytes', () => {
    const budget = fullBudget(MIB, T0);
    expect(admitRecord(budget, MIB, MIB, T0)).toBe(0);
    expect(admitRecord(budget, 0, MIB, T0)).toBe(0);
    expect(budget).toEqual(budgetOf(998, 0));
    expect(admitRecord(budget, 1, MIB, T0)).toBe(1);
  });

  it.each([
    ['no record left', 0, MIB, 10, 1],
    ['a byte too few', 10, 999, 1000, 1],
    ['the bytes of a millisecond too few', 10, 0, 1048, 1],
    ['a byte more than those of a millisecond', 10, 0, 1049, 2],
    ['all bytes too few', 10, 0, MIB, 1000],
    ['neither', 0, 0, 131_072, 125],
  ])('with %s, says when', (_, records, bytesLeft, bytes, waitMs) => {
    const budget = budgetOf(records, bytesLeft);
    expect(admitRecord(budget, bytes, MIB, T0)).toBe(waitMs);
    expect(budget).toEqual(budgetOf(records, bytesLeft));
    expect(admitRecord({ ...budget }, bytes, MIB, T0 + waitMs - 1)).toBe(1);
    expect(admitRecord({ ...budget }, bytes, MIB, T0 + waitMs)).toBe(0);
  });

  it('loses no fraction of a byte', () => {
    const budget = budgetOf(1000, 0);
    for (let ms = 1; ms <= 125; ms++) expect(admitRecord(budget, 1048, MIB, T0 + ms)).toBe(0);
    // 125 ms are 131,072 bytes, of which 131,000 are taken.
    expect(budget.byteUnits).toBe(72 * UNITS);
  });

  it('fills up to one second of records and to the depth in bytes, no further', () => {
    const budget = budgetOf(0, 0);
    expect(admitRecord(budget, 0, 10 * MIB, T0 + 86_400_000)).toBe(0);
    expect(budget).toMatchObject({ records: 999, byteUnits: 10 * MIB * UNITS });
  });

  it('fills nothing while a clock that stepped back catches up', () => {
    const budget = budgetOf(1, 10);
    expect(admitRecord(budget, 10, MIB, T0 - 1000)).toBe(0);
    expect(budget).toEqual(budgetOf(0, 0));
    expect(admitRecord(budget, 0, MIB, T0 - 1000)).toBe(1001);
    expect(admitRecord(budget, 0, MIB, T0)).toBe(1);
  });

  it('is full after a longer step back', () => {
    const budget = budgetOf(0, 0);
    expect(admitRecord(budget, MIB, MIB, T0 - 1001)).toBe(0);
    expect(budget).toEqual({ records: 999, byteUnits: 0, filledAtMs: T0 - 1001 });
    const deep = budgetOf(0, 0);
    expect(admitRecord(deep, 0, 10 * MIB, T0 - 10_000)).toBe(10_001);
    expect(admitRecord(deep, 10 * MIB, 10 * MIB, T0 - 10_001)).toBe(0);
  });
});

describe('resizeBudget', () => {
  it('keeps what there is', () => {
    const budget = budgetOf(7, 500);
    resizeBudget(budget, MIB, 2 * MIB, T0);
    expect(budget).toEqual(budgetOf(7, 500));
  });

  it('fills up at the old depth first', () => {
    const budget = budgetOf(0, 0);
    resizeBudget(budget, MIB, 10 * MIB, T0 + 5000);
    expect(budget).toEqual({ records: 1000, byteUnits: MIB * UNITS, filledAtMs: T0 + 5000 });
  });

  it('cuts to the new depth', () => {
    const budget = fullBudget(10 * MIB, T0);
    resizeBudget(budget, 10 * MIB, MIB, T0);
    expect(budget).toEqual(fullBudget(MIB, T0));
  });

  it('does not forget that the clock is behind', () => {
    const budget = budgetOf(0, 0);
    resizeBudget(budget, MIB, 2 * MIB, T0 - 500);
    expect(budget).toEqual(budgetOf(0, 0));
    resizeBudget(budget, 2 * MIB, MIB, T0 - 2001);
    expect(budget).toEqual(fullBudget(MIB, T0 - 2001));
  });
});

describe('a shard', () => {
  const small = { PartitionKey: 'a', Data: new Uint8Array(9) };
  const text = `Rate exceeded for shard shardId-000000000000 in stream ${NAME} under account 123456789012.`;

  it('takes 1,000 of 1,001 records at one instant, and the last with 999 more a second later', () => {
    const stream = streamOf(1);
    const fates = (nowMs: number) =>
      Array.from({ length: 1001 }, () => stream.putRecord(recordOf(10), nowMs));
    const first = fates(T0);
    expect(first.filter(({ ok }) => ok).length).toBe(1000);
    expect(first[1000]).toEqual({
      ok: false,
      fault: { code: 'ProvisionedThroughputExceededException', message: text, blame: 'client' },
      retryAfterMs: 1,
    });
    expect(fates(T0 + 1000).filter(({ ok }) => ok).length).toBe(1000);
    expect(stream.putRecord(recordOf(10), T0 + 1001).ok).toBe(true);
  });

  it('takes the same in three batches', () => {
    const stream = streamOf(1);
    const put = (count: number, nowMs: number) =>
      stream.putRecords({ StreamName: NAME, Records: Array(count).fill(small) }, nowMs);
    const counts = [put(500, T0), put(500, T0), put(1, T0), put(1, T0 + 1)];
    expect(counts.map((result) => result.ok && result.value.FailedRecordCount)).toEqual([
      0, 0, 1, 0,
    ]);
    expect(counts[2]).toEqual({
      ok: true,
      value: {
        FailedRecordCount: 1,
        Records: [{ ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: text }],
      },
      accepted: [undefined],
      retryAfterMs: [1],
    });
  });

  it('is throttled alone: its neighbour goes on', () => {
    const stream = streamOf(2);
    expect(putAt(stream, 0n, T0, MIB).ok).toBe(true);
    expect(putAt(stream, 0n, T0, 2).ok).toBe(false);
    expect(putAt(stream, 2n ** 127n, T0, MIB).ok).toBe(true);
  });

  it('takes a small record behind a large one that it refused, in a batch too', () => {
    const stream = streamOf(1);
    const Records = [MIB / 2, MIB / 2 + 1, MIB / 2].map((bytes) => ({
      PartitionKey: 'a',
      Data: new Uint8Array(bytes - 1),
    }));
    const result = stream.putRecords({ StreamName: NAME, Records }, T0);
    expect(result).toMatchObject({ ok: true, value: { FailedRecordCount: 1 } });
    expect(result.ok && result.retryAfterMs).toEqual([0, 1, 0]);
  });

  it('counts the bytes of the key, as UTF-8, and none of an explicit hash key', () => {
    const stream = streamOf(1);
    const request = recordOf(MIB - 2, { PartitionKey: '€', ExplicitHashKey: '9'.repeat(38) });
    expect(stream.putRecord(request, T0).ok).toBe(true);
    expect(putAt(stream, 0n, T0, 1)).toMatchObject({ ok: false, retryAfterMs: 1 });
  });

  it('of unlimited throughput refuses nothing', () => {
    const stream = streamOf(1, { throughput: 'unlimited' });
    for (let i = 0; i < 2000; i++) expect(putAt(stream, 0n, T0, 100_000).ok).toBe(true);
  });
});
