/**
 * The routing as an SQL query, for keys in a warehouse or a lake.
 *
 * @module
 */

import {
  assertObject,
  assertString,
  describe,
  quote,
  wrongType,
  wrongValue,
} from '../base/argument.ts';
import { toBigint } from '../base/intrinsics.ts';
import { HASH_KEY_DIGITS_MAX } from '../base/limits.ts';
import { readList } from '../base/lists.ts';
import { readOptions } from '../base/options.ts';
import { compareStartingHashKeys } from '../sharding/hash-key-range.ts';
import type { AwsShard } from '../sharding/shard.ts';
import { LISTING_SHARDS_MAX } from '../sharding/shard-listing.ts';
import { readTilingShards } from '../sharding/shard-map.ts';

/** A dialect of SQL: Databricks is `spark`, Athena is `trino`, MariaDB is `mysql`. */
export type SqlDialect =
  | 'bigquery'
  | 'clickhouse'
  | 'duckdb'
  | 'mysql'
  | 'postgresql'
  | 'redshift'
  | 'snowflake'
  | 'spark'
  | 'trino';

/** What a query of `shardSql` reads. */
export interface ShardSqlOptions {
  readonly dialect: SqlDialect;
  /** The `Shards` of ListShards or DescribeStream responses, all pages in one list. */
  readonly shards: readonly AwsShard[];
  /** The name of the table. A dot separates it from its schema. */
  readonly table: string;
  /** The column of the partition keys, as text. */
  readonly keyColumn: string;
  /** The column of the explicit hash keys, as text of decimal digits, or null. */
  readonly explicitHashKeyColumn?: string | undefined;
}

/** How a dialect differs from the others. */
interface Syntax {
  /**
   * The MD5 of the UTF-8 of a text, as 32 hexadecimal digits in lower case (docs/facts.md#sql-md5).
   */
  readonly md5: (column: string) => string;
  /** The character around an identifier. Inside one, it is doubled. */
  readonly quotes: '"' | '`';
  /** The table of shards, from rows of literals. */
  readonly table: (rows: readonly string[]) => string;
  /** Finds the row with the highest start that is not above a value. */
  readonly join?: string;
}

const COLUMNS = 'shard_id, first_hash, last_hash';

const values = (rows: readonly string[]): string =>
  `SELECT * FROM (VALUES\n    ${rows.map((row) => `(${row})`).join(',\n    ')}\n  ) AS listing (${COLUMNS})`;

const union = (rows: readonly string[]): string =>
  rows
    .map((row, i) => {
      const [id, first, last] = row.split(', ');
      return i === 0
        ? `SELECT ${id} AS shard_id, ${first} AS first_hash, ${last} AS last_hash`
        : `SELECT ${row}`;
    })
    .join('\n  UNION ALL ');

const structs = (rows: readonly string[]): string =>
  `SELECT * FROM UNNEST(ARRAY<STRUCT<shard_id STRING, first_hash STRING, last_hash STRING>>[\n    ${rows.map((row) => `(${row})`).join(',\n    ')}\n  ])`;

const tableFunction = (rows: readonly string[]): string =>
  `SELECT * FROM values('shard_id String, first_hash String, last_hash String',\n    ${rows.map((row) => `(${row})`).join(',\n    ')}\n  )`;

const md5 = (column: string): string => `md5(${column})`;

const SYNTAXES: ReadonlyMap<string, Syntax> = /* @__PURE__ */ new Map<SqlDialect, Syntax>([
  ['bigquery', { md5: (column) => `to_hex(md5(${column}))`, quotes: '`', table: structs }],
  [
    'clickhouse',
    { md5: (column) => `lower(hex(MD5(${column})))`, quotes: '`', table: tableFunction },
  ],
  [
    'duckdb',
    {
      md5,
      quotes: '"',
      table: values,
      join: 'ASOF JOIN shardline_shards AS s ON h.hash >= s.first_hash',
    },
  ],
  [
    'mysql',
    { md5: (column) => `md5(convert(${column} USING utf8mb4))`, quotes: '`', table: union },
  ],
  ['postgresql', { md5: (column) => `md5(${column}) COLLATE "C"`, quotes: '"', table: values }],
  ['redshift', { md5, quotes: '"', table: union }],
  ['snowflake', { md5, quotes: '"', table: values }],
  ['spark', { md5, quotes: '`', table: values }],
  [
    'trino',
    { md5: (column) => `lower(to_hex(md5(to_utf8(${column}))))`, quotes: '"', table: values },
  ],
]);

/**
 * Returns a query that counts the records of each open shard: rows of `shard_id` and `records`, by
 * ascending range, those without records included.
 *
 * The MD5 of a key as 32 hexadecimal digits sorts as its hash key does, so comparing texts is
 * exact. An explicit hash key is compared as 39 decimal digits. Records with neither a partition
 * key nor an explicit hash key are not counted.
 *
 * Names are quoted, so they are case-sensitive where quoted names are: Snowflake stores `events` as
 * `EVENTS`. Besides names, only shard ids and hash keys from the options enter the query, as
 * literals. PostgreSQL hashes in the encoding of the database, which must be UTF-8.
 *
 * DuckDB finds the shard of a record by an ASOF join. The other dialects compare each record with
 * each shard, which is slow with thousands of shards. For MySQL and Redshift, the shards are one
 * long UNION ALL.
 *
 * Queries for DuckDB, PostgreSQL and, as `mysql`, MariaDB are tested in these databases, and those
 * for Redshift in PostgreSQL. Those for the other dialects are not run: their MD5 is that of their
 * manuals (docs/facts.md#sql-md5), and the rest of the query is not checked.
 *
 * @example
 * ```ts
 * import { createUniformShardMap, toAwsShard } from 'shardline';
 * import { shardSql } from 'shardline/load';
 *
 * const sql = shardSql({
 *   dialect: 'duckdb',
 *   shards: createUniformShardMap(2).shards.map(toAwsShard),
 *   table: 'lake.events',
 *   keyColumn: 'user',
 * });
 * sql.includes('FROM "lake"."events"'); // => true
 * sql.includes('md5("user")'); // => true
 * ```
 *
 * @throws {TypeError} If an option is missing, has the wrong type or an unknown name.
 * @throws {RangeError} If the dialect is unknown, a name is empty or has a control character or a
 *   backslash, or the open shards do not tile the key space.
 */
export function shardSql(options: ShardSqlOptions): string {
  const { dialect, shards, table, keyColumn, explicitHashKeyColumn } = readOptions(
    options,
    ['dialect', 'shards', 'table', 'keyColumn', 'explicitHashKeyColumn'],
    'options',
  );
  const syntax = SYNTAXES.get(dialect);
  if (syntax === undefined) {
    const names = [...SYNTAXES.keys()].join(', ');
    throw wrongValue(`options.dialect must be one of ${names}: got ${describe(dialect)}`);
  }
  assertString(table, 'options.table');
  const name = (text: string, title: string): string => quoteName(text, syntax.quotes, title);
  const from = table
    .split('.')
    .map((part) => name(part, 'options.table'))
    .join('.');
  const key = name(keyColumn, 'options.keyColumn');
  const explicit =
    explicitHashKeyColumn === undefined
      ? undefined
      : name(explicitHashKeyColumn, 'options.explicitHashKeyColumn');
  const rows = listRows(shards, explicit !== undefined);
  const hash =
    explicit === undefined
      ? syntax.md5(key)
      : `CASE WHEN ${explicit} IS NULL THEN ${syntax.md5(key)} ELSE concat('x', lpad(${explicit}, ${HASH_KEY_DIGITS_MAX}, '0')) END`;
  return `WITH shardline_shards AS (
  ${syntax.table(rows)}
),
shardline_hashes AS (
  SELECT ${hash} AS hash FROM ${from}
),
shardline_routed AS (
  SELECT s.shard_id AS shard_id, count(*) AS records
  FROM shardline_hashes AS h ${syntax.join ?? 'CROSS JOIN shardline_shards AS s'}
  WHERE h.hash BETWEEN s.first_hash AND s.last_hash
  GROUP BY s.shard_id
)
SELECT s.shard_id AS shard_id, coalesce(max(r.records), 0) AS records
FROM shardline_shards AS s LEFT JOIN shardline_routed AS r ON r.shard_id = s.shard_id
GROUP BY s.shard_id
ORDER BY min(s.first_hash)
`;
}

/**
 * Returns the rows of the shards: id, first and last hash. Those of explicit hash keys start with
 * `x`, which is above every hexadecimal digit.
 */
function listRows(shards: readonly AwsShard[], hasExplicit: boolean): string[] {
  const open = readTilingShards({ shards: readOpenShards(shards) }, 'options');
  const row = (prefix: string, radix: number, digits: number): string[] =>
    open.map(({ shardId, startingHashKey, endingHashKey }) => {
      const [first, last] = [startingHashKey, endingHashKey].map(
        (hashKey) => prefix + hashKey.toString(radix).padStart(digits, '0'),
      );
      return `'${shardId}', '${first}', '${last}'`;
    });
  return [...row('', 16, 32), ...(hasExplicit ? row('x', 10, HASH_KEY_DIGITS_MAX) : [])];
}

/** Reads the open shards of a listing, ascending. `readTilingShards` checks what they say. */
function readOpenShards(shards: readonly AwsShard[]) {
  const title = 'options.shards';
  const list = readList(shards, { title, lengthMax: LISTING_SHARDS_MAX }, (member, at) => {
    assertObject(member, at);
    const { ShardId, HashKeyRange, SequenceNumberRange } = member as AwsShard;
    const end = SequenceNumberRange?.EndingSequenceNumber ?? undefined;
    assertString(ShardId, `${at}.ShardId`);
    assertObject(HashKeyRange, `${at}.HashKeyRange`);
    const { StartingHashKey, EndingHashKey } = HashKeyRange;
    return {
      shardId: ShardId,
      shardIndex: Number(ShardId.slice(-12)),
      startingHashKey: readDigits(StartingHashKey, `${at}.HashKeyRange.StartingHashKey`),
      endingHashKey: readDigits(EndingHashKey, `${at}.HashKeyRange.EndingHashKey`),
      isOpen: end === undefined,
    };
  });
  const open = list.filter(({ isOpen }) => isOpen).sort(compareStartingHashKeys);
  if (open.length === 0) throw wrongValue(`${title} must have an open shard: got none`);
  return open;
}

function readDigits(text: unknown, title: string): bigint {
  if (typeof text === 'string' && /^[0-9]{1,39}$/.test(text)) return toBigint(text);
  throw wrongType(`${title} must be a string of decimal digits: got ${describe(text)}`);
}

/**
 * Quotes a name. Control characters and backslashes, which some dialects unescape, are refused
 * (docs/facts.md#sql-quoted-names).
 */
function quoteName(text: string, quotes: '"' | '`', title: string): string {
  assertString(text, title);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (text === '' || /[\0-\x1f\x7f\\]/.test(text) || (quotes === '`' && /`/.test(text))) {
    throw wrongValue(
      `${title} must be a name without control characters, backslashes and backticks: got ${quote(text)}`,
    );
  }
  return quotes + text.replaceAll(quotes, quotes + quotes) + quotes;
}
