/**
 * Argument checks. A caller's bug throws: a TypeError for the wrong type, a RangeError for the
 * wrong value. Each message names what was expected and what was given.
 *
 * @module
 */

import { arrayIsArray, Bytes, isInteger } from './intrinsics.ts';

/** The errors made here, as opposed to those of the engine and of the caller's own code. */
const argumentErrors: WeakSet<object> = /* @__PURE__ */ new WeakSet();

/** Returns an error for an argument of the wrong type. */
export function wrongType(message: string): TypeError {
  const error = new TypeError(message);
  argumentErrors.add(error);
  return error;
}

/** Returns an error for an argument that has the right type but the wrong value. */
export function wrongValue(message: string): RangeError {
  const error = new RangeError(message);
  argumentErrors.add(error);
  return error;
}

/**
 * Returns whether an error was made by {@link wrongType} or {@link wrongValue}. A stack overflow is
 * a RangeError too, and a getter may throw anything: neither means that an argument is wrong.
 */
export function isArgumentError(error: unknown): error is TypeError | RangeError {
  return argumentErrors.has(error as object);
}

/**
 * @param title Names the value in messages. An object is turned into text only for a message.
 * @throws {TypeError} If the value is not an object, or is an array.
 */
export function assertObject(
  value: unknown,
  title: string | { toString(): string },
): asserts value is object {
  if (typeof value !== 'object' || value === null || isArray(value)) {
    throw wrongType(`${title} must be an object: got ${describe(value)}`);
  }
}

/** Returns whether a value is an array. Array.isArray would throw for a revoked Proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return arrayIsArray(value);
  } catch (error) {
    // A TypeError means a revoked Proxy. A stack overflow says nothing about the value.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** @throws {TypeError} If the value is not an array. */
export function assertArray(value: unknown, title: string): asserts value is readonly unknown[] {
  if (!isArray(value)) {
    throw wrongType(`${title} must be an array: got ${describe(value)}`);
  }
}

/**
 * Returns the length of an array, which is read once.
 *
 * @throws {TypeError} If the value is not an array.
 * @throws {RangeError} If it has more than `lengthMax` members, or is a Proxy with a length that no
 *   array can have.
 */
export function readArrayLength(
  value: readonly unknown[],
  title: string,
  lengthMax: number = 0xffff_ffff,
): number {
  assertArray(value, title);
  const { length } = value;
  if (typeof length !== 'number' || length >>> 0 !== length) {
    throw wrongValue(`${title} must have the length of an array: got ${describe(length)}`);
  }
  if (length <= lengthMax) return length;
  throw wrongValue(`${title} must have at most ${lengthMax} members: got ${length}`);
}

/** @throws {TypeError} If the value is not a string. */
export function assertString(value: unknown, title: string): asserts value is string {
  if (typeof value !== 'string') {
    throw wrongType(`${title} must be a string: got ${describe(value)}`);
  }
}

/**
 * @throws {TypeError} If the value is not a bigint.
 * @throws {RangeError} If it is below `min` or above `max`.
 */
export function assertBigint(
  value: unknown,
  min: bigint,
  max: bigint,
  title: string,
): asserts value is bigint {
  if (typeof value !== 'bigint') {
    throw wrongType(`${title} must be a bigint: got ${describe(value)}`);
  }
  if (value < min || value > max) {
    throw wrongValue(`${title} must be from ${min} to ${max}: got ${describe(value)}`);
  }
}

/**
 * @throws {TypeError} If the value is not a number.
 * @throws {RangeError} If it is not an integer from `min` to `max`.
 */
export function assertInteger(
  value: unknown,
  min: number,
  max: number,
  title: string,
): asserts value is number {
  if (typeof value !== 'number') {
    throw wrongType(`${title} must be a number: got ${describe(value)}`);
  }
  if (!isInteger(value) || value < min || value > max) {
    throw wrongValue(`${title} must be an integer from ${min} to ${max}: got ${value}`);
  }
}

/** @throws {TypeError} If the value is not a typed array of that class. */
export function assertTypedArray(
  value: unknown,
  name: 'Uint8Array' | 'Uint32Array',
  title: string,
): void {
  if (typedArrayName(value) !== name) {
    throw wrongType(`${title} must be a ${name}: got ${describe(value)}`);
  }
}

/** Returns whether the value is a Uint8Array, a Buffer included, of this realm or another. */
export function isBytes(value: unknown): value is Uint8Array {
  return typedArrayName(value) === 'Uint8Array';
}

/** Returns the epoch milliseconds of a Date of any realm, or undefined for any other value. */
export function dateValueOf(value: unknown): number | undefined {
  try {
    return Date.prototype.getTime.call(value as Date);
  } catch {
    return undefined;
  }
}

/**
 * Returns the true length of a typed array, even if it has its own `length` property. Runs no
 * caller code.
 *
 * @throws {TypeError} If it is not a typed array.
 */
export function lengthOf(array: Uint8Array | Uint32Array): number {
  return readLength.call(array);
}

/**
 * Returns a view of part of a typed array: always a plain Uint8Array, even if the array is of a
 * subclass. Runs no caller code.
 *
 * @param start In bytes, from the start of the array.
 * @throws {TypeError} If it is not a typed array.
 */
export function viewBytes(array: Uint8Array, start: number, length: number): Uint8Array {
  return new Bytes(readBuffer.call(array), readByteOffset.call(array) + start, length);
}

/**
 * Returns a view of part of a typed array as 32-bit words in the byte order of the host, or
 * undefined if the part does not start at a word boundary. Runs no caller code.
 *
 * @param start In bytes, from the start of the array.
 */
export function viewWords(array: Uint8Array, start: number, count: number): Int32Array | undefined {
  const offset = readByteOffset.call(array) + start;
  return (offset & 3) === 0 ? new Int32Array(readBuffer.call(array), offset, count) : undefined;
}

// The getters that all typed arrays share. No subclass or own property can replace them.
const readLength: (this: unknown) => number = /* @__PURE__ */ getterOf('length');
export const readBuffer: (this: unknown) => ArrayBuffer = /* @__PURE__ */ getterOf('buffer');
export const readByteOffset: (this: unknown) => number = /* @__PURE__ */ getterOf('byteOffset');

/** Reads the internal slot that tells typed arrays apart. */
const readTypedArrayName: (this: unknown) => string | undefined = /* @__PURE__ */ getterOf(
  Symbol.toStringTag,
);

function getterOf<T>(
  name: 'buffer' | 'byteOffset' | 'length' | typeof Symbol.toStringTag,
): (this: unknown) => T {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype);
  return Object.getOwnPropertyDescriptor(prototype, name)!.get!;
}

/**
 * Returns the class name of a typed array, or undefined for any other value.
 *
 * The name is in an internal slot. It is the same in every realm (a vm context, an iframe), no
 * other object can have it, and reading it runs no caller code. None of this is true of
 * `instanceof`.
 */
function typedArrayName(value: unknown): string | undefined {
  return readTypedArrayName.call(value);
}

/** Describes a wrong value for a message. The text is short, even if the value is long. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return `the string ${quote(value)}`;
    case 'bigint':
      // Printing takes time quadratic in the digits, so a number far out of range is not printed.
      return value >> 512n === 0n || value >> 512n === -1n
        ? `${value}n`
        : 'a bigint of over 512 bits';
    case 'object':
      return isArray(value) ? 'an array' : 'an object';
    case 'number':
    case 'boolean':
      return `${value}`;
    default:
      return typeof value;
  }
}

/** Returns a text in quotes, escaped, and cut after 64 characters. */
export function quote(text: string): string {
  const shown = escapeControls(text.slice(0, 64));
  return text.length > 64 ? `'${shown}...' (${text.length} characters)` : `'${shown}'`;
}

/**
 * Escapes, as JSON does, the characters that change how a terminal shows the text around them:
 * controls, line separators, bidirectional controls and lone surrogates.
 *
 * Otherwise untrusted text in a message could clear the screen or forge a line of a log.
 */
export function escapeControls(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => `\\u${(0x10000 + character.charCodeAt(0)).toString(16).slice(1)}`,
  );
}

// Lists the safe characters and negates them, because Hermes lacks property escapes (\p).
const UNSAFE = /[^ -~\xa0-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\u{10ffff}]/gu;
