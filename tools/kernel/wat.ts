/**
 * Instructions in WebAssembly text, for the programs that write the kernel.
 *
 * @module
 */

export const get = (name: string): string => `(local.get $${name})`;
export const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
export const tee = (name: string, value: string): string => `(local.tee $${name} ${value})`;
export const int = (value: number): string => `(i32.const ${value | 0})`;
export const add = (...terms: string[]): string =>
  terms.reduce((sum, term) => `(i32x4.add ${sum} ${term})`);
export const splat = (value: number): string => `(i32x4.splat ${int(value)})`;
export const load = (at: number, base: string): string => `(v128.load offset=${at} ${base})`;
export const store = (at: number, base: string, value: string): string =>
  `(v128.store offset=${at} ${base} ${value})`;
export const loadInt = (at: number, base: string): string => `(i32.load offset=${at} ${base})`;
export const storeInt = (at: number, base: string, value: string): string =>
  `(i32.store offset=${at} ${base} ${value})`;
export const locals = (type: string, names: readonly string[]): string =>
  names.map((name) => `(local $${name} ${type})`).join(' ');
export const lines = (parts: readonly string[]): string => parts.join('\n');
