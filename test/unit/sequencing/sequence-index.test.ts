import { parseSequenceNumber, startingSequenceNumber, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { RECORD_INDEX_MAX, SequenceIndex } from '../../../src/sequencing/sequence-index.ts';
import { ShardSequencer } from '../../../src/sequencing/sequencer.ts';
import { SlowSequencer } from '../../oracles/reference/sequence-number.ts';

const CREATED = 1_700_000_000_000;

describe('SequenceIndex', () => {
  it.each([0n, 2n ** 30n - 2n, 2n ** 31n - 1n, 2n ** 53n - 1n, RECORD_INDEX_MAX - 3n])(
    'counts on from %d',
    (start) => {
      const index = new SequenceIndex(start);
      for (let i = 1n; i <= 3n; i++) {
        expect(index.isExhausted).toBe(false);
        index.increment();
        expect(index.value).toBe(start + i);
      }
      expect(index.isExhausted).toBe(start + 3n === RECORD_INDEX_MAX);
    },
  );

  it('never falls', () => {
    const index = new SequenceIndex(2n ** 40n);
    index.raiseTo(2n ** 40n - 1n);
    expect(index.value).toBe(2n ** 40n);
    index.raiseTo(2n ** 40n + 1n);
    expect(index.value).toBe(2n ** 40n + 1n);
  });

  it('says how far another one is ahead', () => {
    const index = new SequenceIndex(2n ** 30n - 1n);
    const other = new SequenceIndex(2n ** 31n + 1n);
    expect(index.catchUp(other)).toBe(2 ** 30 + 2);
    expect(index.value).toBe(other.value);
    expect(index.catchUp(other)).toBe(0);
  });
});

describe('ShardSequencer', () => {
  const create = (shardIndex: number, index: SequenceIndex) => {
    return new ShardSequencer(startingSequenceNumber(shardIndex, CREATED), index);
  };
  const indexIn = (number: string) => unwrap(parseSequenceNumber(number)).sequenceIndex;

  it('takes each index once, whichever sequencer is asked', () => {
    const index = new SequenceIndex(0n);
    const [a, b] = [create(0, index), create(1, index)];
    const numbers = [a, b, b, a, a, b].map((sequencer) => sequencer.next(CREATED));
    expect(numbers.map(indexIn)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  it.each([0, 1, 827, 8_388_606, 8_388_607, 8_388_608, 2 ** 40])(
    'catches up with %i numbers of others',
    (count) => {
      const index = new SequenceIndex(0n);
      const sequencer = create(3, index);
      sequencer.next(CREATED + 5000);
      index.raiseTo(BigInt(count) + 1n);
      const slow = new SlowSequencer(3, CREATED);
      slow.next(CREATED + 5000);
      const missed = BigInt(count) << 80n;
      expect(BigInt(sequencer.next(CREATED + 9000))).toBe(
        BigInt(slow.next(CREATED + 9000)) + missed,
      );
      expect(BigInt(sequencer.next(CREATED + 9000))).toBe(
        BigInt(slow.next(CREATED + 9000)) + missed,
      );
    },
  );

  it('exhausts all with the last index', () => {
    const index = new SequenceIndex(0n);
    const [a, b] = [create(0, index), create(1, index)];
    a.advancePast(RECORD_INDEX_MAX - 1n);
    expect(indexIn(b.next(CREATED))).toBe(RECORD_INDEX_MAX);
    for (const sequencer of [a, b]) {
      expect(sequencer.isExhausted).toBe(true);
      expect(() => sequencer.next(CREATED)).toThrow(/must have a sequence index left/);
    }
  });

  it('advances past a number even if others have passed it', () => {
    const index = new SequenceIndex(9n);
    const sequencer = create(0, index);
    sequencer.advancePast(5n);
    expect(indexIn(sequencer.state.lastSequenceNumber)).toBe(5n);
    expect(indexIn(sequencer.next(CREATED))).toBe(10n);
  });
});
