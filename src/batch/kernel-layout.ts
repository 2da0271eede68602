/**
 * The memory that the kernel shares with its host: how much fits, and where it stands.
 *
 * Lists have an entry of four bytes a key, and room behind the last one to fill up a group. They
 * lie 4,160 bytes apart: addresses 4,096 apart collide in the store buffers of most processors.
 *
 * @module
 */

/** Keys hashed abreast: three vectors of four (two took 15 % longer a key, four 10 %; Node 20). */
export const GROUP_KEYS = 12;

/** Keys hashed by one call at most: whole groups, few enough to stay in the first caches. */
export const CHUNK_KEYS = 1008;

/** UTF-8 bytes hashed by one call at most. */
export const CHUNK_BYTES = 98_304;

/** UTF-16 units hashed by one call at most, since each takes three bytes at most. */
export const CHUNK_UNITS = 32_768;

/** The longest message in blocks of 64 bytes. */
export const BLOCKS_MAX = 64;

/** The longest key in UTF-8 bytes: its last block also holds a byte 80 and its length. */
export const KEY_BYTES_MAX = 4087;

/** The kernel's own constants. */
export const CONSTANTS_AT = 0;

/** The words of the group being hashed. */
export const WORDS_AT = 1024;

/** Of each block count, where the next key of that many stands in the order. */
export const COUNTS_AT = 4096;

/** Where each key starts, and behind the last one where it ends. */
export const OFFSETS_AT = 8192;

/** The positions of the keys, by ascending block count. */
export const ORDER_AT = 12_352;

/** Of each key, the first word of its digest as a big-endian number. */
export const FIRST_WORDS_AT = 16_512;

/** Of each key, the position of its range. */
export const RANGES_AT = 20_672;

/** Of each key, its digest. */
export const DIGESTS_AT = 24_832;

/**
 * The bytes of the keys, and of 65 blocks more: a lane is read for as long as its group goes on.
 */
export const BYTES_AT = 41_280;

/**
 * The ranges, for `choose` or for `search`: the only part whose length depends on the shard map.
 */
export const TABLES_AT = 143_808;
