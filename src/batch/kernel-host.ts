/**
 * Minimal types for the host APIs that the SIMD kernel uses.
 *
 * `src` compiles without DOM or Node types, so they are declared here. Any of them may be missing
 * at run time.
 *
 * @module
 */

/**
 * The exports of the kernel's WebAssembly module.
 *
 * `until` is four times the number of keys in the chunk. The functions take their input from the
 * lists of kernel-layout.ts and leave their output there.
 */
export interface KernelExports {
  readonly memory: KernelMemory;
  /**
   * Turns offsets in UTF-16 units into offsets in UTF-8 bytes, or returns 0 if it cannot. The list
   * at ORDER_AT keeps the offsets in units.
   */
  readonly toUtf8Offsets: (until: number) => number;
  /** Returns the length of the longest key times 65,536, plus that of the shortest. */
  readonly measureLengths: (until: number) => number;
  readonly hashUpTo19Bytes: (base: number, until: number, shortest: number) => void;
  readonly hashUpTo39Bytes: (base: number, until: number, shortest: number) => void;
  readonly hashUpTo55Bytes: (base: number, until: number, shortest: number) => void;
  readonly sortByBlocks: (until: number) => void;
  readonly hashAnyLength: (base: number, until: number) => void;
  /** Returns 0 if the first word of every hash key decides its range. */
  readonly locateByBucket: (until: number, shift: number, tableAt: number) => number;
  /** Returns 0 if the first word of every hash key decides its range. */
  readonly locateByBinarySearch: (
    until: number,
    shift: number,
    tableAt: number,
    firstWordsAt: number,
    steps: number,
  ) => number;
}

/** The part of WebAssembly.Memory that the kernel's host code uses. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 65,536 bytes, or throws. The old buffer is detached. */
  grow(pages: number): number;
}

interface Host {
  readonly WebAssembly?: {
    readonly Module: {
      new (bytes: Uint8Array): object;
      /** Lists what a module exports, or throws if the value is not a module of any realm. */
      exports(module: object): readonly { readonly name: string }[];
    };
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
  readonly TextEncoder?: new () => Encoder;
}

/** Writes the UTF-8 form of a text. An unpaired surrogate becomes U+FFFD. */
export interface Encoder {
  encodeInto(source: string, destination: Uint8Array): { readonly written: number };
}

const host = (): Host => globalThis as Host;

/**
 * Compiles a module synchronously, or returns undefined where WebAssembly is missing or refuses the
 * bytes.
 */
export function compile(bytes: Uint8Array): object | undefined {
  try {
    const { WebAssembly } = host();
    return WebAssembly && new WebAssembly.Module(bytes);
  } catch {
    // An engine without SIMD, a content security policy without 'wasm-unsafe-eval', or a host that
    // compiles only while it starts.
    return undefined;
  }
}

/** Returns the exports of a new instance, or undefined if the host refuses it or its memory. */
export function instantiate(module: object): unknown {
  try {
    const { WebAssembly } = host();
    return WebAssembly && new WebAssembly.Instance(module).exports;
  } catch {
    return undefined;
  }
}

/** Returns the names of a module's exports; none for a value that is not a module. */
export function listExports(module: unknown): readonly string[] {
  try {
    const { WebAssembly } = host();
    return WebAssembly ? WebAssembly.Module.exports(module as object).map(({ name }) => name) : [];
  } catch {
    return [];
  }
}

/** Returns a TextEncoder, or undefined if the host has none with a working `encodeInto`. */
export function createEncoder(): Encoder | undefined {
  try {
    const { TextEncoder } = host();
    const encoder = TextEncoder && new TextEncoder();
    // Some polyfills have an `encodeInto` that throws.
    return encoder?.encodeInto('\u00e9', new Uint8Array(2)).written === 2 ? encoder : undefined;
  } catch {
    return undefined;
  }
}
