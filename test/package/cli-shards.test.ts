// The options `--shards` and `--shard-count` as users pass them.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { AwsShard } from 'shardline';
import { describe, expect, it } from 'vitest';
import listing from '../recordings/data/list-shards-hp-16.json';
import { root } from '../support/repository.ts';
import { expectedLine, HP_16, type Run, runShardline, splitOutput, writeInput } from './command.ts';

const ADVICE = 'aws kinesis list-shards --stream-name NAME --output json\n';
const FURTHER_PAGES =
  'The listing has further pages (NextToken or HasMoreShards). Pass each page with its own --shards.\n';

const shards: readonly AwsShard[] = listing.Shards;
const routed: Run = { status: 0, stdout: expectedLine('a'), stderr: '' };

function writeJson(name: string, response: unknown): string {
  return writeInput(name, JSON.stringify(response));
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
    ['pages one after another', (pages: string[]) => pages.join('\n')],
    ['pages without a line end between them', (pages: string[]) => pages.join('')],
    [
      'pages that each start with a byte order mark',
      (pages: string[]) => `\ufeff${pages.join('\ufeff')}`,
    ],
    ['a list of pages', (pages: string[]) => `[${pages}]`],
    ['a list of lists', () => JSON.stringify([shards.slice(0, 7), shards.slice(7)])],
    [
      'a list of pages and shards',
      () => JSON.stringify([{ Shards: shards.slice(3) }, ...shards.slice(0, 3)]),
    ],
    ['JSON Lines of shards', () => shards.map((shard) => `${JSON.stringify(shard)}\n`).join('')],
    [
      'shards over many lines',
      () => shards.map((shard) => JSON.stringify(shard, null, 2)).join('\r\n'),
    ],
  ])('reads %s', (_, write) => {
    const pages = [
      { Shards: shards.slice(0, 7), NextToken: 'AA]}"\\' },
      { StreamDescription: { Shards: shards.slice(7), HasMoreShards: false } },
    ].map((page) => JSON.stringify(page));
    expect(routeOver(writeInput('many.json', write(pages)))).toEqual(routed);
  });

  it.each([
    ['UTF-16LE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16BE', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('reads %s with a byte order mark, as PowerShell writes it', (_, encode) => {
    const bytes = encode(JSON.stringify({ Shards: shards, StreamName: 'Zürich \u{1f600}' }));
    expect(routeOver(writeInput('utf-16.json', bytes))).toEqual(routed);
  });

  it('does not ask for further pages after the last one', () => {
    const pages = [{ Shards: shards.slice(0, 5), NextToken: 'AAAA' }, { Shards: shards.slice(6) }];
    const { stderr } = routeOver(writeJson('pages.json', pages));
    expect(stderr).toContain('No open shard holds');
    expect(
      stderr.endsWith(`Pass the complete listing of one stream, the output of: ${ADVICE}`),
    ).toBe(true);
  });

  const page = JSON.stringify({ Shards: shards }, null, 2);

  it.each([
    ['cut.json', '{"Shards": [', 'the JSON that starts at line 1 is cut off at line 1'],
    ['cut-string.json', page.slice(0, page.indexOf('shardId') + 3), 'is cut off at line 4'],
    [
      'cut-page.json',
      `${page}\n${page.slice(0, -20)}\n`,
      `starts at line ${page.split('\n').length + 1} is cut off at line`,
    ],
    ['comma.json', '\n\n{"Shards": [1,]}', 'the JSON that starts at line 3 has an error: '],
    ['escape.json', '{"\u001b[2J\n": "a"}', 'has an error: '],
    ['two.json', '{"Shards": []}\n{"Shards": []}', 'The listing is empty: expected at least one'],
    ['empty-file.json', '', 'it is empty'],
    ['mark.json', '\ufeff', 'it is empty'],
    [
      'table.txt',
      '---------------\n|  ListShards |\n+-------------+',
      'expected JSON, got a table, as --output table prints it',
    ],
    [
      'text.txt',
      'SHARDS\tshardId-000000000000\nHASHKEYRANGE\t1\t0\n',
      'expected JSON, got text, as --output text prints it',
    ],
    [
      'yaml.txt',
      'Shards:\n- HashKeyRange:\n    StartingHashKey: "0"\n',
      'expected JSON, got YAML, as --output yaml prints it',
    ],
    [
      'yaml-stream.txt',
      '- Shards:\n  - ShardId: shardId-000000000000\n',
      'expected JSON, got YAML, as --output yaml prints it',
    ],
    [
      'color.txt',
      '\u001b[1;39m{\n',
      'expected JSON, got text in color, as --color on or jq -C prints it',
    ],
    [
      'no-mark.txt',
      Buffer.from('{"Shards": []}', 'utf16le'),
      'every second byte is NUL, as in UTF-16 without a byte order mark\nConvert it first, with: iconv -f UTF-16LE -t UTF-8 ',
    ],
    [
      'error.txt',
      'Unable to locate credentials\n\u001b[2J',
      "expected JSON, got text that starts with 'Unable to locate credentials\\u000a\\u001b[2'",
    ],
    ['gzip.gz', gzipSync(page), 'it is compressed with gzip\nUnpack it first, with: gzip -dc '],
    [
      'odd.json',
      Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
      'it is not valid UTF-16, but has its byte order mark',
    ],
    [
      'summary.json',
      '{"StreamDescriptionSummary": {"OpenShardCount": 2}}',
      'expected a list of shards, got a StreamDescriptionSummary, which has none',
    ],
    ['null.json', 'null', 'expected a list under Shards or StreamDescription.Shards, got null'],
    [
      'other.json',
      '{"Streams": []}',
      'expected a list under Shards or StreamDescription.Shards, got none',
    ],
    [
      'number.json',
      '{"Shards": 4}',
      'expected a list under Shards or StreamDescription.Shards, got 4',
    ],
    ['junk.json', '{"Shards": [null, 1]}', 'Shard 0 of the listing has no ShardId'],
    ['ids.json', '["shardId-000000000000"]', 'Shard 0 of the listing has no ShardId'],
    ['no-shard.json', '{"Shards": []}', 'The listing is empty: expected at least one shard'],
    ['no-list.json', '[]', 'The listing is empty: expected at least one shard'],
    [
      'numbers.json',
      '{"Shards": [{"ShardId": "shardId-000000000000", "HashKeyRange": {"StartingHashKey": 0, "EndingHashKey": 340282366920938463463374607431768211455}}]}',
      'got a number, expected a string of decimal digits',
    ],
    [
      'range.json',
      '{"Shards": [{"ShardId": "shardId-000000000000"}]}',
      'shardId-000000000000 has no valid StartingHashKey: got undefined, expected a string of decimal digits',
    ],
    [
      'forged.json',
      '{"Shards": [{"ShardId": "\\u001b[2J\\nshardline: fine"}]}',
      "has the ShardId '\\u001b[2J\\u000ashardline: fine': expected shardId-",
    ],
  ])('rejects %s, and says what to pass', (name, content, reason) => {
    const { status, stdout, stderr } = routeOver(writeInput(name, content));
    expect(stdout).toBe('');
    expect(stderr).toContain(reason);
    expect(stderr).toContain(name);
    if (!reason.includes(' it first, with: ')) expect(stderr.endsWith(ADVICE)).toBe(true);
    expect(stderr).not.toContain('\u001b');
    expect(splitOutput(stderr)).toHaveLength(2);
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
