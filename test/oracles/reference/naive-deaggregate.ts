/**
 * The slow twin of deaggregateRecord: the rule of the Kinesis Client Library, step by step.
 *
 * A message is first parsed into a list of fields with bigints for every number, then read.
 */

import { createHash } from 'node:crypto';

export interface NaiveRecord {
  readonly key: string;
  readonly hashKey: string | undefined;
  readonly data: string;
}

/** `lost` is what the Kinesis Client Library loses, in part or whole. */
export type NaiveDeaggregation = 'plain' | 'outside' | 'lost' | readonly NaiveRecord[];

interface Field {
  readonly number: bigint;
  readonly wireType: number;
  /** The number of a varint, or the bytes of a length-delimited field. */
  readonly value: bigint | Buffer;
}

class Malformed extends Error {}

const MAX = 2n ** 128n - 1n;

/** Cuts a varint off. protobuf for Java reads ten bytes at most, and keeps 64 bits. */
function cutVarint(bytes: Buffer): [value: bigint, rest: Buffer] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[i];
    if (byte === undefined) throw new Malformed();
    value += BigInt(byte % 128) * 128n ** BigInt(i);
    if (byte < 128) return [value % 2n ** 64n, bytes.subarray(i + 1)];
  }
  throw new Malformed();
}

function cut(bytes: Buffer, length: number): [part: Buffer, rest: Buffer] {
  if (length < 0 || length > bytes.length) throw new Malformed();
  return [bytes.subarray(0, length), bytes.subarray(length)];
}

/** Cuts a field off; undefined for the end of the group `inGroup`. */
function cutField(
  bytes: Buffer,
  depth: number,
  inGroup?: bigint,
): [field: Field | undefined, rest: Buffer] {
  const [wholeTag, afterTag] = cutVarint(bytes);
  const tag = wholeTag % 2n ** 32n;
  const number = tag / 8n;
  const wireType = Number(tag % 8n);
  if (number === 0n) throw new Malformed();
  if (wireType === 0) {
    const [value, rest] = cutVarint(afterTag);
    return [{ number, wireType, value }, rest];
  }
  if (wireType === 1 || wireType === 5) {
    const [value, rest] = cut(afterTag, wireType === 1 ? 8 : 4);
    return [{ number, wireType, value }, rest];
  }
  if (wireType === 2) {
    const [length, afterLength] = cutVarint(afterTag);
    const [value, rest] = cut(afterLength, Number(BigInt.asIntN(32, length)));
    return [{ number, wireType, value }, rest];
  }
  if (wireType === 3) {
    if (depth >= 100) throw new Malformed();
    let rest = afterTag;
    for (;;) {
      const [field, next] = cutField(rest, depth + 1, number);
      rest = next;
      if (field === undefined) return [{ number, wireType, value: 0n }, rest];
    }
  }
  if (wireType === 4 && number === inGroup) return [undefined, afterTag];
  throw new Malformed();
}

function parse(bytes: Buffer, depth: number): Field[] {
  const fields: Field[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const [field, next] = cutField(rest, depth);
    fields.push(field!);
    rest = next;
  }
  return fields;
}

function lastOf(fields: readonly Field[], number: bigint, wireType: number): Field | undefined {
  return fields.filter((field) => field.number === number && field.wireType === wireType).at(-1);
}

function partsOf(fields: readonly Field[], number: bigint): Buffer[] {
  return fields
    .filter((field) => field.number === number && field.wireType === 2)
    .map(({ value }) => value as Buffer);
}

/** How Java decodes UTF-8: U+FFFD for each longest start of a sequence, and for a surrogate. */
export function decodeAsJava(bytes: Buffer): string {
  // The bytes of every code point, surrogates included, and of every start of these.
  const isStart = (part: Buffer): boolean => {
    for (const tail of ['', '80', '8080', '808080', 'bf', 'bfbf', 'bfbfbf']) {
      if (codePointOf(Buffer.concat([part, Buffer.from(tail, 'hex')])) !== undefined) return true;
    }
    return false;
  };
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    let length = 1;
    while (
      codePointOf(bytes.subarray(at, at + length)) === undefined &&
      at + length < bytes.length &&
      isStart(bytes.subarray(at, at + length + 1))
    ) {
      length++;
    }
    const point = codePointOf(bytes.subarray(at, at + length));
    const isCharacter = point !== undefined && !(point >= 0xd800 && point <= 0xdfff);
    text += isCharacter ? String.fromCodePoint(point) : '\ufffd';
    at += length;
  }
  return text;
}

/** The code point of exactly these bytes, which may be a surrogate; undefined if there is none. */
function codePointOf(bytes: Buffer): number | undefined {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join(' ');
  const match =
    /^0(.{7})$/.exec(bits) ??
    /^110(.{5}) 10(.{6})$/.exec(bits) ??
    /^1110(.{4}) 10(.{6}) 10(.{6})$/.exec(bits) ??
    /^11110(.{3}) 10(.{6}) 10(.{6}) 10(.{6})$/.exec(bits);
  if (match === null) return undefined;
  const point = Number.parseInt(match.slice(1).join(''), 2);
  const lowest = [0, 0x80, 0x800, 0x10000][bytes.length - 1]!;
  return point >= lowest && point <= 0x10ffff ? point : undefined;
}

/** Java's `new BigInteger(text)`, except for digits of other scripts. */
function readBigInteger(text: string): bigint | undefined {
  const [, sign, digits] = /^([+-]?)([0-9]+)$/s.exec(text) ?? [];
  if (digits === undefined || text.endsWith('\n')) return undefined;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

const md5 = (bytes: Buffer | string): Buffer => createHash('md5').update(bytes).digest();

export function naiveDeaggregate(
  data: Uint8Array,
  range: { readonly startingHashKey: bigint; readonly endingHashKey: bigint } = {
    startingHashKey: 0n,
    endingHashKey: MAX,
  },
): NaiveDeaggregation {
  const bytes = Buffer.from(data);
  if (bytes.toString('hex', 0, 4) !== 'f3899ac2' || bytes.length - 4 <= 16) return 'plain';
  const message = bytes.subarray(4, -16);
  if (!md5(message).equals(bytes.subarray(-16))) return 'plain';
  try {
    const fields = parse(message, 0);
    const keys = partsOf(fields, 1n).map(decodeAsJava);
    const hashKeys = partsOf(fields, 2n).map(decodeAsJava);
    const records = partsOf(fields, 3n).map((part) => parse(part, 1));
    for (const record of records) {
      if (!lastOf(record, 1n, 0) || !lastOf(record, 3n, 2)) return 'plain';
      for (const tag of partsOf(record, 4n)) if (!lastOf(parse(tag, 2), 1n, 2)) return 'plain';
    }
    const result: NaiveRecord[] = [];
    for (const record of records) {
      const indexOf = (number: bigint): number | undefined => {
        const value = lastOf(record, number, 0)?.value;
        return value === undefined ? undefined : Number(BigInt.asIntN(32, value as bigint));
      };
      const key = keys[indexOf(1n)!];
      if (key === undefined) return 'lost';
      let hash = BigInt(`0x${md5(key).toString('hex')}`);
      let hashKey: string | undefined;
      const hashKeyIndex = indexOf(2n);
      if (hashKeyIndex !== undefined) {
        hashKey = hashKeys[hashKeyIndex];
        const integer = hashKey === undefined ? undefined : readBigInteger(hashKey);
        // Outside every shard, so that no consumer sees it.
        if (integer === undefined || integer < 0n || integer > MAX) return 'lost';
        hash = integer;
      }
      if (hash < range.startingHashKey || hash > range.endingHashKey) return 'outside';
      result.push({ key, hashKey, data: (lastOf(record, 3n, 2)!.value as Buffer).toString('hex') });
    }
    return result.length === 0 ? 'lost' : result;
  } catch (error) {
    if (error instanceof Malformed) return 'plain';
    throw error;
  }
}
