/**
 * Built-in functions that are called per key or per record, looked up once.
 *
 * In a vm context (Jest, edge runtimes, DOM emulations) every look-up of a global asks an
 * interceptor, which takes some 100 ns: a hash that looks up `String` per character takes 20 times
 * as long there as in the main context. No operation on keys or records looks up a global
 * (test/laws/no-global-per-key.test.ts). A method of a literal needs none, such as `''.charCodeAt`.
 *
 * Bundlers keep a bare `Number.isInteger`, which could be a getter, and drop a call marked as pure.
 *
 * @module
 */

export const arrayIsArray: typeof Array.isArray = /* @__PURE__ */ (() => Array.isArray)();
export const isInteger: typeof Number.isInteger = /* @__PURE__ */ (() => Number.isInteger)();
export const fromCharCode: typeof String.fromCharCode = /* @__PURE__ */ (() =>
  String.fromCharCode)();
export const ceil: typeof Math.ceil = /* @__PURE__ */ (() => Math.ceil)();
export const floor: typeof Math.floor = /* @__PURE__ */ (() => Math.floor)();
export const max: typeof Math.max = /* @__PURE__ */ (() => Math.max)();
export const min: typeof Math.min = /* @__PURE__ */ (() => Math.min)();

/** `BigInt` as a function. Reads decimal digits, or converts a number. */
export const toBigint: typeof BigInt = /* @__PURE__ */ (() => BigInt)();
