/** The record distribution strategy AUTO: the stream chooses the shard, round robin. */

import { describe, expect, it } from 'vitest';
import {
  autoStream,
  faultOf,
  HASH_KEYS,
  MIB,
  NAME,
  recordOf,
  revive,
  streamOf,
  T0,
} from '../../../support/streams.ts';

/** Puts records of these sizes. Returns the shard index of each, or how long to wait. */
function puts(stream: ReturnType<typeof autoStream>, sizes: readonly number[], nowMs: number) {
  return sizes.map((bytes) => {
    const put = stream.putRecord(recordOf(bytes), nowMs);
    return put.ok ? put.accepted.shardIndex : `${put.retryAfterMs} ms`;
  });
}

describe('AUTO', () => {
  it('distributes records round robin, whatever their keys', () => {
    const stream = autoStream();
    expect(puts(stream, [2, 2, 2, 2, 2], T0)).toEqual([0, 1, 2, 3, 0]);
    const keyed = recordOf(2, { PartitionKey: 'b', ExplicitHashKey: '0' });
    const keyless = { StreamName: NAME, Data: new Uint8Array(1) };
    for (const [request, shardIndex] of [
      [keyed, 1],
      [keyless, 2],
    ] as const) {
      const put = stream.putRecord(request, T0);
      const hashKey = BigInt(shardIndex) * (HASH_KEYS / 4n);
      expect(put).toMatchObject({ ok: true, accepted: { shardIndex, hashKey } });
    }
  });

  it('counts no bytes for an absent key', () => {
    const put = autoStream().putRecord({ StreamName: NAME, Data: new Uint8Array(MIB) }, T0);
    expect(put).toMatchObject({ ok: true, accepted: { shardIndex: 0 } });
  });

  it('is the only strategy that counts records', () => {
    const stream = streamOf(1);
    puts(stream, [2, 2], T0);
    expect(stream.snapshot().distributedCount).toBe(0);
    const auto = autoStream();
    puts(auto, [2, 2], T0);
    expect(auto.snapshot().distributedCount).toBe(2);
  });

  it('distributes the records of a batch', () => {
    const Records = [1, 2, 3, 4, 5, 6].map(() => ({ Data: new Uint8Array(1) }));
    const result = autoStream().putRecords({ StreamName: NAME, Records }, T0);
    const indexes = result.ok && result.accepted.map((record) => record?.shardIndex);
    expect(indexes).toEqual([0, 1, 2, 3, 0, 1]);
  });

  it('skips a shard without tokens', () => {
    const stream = autoStream();
    expect(puts(stream, [MIB, 2, 2, 2, 2, 2], T0)).toEqual([0, 1, 2, 3, 1, 1]);
  });

  it('names the shard that admits the record first, and when', () => {
    const stream = autoStream();
    expect(puts(stream, [MIB, MIB], T0)).toEqual([0, 1]);
    expect(puts(stream, [MIB, MIB], T0 + 500)).toEqual([2, 3]);
    const put = stream.putRecord(recordOf(MIB), T0 + 600);
    expect(put).toMatchObject({ ok: false, retryAfterMs: 400 });
    expect(faultOf(put)).toBe(
      `ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream ${NAME} under account 123456789012.`,
    );
    expect(puts(stream, [MIB], T0 + 999)).toEqual(['1 ms']);
    expect(puts(stream, [MIB, MIB, MIB], T0 + 1000)).toEqual([0, 1, '500 ms']);
  });

  it('names the shard whose turn it is if all admit the record at the same time', () => {
    const stream = autoStream();
    expect(puts(stream, [MIB, MIB, MIB, MIB, 2], T0)).toEqual([0, 1, 2, 3, '1 ms']);
    expect(faultOf(stream.putRecord(recordOf(MIB), T0))).toMatch('shardId-000000000000');
    expect(puts(stream, [2, 2], T0 + 1)).toEqual([0, 1]);
    expect(faultOf(stream.putRecord(recordOf(MIB), T0 + 1))).toMatch('shardId-000000000002');
  });

  it('continues at the same shard after a restart', () => {
    const stream = autoStream();
    puts(stream, [2, 2, 2], T0);
    expect(puts(revive(stream), [2, 2], T0)).toEqual([3, 0]);
  });

  it('counts the bytes of a key that it ignores', () => {
    const stream = autoStream();
    const fits = recordOf(MIB - 2, { PartitionKey: 'éa' });
    expect(stream.putRecord(fits, T0).ok).toBe(true);
    const over = recordOf(MIB, { PartitionKey: 'é' });
    expect(faultOf(stream.putRecord(over, T0))).toMatch('less than or equal to 1048576');
  });
});
