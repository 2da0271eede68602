import {
  compareSequenceNumbers,
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberParts,
  unwrap,
} from 'shardline';
import { describe, expect, it } from 'vitest';
import {
  autoStream,
  faultOf,
  HASH_KEYS,
  HOUR_MS,
  MIB,
  NAME,
  putAt,
  recordOf,
  split,
  streamOf,
  T0,
  violation,
} from '../../../support/streams.ts';

describe('SequenceNumberForOrdering', () => {
  it('raises the next number above a higher one', () => {
    const stream = streamOf(1);
    const put = putAt(stream, 0n, T0 + 5000);
    const number = BigInt(put.ok ? put.value.SequenceNumber : 0) + 1000n * 2n ** 80n;
    const next = stream.putRecord(
      recordOf(9, { SequenceNumberForOrdering: `${number}` }),
      T0 + 5000,
    );
    expect(next.ok && BigInt(next.value.SequenceNumber)).toBe(number + 2n ** 80n);
  });

  it('may be the number just given, though a forged one has raised it', () => {
    const stream = streamOf(1);
    const first = putAt(stream, 0n, T0 + 5000);
    const parts = unwrap(parseSequenceNumber(first.ok ? first.value.SequenceNumber : ''));
    const at = (sequenceIndex: bigint) =>
      formatSequenceNumber({ ...parts, sequenceIndex } as SequenceNumberParts);
    const order = (SequenceNumberForOrdering: string) =>
      stream.putRecord(recordOf(9, { SequenceNumberForOrdering }), T0 + 5000);
    let number = at(2n ** 61n - 1n);
    for (let i = 0n; i < 5n; i++) {
      const put = order(number);
      number = put.ok ? put.value.SequenceNumber : faultOf(put);
      expect(number).toBe(at(2n ** 61n + i));
    }
    for (const sequenceIndex of [2n ** 61n + 5n, 2n ** 63n - 1n]) {
      expect(faultOf(order(at(sequenceIndex)))).toMatch(/^InvalidArgumentException: /);
    }
  });

  it('changes nothing if it is a past number', () => {
    const stream = streamOf(1);
    const first = putAt(stream, 0n, T0 + 5000);
    const second = putAt(stream, 0n, T0 + 5000);
    const number = first.ok ? first.value.SequenceNumber : '';
    const third = stream.putRecord(recordOf(9, { SequenceNumberForOrdering: number }), T0 + 5000);
    const before = BigInt(second.ok ? second.value.SequenceNumber : 0);
    expect(third.ok && BigInt(third.value.SequenceNumber)).toBe(before + 2n ** 80n);
  });

  it('changes nothing if it is of another shard', () => {
    const stream = streamOf(2);
    const other = putAt(stream, HASH_KEYS - 1n, T0);
    const number = other.ok ? other.value.SequenceNumber : '';
    const put = stream.putRecord(
      recordOf(9, { ExplicitHashKey: '0', SequenceNumberForOrdering: number }),
      T0,
    );
    expect(put.ok && unwrap(parseSequenceNumber(put.value.SequenceNumber))).toMatchObject({
      shardIndex: 0,
      sequenceIndex: 2n,
    });
  });

  it.each([
    ['another stream', { version: 2, shardCreatedAtMs: T0 - 9000 }],
    ['version 1', { version: 1, shardCreatedAtMs: T0 - 3000, random: 1n, unknown: 0 }],
  ])('changes nothing if it is of %s', (_, parts) => {
    const stream = streamOf(1);
    const foreign = { shardIndex: 0, sequenceIndex: 200n, writtenAtMs: T0 - 1000, ...parts };
    const SequenceNumberForOrdering = formatSequenceNumber(foreign as SequenceNumberParts);
    const put = stream.putRecord(recordOf(9, { SequenceNumberForOrdering }), T0);
    expect(put.ok && unwrap(parseSequenceNumber(put.value.SequenceNumber)).sequenceIndex).toBe(1n);
  });

  it('is refused if its shard is created later', () => {
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

  it('is absent if it is null', () => {
    const request = { ...recordOf(9), SequenceNumberForOrdering: null, ExplicitHashKey: null };
    expect(streamOf(1).putRecord(request as never, T0).ok).toBe(true);
  });

  it('changes nothing if the record is throttled', () => {
    const stream = streamOf(1);
    const put = putAt(stream, 0n, T0 + 5000, MIB);
    const number = `${BigInt(put.ok ? put.value.SequenceNumber : 0) + 2n ** 90n}`;
    const before = stream.snapshot();
    const request = recordOf(9, { SequenceNumberForOrdering: number });
    expect(faultOf(stream.putRecord(request, T0 + 5000))).toMatch(/^ProvisionedThroughput/);
    expect(stream.snapshot()).toEqual(before);
  });

  it.each(['', '01', '-1', 'LATEST', '9'.repeat(130)])("is refused if it is '%s'", (text) => {
    const request = recordOf(9, { SequenceNumberForOrdering: text });
    expect(faultOf(streamOf(1).putRecord(request, T0))).toBe(
      violation(
        `'${text}'`,
        'sequenceNumberForOrdering',
        'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,128})',
      ),
    );
  });

  it('is checked after the explicit hash key and before the throughput', () => {
    const stream = streamOf(1);
    const SequenceNumberForOrdering = '9'.repeat(57);
    const both = { SequenceNumberForOrdering, ExplicitHashKey: `${HASH_KEYS}` };
    expect(faultOf(stream.putRecord(recordOf(9, both), T0))).toMatch('Invalid ExplicitHashKey');
    putAt(stream, 0n, T0, MIB);
    const late = stream.putRecord(recordOf(9, { SequenceNumberForOrdering }), T0);
    expect(faultOf(late)).toMatch('ExclusiveMinimumSequenceNumber');
  });

  it('orders the records of a producer across seconds', () => {
    const stream = streamOf(2);
    let last = '0';
    for (let nowMs = T0; nowMs < T0 + 5000; nowMs += 250) {
      const put = stream.putRecord(recordOf(9, { SequenceNumberForOrdering: last }), nowMs);
      if (!put.ok) throw new Error(put.fault.message);
      expect(compareSequenceNumbers(last, put.value.SequenceNumber)).toBe(-1);
      last = put.value.SequenceNumber;
    }
  });

  it('is refused under AUTO', () => {
    const stream = autoStream();
    const before = stream.snapshot();
    const put = stream.putRecord(recordOf(2, { SequenceNumberForOrdering: '1' }), T0);
    expect(faultOf(put)).toMatch(/^InvalidArgumentException: /);
    expect(stream.snapshot()).toEqual(before);
  });
});

describe("SequenceNumberForOrdering with the stream's own number", () => {
  it('is accepted right after a split, while the creation second of the shard is in the future', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0 + 500));
    const first = putAt(stream, 0n, T0 + 500);
    const number = first.ok ? first.value.SequenceNumber : '';
    expect(unwrap(parseSequenceNumber(number)).writtenAtMs).toBe(T0 + 1000);
    const request = recordOf(10, { ExplicitHashKey: '0', SequenceNumberForOrdering: number });
    const second = stream.putRecord(request, T0 + 501);
    expect(second).toMatchObject({ ok: true });
    expect(second.ok && compareSequenceNumbers(number, second.value.SequenceNumber)).toBe(-1);
  });

  it('is accepted for the child of a shard whose creation second is in the future', () => {
    const stream = streamOf(1);
    unwrap(split(stream, '0', 100n, T0));
    const first = putAt(stream, 0n, T0);
    const number = first.ok ? first.value.SequenceNumber : '';
    unwrap(split(stream, '1', 10n, T0));
    const request = recordOf(10, { ExplicitHashKey: '0', SequenceNumberForOrdering: number });
    expect(stream.putRecord(request, T0)).toMatchObject({ ok: true });
  });

  it('is accepted after the clock has stepped back', () => {
    const stream = streamOf(1);
    const first = putAt(stream, 0n, T0 + HOUR_MS);
    const number = first.ok ? first.value.SequenceNumber : '';
    const second = stream.putRecord(recordOf(10, { SequenceNumberForOrdering: number }), T0);
    expect(second.ok && compareSequenceNumbers(number, second.value.SequenceNumber)).toBe(-1);
  });

  it('is refused if it was written later than now', () => {
    const stream = streamOf(1);
    const other = streamOf(1);
    const first = putAt(other, 0n, T0 + HOUR_MS);
    const number = first.ok ? first.value.SequenceNumber : '';
    const request = recordOf(10, { SequenceNumberForOrdering: number });
    expect(faultOf(stream.putRecord(request, T0))).toBe(
      `InvalidArgumentException: ExclusiveMinimumSequenceNumber ${number} used in PutRecord on stream ${NAME} under account 123456789012 is invalid.`,
    );
  });
});
