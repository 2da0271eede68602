/**
 * How long does it take to make, parse and compare sequence numbers?
 *
 * The text that `next` returns is a rope, which the engine flattens when it is first written or
 * compared. The rows `to a buffer` include that. The text of a bigint is flat from the start.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { bench, do_not_optimize, group, run } from 'mitata';

interface KinesaliteSequence {
  shardCreateTime: number;
  seqIx: string | number;
  seqTime: number;
  shardIx: number;
  version: number;
}

interface Kinesalite {
  parseSequence(sequence: string): KinesaliteSequence;
  stringifySequence(sequence: KinesaliteSequence): string;
}

const built = new URL('../dist/index.js', import.meta.url).href;
const shardline = (await import(built)) as typeof import('shardline');
const kinesalite = createRequire(new URL('./peers/package.json', import.meta.url))(
  'kinesalite/db',
) as Kinesalite;

const { compareSequenceNumbers, createSequencer, formatSequenceNumber, parseSequenceNumber } =
  shardline;
const CREATED = 1_542_776_258_000;
const NOW = 1_545_084_651_000;
const COUNT = 4096;
const shard = { shardIndex: 6, shardCreatedAtMs: CREATED };
const INDEX_STEP = 2n ** 80n;

/** Computes the next number as programs without this library usually do. */
function bigintSequencer(first: string): () => string {
  let number = BigInt(first);
  return () => {
    number += INDEX_STEP;
    return number.toString();
  };
}

function kinesaliteSequencer(first: string): () => string {
  const { version, shardIx, shardCreateTime, seqTime, ...rest } = kinesalite.parseSequence(first);
  let seqIx = Number(rest.seqIx);
  return () => {
    seqIx += 1;
    return kinesalite.stringifySequence({ version, shardIx, shardCreateTime, seqTime, seqIx });
  };
}

// Flat text, as numbers that arrive from outside are.
const flatten = (text: string) => Buffer.from(text).toString();

const sequencer = createSequencer(shard);
const numbers = Array.from({ length: COUNT }, () => flatten(sequencer.next(NOW)));
const byBigint = bigintSequencer(numbers[0]!);
const byKinesalite = kinesaliteSequencer(numbers[0]!);
for (const number of numbers.slice(1)) {
  assert.equal(byBigint(), number);
  assert.equal(byKinesalite(), number);
}
const allParts = numbers.map((number) => shardline.unwrap(parseSequenceNumber(number)));
for (const [i, number] of numbers.entries()) {
  const parts = allParts[i]!;
  const sequence = kinesalite.parseSequence(number);
  assert.equal(parts.sequenceIndex, BigInt(sequence.seqIx));
  assert.equal(parts.shardCreatedAtMs, sequence.shardCreateTime);
  assert.equal(parts.writtenAtMs, sequence.seqTime);
  assert.equal(parts.shardIndex, sequence.shardIx);
  assert.equal(formatSequenceNumber(parts), number);
}

/** Cycles through the inputs. */
function cycle<T>(inputs: readonly T[], work: (input: T, next: T) => unknown): () => void {
  let i = 0;
  return () => {
    const input = inputs[i]!;
    i = (i + 1) % COUNT;
    do_not_optimize(work(input, inputs[i]!));
  };
}

const buffer = Buffer.alloc(64);

group('next number', () => {
  bench('noop', () => do_not_optimize(NOW));
  bench('shardline next', () => do_not_optimize(sequencer.next(NOW)));
  bench('BigInt + toString', () => do_not_optimize(byBigint()));
  bench('kinesalite stringifySequence', () => do_not_optimize(byKinesalite()));
});

group('next number, to a buffer', () => {
  bench('shardline next, to a buffer', () => buffer.write(sequencer.next(NOW), 'latin1'));
  bench('BigInt + toString, to a buffer', () => buffer.write(byBigint(), 'latin1'));
  bench('kinesalite stringifySequence, to a buffer', () => buffer.write(byKinesalite(), 'latin1'));
});

group('next number, a second later each time', () => {
  let nowMs = NOW;
  bench('shardline next, next second', () => {
    nowMs += 1000;
    do_not_optimize(sequencer.next(nowMs));
  });
});

group('parse', () => {
  bench('shardline parse', cycle(numbers, parseSequenceNumber));
  bench('kinesalite parseSequence', cycle(numbers, kinesalite.parseSequence));
});

group('format', () => {
  bench('shardline format', cycle(allParts, formatSequenceNumber));
});

group('compare', () => {
  bench('shardline compare', cycle(numbers, compareSequenceNumbers));
  bench(
    'BigInt compare',
    cycle(numbers, (a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  );
});

await run();
