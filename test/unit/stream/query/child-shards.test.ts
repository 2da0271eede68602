import { describe, expect, it } from 'vitest';
import { HOUR_MS, mergedStream, T0 } from '../../../support/streams.ts';

const idOf = (index: number) => `shardId-00000000000${index}`;

describe('childShards', () => {
  const stream = mergedStream();
  const nowMs = T0 + 3 * HOUR_MS;

  it('lists the children of a split, and of a merge with both parents', () => {
    const children = stream.childShards(idOf(0), nowMs);
    expect(children.map(({ ShardId }) => ShardId)).toEqual([idOf(1), idOf(2)]);
    expect(children.map(({ HashKeyRange }) => HashKeyRange)).toEqual([
      { StartingHashKey: '0', EndingHashKey: '99' },
      { StartingHashKey: '100', EndingHashKey: `${2n ** 128n - 1n}` },
    ]);
    for (const parent of [1, 2]) {
      const merged = stream.childShards(idOf(parent), nowMs);
      expect(merged).toMatchObject([{ ShardId: idOf(3), ParentShards: [idOf(1), idOf(2)] }]);
    }
  });

  it('lists none of an open shard, or of one that does not exist', () => {
    expect(stream.childShards(idOf(3), nowMs)).toEqual([]);
    expect(stream.childShards('x', nowMs)).toEqual([]);
    expect(() => stream.childShards(5 as never, nowMs)).toThrow(TypeError);
  });
});
