/**
 * The sequence numbers of a shard increase, whatever the clock does and whenever its sequencer is
 * resumed from its state. Oracle: bigint addition.
 */

import fc from 'fast-check';
import {
  childCreatedAtMs,
  compareSequenceNumbers,
  createSequencer,
  endingSequenceNumber,
  formatSequenceNumber,
  parseSequenceNumber,
  type Sequencer,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import { SlowSequencer } from '../oracles/reference/sequence-number.ts';
import { clocks, createdSeconds, SECOND_MAX, shardIndexes } from '../support/sequence-numbers.ts';

interface Shard {
  sequencer: Sequencer;
  last: string;
}

class Put implements fc.Command<SlowSequencer, Shard> {
  readonly nowMs: number;
  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }
  check(): boolean {
    return true;
  }
  run(model: SlowSequencer, shard: Shard): void {
    const number = shard.sequencer.next(this.nowMs);
    expect(number).toBe(model.next(this.nowMs));
    expect(compareSequenceNumbers(shard.last, number)).toBe(-1);
    const before = unwrap(parseSequenceNumber(shard.last));
    const after = unwrap(parseSequenceNumber(number));
    expect(after.sequenceIndex).toBe(before.sequenceIndex! + 1n);
    expect(after.writtenAtMs).toBeGreaterThanOrEqual(before.writtenAtMs!);
    shard.last = number;
  }
  toString(): string {
    return `put at ${this.nowMs}`;
  }
}

class Restart implements fc.Command<SlowSequencer, Shard> {
  check(): boolean {
    return true;
  }
  run(_: SlowSequencer, shard: Shard): void {
    const { state } = shard.sequencer;
    expect(state.lastSequenceNumber).toBe(shard.last);
    shard.sequencer = createSequencer(JSON.parse(JSON.stringify(state)));
    expect(shard.sequencer.state).toEqual(state);
  }
  toString(): string {
    return 'restart';
  }
}

/**
 * An index to start from: 0, any, or one of the last before the low 27 digits of the number
 * overflow. All leave room for forty records below the highest index to resume from.
 */
const firstIndexes = fc.oneof(
  fc.constant(() => 0n),
  fc.bigInt(0n, 2n ** 62n - 41n).map((index) => () => index),
  fc.bigInt(1n, 2n ** 50n).map((turn) => (start: bigint) => {
    const index = (turn * 10n ** 27n - 1n - (start % 10n ** 27n)) / 2n ** 80n;
    return index > 3n ? index - 3n : 0n;
  }),
);

describe('a sequencer', () => {
  it('raises the index by one and never decreases the time, over any clock and restart', () => {
    const shards = fc
      .tuple(createdSeconds, shardIndexes, firstIndexes)
      .chain((shard) =>
        fc.tuple(
          fc.constant(shard),
          fc.commands(
            [clocks(shard[0]).map((nowMs) => new Put(nowMs)), fc.constant(new Restart())],
            { maxCommands: 40 },
          ),
        ),
      );
    fc.assert(
      fc.property(shards, ([[createdSecond, shardIndex, firstIndex], commands]) => {
        fc.modelRun(() => {
          const shardCreatedAtMs = createdSecond * 1000;
          const model = new SlowSequencer(shardIndex, shardCreatedAtMs);
          model.index = firstIndex(model.start);
          const last = formatSequenceNumber({
            version: 2,
            shardIndex,
            shardCreatedAtMs,
            sequenceIndex: model.index,
            writtenAtMs: shardCreatedAtMs,
          });
          const options = { shardIndex, shardCreatedAtMs, lastSequenceNumber: last };
          return { model, real: { sequencer: createSequencer(options), last } };
        }, commands);
      }),
    );
  });
});

describe('the numbers of a shard', () => {
  it('are between its start and its end, and its end is below the numbers of its children', () => {
    const lives = createdSeconds
      .filter((second) => second < 16_025_174_990)
      .chain((second) =>
        fc.tuple(
          fc.constant(second),
          fc.array(clocks(second), { minLength: 1, maxLength: 10 }),
          shardIndexes,
          shardIndexes,
          fc.integer({ min: 0, max: 9000 }),
        ),
      );
    fc.assert(
      fc.property(lives, ([second, times, parent, child, lifeMs]) => {
        const createdAtMs = second * 1000;
        const closedAtMs = createdAtMs + lifeMs;
        const childAtMs = childCreatedAtMs(closedAtMs);
        const numbersOf = (shardIndex: number, shardCreatedAtMs: number) => {
          const sequencer = createSequencer({ shardIndex, shardCreatedAtMs });
          return [
            startingSequenceNumber(shardIndex, shardCreatedAtMs),
            ...times.map((nowMs) => sequencer.next(nowMs)),
            endingSequenceNumber(shardIndex, shardCreatedAtMs, SECOND_MAX * 1000),
          ];
        };
        const parents = numbersOf(parent, createdAtMs);
        parents[parents.length - 1] = endingSequenceNumber(parent, createdAtMs, closedAtMs);
        const numbers = [...parents, ...numbersOf(child, childAtMs)];
        expect(numbers.map(BigInt)).toEqual(
          numbers.map(BigInt).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
        );
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });
});
