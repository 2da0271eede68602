import { describe, expect, it } from 'vitest';
import { quote } from '../../../src/base/argument.ts';
import {
  formatShardId,
  parseShardId,
  readRequestedShardId,
} from '../../../src/sharding/shard-id.ts';

describe('formatShardId and parseShardId', () => {
  it.each([
    [0, 'shardId-000000000000'],
    [7, 'shardId-000000000007'],
    [2_147_483_647, 'shardId-002147483647'],
  ])('convert index %d to %s and back', (shardIndex, shardId) => {
    expect(formatShardId(shardIndex)).toBe(shardId);
    expect(parseShardId(shardId)).toEqual({ ok: true, value: shardIndex });
  });

  // kinesalite tests, run on AWS 2018: forged numbers name such shards.
  it.each([
    [-1, 'shardId--00000000001'],
    [-2_147_483_648, 'shardId--02147483648'],
  ])('write the sign of the index %d in place of a digit', (shardIndex, shardId) => {
    expect(formatShardId(shardIndex)).toBe(shardId);
    expect(parseShardId(shardId).ok).toBe(false);
  });

  it.each([
    '',
    'shardId-',
    'shardId-7',
    'shardId-0000000000007',
    'shardId-002147483648',
    'shardId-00000000000a',
    'shardid-000000000007',
    ' shardId-000000000007',
    'shardId-000000000007\n',
  ])('reject %j', (text) => {
    expect(parseShardId(text)).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: `${quote(text)} is not a shard id: expected shardId- and twelve digits, at most shardId-002147483647`,
        blame: 'client',
      },
    });
  });

  it('cut a long text in the message', () => {
    const result = parseShardId('0'.repeat(1_000_000));
    expect(!result.ok && result.fault.message.length).toBeLessThan(200);
  });

  it.each([undefined, null, 7, {}])('throw for the id %j', (shardId) => {
    expect(() => parseShardId(shardId as never)).toThrow(/^shardId must be a string: got /);
  });

  it.each([
    ['0', TypeError, "shardIndex must be a number: got the string '0'"],
    [1n, TypeError, 'shardIndex must be a number: got 1n'],
    [0.5, RangeError, 'must be an integer from -2147483648 to 2147483647: got 0.5'],
    [2 ** 31, RangeError, 'got 2147483648'],
    [-(2 ** 31) - 1, RangeError, 'got -2147483649'],
    [Number.NaN, RangeError, 'got NaN'],
  ])('throw for the index %o', (shardIndex, type, text) => {
    const call = () => formatShardId(shardIndex as number);
    expect(call).toThrow(type);
    expect(call).toThrow(text);
  });
});

const NAMES = { streamName: 'S', accountId: '000000000000' };

describe('readRequestedShardId', () => {
  it.each([
    ['0', 0],
    ['shardId-0', 0],
    ['foo-0', 0],
    ['-5', 5],
    ['a-7-9', 7],
    ['00000000000000000000000000000000000012', 12],
    ['shardId-000000000003', 3],
    ['shardId-2147483647', 2147483647],
  ])('reads %s', (text, shardIndex) => {
    expect(readRequestedShardId(text, NAMES)).toEqual({ ok: true, value: shardIndex });
  });

  it.each([
    'shardId-2147483648',
    'shardId-',
    'shardId',
    '',
    '-',
    'shardId- 1',
    'shardId-0x1',
    'shardId-1e1',
    'shardId--1',
    'shardId-1.5',
    'shardId-٣',
    `shardId-${'9'.repeat(400)}`,
  ])('refuses %j', (text) => {
    expect(readRequestedShardId(text, NAMES)).toEqual({
      ok: false,
      fault: {
        code: 'ResourceNotFoundException',
        message: `Could not find shard ${text} in stream S under account 000000000000.`,
        blame: 'client',
      },
    });
  });
});
