/**
 * Every number that Amazon Kinesis Data Streams publishes and this library uses, with its source.
 *
 * "Model" is the official API model, botocore `kinesis-2013-12-02.service-2` 1.43.107; "guide" is
 * the Amazon Kinesis Data Streams developer guide; "reference" its API reference.
 *
 * @module
 */

/**
 * Lowest hash key. Reference, HashKeyRange: ranges are of 128-bit unsigned integers.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, HASH_KEY_MIN } from 'shardline';
 *
 * createUniformShardMap(4).locate(HASH_KEY_MIN).shardIndex; // => 0
 * ```
 */
export const HASH_KEY_MIN = 0n;

/**
 * Highest hash key, 2^128 - 1, inclusive. Reference, PutRecord: MD5 maps keys to 128-bit integers.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, HASH_KEY_MAX } from 'shardline';
 *
 * createUniformShardMap(4).locate(HASH_KEY_MAX).shardIndex; // => 3
 * ```
 */
export const HASH_KEY_MAX = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffffn;

/** Model, PartitionKey: length 1 to 256. Smithy counts the length of a string in code points. */
export const PARTITION_KEY_CHARACTERS_MAX = 256;

/** Model, HashKey: pattern of at most 39 digits, without leading zeros. */
export const HASH_KEY_DIGITS_MAX = 39;

/**
 * The pattern of an ExplicitHashKey as the service prints it (kinesalite tests, run on AWS 2018).
 */
export const HASH_KEY_PATTERN = '0|([1-9]\\d{0,38})';

/** Model, SequenceNumber: pattern of at most 129 digits. The numbers in use have 56. */
export const SEQUENCE_NUMBER_DIGITS_MAX = 129;

/** Highest shard index: shard ids are read as 32-bit signed integers (kinesalite tests). */
export const SHARD_INDEX_MAX = 0x7fff_ffff;

/** Digits of a shard id, zero padded. Every published id, for example `shardId-000000000102`. */
export const SHARD_ID_DIGITS = 12;

/**
 * The most shards that UpdateShardCount scales to (model, TargetShardCount). The account may be
 * granted more; a stream above it may only be scaled to below it.
 */
export const UNIFORM_SCALING_SHARDS_MAX = 10_000;

/** At most this many violations stand in one message (kinesalite tests, run on AWS 2018). */
export const VIOLATIONS_REPORTED_MAX = 10;

/**
 * The largest record of a stream that is not set otherwise, its partition key included, in KiB;
 * also the least that a stream can be set to. Guide, large records; model, MaxRecordSizeInKiB.
 */
export const RECORD_KIB_DEFAULT = 1024;

/** Model, MaxRecordSizeInKiB: 1024 to 10240. */
export const RECORD_KIB_MAX = 10_240;

/** Reference, PutRecords (since October 2025): 10 MiB a request, partition keys included. */
export const REQUEST_BYTES_MAX = 10_485_760;

/** Model, PutRecordsRequestEntryList: 1 to 500. */
export const REQUEST_RECORDS_MAX = 500;

/** Reference, CreateStream: a new stream keeps its records for 24 hours. */
export const RETENTION_HOURS_DEFAULT = 24;

/** Reference, DecreaseStreamRetentionPeriod. */
export const RETENTION_HOURS_MIN = 24;

/** Reference, IncreaseStreamRetentionPeriod: 365 days. */
export const RETENTION_HOURS_MAX = 8760;

/** An on-demand stream starts with four shards (guide; a real listing of 2022). */
export const ON_DEMAND_SHARDS = 4;

/** Reference, UpdateShardCount: ten calls in 24 hours a stream. */
export const UNIFORM_SCALINGS_PER_DAY = 10;

/** Reference, ListShards: 1,000 shards a page unless fewer are asked for. */
export const LISTED_SHARDS_MAX = 1000;

/** Reference, DescribeStream: 100 shards a page unless fewer are asked for. */
export const DESCRIBED_SHARDS_MAX = 100;
