/** Creating a stream and putting records: each answer and refusal, by hand. */

import {
  compareSequenceNumbers,
  createStream,
  formatSequenceNumber,
  hashPartitionKey,
  parseSequenceNumber,
  type SequenceNumberParts,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ARN,
  CONTEXT,
  DAY_MS,
  faultOf,
  HASH_KEYS,
  MIB,
  NAME,
  putAt,
  recordOf,
  shardsOf,
  streamOf,
  T0,
} from '../../support/streams.ts';

const ON_DEMAND = { StreamMode: 'ON_DEMAND' } as const;
const NOT_FOUND = `ResourceNotFoundException: Stream ${NAME} under account ${ACCOUNT} not found.`;

/** Puts through both operations; they refuse with one voice. */
function refusalOf(stream: Stream, members: object, nowMs = T0): string {
  const record = { PartitionKey: 'a', Data: new Uint8Array(3), ...members };
  const before = stream.snapshot();
  const single = faultOf(stream.putRecord({ StreamName: NAME, ...record }, nowMs));
  const batch = faultOf(stream.putRecords({ StreamName: NAME, Records: [record] }, nowMs));
  expect(batch.replaceAll('records.1.member.', '')).toBe(single);
  expect(stream.snapshot()).toEqual(before);
  return single;
}

function violation(path: string, constraint: string): string {
  return `ValidationException: 1 validation error detected: Value at '${path}' failed to satisfy constraint: ${constraint}`;
}

describe('createStream', () => {
  it('makes shards of equal width, created three seconds before the stream', () => {
    const { Shards } = unwrap(streamOf(3).listShards({ StreamName: NAME }, T0));
    // The ranges of a published stream of three shards.
    expect(Shards.map(({ HashKeyRange }) => HashKeyRange.StartingHashKey)).toEqual([
      '0',
      '113427455640312821154458202477256070485',
      '226854911280625642308916404954512140970',
    ]);
    for (const [shardIndex, { ShardId, SequenceNumberRange }] of Shards.entries()) {
      expect(ShardId).toBe(`shardId-00000000000${shardIndex}`);
      const parts = unwrap(parseSequenceNumber(SequenceNumberRange.StartingSequenceNumber));
      const createdAtMs = T0 - 3000;
      expect(parts).toMatchObject({ shardIndex, shardCreatedAtMs: createdAtMs, sequenceIndex: 0n });
      expect(SequenceNumberRange.EndingSequenceNumber).toBe(undefined);
    }
  });

  it('makes four shards on demand, whatever the count', () => {
    const request = { StreamName: NAME, StreamModeDetails: ON_DEMAND };
    expect(shardsOf(unwrap(createStream(request, CONTEXT, T0)), T0)).toBe('0* 1* 2* 3*');
    expect(shardsOf(streamOf(9, {}, { StreamModeDetails: ON_DEMAND }), T0)).toBe('0* 1* 2* 3*');
  });

  it('works at the epoch', () => {
    const stream = unwrap(createStream({ StreamName: NAME, ShardCount: 1 }, CONTEXT, 0));
    const put = putAt(stream, 0n, 0);
    expect(put.ok && parseSequenceNumber(put.value.SequenceNumber)).toMatchObject({
      value: { shardCreatedAtMs: 0, writtenAtMs: 0, sequenceIndex: 1n },
    });
  });

  it.each([
    ['us-east-1', 'arn:aws:kinesis:us-east-1:123456789012:stream/orders'],
    ['cn-north-1', 'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/orders'],
    ['us-gov-west-1', 'arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/orders'],
  ])('names a stream in %s', (region, arn) => {
    const summary = streamOf(1, { region }).describeStreamSummary({ StreamName: NAME }, T0);
    expect(unwrap(summary).StreamDescriptionSummary.StreamARN).toBe(arn);
  });

  it('reports all that is wrong', () => {
    const request = { StreamName: 'a b', MaxRecordSizeInKiB: 1023 } as never;
    expect(faultOf(createStream(request, CONTEXT, T0))).toBe(
      "ValidationException: 3 validation errors detected: Value at 'shardCount' failed to satisfy constraint: Member must not be null; Value at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must have value greater than or equal to 1024; Value at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
    const shown = { ...CONTEXT, validationMessages: 'value-shown' } as const;
    expect(faultOf(createStream({ StreamName: NAME, ShardCount: 0 }, shown, T0))).toBe(
      "ValidationException: 1 validation error detected: Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  });

  it('refuses more shards than the account may have', () => {
    const context = { ...CONTEXT, shardLimit: 10, otherOpenShardCount: 7 };
    const create = (ShardCount: number) =>
      createStream({ StreamName: NAME, ShardCount }, context, T0);
    expect(create(3).ok).toBe(true);
    expect(faultOf(create(4))).toBe(
      `LimitExceededException: This request would exceed the shard limit for the account ${ACCOUNT} in us-east-1. Current shard count for the account: 7. Limit: 10. Number of additional shards that would have resulted from this request: 4. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
    );
  });

  it.each([
    ['us-east-1', 20_000],
    ['us-west-2', 20_000],
    ['eu-west-1', 20_000],
    ['eu-central-1', 6000],
  ])('has the published limit in %s', (region, shardLimit) => {
    expect(streamOf(1, { region }).snapshot().context.shardLimit).toBe(shardLimit);
    const request = { StreamName: NAME, ShardCount: shardLimit + 1 };
    expect(createStream(request, { ...CONTEXT, region }, T0).ok).toBe(false);
  });

  it.each([
    [{ accountId: '12345678901' }],
    [{ accountId: 123456789012 }],
    [{ region: '' }],
    [{ region: 'US-EAST-1' }],
    [{ throughput: 'none' }],
    [{ transitionMs: -1 }],
    [{ transitionMs: DAY_MS + 1 }],
    [{ encryptionType: 'AES' }],
    [{ validationMessages: 'short' }],
    [{ shardLimit: 0 }],
    [{ otherOpenShardCount: 0.5 }],
    [{ accountId: '1234567890123' }],
    [{ accountId: 'a123456789012' }],
    [{ region: 'us-east-1 ' }],
    [{ region: 'a'.repeat(33) }],
  ])('throws for the context %o', (member) => {
    const context = { ...CONTEXT, ...member } as never;
    const create = () => createStream({ StreamName: NAME, ShardCount: 1 }, context, T0);
    expect(create).toThrow(/^context\.\w+ must be /);
  });

  it('throws for what is no context, and for what is no time', () => {
    const create = (context: unknown, nowMs: unknown) => () =>
      createStream({ StreamName: NAME, ShardCount: 1 }, context as never, nowMs as never);
    for (const [context, got] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [ACCOUNT, `the string '${ACCOUNT}'`],
    ]) {
      expect(create(context, T0)).toThrow(new TypeError(`context must be an object: got ${got}`));
    }
    expect(create({ accountId: ACCOUNT }, T0)).toThrow(
      new TypeError('context.region must be a string: got undefined'),
    );
    expect(create({ ...CONTEXT, throughput: 'none' }, T0)).toThrow(
      new RangeError(
        "context.throughput must be one of enforced, unlimited: got the string 'none'",
      ),
    );
    for (const nowMs of [-1, 0.5, Number.NaN, 16_025_002_199_001]) {
      expect(create(CONTEXT, nowMs)).toThrow(
        new RangeError(`nowMs must be an integer from 0 to 16025002199000: got ${nowMs}`),
      );
    }
    expect(create(CONTEXT, new Date(T0))).toThrow(
      new TypeError('nowMs must be a number: got an object'),
    );
  });

  it('throws for what is no request', () => {
    const nameless = { StreamName: Object.create(null), ShardCount: 1 };
    expect(() => createStream(nameless, CONTEXT, T0)).toThrow(
      new TypeError('request.StreamName must be a string: got an object'),
    );
    for (const request of [undefined, null, NAME]) {
      expect(() => createStream(request as never, CONTEXT, T0)).toThrow(
        /^request must be an object/,
      );
    }
  });
});

describe('a record', () => {
  it('goes where its key hashes to', () => {
    const stream = streamOf(3);
    // kinesalite's tests, run on AWS 2018: the shards of a stream of three.
    for (const [key, shardIndex] of Object.entries({ a: 0, b: 1, e: 2, f: 1 })) {
      const put = stream.putRecord(recordOf(10, { PartitionKey: key }), T0);
      expect(put).toMatchObject({
        ok: true,
        value: { ShardId: `shardId-00000000000${shardIndex}` },
        accepted: { shardIndex, hashKey: hashPartitionKey(key), arrivedAtMs: T0 },
      });
    }
  });

  it('goes where its explicit hash key lies, both ends of a range included', () => {
    const stream = streamOf(2);
    const border = 2n ** 127n;
    const puts: [bigint, number][] = [
      [0n, 0],
      [border - 1n, 0],
      [border, 1],
      [HASH_KEYS - 1n, 1],
    ];
    for (const [hashKey, shardIndex] of puts) {
      const put = putAt(stream, hashKey, T0);
      expect(put).toMatchObject({ ok: true, accepted: { hashKey, shardIndex } });
    }
  });

  it('gets an answer of the SDK shape, and beside it what a store must keep', () => {
    const put = putAt(streamOf(1), 7n, T0 + 2500);
    if (!put.ok) throw new Error(put.fault.message);
    expect(Object.keys(put).sort()).toEqual(['accepted', 'ok', 'value']);
    expect(put.value).toEqual({
      ShardId: 'shardId-000000000000',
      SequenceNumber: put.accepted.sequenceNumber,
    });
    expect(put.accepted).toEqual({
      shardId: 'shardId-000000000000',
      shardIndex: 0,
      sequenceNumber: put.value.SequenceNumber,
      hashKey: 7n,
      arrivedAtMs: T0 + 2500,
    });
    expect(parseSequenceNumber(put.value.SequenceNumber)).toMatchObject({
      value: { sequenceIndex: 1n, writtenAtMs: T0 + 1000, shardCreatedAtMs: T0 - 3000 },
    });
  });

  it('says KMS if the stream is encrypted, and nothing if not', () => {
    const stream = streamOf(1, { encryptionType: 'KMS' });
    const Records = [{ PartitionKey: 'a', Data: new Uint8Array(1) }];
    expect(putAt(stream, 0n, T0)).toMatchObject({ value: { EncryptionType: 'KMS' } });
    const batch = stream.putRecords({ StreamName: NAME, Records }, T0);
    expect(batch).toMatchObject({ value: { EncryptionType: 'KMS' } });
    const plain = streamOf(1).putRecords({ StreamName: NAME, Records }, T0);
    expect(plain.ok && Object.keys(plain.value)).toEqual(['FailedRecordCount', 'Records']);
  });

  it('may be a Buffer, and empty', () => {
    const stream = streamOf(1);
    expect(stream.putRecord(recordOf(1, { Data: Buffer.from('text') }), T0).ok).toBe(true);
    expect(stream.putRecord(recordOf(1, { Data: new Uint8Array() }), T0).ok).toBe(true);
  });

  it('of frozen parts is taken, and left as it is', () => {
    const record = Object.freeze(recordOf(10));
    expect(streamOf(1).putRecord(record, T0).ok).toBe(true);
    const request = Object.freeze({ StreamName: NAME, Records: Object.freeze([record]) });
    expect(streamOf(1).putRecords(request, T0).ok).toBe(true);
  });
});

describe('a record is refused', () => {
  it.each<[string, object, string]>([
    ['no key', { PartitionKey: undefined }, violation('partitionKey', 'Member must not be null')],
    ['a null key', { PartitionKey: null }, violation('partitionKey', 'Member must not be null')],
    [
      'an empty key',
      { PartitionKey: '' },
      violation('partitionKey', 'Member must have length greater than or equal to 1'),
    ],
    [
      'a key of 257 letters',
      { PartitionKey: 'x'.repeat(257) },
      violation('partitionKey', 'Member must have length less than or equal to 256'),
    ],
    [
      'a key of 257 emoji',
      { PartitionKey: '😀'.repeat(257) },
      violation('partitionKey', 'Member must have length less than or equal to 256'),
    ],
    ['no data', { Data: undefined }, violation('data', 'Member must not be null')],
    [
      'a byte of data too many',
      { Data: new Uint8Array(MIB + 1) },
      violation('data', 'Member must have length less than or equal to 1048576'),
    ],
    [
      'data that its key makes too large',
      { Data: new Uint8Array(MIB) },
      violation('data', 'Member must have length less than or equal to 1048576'),
    ],
    ...[
      '',
      '01',
      '00',
      '-1',
      '+1',
      ' 1',
      '1 ',
      '1.5',
      '0x10',
      '1e3',
      '1_0',
      'abc',
      '9'.repeat(40),
    ].map((ExplicitHashKey): [string, object, string] => [
      `the explicit hash key '${ExplicitHashKey}'`,
      { ExplicitHashKey },
      violation(
        'explicitHashKey',
        'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})',
      ),
    ]),
    ...[HASH_KEYS, HASH_KEYS + 1n, 10n ** 39n - 1n].map((hashKey): [string, object, string] => [
      `the explicit hash key ${hashKey}`,
      { ExplicitHashKey: `${hashKey}` },
      `InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${hashKey}`,
    ]),
  ])('with %s', (_, members, text) => {
    expect(refusalOf(streamOf(1), members)).toBe(text);
  });

  it('with the values of its members, if the stream shows them', () => {
    const stream = streamOf(1, { validationMessages: 'value-shown' });
    const members = {
      PartitionKey: '',
      ExplicitHashKey: '01',
      Data: new Uint8Array(MIB + 1),
    };
    expect(refusalOf(stream, members)).toBe(
      "ValidationException: 3 validation errors detected: Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '01' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38}); Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
  });

  it('but not for a key of 256 emoji, which has 1,024 bytes', () => {
    const key = '😀'.repeat(256);
    const stream = streamOf(1);
    const fits = { PartitionKey: key, Data: new Uint8Array(MIB - 1024) };
    expect(stream.putRecord({ StreamName: NAME, ...fits }, T0)).toMatchObject({
      accepted: { hashKey: 191708767117689428124812858037346876178n },
    });
    const over = { PartitionKey: key, Data: new Uint8Array(MIB - 1023) };
    expect(refusalOf(streamOf(1), over)).toMatch("at 'data'");
  });

  it('nor for exactly 1 MiB with its key', () => {
    expect(streamOf(1).putRecord(recordOf(MIB), T0).ok).toBe(true);
    expect(streamOf(1).putRecord(recordOf(MIB + 1), T0).ok).toBe(false);
  });
});

describe('the stream of a request', () => {
  const put = (names: object) => {
    const record = { PartitionKey: 'a', Data: new Uint8Array(1) };
    const single = streamOf(1).putRecord({ ...names, ...record }, T0);
    const batch = streamOf(1).putRecords({ ...names, Records: [record] }, T0);
    expect(batch.ok).toBe(single.ok);
    if (!single.ok) expect(faultOf(batch)).toBe(faultOf(single));
    return single;
  };

  it.each([
    [{ StreamName: NAME }],
    [{ StreamARN: ARN }],
    [{ StreamName: NAME, StreamARN: ARN }],
    [{ StreamName: null, StreamARN: ARN }],
  ])('%o is this one', (names) => {
    expect(put(names).ok).toBe(true);
  });

  it.each([
    [{ StreamName: 'Orders' }, 'Stream Orders under account 123456789012 not found.'],
    [
      { StreamARN: ARN.replace(ACCOUNT, '210987654321') },
      'Stream orders under account 210987654321 not found.',
    ],
    [{ StreamARN: ARN.replace('us-east-1', 'us-east-2') }, NOT_FOUND.slice(27)],
    [{ StreamARN: `${ARN}2` }, 'Stream orders2 under account 123456789012 not found.'],
  ])('%o is another one', (names, text) => {
    expect(faultOf(put(names))).toBe(`ResourceNotFoundException: ${text}`);
  });

  it('by a name and an ARN that differ is refused', () => {
    expect(faultOf(put({ StreamName: 'other', StreamARN: ARN }))).toBe(
      `InvalidArgumentException: StreamName other and StreamARN ${ARN} do not name the same stream.`,
    );
  });

  it('must be named', () => {
    expect(faultOf(put({}))).toBe(violation('streamName', 'Member must not be null'));
  });
});

describe('a batch', () => {
  const record = { PartitionKey: 'a', Data: new Uint8Array(1) };
  const batch = (Records: readonly object[], stream = streamOf(1, { throughput: 'unlimited' })) =>
    stream.putRecords({ StreamName: NAME, Records: Records as never }, T0);

  it('of 500 records is taken, with a count of 0 failures', () => {
    const result = batch(Array(500).fill(record));
    expect(result).toMatchObject({ ok: true, value: { FailedRecordCount: 0 } });
  });

  it('of 501 records, or none, is refused', () => {
    expect(faultOf(batch(Array(501).fill(record)))).toBe(
      violation('records', 'Member must have length less than or equal to 500'),
    );
    expect(faultOf(batch([]))).toBe(
      violation('records', 'Member must have length greater than or equal to 1'),
    );
  });

  it('of 501 records without keys is refused with ten words', () => {
    const text = faultOf(batch(Array(501).fill({ ...record, PartitionKey: '' })));
    expect(text).toMatch(
      /^ValidationException: 10 validation errors detected: Value at 'records' /,
    );
    expect(text).toMatch("'records.9.member.partitionKey'");
    expect(text).not.toMatch("'records.10.member.partitionKey'");
  });

  it('of 10 MiB is taken, keys included, and refused with a byte more', () => {
    const large = { PartitionKey: 'é', Data: new Uint8Array(MIB - 2) };
    expect(batch(Array(10).fill(large)).ok).toBe(true);
    const more = batch([...Array(10).fill(large), { PartitionKey: 'a', Data: new Uint8Array() }]);
    expect(faultOf(more)).toBe('InvalidArgumentException: Records size exceeds 10 MB limit');
  });

  it('fails as a whole for one record that is wrong', () => {
    const stream = streamOf(2);
    const before = stream.snapshot();
    for (const members of [{ ExplicitHashKey: `${HASH_KEYS}` }, { ExplicitHashKey: 'x' }]) {
      expect(batch([record, { ...record, ...members }, record], stream).ok).toBe(false);
    }
    expect(batch([record, { ...record, Data: new Uint8Array(MIB) }], stream).ok).toBe(false);
    expect(() => batch([record, { ...record, Data: 'text' }], stream)).toThrow(TypeError);
    expect(stream.snapshot()).toEqual(before);
  });

  it('of another stream, or with a wrong member, is refused', () => {
    const stream = streamOf(1);
    const before = stream.snapshot();
    const put = (members: object) =>
      stream.putRecords({ StreamName: NAME, Records: [record], ...members } as never, T0);
    const other = ARN.replace(NAME, 'other');
    expect(faultOf(put({ StreamARN: other }))).toBe(
      `InvalidArgumentException: StreamName ${NAME} and StreamARN ${other} do not name the same stream.`,
    );
    expect(faultOf(put({ StreamId: 'x' }))).toMatch("Value at 'streamId' failed");
    expect(() => put({ DryRun: 1 })).toThrow('request.DryRun must be a boolean: got 1');
    expect(() => put({ Records: { length: 1 } })).toThrow('request.Records must be an array');
    expect(() => stream.putRecords(undefined as never, T0)).toThrow('request must be an object');
    expect(stream.snapshot()).toEqual(before);
  });

  it('ignores SequenceNumberForOrdering in a record', () => {
    expect(batch([{ ...record, SequenceNumberForOrdering: 'x' }]).ok).toBe(true);
  });

  it('gives records of different shards numbers of their own', () => {
    const keys = ['a', 'b', 'e', 'f'];
    const result = batch(
      keys.map((PartitionKey) => ({ ...record, PartitionKey })),
      streamOf(3),
    );
    const entries = result.ok ? result.value.Records : [];
    expect(entries.map(({ ShardId }) => Number(ShardId!.slice(8)))).toEqual([0, 1, 2, 1]);
    expect(new Set(entries.map(({ SequenceNumber }) => SequenceNumber)).size).toBe(4);
  });
});

describe('SequenceNumberForOrdering', () => {
  it('raises the index if the number is higher than any given', () => {
    const stream = streamOf(1);
    const put = putAt(stream, 0n, T0 + 5000);
    const number = BigInt(put.ok ? put.value.SequenceNumber : 0) + 1000n * 2n ** 80n;
    const next = stream.putRecord(
      recordOf(9, { SequenceNumberForOrdering: `${number}` }),
      T0 + 5000,
    );
    expect(next.ok && BigInt(next.value.SequenceNumber)).toBe(number + 2n ** 80n);
  });

  it('changes nothing if the number is one of the past', () => {
    const stream = streamOf(1);
    const first = putAt(stream, 0n, T0 + 5000);
    const second = putAt(stream, 0n, T0 + 5000);
    const number = first.ok ? first.value.SequenceNumber : '';
    const third = stream.putRecord(recordOf(9, { SequenceNumberForOrdering: number }), T0 + 5000);
    const before = BigInt(second.ok ? second.value.SequenceNumber : 0);
    expect(third.ok && BigInt(third.value.SequenceNumber)).toBe(before + 2n ** 80n);
  });

  it('of another shard is taken, and says nothing', () => {
    const stream = streamOf(2);
    const other = putAt(stream, HASH_KEYS - 1n, T0);
    const number = other.ok ? other.value.SequenceNumber : '';
    const put = stream.putRecord(
      recordOf(9, { ExplicitHashKey: '0', SequenceNumberForOrdering: number }),
      T0,
    );
    expect(put.ok && unwrap(parseSequenceNumber(put.value.SequenceNumber))).toMatchObject({
      shardIndex: 0,
      sequenceIndex: 1n,
    });
  });

  it.each([
    ['another stream', { version: 2, shardCreatedAtMs: T0 - 9000 }],
    ['version 1', { version: 1, shardCreatedAtMs: T0 - 3000, random: 1n, unknown: 0 }],
  ])('of %s is taken, and says nothing', (_, parts) => {
    const stream = streamOf(1);
    const foreign = { shardIndex: 0, sequenceIndex: 200n, writtenAtMs: T0 - 1000, ...parts };
    const SequenceNumberForOrdering = formatSequenceNumber(foreign as SequenceNumberParts);
    const put = stream.putRecord(recordOf(9, { SequenceNumberForOrdering }), T0);
    expect(put.ok && unwrap(parseSequenceNumber(put.value.SequenceNumber)).sequenceIndex).toBe(1n);
  });

  it('of a shard that another stream creates later is refused', () => {
    const stream = streamOf(1);
    const writtenAtMs = T0 + 1000;
    const ahead = {
      version: 2,
      shardIndex: 0,
      shardCreatedAtMs: writtenAtMs,
      writtenAtMs,
    } as const;
    const number = formatSequenceNumber({ ...ahead, sequenceIndex: 1n });
    const request = recordOf(9, { SequenceNumberForOrdering: number });
    expect(faultOf(stream.putRecord(request, T0))).toMatch('ExclusiveMinimumSequenceNumber');
    expect(stream.putRecord(request, T0 + 1000).ok).toBe(true);
  });

  it('that is null is none', () => {
    const request = { ...recordOf(9), SequenceNumberForOrdering: null, ExplicitHashKey: null };
    expect(streamOf(1).putRecord(request as never, T0).ok).toBe(true);
  });

  it('of a throttled put moves nothing', () => {
    const stream = streamOf(1);
    const put = putAt(stream, 0n, T0 + 5000, MIB);
    const number = `${BigInt(put.ok ? put.value.SequenceNumber : 0) + 2n ** 90n}`;
    const before = stream.snapshot();
    const request = recordOf(9, { SequenceNumberForOrdering: number });
    expect(faultOf(stream.putRecord(request, T0 + 5000))).toMatch(/^ProvisionedThroughput/);
    expect(stream.snapshot()).toEqual(before);
  });

  it.each(['', '01', '-1', 'LATEST', '9'.repeat(130)])("'%s' is not of the pattern", (text) => {
    const request = recordOf(9, { SequenceNumberForOrdering: text });
    expect(faultOf(streamOf(1).putRecord(request, T0))).toBe(
      violation(
        'sequenceNumberForOrdering',
        'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})',
      ),
    );
  });

  it('comes after the explicit hash key, and before the throughput', () => {
    const stream = streamOf(1);
    const SequenceNumberForOrdering = '9'.repeat(57);
    const both = { SequenceNumberForOrdering, ExplicitHashKey: `${HASH_KEYS}` };
    expect(faultOf(stream.putRecord(recordOf(9, both), T0))).toMatch('Invalid ExplicitHashKey');
    putAt(stream, 0n, T0, MIB);
    const late = stream.putRecord(recordOf(9, { SequenceNumberForOrdering }), T0);
    expect(faultOf(late)).toMatch('ExclusiveMinimumSequenceNumber');
  });

  it('chains a producer through any second', () => {
    const stream = streamOf(2);
    let last = '0';
    for (let nowMs = T0; nowMs < T0 + 5000; nowMs += 250) {
      const put = stream.putRecord(recordOf(9, { SequenceNumberForOrdering: last }), nowMs);
      if (!put.ok) throw new Error(put.fault.message);
      expect(compareSequenceNumbers(last, put.value.SequenceNumber)).toBe(-1);
      last = put.value.SequenceNumber;
    }
  });
});

describe('DryRun', () => {
  const text = 'DryRunOperationException: Request would have succeeded, but DryRun flag is set.';

  it('says that it would have succeeded, and does nothing', () => {
    const stream = streamOf(1);
    const before = stream.snapshot();
    expect(faultOf(stream.putRecord(recordOf(9, { DryRun: true }), T0))).toBe(text);
    const Records = [{ PartitionKey: 'a', Data: new Uint8Array(1) }];
    const batch = stream.putRecords({ StreamName: NAME, Records, DryRun: true }, T0);
    expect(faultOf(batch)).toBe(text);
    expect(stream.snapshot()).toEqual(before);
    expect(stream.putRecord(recordOf(9, { DryRun: false }), T0).ok).toBe(true);
  });

  it('says why it would not have', () => {
    const stream = streamOf(1);
    putAt(stream, 0n, T0, MIB);
    const request = recordOf(9, { DryRun: true });
    expect(faultOf(stream.putRecord(request, T0))).toMatch(/^ProvisionedThroughputExceeded/);
    const wrong = recordOf(9, { DryRun: true, ExplicitHashKey: `${HASH_KEYS}` });
    expect(faultOf(stream.putRecord(wrong, T0))).toMatch('Invalid ExplicitHashKey');
  });
});

describe('a stream that is being created', () => {
  it('is not found by a put, and shows no shards', () => {
    const stream = streamOf(2, { transitionMs: 1000 });
    expect(refusalOf(stream, {}, T0 + 999)).toBe(NOT_FOUND);
    expect(shardsOf(stream, T0 + 999)).toBe('');
    const { StreamDescription } = unwrap(stream.describeStream({ StreamName: NAME }, T0 + 999));
    expect(StreamDescription).toMatchObject({
      StreamStatus: 'CREATING',
      Shards: [],
      HasMoreShards: false,
    });
    expect(putAt(stream, 0n, T0 + 1000).ok).toBe(true);
    expect(shardsOf(stream, T0 + 1000)).toBe('0* 1*');
  });

  it('is looked for after the request has been looked at', () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    expect(refusalOf(stream, { PartitionKey: '' })).toMatch(/^ValidationException/);
    const other = stream.putRecord({ ...recordOf(9), StreamName: 'other' }, T0);
    expect(faultOf(other)).toMatch('Stream other under');
  });
});

describe('updateMaxRecordSize', () => {
  const resize = (stream: Stream, MaxRecordSizeInKiB: number, nowMs = T0) =>
    stream.updateMaxRecordSize({ StreamARN: ARN, MaxRecordSizeInKiB }, nowMs);

  it('has no StreamName, and ignores what stands there', () => {
    const request = { StreamARN: ARN, MaxRecordSizeInKiB: 2048 };
    for (const StreamName of ['other', 5, Object.create(null)]) {
      const more = { ...request, StreamName };
      expect(streamOf(1).updateMaxRecordSize(more, T0)).toEqual({ ok: true, value: {} });
    }
  });

  it('moves the limit of a record, up and down', () => {
    const stream = streamOf(1, { throughput: 'unlimited' });
    const limit = (bytes: number) =>
      violation('data', `Member must have length less than or equal to ${bytes}`);
    expect(refusalOf(stream, { Data: new Uint8Array(MIB) })).toBe(limit(MIB));
    unwrap(resize(stream, 10_240));
    expect(stream.putRecord(recordOf(10 * MIB), T0).ok).toBe(true);
    expect(refusalOf(stream, { Data: new Uint8Array(10 * MIB) })).toBe(limit(10 * MIB));
    unwrap(resize(stream, 1025));
    expect(stream.putRecord(recordOf(1025 * 1024), T0).ok).toBe(true);
    expect(refusalOf(stream, { Data: new Uint8Array(1025 * 1024) })).toBe(limit(1025 * 1024));
  });

  it('lets a burst of the largest record through, and 1 MiB a second after it', () => {
    const stream = streamOf(1, {}, { MaxRecordSizeInKiB: 10_240 });
    expect(putAt(stream, 0n, T0, 10 * MIB).ok).toBe(true);
    expect(putAt(stream, 0n, T0, 10 * MIB)).toMatchObject({ ok: false, retryAfterMs: 10_000 });
    expect(putAt(stream, 0n, T0 + 1000, MIB).ok).toBe(true);
  });

  it.each([
    [1023, 'greater than or equal to 1024'],
    [10_241, 'less than or equal to 10240'],
  ])('refuses %d KiB', (size, bound) => {
    expect(faultOf(resize(streamOf(1), size))).toBe(
      violation('maxRecordSizeInKiB', `Member must have value ${bound}`),
    );
  });

  it('refuses a stream that is not active', () => {
    expect(faultOf(resize(streamOf(1, { transitionMs: 1 }), 2048))).toBe(
      `ResourceInUseException: Stream ${NAME} under account ${ACCOUNT} not ACTIVE, instead in state CREATING`,
    );
  });

  it('shows in the summary', () => {
    const stream = streamOf(1);
    unwrap(resize(stream, 2048));
    const { StreamDescriptionSummary } = unwrap(
      stream.describeStreamSummary({ StreamName: NAME }, T0),
    );
    expect(StreamDescriptionSummary.MaxRecordSizeInKiB).toBe(2048);
  });
});
