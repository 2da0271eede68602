/**
 * Reading keys in bulk gives the keys and the reports of decoding line by line, however the input
 * is cut into chunks. Oracle: a slow twin that holds the whole input as text.
 */

import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KEY_BYTES_MAX, KeyFilter } from '../../src/cli/key-filter.ts';
import { LineSplitter } from '../../src/cli/line-splitter.ts';
import { ProgressBar } from '../../src/cli/progress-bar.ts';
import { readKeysOf } from '../oracles/reference/read-keys.ts';
import '../support/property-runs.ts';

let written: string[];

beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(`${text}`);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const BOM = Buffer.from('\ufeff');

/** Texts around the limits of a key: 256 characters, and 1,024 bytes. */
const long = fc
  .tuple(fc.constantFrom('x', '\u00e9', '\u20ac', '\u{1f600}'), fc.integer({ min: 254, max: 258 }))
  .map(([character, length]) => Buffer.from(character.repeat(length)));
const endless = fc
  .tuple(fc.constantFrom('x', '\u20ac', '\u{1f600}'), fc.integer({ min: 1018, max: 2100 }))
  .map(([character, bytes]) => Buffer.from(character.repeat(bytes)).subarray(0, bytes));
const invalid = fc.constantFrom(
  [0xff],
  [0xc3],
  [0xa9],
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  [0xed, 0xa0, 0x80],
);
const line = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 24 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constant('') },
);
const bytes = fc.oneof(
  { weight: 8, arbitrary: line.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: long },
  { weight: 1, arbitrary: endless },
  { weight: 1, arbitrary: invalid.map((list) => Buffer.from(list)) },
  { weight: 1, arbitrary: fc.constant(BOM) },
);
const ending = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '');
const inputs = fc
  .array(fc.tuple(bytes, ending), { maxLength: 40 })
  .map((parts) => Buffer.concat(parts.flatMap(([part, end]) => [part, Buffer.from(end)])));

/** Cuts an input into chunks of these lengths, in turn. */
function* cut(input: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < input.length; i++) {
    const length = lengths[i % lengths.length]!;
    // A copy at an odd place, as chunks of a stream are in a pool.
    yield Uint8Array.from([0, ...input.subarray(at, at + length)]).subarray(1);
    at += length;
  }
}

/** Of the first line, which is read as a key all the same. The twin does not warn. */
const WARNING = /: line 1 (?:has a NUL|looks like JSON), but /;

function readInChunks(chunks: Iterable<Uint8Array>): { keys: string[]; reports: string[] } {
  written = [];
  const splitter = new LineSplitter(KEY_BYTES_MAX);
  const filter = new KeyFilter(new ProgressBar({ isShown: false, totalBytes: undefined }));
  const keys: string[] = [];
  const take = (lines: ReturnType<LineSplitter['push']>): void => {
    const { packed, offsets, count } = filter.removeInvalid(lines);
    for (let i = 0; i < count; i++)
      keys.push(Buffer.from(packed.subarray(offsets[i], offsets[i + 1])).toString());
  };
  for (const chunk of chunks) take(splitter.push(chunk));
  take(splitter.end());
  filter.reportTotals();
  return { keys, reports: written.filter((text) => !WARNING.test(text)) };
}

it('reading in chunks gives the keys and the reports of the whole input', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(inputs, fc.oneof(lengths, fc.constant([100_000])), (input, chunkLengths) => {
      expect(readInChunks(cut(input, chunkLengths))).toEqual(readKeysOf(input));
    }),
    {
      examples: [
        // A character that a line feed divides: together, the two lines are valid.
        [Buffer.from([0x61, 0x0a, 0xe2, 0x82, 0x0a, 0xac, 0x0a]), [100]],
        [Buffer.from('\0'), [100]],
        [Buffer.from('{"\n'), [100]],
      ],
    },
  );
});
