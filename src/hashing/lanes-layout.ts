/**
 * The memory that the kernel shares with its host: how much fits, and where it stands.
 *
 * @module
 */

/** Keys hashed abreast: three vectors of four (two took 15 % longer a key, four 10 %; Node 20). */
export const GROUP_KEYS = 12;

/** Keys hashed by one call at most: whole groups, few enough to stay in the first caches. */
export const CHUNK_KEYS = 1008;

/** UTF-8 bytes hashed by one call at most. */
export const CHUNK_BYTES = 98_304;

/** The longest message in blocks of 64 bytes. */
export const BLOCKS_MAX = 64;

/** The longest key in UTF-8 bytes; its block also holds a byte 80 and the length, eight bytes. */
export const KEY_BYTES_MAX: number = 64 * BLOCKS_MAX - 9;

// A list has room for a chunk, for what fills up its last group, and for one vector more.
const LIST_BYTES: number = 4 * (CHUNK_KEYS + GROUP_KEYS + 4);

/** The kernel's own constants. */
export const CONSTANTS_AT = 0;

/** The words of the group being hashed. */
export const WORDS_AT = 1024;

/** Of each block count, where the next key of that many stands in the order. */
export const COUNTS_AT = 4096;

/** Where each key starts, and behind the last one where it ends. */
export const OFFSETS_AT = 8192;

/** The positions of the keys, by ascending block count. */
export const ORDER_AT: number = OFFSETS_AT + LIST_BYTES;

/** Of each key, the first word of its digest as a big-endian number. */
export const FIRST_WORDS_AT: number = ORDER_AT + LIST_BYTES;

/** Of each key, the position of its range. */
export const RANGES_AT: number = FIRST_WORDS_AT + LIST_BYTES;

/** The positions of the keys whose first word is that of a range's start. */
export const UNDECIDED_AT: number = RANGES_AT + LIST_BYTES;

/** Of each key, its digest. */
export const DIGESTS_AT: number = UNDECIDED_AT + LIST_BYTES;

/** The bytes of the keys. */
export const BYTES_AT: number = DIGESTS_AT + 4 * LIST_BYTES;

// A lane is read as long as another one of its group has blocks left.
const SLACK_BYTES: number = 64 * (BLOCKS_MAX + 1);

/** The ranges: buckets, then first words. The only part whose length depends on the shard map. */
export const TABLES_AT: number = (BYTES_AT + CHUNK_BYTES + SLACK_BYTES + 63) & ~63;
