/**
 * Converts what was read from a body to the SDK's shapes, by the library's service model.
 *
 * A value of the wrong type is refused with the message of the service's parser (kinesalite
 * test/helpers.js, run on AWS 2018).
 */

import { type OperationName, type Rule, SERVICE_MODEL } from 'shardline';

/** The error for a value that is not of the type that the operation expects. */
export class SerializationError extends Error {}

export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(SERVICE_MODEL, name);
}

/**
 * Returns the request in the SDK's shape. The service model knows the type of each member.
 *
 * @throws {SerializationError} If a value is of the wrong type.
 */
export function readRequest(operation: OperationName, body: object): object {
  return readStructure(body, SERVICE_MODEL[operation]);
}

/** Reads the known members and ignores the others. A null member counts as absent. */
function readMembers(json: Readonly<Record<string, unknown>>, rules: readonly Rule[]): object {
  const structure: Record<string, unknown> = {};
  for (const rule of rules) {
    const value = Object.hasOwn(json, rule.name) ? json[rule.name] : null;
    if (value !== null) structure[rule.name] = readMember(value, rule);
  }
  return structure;
}

function readMember(value: unknown, { type, members }: Rule): unknown {
  switch (type) {
    case 'list':
      if (!Array.isArray(value)) throw createPlaceError(value, 'Expected list or null');
      return value.map((entry: unknown) => {
        if (entry === null) return undefined;
        return members === undefined ? readScalar(entry, 'string') : readStructure(entry, members);
      });
    case 'map': {
      if (!isObject(value)) throw createPlaceError(value, 'Expected map or null');
      const parts = Object.entries(value).filter(([, part]) => part !== null);
      return Object.fromEntries(parts.map(([name, part]) => [name, readScalar(part, 'string')]));
    }
    case 'structure':
      return readStructure(value, members!);
    default:
      return readScalar(value, type);
  }
}

function readStructure(value: unknown, members: readonly Rule[]): object {
  if (!isObject(value)) throw createPlaceError(value, 'Expected null');
  return readMembers(value, members);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Scalar = Exclude<Rule['type'], 'list' | 'map' | 'structure'>;

function readScalar(value: unknown, type: Scalar): unknown {
  const target = {
    blob: 'a Blob',
    boolean: 'an Boolean',
    integer: 'an Integer',
    string: 'an String',
    timestamp: 'milliseconds since epoch',
  }[type];
  const createError = (found: string) =>
    new SerializationError(`${found} can not be converted to ${target}`);
  switch (typeof value) {
    case 'boolean':
      if (type === 'boolean') return value;
      throw createError('class java.lang.Boolean');
    case 'number':
      if (type === 'integer') return Math.max(-INT_MAX - 1, Math.min(INT_MAX, Math.floor(value)));
      if (type === 'timestamp') {
        return new Date(Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, Math.round(value * 1000))));
      }
      throw createError('class com.amazon.coral.value.json.numbers.TruncatingBigNumber');
    case 'string':
      if (type === 'string') return value;
      if (type === 'blob') return readBase64(value);
      throw createError(type === 'boolean' ? `'${value.toUpperCase()}'` : 'class java.lang.String');
    default:
      // CBOR has bytes and times.
      if (type === 'blob' && value instanceof Uint8Array) return value;
      if (type === 'timestamp' && value instanceof Date) return value;
      throw createPlaceError(value, '');
  }
}

const INT_MAX = 2_147_483_647;
const TIME_MS_MAX = 8.64e15;

/** The checks are in the service's order. `dectected` is the service's spelling. */
function readBase64(text: string): Uint8Array {
  const createError = (reason: string) =>
    new SerializationError(`'${text}' can not be converted to a Blob: ${reason}`);
  if (text.length % 4 !== 0) {
    throw createError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`,
    );
  }
  const stray = /[^a-zA-Z0-9+/=]|=(?=[^=])/.exec(text);
  if (stray !== null) throw createError(`Invalid Base64 character: '${stray[0]}'`);
  // The unused bits of the last character must be 0: four before two pads, two before one.
  if (text.endsWith('=') && !/[AQgw]==$|[AEIMQUYcgkosw048]=$/.test(text.slice(-3))) {
    throw createError('Invalid last non-pad Base64 character dectected');
  }
  return Buffer.from(text, 'base64');
}

/** An error for a list or an object in the wrong place; for other values, with `otherwise`. */
function createPlaceError(value: unknown, otherwise: string): SerializationError {
  if (Array.isArray(value)) return new SerializationError('Start of list found where not expected');
  return new SerializationError(
    typeof value === 'object' ? 'Start of structure or map found where not expected.' : otherwise,
  );
}
