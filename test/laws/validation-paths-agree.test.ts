/**
 * The ways to validate a request agree: the fast path with the walk over the service model, and
 * that walk with the checks of single members, the model's pattern and TextEncoder.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PutRecordInput } from '../../src/api/aws-types.ts';
import { copyPutRecord } from '../../src/api/copy-request.ts';
import { isPlainEntry, isPlainPutRecord } from '../../src/api/plain-request.ts';
import { getValuePrinter } from '../../src/api/print-value.ts';
import { checkRequestSize } from '../../src/api/request-size.ts';
import { MODEL, type OperationName } from '../../src/api/service-model.ts';
import { refuseViolations } from '../../src/base/violation.ts';
import { checkExplicitHashKey, checkPartitionKey } from '../../src/hashing/hash-key.ts';
import model from '../recordings/service-model.json' with { type: 'json' };
import '../support/arbitraries.ts';
import { validate } from '../support/validate.ts';

const RECORD_BYTES_MAX = 2_000;
const stream = {
  recordBytesMax: RECORD_BYTES_MAX,
  streamName: 'orders',
  streamArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/orders',
};

const operations = fc.constantFrom(...(Object.keys(MODEL) as OperationName[]));

/** Strings with a length in code points or UTF-16 units at or beside an edge of the model. */
const edgeTexts = fc
  .tuple(
    fc.constantFrom('a', '0', ' ', 'é', '€', '😀', '\ud83d', '\ude00'),
    fc.constantFrom(0, 1, 2, 39, 128, 256, 512),
    fc.constantFrom(-1, 0, 1),
    fc.constantFrom('', 'b', '😀'),
  )
  .map(([unit, length, by, tail]) => unit.repeat(Math.max(0, length + by)) + tail);

const texts = fc.oneof(edgeTexts, fc.string({ unit: 'binary', maxLength: 300 }));

const keys = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 40 }) },
  { weight: 2, arbitrary: texts },
);

const hashKeys = fc.oneof(
  fc.bigInt(0n, 2n ** 130n).map(String),
  fc.constantFrom('0', '', '00', '-1', '1 ', '9'.repeat(39), '9'.repeat(40), '1.5', '0x1'),
);

/** Data so near the limit that a key may exceed it, and data of other sizes. */
const blobs = fc
  .oneof(
    fc.nat(600).map((key) => RECORD_BYTES_MAX - key),
    fc.constantFrom(0, 1, RECORD_BYTES_MAX, RECORD_BYTES_MAX + 1),
  )
  .chain((size) => fc.constantFrom(new Uint8Array(size), Buffer.alloc(size)));

/** PutRecord requests, most of them with the usual members only. */
const putRecords = fc
  .tuple(
    keys,
    blobs,
    fc.record(
      {
        ExplicitHashKey: hashKeys,
        SequenceNumberForOrdering: hashKeys,
        StreamId: fc.constantFrom(`${'a'.repeat(20)}-abc`, 'x', undefined),
        DryRun: fc.boolean(),
        StreamARN: fc.constantFrom(stream.streamArn, `${stream.streamArn}2`, ' ', undefined),
        StreamName: fc.constantFrom('orders', 'other', '', null, undefined),
      },
      { requiredKeys: [] },
    ),
    fc.nat(9),
  )
  .map(([PartitionKey, Data, rare, pick]) => ({
    StreamName: 'orders',
    PartitionKey,
    Data,
    ...(pick < 3 ? {} : rare),
  }));

/** Whether the fast path is documented to leave this valid request to the slow path. */
function isLeftToSlowPath(request: Record<string, unknown>): boolean {
  const { PartitionKey, Data, StreamName, StreamARN } = request;
  const key = PartitionKey as string;
  return (
    ['SequenceNumberForOrdering', 'StreamId', 'DryRun'].some((name) => request[name] != null) ||
    Object.values(request).includes(null) ||
    (StreamName !== undefined && StreamName !== stream.streamName) ||
    (StreamARN !== undefined && StreamARN !== stream.streamArn) ||
    key.length > 256 ||
    (Data as Uint8Array).length + 3 * key.length > RECORD_BYTES_MAX
  );
}

describe('the fast path', () => {
  it('accepts a PutRecord only if the slow path does, and skips only the documented requests', () => {
    fc.assert(
      fc.property(putRecords, (request) => {
        const isValid = validate('PutRecord', request, stream).length === 0;
        if (isPlainPutRecord(request as PutRecordInput, stream, stream)) expect(isValid).toBe(true);
        else if (isValid) expect(isLeftToSlowPath(request)).toBe(true);
      }),
    );
  });

  it('accepts a record only if the slow path does, and skips only the documented records', () => {
    fc.assert(
      fc.property(putRecords, (entry) => {
        const Records = [entry];
        const isValid =
          validate('PutRecords', { StreamName: 'orders', Records }, stream).length === 0;
        const { PartitionKey, Data, ExplicitHashKey } = entry as PutRecordInput;
        const members = { StreamName: 'orders', PartitionKey, Data, ExplicitHashKey };
        if (isPlainEntry(entry as PutRecordInput, stream)) expect(isValid).toBe(true);
        else if (isValid) expect(isLeftToSlowPath(members)).toBe(true);
      }),
    );
  });

  it('accepts an arbitrary value only if the slow path does, and never throws', () => {
    const values = fc.oneof(
      fc.anything({ withTypedArray: true, withBigInt: true, withDate: true }),
      fc.record({ PartitionKey: fc.anything(), Data: fc.anything({ withTypedArray: true }) }),
      fc.record({ PartitionKey: keys, Data: blobs, ExplicitHashKey: fc.anything() }),
      fc.record({ PartitionKey: keys, Data: fc.anything({ withTypedArray: true }) }),
    );
    fc.assert(
      fc.property(values, (value) => {
        if (isPlainEntry(value as PutRecordInput, stream)) {
          const request = { StreamName: 'orders', Records: [value] };
          expect(validate('PutRecords', request, stream)).toEqual([]);
        }
        const named = { StreamName: 'orders', ...(value as object) } as PutRecordInput;
        if (isPlainPutRecord(copyPutRecord(named), stream, stream)) {
          expect(validate('PutRecord', named, stream)).toEqual([]);
        }
      }),
    );
  });
});

describe('the slow path', () => {
  const anything = fc.oneof(
    fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.constantFrom(Symbol('s'), () => 1, new Proxy([], {}), new Date(Number.NaN), -0, 2 ** 53),
    texts,
  );

  /** Objects with the members of the model and any value in each, those of records included. */
  const members = (operation: OperationName) => {
    const names = MODEL[operation].map(({ name }) => name);
    const inside = fc.record({
      Data: fc.oneof(blobs, anything),
      PartitionKey: fc.oneof(keys, anything),
      ExplicitHashKey: fc.oneof(hashKeys, anything),
      Type: anything,
      StreamMode: anything,
    });
    const member = fc.oneof(
      { weight: 4, arbitrary: anything },
      { weight: 1, arbitrary: inside },
      { weight: 2, arbitrary: fc.array(fc.oneof(inside, anything), { maxLength: 3 }) },
    );
    const shape = Object.fromEntries(names.map((name) => [name, member]));
    return fc.record(shape, { requiredKeys: [] });
  };

  it('answers an arbitrary request with violations, or throws for a wrong type', () => {
    const inputs = operations.chain((operation) =>
      fc.tuple(fc.constant(operation), fc.oneof(members(operation), anything)),
    );
    fc.assert(
      fc.property(inputs, ([operation, request]) => {
        let violations: ReturnType<typeof validate>;
        try {
          violations = validate(operation, request, stream);
        } catch (error) {
          const isCallersError = error instanceof TypeError || error instanceof RangeError;
          expect(isCallersError && error.message).toMatch(/^request\b.* must be a/s);
          return;
        }
        for (const { path, constraint } of violations) {
          expect(path).toMatch(/^[a-z][A-Za-z]*(\.\d+\.member)?(\.[a-z][A-Za-z]*)?$/);
          expect(constraint).toMatch(/^(Member must|Map keys must|Map value must) /);
        }
        for (const style of ['data-omitted', 'value-shown'] as const) {
          expect(typeof refuseViolations(violations, getValuePrinter(style)).fault.message).toBe(
            'string',
          );
        }
      }),
    );
  });

  it('checks a partition key and an explicit hash key as their own checks do', () => {
    fc.assert(
      fc.property(texts, fc.oneof(hashKeys, texts), (PartitionKey, ExplicitHashKey) => {
        const request = { StreamName: 's', Data: new Uint8Array(0), PartitionKey, ExplicitHashKey };
        const limits = { recordBytesMax: 10_485_760 };
        const expected = [
          checkPartitionKey(PartitionKey, 'partitionKey'),
          checkExplicitHashKey(ExplicitHashKey, 'explicitHashKey'),
        ].filter((violation) => violation !== undefined);
        expect(validate('PutRecord', request, limits)).toEqual(expected);
      }),
    );
  });

  it("accepts an ARN if and only if it matches the model's pattern", () => {
    const arn = model.rows.find(({ path }) => path.at(-1) === 'StreamARN')!;
    const pattern = new RegExp(`^(?:${arn.pattern})$`);
    const parts = ['arn:aws', ':kinesis:', 'kinesis:', ':', '123456789012', ':stream/', 's', ' '];
    const arns = fc
      .array(fc.constantFrom(...parts, '\n', '\u2028', '-cn'), { maxLength: 10 })
      .map((middle) => middle.join(''));
    const near = fc
      .tuple(arns, arns, arns)
      .map(([a, b, c]) => `arn:aws${a}:kinesis:${b}:123456789012:stream/s${c}`);
    fc.assert(
      fc.property(fc.oneof(arns, near), (StreamARN) => {
        fc.pre(StreamARN !== '');
        const violations = validate('DescribeStream', { StreamARN }, stream);
        expect(violations.length === 0).toBe(pattern.test(StreamARN));
      }),
    );
  });

  it('checkRequestSize accepts up to 10 MiB, with keys counted in UTF-8', () => {
    const encoder = new TextEncoder();
    const MIB = 1_048_576;
    const memory = new Uint8Array(11 * MIB);
    const slack = fc.integer({ min: -1_600, max: 1_600 });
    fc.assert(
      fc.property(fc.array(keys, { minLength: 1, maxLength: 20 }), slack, (names, by) => {
        const keyBytes = names.reduce((sum, name) => sum + encoder.encode(name).length, 0);
        for (const total of [10 * MIB, 10 * MIB + 1, 10 * MIB + by]) {
          const records = names.map((PartitionKey, i) => ({
            PartitionKey,
            Data: memory.subarray(0, i === 0 ? total - keyBytes : 0),
          }));
          expect(checkRequestSize(records) === undefined).toBe(total <= 10 * MIB);
        }
      }),
    );
  });
});
