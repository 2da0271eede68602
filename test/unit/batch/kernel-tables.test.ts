import { describe, expect, it } from 'vitest';
import { openSimdKernel } from '../../../src/batch/kernel.ts';
import type { KernelMemory } from '../../../src/batch/kernel-host.ts';
import { TABLES_AT } from '../../../src/batch/kernel-layout.ts';
import { KernelTables, TABLE_BYTES_MAX } from '../../../src/batch/kernel-tables.ts';
import { TextKeys } from '../../../src/batch/text-keys.ts';
import { uniformHashRanges } from '../../../src/sharding/hash-key-range.ts';
import { createRangeIndex, type RangeIndex } from '../../../src/sharding/range-index.ts';

const PAGE_BYTES = 65_536;

/**
 * A memory of three pages that can grow to `pages`. Growing loses its contents, which no test
 * reads.
 */
class Memory implements KernelMemory {
  buffer = new ArrayBuffer(3 * PAGE_BYTES);
  refusals = 0;
  readonly #pages: number;

  constructor(pages = 1000) {
    this.#pages = pages;
  }

  grow(pages: number): number {
    const before = this.buffer.byteLength / PAGE_BYTES;
    if (before + pages > this.#pages) {
      this.refusals++;
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    }
    this.buffer = new ArrayBuffer(PAGE_BYTES * (before + pages));
    return before;
  }
}

/** An index of one range whose table has two words for each of 2^`bits` buckets. */
function indexOf(bits: number): RangeIndex {
  return {
    shift: 32 - bits,
    buckets: new Uint32Array(2 ** bits + 1),
    firstWords: new Uint32Array(1),
    words: new Uint32Array(4),
  };
}

describe('the tables of the kernel', () => {
  it('are copied once per shard map, however often routers alternate', () => {
    const copies = [0, 0, 0];
    const indexes = copies.map((_, i): RangeIndex => {
      const ranges = uniformHashRanges(10 ** (i + 1));
      const index = createRangeIndex(ranges.map(({ startingHashKey }) => startingHashKey));
      const { firstWords } = index;
      // Only a copy reads the first words.
      return Object.defineProperty({ ...index }, 'firstWords', {
        get() {
          copies[i]!++;
          return firstWords;
        },
      });
    });
    const kernel = openSimdKernel()!;
    const keys = new TextKeys(['a', 'b', 'c', 'd', 'e', 'f']);
    const out = new Uint32Array(6);
    for (let turn = 0; turn < 5; turn++) {
      indexes.forEach((index, i) => {
        expect(kernel.load(keys, 0)).toBe(6);
        expect(kernel.locate(index, out, 0)).toBe(true);
        // MD5 of a starts with 0cc1, of b with 92eb.
        expect([...out.subarray(0, 2)]).toEqual(
          [
            [0, 5],
            [4, 57],
            [49, 573],
          ][i],
        );
      });
    }
    expect(copies).toEqual([1, 1, 1]);
  });

  it('follow each other in memory, which grows only as far as needed', () => {
    const memory = new Memory();
    const tables = new KernelTables(memory);
    const [first, second] = [indexOf(12), indexOf(13)];
    expect(tables.find(first)).toBeUndefined();
    expect(tables.place(first)).toMatchObject({ at: TABLES_AT, shift: 20, steps: 0 });
    expect(memory.buffer.byteLength).toBe(3 * PAGE_BYTES);
    expect(tables.place(second)).toMatchObject({ at: TABLES_AT + 8 * (2 ** 12 + 1) });
    expect(memory.buffer.byteLength).toBe(4 * PAGE_BYTES);
    expect(tables.find(first)).toMatchObject({ at: TABLES_AT });
  });

  it('are all dropped when a new one would exceed the bound', () => {
    const memory = new Memory();
    const tables = new KernelTables(memory);
    const indexes = Array.from({ length: 10 }, () => indexOf(20));
    for (const index of indexes) expect(tables.place(index)).toBeDefined();
    expect(indexes.map((index) => tables.find(index) !== undefined)).toEqual(
      indexes.map((_, i) => i === 9),
    );
    expect(tables.place(indexes[0]!)).toMatchObject({ at: TABLES_AT + 8 * (2 ** 20 + 1) });
    expect(memory.buffer.byteLength).toBeLessThan(TABLES_AT + TABLE_BYTES_MAX + PAGE_BYTES);
  });

  it('exclude a table above the bound, without dropping others', () => {
    const tables = new KernelTables(new Memory());
    const small = indexOf(4);
    tables.place(small);
    const buckets = Uint32Array.of(0, 10_000_000, 10_000_000);
    const large = { ...small, buckets, firstWords: new Uint32Array(TABLE_BYTES_MAX / 4) };
    expect(tables.place(large)).toBeUndefined();
    expect(tables.find(large)).toBeUndefined();
    expect(tables.find(small)).toBeDefined();
  });

  it('share the existing memory once the host refuses to grow it', () => {
    const memory = new Memory(4);
    const tables = new KernelTables(memory);
    const indexes = [indexOf(13), indexOf(13)];
    for (let turn = 0; turn < 3; turn++) {
      for (const index of indexes) {
        expect(tables.place(index)).toMatchObject({ at: TABLES_AT });
        expect(tables.find(index)).toBeDefined();
      }
    }
    const large = indexOf(14);
    expect(tables.place(large)).toBeUndefined();
    expect(tables.find(indexes[1]!)).toBeDefined();
    expect(memory.refusals).toBe(1);
    expect(memory.buffer.byteLength).toBe(4 * PAGE_BYTES);
  });
});
