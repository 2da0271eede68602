/**
 * Built-in functions that are called per key or per record, looked up once at import.
 *
 * In a vm context (Jest, edge runtimes, DOM emulations) every look-up of a global goes through an
 * interceptor, which takes about 100 ns: a hash that looks up `String` per character takes 20 times
 * as long there as in the main context. No operation on keys or records looks up a global
 * (test/laws/no-global-per-key.test.ts). A method of a literal, such as `''.charCodeAt`, needs no
 * look-up.
 *
 * Each look-up is wrapped in a call that is marked as pure, so that bundlers drop it if it is not
 * used. They would keep a bare `Number.isInteger`, because it could be a getter.
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

/** `Uint8Array` as a constructor. */
export const Bytes: typeof Uint8Array = /* @__PURE__ */ (() => Uint8Array)();
