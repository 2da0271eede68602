import { describe, expect, it } from 'vitest';
import { LineSplitter, type Lines } from '../../../src/cli/line-splitter.ts';

const LINE_BYTES_MAX = 8;

function textOf({ packed, offsets, count }: Lines): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(packed.subarray(offsets[i]!, offsets[i + 1]!)).toString('latin1'),
  );
}

function split(...chunks: string[]): string[] {
  const splitter = new LineSplitter(LINE_BYTES_MAX);
  const lines = chunks.flatMap((chunk) => textOf(splitter.push(Buffer.from(chunk, 'latin1'))));
  return [...lines, ...textOf(splitter.end())];
}

describe('LineSplitter', () => {
  it('packs the lines of a chunk one behind the other', () => {
    const { packed, offsets, count } = new LineSplitter(LINE_BYTES_MAX).push(
      Buffer.from('ab\nc\r\n\nde'),
    );
    expect(count).toBe(3);
    expect([...offsets.subarray(0, 4)]).toEqual([0, 2, 3, 3]);
    expect(Buffer.from(packed.subarray(0, 3)).toString()).toBe('abc');
  });

  it('finds a last line that has no end', () => {
    expect(split('a\nb')).toEqual(['a', 'b']);
    expect(split('a\nb\n')).toEqual(['a', 'b']);
    expect(split('a\n\n')).toEqual(['a', '']);
    expect(split('')).toEqual([]);
    expect(split('\n')).toEqual(['']);
  });

  it('joins a line that spans chunks, down to one byte each', () => {
    expect(split('a', 'b', '\n', '', 'c', '\r', '\n', 'd')).toEqual(['ab', 'c', 'd']);
    expect(split('ab\ncd', 'ef\ngh', 'ij')).toEqual(['ab', 'cdef', 'ghij']);
  });

  it('takes a longer chunk after a shorter one', () => {
    expect(split('a\n', '\n'.repeat(100), 'b'.repeat(100))).toEqual([
      'a',
      ...new Array(100).fill(''),
      'b'.repeat(LINE_BYTES_MAX + 5),
    ]);
  });

  it('drops one CR before the end of a line, and keeps any other', () => {
    expect(split('a\r\r\n\rb\rc\nd\r')).toEqual(['a\r', '\rb\rc', 'd']);
  });

  it('drops a byte order mark before the first line, and keeps any other', () => {
    expect(split('\xef\xbb\xbfa\n\xef\xbb\xbfb')).toEqual(['a', '\xef\xbb\xbfb']);
    expect(split('\xef', '\xbb', '\xbf', 'a\r', '\n')).toEqual(['a']);
    expect(split('\xef\xbb\n\xef\xbb\xbf')).toEqual(['\xef\xbb', '\xef\xbb\xbf']);
  });

  it('tells a line at the limit from one over it, whatever it may still lose', () => {
    for (const ending of ['', '\n', '\r\n', '\r']) {
      for (const mark of ['', '\xef\xbb\xbf']) {
        const longest = 'x'.repeat(LINE_BYTES_MAX);
        const bytes = [...`${mark}${longest}`];
        expect(split(...bytes, ...ending)).toEqual([longest]);
        const [tooLong] = split(...bytes, 'x', ...ending);
        expect(tooLong!.length).toBeGreaterThan(LINE_BYTES_MAX);
      }
    }
  });

  it('holds no more of an endless line than its limit asks for', () => {
    const splitter = new LineSplitter(LINE_BYTES_MAX);
    const chunk = Buffer.alloc(1000, 'x');
    let bytes = 0;
    for (let i = 0; i < 1000; i++) bytes = splitter.push(chunk).packed.length;
    expect(bytes).toBeLessThan(2000);
    const [line] = textOf(splitter.push(Buffer.from('\nnext\n')));
    expect(line!.length).toBeGreaterThan(LINE_BYTES_MAX);
  });
});
