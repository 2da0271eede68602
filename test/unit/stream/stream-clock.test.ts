/** A stream whose clock stands still, leaps and steps back. */

import { compareSequenceNumbers, createStream, parseSequenceNumber, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  CONTEXT,
  DAY_MS,
  faultOf,
  HASH_KEYS,
  HOUR_MS,
  NAME,
  putAt,
  recordOf,
  revive,
  scale,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../../support/streams.ts';

describe('a clock that steps back', () => {
  it('does not undo the creation of a stream that was active at once', () => {
    const stream = streamOf(1);
    expect(shardsOf(stream, T0 - 1)).toBe('0*');
    expect(putAt(stream, 0n, T0 - 1).ok).toBe(true);
    expect(putAt(stream, 0n, T0 - DAY_MS).ok).toBe(true);
  });

  it('does not undo the creation of a stream that has taken a record', () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    expect(putAt(stream, 0n, T0 + 999).ok).toBe(false);
    expect(putAt(stream, 0n, T0 + 1000).ok).toBe(true);
    expect(putAt(stream, 0n, T0 + 999).ok).toBe(true);
    expect(putAt(revive(stream), 0n, T0 + 999).ok).toBe(true);
  });

  it('leaves a stream that can be restored after a split', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 10_000));
    unwrap(split(stream, '1', 10n, T0 + 9_999));
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  });

  it('lists each shard at some time', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 10_000));
    unwrap(split(stream, '1', 10n, T0 + 5_000));
    const filter = { Type: 'AT_TIMESTAMP', Timestamp: new Date(T0 + 10_000) } as const;
    expect(shardsOf(stream, T0 + 20_000, { ShardFilter: filter })).toBe('0 1 2* 3* 4*');
  });

  it('keeps a closed shard in the listing as long as its last record', () => {
    const stream = streamOf(1);
    const put = putAt(stream, 0n, T0 + HOUR_MS);
    unwrap(split(stream, '0', 100n, T0));
    const arrivedAtMs = put.ok ? put.accepted.arrivedAtMs : 0;
    expect(stream.trimHorizonMs(arrivedAtMs + DAY_MS)).toBe(arrivedAtMs);
    expect(shardsOf(stream, arrivedAtMs + DAY_MS)).toBe('0 1* 2*');
    expect(shardsOf(stream, arrivedAtMs + DAY_MS + 1)).toBe('1* 2*');
  });

  it('does not empty the budget of a shard that opens meanwhile', () => {
    const stream = streamOf(1);
    putAt(stream, 0n, T0 + 500);
    unwrap(split(stream, '0', 100n, T0));
    for (let i = 0; i < 1000; i++) expect(putAt(stream, 0n, T0).ok).toBe(true);
    expect(putAt(stream, 0n, T0)).toMatchObject({ ok: false, retryAfterMs: 1 });
    expect(putAt(stream, 0n, T0 + 1).ok).toBe(true);
  });

  it('does not turn back arrivals or numbers', () => {
    const stream = streamOf(1);
    const puts = [0, 5000, 4999, -DAY_MS, 5001].map((by) => putAt(stream, 0n, T0 + by));
    const accepted = puts.map((put) => (put.ok ? put.accepted : undefined)!);
    expect(accepted.map(({ arrivedAtMs }) => arrivedAtMs - T0)).toEqual([
      0, 5000, 5000, 5000, 5001,
    ]);
    for (const [i, { sequenceNumber }] of accepted.slice(1).entries()) {
      expect(compareSequenceNumbers(accepted[i]!.sequenceNumber, sequenceNumber)).toBe(-1);
    }
  });
});

describe('a number of the stream as SequenceNumberForOrdering', () => {
  it('is taken right after a split, when the creation of the shard lies ahead', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 500));
    const first = putAt(stream, 0n, T0 + 500);
    const number = first.ok ? first.value.SequenceNumber : '';
    expect(unwrap(parseSequenceNumber(number)).writtenAtMs).toBe(T0 + 1000);
    const request = recordOf(10, { ExplicitHashKey: '0', SequenceNumberForOrdering: number });
    const second = stream.putRecord(request, T0 + 501);
    expect(second).toMatchObject({ ok: true });
    expect(second.ok && compareSequenceNumbers(number, second.value.SequenceNumber)).toBe(-1);
  });

  it('is taken on the child of a shard whose creation lies ahead', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    const first = putAt(stream, 0n, T0);
    const number = first.ok ? first.value.SequenceNumber : '';
    unwrap(split(stream, '1', 10n, T0));
    const request = recordOf(10, { ExplicitHashKey: '0', SequenceNumberForOrdering: number });
    expect(stream.putRecord(request, T0)).toMatchObject({ ok: true });
  });

  it('is taken after the clock has stepped back', () => {
    const stream = streamOf(1);
    const first = putAt(stream, 0n, T0 + HOUR_MS);
    const number = first.ok ? first.value.SequenceNumber : '';
    const second = stream.putRecord(recordOf(10, { SequenceNumberForOrdering: number }), T0);
    expect(second.ok && compareSequenceNumbers(number, second.value.SequenceNumber)).toBe(-1);
  });

  it('is refused if it was written later than now', () => {
    const stream = streamOf(1);
    const other = streamOf(1);
    const first = putAt(other, 0n, T0 + HOUR_MS);
    const number = first.ok ? first.value.SequenceNumber : '';
    const request = recordOf(10, { SequenceNumberForOrdering: number });
    expect(faultOf(stream.putRecord(request, T0))).toBe(
      `InvalidArgumentException: ExclusiveMinimumSequenceNumber ${number} used in PutRecord on stream ${NAME} under account 123456789012 is invalid.`,
    );
  });
});

describe('at the end of time', () => {
  const end = 16_025_174_999_000 - 2 * DAY_MS;

  it('a stream in transition can be restored', () => {
    const context = { ...CONTEXT, transitionMs: 1000 };
    const request = { StreamName: NAME, ShardCount: 2 };
    const young = unwrap(createStream(request, context, end));
    expect(revive(young).snapshot()).toEqual(young.snapshot());
    const stream = unwrap(createStream(request, context, end - 1000));
    unwrap(scale(stream, 3, end));
    expect(revive(stream).snapshot()).toEqual(stream.snapshot());
  });

  it('no time goes beyond it', () => {
    const request = { StreamName: NAME, ShardCount: 1 };
    expect(() => createStream(request, CONTEXT, end + 1)).toThrow(RangeError);
    const stream = unwrap(createStream(request, CONTEXT, end));
    expect(() => putAt(stream, 0n, end + 1)).toThrow(RangeError);
    expect(putAt(stream, HASH_KEYS - 1n, end).ok).toBe(true);
  });
});
