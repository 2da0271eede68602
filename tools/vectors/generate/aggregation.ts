/** Aggregated records: the frame, what is in it, and what a consumer of a shard sees of it. */

import { createHash } from 'node:crypto';
import type { HashRange } from 'shardline';
import { deaggregateRecord, type KeyedRecord } from 'shardline/aggregation';
import { AggregateBuilder } from '../../../src/aggregation/aggregate-builder.ts';
import published from '../../../test/recordings/aggregated-records.json' with { type: 'json' };
import type { Case, VectorFile } from './vector-file.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Puts a message in a frame. */
function frameOf(message: string): string {
  return `f3899ac2${message}${createHash('md5').update(bytesOf(message)).digest('hex')}`;
}

function describeCase(
  title: string,
  tier: string,
  data: string,
  more: Case,
  range?: HashRange,
): Case {
  const { kind, records, flaw } = deaggregateRecord({ Data: bytesOf(data) }, range);
  return {
    title,
    tier,
    data,
    ...(range !== undefined && {
      range: {
        startingHashKey: `${range.startingHashKey}`,
        endingHashKey: `${range.endingHashKey}`,
      },
    }),
    kind,
    lostByKcl: flaw !== undefined,
    ...(kind === 'aggregate' && {
      records: records.map(({ PartitionKey, ExplicitHashKey, Data }) => ({
        partitionKey: PartitionKey,
        ...(ExplicitHashKey !== undefined && { explicitHashKey: ExplicitHashKey }),
        data: hexOf(Data),
      })),
    }),
    ...more,
  };
}

/** A case that is written by the rules of docs/facts.md#aggregate-canonical. */
function canonical(title: string, records: readonly KeyedRecord[], range?: HashRange): Case {
  const builder = new AggregateBuilder();
  for (const record of records) builder.tryAdd(record, Number.POSITIVE_INFINITY);
  const data = hexOf(builder.buildFrame());
  return describeCase(title, 'generated', data, { canonical: true }, range);
}

function record(PartitionKey: string, data: string, ExplicitHashKey?: string): KeyedRecord {
  return { Data: new Uint8Array(Buffer.from(data)), PartitionKey, ExplicitHashKey };
}

const HALF = 2n ** 127n;
const LOWER = { startingHashKey: 0n, endingHashKey: HALF - 1n };
const UPPER = { startingHashKey: HALF, endingHashKey: 2n ** 128n - 1n };

/** Messages that are read, and messages that are not. */
const MESSAGES: readonly (readonly [title: string, message: string])[] = [
  ['an empty message', ''],
  ['tags', '0a016b1a1708001a016422080a02746b1202747622060a046f6e6c79'],
  ['a tag without its key', '0a016b1a0908001a016422021200'],
  ['records before tables', '1a0508011a01640a016b0a016c'],
  ['an unknown varint, field 15', '78050a016b1a0508001a0164'],
  ['an unknown group in the message and in the record', '7b08057c0a016b1a0708001a01642b2c'],
  ['a group that ends as another', '7b08058401' + '0a016b1a0508001a0164'],
  ['a group that does not end', '0a016b1a0508001a01647b'],
  ['the end of a group that did not start', '0a016b1a0508001a01647c'],
  ['field number 0', '0a016b1a0508001a01640200'],
  ['wire type 6', '0a016b1a0508001a01647e'],
  ['a key index with the wire type of bytes', '0a016b1a080a01780800' + '1a0164'],
  ['an unused key', '0a01610a016b1a0508011a0164'],
  ['duplicate keys', '0a016b0a016b1a0508011a0164'],
  ['varints that are longer than needed', '0a81006b' + '1a8700' + '088000' + '1a810064'],
  ['an index of 2^32, which Java reads as 0', '0a016b1a09' + '088080808010' + '1a0164'],
  ['a length of 2^32 + 1, which Java reads as 1', '0a8180808010' + '6b1a0508001a0164'],
  ['a length of 2^31, which Java reads as negative', '0a8080808008' + '6b'],
  ['a varint of eleven bytes', '0a016b1a0f' + '08' + '8080808080808080808000' + '1a0164'],
  ['fields that are there twice: the last counts', '0a016b0a016c1a0c0800080118001a01641a0165'],
  ['a length past the end', '0a7f01'],
  ['a varint without end', '0a016b80808080'],
  ['no data', '0a016b1a020800'],
  ['no index of a key', '0a016b1a031a0164'],
  ['no records', '0a016b'],
  ['an index of a key that is not there', '0a016b1a0508051a01641a0508001a0165'],
  ['an index of an explicit hash key that is not there', '0a016b1a0708001000' + '1a0164'],
  ['an index of 2^64 - 1', '0a016b1a0e08ffffffffffffffffff01' + '1a0164'],
  ['an explicit hash key that is not a number', '0a016b1201781a07080010001a0164'],
  ['an explicit hash key with a sign', '0a016b12022b371a07080010001a0164'],
  ['an explicit hash key with leading zeros', '0a016b12033030371a07080010001a0164'],
  ['an explicit hash key of -0', '0a016b12022d301a07080010001a0164'],
  ['an explicit hash key of -1', '0a016b12022d311a07080010001a0164'],
  [
    'an explicit hash key of 2^128',
    `0a016b1227${hexOf(Buffer.from(`${2n ** 128n}`))}1a07080010001a0164`,
  ],
  ['an empty explicit hash key', '0a016b12001a07080010001a0164'],
  ['an explicit hash key that is not used', '0a016b1201781a0508001a0164'],
  ['a key that is not UTF-8', '0a0361ff621a0508001a0164'],
  ['a key with the bytes of a surrogate', '0a03eda0801a0508001a0164'],
  ['a key cut within a character', '0a03f09f981a0508001a0164'],
  ['an aggregate in an aggregate', `0a016b1a2208001a1e${frameOf('0a016b1a0508001a0164')}`],
];

function* cases(): Generator<Case> {
  for (const { title, tier, source, data } of published) {
    const { kind, records } = deaggregateRecord({ Data: bytesOf(data) });
    const builder = new AggregateBuilder();
    if (kind === 'aggregate') {
      for (const one of records) {
        builder.tryAdd({ ...one, PartitionKey: one.PartitionKey! }, Number.POSITIVE_INFINITY);
      }
    }
    const isCanonical = hexOf(builder.buildFrame()) === data && kind === 'aggregate';
    yield describeCase(title, tier, data, { canonical: isCanonical, source });
  }
  const one = [record('a', 'x')];
  yield canonical('one record', one);
  yield canonical(
    'keys that look like array indexes',
    ['9', '10', 'b', '2', '9'].map((key, i) => record(key, `${i}`)),
  );
  yield canonical(
    'keys that plain objects have',
    ['__proto__', 'hasOwnProperty', 'constructor', '__proto__'].map((key, i) =>
      record(key, `${i}`),
    ),
  );
  yield canonical(
    'explicit hash keys that look like array indexes',
    ['7', '100', '5', '7'].map((hashKey, i) => record('k', `${i}`, hashKey)),
  );
  yield canonical('empty data, then explicit hash key 0', [record('k', ''), record('k', '', '0')]);
  yield canonical('an explicit hash key on the second record only', [
    record('k', 'a'),
    record('k', 'b', '5'),
    record('l', 'c'),
  ]);
  yield canonical('the lowest and the highest explicit hash key', [
    record('k', 'a', '0'),
    record('k', 'b', `${2n ** 128n - 1n}`),
  ]);
  yield canonical('keys of one to four bytes a character', [
    record('a\u00e9\u65e5\u{1f600}', 'x'),
    record('\u65e5'.repeat(256), 'y'),
  ]);
  for (const length of [121, 122, 123, 127, 128]) {
    yield canonical(`${length} bytes of data`, [record('k', 'x'.repeat(length))]);
  }
  yield canonical(
    '129 keys: indexes of one and of two bytes',
    Array.from({ length: 129 }, (_, i) => record(`${i}`, '')),
  );
  for (const [title, message] of MESSAGES) {
    yield describeCase(title, 'generated', frameOf(message), {});
  }
  const whole = frameOf('0a016b1a0508001a0164');
  for (const [title, data] of [
    ['no bytes', ''],
    ['the magic alone', 'f3899ac2'],
    ['the magic and 15 bytes', whole.slice(0, 38)],
    ['the magic and 16 bytes', whole.slice(0, 40)],
    ['a frame without its last byte', whole.slice(0, -2)],
    [
      'a frame with another last bit',
      `${whole.slice(0, -1)}${(Number.parseInt(whole.slice(-1), 16) ^ 1).toString(16)}`,
    ],
    ['the magic and text', `f3899ac2${hexOf(Buffer.from('a text of more than sixteen bytes'))}`],
    ['a frame after a byte', `00${whole}`],
  ] as const) {
    yield describeCase(title, 'generated', data, {});
  }
  const ranges = [
    ['a record in the range', one, LOWER],
    ['a record outside the range', one, UPPER],
    ['two records, the second outside', [record('a', '1'), record('b', '2')], LOWER],
    ['two records, the first outside', [record('a', '1'), record('b', '2')], UPPER],
    [
      'a key outside, with an explicit hash key in the range',
      [record('a', '1'), record('b', '2', '5')],
      LOWER,
    ],
    ['a key in the range, with an explicit hash key outside', [record('a', '1', `${HALF}`)], LOWER],
    ['an explicit hash key at the end of the range', [record('b', '1', `${HALF - 1n}`)], LOWER],
    ['an explicit hash key at the start of the range', [record('a', '1', `${HALF}`)], UPPER],
  ] as const;
  for (const [title, records, range] of ranges) yield canonical(title, records, range);
}

export const aggregation: VectorFile = {
  name: 'aggregation',
  description:
    'Aggregated records of the Kinesis Producer Library. data is the Data of a record of the stream. kind is what the Kinesis Client Library makes of it: an aggregate with its records, plain (the record itself is the only user record), or outside (a hash key is not in the range of the shard, so that none of the records is shown). lostByKcl: the library logs an error or drops the frame for every shard, and loses records; here the frame counts as plain. canonical: a frame of these records has exactly these bytes, with tables in order of first use. Keys that are not UTF-8 have U+FFFD where Java has it. Without a range, it is the whole key space.',
  source:
    'Frames: where tier is real-kpl (made by the KPL), aws-library (by an aggregator of AWS) or third-party, the source of the case. Rule: the sources of the KPL and of the KCL, and the page aggregation-format.md of the KPL. No case is verified against the service, which does not know this format.',
  cases: [...cases()],
};
