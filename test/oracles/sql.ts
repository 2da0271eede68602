/**
 * `npm run test:sql`: the queries of `shardSql` in the real DuckDB and PostgreSQL (PGlite), against
 * the library. Installs both in a temporary folder. Ends with status 1 if an answer is wrong.
 *
 * The database engines are 100 MB, which is why `npm test` does not do this.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createShardMap,
  createUniformShardMap,
  type RecordKeys,
  type ShardMap,
  toAwsShard,
  unwrap,
} from 'shardline';
import { type SqlDialect, shardSql } from 'shardline/load';
import { run } from '../package/installed-package.ts';
import { shardsBetween } from '../support/arbitraries.ts';

const PACKAGES = ['@duckdb/node-api@1.5.6-r.1', '@electric-sql/pglite@0.5.16'];

/** Runs a statement. Returns the rows of a query. */
type Execute = (sql: string) => Promise<readonly (readonly unknown[])[]>;

interface DuckDb {
  readonly DuckDBInstance: {
    create(): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
      }>;
    }>;
  };
}

interface PgLite {
  readonly PGlite: new () => {
    query(
      sql: string,
      parameters: [],
      options: { rowMode: 'array' },
    ): Promise<{ rows: unknown[][] }>;
    close(): Promise<void>;
  };
}

function load<T>(folder: string, name: string): Promise<T> {
  const file = createRequire(join(folder, 'package.json')).resolve(name);
  return import(pathToFileURL(file).href) as Promise<T>;
}

const TABLE = 'a "table"';
const KEY_COLUMN = `key"; DROP TABLE x; --`;
const EXPLICIT_COLUMN = 'explicit é';

/** Keys with quotes, emoji, other scripts and controls, and of all lengths that MD5 pads. */
const KEYS = [
  "it's",
  '"quoted"',
  'back\\slash',
  '%_',
  'tab\tand\nline',
  'é',
  'e\u0301',
  '日本語',
  '😀👨‍👩‍👧',
  'ключ',
  ' ',
  '__proto__',
  ...Array.from({ length: 130 }, (_, i) => 'x'.repeat(i + 1)),
  ...Array.from({ length: 20_000 }, (_, i) => `user-${i}`),
];

const RECORDS: readonly RecordKeys[] = KEYS.map((PartitionKey, i) => {
  const edges = [0n, 9n, 10n, 2n ** 64n, 2n ** 127n - 1n, 2n ** 127n, 2n ** 128n - 1n];
  return i % 7 === 0
    ? { PartitionKey, ExplicitHashKey: `${edges[(i / 7) % edges.length]}` }
    : { PartitionKey };
});

const MAPS: Readonly<Record<string, ShardMap>> = {
  'one shard': createUniformShardMap(1),
  '3 shards': createUniformShardMap(3),
  '64 shards': createUniformShardMap(64),
  '1,000 shards': createUniformShardMap(1000),
  'uneven shards, ids in another order': unwrap(
    createShardMap(shardsBetween([10n, 2n ** 64n, 2n ** 127n, 2n ** 128n - 1n], (i) => 40 - i)),
  ),
};

function text(value: string | undefined): string {
  return value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}

function column(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function fill(execute: Execute): Promise<void> {
  const names = `${column(KEY_COLUMN)}, ${column(EXPLICIT_COLUMN)}`;
  await execute(`CREATE TABLE ${column(TABLE)} (${names.replaceAll(', ', ' TEXT, ')} TEXT)`);
  for (let i = 0; i < RECORDS.length; i += 1000) {
    const rows = RECORDS.slice(i, i + 1000).map(
      (record) => `(${text(record.PartitionKey)}, ${text(record.ExplicitHashKey)})`,
    );
    await execute(`INSERT INTO ${column(TABLE)} VALUES ${rows.join(', ')}`);
  }
  await execute(`INSERT INTO ${column(TABLE)} VALUES (NULL, NULL)`);
}

/** What the query should give: the shards by range, with their counts. */
function countRecords(map: ShardMap, isExplicit: boolean): string {
  const counts = new Map(map.shards.map(({ shardId }) => [shardId, 0]));
  for (const { PartitionKey, ExplicitHashKey } of RECORDS) {
    const keys = isExplicit ? { PartitionKey, ExplicitHashKey } : { PartitionKey };
    const { shardId } = unwrap(map.locateRecord(keys));
    counts.set(shardId, counts.get(shardId)! + 1);
  }
  return [...counts].map((row) => row.join(' ')).join('\n');
}

async function check(dialect: SqlDialect, execute: Execute): Promise<void> {
  await fill(execute);
  for (const [name, map] of Object.entries(MAPS)) {
    // The others compare every record with every shard, and PGlite has a small stack for UNION.
    if (map.shards.length > 64 && dialect !== 'duckdb') continue;
    for (const isExplicit of [false, true]) {
      const sql = shardSql({
        dialect,
        shards: map.shards.map(toAwsShard),
        table: TABLE,
        keyColumn: KEY_COLUMN,
        ...(isExplicit && { explicitHashKeyColumn: EXPLICIT_COLUMN }),
      });
      const startMs = performance.now();
      const rows = await execute(sql);
      const ms = Math.round(performance.now() - startMs);
      const isRight = rows.map((row) => row.join(' ')).join('\n') === countRecords(map, isExplicit);
      const keys = isExplicit ? 'with explicit hash keys' : 'by partition key';
      console.log(`${isRight ? 'right' : 'WRONG'}  ${dialect}  ${name}  ${keys}  ${ms} ms`);
      if (!isRight) process.exitCode = 1;
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'shardline-sql-'));
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES);

  const { DuckDBInstance } = await load<DuckDb>(folder, '@duckdb/node-api');
  const connection = await (await DuckDBInstance.create()).connect();
  await check('duckdb', async (sql) => (await connection.runAndReadAll(sql)).getRows());

  const { PGlite } = await load<PgLite>(folder, '@electric-sql/pglite');
  const database = new PGlite();
  const execute: Execute = async (sql) =>
    (await database.query(sql, [], { rowMode: 'array' })).rows;
  await check('postgresql', execute);
  await execute(`DROP TABLE ${column(TABLE)}`);
  // Redshift speaks an old PostgreSQL: its query must run there too.
  await check('redshift', execute);
  await database.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
