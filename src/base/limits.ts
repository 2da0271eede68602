/**
 * Every number that Amazon Kinesis Data Streams publishes and this library uses, with its source.
 *
 * "Model" is the official API model, botocore `kinesis-2013-12-02.service-2` 1.43.107; "guide" is the
 * Amazon Kinesis Data Streams developer guide; "reference" its API reference.
 *
 * @module
 */

/** Lowest hash key. Reference, HashKeyRange: ranges are of 128-bit unsigned integers. */
export const HASH_KEY_MIN = 0n;

/** Highest hash key, 2^128 - 1, inclusive. Reference, PutRecord: MD5 maps keys to 128-bit integers. */
export const HASH_KEY_MAX = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffffn;

/** Model, PartitionKey: length 1 to 256. Smithy counts the length of a string in code points. */
export const PARTITION_KEY_CHARACTERS_MAX = 256;

/** Model, HashKey: pattern of at most 39 digits, without leading zeros. */
export const HASH_KEY_DIGITS_MAX = 39;

/** The pattern of an ExplicitHashKey as the service prints it (kinesalite tests, run on AWS 2018). */
export const HASH_KEY_PATTERN = '0|([1-9]\\d{0,38})';

/** Highest shard index: shard ids are read as 32-bit signed integers (kinesalite tests). */
export const SHARD_INDEX_MAX = 0x7fff_ffff;

/** Digits of a shard id, zero padded. Every published id, for example `shardId-000000000102`. */
export const SHARD_ID_DIGITS = 12;

/** At most this many violations stand in one message (kinesalite tests, run on AWS 2018). */
export const VIOLATIONS_REPORTED_MAX = 10;

/** Model, SequenceNumber: pattern of at most 129 digits. The numbers in use have 56. */
export const SEQUENCE_NUMBER_DIGITS_MAX = 129;
