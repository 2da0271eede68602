/**
 * `npm run test:sql`: the queries of `shardSql` in the real DuckDB and PostgreSQL (PGlite), against
 * the library. Installs both in a temporary folder. Ends with status 1 if a result is wrong. If
 * the PATH has mariadbd (Debian: mariadb-server), runs that of MySQL too, on a server of its own.
 *
 * The database engines are 100 MB, which is why `npm test` does not do this.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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

/** Starts MariaDB on an empty folder without a network, and runs `use`, unless it is missing. */
async function withMariaDb(parent: string, use: (execute: Execute) => Promise<void>) {
  if (spawnSync('mariadbd', ['--version']).status !== 0) {
    console.log('mariadbd is not in the PATH: mysql is not run');
    return;
  }
  const data = mkdtempSync(join(parent, 'mariadb-'));
  const socket = join(data, 'socket');
  const user = userInfo().username;
  const own = [`--datadir=${data}`, `--user=${user}`];
  execFileSync('mariadb-install-db', [
    '--no-defaults',
    ...own,
    '--auth-root-authentication-method=normal',
  ]);
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      ...own,
      `--socket=${socket}`,
      '--skip-networking',
      '--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES',
    ],
    { stdio: 'ignore' },
  );
  const client = ['--no-defaults', '-u', 'root', `--socket=${socket}`, '--batch', '-N'];
  const execute: Execute = async (sql) => {
    const options = { input: sql, encoding: 'utf8' } as const;
    const names = ['--default-character-set=utf8mb4', '--database=shardline'];
    const output = execFileSync('mariadb', [...client, ...names], options);
    return output
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
  };
  try {
    for (let tries = 0; ; tries++) {
      const { status } = spawnSync('mariadb', client, {
        input: 'CREATE DATABASE IF NOT EXISTS shardline CHARACTER SET utf8mb4',
      });
      if (status === 0) break;
      if (tries === 50) throw new Error('MariaDB does not start');
      await setTimeout(200);
    }
    await use(execute);
  } finally {
    server.kill();
    await once(server, 'exit');
  }
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

  await withMariaDb(folder, (run) => check('mysql', run));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
