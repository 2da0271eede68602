/**
 * Inputs for the laws, weighted towards the edges: uniformly random 128-bit numbers never hit a
 * boundary, so they never find an off-by-one error.
 */

import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type AwsShard, HASH_KEY_MAX, HASH_KEY_MIN } from 'shardline';
import './property-runs.ts';

/** Hash keys, about half of them within one of an end, a bucket border or one of `edges`. */
export function hashKeys(edges: readonly bigint[] = []): fc.Arbitrary<bigint> {
  const near = (edge: fc.Arbitrary<bigint>): fc.Arbitrary<bigint> =>
    fc.tuple(edge, fc.constantFrom(-1n, 0n, 1n)).map(([at, by]) => clamp(at + by));
  return fc.oneof(
    { weight: 2, arbitrary: near(fc.constantFrom(HASH_KEY_MIN, HASH_KEY_MAX)) },
    { weight: 2, arbitrary: near(bucketBorders) },
    ...(edges.length > 0 ? [{ weight: 4, arbitrary: near(fc.constantFrom(...edges)) }] : []),
    { weight: 4, arbitrary: fc.bigInt(HASH_KEY_MIN, HASH_KEY_MAX) },
  );
}

function clamp(hashKey: bigint): bigint {
  if (hashKey < HASH_KEY_MIN) return HASH_KEY_MIN;
  return hashKey > HASH_KEY_MAX ? HASH_KEY_MAX : hashKey;
}

/** Multiples of a large power of two: the bucket borders of a look-up table over leading bits. */
const bucketBorders: fc.Arbitrary<bigint> = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.nat())
  .map(([bits, k]) => BigInt(k % 2 ** bits) << BigInt(128 - bits));

/** Values of any kind that JavaScript has. */
export const anything: fc.Arbitrary<unknown> = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** Objects that only look like what they stand in for. Each call makes new ones. */
const disguises: readonly (() => unknown)[] = [
  () => Symbol('s'),
  () => Symbol.iterator,
  () => revoked({}),
  () => revoked([]),
  () => new Array(3),
  () => new Array(2 ** 32 - 1),
  () => [0, ...new Array(2), 1],
  () => Object.create(null),
  () => Object.create([]),
  () => Object.create(Uint8Array.prototype),
  () => Object.create(Date.prototype),
  () => runInNewContext('[]'),
  () => runInNewContext("['a', { PartitionKey: 'a' }]"),
  () => runInNewContext('({ shards: [] })'),
  () => runInNewContext('new Uint8Array(3)'),
  () => runInNewContext('new Date(NaN)'),
  () => new (class extends Array {})(2),
  () => new (class extends Uint8Array {})(2),
  () => new (class extends Map {})(),
  () => new Proxy([], { get: (_, name) => (name === 'length' ? 2 ** 53 : undefined) }),
  () => new Proxy([], { get: (_, name) => (name === 'length' ? Symbol() : {}) }),
  () => new Proxy({}, { get: () => Symbol('member') }),
  () => new Proxy({}, { get: (_, name) => String(name) }),
  () => new Proxy(() => 0, {}),
  () => ({ [Symbol.iterator]: 5 }),
  () => ({ [Symbol.iterator]: () => ({}) }),
  () => ({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
  () => ({ [Symbol.toPrimitive]: 5, toString: 5, valueOf: 5 }),
  () => Object.assign([1], { map: 5, length: 1, [Symbol.iterator]: 5 }),
  () => Object.assign(new Uint8Array(2), { constructor: 5 }),
];

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/**
 * Makers of values that only look like what is expected, alone or as a member with one of the
 * names. They are made by the test, because fast-check itself fails on a revoked Proxy.
 */
export function disguised(names: readonly string[]): fc.Arbitrary<() => unknown> {
  return fc
    .tuple(fc.constantFrom(...disguises), fc.option(fc.constantFrom(...names)))
    .map(([make, name]) => (name === null ? make : () => ({ [name]: make() })));
}

/** Any string of UTF-16 units, well-formed or not, of any length that may matter to a hash. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'binary-ascii', maxLength: 300 }),
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0x7f }),
        fc.constantFrom(0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff),
        fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff),
        fc.integer({ min: 0, max: 0xffff }),
      ),
      { maxLength: 200 },
    )
    .map((units) => String.fromCharCode(...units)),
);

/** Partition keys that the service accepts: 1 to 256 code points. */
export const partitionKeys: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 256, size: 'max' }),
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'toString', '0', ' ', '\0'),
);

/**
 * Boundaries between ranges: ascending hash keys above 0.
 *
 * Those of a cluster share their first words, so that a look-up must compare later ones.
 */
export function cuts(edges: readonly bigint[] = []): fc.Arbitrary<bigint[]> {
  const cluster = fc
    .tuple(
      hashKeys(edges),
      fc.array(
        fc.tuple(fc.constantFrom(0n, 1n, 31n, 32n, 63n, 64n, 95n, 96n), fc.bigInt(-3n, 3n)),
        { maxLength: 12 },
      ),
    )
    .map(([base, steps]) => [base, ...steps.map(([bits, by]) => base + (by << bits))]);
  return fc
    .array(fc.oneof(cluster, fc.array(hashKeys(edges), { maxLength: 6 })), { maxLength: 5 })
    .map((groups) => {
      const inside = groups.flat().filter((at) => at > HASH_KEY_MIN && at <= HASH_KEY_MAX);
      return [...new Set(inside)].sort((a, b) => (a < b ? -1 : 1));
    });
}

/** Returns the open shards between cuts by ascending range. `ids` gives their shard indexes. */
export function shardsBetween(
  cutPoints: readonly bigint[],
  ids: (i: number) => number = (i) => i,
): AwsShard[] {
  const starts = [HASH_KEY_MIN, ...cutPoints];
  return starts.map((start, i) => ({
    ShardId: shardId(ids(i)),
    HashKeyRange: {
      StartingHashKey: `${start}`,
      EndingHashKey: `${(starts[i + 1] ?? HASH_KEY_MAX + 1n) - 1n}`,
    },
    SequenceNumberRange: { StartingSequenceNumber: SEQUENCE_NUMBER },
  }));
}

/** The shards of a ListShards response, and the open ones among them. */
export interface Listing {
  /** Open and closed shards, in any order. */
  readonly shards: AwsShard[];
  /** The open ones, by ascending range. */
  readonly open: AwsShard[];
}

const closedRange = fc
  .tuple(hashKeys(), hashKeys())
  .map((ends) => ends.sort((a, b) => (a < b ? -1 : 1)));

/** Listings of open shards between cuts, mixed with closed shards of any range. */
export const listings: fc.Arbitrary<Listing> = fc
  .tuple(cuts(), fc.array(closedRange, { maxLength: 5 }))
  .chain(([cutPoints, closedRanges]) => {
    const count = cutPoints.length + 1 + closedRanges.length;
    const numbers = Array.from({ length: count }, (_, i) => i);
    const orders = fc.shuffledSubarray(numbers, { minLength: count, maxLength: count });
    return fc.tuple(orders, orders).map(([ids, order]) => {
      const open = shardsBetween(cutPoints, (i) => ids[i]!);
      const closed = closedRanges.map(([start, end], i) => ({
        ShardId: shardId(ids[open.length + i]!),
        HashKeyRange: { StartingHashKey: `${start}`, EndingHashKey: `${end}` },
        SequenceNumberRange: {
          StartingSequenceNumber: SEQUENCE_NUMBER,
          EndingSequenceNumber: SEQUENCE_NUMBER,
        },
      }));
      const all = [...open, ...closed];
      return { open, shards: order.map((i) => all[i]!) };
    });
  });

/** From the example of DescribeStream in the AWS command-line interface. */
const SEQUENCE_NUMBER = '49600871682957036442365024926191073437251060580128653314';

function shardId(shardIndex: number): string {
  return `shardId-${String(shardIndex).padStart(12, '0')}`;
}
