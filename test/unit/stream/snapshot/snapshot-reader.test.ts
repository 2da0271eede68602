import { describe, expect, it } from 'vitest';
import { SnapshotReader } from '../../../../src/stream/snapshot/snapshot-reader.ts';

const reader = new SnapshotReader(
  {
    text: 'abc',
    count: 3,
    time: 1500,
    list: [{ a: 1 }, 2],
    nested: { count: -1 },
    startingHashKey: '5',
    endingHashKey: '4',
    parent: null,
  },
  'snapshot',
);

describe('SnapshotReader', () => {
  it('returns valid members', () => {
    expect(reader.text('text', /^[a-c]{3}$/)).toBe('abc');
    expect(reader.integer('count', 3, 3)).toBe(3);
    expect(reader.time('time')).toBe(1500);
    expect(reader.choice('text', ['x', 'abc'])).toBe('abc');
    expect(reader.list('list', (value) => value)).toEqual([{ a: 1 }, 2]);
    expect(reader.optionalChild('parent')).toBeUndefined();
    expect(reader.optionalChild('nested')?.integer('count', -1, -1)).toBe(-1);
    expect(reader.parentShardId('parent', 1)).toBeUndefined();
    expect(reader.parentShardId('count', 4)).toBe('shardId-000000000003');
  });

  it.each<[() => unknown, string]>([
    [() => new SnapshotReader([], 'snapshot'), 'snapshot must be an object: got an array'],
    [() => reader.child('text'), "snapshot.text must be an object: got the string 'abc'"],
    [() => reader.list('text', String), "snapshot.text must be an array: got the string 'abc'"],
    [() => reader.children('list', String), 'snapshot.list[1] must be an object: got 2'],
    [() => reader.text('count', /./), 'snapshot.count must be a string: got 3'],
    [() => reader.text('text', /^x$/), "snapshot.text must match ^x$: got the string 'abc'"],
    [() => reader.integer('count', 4, 9), 'snapshot.count must be an integer from 4 to 9: got 3'],
    [
      () => reader.child('nested').time('count'),
      'snapshot.nested.count must be an integer from 0 to 16025088599000: got -1',
    ],
    [() => reader.second('time', 0), 'snapshot.time must be a whole second: got 1500'],
    [() => reader.choice('count', [1, 2]), 'snapshot.count must be one of 1, 2: got 3'],
    [() => reader.range(), 'snapshot.endingHashKey must not be below startingHashKey'],
    [
      () => reader.parentShardId('count', 3),
      'snapshot.count must be an integer from 0 to 2: got 3',
    ],
  ])('names the place of what is wrong: %s', (read, message) => {
    expect(read).toThrow(new RegExp(`^${message.replace(/[.[\]^$*+?()]/g, '\\$&')}$`));
  });
});
