/**
 * Packs the lines of a chunk: the inner loop of the line splitter.
 *
 * @module
 */

import { compile, instantiate, type KernelMemory } from '../batch/kernel-host.ts';
import { LINE_PACKER_WASM } from './line-packer-wasm.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const PAGE_BYTES = 65_536;

/** A packer writes up to this many bytes after its output. */
export const SLACK_BYTES = 16;

/** What a packer reads and writes. */
export interface LineBuffers {
  /** The bytes of a chunk. */
  readonly input: Uint8Array;
  /** The bytes of lines, back to back. */
  readonly packed: Uint8Array;
  /** Where the lines start in `packed`. Each ends where the next starts. */
  readonly offsets: Uint32Array;
}

/** Packs lines from and to buffers of its own. */
export interface LinePacker {
  /**
   * Returns buffers of this many bytes or entries. Earlier ones lose their content.
   *
   * @param capacity A multiple of four. A chunk and the unfinished line may take all but
   *   SLACK_BYTES.
   */
  open(capacity: number): LineBuffers;
  /**
   * Packs the lines of the first `length` bytes of the input, and leaves out LF and CRLF.
   *
   * The entry of `offsets` after the end of the last line is the end of the unfinished line.
   *
   * @param at Where the unfinished line of earlier chunks ends in `packed`. It starts at 0.
   * @returns The number of lines that end.
   */
  pack(length: number, at: number): number;
}

interface Exports {
  readonly memory: KernelMemory;
  readonly pack: (length: number, at: number, capacity: number) => number;
}

/**
 * Creates a packer that compares 16 bytes at a time in WebAssembly, or returns undefined where that
 * is missing. It takes a tenth of the time of the other packer (keys of 20 characters, Node 20),
 * partly because V8 need not optimize it first.
 */
export function createSimdPacker(): LinePacker | undefined {
  const module = compile(Buffer.from(LINE_PACKER_WASM, 'base64'));
  const exports = module && (instantiate(module) as Exports | undefined);
  if (exports === undefined) return undefined;
  const { memory, pack } = exports;
  let capacity = 0;
  return {
    open(bytes) {
      capacity = bytes;
      const missing = 6 * capacity - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return {
        input: new Uint8Array(memory.buffer, 0, capacity),
        packed: new Uint8Array(memory.buffer, capacity, capacity),
        offsets: new Uint32Array(memory.buffer, 2 * capacity, capacity),
      };
    },
    pack: (length, at) => pack(length, at, capacity),
  };
}

/** Creates a packer that works byte by byte. */
export function createScalarPacker(): LinePacker {
  let buffers: LineBuffers;
  return {
    open(capacity) {
      buffers = {
        input: new Uint8Array(capacity),
        packed: new Uint8Array(capacity),
        offsets: new Uint32Array(capacity),
      };
      return buffers;
    },
    pack(length, at) {
      const { input, packed, offsets } = buffers;
      let count = 0;
      let end = at;
      offsets[0] = 0;
      for (let i = 0; i < length; i++) {
        const byte = input[i]!;
        if (byte !== LINE_FEED) {
          packed[end++] = byte;
        } else {
          if (end > offsets[count]! && packed[end - 1] === CARRIAGE_RETURN) end--;
          offsets[++count] = end;
        }
      }
      offsets[count + 1] = end;
      return count;
    },
  };
}
