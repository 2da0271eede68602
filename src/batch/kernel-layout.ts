/**
 * The layout of the memory that the SIMD kernel shares with its host.
 *
 * A list has one four-byte entry per key, and room after the last entry for an incomplete group.
 * Lists are 4,160 bytes apart, because addresses 4,096 bytes apart collide in the store buffers of
 * most processors.
 *
 * @module
 */

/**
 * The number of keys hashed at a time: three vectors of four. Two vectors took 15 % longer per key,
 * and four took 10 % longer (Node 20).
 */
export const GROUP_KEYS = 12;

/**
 * The maximum number of keys in a chunk: whole groups, few enough to keep their lists in the L1
 * cache.
 */
export const CHUNK_KEYS = 1008;

/** The maximum number of UTF-8 bytes in a chunk. */
export const CHUNK_BYTES = 98_304;

/** The maximum number of UTF-16 units in a chunk. Each takes at most three UTF-8 bytes. */
export const CHUNK_UNITS = 32_768;

/** The maximum number of 64-byte blocks in a key. */
export const BLOCKS_MAX = 64;

/** The longest key, in UTF-8 bytes. Its last block also holds the padding and the length. */
export const KEY_BYTES_MAX = 4087;

/** The kernel's own constants. */
export const CONSTANTS_AT = 0;

/** The words of the group being hashed. */
export const WORDS_AT = 1024;

/** For each block count, where the next key of that count goes in the list at ORDER_AT. */
export const COUNTS_AT = 4096;

/** For each key, the offset of its first byte. One more entry is the end of the last key. */
export const OFFSETS_AT = 8192;

/** The keys by ascending block count. A key is its index in the chunk times four. */
export const ORDER_AT = 12_352;

/** For each key, the first word of its hash key. */
export const FIRST_WORDS_AT = 16_512;

/** For each key, its map index. */
export const MAP_INDEXES_AT = 20_672;

/** For each key, its MD5 digest. */
export const DIGESTS_AT = 24_832;

/** The bytes of the keys, and 65 more blocks, because a lane is read until its group is done. */
export const BYTES_AT = 41_280;

/** The look-up tables, one per shard map. */
export const TABLES_AT = 143_808;
