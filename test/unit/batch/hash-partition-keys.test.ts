import { hashPartitionKey } from 'shardline';
import { hashPartitionKeyBytes, hashPartitionKeys } from 'shardline/batch';
import { describe, expect, it } from 'vitest';
import { CHUNK_KEYS, KEY_BYTES_MAX } from '../../../src/batch/kernel-layout.ts';
import { pack } from '../../support/packing.ts';

const KEYS = Array.from({ length: 3000 }, (_, i) => `user-${i}`);

describe('hashPartitionKeys', () => {
  it('returns sixteen big-endian bytes per key', () => {
    const digests = Buffer.from(hashPartitionKeys(['', 'a', 'abc', 'message digest', '日本語']));
    // The first four are from RFC 1321, appendix A.5, the last one is from md5sum.
    expect(digests.toString('hex').match(/.{32}/g)).toEqual([
      'd41d8cd98f00b204e9800998ecf8427e',
      '0cc175b9c0f1b6a831c399e269772661',
      '900150983cd24fb0d6963f7d28e17f72',
      'f96b697d7cb7938d525a2f31aaf161d0',
      '00110af8b4393ef3f72c50be5b332bec',
    ]);
  });

  it('hashes the keys after one that is too long for the SIMD kernel', () => {
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

  it('writes from the start of out on, and throws if out is too short', () => {
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

  it('returns sixteen big-endian bytes per key, in out if it is given', () => {
    const out = new Uint8Array(40).fill(7);
    expect(hashPartitionKeyBytes(packed, Uint32Array.of(0, 1, 2), out)).toBe(out);
    expect(Buffer.from(out).toString('hex')).toBe(
      `0cc175b9c0f1b6a831c399e26977266192eb5ffee6ae2fec3ad71c777531578f${'07'.repeat(8)}`,
    );
    expect(hashPartitionKeyBytes(packed, Uint32Array.of(1))).toHaveLength(0);
  });

  it('names the key whose offsets are wrong, also in a later chunk', () => {
    const offsets = new Uint32Array(3 * CHUNK_KEYS + 1);
    const at = 2 * CHUNK_KEYS + 3;
    offsets[at + 1] = 7;
    expect(() => hashPartitionKeyBytes(packed, offsets)).toThrow(
      new RangeError(
        'offsets must ascend and stay within the 2 bytes of packed: ' +
          `got 0 at ${at} and 7 at ${at + 1}`,
      ),
    );
  });

  it('throws on an argument of the wrong type or size', () => {
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
