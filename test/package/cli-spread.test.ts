// `shardline spread` as its users run it. Oracle: node:crypto with a scan over the ranges.
import { describe, expect, it } from 'vitest';
import listing from '../recordings/data/list-shards-hp-16.json';
import { expectedShardId, HP_16, runShardline, splitOutput } from './command.ts';

interface ShardLoad {
  readonly shardId: string;
  readonly records: number;
  readonly share: number;
}

describe('shardline spread', () => {
  it('charts the records and the share of every open shard', () => {
    const run = runShardline(
      ['spread', '--shard-count', '4'],
      `${'a\n'.repeat(30)}${'b\n'.repeat(10)}`,
    );
    expect(run).toEqual({
      status: 0,
      stdout: [
        `shardId-000000000000  30   75.00% ${'█'.repeat(40)}\n`,
        'shardId-000000000001   0    0.00%\n',
        `shardId-000000000002  10   25.00% ${'█'.repeat(14)}\n`,
        'shardId-000000000003   0    0.00%\n',
        '40 records on 4 open shards, 10.0 on average; the fullest, shardId-000000000000, has 3.00 times the average\n',
      ].join(''),
      stderr: '',
    });
  });

  it('prints one object with --json', () => {
    const { stdout } = runShardline(['spread', '--json', '--shard-count', '2'], 'a\na\nb\na\n');
    expect(JSON.parse(stdout)).toEqual({
      records: 4,
      shards: [
        { shardId: 'shardId-000000000000', records: 3, share: 0.75 },
        { shardId: 'shardId-000000000001', records: 1, share: 0.25 },
      ],
    });
  });

  it('counts each key on the shard that it goes to', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);
    const counts = new Map(listing.Shards.map(({ ShardId }) => [ShardId, 0]));
    for (const shardId of keys.map(expectedShardId)) counts.set(shardId, counts.get(shardId)! + 1);
    const input = `${keys.join('\n')}\n`;
    const { stdout } = runShardline(['spread', '--json', '--shards', HP_16], input);
    const { shards }: { shards: ShardLoad[] } = JSON.parse(stdout);
    expect(shards.map(({ shardId, records }) => [shardId, records])).toEqual([...counts]);
  });

  it('prints zeros for empty input', () => {
    expect(runShardline(['spread', '--shard-count', '2']).stdout).toBe(
      'shardId-000000000000  0    0.00%\nshardId-000000000001  0    0.00%\n0 records on 2 open shards\n',
    );
    expect(runShardline(['spread', '--json', '--shard-count', '1']).stdout).toBe(
      '{"records":0,"shards":[{"shardId":"shardId-000000000000","records":0,"share":0}]}\n',
    );
  });

  it('charts one shard', () => {
    expect(runShardline(['spread', '--shard-count', '1'], 'a\n').stdout).toBe(
      `shardId-000000000000  1  100.00% ${'█'.repeat(40)}\n1 records on 1 open shard, 1.0 on average; the fullest, shardId-000000000000, has 1.00 times the average\n`,
    );
  });

  it('charts 1,000 shards on the scale of the fullest', () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `${i}\n`).join('');
    const args = ['spread', '--shard-count', '1000'];
    const rows = splitOutput(runShardline(args, keys).stdout).slice(0, -1);
    const { shards }: { shards: ShardLoad[] } = JSON.parse(
      runShardline([...args, '--json'], keys).stdout,
    );
    const most = Math.max(...shards.map(({ records }) => records));
    expect(rows.map((row) => row.split(/\s+/))).toEqual(
      shards.map(({ shardId, records, share }) => [
        shardId,
        `${records}`,
        `${(100 * share).toFixed(2)}%`,
        ...(records > 0 ? ['█'.repeat(Math.ceil((40 * records) / most))] : []),
      ]),
    );
  });

  it('skips invalid keys, and exits with 1', () => {
    const { status, stdout, stderr } = runShardline(['spread', '--shard-count', '1'], 'a\n\nb\n');
    expect(stdout).toContain('shardId-000000000000  2  100.00%');
    expect(stderr).toContain('shardline: line 2: 1 validation error detected');
    expect(status).toBe(1);
  });
});
