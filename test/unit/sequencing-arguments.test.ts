/** A caller's bug in sequencing is named by the argument it is in. */

import {
  childCreatedAtMs,
  createSequencer,
  endingSequenceNumber,
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberParts,
  startingSequenceNumber,
} from 'shardline';
import { expect, it } from 'vitest';

const v2 = { version: 2, shardIndex: 0, shardCreatedAtMs: 0, sequenceIndex: 1n, writtenAtMs: 0 };
const v1 = { ...v2, version: 1 };
const v0 = { version: 0, shardIndex: 0, shardCreatedAtMs: 0 };

it.each([
  [v2, { shardIndex: 2 ** 31 }, 'shardIndex'],
  [v2, { shardCreatedAtMs: -1 }, 'shardCreatedAtMs'],
  [v2, { sequenceIndex: -1n }, 'sequenceIndex'],
  [v2, { writtenAtMs: -1 }, 'writtenAtMs'],
  [v2, { unknownByte: 256 }, 'unknownByte'],
  [v2, { shardNibble: 16 }, 'shardNibble'],
  [v1, { sequenceIndex: 256n }, 'sequenceIndex'],
  [v1, { unknownByte: 256 }, 'unknownByte'],
  [v1, { randomBits: 2n ** 56n }, 'randomBits'],
  [v0, { shardIndex: 0x1_0000 }, 'shardIndex'],
  [v0, { shardCreatedAtMs: -1 }, 'shardCreatedAtMs'],
  [v0, { unknownByte: 256 }, 'unknownByte'],
  [v0, { randomBits: 2n ** 64n }, 'randomBits'],
])('%o with %o is wrong in its %s', (parts, change, title) => {
  const wrong = { ...parts, ...change } as SequenceNumberParts;
  expect(() => formatSequenceNumber(wrong)).toThrow(new RegExp(`^${title} must be `));
});

const sequencer = createSequencer({ shardIndex: 0, shardCreatedAtMs: 0 });

it.each([
  [() => parseSequenceNumber(1 as never), 'text must be a string: got 1'],
  [() => formatSequenceNumber({ ...v2, version: 3 } as never), 'version must be 0, 1 or 2: got 3'],
  [() => startingSequenceNumber(-1, 0), 'shardIndex must be '],
  [() => startingSequenceNumber(0, -1), 'createdAtMs must be '],
  [() => endingSequenceNumber(-1, 0, 0), 'shardIndex must be '],
  [() => endingSequenceNumber(0, -1, 0), 'createdAtMs must be '],
  [() => endingSequenceNumber(0, 1000, 0), 'closedAtMs must be '],
  [() => childCreatedAtMs(-1), 'closedAtMs must be '],
  [() => sequencer.next(0.5), 'nowMs must be '],
  [() => sequencer.advancePast(-1n), 'sequenceIndex must be '],
])('names the argument: %s', (act, message) => {
  expect(act).toThrow(message);
});
