/**
 * For any offsets, `routeBytes` and `hashPartitionKeyBytes` give the right result or throw a
 * RangeError, and never read a byte outside `packed`. Offsets are valid if each key is within
 * `packed` and starts where the one before it ends.
 */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createUniformShardMap } from 'shardline';
import { createBatchRouter, hashPartitionKeyBytes, type Kernel } from 'shardline/batch';
import { describe, expect, it } from 'vitest';

const KERNELS: Kernel[] = ['wasm-simd', 'scalar'];
const map = createUniformShardMap(256);

function check(kernel: Kernel, packed: Uint8Array, offsets: Uint32Array): void {
  const list = [...offsets];
  const isRight = list.every((at, i) => at <= packed.length && (i === 0 || list[i - 1]! <= at));
  const route = () => createBatchRouter(map, { kernel }).routeBytes(packed, offsets);
  if (!isRight && list.length > 1) {
    expect(route).toThrow(RangeError);
    expect(() => hashPartitionKeyBytes(packed, offsets)).toThrow(RangeError);
    return;
  }
  // With 256 uniform shards, the first byte of the digest is the map index.
  const expected = list.slice(1).map((end, i) => {
    return createHash('md5').update(packed.subarray(list[i]!, end)).digest();
  });
  expect([...route()]).toEqual(expected.map(([first]) => first));
  const digests = Buffer.from(hashPartitionKeyBytes(packed, offsets));
  expect(digests.equals(Buffer.concat(expected))).toBe(true);
}

describe.each(KERNELS)('with the %s kernel', (kernel) => {
  const packed = Uint8Array.from({ length: 9000 }, (_, i) => (i * 167 + (i >> 5)) & 0xff);

  it('gives the right result or throws for any offsets', () => {
    const offset = fc.oneof(
      fc.nat(9001),
      fc.constantFrom(0, 1, 8999, 9000, 9001, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 64, 2 ** 32 - 1),
    );
    fc.assert(
      fc.property(fc.array(offset, { minLength: 1, maxLength: 60 }), (list) => {
        check(kernel, packed, Uint32Array.from(list));
      }),
    );
  });

  it('gives the right result or throws for ascending offsets, one of them out of place', () => {
    const wrong = fc.oneof(fc.nat(12_000), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1));
    const sorted = fc.array(fc.nat(9000), { minLength: 2, maxLength: 2500, size: 'max' });
    fc.assert(
      fc.property(sorted, fc.nat(), wrong, fc.boolean(), (list, place, value, isPut) => {
        const offsets = Uint32Array.from(list).sort();
        if (isPut) offsets[place % offsets.length] = value;
        check(kernel, packed, offsets);
      }),
    );
  });

  it('throws for offsets that wrap around 2^32', () => {
    const start = 2 ** 32 - 100;
    const around = Uint32Array.from({ length: 40 }, (_, i) => start + 20 * i);
    expect(around.at(-1)).toBeLessThan(9000);
    check(kernel, packed, around);
    // The offsets wrap within more than one chunk of keys, none of which is too long for the
    // kernel.
    check(
      kernel,
      packed,
      Uint32Array.from({ length: 2 ** 21 }, (_, i) => 4000 * i),
    );
  });

  it('gives the right result if offsets and out are the same array', () => {
    const offsets = Uint32Array.from({ length: 3001 }, (_, i) => 3 * i);
    const router = createBatchRouter(map, { kernel });
    const expected = router.routeBytes(packed, offsets);
    const both = offsets.slice();
    expect([...router.routeBytes(packed, both, both).subarray(0, 3000)]).toEqual([...expected]);
  });
});
