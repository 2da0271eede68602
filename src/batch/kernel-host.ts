/**
 * What the kernel asks of its host, in the least words: `src` has no types but the language's own.
 * Each of them may be missing.
 *
 * @module
 */

/** What the kernel's module exports. Lists are counted in bytes: key `i` stands at `4 * i`. */
export interface LanesExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly encode: (until: number) => number;
  readonly measure: (until: number) => number;
  readonly short5: (base: number, until: number, shortest: number) => void;
  readonly short10: (base: number, until: number, shortest: number) => void;
  readonly short14: (base: number, until: number, shortest: number) => void;
  readonly sort: (until: number) => void;
  readonly long: (base: number, until: number) => void;
  readonly choose: (until: number, shift: number) => number;
  readonly search: (until: number, shift: number, steps: number, firstWords: number) => number;
}

interface Host {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
  readonly TextEncoder?: new () => Encoder;
}

/** Writes the UTF-8 form of a text, a surrogate without its partner as U+FFFD. */
export interface Encoder {
  encodeInto(source: string, destination: Uint8Array): { readonly written: number };
}

const host = (): Host => globalThis as Host;

/** Compiles at once. Undefined where there is no WebAssembly, or it refuses the bytes. */
export function instantiate(bytes: Uint8Array): unknown {
  try {
    const { WebAssembly } = host();
    if (WebAssembly === undefined) return undefined;
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  } catch {
    // An engine without SIMD, or a content security policy without 'wasm-unsafe-eval'.
    return undefined;
  }
}

/** Undefined where there is no TextEncoder with `encodeInto`. */
export function createEncoder(): Encoder | undefined {
  const { TextEncoder } = host();
  if (TextEncoder === undefined) return undefined;
  const encoder = new TextEncoder();
  return typeof encoder.encodeInto === 'function' ? encoder : undefined;
}
