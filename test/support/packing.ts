/**
 * Partition keys as packed bytes.
 *
 * @module
 */

/** Packs the UTF-8 forms of keys end to end, with `start` bytes of no key before and after them. */
export function pack(keys: readonly string[], start = 0): [Uint8Array, Uint32Array] {
  const encoded = keys.map((key) => Buffer.from(key));
  const offsets = new Uint32Array(keys.length + 1).fill(start);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i]! + bytes.length;
  });
  const around = Buffer.alloc(start, 0xff);
  return [new Uint8Array(Buffer.concat([around, ...encoded, around])), offsets];
}
