import { createUniformShardMap, toAwsShard } from 'shardline';
import { type ShardSqlOptions, type SqlDialect, shardSql } from 'shardline/load';
import { describe, expect, it } from 'vitest';

const shards = createUniformShardMap(2).shards.map(toAwsShard);
const OPTIONS: ShardSqlOptions = {
  dialect: 'duckdb',
  shards,
  table: 'events',
  keyColumn: 'user',
  explicitHashKeyColumn: 'hash_key',
};

const DIALECTS: readonly SqlDialect[] = [
  'bigquery',
  'clickhouse',
  'duckdb',
  'mysql',
  'postgresql',
  'redshift',
  'snowflake',
  'spark',
  'trino',
];

describe('shardSql', () => {
  it.each(DIALECTS)('returns the query in the file for %s', async (dialect) => {
    const sql = shardSql({ ...OPTIONS, dialect });
    await expect(sql).toMatchFileSnapshot(`sql/${dialect}.sql`);
  });

  it('compares hash keys as hexadecimal and explicit ones as decimal digits', () => {
    const sql = shardSql(OPTIONS);
    expect(sql).toContain(`'shardId-000000000001', '8${'0'.repeat(31)}', '${'f'.repeat(32)}'`);
    expect(sql).toContain(`'x170141183460469231731687303715884105728'`);
    expect(sql).toContain(`'x${'0'.repeat(39)}'`);
    const { explicitHashKeyColumn, ...plain } = OPTIONS;
    expect(explicitHashKeyColumn).toBe('hash_key');
    expect(shardSql(plain)).not.toMatch(/'x|lpad|CASE/);
  });

  it('quotes names, and nothing of them gets out of the quotes', () => {
    const nasty = `a"; DROP TABLE "b`;
    expect(shardSql({ ...OPTIONS, keyColumn: nasty })).toContain(`md5("a""; DROP TABLE ""b")`);
    const quoted = shardSql({ ...OPTIONS, dialect: 'mysql', table: `it's."x"` });
    expect(quoted).toContain('FROM `it\'s`.`"x"`');
  });

  it.each([
    ['', 'duckdb'],
    ['a..b', 'duckdb'],
    ['a\n', 'duckdb'],
    ['a\\', 'bigquery'],
    ['a`', 'mysql'],
  ] as const)('refuses the table %j for %s', (table, dialect) => {
    expect(() => shardSql({ ...OPTIONS, table, dialect })).toThrow(
      /^options.table must be a name without/,
    );
  });

  it('leaves out closed shards, and takes any order', () => {
    const closed = {
      ...shards[0]!,
      SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' },
    };
    const listing = [shards[1]!, { ...closed, ShardId: 'shardId-000000000009' }, shards[0]!];
    expect(shardSql({ ...OPTIONS, shards: listing })).toBe(shardSql(OPTIONS));
  });

  it.each([
    [
      { dialect: 'oracle' },
      "options.dialect must be one of bigquery, clickhouse, duckdb, mysql, postgresql, redshift, snowflake, spark, trino: got the string 'oracle'",
    ],
    [
      { shards: [shards[0]] },
      'options.shards must end at 2^128 - 1: got 170141183460469231731687303715884105727',
    ],
    [{ shards: [] }, 'options.shards must have an open shard: got none'],
    [
      { shards: [{ ...shards[0], ShardId: "x'; --" }] },
      'options.shards[0].shardIndex must be the number in its shardId: got NaN',
    ],
    [
      { shards: [{ ...shards[0], HashKeyRange: { StartingHashKey: 0 } }] },
      'options.shards[0].HashKeyRange.StartingHashKey must be a string of decimal digits: got 0',
    ],
    [{ keyColumn: undefined }, 'options.keyColumn must be a string'],
    [{ tabel: 'x' }, ": got 'tabel'"],
  ])('refuses %j', (wrong, message) => {
    expect(() => shardSql({ ...OPTIONS, ...wrong } as never)).toThrow(message);
  });
});
