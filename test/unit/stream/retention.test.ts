import { type Stream, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { changeRetention, trimHorizonMs } from '../../../src/stream/retention.ts';
import {
  ACCOUNT,
  DAY_MS,
  faultOf,
  HOUR_MS,
  NAME,
  revive,
  shardsOf,
  split,
  streamOf,
  T0,
} from '../../support/streams.ts';

function increase(stream: Stream, hours: number, nowMs: number) {
  const request = { StreamName: NAME, RetentionPeriodHours: hours };
  return stream.increaseStreamRetentionPeriod(request, nowMs);
}

function decrease(stream: Stream, hours: number, nowMs: number) {
  const request = { StreamName: NAME, RetentionPeriodHours: hours };
  return stream.decreaseStreamRetentionPeriod(request, nowMs);
}

describe('trimHorizonMs', () => {
  it('returns the time one period ago, even before 1970', () => {
    expect(trimHorizonMs(24, T0)).toBe(T0 - DAY_MS);
    expect(trimHorizonMs(8760, 0)).toBe(-365 * DAY_MS);
  });
});

describe('the retention period', () => {
  const short =
    'InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.';
  const long =
    'InvalidArgumentException: Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.';

  it('can be raised, lowered and set to its current value', () => {
    const stream = streamOf(1);
    const steps: [(stream: Stream, hours: number, nowMs: number) => unknown, number][] = [
      [increase, 24],
      [decrease, 24],
      [increase, 25],
      [increase, 8760],
      [decrease, 8760],
      [decrease, 48],
    ];
    for (const [set, hours] of steps) {
      expect(set(stream, hours, T0)).toEqual({ ok: true, value: {} });
      const { StreamDescription } = unwrap(stream.describeStream({ StreamName: NAME }, T0));
      expect(StreamDescription.RetentionPeriodHours).toBe(hours);
    }
  });

  it('is checked against its bounds first', () => {
    const stream = streamOf(1);
    unwrap(increase(stream, 25, T0));
    expect(faultOf(increase(stream, 23, T0))).toBe(short);
    expect(faultOf(decrease(stream, 23, T0))).toBe(short);
    expect(faultOf(increase(stream, 8761, T0))).toBe(long);
    expect(faultOf(decrease(stream, 8761, T0))).toBe(long);
    expect(faultOf(increase(stream, 0, T0))).toBe(short.replace('(23', '(0'));
    expect(faultOf(decrease(stream, -1, T0))).toBe(short.replace('(23', '(-1'));
  });

  it('is raised and lowered by the right call only', () => {
    const stream = streamOf(1);
    expect(faultOf(decrease(stream, 25, T0))).toBe(
      `InvalidArgumentException: Requested retention period (25 hours) for stream ${NAME} can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.`,
    );
    unwrap(increase(stream, 25, T0));
    expect(faultOf(increase(stream, 24, T0))).toBe(
      `InvalidArgumentException: Requested retention period (24 hours) for stream ${NAME} can not be shorter than existing retention period (25 hours). Use DecreaseRetentionPeriod API.`,
    );
  });

  it.each([
    ['IncreaseStreamRetentionPeriod', 24, 24, true],
    ['IncreaseStreamRetentionPeriod', 24, 25, false],
    ['IncreaseStreamRetentionPeriod', 8760, 24, true],
    ['DecreaseStreamRetentionPeriod', 24, 24, true],
    ['DecreaseStreamRetentionPeriod', 25, 24, false],
    ['DecreaseStreamRetentionPeriod', 24, 8760, true],
  ] as const)('%s sets it to %d from %d', (operation, requested, current, isAllowed) => {
    const result = changeRetention(operation, { requested, current }, NAME);
    expect(result.ok).toBe(isAllowed);
    if (result.ok) expect(result.value).toBe(requested);
  });

  it('is required', () => {
    const request = { StreamName: NAME, RetentionPeriodHours: undefined };
    expect(faultOf(streamOf(1).increaseStreamRetentionPeriod(request, T0))).toBe(
      "ValidationException: 1 validation error detected: Value null at 'retentionPeriodHours' failed to satisfy constraint: Member must not be null",
    );
  });

  it('cannot be changed while the stream is being created', () => {
    expect(faultOf(increase(streamOf(1, { transitionMs: 1 }), 48, T0))).toBe(
      `ResourceInUseException: Stream ${NAME} under account ${ACCOUNT} not ACTIVE, instead in state CREATING`,
    );
  });
});

describe('the trim horizon', () => {
  it('is the arrival of the oldest record that is kept', () => {
    expect(streamOf(1).trimHorizonMs(T0 + DAY_MS)).toBe(T0);
  });

  it('moves forward with a shorter period and does not move back with a longer one', () => {
    //            0 h        24 h       48 h       72 h
    //  48 hours  |----------|----------|
    //  24 hours                        | what arrived before 24 h is gone
    //  48 hours                        | and stays gone until 24 h is two days ago
    const stream = streamOf(1);
    unwrap(increase(stream, 48, T0));
    expect(stream.trimHorizonMs(T0 + 2 * DAY_MS)).toBe(T0);
    unwrap(decrease(stream, 24, T0 + 2 * DAY_MS));
    expect(stream.trimHorizonMs(T0 + 2 * DAY_MS)).toBe(T0 + DAY_MS);
    unwrap(increase(stream, 48, T0 + 2 * DAY_MS));
    for (const hours of [0, 1, 24]) {
      expect(stream.trimHorizonMs(T0 + 2 * DAY_MS + hours * HOUR_MS)).toBe(T0 + DAY_MS);
    }
    expect(stream.trimHorizonMs(T0 + 3 * DAY_MS + 1)).toBe(T0 + DAY_MS + 1);
    expect(revive(stream).trimHorizonMs(T0 + 2 * DAY_MS)).toBe(T0 + DAY_MS);
  });

  it('removes closed shards from listings permanently', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    expect(shardsOf(stream, T0 + DAY_MS)).toBe('0 1* 2*');
    expect(shardsOf(stream, T0 + DAY_MS + 1)).toBe('1* 2*');
    unwrap(increase(stream, 48, T0 + DAY_MS + 1));
    expect(shardsOf(stream, T0 + DAY_MS + 1)).toBe('1* 2*');
    expect(shardsOf(revive(stream), T0 + DAY_MS + 1)).toBe('1* 2*');
  });

  it('removes closed shards from the state with the next reshard', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    unwrap(split(stream, '1', 10n, T0 + DAY_MS));
    expect(stream.snapshot().shards.map(({ shardIndex }) => shardIndex)).toEqual([0, 1, 2, 3, 4]);
    unwrap(split(stream, '3', 5n, T0 + DAY_MS + 1));
    const kept = stream.snapshot().shards.map(({ shardIndex }) => shardIndex);
    expect(kept).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
