import { describe, expect, it } from 'vitest';
import { createScalarPacker, createSimdPacker } from '../../../src/cli/line-packer.ts';
import { LineSplitter, type Lines } from '../../../src/cli/line-splitter.ts';

const LINE_BYTES_MAX = 8;

/** A byte order mark, one character per byte. */
const BOM = '\xef\xbb\xbf';

function textOf({ packed, offsets, count }: Lines): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(packed.subarray(offsets[i]!, offsets[i + 1]!)).toString('latin1'),
  );
}

const packers = { scalar: createScalarPacker, simd: () => createSimdPacker()! };

describe.each(Object.entries(packers))('LineSplitter with the %s packer', (_, createPacker) => {
  const create = (): LineSplitter => new LineSplitter(LINE_BYTES_MAX, createPacker());

  function split(...chunks: string[]): string[] {
    const splitter = create();
    const lines = chunks.flatMap((chunk) => textOf(splitter.push(Buffer.from(chunk, 'latin1'))));
    return [...lines, ...textOf(splitter.end())];
  }

  it('packs the lines of a chunk back to back', () => {
    const { packed, offsets, count } = create().push(Buffer.from('ab\nc\r\n\nde'));
    expect(count).toBe(3);
    expect([...offsets.subarray(0, 4)]).toEqual([0, 2, 3, 3]);
    expect(Buffer.from(packed.subarray(0, 3)).toString()).toBe('abc');
  });

  it.each([
    ['no line in an empty stream', '', []],
    ['an empty line before an LF', '\n', ['']],
    ['a last line without an LF', 'a\nb', ['a', 'b']],
    ['no line after the last LF', 'a\n\n', ['a', '']],
    ['lines without the CR of their CRLF', 'a\r\r\n\rb\rc\nd\r\n', ['a\r', '\rb\rc', 'd']],
    ['a last line with its CR, if no LF follows', 'a\r\nb\r', ['a', 'b\r']],
    ['a last line that is a CR', '\r', ['\r']],
    ['no line in a byte order mark alone', BOM, []],
    ['lines without a byte order mark at the start', `${BOM}a\n${BOM}b`, ['a', `${BOM}b`]],
    ['a line that is a byte order mark and CRLF as empty', `${BOM}\r\na`, ['', 'a']],
    ['an incomplete byte order mark', `\xef\xbb\n${BOM}`, ['\xef\xbb', BOM]],
  ])('finds %s, in one chunk or byte by byte', (_name, text, lines) => {
    expect(split(text)).toEqual(lines);
    expect(split(...text)).toEqual(lines);
  });

  it('joins a line that spans chunks', () => {
    expect(split('ab\ncd', '', 'ef\ngh', 'ij')).toEqual(['ab', 'cdef', 'ghij']);
  });

  it('reads as many vectors as the chunk has, and no line feed of an earlier chunk', () => {
    for (const length of [15, 16, 17, 31, 32, 33]) {
      const line = 'x'.repeat(length);
      expect(split('\n'.repeat(64), 'ab', '\n', `${line}\n`)).toEqual([
        ...new Array(64).fill(''),
        'ab',
        line,
      ]);
    }
  });

  it('makes room for a longer chunk after a shorter one', () => {
    expect(split('a\n', '\n'.repeat(100), 'b'.repeat(100))).toEqual([
      'a',
      ...new Array(100).fill(''),
      'b'.repeat(LINE_BYTES_MAX + 5),
    ]);
  });

  it('keeps a line over the limit longer than the limit, whatever is trimmed from it', () => {
    for (const ending of ['', '\n', '\r\n']) {
      for (const mark of ['', BOM]) {
        const longest = 'x'.repeat(LINE_BYTES_MAX);
        const bytes = [...`${mark}${longest}`];
        expect(split(...bytes, ...ending)).toEqual([longest]);
        const [tooLong] = split(...bytes, 'x', ...ending);
        expect(tooLong!.length).toBeGreaterThan(LINE_BYTES_MAX);
      }
    }
  });

  it('holds a bounded part of an endless line', () => {
    const splitter = create();
    const chunk = Buffer.alloc(1000, 'x');
    let bytes = 0;
    for (let i = 0; i < 1000; i++) bytes = splitter.push(chunk).packed.length;
    expect(bytes).toBeLessThan(2000);
    const [line] = textOf(splitter.push(Buffer.from('\nnext\n')));
    expect(line!.length).toBeGreaterThan(LINE_BYTES_MAX);
  });
});
