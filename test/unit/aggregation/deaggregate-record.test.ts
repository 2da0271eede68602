import { unwrap } from 'shardline';
import { aggregateRecords, deaggregateRecord } from 'shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { field, frameOf } from '../../support/aggregates.ts';

const HALF = 2n ** 127n;
const LOWER = { startingHashKey: 0n, endingHashKey: HALF - 1n };

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** Returns the result for the frame of a message. */
function open(message: string) {
  return deaggregateRecord({ Data: frameOf(hex(message)) });
}

describe('deaggregateRecord', () => {
  it('returns a record that is not a frame unchanged', () => {
    const Data = Uint8Array.of(1);
    const { kind, records, ...rest } = deaggregateRecord({ Data, PartitionKey: 'k' });
    expect([kind, records, rest]).toEqual([
      'plain',
      [{ PartitionKey: 'k', Data, subSequenceNumber: 0 }],
      {},
    ]);
    expect(records[0]!.Data).toBe(Data);
    expect(Object.keys(records[0]!)).not.toContain('ExplicitHashKey');
    const keyless = deaggregateRecord({ Data, ExplicitHashKey: '7' }).records[0];
    expect(keyless).toEqual({
      PartitionKey: undefined,
      ExplicitHashKey: '7',
      Data,
      subSequenceNumber: 0,
    });
  });

  it('numbers the records of an aggregate', () => {
    const { records } = open('0a016b1a0508001a01641a0508001a0165');
    expect(records.map(({ subSequenceNumber }) => subSequenceNumber)).toEqual([0, 1]);
  });

  it('gives no record the explicit hash key of another', () => {
    const { records } = open('0a016b1201351a0508001a01611a07080010001a0162');
    expect(records.map(({ ExplicitHashKey }) => ExplicitHashKey)).toEqual([undefined, '5']);
    expect(records[0]).not.toHaveProperty('ExplicitHashKey');
  });

  it('returns views of the data, plain Uint8Arrays even of a Buffer', () => {
    const Data = Buffer.concat([Buffer.alloc(3), frameOf(hex('0a016b1a0508001a0164'))]).subarray(3);
    const [record] = deaggregateRecord({ Data }).records;
    expect(record!.Data.constructor).toBe(Uint8Array);
    expect(record!.Data).toEqual(Uint8Array.of(0x64));
    Data[4 + 9] = 0x65;
    expect(record!.Data).toEqual(Uint8Array.of(0x65));
  });

  it('shows all records or none, by the range of the shard', () => {
    // a is in the lower half, b in the upper half.
    const frame = { Data: frameOf(hex('0a01610a01621a0508001a01311a0508011a0132')) };
    expect(deaggregateRecord(frame).records).toHaveLength(2);
    expect(deaggregateRecord(frame, LOWER)).toEqual({ kind: 'outside', records: [] });
    const whole = { startingHashKey: 0n, endingHashKey: 2n ** 128n - 1n };
    expect(deaggregateRecord(frame, whole).records).toHaveLength(2);
    const plain = { Data: Uint8Array.of(1), PartitionKey: 'b' };
    expect(deaggregateRecord(plain, LOWER).kind).toBe('plain');
  });

  it('checks a key even if an earlier record used it with an explicit hash key', () => {
    const message = '0a016212013 51a07080010001a01311a0508001a0132'.replace(' ', '');
    expect(deaggregateRecord({ Data: frameOf(hex(message)) }, LOWER).kind).toBe('outside');
    expect(open(message).records).toHaveLength(2);
  });

  it.each([
    ['no records', '0a016b', 'the frame holds no records'],
    ['a bad key index', '0a016b1a0508001a01641a0508011a0165', /^user record 1: .*below 1: got 1$/],
    ['a bad hash key index', '0a016b1a07080010051a0164', /^user record 0: .*below 0: got 5$/],
    ['a hash key that is not a number', '0a016b1201781a07080010001a0164', /2\^128: got 'x'$/],
  ])('returns a frame with %s whole, and says why', (_, message, flaw) => {
    const Data = frameOf(hex(message));
    const result = deaggregateRecord({ Data, PartitionKey: 'k' });
    expect(result).toMatchObject({ kind: 'plain', flaw: expect.stringMatching(flaw) });
    expect(result.records).toEqual([{ PartitionKey: 'k', Data, subSequenceNumber: 0 }]);
  });

  it('lets the first record that is outside or wrong decide', () => {
    const outsideFirst = '0a01621a0508001a01311a0508091a0132';
    expect(deaggregateRecord({ Data: frameOf(hex(outsideFirst)) }, LOWER).kind).toBe('outside');
    const wrongFirst = '0a01621a0508091a01321a0508001a0131';
    expect(deaggregateRecord({ Data: frameOf(hex(wrongFirst)) }, LOWER).kind).toBe('plain');
  });

  it('does not open a frame with a missing byte or a flipped bit', () => {
    const keys = ['a', 'b', '漢', 'a'];
    const Data = unwrap(
      aggregateRecords(
        keys.map((key, i) => ({
          Data: Uint8Array.of(i, i),
          PartitionKey: key,
          ...(i === 2 && { ExplicitHashKey: '170141183460469231731687303715884105728' }),
        })),
      ),
    ).Data;
    expect(deaggregateRecord({ Data }).records).toHaveLength(4);
    for (let length = 0; length < Data.length; length++) {
      const cut = Data.slice(0, length);
      expect(deaggregateRecord({ Data: cut })).toMatchObject({
        kind: 'plain',
        records: [{ Data: cut }],
      });
    }
    for (let bit = 0; bit < 8 * Data.length; bit++) {
      const flipped = Data.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const { kind, records, flaw } = deaggregateRecord({ Data: flipped });
      expect([kind, records[0]!.Data, flaw]).toEqual(['plain', flipped, undefined]);
    }
  });

  it.each([
    ['100 groups, as deep as Java reads', 100, 'aggregate'],
    ['101 groups', 101, 'plain'],
    ['a million groups', 1_000_000, 'plain'],
  ])('reads %s', (_, depth, kind) => {
    const groups = [Buffer.alloc(depth, 0x7b), Buffer.alloc(depth, 0x7c)];
    const message = Buffer.concat([...groups, hex('0a016b1a0508001a0164')]);
    expect(deaggregateRecord({ Data: frameOf(message) }).kind).toBe(kind);
  });

  it('reads groups 99 deep within a record', () => {
    const kindOf = (depth: number): string => {
      const groups = [Buffer.alloc(depth, 0x7b), Buffer.alloc(depth, 0x7c)];
      const record = field(3, Buffer.concat([hex('08001a0164'), ...groups]));
      return deaggregateRecord({ Data: frameOf(Buffer.concat([field(1, 'k'), record])) }).kind;
    };
    expect([kindOf(99), kindOf(100)]).toEqual(['aggregate', 'plain']);
  });

  // Each takes minutes if the work is not linear, or much memory if a claimed length is trusted.
  it.each([
    ['a frame that claims 2^31 - 1 bytes', hex('0affffffff07')],
    ['a million keys', Buffer.alloc(2_000_000, hex('0a00'))],
    [
      'a huge key with many records',
      Buffer.concat([
        field(1, 'k'.repeat(1_000_000)),
        Buffer.alloc(1_200_000, hex('1a0408001a00')),
      ]),
    ],
    [
      'a huge hash key',
      Buffer.concat([field(1, 'k'), field(2, '9'.repeat(2_000_000)), hex('1a06080010001a00')]),
    ],
    [
      'a hash key of zeros with many records',
      Buffer.concat([
        field(1, 'k'),
        field(2, '0'.repeat(1_000_000)),
        Buffer.alloc(800_000, hex('1a06080010001a00')),
      ]),
    ],
    ['groups side by side', Buffer.alloc(2_000_000, hex('7b7c'))],
    [
      'a huge key of broken UTF-8',
      Buffer.concat([field(1, Buffer.alloc(1_000_000, 0xf0)), hex('1a0408001a00')]),
    ],
  ])('reads %s in linear time', (_, message) => {
    const startMs = performance.now();
    const { records } = deaggregateRecord({ Data: frameOf(message) }, LOWER);
    expect(records.length).toBeLessThan(300_000);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it.each([
    [undefined, 'record must be an object: got undefined'],
    [{}, 'record.Data must be a Uint8Array: got undefined'],
    [{ Data: null }, 'record.Data must be a Uint8Array: got null'],
    [{ Data: 'eA==' }, "record.Data must be a Uint8Array: got the string 'eA=='"],
    [{ Data: new Uint16Array(2) }, 'record.Data must be a Uint8Array: got an object'],
    [{ Data: new Uint8Array(), PartitionKey: 7 }, 'record.PartitionKey must be a string: got 7'],
  ])('throws for %o', (record, message) => {
    expect(() => deaggregateRecord(record as never)).toThrow(new TypeError(message));
  });

  it('throws for a value that is not a range', () => {
    const record = { Data: new Uint8Array() };
    const call = (range: unknown) => () => deaggregateRecord(record, range as never);
    expect(call(null)).toThrow(new TypeError('range must be an object: got null'));
    expect(call({ startingHashKey: 0n })).toThrow(
      'range.endingHashKey must be a bigint: got undefined',
    );
    expect(call({ startingHashKey: 0n, endingHashKey: 2n ** 128n })).toThrow(RangeError);
    expect(call({ startingHashKey: 2n, endingHashKey: 1n })).toThrow(
      `range.endingHashKey must be from 2 to ${2n ** 128n - 1n}: got 1n`,
    );
  });

  it('does not trust own members of a Uint8Array', () => {
    const Data = frameOf(hex('0a016b1a0508001a0164'));
    for (const name of [
      'length',
      'buffer',
      'byteOffset',
      'byteLength',
      'constructor',
      'subarray',
    ]) {
      Object.defineProperty(Data, name, { get: () => expect.fail(`read ${name}`) });
    }
    Object.setPrototypeOf(Data, null);
    expect(deaggregateRecord({ Data }).records).toHaveLength(1);
  });
});
