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

  it('takes the smallest share and the smallest limit', () => {
    const budgets = createShardBudgets(map, { shardShare: 0.001, recordBytesMax: 1 });
    expect(budgets.take(0, 0, 0)).toBe(0);
    expect(budgets.take(0, 0, 0)).toBe(1000);
  });

  it.each([
    [{ shardShare: '0.5' }, TypeError, 'options.shardShare must be a number: got '],
    [{ shardShare: 0 }, RangeError, 'options.shardShare must be a number from 0.001 to 1: got 0'],
    [{ shardShare: 1.1 }, RangeError, 'options.shardShare must be a number from 0.001 to 1: '],
    [{ shardShare: Number.NaN }, RangeError, 'options.shardShare must be a number from 0.001 to '],
    [{ recordBytesMax: 0 }, RangeError, 'options.recordBytesMax must be an integer from 1 to '],
    [{ recordBytesMax: 10 * MIB + 1 }, RangeError, 'options.recordBytesMax must be '],
    [{ share: 1 }, TypeError, 'options must have only the options shardShare, recordBytesMax: '],
  ])('throws for a wrong option, case %#', (options, error, message) => {
    const call = () => createShardBudgets(map, options as never);
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });

  it('throws for a value that is not a map', () => {
    expect(() => createShardBudgets({} as never)).toThrow(TypeError);
  });

  it.each([
    [-1, 0, T0, 'mapIndex must be an integer from 0 to 1: got -1'],
    [2, 0, T0, 'mapIndex must be an integer from 0 to 1: got 2'],
    [0, -1, T0, 'bytes must be an integer from 0 to 10485760: got -1'],
    [0, 10 * MIB + 1, T0, 'bytes must be an integer from 0 to 10485760: got 10485761'],
    [0, 0, Number.NaN, 'nowMs must be an integer from 0 to '],
  ])('throws for wrong arguments, case %#', (mapIndex, bytes, nowMs, message) => {
    const budgets = createShardBudgets(map);
    expect(() => budgets.take(mapIndex, bytes, nowMs)).toThrow(RangeError);
    expect(() => budgets.take(mapIndex, bytes, nowMs)).toThrow(message);
  });
});
