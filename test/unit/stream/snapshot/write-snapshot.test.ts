import type { StreamSnapshot } from 'shardline';
import { expect, it } from 'vitest';
import { putAt, streamOf, T0 } from '../../../support/streams.ts';

/** A snapshot without readonly members. */
// biome-ignore lint/suspicious/noExplicitAny: any member is to be changed.
type Draft = any;

it('returns a copy', () => {
  const stream = streamOf(1);
  const before = stream.snapshot() as Draft;
  const copy = structuredClone(before);
  putAt(stream, 0n, T0 + 1000);
  expect(before).toEqual(copy);
  before.shards[0].open.records = 0;
  before.scaledAtMs.push(1);
  before.context.throughput = 'unlimited';
  expect((stream.snapshot() as StreamSnapshot).shards[0]!.open!.records).toBe(999);
  expect(stream.snapshot().scaledAtMs).toEqual([]);
  expect(stream.snapshot().context.throughput).toBe('enforced');
});
