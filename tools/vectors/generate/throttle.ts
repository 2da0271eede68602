/** Records that arrive at one shard, and which of them it admits. */

import { createStream, unwrap } from 'shardline';
import type { Case, VectorFile } from './vector-file.ts';

const T0 = 1_700_000_000_000;
const MIB = 1_048_576;

/** Equal records at one time, in milliseconds after the start. */
type Burst = readonly [afterMs: number, bytes: number, times?: number];

function trace(title: string, recordBytesMax: number, bursts: readonly Burst[]): Case {
  const stream = unwrap(
    createStream(
      { StreamName: 'orders', ShardCount: 1, MaxRecordSizeInKiB: recordBytesMax / 1024 },
      { accountId: '123456789012', region: 'us-east-1' },
      T0,
    ),
  );
  const events: { atMs: number; bytes: number; times: number; retryAfterMs?: number }[] = [];
  for (const [afterMs, bytes, times = 1] of bursts) {
    const atMs = T0 + afterMs;
    const record = { StreamName: 'orders', PartitionKey: 'a', Data: new Uint8Array(bytes - 1) };
    for (let i = 0; i < times; i++) {
      const result = stream.putRecord(record, atMs);
      const retryAfterMs = result.ok ? undefined : result.retryAfterMs;
      const last = events.at(-1);
      const isSame =
        last?.atMs === atMs && last.bytes === bytes && last.retryAfterMs === retryAfterMs;
      if (isSame) last.times++;
      else {
        events.push({
          atMs,
          bytes,
          times: 1,
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        });
      }
    }
  }
  return { title, recordBytesMax, createdAtMs: T0, events: events.map(withVerdict) };
}

function withVerdict({ retryAfterMs, ...event }: { retryAfterMs?: number }): Case {
  return { ...event, admitted: retryAfterMs === undefined, ...(retryAfterMs && { retryAfterMs }) };
}

/** Pseudo-random 31-bit integers from a linear congruential generator, the same on every run. */
function* numbers(seed: bigint): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    yield Number(state >> 33n);
  }
}

function* randomBursts(seed: bigint, recordBytesMax: number): Generator<Burst> {
  const random = numbers(seed);
  const below = (limit: number) => random.next().value % limit;
  let afterMs = 0;
  for (let i = 0; i < 60; i++) {
    afterMs += below(3) === 0 ? below(400) : 0;
    const isLarge = below(4) === 0;
    yield [afterMs, 1 + below(isLarge ? recordBytesMax : 4000), 1 + below(isLarge ? 2 : 60)];
  }
}

const cases: readonly Case[] = [
  trace('1,000 records at once are admitted, and then one a millisecond', MIB, [
    [0, 10, 1002],
    [1, 10, 2],
    [2, 10, 2],
    [12, 10, 12],
  ]),
  trace('1 MiB at once is admitted, and then 1,048.576 bytes a millisecond', MIB, [
    [0, MIB, 1],
    [0, 1, 1],
    [0, MIB, 1],
    [1, 1049, 1],
    [1, 1048, 1],
    [2, 1050, 1],
    [2, 1049, 1],
    [3, 1, 1],
    [127, 131_072, 1],
    [128, 131_072, 1],
    [129, 131_072, 1],
  ]),
  trace('125 milliseconds refill 131,072 bytes exactly', MIB, [
    [0, MIB, 1],
    [124, 131_072, 1],
    [125, 131_073, 1],
    [125, 131_072, 1],
    [125, 1, 1],
  ]),
  trace('a steady thousand a second is admitted for good', MIB, [
    [0, 1000, 1000],
    ...Array.from({ length: 40 }, (_, i): Burst => [25 * (i + 1), 1000, 25]),
    [1000, 1000, 1],
  ]),
  trace('what is refused takes nothing, and what is small passes by', MIB, [
    [0, MIB - 100, 1],
    [0, 101, 3],
    [0, 60, 1],
    [0, 41, 1],
    [0, 40, 1],
    [0, 1, 1],
  ]),
  trace('a shard that rests fills up, and no further', MIB, [
    [0, 10, 1000],
    [999, 10, 1],
    [60_000, 10, 1001],
    [61_000, MIB, 2],
    [3_600_000, MIB, 2],
  ]),
  trace('a stream of 10 MiB records bursts to 10 MiB', 10 * MIB, [
    [0, 10 * MIB, 1],
    [0, MIB, 1],
    [999, MIB, 1],
    [1000, MIB, 1],
    [1000, 10 * MIB, 1],
    [10_999, 10 * MIB, 1],
    [11_000, 10 * MIB, 1],
  ]),
  trace('the clock steps back: nothing fills until it has caught up', MIB, [
    [1000, 10, 1000],
    [400, 10, 1],
    [1000, 10, 1],
    [1001, 10, 2],
  ]),
  trace('the clock steps back by more than a second: a correction, and the shard is full', MIB, [
    [5000, 10, 1000],
    [4000, 10, 1],
    [3999, 10, 1001],
  ]),
  trace('random records, seed 1', MIB, [...randomBursts(1n, MIB)]),
  trace('random records of up to 4 MiB, seed 2', 4 * MIB, [...randomBursts(2n, 4 * MIB)]),
];

export const throttles: VectorFile = {
  name: 'throttle',
  description:
    'One new shard with full budgets: 1,000 records, refilled by one per millisecond, and recordBytesMax bytes, refilled by 1,048.576 per millisecond without rounding. An event is a number (times) of equal records, one after the other at the same time, all with the same outcome: admitted, or refused with the lowest whole number of milliseconds after which the record would be admitted if no other came. bytes counts data and partition key. A refused record takes nothing.',
  source:
    'The limits are published (developer guide, quotas and large records). How many records the budget of the service holds, and which records of a batch it refuses, is not known. The capacities here are a choice, so no case is verified against the service.',
  setting: { verified: false },
  cases,
};
