// The options `--shards` and `--shard-count` as users pass them.
import { readFileSync } from 'node:fs';
import type { AwsShard } from 'shardline';
import { describe, expect, it } from 'vitest';
import listing from '../recordings/data/list-shards-hp-16.json';
import { root } from '../support/repository.ts';
import { expectedLine, HP_16, type Run, runShardline, writeInput } from './command.ts';

const ADVICE = 'aws kinesis list-shards --stream-name NAME --output json\n';
const FURTHER_PAGES =
  'The listing has further pages (NextToken or HasMoreShards). Pass each page with its own --shards.\n';

const shards: readonly AwsShard[] = listing.Shards;
const routed: Run = { status: 0, stdout: expectedLine('a'), stderr: '' };

function writeJson(name: string, answer: unknown): string {
  return writeInput(name, JSON.stringify(answer));
}

function routeOver(...files: string[]): Run {
  return runShardline(['route', ...files.flatMap((file) => ['--shards', file])], 'a\n');
}

describe('--shards', () => {
  it('accepts ListShards, DescribeStream and a bare list, with or without a byte order mark', () => {
    expect(routeOver(HP_16)).toEqual(routed);
    const description = { StreamName: 'hp-16', HasMoreShards: false, Shards: shards };
    expect(routeOver(writeJson('describe.json', { StreamDescription: description }))).toEqual(
      routed,
    );
    expect(routeOver(writeJson('bare.json', shards.toReversed()))).toEqual(routed);
    expect(routeOver(writeInput('bom.json', `\ufeff${JSON.stringify(shards)}`))).toEqual(routed);
  });

  it('reads the listing from standard input if the file is -', () => {
    const keys = writeInput('a.txt', 'a');
    const run = runShardline(['route', '--shards', '-', keys], readFileSync(root + HP_16));
    expect(run).toEqual(routed);
  });

  it('accepts one file per page, and asks for missing pages', () => {
    const first = writeJson('page-1.json', { Shards: shards.slice(0, 7), NextToken: 'AAAA' });
    const second = writeJson('page-2.json', { Shards: shards.slice(7) });
    expect(routeOver(first, second)).toEqual(routed);
    expect(routeOver(first)).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        `shardline: ${first}: No open shard holds the hash keys 148873535527910577765226390751398592512 to 340282366920938463463374607431768211455: the highest, shardId-000000000006, ends at 148873535527910577765226390751398592511\n`,
        FURTHER_PAGES,
      ].join(''),
    });
    const description = { Shards: shards.slice(0, 7), HasMoreShards: true };
    const described = routeOver(writeJson('page.json', { StreamDescription: description }));
    expect(described.stderr.endsWith(FURTHER_PAGES)).toBe(true);
  });

  it('names the gap in an incomplete listing', () => {
    const file = writeJson('gap.json', { Shards: shards.filter((_, i) => i !== 5) });
    expect(routeOver(file)).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        `shardline: ${file}: No open shard holds the hash keys 106338239662793269832304564822427566080 to 127605887595351923798765477786913079295: shardId-000000000004 ends at 106338239662793269832304564822427566079, shardId-000000000006 starts at 127605887595351923798765477786913079296\n`,
        `Pass the complete listing of one stream, the output of: ${ADVICE}`,
      ].join(''),
    });
  });

  it.each([
    ['truncated.json', '{"Shards": [', 'expected one JSON document ('],
    ['two.json', '{"Shards": []}\n{"Shards": []}', 'expected one JSON document ('],
    ['empty-file.json', '', 'expected one JSON document ('],
    ['summary.json', '{"StreamDescriptionSummary": {"OpenShardCount": 2}}', 'expected a list in'],
    ['null.json', 'null', 'expected a list in'],
    ['number.json', '{"Shards": 4}', 'expected a list in'],
    ['junk.json', '{"Shards": [null, 1]}', 'Shard 0 of the listing has no ShardId'],
    ['no-shard.json', '{"Shards": []}', 'No shard is open'],
  ])('rejects %s, and says what to pass', (name, content, reason) => {
    const { status, stdout, stderr } = routeOver(writeInput(name, content));
    expect(stdout).toBe('');
    expect(stderr).toContain(reason);
    expect(stderr).toContain(name);
    expect(stderr.endsWith(ADVICE)).toBe(true);
    expect(status).toBe(1);
  });

  it('rejects a missing file', () => {
    expect(routeOver('missing.json')).toEqual({
      status: 1,
      stdout: '',
      stderr: `shardline: cannot read shards from missing.json: no such file or directory\nPass the output of: ${ADVICE}`,
    });
  });
});

describe('--shard-count', () => {
  it.each(['0', '1.5', '-1', '1e3', '0x10', '1048577', ''])('rejects %j', (value) => {
    const { status, stdout, stderr } = runShardline(['route', '--shard-count', value], 'a\n');
    expect(stdout).toBe('');
    expect(stderr).toContain(
      `argument '${value}' is invalid. Expected a whole number from 1 to 1048576.\n`,
    );
    expect(status).toBe(2);
  });
});
