/** A caller's bug in sequencing is named by the argument it is in. */

import {
  childCreatedAtMs,
  compareSequenceNumbers,
  createSequencer,
  endingSequenceNumber,
  formatSequenceNumber,
  isVisibleFrom,
  parseSequenceNumber,
  resolvePosition,
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
const names = { streamName: 's', accountId: '123456789012' };
const shard = {
  shardId: 'shardId-000000000000',
  startingSequenceNumber: startingSequenceNumber(0, 0),
  lastSequenceNumber: startingSequenceNumber(0, 0),
};
const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: 5 as never } as const;
const nothing = undefined as never;

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
  [() => formatSequenceNumber(nothing), 'parts must be an object: got undefined'],
  [() => createSequencer(nothing), 'options must be an object: got undefined'],
  [
    () => createSequencer({ ...v0, lastSequenceNumber: 1 as never }),
    'lastSequenceNumber must be a string: got 1',
  ],
  [() => compareSequenceNumbers(nothing, '1'), 'a must be a string: got undefined'],
  [() => compareSequenceNumbers('1', nothing), 'b must be a string: got undefined'],
  [() => isVisibleFrom(nothing, { atMs: 0 }), 'record must be an object: got undefined'],
  [
    () => isVisibleFrom({ sequenceNumber: '1', arrivedAtMs: 0 }, nothing),
    'position must be an object: got undefined',
  ],
  [() => resolvePosition(nothing, shard, names, 0), 'request must be an object: got undefined'],
  [
    () => resolvePosition({ ShardIteratorType: Object.create(null) }, shard, names, 0),
    'ShardIteratorType must be a string: got an object',
  ],
  [() => resolvePosition(at, nothing, names, 0), 'shard must be an object: got undefined'],
  [() => resolvePosition(at, shard, nothing, 0), 'stream must be an object: got undefined'],
  [() => resolvePosition(at, shard, names, 0), 'StartingSequenceNumber must be a string: got 5'],
])('names the argument: %s', (act, message) => {
  expect(act).toThrow(new RegExp(`^${message}`));
});
