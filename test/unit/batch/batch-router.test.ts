import {
  createShardMap,
  createUniformShardMap,
  HASH_KEY_MAX,
  hashPartitionKey,
  type ShardMap,
  unwrap,
} from 'shardline';
import { createBatchRouter, type Kernel, kernel, REFUSED } from 'shardline/batch';
import { describe, expect, it } from 'vitest';
import { CHUNK_KEYS, KEY_BYTES_MAX } from '../../../src/batch/kernel-layout.ts';
import { shardsBetween } from '../../support/arbitraries.ts';
import { pack } from '../../support/packing.ts';

const KERNELS: Kernel[] = ['wasm-simd', 'scalar'];
const KEYS = Array.from({ length: 3000 }, (_, i) => `user-${i}`);

function oneByOne(map: ShardMap, keys: readonly string[]): number[] {
  return keys.map((key) => map.shards.indexOf(map.locatePartitionKey(key)));
}

it('runs the SIMD kernel in the process of this test', () => {
  expect(createBatchRouter(createUniformShardMap(2)).kernel).toBe('wasm-simd');
  expect(kernel).toBe('wasm-simd');
});

describe.each(KERNELS)('a router with the %s kernel', (kernel) => {
  const route = (map: ShardMap, keys: readonly string[]): number[] => [
    ...createBatchRouter(map, { kernel }).route(keys),
  ];

  it('returns the index of each shard in map.shards', () => {
    // MD5: a is 0cc1..., b 92eb..., c 4a8a..., d 8277..., e e167...
    expect(route(createUniformShardMap(4), ['a', 'b', 'c', 'd', 'e'])).toEqual([0, 2, 1, 2, 3]);
    expect(createBatchRouter(createUniformShardMap(1), { kernel }).kernel).toBe(kernel);
  });

  it.each([1, 2, 3, 5, 64, 1000, 4097])('routes over %i shards', (shardCount) => {
    const map = createUniformShardMap(shardCount);
    expect(route(map, KEYS)).toEqual(oneByOne(map, KEYS));
  });

  it('accepts any number of keys, around whole chunks too', () => {
    const map = createUniformShardMap(7);
    const counts = [0, 1, 4, 5, 12, CHUNK_KEYS - 1, CHUNK_KEYS, CHUNK_KEYS + 1, 2 * CHUNK_KEYS];
    for (const count of counts) {
      const keys = KEYS.slice(0, count);
      expect(route(map, keys)).toEqual(oneByOne(map, keys));
    }
  });

  it('compares the whole hash key where its first word does not decide', () => {
    for (const by of [-1n, 0n, 1n]) {
      const starts = KEYS.slice(0, 200).map((key) => hashPartitionKey(key) + by);
      const cuts = starts.sort((a, b) => (a < b ? -1 : 1));
      const map = unwrap(createShardMap(shardsBetween(cuts)));
      expect(route(map, KEYS)).toEqual(oneByOne(map, KEYS));
      const router = createBatchRouter(map, { kernel });
      expect([...router.routeBytes(...pack(KEYS))]).toEqual(oneByOne(map, KEYS));
    }
  });

  it('compares the whole hash key where the only range of a bucket starts at it', () => {
    for (const by of [-1n, 0n, 1n]) {
      for (const key of KEYS.slice(0, 20)) {
        const map = unwrap(createShardMap(shardsBetween([hashPartitionKey(key) + by])));
        expect(route(map, KEYS.slice(0, 20))).toEqual(oneByOne(map, KEYS.slice(0, 20)));
      }
    }
  });

  it('searches among ranges that share a first word', () => {
    const hashKey = hashPartitionKey('user-1');
    const cuts = Array.from({ length: 300 }, (_, i) => hashKey - 100n + BigInt(i));
    const map = unwrap(createShardMap(shardsBetween(cuts)));
    expect(route(map, KEYS)).toEqual(oneByOne(map, KEYS));
  });

  it('routes over small and large maps in turn', () => {
    const maps = [3, 20_000, 1, 40_000].map(createUniformShardMap);
    const routers = maps.map((map) => createBatchRouter(map, { kernel }));
    for (let turn = 0; turn < 2; turn++) {
      routers.forEach((router, i) => {
        expect([...router.route(KEYS)]).toEqual(oneByOne(maps[i]!, KEYS));
      });
    }
  });

  it('writes one entry per key, from the start of out on', () => {
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

  it('does not join halves of a surrogate pair at the ends of two keys', () => {
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

  it('throws on a key that is not a string, and still routes afterwards', () => {
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

  it('routes correctly if a getter among the keys routes another batch', () => {
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

  it('throws on an argument of the wrong type or size', () => {
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

  it('agrees with locateRecord, even for records that the service would refuse', () => {
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

  it('throws as locateRecord does on a value that is not a record', () => {
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

  it('treats null as absent, as locateRecord does', () => {
    const nulls = [
      { PartitionKey: 'a', ExplicitHashKey: null },
      { PartitionKey: null },
    ] as unknown as { PartitionKey: string }[];
    expect([...router.routeRecords(nulls)]).toEqual([0, REFUSED]);
    expect(nulls.map((record) => map.locateRecord(record).ok)).toEqual([true, false]);
  });
});

describe('createBatchRouter', () => {
  it('throws on a map without shards and on a kernel that this process cannot run', () => {
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

  it('throws on shards that do not tile the key space, and on a Result', () => {
    const create = createBatchRouter as (map: unknown) => unknown;
    const { shards } = createUniformShardMap(3);
    const out = { ...shards[2]!, endingHashKey: HASH_KEY_MAX + 1n };
    for (const wrong of [
      shards.slice(1),
      shards.slice(0, 2),
      [shards[0], shards[2]],
      [shards[1], shards[0], shards[2]],
      [shards[0], shards[1], shards[1], shards[2]],
      [shards[0], shards[1], out],
    ]) {
      expect(() => create({ shards: wrong })).toThrow(RangeError);
    }
    expect(() => create(createShardMap([]))).toThrow(
      new TypeError('map must be a shard map: got a Result; unwrap it'),
    );
  });

  it('throws on an option with an unknown name, and on options that are not an object', () => {
    const create = createBatchRouter as (map: unknown, options: unknown) => unknown;
    const map = createUniformShardMap(2);
    expect(() => create(map, { kernal: 'scalar' })).toThrow(
      new TypeError("options must have only the options kernel, module: got 'kernal'"),
    );
    expect(() => create(map, 'scalar')).toThrow(
      new TypeError("options must be an object: got the string 'scalar'"),
    );
    expect(create(map, { kernel: undefined, module: undefined })).toMatchObject({ kernel });
  });

  it('reads the shards of the map once', () => {
    const { shards } = createUniformShardMap(3);
    let reads = 0;
    const router = createBatchRouter({
      get shards() {
        return reads++ === 0 ? shards : [];
      },
    });
    expect([...router.route(['a', 'b', 'e'])]).toEqual([0, 1, 2]);
    expect(reads).toBe(1);
  });

  it('uses the shards it is given, even if the object inherits from another map', () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const { shards } = createUniformShardMap(2);
    const heir = Object.create(createUniformShardMap(8), { shards: { value: shards } });
    const expected = createBatchRouter({ shards: [...shards] }).route(keys);
    expect(createBatchRouter(heir).route(keys)).toEqual(expected);
    expect(createBatchRouter({ shards }).route(keys)).toEqual(expected);
  });

  it('checks the true length of out, not its length property', () => {
    const out = Object.defineProperty(new Uint32Array(2), 'length', { value: 100 });
    const router = createBatchRouter(createUniformShardMap(2));
    expect(() => router.route(['a', 'b', 'c'], out)).toThrow(
      new RangeError('out must have room for 3 entries: got 2'),
    );
  });
});
