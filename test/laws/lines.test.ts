/**
 * The lines of a stream do not depend on how it is cut into chunks. Oracle: a slow twin that splits
 * the whole stream as text.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createScalarPacker, createSimdPacker } from '../../src/cli/line-packer.ts';
import { LineSplitter, type Lines } from '../../src/cli/line-splitter.ts';
import { splitLines } from '../oracles/reference/split-lines.ts';
import '../support/arbitraries.ts';

const LINE_BYTES_MAX = 6;

// Line endings and the bytes of a byte order mark are frequent, so that chunks split them.
const byte = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0x0a, 0x0d) },
  { weight: 2, arbitrary: fc.constantFrom(0xef, 0xbb, 0xbf, 0xe2, 0x80, 0xa8) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 255 }) },
);
const start = fc.constantFrom<number[]>([], [], [0xef, 0xbb, 0xbf], [0xef, 0xbb]);
// Chunks of a few vectors of 16 bytes, some without a line feed.
const chunk = fc.oneof(
  fc.array(byte, { maxLength: 12 }),
  fc.array(byte, { minLength: 13, maxLength: 80 }),
  fc.array(fc.integer({ min: 0x0b, max: 0x0d }), { minLength: 13, maxLength: 80 }),
);
const chunks = fc
  .tuple(start, fc.array(chunk, { maxLength: 12 }))
  .map(([first, rest]) => [...first.map((one) => [one]), ...rest]);

function textOf({ packed, offsets, count }: Lines): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(packed.subarray(offsets[i]!, offsets[i + 1]!)).toString('latin1'),
  );
}

it.each([
  ['simd', () => createSimdPacker()!],
  ['scalar', createScalarPacker],
])('reading in chunks gives the lines of the whole stream: %s', (_, createPacker) => {
  fc.assert(
    fc.property(chunks, (input) => {
      const splitter = new LineSplitter(LINE_BYTES_MAX, createPacker());
      const lines = input.flatMap((chunk) => textOf(splitter.push(Uint8Array.from(chunk))));
      lines.push(...textOf(splitter.end()));
      const expected = splitLines(Uint8Array.from(input.flat()));
      expect(lines.length).toBe(expected.length);
      for (const [i, line] of lines.entries()) {
        if (expected[i]!.length <= LINE_BYTES_MAX) expect(line).toBe(expected[i]);
        else expect(line.length).toBeGreaterThan(LINE_BYTES_MAX);
      }
    }),
  );
});
