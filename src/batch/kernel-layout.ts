/**
 * The layout of the memory that the SIMD kernel shares with its host.
 *
 * A list has one entry of four bytes per key, and room after the last entry to fill up a group.
 * Lists are 4,160 bytes apart: addresses 4,096 apart collide in the store buffers of most
 * processors.
 *
 * @module
 */

/**
 * Keys hashed side by side: three vectors of four. Two vectors took 15 % longer per key, four
 * 10 % (Node 20).
 */
export const GROUP_KEYS = 12;

/**
 * The maximum number of keys in a chunk: whole groups, few enough to keep their lists in the L1
 * cache.
 */
export const CHUNK_KEYS = 1008;

/** The most UTF-8 bytes in a chunk. */
export const CHUNK_BYTES = 98_304;

/** The most UTF-16 units in a chunk. Each takes three UTF-8 bytes at most. */
export const CHUNK_UNITS = 32_768;

/** The most blocks of 64 bytes in a key. */
export const BLOCKS_MAX = 64;

/** The longest key, in UTF-8 bytes. Its last block also holds a byte 0x80 and its length. */
export const KEY_BYTES_MAX = 4087;

/** The kernel's own constants. */
export const CONSTANTS_AT = 0;

/** The words of the group being hashed. */
export const WORDS_AT = 1024;

/** For each block count, the place in the order that the next key of that count takes. */
export const COUNTS_AT = 4096;

/** For each key, the offset of its first byte. One more entry: the end of the last key. */
export const OFFSETS_AT = 8192;

/** The keys by ascending block count. A key is its index in the chunk times four. */
export const ORDER_AT = 12_352;

/** For each key, the first word of its hash key. */
export const FIRST_WORDS_AT = 16_512;

/** For each key, its map index. */
export const MAP_INDEXES_AT = 20_672;

/** For each key, its MD5 digest. */
export const DIGESTS_AT = 24_832;

/** The bytes of the keys, and 65 more blocks, because a lane is read until its whole group ends. */
export const BYTES_AT = 41_280;

/** The look-up tables, one per shard map. */
export const TABLES_AT = 143_808;
