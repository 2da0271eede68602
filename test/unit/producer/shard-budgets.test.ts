import { createUniformShardMap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { createShardBudgets } from '../../../src/producer/shard-budgets.ts';
import { MIB, T0 } from '../../support/streams.ts';

const map = createUniformShardMap(2);

describe('createShardBudgets', () => {
  it('takes 1,000 records at once, and then one per millisecond', () => {
    const budgets = createShardBudgets(map);
    for (let i = 0; i < 1000; i++) expect(budgets.take(0, 0, T0)).toBe(0);
    expect(budgets.take(0, 0, T0)).toBe(1);
    expect(budgets.take(0, 0, T0 + 1)).toBe(0);
    expect(budgets.take(1, 0, T0)).toBe(0);
  });

  it('takes 1 MiB at once, and then 1 MiB per second', () => {
    const budgets = createShardBudgets(map);
    expect(budgets.take(1, MIB, T0)).toBe(0);
    expect(budgets.take(1, MIB, T0)).toBe(1000);
    expect(budgets.take(1, MIB, T0 + 1000)).toBe(0);
  });

  it('takes a share of both', () => {
    const budgets = createShardBudgets(map, { shardShare: 0.25 });
    for (let i = 0; i < 250; i++) expect(budgets.take(0, 100, T0)).toBe(0);
    expect(budgets.take(0, 100, T0)).toBe(4);
    expect(budgets.take(1, MIB / 4, T0)).toBe(0);
    expect(budgets.take(1, MIB / 4, T0)).toBe(1000);
  });

  it('takes a record beyond its share from a full budget, and pays it off', () => {
    const budgets = createShardBudgets(map, { shardShare: 0.25 });
    expect(budgets.take(0, MIB, T0)).toBe(0);
    expect(budgets.take(0, MIB, T0)).toBe(4000);
    expect(budgets.take(0, 1, T0 + 2999)).toBe(2);
    expect(budgets.take(0, MIB, T0 + 4000)).toBe(0);
  });

  it('takes bursts of the largest record of the stream', () => {
    const budgets = createShardBudgets(map, { recordBytesMax: 10 * MIB });
    expect(budgets.take(0, 10 * MIB, T0)).toBe(0);
    expect(budgets.take(0, 10 * MIB, T0)).toBe(10_000);
  });

  it.each([
    [() => createShardBudgets(map, { shardShare: 0 }), RangeError],
    [() => createShardBudgets(map, { shardShare: 1.1 }), RangeError],
    [() => createShardBudgets(map, { shardShare: Number.NaN }), RangeError],
    [() => createShardBudgets(map, { recordBytesMax: 0 }), RangeError],
    [() => createShardBudgets(map, { share: 1 } as never), TypeError],
    [() => createShardBudgets({} as never), TypeError],
    [() => createShardBudgets(map).take(2, 0, T0), RangeError],
    [() => createShardBudgets(map).take(0, -1, T0), RangeError],
    [() => createShardBudgets(map).take(0, 0, Number.NaN), RangeError],
  ])("throws at a caller's bug, case %#", (call, error) => {
    expect(call).toThrow(error);
  });
});
