/**
 * Aggregated records against @bufbuild/protobuf, and against a slow twin of the rule of the Kinesis
 * Client Library.
 */

import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import {
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { type Deaggregation, deaggregateRecord } from 'shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { AggregateBuilder } from '../../src/aggregation/aggregate-builder.ts';
import { decodeText } from '../../src/aggregation/decode-text.ts';
import { frameOf, keyedRecords, messages, wellFormed } from '../support/aggregates.ts';
import { cuts, texts } from '../support/arbitraries.ts';
import {
  decodeAsJava,
  type NaiveDeaggregation,
  naiveDeaggregate,
} from './reference/naive-deaggregate.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

/** The schema of docs/facts.md#aggregate-message, which is proto2: presence is kept. */
const AGGREGATED_RECORD: DescMessage = (() => {
  const field = (name: string, number: number, label: Label, type: Type, typeName = '') => ({
    name,
    number,
    label,
    type,
    ...(typeName !== '' && { typeName }),
  });
  const { OPTIONAL, REPEATED, REQUIRED } = Label;
  const set = create(FileDescriptorSetSchema, {
    file: [
      {
        name: 'messages.proto',
        syntax: 'proto2',
        messageType: [
          {
            name: 'AggregatedRecord',
            field: [
              field('partition_key_table', 1, REPEATED, Type.STRING),
              field('explicit_hash_key_table', 2, REPEATED, Type.STRING),
              field('records', 3, REPEATED, Type.MESSAGE, '.Record'),
            ],
          },
          {
            name: 'Record',
            field: [
              field('partition_key_index', 1, REQUIRED, Type.UINT64),
              field('explicit_hash_key_index', 2, OPTIONAL, Type.UINT64),
              field('data', 3, REQUIRED, Type.BYTES),
              field('tags', 4, REPEATED, Type.MESSAGE, '.Tag'),
            ],
          },
          {
            name: 'Tag',
            field: [
              field('key', 1, REQUIRED, Type.STRING),
              field('value', 2, OPTIONAL, Type.STRING),
            ],
          },
        ],
      },
    ],
  });
  return createFileRegistry(set).getMessage('AggregatedRecord')!;
})();

interface OracleMessage {
  readonly partitionKeyTable: readonly string[];
  readonly explicitHashKeyTable: readonly string[];
  readonly records: readonly {
    readonly partitionKeyIndex: bigint;
    readonly explicitHashKeyIndex?: bigint;
    readonly data: Uint8Array;
    readonly tags?: readonly { readonly key: string; readonly value?: string }[];
  }[];
}

function encode(message: OracleMessage): Uint8Array {
  type Init = MessageInitShape<typeof AGGREGATED_RECORD>;
  return toBinary(AGGREGATED_RECORD, create(AGGREGATED_RECORD, message as unknown as Init));
}

const decode = (bytes: Uint8Array): OracleMessage =>
  fromBinary(AGGREGATED_RECORD, bytes) as unknown as OracleMessage;

/** The result in the form of the twin. */
function naiveFormOf({ kind, records, flaw }: Deaggregation): NaiveDeaggregation {
  if (kind === 'outside') return 'outside';
  if (kind === 'plain') return flaw === undefined ? 'plain' : 'lost';
  return records.map(({ PartitionKey, ExplicitHashKey, Data }) => ({
    key: PartitionKey!,
    hashKey: ExplicitHashKey,
    data: Buffer.from(Data).toString('hex'),
  }));
}

describe('AggregateBuilder', () => {
  it('writes the bytes of @bufbuild/protobuf', () => {
    fc.assert(
      fc.property(keyedRecords, (records) => {
        const builder = new AggregateBuilder();
        for (const record of records) builder.tryAdd(record, NO_LIMIT);
        const keys = [...new Set(records.map(({ PartitionKey }) => PartitionKey))];
        const hashKeys = [...new Set(records.flatMap((one) => one.ExplicitHashKey ?? []))];
        const expected = encode({
          // It refuses an unpaired surrogate, which we write as TextEncoder does.
          partitionKeyTable: keys.map((key) => wellFormed(key)),
          explicitHashKeyTable: hashKeys,
          records: records.map(({ Data, PartitionKey, ExplicitHashKey }) => ({
            partitionKeyIndex: BigInt(keys.indexOf(PartitionKey)),
            ...(ExplicitHashKey !== undefined && {
              explicitHashKeyIndex: BigInt(hashKeys.indexOf(ExplicitHashKey)),
            }),
            data: Data,
          })),
        });
        expect(Buffer.from(builder.buildFrame())).toEqual(Buffer.from(frameOf(expected)));
      }),
    );
  });

  it('writes what @bufbuild/protobuf reads', () => {
    fc.assert(
      fc.property(keyedRecords, (records) => {
        const builder = new AggregateBuilder();
        for (const record of records) builder.tryAdd(record, NO_LIMIT);
        const message = decode(builder.buildFrame().slice(4, -16));
        const read = message.records.map((one) => [
          message.partitionKeyTable[Number(one.partitionKeyIndex)],
          // An index that is not there reads as 0.
          Object.hasOwn(one, 'explicitHashKeyIndex')
            ? message.explicitHashKeyTable[Number(one.explicitHashKeyIndex)]
            : undefined,
          Buffer.from(one.data),
        ]);
        expect(read).toEqual(
          records.map((one) => [
            wellFormed(one.PartitionKey),
            one.ExplicitHashKey,
            Buffer.from(one.Data),
          ]),
        );
      }),
    );
  });
});

describe('deaggregateRecord', () => {
  const table = (text: fc.Arbitrary<string>) => fc.array(text, { minLength: 3, maxLength: 5 });
  const index = fc.bigInt(0n, 2n);
  const oracleMessages: fc.Arbitrary<OracleMessage> = fc.record({
    partitionKeyTable: table(texts.map((text) => wellFormed(text.slice(0, 30)))),
    explicitHashKeyTable: table(fc.bigInt(0n, 2n ** 128n - 1n).map(String)),
    records: fc.array(
      fc.record(
        {
          partitionKeyIndex: index,
          explicitHashKeyIndex: index,
          data: fc.uint8Array({ maxLength: 140 }),
          tags: fc.array(fc.record({ key: fc.string(), value: fc.string() })),
        },
        { requiredKeys: ['partitionKeyIndex', 'data'] },
      ),
      { minLength: 1, maxLength: 5 },
    ),
  });

  it('reads what @bufbuild/protobuf writes, with duplicates, unused keys and tags', () => {
    fc.assert(
      fc.property(oracleMessages, (message) => {
        const { kind, records } = deaggregateRecord({ Data: frameOf(encode(message)) });
        expect(kind).toBe('aggregate');
        expect(records).toEqual(
          message.records.map((one, subSequenceNumber) => ({
            PartitionKey: message.partitionKeyTable[Number(one.partitionKeyIndex)],
            ...(one.explicitHashKeyIndex !== undefined && {
              ExplicitHashKey: message.explicitHashKeyTable[Number(one.explicitHashKeyIndex)],
            }),
            Data: one.data,
            subSequenceNumber,
          })),
        );
      }),
    );
  });

  const ranges = cuts().map((all) => {
    const [start = 0n, end = 2n ** 128n - 1n] = all;
    return { startingHashKey: start, endingHashKey: end };
  });

  it('agrees with the twin on any message, with and without a range', () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(messages, ranges, (message, range) => {
        const Data = frameOf(message);
        const result = naiveFormOf(deaggregateRecord({ Data }));
        expect(result).toEqual(naiveDeaggregate(Data));
        expect(naiveFormOf(deaggregateRecord({ Data }, range))).toEqual(
          naiveDeaggregate(Data, range),
        );
        const kind = typeof result === 'string' ? result : 'aggregate';
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }),
      { numRuns: 3000 },
    );
    // The inputs reach every result often.
    for (const kind of ['plain', 'lost', 'aggregate']) expect(kinds.get(kind)).toBeGreaterThan(100);
  });

  it('agrees with the twin on any bytes', () => {
    const starts = fc.constantFrom('', 'f3', 'f3899ac2', 'f3899ac20a016b');
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 40 }), (start, rest) => {
        const Data = new Uint8Array(Buffer.concat([Buffer.from(start, 'hex'), rest]));
        expect(naiveFormOf(deaggregateRecord({ Data }))).toEqual(naiveDeaggregate(Data));
        const framed = frameOf(Data);
        expect(naiveFormOf(deaggregateRecord({ Data: framed }))).toEqual(naiveDeaggregate(framed));
      }),
    );
  });
});

describe('decodeText', () => {
  const parts = ['41', 'c3a9', 'e4b8ad', 'f09f9880', 'eda080', 'ed', 'a0', '80', 'bf', 'c0', 'c1']
    .concat('e0', 'e080', 'f0', 'f080', 'f48fbfbf', 'f490', 'f5', 'ff', 'f09f98', 'e4b8', 'ef')
    .map((hex) => Buffer.from(hex, 'hex'));

  it('agrees with the twin on parts of sequences', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 6 }), (chosen) => {
        const bytes = Buffer.concat(chosen);
        expect(decodeText(bytes, 0, bytes.length)).toBe(decodeAsJava(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with TextDecoder on any text, and on bytes without surrogates', () => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const bytes = fc.oneof(
      texts.map((text) => new TextEncoder().encode(text)),
      fc
        .array(fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0xed))
        .map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(bytes, (all) => {
        expect(decodeText(all, 0, all.length)).toBe(decoder.decode(all));
      }),
    );
  });

  it('makes one character of the three bytes of a surrogate, as Java does', () => {
    const bytes = Uint8Array.of(0x61, 0xed, 0xa0, 0x80, 0x62);
    expect(decodeText(bytes, 0, 5)).toBe('a\ufffdb');
    expect(decodeText(bytes, 1, 3)).toBe('\ufffd');
  });
});
