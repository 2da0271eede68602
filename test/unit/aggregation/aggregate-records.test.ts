import { unwrap } from 'shardline';
import { aggregateRecords, deaggregateRecord } from 'shardline/aggregation';
import { describe, expect, it } from 'vitest';

const EMPTY = new Uint8Array();
const LIMIT = 10_485_760;

function messageOf(records: readonly unknown[]): string {
  const result = aggregateRecords(records as never);
  if (result.ok) throw new Error('the records are accepted');
  return `${result.fault.code}: ${result.fault.message}`;
}

const one = (constraint: string, path = 'data'): string =>
  `ValidationException: 1 validation error detected: Value at '${path}' failed to satisfy constraint: ${constraint}`;

describe('aggregateRecords', () => {
  it.each([
    ['no record', [], one('Member must have length greater than or equal to 1', 'records')],
    ['a hole', [undefined], one('Member must not be null', 'records.1.member')],
    [
      'a missing key',
      [{ Data: EMPTY }],
      one('Member must not be null', 'records.1.member.partitionKey'),
    ],
    [
      'missing data',
      [
        { Data: EMPTY, PartitionKey: 'k' },
        { Data: null, PartitionKey: 'k' },
      ],
      one('Member must not be null', 'records.2.member.data'),
    ],
    [
      'an empty key',
      [{ Data: EMPTY, PartitionKey: '' }],
      one('Member must have length greater than or equal to 1', 'records.1.member.partitionKey'),
    ],
    [
      'a key of 257 characters',
      [{ Data: EMPTY, PartitionKey: '😀'.repeat(257) }],
      one('Member must have length less than or equal to 256', 'records.1.member.partitionKey'),
    ],
    [
      'a hash key with a leading zero',
      [{ Data: EMPTY, PartitionKey: 'k', ExplicitHashKey: '07' }],
      one(
        'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})',
        'records.1.member.explicitHashKey',
      ),
    ],
    [
      'a hash key of 2^128',
      [{ Data: EMPTY, PartitionKey: 'k', ExplicitHashKey: `${2n ** 128n}` }],
      `InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`,
    ],
    [
      'a record too large for any stream',
      [{ Data: new Uint8Array(LIMIT), PartitionKey: 'k' }],
      one(`Member must have length less than or equal to ${LIMIT}`),
    ],
    [
      'two records that together are too large',
      Array(2).fill({ Data: new Uint8Array(LIMIT / 2), PartitionKey: 'k' }),
      one(`Member must have length less than or equal to ${LIMIT}`),
    ],
    [
      'more records than fit',
      new Array(2 ** 32 - 1),
      one(`Member must have length less than or equal to ${LIMIT}`),
    ],
  ])('refuses %s', (_, records, message) => {
    expect(messageOf(records)).toBe(message);
  });

  it('reports missing members before wrong ones, and at most ten', () => {
    expect(messageOf([{ Data: EMPTY, PartitionKey: '' }, {}])).toMatch(
      /^ValidationException: 3 validation errors.*records\.2\..*records\.2\..*records\.1\./,
    );
    expect(messageOf(new Array(1000))).toMatch(/^ValidationException: 10 validation errors/);
  });

  it('takes a record of exactly 10 MiB, and null for an absent hash key', () => {
    const record = { Data: new Uint8Array(LIMIT - 1), PartitionKey: 'k', ExplicitHashKey: null };
    const result = aggregateRecords([record as never]);
    expect(result.ok && Object.keys(result.value)).toEqual(['Data', 'PartitionKey']);
    expect(result.ok && result.value.Data).toBe(record.Data);
  });

  it.each([
    [undefined, 'records must be an array: got undefined'],
    [[7], 'records[0] must be an object: got 7'],
    [[['a']], 'records[0] must be an object: got an array'],
    [[{ PartitionKey: 7 }], 'records[0].PartitionKey must be a string: got 7'],
    [[{ ExplicitHashKey: 7n }], 'records[0].ExplicitHashKey must be a string: got 7n'],
    [[{ Data: 'eA==' }], "records[0].Data must be a Uint8Array: got the string 'eA=='"],
  ])('throws for %o', (records, message) => {
    expect(() => aggregateRecords(records as never)).toThrow(new TypeError(message));
  });

  it('reads each member once, before it checks any', () => {
    const reads: string[] = [];
    const watched = (name: string) =>
      new Proxy(
        { Data: Uint8Array.of(1), PartitionKey: name },
        {
          get(target, member) {
            reads.push(`${name}.${String(member)}`);
            return Reflect.get(target, member);
          },
        },
      );
    expect(aggregateRecords([watched('a'), watched('b')]).ok).toBe(true);
    expect(reads).toEqual([
      'a.Data',
      'a.PartitionKey',
      'a.ExplicitHashKey',
      'b.Data',
      'b.PartitionKey',
      'b.ExplicitHashKey',
    ]);
  });

  it('does not trust the length of a Proxy or a subclass', () => {
    const record = { Data: Uint8Array.of(1, 2), PartitionKey: 'k' };
    for (const length of [Number.NaN, -1, 0.5, '1', Number.POSITIVE_INFINITY]) {
      const records = new Proxy([record], {
        get: (target, member) => (member === 'length' ? length : Reflect.get(target, member)),
      });
      expect(messageOf(records)).toMatch(/must have length/);
    }
    Object.defineProperty(record.Data, 'length', { value: 1_000_000 });
    const result = aggregateRecords([record, record]);
    expect(result.ok && result.value.Data.length).toBe(20 + 3 + 2 * 8);
  });

  it.each([
    ['detached', (buffer: ArrayBuffer) => void structuredClone(buffer, { transfer: [buffer] }), 0],
    ['shrunk', (buffer: ArrayBuffer) => resize(buffer, 2), 2],
    ['grown', (buffer: ArrayBuffer) => resize(buffer, 50), 50],
  ])('reads all records before it measures one: Data %s by a getter', (_, change, length) => {
    const buffer: ArrayBuffer = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 64 }]);
    const Data = new Uint8Array(buffer).fill(7);
    const last = {
      PartitionKey: 'b',
      get Data() {
        change(buffer);
        return Uint8Array.of(9);
      },
    };
    const packed = unwrap(aggregateRecords([{ Data, PartitionKey: 'a' }, last]));
    const lengths = deaggregateRecord(packed).records.map((record) => record.Data.length);
    expect(lengths).toEqual([length, 1]);
  });

  it('reports missing members before wrong ones, however many are wrong', () => {
    const wrong = Array.from({ length: 100 }, () => ({ Data: EMPTY, PartitionKey: '' }));
    const message = messageOf([...wrong, { PartitionKey: 'k' }]);
    expect(message).toMatch(/^ValidationException: 10 validation errors detected: /);
    expect(message).toContain("detected: Value at 'records.101.member.data' failed");
    expect(message).toContain("'records.9.member.partitionKey'");
    expect(message).not.toContain("'records.10.member.partitionKey'");
  });
});

/** TypeScript's ES2022 has no resizable buffers. */
function resize(buffer: ArrayBuffer, length: number): void {
  (buffer as unknown as { resize(length: number): void }).resize(length);
}
