/** JSON 1.1, and the CBOR that the Java SDKs send by default. */

import { decode, encode, Token, Type } from 'cborg';
import type { TagDecoder } from 'cborg/interface';

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

/** The tag of a time. The AWS SDKs write milliseconds, although CBOR defines seconds. */
const TIME_TAG = 1;

/** The farthest time from the epoch that a Date holds. */
const TIME_MS_MAX = 8.64e15;

const readTime: TagDecoder = (decodeValue) => {
  const timeMs: unknown = decodeValue();
  if (typeof timeMs !== 'number') throw new TypeError('a time must be a number');
  return new Date(Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, Math.round(timeMs))));
};

const writeTime = (time: Date): Token[] => [
  new Token(Type.tag, TIME_TAG),
  new Token(Type.uint, time.getTime()),
];

/** CBOR has types for bytes and times. */
export const CBOR: Format = {
  read: (body) => readObject(() => decode(body, { tags: { [TIME_TAG]: readTime } })),
  write: (value) => encode(dropUndefined(value), { typeEncoders: { Date: writeTime } }),
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

function dropUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropUndefined);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof Uint8Array) return value;
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(parts.map(([name, part]) => [name, dropUndefined(part)]));
}
