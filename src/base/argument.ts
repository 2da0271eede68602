/**
 * A caller's bug, as opposed to a refusal of the service: TypeError for the wrong kind, RangeError
 * for the wrong value, each naming what came and what is wanted.
 *
 * @module
 */

/** @throws {TypeError} If the value is not an object, or an array. */
export function assertObject(value: unknown, title: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${title} must be an object: got ${describe(value)}`);
  }
}

/** @throws {TypeError} If the value is not a string. */
export function assertString(value: unknown, title: string): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${title} must be a string: got ${describe(value)}`);
  }
}

/** @throws {TypeError} If the value is not a bigint. @throws {RangeError} If it is out of range. */
export function assertBigint(
  value: unknown,
  min: bigint,
  max: bigint,
  title: string,
): asserts value is bigint {
  if (typeof value !== 'bigint') {
    throw new TypeError(`${title} must be a bigint: got ${describe(value)}`);
  }
  if (value < min || value > max) {
    throw new RangeError(`${title} must be from ${min} to ${max}: got ${describe(value)}`);
  }
}

/** @throws {TypeError} If the value is no number. @throws {RangeError} If no integer in range. */
export function assertInteger(
  value: unknown,
  min: number,
  max: number,
  title: string,
): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${title} must be a number: got ${describe(value)}`);
  }
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${title} must be an integer from ${min} to ${max}: got ${value}`);
  }
}

/** True of a Uint8Array, Buffer included, also of another realm (a vm context, an iframe). */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    (value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]')
  );
}

/** What a wrong value is, short enough for a message however long the value. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return `the string ${quote(value)}`;
    case 'bigint':
      // Printing is quadratic in the digits; a word count is enough for a number that is far off.
      return value >> 512n === 0n || value >> 512n === -1n
        ? `${value}n`
        : 'a bigint of over 512 bits';
    case 'object':
      return Array.isArray(value) ? 'an array' : 'an object';
    case 'number':
    case 'boolean':
      return `${value}`;
    default:
      return typeof value;
  }
}

/** A text in quotes, cut after 64 characters. */
export function quote(text: string): string {
  return text.length > 64 ? `'${text.slice(0, 64)}...' (${text.length} characters)` : `'${text}'`;
}
