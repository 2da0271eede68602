/**
 * `shardline sql`: prints the routing as an SQL query.
 *
 * @module
 */

import { type Command, Option } from 'commander';
import { isArgumentError, quote } from '../base/argument.ts';
import { type SqlDialect, shardSql } from '../load/shard-sql.ts';
import { toAwsShard } from '../sharding/shard.ts';
import { UsageError } from './errors.ts';
import { writeOutput } from './output.ts';
import { addShardOptions, readShardMap, type ShardOptions } from './shard-options.ts';

const DETAILS = `
Prints a query that counts the records of each open shard, for keys in a table
of a warehouse or a lake. Rows without a key are not counted. Names are quoted,
so they are case-sensitive where quoted names are. A dot separates a table from
its schema.

Examples:
  $ shardline sql --dialect duckdb --shards shards.json --table logs --key user
  $ shardline sql --dialect trino --shard-count 4 --table lake.logs --key id`;

/** Every dialect, each once: the compiler says if one is missing. */
const DIALECTS: Readonly<Record<SqlDialect, true>> = {
  bigquery: true,
  clickhouse: true,
  duckdb: true,
  mysql: true,
  postgresql: true,
  redshift: true,
  snowflake: true,
  spark: true,
  trino: true,
};

interface SqlOptions extends ShardOptions {
  readonly dialect: SqlDialect;
  readonly table: string;
  readonly key: string;
  readonly explicit?: string;
}

export function addSql(program: Command): void {
  const command = program
    .command('sql')
    .summary('print the routing as an SQL query')
    .description('Prints an SQL query that counts the records of each shard.')
    .addHelpText('after', DETAILS);
  addShardOptions(command)
    .addOption(
      new Option('--dialect <name>', 'the SQL dialect')
        .choices(Object.keys(DIALECTS))
        .makeOptionMandatory(),
    )
    .requiredOption('--table <name>', 'the table of the records')
    .requiredOption('--key <column>', 'the column of the partition keys')
    .option(
      '--explicit <column>',
      'the column of the explicit hash keys, null where a record has none',
    )
    .action(async (options: SqlOptions) => {
      const { dialect, table, key, explicit } = options;
      if (table.split('.').includes('')) {
        throw new UsageError(
          `expected a name for --table, and one on each side of every dot, got ${quote(table)}`,
        );
      }
      const map = await readShardMap(options);
      await writeOutput([
        write({
          dialect,
          shards: map.shards.map(toAwsShard),
          table,
          keyColumn: key,
          explicitHashKeyColumn: explicit,
        }),
      ]);
    });
}

/** @throws {UsageError} If a name cannot be quoted. */
function write(options: Parameters<typeof shardSql>[0]): string {
  try {
    return shardSql(options);
  } catch (error) {
    if (isArgumentError(error))
      throw new UsageError(error.message.replace(/^options\.(table|key|explicit)\w*/, '--$1'));
    throw error;
  }
}
