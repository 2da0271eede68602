/** JSON 1.1, and the CBOR that the Java SDKs send by default. */

import { cbor, tag as tagged } from '@smithy/core/cbor';
import { readCbor, TIME_TAG } from './read-cbor.ts';

/** How the bodies of requests and responses are written. */
export interface Format {
  /** Returns the object in a body, or undefined if there is none. */
  read(body: Uint8Array): object | undefined;
  write(value: object): Uint8Array | string;
}

/** Bytes are base64; times are seconds since 1970. */
export const JSON_1_1: Format = {
  read: (body) => readObject(() => JSON.parse(Buffer.from(body).toString())),
  write: (value) => JSON.stringify(writeJson(value)),
};

/** CBOR has types for bytes and times. */
export const CBOR: Format = {
  read: (body) => readObject(() => readCbor(body)),
  write: (value) => cbor.serialize(writeTimes(value)),
};

function readObject(read: () => unknown): object | undefined {
  try {
    const value = read();
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function writeJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(writeJson);
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, writeJson(part)]));
}

/** Drops undefined members as well, as JSON does. */
function writeTimes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(writeTimes);
  if (value instanceof Date) return tagged({ tag: TIME_TAG, value: value.getTime() });
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(parts.map(([name, part]) => [name, writeTimes(part)]));
}
