/** The checks of every operation, the puts, and the limits of a stream. */

import {
  compareSequenceNumbers,
  hashPartitionKey,
  parseSequenceNumber,
  type Stream,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ARN,
  DAY_MS,
  faultOf,
  HASH_KEYS,
  MIB,
  NAME,
  putAt,
  recordOf,
  revive,
  shardsOf,
  streamOf,
  T0,
  violation,
} from '../../support/streams.ts';

const NOT_FOUND = `ResourceNotFoundException: Stream ${NAME} under account ${ACCOUNT} not found.`;

/** Returns the fault of a record, which both puts must refuse with the same message. */
function faultOfPut(stream: Stream, members: object, nowMs = T0): string {
  const record = { PartitionKey: 'a', Data: new Uint8Array(3), ...members };
  const before = stream.snapshot();
  const single = faultOf(stream.putRecord({ StreamName: NAME, ...record }, nowMs));
  const batch = faultOf(stream.putRecords({ StreamName: NAME, Records: [record] }, nowMs));
  expect(batch.replaceAll('records.1.member.', '')).toBe(single);
  expect(stream.snapshot()).toEqual(before);
  return single;
}

describe('putRecord', () => {
  it('routes a record by its own key, whatever its getters call', () => {
    const stream = streamOf(3);
    const other = streamOf(7);
    const record = {
      ...recordOf(10, { PartitionKey: 'a' }),
      get SequenceNumberForOrdering() {
        other.putRecord(recordOf(10, { PartitionKey: 'b' }), T0);
        return undefined;
      },
    };
    expect(stream.putRecord(record, T0)).toMatchObject({
      ok: true,
      accepted: { shardIndex: 0, hashKey: hashPartitionKey('a') },
    });
  });

  it('checks the time before the request, in every operation', () => {
    const stream = streamOf(1);
    const operations = [
      'putRecord',
      'putRecords',
      'splitShard',
      'mergeShards',
      'updateShardCount',
      'increaseStreamRetentionPeriod',
      'decreaseStreamRetentionPeriod',
      'updateMaxRecordSize',
      'listShards',
      'describeStream',
      'describeStreamSummary',
      'getShardIterator',
    ] as const;
    const call = (operation: (typeof operations)[number], request: unknown, nowMs: unknown) =>
      (stream[operation] as (request: unknown, nowMs: unknown) => unknown)(request, nowMs);
    for (const operation of operations) {
      const reads = new Proxy({}, { get: () => expect.unreachable('the request was read') });
      for (const request of [undefined, reads]) {
        expect(() => call(operation, request, undefined)).toThrow(
          new TypeError('nowMs must be a number: got undefined'),
        );
        expect(() => call(operation, request, -1)).toThrow(RangeError);
      }
      expect(() => call(operation, undefined, T0)).toThrow('request must be an object');
    }
  });

  it('takes a hole in Records for null', () => {
    const stream = streamOf(1);
    const record = { PartitionKey: 'a', Data: new Uint8Array(1) };
    const holed = Object.assign(new Array(3), { 0: record, 2: record });
    for (const Records of [holed, [record, null, record], [record, undefined, record]]) {
      expect(faultOf(stream.putRecords({ StreamName: NAME, Records } as never, T0))).toBe(
        violation('null', 'records.2.member', 'Member must not be null'),
      );
    }
  });

  it('counts the real bytes of the data, whatever its own length says', () => {
    const [stream, twin] = [streamOf(1), streamOf(1)];
    const Data = Object.defineProperty(new Uint8Array(9), 'length', { get: () => Number.NaN });
    const put = (to: Stream, data: Uint8Array) =>
      to.putRecord({ StreamName: NAME, PartitionKey: 'a', Data: data }, T0);
    expect(put(stream, Data)).toEqual(put(twin, new Uint8Array(9)));
    expect(stream.snapshot()).toEqual(twin.snapshot());
  });

  it('returns the response in the SDK shape, and what a store must keep', () => {
    const put = putAt(streamOf(1), 7n, T0 + 2500);
    if (!put.ok) throw new Error(put.fault.message);
    expect(Object.keys(put).sort()).toEqual(['accepted', 'ok', 'value']);
    expect(put.value).toEqual({
      ShardId: 'shardId-000000000000',
      SequenceNumber: put.accepted.sequenceNumber,
    });
    expect(put.accepted).toEqual({
      streamName: NAME,
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

  it('returns the EncryptionType only if the stream is encrypted', () => {
    const stream = streamOf(1, { encryptionType: 'KMS' });
    const Records = [{ PartitionKey: 'a', Data: new Uint8Array(1) }];
    expect(putAt(stream, 0n, T0)).toMatchObject({ value: { EncryptionType: 'KMS' } });
    const batch = stream.putRecords({ StreamName: NAME, Records }, T0);
    expect(batch).toMatchObject({ value: { EncryptionType: 'KMS' } });
    const plain = streamOf(1).putRecords({ StreamName: NAME, Records }, T0);
    expect(plain.ok && Object.keys(plain.value)).toEqual(['FailedRecordCount', 'Records']);
  });

  it('accepts a Buffer and empty data', () => {
    const stream = streamOf(1);
    expect(stream.putRecord(recordOf(1, { Data: Buffer.from('text') }), T0).ok).toBe(true);
    expect(stream.putRecord(recordOf(1, { Data: new Uint8Array() }), T0).ok).toBe(true);
  });

  it('accepts frozen requests', () => {
    const record = Object.freeze(recordOf(10));
    expect(streamOf(1).putRecord(record, T0).ok).toBe(true);
    const request = Object.freeze({ StreamName: NAME, Records: Object.freeze([record]) });
    expect(streamOf(1).putRecords(request, T0).ok).toBe(true);
  });
});

describe('putRecord and putRecords', () => {
  it.each<[string, object, string]>([
    [
      'no key',
      { PartitionKey: undefined },
      violation('null', 'partitionKey', 'Member must not be null'),
    ],
    [
      'a byte of data too many',
      { Data: new Uint8Array(MIB + 1) },
      violation('', 'data', 'Member must have length less than or equal to 1048576'),
    ],
    [
      "the explicit hash key '01'",
      { ExplicitHashKey: '01' },
      violation(
        "'01'",
        'explicitHashKey',
        'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})',
      ),
    ],
    [
      'the explicit hash key 2^128',
      { ExplicitHashKey: `${HASH_KEYS}` },
      `InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${HASH_KEYS}`,
    ],
  ])('refuse %s', (_, members, text) => {
    expect(faultOfPut(streamOf(1), members)).toBe(text);
  });

  it('print the values of members if the stream shows them', () => {
    const stream = streamOf(1, { validationMessages: 'value-shown' });
    const members = {
      PartitionKey: '',
      ExplicitHashKey: '01',
      Data: new Uint8Array(MIB + 1),
    };
    expect(faultOfPut(stream, members)).toBe(
      "ValidationException: 3 validation errors detected: Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '01' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38}); Value 'java.nio.HeapByteBuffer[pos=0 lim=1048577 cap=1048577]' at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
  });

  it('count a key of 256 emoji as 1,024 bytes', () => {
    const key = '😀'.repeat(256);
    const stream = streamOf(1);
    const fits = { PartitionKey: key, Data: new Uint8Array(MIB - 1024) };
    expect(stream.putRecord({ StreamName: NAME, ...fits }, T0)).toMatchObject({
      accepted: { hashKey: 191708767117689428124812858037346876178n },
    });
    const over = { PartitionKey: key, Data: new Uint8Array(MIB - 1023) };
    expect(faultOfPut(streamOf(1), over)).toMatch("at 'data'");
  });

  it('accept exactly 1 MiB, partition key included', () => {
    expect(streamOf(1).putRecord(recordOf(MIB), T0).ok).toBe(true);
    expect(streamOf(1).putRecord(recordOf(MIB + 1), T0).ok).toBe(false);
  });
});

describe('a request', () => {
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
  ])('names this stream by %o', (names) => {
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
  ])('names another stream by %o', (names, text) => {
    expect(faultOf(put(names))).toBe(`ResourceNotFoundException: ${text}`);
  });

  it('is refused if its name and its ARN differ', () => {
    expect(faultOf(put({ StreamName: 'other', StreamARN: ARN }))).toBe(
      `InvalidArgumentException: StreamName other and StreamARN ${ARN} do not name the same stream.`,
    );
  });

  it('is refused without a name', () => {
    expect(faultOf(put({}))).toBe(violation('null', 'streamName', 'Member must not be null'));
  });
});
describe('putRecords', () => {
  const record = { PartitionKey: 'a', Data: new Uint8Array(1) };
  const batch = (Records: readonly object[], stream = streamOf(1, { throughput: 'unlimited' })) =>
    stream.putRecords({ StreamName: NAME, Records: Records as never }, T0);

  it('accepts 500 records', () => {
    const result = batch(Array(500).fill(record));
    expect(result).toMatchObject({ ok: true, value: { FailedRecordCount: 0 } });
  });

  it('refuses 501 records, and an empty list', () => {
    expect(faultOf(batch(Array(501).fill(record)))).toBe(
      violation('', 'records', 'Member must have length less than or equal to 500'),
    );
    expect(faultOf(batch([]))).toBe(
      violation('', 'records', 'Member must have length greater than or equal to 1'),
    );
  });

  it('reports ten violations of 501 records without keys', () => {
    const text = faultOf(batch(Array(501).fill({ ...record, PartitionKey: '' })));
    expect(text).toMatch(
      /^ValidationException: 10 validation errors detected: Value at 'records' /,
    );
    expect(text).toMatch("'records.9.member.partitionKey'");
    expect(text).not.toMatch("'records.10.member.partitionKey'");
  });

  it('accepts 10 MiB, partition keys included, and refuses one byte more', () => {
    const large = { PartitionKey: 'é', Data: new Uint8Array(MIB - 2) };
    expect(batch(Array(10).fill(large)).ok).toBe(true);
    const more = batch([...Array(10).fill(large), { PartitionKey: 'a', Data: new Uint8Array() }]);
    expect(faultOf(more)).toBe('InvalidArgumentException: Records size exceeds 10 MB limit');
  });

  it('refuses all records if one is invalid', () => {
    const stream = streamOf(2);
    const before = stream.snapshot();
    for (const members of [{ ExplicitHashKey: `${HASH_KEYS}` }, { ExplicitHashKey: 'x' }]) {
      expect(batch([record, { ...record, ...members }, record], stream).ok).toBe(false);
    }
    expect(batch([record, { ...record, Data: new Uint8Array(MIB) }], stream).ok).toBe(false);
    expect(() => batch([record, { ...record, Data: 'text' }], stream)).toThrow(TypeError);
    expect(stream.snapshot()).toEqual(before);
  });

  it('refuses another stream and members of the wrong type', () => {
    const stream = streamOf(1);
    const before = stream.snapshot();
    const put = (members: object) =>
      stream.putRecords({ StreamName: NAME, Records: [record], ...members } as never, T0);
    const other = ARN.replace(NAME, 'other');
    expect(faultOf(put({ StreamARN: other }))).toBe(
      `InvalidArgumentException: StreamName ${NAME} and StreamARN ${other} do not name the same stream.`,
    );
    expect(faultOf(put({ StreamId: 'x' }))).toMatch("Value 'x' at 'streamId' failed");
    expect(() => put({ DryRun: 1 })).toThrow('request.DryRun must be a boolean: got 1');
    expect(() => put({ Records: { length: 1 } })).toThrow('request.Records must be an array');
    expect(() => stream.putRecords(undefined as never, T0)).toThrow('request must be an object');
    expect(stream.snapshot()).toEqual(before);
  });

  it('ignores SequenceNumberForOrdering in a record', () => {
    expect(batch([{ ...record, SequenceNumberForOrdering: 'x' }]).ok).toBe(true);
  });

  it('numbers the records of each shard', () => {
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
describe('the throughput of a shard', () => {
  const small = { PartitionKey: 'a', Data: new Uint8Array(9) };
  const text = `Rate exceeded for shard shardId-000000000000 in stream ${NAME} under account 123456789012.`;

  it('admits 1,000 of 1,001 records at one instant, and 1,000 more a second later', () => {
    const stream = streamOf(1);
    const fates = (nowMs: number) =>
      Array.from({ length: 1001 }, () => stream.putRecord(recordOf(10), nowMs));
    const first = fates(T0);
    expect(first.filter(({ ok }) => ok).length).toBe(1000);
    expect(first[1000]).toEqual({
      ok: false,
      fault: { code: 'ProvisionedThroughputExceededException', message: text, blame: 'client' },
      retryAfterMs: 1,
    });
    expect(fates(T0 + 1000).filter(({ ok }) => ok).length).toBe(1000);
    expect(stream.putRecord(recordOf(10), T0 + 1001).ok).toBe(true);
  });

  it('admits the same in three batches', () => {
    const stream = streamOf(1);
    const put = (count: number, nowMs: number) =>
      stream.putRecords({ StreamName: NAME, Records: Array(count).fill(small) }, nowMs);
    const counts = [put(500, T0), put(500, T0), put(1, T0), put(1, T0 + 1)];
    expect(counts.map((result) => result.ok && result.value.FailedRecordCount)).toEqual([
      0, 0, 1, 0,
    ]);
    expect(counts[2]).toEqual({
      ok: true,
      value: {
        FailedRecordCount: 1,
        Records: [{ ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: text }],
      },
      accepted: [undefined],
      retryAfterMs: [1],
    });
  });

  it('does not depend on that of its neighbour', () => {
    const stream = streamOf(2);
    expect(putAt(stream, 0n, T0, MIB).ok).toBe(true);
    expect(putAt(stream, 0n, T0, 2).ok).toBe(false);
    expect(putAt(stream, 2n ** 127n, T0, MIB).ok).toBe(true);
  });

  it('admits a small record after a large one that was refused', () => {
    const stream = streamOf(1);
    const Records = [MIB / 2, MIB / 2 + 1, MIB / 2].map((bytes) => ({
      PartitionKey: 'a',
      Data: new Uint8Array(bytes - 1),
    }));
    const result = stream.putRecords({ StreamName: NAME, Records }, T0);
    expect(result).toMatchObject({ ok: true, value: { FailedRecordCount: 1 } });
    expect(result.ok && result.retryAfterMs).toEqual([0, 1, 0]);
  });

  it('counts the bytes of the partition key, but not of an explicit hash key', () => {
    const stream = streamOf(1);
    const request = recordOf(MIB - 2, { PartitionKey: '€', ExplicitHashKey: '9'.repeat(38) });
    expect(stream.putRecord(request, T0).ok).toBe(true);
    expect(putAt(stream, 0n, T0, 1)).toMatchObject({ ok: false, retryAfterMs: 1 });
  });

  it('is not limited if throughput is unlimited', () => {
    const stream = streamOf(1, { throughput: 'unlimited' });
    for (let i = 0; i < 2000; i++) expect(putAt(stream, 0n, T0, 100_000).ok).toBe(true);
  });
});
describe('DryRun', () => {
  const text = 'DryRunOperationException: Request would have succeeded, but DryRun flag is set.';

  it('reports success and changes nothing', () => {
    const stream = streamOf(1);
    const before = stream.snapshot();
    expect(faultOf(stream.putRecord(recordOf(9, { DryRun: true }), T0))).toBe(text);
    const Records = [{ PartitionKey: 'a', Data: new Uint8Array(1) }];
    const batch = stream.putRecords({ StreamName: NAME, Records, DryRun: true }, T0);
    expect(faultOf(batch)).toBe(text);
    expect(stream.snapshot()).toEqual(before);
    expect(stream.putRecord(recordOf(9, { DryRun: false }), T0).ok).toBe(true);
  });

  it('reports why the call would fail', () => {
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
    expect(faultOfPut(stream, {}, T0 + 999)).toBe(NOT_FOUND);
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

  it('is looked up after the request has been validated', () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    expect(faultOfPut(stream, { PartitionKey: '' })).toMatch(/^ValidationException/);
    const other = stream.putRecord({ ...recordOf(9), StreamName: 'other' }, T0);
    expect(faultOf(other)).toMatch('Stream other under');
  });

  it('stays ACTIVE when the clock steps back, if it was ACTIVE at once', () => {
    const stream = streamOf(1);
    expect(shardsOf(stream, T0 - 1)).toBe('0*');
    expect(putAt(stream, 0n, T0 - 1).ok).toBe(true);
    expect(putAt(stream, 0n, T0 - DAY_MS).ok).toBe(true);
  });

  it('stays ACTIVE when the clock steps back, if it has accepted a record', () => {
    const stream = streamOf(1, { transitionMs: 1000 });
    expect(putAt(stream, 0n, T0 + 999).ok).toBe(false);
    expect(putAt(stream, 0n, T0 + 1000).ok).toBe(true);
    expect(putAt(stream, 0n, T0 + 999).ok).toBe(true);
    expect(putAt(revive(stream), 0n, T0 + 999).ok).toBe(true);
  });
});

describe('a clock that steps back', () => {
  it('does not decrease arrival times or sequence numbers', () => {
    const stream = streamOf(1);
    const puts = [0, 5000, 4999, -DAY_MS, 5001].map((by) => putAt(stream, 0n, T0 + by));
    const accepted = puts.map((put) => (put.ok ? put.accepted : undefined)!);
    expect(accepted.map(({ arrivedAtMs }) => arrivedAtMs - T0)).toEqual([
      0, 5000, 5000, 5000, 5001,
    ]);
    for (const [i, { sequenceNumber }] of accepted.slice(1).entries()) {
      expect(compareSequenceNumbers(accepted[i]!.sequenceNumber, sequenceNumber)).toBe(-1);
    }
  });
});

describe('updateMaxRecordSize', () => {
  const resize = (stream: Stream, MaxRecordSizeInKiB: number, nowMs = T0) =>
    stream.updateMaxRecordSize({ StreamARN: ARN, MaxRecordSizeInKiB }, nowMs);

  it('ignores StreamName, which its request does not have', () => {
    const request = { StreamARN: ARN, MaxRecordSizeInKiB: 2048 };
    for (const StreamName of ['other', 5, Object.create(null)]) {
      const more = { ...request, StreamName };
      expect(streamOf(1).updateMaxRecordSize(more, T0)).toEqual({ ok: true, value: {} });
    }
  });

  it('raises and lowers the limit of a record', () => {
    const stream = streamOf(1, { throughput: 'unlimited' });
    const limit = (bytes: number) =>
      violation('', 'data', `Member must have length less than or equal to ${bytes}`);
    expect(faultOfPut(stream, { Data: new Uint8Array(MIB) })).toBe(limit(MIB));
    unwrap(resize(stream, 10_240));
    expect(stream.putRecord(recordOf(10 * MIB), T0).ok).toBe(true);
    expect(faultOfPut(stream, { Data: new Uint8Array(10 * MIB) })).toBe(limit(10 * MIB));
    unwrap(resize(stream, 1025));
    expect(stream.putRecord(recordOf(1025 * 1024), T0).ok).toBe(true);
    expect(faultOfPut(stream, { Data: new Uint8Array(1025 * 1024) })).toBe(limit(1025 * 1024));
  });

  it('admits a burst of the largest record, and then 1 MiB per second', () => {
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
      violation(`'${size}'`, 'maxRecordSizeInKiB', `Member must have value ${bound}`),
    );
  });

  it('refuses a stream that is not active', () => {
    expect(faultOf(resize(streamOf(1, { transitionMs: 1 }), 2048))).toBe(
      `ResourceInUseException: Stream ${NAME} under account ${ACCOUNT} not ACTIVE, instead in state CREATING`,
    );
  });

  it('changes the summary', () => {
    const stream = streamOf(1);
    unwrap(resize(stream, 2048));
    const { StreamDescriptionSummary } = unwrap(
      stream.describeStreamSummary({ StreamName: NAME }, T0),
    );
    expect(StreamDescriptionSummary.MaxRecordSizeInKiB).toBe(2048);
  });

  it('refills tokens up to the old capacity first', () => {
    const make = () => {
      const stream = streamOf(1);
      putAt(stream, 0n, T0, MIB);
      return stream;
    };
    const idle = make();
    const busy = make();
    // One byte a moment before must not change the tokens after by 9 MiB.
    expect(putAt(busy, 0n, T0 + DAY_MS - 1, 2).ok).toBe(true);
    for (const stream of [idle, busy]) {
      unwrap(resize(stream, 10_240, T0 + DAY_MS));
      expect(putAt(stream, 0n, T0 + DAY_MS, MIB).ok).toBe(true);
      const put = putAt(stream, 0n, T0 + DAY_MS, 9 * MIB);
      expect(put).toMatchObject({ ok: false, retryAfterMs: 9000 });
    }
  });

  it('removes tokens above the new capacity', () => {
    const stream = streamOf(1, {}, { MaxRecordSizeInKiB: 10_240 });
    unwrap(resize(stream, 1024));
    unwrap(resize(stream, 10_240));
    expect(putAt(stream, 0n, T0, 2 * MIB)).toMatchObject({ ok: false, retryAfterMs: 1000 });
  });
});
