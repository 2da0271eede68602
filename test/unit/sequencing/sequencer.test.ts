import {
  createSequencer,
  endingSequenceNumber,
  formatSequenceNumber,
  parseSequenceNumber,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { SlowSequencer } from '../../oracles/reference/sequence-number.ts';

const CREATED = 1_700_000_000_000;
const shard = { shardIndex: 7, shardCreatedAtMs: CREATED };

function writtenAtMs(number: string): number {
  return unwrap(parseSequenceNumber(number)).writtenAtMs!;
}

describe('createSequencer', () => {
  it('starts above the start of the shard', () => {
    const first = createSequencer(shard).next(CREATED);
    expect(BigInt(first) - BigInt(startingSequenceNumber(7, CREATED))).toBe(2n ** 80n);
  });

  it.each([
    [0, 0],
    [1000, 0],
    [1999, 0],
    [2000, 1000],
    [2999, 1000],
    [3000, 2000],
    [-86_400_000, 0],
  ])('writes, for an arrival %i ms after creation, the second at %i ms', (after, written) => {
    expect(writtenAtMs(createSequencer(shard).next(CREATED + after))).toBe(CREATED + written);
  });

  it('never decreases the time in a number', () => {
    const sequencer = createSequencer(shard);
    const times = [5000, 4000, -86_400_000, 5000, 6000, 5999].map((ms) => CREATED + ms);
    expect(times.map((nowMs) => writtenAtMs(sequencer.next(nowMs)) - CREATED)).toEqual([
      4000, 4000, 4000, 4000, 5000, 5000,
    ]);
  });

  it('goes on counting when the time in a number has reached its maximum', () => {
    const sequencer = createSequencer(shard);
    const model = new SlowSequencer(7, CREATED);
    for (const nowMs of [2 ** 36 * 1000 - 1, Number.MAX_SAFE_INTEGER, 0]) {
      expect(sequencer.next(nowMs)).toBe(model.next(nowMs));
    }
    expect(writtenAtMs(sequencer.next(Number.MAX_SAFE_INTEGER))).toBe((2 ** 36 - 1) * 1000);
  });

  it('cuts the time of creation to the second', () => {
    const sequencer = createSequencer({ shardIndex: 7, shardCreatedAtMs: CREATED + 999 });
    expect(sequencer.state).toEqual({
      ...shard,
      lastSequenceNumber: startingSequenceNumber(7, CREATED),
    });
  });

  it('carries through all digits', () => {
    const sequencer = createSequencer(shard);
    const model = new SlowSequencer(7, CREATED);
    for (let i = 0; i < 20_000; i++) {
      const nowMs = CREATED + i * 337;
      expect(sequencer.next(nowMs)).toBe(model.next(nowMs));
    }
  });
});

describe('state', () => {
  it('is plain JSON and a copy', () => {
    const sequencer = createSequencer(shard);
    const { state } = sequencer;
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    const copy = { ...state };
    sequencer.next(CREATED);
    expect(state).toEqual(copy);
  });

  it('lets a new sequencer go on without repeating a number', () => {
    const sequencer = createSequencer(shard);
    const number = sequencer.next(CREATED + 9000);
    const resumed = createSequencer(sequencer.state);
    expect(BigInt(resumed.next(0)) - BigInt(number)).toBe(2n ** 80n);
  });

  const number = (change: object) =>
    formatSequenceNumber({
      version: 2,
      ...shard,
      sequenceIndex: 5n,
      writtenAtMs: CREATED,
      ...change,
    });
  it.each([
    ['TRIM_HORIZON', 'options.lastSequenceNumber is not a sequence number: '],
    ['0', "options.lastSequenceNumber '0' is of version 0: expected 2"],
    [number({ shardIndex: 8 }), 'is of the shard with index 8: expected 7'],
    [
      number({ shardCreatedAtMs: CREATED + 1000 }),
      'is of a shard created at 1700000001000: expected 1700000000000',
    ],
    [
      number({ writtenAtMs: CREATED - 1000 }),
      'was written at 1699999999000: expected 1700000000000 or later',
    ],
    [
      number({ sequenceIndex: 2n ** 63n - 1n }),
      'has the sequence index 9223372036854775807: expected at most 9223372036854775806',
    ],
    [number({ unknownByte: 1 }), 'has bits that a sequencer never sets'],
    [number({ shardNibble: 8 }), 'has bits that a sequencer never sets'],
  ])('is refused with %s', (lastSequenceNumber, message) => {
    const create = () => createSequencer({ ...shard, lastSequenceNumber });
    expect(create).toThrow(RangeError);
    expect(create).toThrow(message);
  });

  it.each([0n, 2n ** 61n, 2n ** 62n - 2n, 2n ** 62n - 1n, 2n ** 63n - 12n])(
    'is accepted again by a sequencer that has advanced past %d',
    (sequenceIndex) => {
      const sequencer = createSequencer(shard);
      sequencer.advancePast(sequenceIndex);
      for (let i = 1n; i <= 9n; i++) {
        const last = sequencer.next(CREATED);
        const resumed = createSequencer(sequencer.state);
        const assigned = unwrap(parseSequenceNumber(last)).sequenceIndex!;
        expect(assigned).toBe(sequenceIndex + i);
        resumed.advancePast(assigned);
        expect(resumed.state).toEqual(sequencer.state);
        expect(resumed.next(CREATED)).toBe(createSequencer(sequencer.state).next(CREATED));
      }
    },
  );

  it('is accepted from an exhausted sequencer, which throws', () => {
    const lastSequenceNumber = number({ sequenceIndex: 2n ** 63n - 3n });
    const sequencer = createSequencer({ ...shard, lastSequenceNumber });
    expect(sequencer.isExhausted).toBe(false);
    const last = sequencer.next(0);
    expect(BigInt(last) - BigInt(lastSequenceNumber)).toBe(2n ** 80n);
    expect(BigInt(last)).toBeLessThan(BigInt(endingSequenceNumber(7, CREATED, CREATED)));
    const { state } = sequencer;
    for (const exhausted of [sequencer, createSequencer(state)]) {
      expect(exhausted.isExhausted).toBe(true);
      expect(() => exhausted.next(0)).toThrow(
        new RangeError(
          `The shard must have a sequence index left: its last number, ${last}, has the highest`,
        ),
      );
      exhausted.advancePast(2n ** 63n - 2n);
      expect(exhausted.state).toEqual(state);
    }
    const advanced = createSequencer(shard);
    advanced.advancePast(2n ** 63n - 2n);
    expect(advanced.isExhausted).toBe(true);
  });

  it('is refused with an unknown member', () => {
    expect(() => createSequencer({ ...shard, lastSequenceNo: '1' } as never)).toThrow(
      new TypeError(
        "options must have only the options shardIndex, shardCreatedAtMs, lastSequenceNumber: got 'lastSequenceNo'",
      ),
    );
  });
});

describe('an invalid argument', () => {
  it.each([
    [{ shardIndex: -1 }, RangeError],
    [{ shardIndex: 2 ** 31 }, RangeError],
    [{ shardIndex: 0.5 }, RangeError],
    [{ shardIndex: '7' }, TypeError],
    [{ shardCreatedAtMs: -1 }, RangeError],
    [{ shardCreatedAtMs: 16_025_175_000_000 }, RangeError],
    [{ shardCreatedAtMs: undefined }, TypeError],
    [{ lastSequenceNumber: 5n }, TypeError],
    [{ lastSequenceNumber: null }, TypeError],
  ])('throws and names the option: %o', (change, error) => {
    const create = () => createSequencer({ ...shard, ...change } as never);
    expect(create).toThrow(error);
    expect(create).toThrow(new RegExp(`^${Object.keys(change)[0]} must be `));
  });

  it('throws in place of the options', () => {
    expect(() => createSequencer(undefined as never)).toThrow(
      new TypeError('options must be an object: got undefined'),
    );
  });

  it('throws in advancePast', () => {
    const sequencer = createSequencer(shard);
    for (const index of [-1n, 2n ** 63n - 1n]) {
      expect(() => sequencer.advancePast(index)).toThrow(/^sequenceIndex must be from 0 to /);
    }
  });

  it('throws as a time and does not use up a number', () => {
    const sequencer = createSequencer(shard);
    for (const nowMs of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53]) {
      expect(() => sequencer.next(nowMs)).toThrow(RangeError);
    }
    for (const nowMs of [undefined, '0', 0n, new Date()]) {
      expect(() => sequencer.next(nowMs as never)).toThrow(TypeError);
    }
    expect(sequencer.state.lastSequenceNumber).toBe(startingSequenceNumber(7, CREATED));
  });
});
