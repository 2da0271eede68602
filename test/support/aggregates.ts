/** Messages, frames and records for the tests of aggregated records. */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { KeyedRecord } from 'shardline/aggregation';
import { hashKeys, partitionKeys, texts } from './arbitraries.ts';

/** Returns a text as UTF-8 carries it: unpaired surrogates become U+FFFD. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Puts a message in a frame. */
export function frameOf(message: Uint8Array): Uint8Array {
  const digest = createHash('md5').update(message).digest();
  return new Uint8Array(Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, digest]));
}

/** Writes a varint, `extra` bytes longer than it has to be. */
export function varint(value: bigint | number, extra = 0): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest /= 128n) bytes.push(Number(rest % 128n) + 128);
  bytes.push(Number(rest));
  for (let i = 0; i < extra; i++) {
    bytes[bytes.length - 1]! += 128;
    bytes.push(0);
  }
  return Buffer.from(bytes);
}

/** Writes a length-delimited field. */
export function field(number: number, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content as Uint8Array);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const data = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.integer({ min: 115, max: 135 }).map((length) => new Uint8Array(length)),
  fc
    .constantFrom('', 'f3899ac2', 'f3899ac2d41d8cd98f00b204e9800998ecf8427e')
    .map((hex) => new Uint8Array(Buffer.from(hex, 'hex'))),
);

const keys = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '7', '0', '__proto__', '漢', '\ud800') },
  { weight: 1, arbitrary: partitionKeys },
);

/** Records that the service accepts. Keys repeat. */
export const keyedRecords: fc.Arbitrary<KeyedRecord[]> = fc.array(
  fc
    .record({
      Data: data,
      PartitionKey: keys,
      ExplicitHashKey: fc.option(
        fc.oneof(fc.constantFrom('0', '5', '170'), hashKeys().map(String)),
        { nil: undefined },
      ),
    })
    .map(({ Data, PartitionKey, ExplicitHashKey }) =>
      ExplicitHashKey === undefined
        ? { Data, PartitionKey }
        : { Data, PartitionKey, ExplicitHashKey },
    ),
  { minLength: 1, maxLength: 12 },
);

/** Values of which the first is taken 30 times as often as all others together. */
function mainly<T>(value: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 30, arbitrary: fc.constant(value) }, fc.constantFrom(...others));
}

const numbers = fc.oneof(
  { weight: 30, arbitrary: fc.bigInt(0n, 1n) },
  fc.constantFrom(
    2n,
    3n,
    127n,
    128n,
    2n ** 31n,
    2n ** 32n,
    2n ** 32n + 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ),
);

/** Varints, some longer than needed, and rarely too long. */
const varints = fc
  .tuple(numbers, mainly(0, 1, 2, 5, 9))
  .map(([value, extra]) => varint(value, extra));

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 5 }).map((part) => Buffer.from(part)),
  texts.map((text) => Buffer.from(text.slice(0, 8))),
  // Starts of sequences, surrogates and what is no UTF-8.
  fc
    .array(
      fc.constantFrom(
        'e4b8ad',
        'eda080',
        'ed',
        'a0',
        'f0',
        '90',
        'f48fbfbf',
        'f490',
        'c0',
        'e0',
        '80',
        '41',
      ),
      { maxLength: 6 },
    )
    .map((parts) => Buffer.from(parts.join(''), 'hex')),
  fc
    .constantFrom(
      '0',
      '5',
      '-0',
      '+7',
      '007',
      '-1',
      '',
      '+',
      '1e3',
      '٣',
      `${2n ** 128n - 1n}`,
      `${2n ** 128n}`,
      '9'.repeat(60),
      '1\n',
    )
    .map((text) => Buffer.from(text)),
);

/** A length-delimited field, whose length is mostly right. */
function delimited(number: number, content: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(content, mainly(0, 1, -1), mainly(0n, 2n ** 32n, 2n ** 31n), mainly(0, 1, 4))
    .map(([part, off, more, extra]) =>
      Buffer.concat([
        varint(number * 8 + 2, extra),
        varint(BigInt(Math.max(0, part.length + off)) + more, extra),
        part,
      ]),
    );
}

const join = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

/** A field that no message has, or has with another wire type; a tenth of them malformed. */
const unknownFields: fc.Arbitrary<Buffer> = fc.letrec<{ field: Buffer; group: Buffer }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    varints.map((value) => join([varint(15 * 8), value])),
    fc
      .constantFrom('0d01020304', '090102030405060708', '1d00000000', '1102'.padEnd(18, '0'))
      .map((hex) => Buffer.from(hex, 'hex')),
    delimited(9, bytes),
    fc
      .constantFrom('00', '07', '0c', '7e', '7f', '0802', '1805', '7b')
      .map((hex) => Buffer.from(hex, 'hex')),
    tie('group'),
  ),
  group: fc
    .tuple(
      fc.constantFrom(1, 3, 5, 20),
      fc.array(tie('field'), { maxLength: 2 }),
      fc.constantFrom(0, 0, 0, 0, 1),
    )
    .map(([number, parts, off]) =>
      join([varint(number * 8 + 3), ...parts, varint((number + off) * 8 + 4)]),
    ),
})).field;

function mostly(known: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc.oneof({ weight: 12, arbitrary: known }, { weight: 1, arbitrary: unknownFields });
}

const tags = delimited(
  4,
  fc.array(mostly(fc.oneof(delimited(1, bytes), delimited(2, bytes))), { maxLength: 2 }).map(join),
);

const records = delimited(
  3,
  fc
    .tuple(
      fc.array(
        mostly(
          fc.oneof(
            varints.map((index) => join([varint(8), index])),
            varints.map((index) => join([varint(16), index])),
            delimited(3, bytes),
            tags,
          ),
        ),
        { maxLength: 3 },
      ),
      fc.constantFrom('08001a0161', '08011a00', '080010001a0162', '0800', '1a00', ''),
    )
    .map(([parts, rest]) => join([...parts, Buffer.from(rest, 'hex')])),
);

/** Messages, most of which can be parsed and some of which cannot. */
export const messages: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(mostly(fc.oneof(delimited(1, bytes), delimited(2, bytes), records, records)), {
      maxLength: 6,
    }),
    fc.boolean(),
  )
  .map(([parts, hasKey]) => join(hasKey ? [...parts, field(1, 'k'), field(2, '5')] : parts));
