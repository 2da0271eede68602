import type { ListShardsInput, ShardFilter } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  faultOf,
  HOUR_MS,
  mergedStream,
  NAME,
  shardsOf,
  T0,
} from '../../../support/streams.ts';

function filtered(Type: ShardFilter['Type'], hours: number | undefined, nowHours = 3): string {
  const timestamp = hours === undefined ? {} : { Timestamp: new Date(T0 + hours * HOUR_MS) };
  return shardsOf(mergedStream(), T0 + nowHours * HOUR_MS, { ShardFilter: { Type, ...timestamp } });
}

describe('a shard filter', () => {
  it('selects all shards within retention by default', () => {
    expect(shardsOf(mergedStream(), T0 + 3 * HOUR_MS)).toBe('0 1 2 3*');
    expect(filtered('FROM_TRIM_HORIZON', undefined)).toBe('0 1 2 3*');
  });

  it.each([
    // The trim horizon is at -21, 0.5, 1, 1.5, 2, 2.5 hours.
    [3, '0 1 2 3*', '0'],
    [24.5, '0 1 2 3*', '0'],
    [25, '0 1 2 3*', '0 1 2'],
    [25.5, '1 2 3*', '1 2'],
    [26, '1 2 3*', '1 2 3*'],
    [26.5, '3*', '3*'],
  ])('selects by the trim horizon after %d hours', (nowHours, from, at) => {
    expect(filtered('FROM_TRIM_HORIZON', undefined, nowHours)).toBe(from);
    expect(filtered('AT_TRIM_HORIZON', undefined, nowHours)).toBe(at);
  });

  it('selects the open shards with AT_LATEST', () => {
    expect(filtered('AT_LATEST', undefined)).toBe('3*');
  });

  it.each([
    [-5, '0', '0 1 2 3*'],
    [0, '0', '0 1 2 3*'],
    [0.5, '0', '0 1 2 3*'],
    [1, '0 1 2', '0 1 2 3*'],
    [1.5, '1 2', '1 2 3*'],
    [2, '1 2 3*', '1 2 3*'],
    [2.5, '3*', '3*'],
    [99, '3*', '3*'],
  ])('selects by a time after %d hours', (hours, at, from) => {
    expect(filtered('AT_TIMESTAMP', hours)).toBe(at);
    expect(filtered('FROM_TIMESTAMP', hours)).toBe(from);
  });

  it('moves a time before the trim horizon to it', () => {
    expect(filtered('FROM_TIMESTAMP', 0, 25.5)).toBe('1 2 3*');
    expect(filtered('AT_TIMESTAMP', 0, 25.5)).toBe('1 2');
  });

  it('selects the shards after one with AFTER_SHARD_ID', () => {
    const behind = (ShardId: string) =>
      shardsOf(mergedStream(), T0 + 3 * HOUR_MS, {
        ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId },
      });
    expect(behind('shardId-000000000001')).toBe('2 3*');
    expect(behind('0')).toBe('1 2 3*');
    expect(behind('3')).toBe('');
    expect(behind('77')).toBe('');
  });

  it.each([
    [{ Type: 'AFTER_SHARD_ID' }, 'ShardId'],
    [{ Type: 'AT_TIMESTAMP' }, 'Timestamp'],
    [{ Type: 'FROM_TIMESTAMP' }, 'Timestamp'],
  ] as const)('is refused if %o lacks its %s', (ShardFilter, member) => {
    const result = mergedStream().listShards({ StreamName: NAME, ShardFilter }, T0);
    expect(faultOf(result)).toBe(
      `InvalidArgumentException: ${member} must be specified in the ShardFilter of type ${ShardFilter.Type}.`,
    );
  });

  it.each([
    [{ Type: 'AT_LATEST', ShardId: '0' }, 'ShardId'],
    [{ Type: 'AT_TRIM_HORIZON', Timestamp: new Date(T0) }, 'Timestamp'],
    [{ Type: 'FROM_TRIM_HORIZON', ShardId: '0', Timestamp: new Date(T0) }, 'ShardId'],
    [{ Type: 'AFTER_SHARD_ID', ShardId: '0', Timestamp: new Date(T0) }, 'Timestamp'],
    [{ Type: 'AT_TIMESTAMP', ShardId: '0', Timestamp: new Date(T0) }, 'ShardId'],
    [{ Type: 'FROM_TIMESTAMP', ShardId: '0', Timestamp: new Date(T0) }, 'ShardId'],
  ] as const)('is refused if %o has a %s', (ShardFilter, member) => {
    const result = mergedStream().listShards({ StreamName: NAME, ShardFilter }, T0);
    expect(faultOf(result)).toBe(
      `InvalidArgumentException: ${member} cannot be specified in the ShardFilter of type ${ShardFilter.Type}.`,
    );
  });

  it('is refused with an unknown type or a shard id that cannot be read', () => {
    const ask = (ShardFilter: object) =>
      faultOf(mergedStream().listShards({ StreamName: NAME, ShardFilter } as ListShardsInput, T0));
    expect(ask({})).toMatch(
      "'shardFilter.type' failed to satisfy constraint: Member must not be null",
    );
    expect(ask({ Type: 'ALL' })).toMatch('Member must satisfy enum value set: [AFTER_SHARD_ID, ');
    expect(ask({ Type: 'AFTER_SHARD_ID', ShardId: 'x' })).toBe(
      `ResourceNotFoundException: Could not find shard x in stream ${NAME} under account ${ACCOUNT}.`,
    );
  });

  it('combines with an ExclusiveStartShardId', () => {
    const ask = (ExclusiveStartShardId: string, ShardFilter: ShardFilter) =>
      shardsOf(mergedStream(), T0 + 3 * HOUR_MS, { ExclusiveStartShardId, ShardFilter });
    expect(ask('1', { Type: 'FROM_TRIM_HORIZON' })).toBe('2 3*');
    expect(ask('1', { Type: 'AFTER_SHARD_ID', ShardId: '0' })).toBe('2 3*');
    expect(ask('0', { Type: 'AFTER_SHARD_ID', ShardId: '1' })).toBe('2 3*');
  });
});
