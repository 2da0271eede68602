import { describe, expect, it } from 'vitest';
import type { PutRecordInput, PutRecordsRequestEntry } from '../../../src/api/aws-types.ts';
import {
  isPlainEntry as isPlain,
  isPlainPutRecord as isPlainPut,
} from '../../../src/api/plain-request.ts';

const plain = {
  recordBytesMax: 1_048_576,
  streamName: 's',
  streamArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s',
};
const { streamArn } = plain;
const Data = new Uint8Array(1);

function isPlainPutRecord(request: unknown, stream: typeof plain): boolean {
  return isPlainPut(request as PutRecordInput, stream, stream);
}

function isPlainEntry(entry: PutRecordsRequestEntry, limits: { recordBytesMax: number }): boolean {
  return isPlain(entry, limits);
}

describe('isPlainPutRecord', () => {
  const base = { StreamName: 's', Data, PartitionKey: 'k' };

  it('accepts the common request, by name, by ARN or by both', () => {
    expect(isPlainPutRecord(base, plain)).toBe(true);
    expect(isPlainPutRecord({ Data, PartitionKey: 'k', StreamARN: streamArn }, plain)).toBe(true);
    expect(isPlainPutRecord({ ...base, StreamARN: streamArn }, plain)).toBe(true);
    expect(isPlainPutRecord({ ...base, Data: Buffer.alloc(2) }, plain)).toBe(true);
    const tagged = Object.defineProperty(new Uint8Array(2), Symbol.toStringTag, { value: 'X' });
    expect(isPlainPutRecord({ ...base, Data: tagged }, plain)).toBe(true);
    expect(isPlainPutRecord({ ...base, ExplicitHashKey: '0' }, plain)).toBe(true);
    expect(isPlainPutRecord({ ...base, X: 1 }, plain)).toBe(true);
  });

  it('rejects requests for another stream and rare members', () => {
    const rare = [
      { StreamName: 't' },
      { StreamName: undefined },
      { StreamARN: streamArn.replace('/s', '/t') },
      { StreamName: 't', StreamARN: streamArn },
      { SequenceNumberForOrdering: '1' },
      { StreamId: 'x' },
      { DryRun: false },
      { ExplicitHashKey: '01' },
      { ExplicitHashKey: null },
      { ExplicitHashKey: 5 },
    ];
    for (const members of rare)
      expect(isPlainPutRecord({ ...base, ...members }, plain)).toBe(false);
  });

  it('rejects data that is not a Uint8Array', () => {
    for (const data of [new Proxy(Data, {}), Object.create(Uint8Array.prototype), 'a', null]) {
      expect(isPlainPutRecord({ ...base, Data: data }, plain)).toBe(false);
    }
  });
});

describe('isPlainEntry', () => {
  it('accepts keys of 1 to 256 UTF-16 units', () => {
    const takes = (PartitionKey: string) => isPlainEntry({ Data, PartitionKey }, plain);
    expect(['', 'a', 'a'.repeat(256), 'a'.repeat(257), '😀'.repeat(128)].map(takes)).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(takes('😀'.repeat(129))).toBe(false);
  });

  it('rejects a record so near the limit that the bytes of its key must be counted', () => {
    const fits = (size: number, PartitionKey: string) =>
      isPlainEntry({ Data: new Uint8Array(size), PartitionKey }, { recordBytesMax: 100 });
    expect(fits(70, 'k'.repeat(10))).toBe(true);
    expect(fits(71, 'k'.repeat(10))).toBe(false);
  });
});
