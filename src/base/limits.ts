/**
 * The limits of Amazon Kinesis Data Streams that this library uses. Each cites its source.
 *
 * @module
 */

/**
 * The lowest hash key, 0 (docs/facts.md#hash-key-space).
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
 * The highest hash key, 2^128 - 1 (docs/facts.md#hash-key-space). The highest shard owns it.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, HASH_KEY_MAX } from 'shardline';
 *
 * createUniformShardMap(4).locate(HASH_KEY_MAX).shardIndex; // => 3
 * ```
 */
export const HASH_KEY_MAX = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffffn;

/**
 * The maximum number of characters in a partition key, 256 (docs/facts.md#partition-key-length).
 * Characters are Unicode code points (docs/facts.md#partition-key-code-points,
 * docs/known-gaps.md#code-point-limit).
 *
 * @example
 * ```ts
 * import { createUniformShardMap, PARTITION_KEY_CHARACTERS_MAX } from 'shardline';
 *
 * const map = createUniformShardMap(4);
 * const longest = '😀'.repeat(PARTITION_KEY_CHARACTERS_MAX);
 * map.locateRecord({ PartitionKey: longest }).ok; // => true
 * map.locateRecord({ PartitionKey: `${longest}😀` }).ok; // => false
 * ```
 */
export const PARTITION_KEY_CHARACTERS_MAX = 256;

/** The maximum number of digits in an ExplicitHashKey (docs/facts.md#explicit-hash-key-pattern). */
export const HASH_KEY_DIGITS_MAX = 39;

/**
 * The pattern of an ExplicitHashKey as messages print it, without anchors
 * (docs/facts.md#validation-pattern-anchors).
 */
export const HASH_KEY_PATTERN = '0|([1-9]\\d{0,38})';

/**
 * The maximum number of digits of a sequence number in a request
 * (docs/facts.md#sequence-number-pattern). The numbers that the service assigns have 56.
 */
export const SEQUENCE_NUMBER_DIGITS_MAX = 129;

/** The highest shard index, which is a signed 32-bit integer (docs/facts.md#shard-index-max). */
export const SHARD_INDEX_MAX = 0x7fff_ffff;

/**
 * The lowest shard index. Only a forged sequence number has a negative one
 * (docs/facts.md#shard-id-negative).
 */
export const SHARD_INDEX_MIN = -0x8000_0000;

/** The number of digits in a shard id, which is padded with zeros (docs/facts.md#shard-id-form). */
export const SHARD_ID_DIGITS = 12;

/** The maximum number of shards that UpdateShardCount scales to (docs/facts.md#scaling-limits). */
export const UNIFORM_SCALING_SHARDS_MAX = 10_000;

/** The maximum number of violations that one message reports (docs/facts.md#validation-cap). */
export const VIOLATIONS_REPORTED_MAX = 10;

/**
 * The default limit of a stream on the size of a record, partition key included, in KiB
 * (docs/facts.md#record-size-default). It is also the lowest that can be set
 * (docs/facts.md#record-size-range).
 */
export const RECORD_KIB_DEFAULT = 1024;

/**
 * The default limit of a stream on the size of a record, 1 MiB (docs/facts.md#record-size-default).
 * Sizes are measured by `recordBytes`: partition keys count.
 *
 * @example
 * ```ts
 * import { RECORD_BYTES_DEFAULT, recordBytes } from 'shardline';
 *
 * const record = { PartitionKey: 'user-42', Data: new Uint8Array(RECORD_BYTES_DEFAULT) };
 * recordBytes(record) - RECORD_BYTES_DEFAULT; // => 7
 * ```
 */
export const RECORD_BYTES_DEFAULT = 1_048_576;

/** The highest limit on the size of a record, in KiB (docs/facts.md#record-size-range). */
export const RECORD_KIB_MAX = 10_240;

/**
 * The highest limit that UpdateMaxRecordSize sets on the size of a record, 10 MiB
 * (docs/facts.md#record-size-range). No stream takes a larger one.
 *
 * @example
 * ```ts
 * import { RECORD_BYTES_DEFAULT, RECORD_BYTES_LIMIT } from 'shardline';
 *
 * RECORD_BYTES_LIMIT / RECORD_BYTES_DEFAULT; // => 10
 * ```
 */
export const RECORD_BYTES_LIMIT = 10_485_760;

/**
 * The maximum size of a PutRecords request, 10 MiB (docs/facts.md#request-size-max): the sum of the
 * `recordBytes` of its records.
 *
 * @example
 * ```ts
 * import { recordBytes, REQUEST_BYTES_MAX } from 'shardline';
 *
 * const record = { PartitionKey: 'user-42', Data: new Uint8Array(99_993) };
 * Math.floor(REQUEST_BYTES_MAX / recordBytes(record)); // => 104
 * ```
 */
export const REQUEST_BYTES_MAX = 10_485_760;

/**
 * The maximum number of records in a PutRecords request, 500 (docs/facts.md#request-records-max).
 *
 * @example
 * ```ts
 * import { REQUEST_RECORDS_MAX } from 'shardline';
 *
 * const records = Array.from({ length: 1200 }, (_, i) => i);
 * const requests: number[][] = [];
 * for (let i = 0; i < records.length; i += REQUEST_RECORDS_MAX) {
 *   requests.push(records.slice(i, i + REQUEST_RECORDS_MAX));
 * }
 * requests.map((request) => request.length); // => [500, 500, 200]
 * ```
 */
export const REQUEST_RECORDS_MAX = 500;

/** The retention period of a new stream (docs/facts.md#retention-default). */
export const RETENTION_HOURS_DEFAULT = 24;

/** The shortest retention period (docs/facts.md#retention-bounds). */
export const RETENTION_HOURS_MIN = 24;

/** The longest retention period: 365 days (docs/facts.md#retention-bounds). */
export const RETENTION_HOURS_MAX = 8760;

/** The number of shards of a new on-demand stream (docs/facts.md#on-demand-shards). */
export const ON_DEMAND_SHARDS = 4;

/**
 * The maximum number of UpdateShardCount calls per stream in 24 hours
 * (docs/facts.md#scaling-limits).
 */
export const UNIFORM_SCALINGS_PER_DAY = 10;

/** The maximum number of shards per page of ListShards (docs/facts.md#list-page-size). */
export const LISTED_SHARDS_MAX = 1000;

/** The maximum number of shards per page of DescribeStream (docs/facts.md#describe-page-size). */
export const DESCRIBED_SHARDS_MAX = 100;

/**
 * The maximum number of UpdateStreamMode calls per stream in 24 hours
 * (docs/facts.md#mode-switch-quota).
 */
export const MODE_CHANGES_PER_DAY = 2;

/**
 * The maximum number of StartStreamEncryption calls per stream in 24 hours, and of
 * StopStreamEncryption calls (docs/facts.md#encryption-changes).
 */
export const ENCRYPTION_CHANGES_PER_DAY = 25;

/**
 * The default quota on the on-demand streams of an account in a region
 * (docs/facts.md#on-demand-quota).
 */
export const ON_DEMAND_STREAMS_DEFAULT = 50;

/**
 * The maximum number of streams of an account in a region that are CREATING or DELETING at one time
 * (docs/facts.md#create-at-once).
 */
export const STREAMS_AT_ONCE_MAX = 5;

/** The maximum number of tags of a stream or a consumer (docs/facts.md#tags-count). */
export const TAGS_MAX = 50;

/** The maximum number of registered consumers of a stream (docs/facts.md#consumer-limits). */
export const CONSUMERS_MAX = 20;

/**
 * The maximum number of consumers of a stream that are CREATING at one time
 * (docs/facts.md#consumer-limits).
 */
export const CONSUMERS_CREATING_MAX = 5;

/** The maximum size of a GetRecords page, partition keys included (docs/facts.md#read-limits). */
export const READ_BYTES_MAX = 10_485_760;

/** The maximum number of records per page of GetRecords (docs/facts.md#read-limits). */
export const READ_RECORDS_MAX = 10_000;

/** The maximum number of consumers per page of ListStreamConsumers (docs/facts.md#list-pages). */
export const LISTED_CONSUMERS_MAX = 100;

/** The maximum number of streams per page of ListStreams (docs/facts.md#list-pages). */
export const LISTED_STREAMS_MAX = 100;

/** How long the NextToken of a list is valid (docs/facts.md#list-token-life). */
export const TOKEN_LIFE_MS = 300_000;

/** How long a shard iterator is valid (docs/facts.md#iterator-life). */
export const ITERATOR_LIFE_MS = 300_000;

/** How long a subscription lasts (docs/facts.md#subscription-life). */
export const SUBSCRIPTION_LIFE_MS = 300_000;

/** The age from which another subscription can take over (docs/facts.md#subscription-takeover). */
export const SUBSCRIPTION_TAKEOVER_MS = 5000;

/**
 * The maximum number of records per event of a subscription (docs/known-gaps.md#event-size). With
 * it, every event fits into a message of 16 MiB, as JSON too (docs/facts.md#event-stream-message).
 */
export const EVENT_RECORDS_MAX = 1000;
