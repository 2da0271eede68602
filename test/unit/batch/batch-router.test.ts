import {
  createShardMap,
  createUniformShardMap,
  HASH_KEY_MAX,
  hashPartitionKey,
  type ShardMap,
  unwrap,
} from 'shardline';
import {
  createBatchRouter,
  hashPartitionKeyBytes,
  hashPartitionKeys,
  type Kernel,
  kernel,
  REFUSED,
} from 'shardline/batch';
import { describe, expect, it } from 'vitest';
import { CHUNK_KEYS, KEY_BYTES_MAX } from '../../../src/batch/kernel-layout.ts';
import { shardsBetween } from '../../support/arbitraries.ts';
import { pack } from '../../support/packing.ts';

const KERNELS: Kernel[] = ['wasm-simd', 'scalar'];
const KEYS = Array.from({ length: 3000 }, (_, i) => `user-${i}`);

function oneByOne(map: ShardMap, keys: readonly string[]): number[] {
  return keys.map((key) => map.shards.indexOf(map.locatePartitionKey(key)));
}

it('runs in SIMD here', () => {
  expect(kernel).toBe('wasm-simd');
  expect(createBatchRouter(createUniformShardMap(2)).kernel).toBe('wasm-simd');
});

describe.each(KERNELS)('a router with the %s kernel', (kernel) => {
  const route = (map: ShardMap, keys: readonly string[]): number[] => [
    ...createBatchRouter(map, { kernel }).route(keys),
  ];

  it('gives positions in map.shards', () => {
    // MD5: a is 0cc1..., b 92eb..., c 4a8a..., d 8277..., e e167...
    expect(route(createUniformShardMap(4), ['a', 'b', 'c', 'd', 'e'])).toEqual([0, 2, 1, 2, 3]);
    expect(createBatchRouter(createUniformShardMap(1), { kernel }).kernel).toBe(kernel);
  });

  it.each([1, 2, 3, 5, 64, 1000, 4097])('routes over %i shards', (shardCount) => {
    const map = createUniformShardMap(shardCount);
    expect(route(map, KEYS)).toEqual(oneByOne(map, KEYS));
  });

  it('takes as few or as many keys as come', () => {
    const map = createUniformShardMap(7);
    const counts = [0, 1, 4, 5, 12, CHUNK_KEYS - 1, CHUNK_KEYS, CHUNK_KEYS + 1, 2 * CHUNK_KEYS];
    for (const count of counts) {
      const keys = KEYS.slice(0, count);
      expect(route(map, keys)).toEqual(oneByOne(map, keys));
    }
  });

  it('reads on where the first word of the digest does not decide', () => {
    for (const by of [-1n, 0n, 1n]) {
      const starts = KEYS.slice(0, 200).map((key) => hashPartitionKey(key) + by);
      const cuts = starts.sort((a, b) => (a < b ? -1 : 1));
      const map = unwrap(createShardMap(shardsBetween(cuts)));
      expect(route(map, KEYS)).toEqual(oneByOne(map, KEYS));
      const router = createBatchRouter(map, { kernel });
      expect([...router.routeBytes(...pack(KEYS))]).toEqual(oneByOne(map, KEYS));
    }
  });

  it('reads on where the one start of a range in a bucket is a digest', () => {
    for (const by of [-1n, 0n, 1n]) {
      for (const key of KEYS.slice(0, 20)) {
        const map = unwrap(createShardMap(shardsBetween([hashPartitionKey(key) + by])));
        expect(route(map, KEYS.slice(0, 20))).toEqual(oneByOne(map, KEYS.slice(0, 20)));
      }
    }
  });

  it('finds its way among ranges that share a first word', () => {
    const hashKey = hashPartitionKey('user-1');
    const cuts = Array.from({ length: 300 }, (_, i) => hashKey - 100n + BigInt(i));
    const map = unwrap(createShardMap(shardsBetween(cuts)));
    expect(route(map, KEYS)).toEqual(oneByOne(map, KEYS));
  });

  it('routes for maps in turn, small and large', () => {
    const maps = [3, 20_000, 1, 40_000].map(createUniformShardMap);
    const routers = maps.map((map) => createBatchRouter(map, { kernel }));
    for (let turn = 0; turn < 2; turn++) {
      routers.forEach((router, i) => {
        expect([...router.route(KEYS)]).toEqual(oneByOne(maps[i]!, KEYS));
      });
    }
  });

  it('writes to the start of out and no further', () => {
    const map = createUniformShardMap(4);
    const router = createBatchRouter(map, { kernel });
    const out = new Uint32Array(12).fill(9);
    expect(router.route(['a', 'b', 'c', 'd', 'e'], out)).toBe(out);
    expect([...out]).toEqual([0, 2, 1, 2, 3, 9, 9, 9, 9, 9, 9, 9]);
    expect(router.routeBytes(...pack(['e', 'd', 'c', 'b', 'a', '']), out)).toBe(out);
    expect([...out]).toEqual([3, 2, 1, 2, 0, 3, 9, 9, 9, 9, 9, 9]);
    expect(router.routeRecords([{ PartitionKey: 'b' }], out.subarray(11))).toHaveLength(1);
    expect(out[11]).toBe(2);
  });

  it('hashes keys of any length', () => {
    const map = createUniformShardMap(100);
    const lengths = [55, 56, 64, 119, 120, 1000, 1362, KEY_BYTES_MAX, KEY_BYTES_MAX + 1, 200_000];
    for (const unit of ['x', 'é', '日', '😀', '\ud800']) {
      const keys = lengths.flatMap((length) => [unit.repeat(length), `short ${length}`, unit]);
      expect(route(map, keys)).toEqual(oneByOne(map, keys));
      const router = createBatchRouter(map, { kernel });
      expect([...router.routeBytes(...pack(keys))]).toEqual(oneByOne(map, keys));
    }
  });

  it('keeps apart the halves of surrogate pairs that meet where keys do', () => {
    const map = createUniformShardMap(1000);
    const halves = [
      '\ud83d',
      '\ude00',
      'x\ud83d',
      '\ude00x',
      '😀',
      '',
      'é',
      `${'x'.repeat(15)}\ud83d`,
    ];
    const keys = halves.flatMap((a) => halves.flatMap((b) => [a, b]));
    expect(route(map, keys)).toEqual(oneByOne(map, keys));
  });

  it('throws on what is no key, and routes on', () => {
    const map = createUniformShardMap(4);
    const router = createBatchRouter(map, { kernel });
    for (const count of [1, 8, 2000]) {
      const keys: unknown[] = KEYS.slice(0, count);
      keys[count - 1] = undefined;
      expect(() => router.route(keys as string[])).toThrow(
        new TypeError(`partitionKeys[${count - 1}] must be a string: got undefined`),
      );
    }
    expect([...router.route(KEYS)]).toEqual(oneByOne(map, KEYS));
  });

  it('is not confused by a key that routes keys', () => {
    const map = createUniformShardMap(50);
    const router = createBatchRouter(map, { kernel });
    const keys = KEYS.slice(0, 100);
    Object.defineProperty(keys, 50, {
      get: () => {
        router.route(['x', 'y', 'z', 'u', 'v', 'w', 'somewhat longer']);
        return 'user-50';
      },
    });
    expect([...router.route(keys)]).toEqual(oneByOne(map, KEYS.slice(0, 100)));
  });

  it('wants arrays of the right kind and size', () => {
    const router = createBatchRouter(createUniformShardMap(4), { kernel });
    const as = <T>(value: unknown): T => value as T;
    expect(() => router.route(as('abc'))).toThrow(
      new TypeError("partitionKeys must be an array: got the string 'abc'"),
    );
    expect(() => router.route([], as([]))).toThrow(
      new TypeError('out must be a Uint32Array: got an array'),
    );
    expect(() => router.route(['a', 'b'], new Uint32Array(1))).toThrow(
      new RangeError('out must have room for 2 entries: got 1'),
    );
    expect(() => router.routeBytes(as('abc'), new Uint32Array(2))).toThrow(
      new TypeError("packed must be a Uint8Array: got the string 'abc'"),
    );
    expect(() => router.routeBytes(new Uint8Array(2), as([0, 1]))).toThrow(
      new TypeError('offsets must be a Uint32Array: got an array'),
    );
    expect(() => router.routeBytes(new Uint8Array(2), new Uint32Array(0))).toThrow(
      new RangeError('offsets must have one entry more than there are keys: got 0'),
    );
    expect(() => router.routeBytes(new Uint8Array(2), Uint32Array.of(0, 3))).toThrow(
      new RangeError(
        'offsets must ascend and stay within the 2 bytes of packed: got 0 at 0 and 3 at 1',
      ),
    );
    expect(() => router.routeRecords(as({}))).toThrow(
      new TypeError('records must be an array: got an object'),
    );
  });
});

describe.each(KERNELS)('routeRecords with the %s kernel', (kernel) => {
  const map = createUniformShardMap(4);
  const router = createBatchRouter(map, { kernel });

  it('agrees with locateRecord, refusals among them', () => {
    const records = [
      { PartitionKey: 'a' },
      { PartitionKey: 'a', ExplicitHashKey: `${HASH_KEY_MAX}` },
      { PartitionKey: 'a', ExplicitHashKey: '0' },
      { PartitionKey: 'b', ExplicitHashKey: undefined },
      { PartitionKey: '' },
      {},
      { ExplicitHashKey: '1' },
      { PartitionKey: 'x'.repeat(256) },
      { PartitionKey: 'x'.repeat(257) },
      { PartitionKey: '😀'.repeat(256) },
      { PartitionKey: 'a', ExplicitHashKey: '01' },
      { PartitionKey: 'a', ExplicitHashKey: `${HASH_KEY_MAX + 1n}` },
    ];
    const many = Array.from({ length: 5000 }, (_, i) => records[(i * 7) % records.length]!);
    const expected = many.map((record) => {
      const result = map.locateRecord(record);
      return result.ok ? map.shards.indexOf(result.value) : REFUSED;
    });
    expect([...router.routeRecords(many)]).toEqual(expected);
    const r = REFUSED;
    expect([...router.routeRecords(records)]).toEqual([0, 3, 0, 2, r, r, r, 3, r, 2, r, r]);
  });

  it('throws as locateRecord does on what is no record', () => {
    for (const [record, message] of [
      [undefined, ' must be an object: got undefined'],
      [null, ' must be an object: got null'],
      [5, ' must be an object: got 5'],
      [['a'], ' must be an object: got an array'],
      [{ PartitionKey: 1 }, '.PartitionKey must be a string: got 1'],
      [{ PartitionKey: 'a', ExplicitHashKey: 1n }, '.ExplicitHashKey must be a string: got 1n'],
    ]) {
      const records = [{ PartitionKey: 'a' }, record] as { PartitionKey: string }[];
      expect(() => router.routeRecords(records)).toThrow(new TypeError(`records[1]${message}`));
      expect(() => map.locateRecord(records[1]!)).toThrow(TypeError);
    }
    expect(() => router.routeRecords('a' as never)).toThrow(
      new TypeError("records must be an array: got the string 'a'"),
    );
  });

  it('takes null for absent, as locateRecord does', () => {
    const nulls = [
      { PartitionKey: 'a', ExplicitHashKey: null },
      { PartitionKey: null },
    ] as unknown as { PartitionKey: string }[];
    expect([...router.routeRecords(nulls)]).toEqual([0, REFUSED]);
    expect(nulls.map((record) => map.locateRecord(record).ok)).toEqual([true, false]);
  });
});

describe('createBatchRouter', () => {
  it('wants a map and a kernel that runs', () => {
    const create = createBatchRouter as (map: unknown, options?: unknown) => unknown;
    expect(() => create(undefined)).toThrow(
      new TypeError('map must be a shard map: got undefined'),
    );
    expect(() => create({ shards: [] })).toThrow(TypeError);
    expect(() => create(createUniformShardMap(1), { kernel: 'native' })).toThrow(
      new RangeError(
        "kernel must be 'wasm-simd' or 'scalar' in this process: got the string 'native'",
      ),
    );
  });
});

describe('hashPartitionKeys', () => {
  it('gives sixteen big-endian bytes a key', () => {
    const digests = Buffer.from(hashPartitionKeys(['', 'a', 'abc', 'message digest', '日本語']));
    // RFC 1321, appendix A.5; of the last one, what md5sum prints.
    expect(digests.toString('hex').match(/.{32}/g)).toEqual([
      'd41d8cd98f00b204e9800998ecf8427e',
      '0cc175b9c0f1b6a831c399e269772661',
      '900150983cd24fb0d6963f7d28e17f72',
      'f96b697d7cb7938d525a2f31aaf161d0',
      '00110af8b4393ef3f72c50be5b332bec',
    ]);
  });

  it('goes on behind keys that are too long for the lanes', () => {
    const long = 'x'.repeat(KEY_BYTES_MAX + 1);
    const keys = KEYS.slice(0, 2 * CHUNK_KEYS + 5)
      .with(7, long)
      .with(-2, long);
    const digests = Buffer.from(hashPartitionKeys(keys));
    const hex = keys.map((key) => hashPartitionKey(key).toString(16).padStart(32, '0'));
    expect(digests.toString('hex').match(/.{32}/g)).toEqual(hex);
    const [packed, offsets] = pack(keys);
    expect(Buffer.from(hashPartitionKeyBytes(packed, offsets)).equals(digests)).toBe(true);
  });

  it('writes to the start of out and wants room for all', () => {
    const out = new Uint8Array(120).fill(7);
    expect(hashPartitionKeys(['a', 'b', 'c', 'd', 'e', 'f'], out)).toBe(out);
    expect(out[0]).toBe(0x0c);
    expect([...out.subarray(96)]).toEqual(Array(24).fill(7));
    expect(hashPartitionKeys([])).toHaveLength(0);
    expect(() => hashPartitionKeys(['a'], new Uint8Array(15))).toThrow(
      new RangeError('out must have room for 16 entries: got 15'),
    );
    expect(() => hashPartitionKeys(['a'], new Uint32Array(16) as unknown as Uint8Array)).toThrow(
      new TypeError('out must be a Uint8Array: got an object'),
    );
    expect(() => hashPartitionKeys('a' as never)).toThrow(
      new TypeError("partitionKeys must be an array: got the string 'a'"),
    );
    expect(() => hashPartitionKeys(['a', 'b'], new Uint8Array(31))).toThrow(
      new RangeError('out must have room for 32 entries: got 31'),
    );
    expect(() => hashPartitionKeys(['a', 1] as string[])).toThrow(
      new TypeError('partitionKeys[1] must be a string: got 1'),
    );
  });
});

describe('hashPartitionKeyBytes', () => {
  const packed = Uint8Array.of(0x61, 0x62);

  it('writes the digests of bytes, in place if asked to', () => {
    const out = new Uint8Array(40).fill(7);
    expect(hashPartitionKeyBytes(packed, Uint32Array.of(0, 1, 2), out)).toBe(out);
    expect(Buffer.from(out).toString('hex')).toBe(
      `0cc175b9c0f1b6a831c399e26977266192eb5ffee6ae2fec3ad71c777531578f${'07'.repeat(8)}`,
    );
    expect(hashPartitionKeyBytes(packed, Uint32Array.of(1))).toHaveLength(0);
  });

  it('names the key whose offsets are wrong, however far on', () => {
    const offsets = new Uint32Array(3 * CHUNK_KEYS + 1);
    const at = 2 * CHUNK_KEYS + 3;
    offsets[at + 1] = 7;
    expect(() => hashPartitionKeyBytes(packed, offsets)).toThrow(
      new RangeError(
        `offsets must ascend and stay within the 2 bytes of packed: got 0 at ${at} and 7 at ${at + 1}`,
      ),
    );
  });

  it('refuses what is no list of keys, and too little room', () => {
    expect(() => hashPartitionKeyBytes(packed, new Uint32Array(0))).toThrow(
      new RangeError('offsets must have one entry more than there are keys: got 0'),
    );
    expect(() => hashPartitionKeyBytes(packed, Uint32Array.of(0, 3))).toThrow(RangeError);
    expect(() => hashPartitionKeyBytes(packed, Uint32Array.of(0, 1), new Uint8Array(15))).toThrow(
      new RangeError('out must have room for 16 entries: got 15'),
    );
    expect(() => hashPartitionKeyBytes('ab' as unknown as Uint8Array, Uint32Array.of(0))).toThrow(
      TypeError,
    );
  });
});
