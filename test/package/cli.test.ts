// The command as its users meet it. Oracles: what the service answered on a stream of 2022, and
// node:crypto with a scan over the ranges for the rest.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsShard } from 'shardline';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import listing from '../recordings/data/list-shards-hp-16.json';
import recorded from '../recordings/data/put-record-hp-16.json';
import { fileOf, root, shardline } from './command.ts';

const HP_16 = 'test/recordings/data/list-shards-hp-16.json';

const EMPTY =
  "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1";
const TOO_LONG =
  "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256";

function hashKeyOf(key: string | Uint8Array): bigint {
  return BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
}

function shardIdOf(key: string): string {
  const hashKey = hashKeyOf(key);
  return listing.Shards.find(
    ({ HashKeyRange: { StartingHashKey, EndingHashKey } }) =>
      BigInt(StartingHashKey) <= hashKey && hashKey <= BigInt(EndingHashKey),
  )!.ShardId;
}

function routedLine(key: string): string {
  return `${shardIdOf(key)}\t${hashKeyOf(key)}\t${key}\n`;
}

/** What `shardline route` makes of an input over the 16 shards. */
function route(input: string | Uint8Array) {
  return shardline(['route', '--shards', HP_16], input);
}

describe('shardline route', () => {
  it('prints shard, hash key and key of each line', () => {
    const { status, stdout, stderr } = shardline(['route', '--shard-count', '3'], 'a\nb\ne\nf\n');
    expect(stdout).toBe(
      [
        'shardId-000000000000\t16955237001963240173058271559858726497\ta\n',
        'shardId-000000000001\t195289424170611159128911017612795795343\tb\n',
        'shardId-000000000002\t299611584147932843547128611849858313266\te\n',
        'shardId-000000000001\t190917122200326810055233066464581373159\tf\n',
      ].join(''),
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('names the shard that the service put each record on', () => {
    const { status, stdout } = route(recorded.map(({ PartitionKey: key }) => `${key}\n`).join(''));
    expect(status).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual(recorded.map(({ ShardId }) => ShardId));
  });

  it('prints one JSON object a line with --json', () => {
    const keys = ['a', 'say "hi"\\', 'tab\there', 'Zürich', '\u{1f600}', '\u0001\u0085\u2028'];
    const { status, stdout } = shardline(
      ['route', '--json', '--shards', HP_16],
      keys.map((key) => `${key}\n`).join(''),
    );
    expect(status).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(
      keys.map((partitionKey) => ({
        partitionKey,
        hashKey: `${hashKeyOf(partitionKey)}`,
        shardId: shardIdOf(partitionKey),
      })),
    );
  });

  it('reads a file, or standard input where the file is -', () => {
    const file = fileOf('keys.txt', 'a\nb\n');
    const expected = routedLine('a') + routedLine('b');
    expect(shardline(['route', file, '--shards', HP_16], 'other\n').stdout).toBe(expected);
    expect(shardline(['route', '-', '--shards', HP_16], 'a\nb\n').stdout).toBe(expected);
  });

  it('prints nothing for no lines', () => {
    expect(route('')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('takes a last line that has no end', () => {
    expect(route('a\nb').stdout).toBe(routedLine('a') + routedLine('b'));
  });

  it('drops the CR of a CRLF, and no other', () => {
    expect(route('a\r\nb\rc\r\n').stdout).toBe(routedLine('a') + routedLine('b\rc'));
  });

  it('ends lines at LF alone', () => {
    const key = 'a\u2028b\u2029c\u0085d\ve\ff';
    expect(route(`${key}\n`).stdout).toBe(routedLine(key));
  });

  it('takes 256 characters, however many bytes they are', () => {
    const keys = ['x'.repeat(256), '\u{1f600}'.repeat(256), 'ü'.repeat(256)];
    expect(route(keys.map((key) => `${key}\n`).join('')).stdout).toBe(
      keys.map(routedLine).join(''),
    );
  });

  it('reports what is no key in the words of the service, goes on, and exits with 1', () => {
    const { status, stdout, stderr } = route(
      `a\n\n${'x'.repeat(257)}\nb\n${'\u{1f600}'.repeat(257)}\n\r\nc\n`,
    );
    expect(stdout).toBe(['a', 'b', 'c'].map(routedLine).join(''));
    expect(stderr).toBe(
      [
        `shardline: line 2: ${EMPTY}\n`,
        `shardline: line 3: ${TOO_LONG}\n`,
        `shardline: line 5: ${TOO_LONG}\n`,
        `shardline: line 6: ${EMPTY}\n`,
        'shardline: left out 4 of 7 lines: a partition key is UTF-8 text of 1 to 256 characters, one a line\n',
      ].join(''),
    );
    expect(status).toBe(1);
  });

  it('refuses bytes that are not UTF-8, and not their neighbours', () => {
    const bytes = (text: string) => Buffer.from(text, 'latin1');
    // The third and fourth line would be one character if they were not two lines.
    for (const [bad, lines] of [
      ['\xff', [2]],
      ['\xc3\n\xa9', [2, 3]],
      ['\xed\xa0\x80', [2]],
      ['\xc0\xaf', [2]],
      ['\xf4\x90\x80\x80', [2]],
    ] as const) {
      const { status, stdout, stderr } = route(bytes(`a\n${bad}\nb\n`));
      expect(stdout).toBe(routedLine('a') + routedLine('b'));
      for (const line of lines) expect(stderr).toContain(`line ${line}: not valid UTF-8\n`);
      expect(status).toBe(1);
    }
  });

  it('reports ten lines, and counts the rest', () => {
    const { status, stderr } = route('\n'.repeat(1000));
    expect(stderr.split('\n').slice(9)).toEqual([
      `shardline: line 10: ${EMPTY}`,
      'shardline: and 990 more lines',
      'shardline: left out 1000 of 1000 lines: a partition key is UTF-8 text of 1 to 256 characters, one a line',
      '',
    ]);
    expect(status).toBe(1);
  });

  it('refuses a line of 5 MB, and finds the next one', () => {
    const { status, stdout, stderr } = route(`a\n${'é'.repeat(2_500_000)}\nb\n`);
    expect(stdout).toBe(routedLine('a') + routedLine('b'));
    expect(stderr).toContain(`line 2: ${TOO_LONG}\n`);
    expect(status).toBe(1);
  });

  it('routes right across the borders of chunks', () => {
    // Chunks are 64 KiB (pipes) or 256 KiB (files); lines of 9 to 19 bytes drift over their
    // borders.
    const keys = Array.from({ length: 60_000 }, (_, i) => `€\u{1f600}${i}${'x'.repeat(i % 7)}`);
    const input = keys.map((key) => `${key}\n`).join('');
    const expected = keys.map(routedLine).join('');
    expect(route(input).stdout === expected).toBe(true);
    const file = fileOf('borders.txt', input);
    expect(shardline(['route', file, '--shards', HP_16]).stdout === expected).toBe(true);
  });

  it('sees no key in a byte order mark', () => {
    expect(route('\ufeffa\n').stdout).toBe(routedLine('a'));
  });
});

describe('shardline spread', () => {
  it('charts the records and the share of every open shard', () => {
    const { status, stdout, stderr } = shardline(
      ['spread', '--shard-count', '4'],
      `${'a\n'.repeat(30)}${'b\n'.repeat(10)}`,
    );
    expect(stdout).toBe(
      [
        `shardId-000000000000  30   75.00% ${'█'.repeat(40)}\n`,
        'shardId-000000000001   0    0.00%\n',
        `shardId-000000000002  10   25.00% ${'█'.repeat(14)}\n`,
        'shardId-000000000003   0    0.00%\n',
        '40 records on 4 open shards, 10.0 on average; the fullest, shardId-000000000000, has 3.00 times the average\n',
      ].join(''),
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('prints one object with --json', () => {
    const { stdout } = shardline(['spread', '--json', '--shard-count', '2'], 'a\na\nb\na\n');
    expect(JSON.parse(stdout)).toEqual({
      records: 4,
      shards: [
        { shardId: 'shardId-000000000000', records: 3, share: 0.75 },
        { shardId: 'shardId-000000000001', records: 1, share: 0.25 },
      ],
    });
  });

  it('counts as route routes', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);
    const counts = new Map(listing.Shards.map(({ ShardId }) => [ShardId, 0]));
    for (const key of keys) counts.set(shardIdOf(key), counts.get(shardIdOf(key))! + 1);
    const { stdout } = shardline(['spread', '--json', '--shards', HP_16], `${keys.join('\n')}\n`);
    const { shards } = JSON.parse(stdout) as { shards: { shardId: string; records: number }[] };
    expect(shards.map(({ shardId, records }) => [shardId, records])).toEqual([...counts]);
  });

  it('has a row for each of no records, of one shard and of 1,000', () => {
    expect(shardline(['spread', '--shard-count', '2']).stdout).toBe(
      'shardId-000000000000  0    0.00%\nshardId-000000000001  0    0.00%\n0 records on 2 open shards\n',
    );
    expect(shardline(['spread', '--json', '--shard-count', '1']).stdout).toBe(
      '{"records":0,"shards":[{"shardId":"shardId-000000000000","records":0,"share":0}]}\n',
    );
    const [one] = shardline(['spread', '--shard-count', '1'], 'a\n').stdout.split('\n');
    expect(one).toBe(`shardId-000000000000  1  100.00% ${'█'.repeat(40)}`);

    const keys = Array.from({ length: 3000 }, (_, i) => `${i}\n`).join('');
    const args = ['spread', '--shard-count', '1000'];
    const rows = shardline(args, keys).stdout.trimEnd().split('\n').slice(0, -1);
    const { shards } = JSON.parse(shardline([...args, '--json'], keys).stdout) as {
      shards: { shardId: string; records: number; share: number }[];
    };
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

  it('leaves out what is no key, and exits with 1', () => {
    const { status, stdout, stderr } = shardline(['spread', '--shard-count', '1'], 'a\n\nb\n');
    expect(stdout).toContain('shardId-000000000000  2  100.00%');
    expect(stderr).toContain(`shardline: line 2: ${EMPTY}\n`);
    expect(status).toBe(1);
  });
});

describe('--shards', () => {
  const shards: AwsShard[] = listing.Shards;
  const file = (name: string, answer: unknown) => fileOf(name, JSON.stringify(answer));
  const routeOver = (...files: string[]) =>
    shardline(['route', ...files.flatMap((name) => ['--shards', name])], 'a\n');
  const routed = { status: 0, stdout: routedLine('a'), stderr: '' };

  it('takes list-shards, describe-stream and a bare list', () => {
    expect(routeOver(HP_16)).toEqual(routed);
    const description = { StreamName: 'hp-16', HasMoreShards: false, Shards: shards };
    expect(routeOver(file('describe.json', { StreamDescription: description }))).toEqual(routed);
    expect(routeOver(file('bare.json', shards.toReversed()))).toEqual(routed);
    expect(routeOver(fileOf('marked.json', `\ufeff${JSON.stringify(shards)}`))).toEqual(routed);
  });

  it('reads the listing from standard input', () => {
    const answer = readFileSync(join(root, HP_16));
    expect(shardline(['route', '--shards', '-', fileOf('a.txt', 'a')], answer)).toEqual(routed);
  });

  it('takes one file a page, and asks for the others where some are missing', () => {
    const first = file('page-1.json', { Shards: shards.slice(0, 7), NextToken: 'AAAA' });
    const second = file('page-2.json', { Shards: shards.slice(7) });
    expect(routeOver(first, second)).toEqual(routed);
    const { status, stdout, stderr } = routeOver(first);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      [
        `shardline: ${first}: No open shard holds the hash keys 148873535527910577765226390751398592512 to 340282366920938463463374607431768211455: the highest, shardId-000000000006, ends at 148873535527910577765226390751398592511\n`,
        'A page of the listing says that more shards follow: give each page with a --shards of its own.\n',
      ].join(''),
    );
    expect(status).toBe(1);
  });

  it('refuses a listing with a hole, and says where', () => {
    const { status, stdout, stderr } = routeOver(
      file('hole.json', { Shards: shards.filter((_, i) => i !== 5) }),
    );
    expect(stdout).toBe('');
    expect(stderr).toContain(
      'hole.json: No open shard holds the hash keys 106338239662793269832304564822427566080 to 127605887595351923798765477786913079295: shardId-000000000004 ends at 106338239662793269832304564822427566079, shardId-000000000006 starts at 127605887595351923798765477786913079296\n',
    );
    expect(stderr).toContain('aws kinesis list-shards --stream-name NAME');
    expect(status).toBe(1);
  });

  it.each([
    ['no-json.json', '{"Shards": [', 'it is no JSON document of its own'],
    ['two.json', '{"Shards": []}\n{"Shards": []}', 'it is no JSON document of its own'],
    ['none.json', '{"StreamDescriptionSummary": {"OpenShardCount": 2}}', 'there are no Shards in'],
    ['null.json', 'null', 'there are no Shards in'],
    ['number.json', '{"Shards": 4}', 'there are no Shards in'],
    ['junk.json', '{"Shards": [null, 1]}', 'Shard 0 of the listing has no ShardId'],
    ['empty.json', '{"Shards": []}', 'No shard is open'],
  ])('refuses %s', (name, content, reason) => {
    const { status, stdout, stderr } = routeOver(fileOf(name, content));
    expect(stdout).toBe('');
    expect(stderr).toContain(reason);
    expect(stderr).toContain('aws kinesis list-shards');
    expect(status).toBe(1);
  });

  it('refuses a file that is not there', () => {
    const { status, stderr } = routeOver('missing.json');
    expect(stderr).toContain('the shards of missing.json: no such file or directory\n');
    expect(status).toBe(1);
  });
});

describe('shardline', () => {
  it('prints its version', () => {
    expect(shardline(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each(['--help', 'route --help', 'spread --help'])('prints help for %s', (line) => {
    const { status, stdout, stderr } = shardline(line.split(' '));
    expect(stdout).toMatch(/^Usage: shardline /);
    expect(stdout).toContain('Examples:\n');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['rout']],
    ['an unknown option', ['route', '--shard-cuont', '3']],
    ['no shards', ['route']],
    ['shards given twice over', ['route', '--shards', HP_16, '--shard-count', '3']],
    ['standard input for both', ['route', '--shards', '-']],
    ['two files', ['route', 'a', 'b', '--shard-count', '3']],
    ['a missing value', ['route', '--shard-count']],
    ['no shard at all', ['route', '--shard-count', '0']],
    ['half a shard', ['route', '--shard-count', '1.5']],
    ['shards in hexadecimal', ['route', '--shard-count', '0x10']],
    ['more shards than can be', ['route', '--shard-count', '1048577']],
  ])('exits with 2 for %s', (_, args) => {
    const { status, stdout, stderr } = shardline(args, 'a\n');
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(2);
  });

  it.each([
    ['missing.txt', 'no such file or directory'],
    ['test', 'illegal operation on a directory'],
  ])('cannot read %s', (file, reason) => {
    const { status, stdout, stderr } = shardline(['route', file, '--shard-count', '3']);
    expect(stdout).toBe('');
    expect(stderr).toContain(`shardline: cannot read ${file}: ${reason}\n`);
    expect(status).toBe(1);
  });

  it('carries the licences of what is bundled', () => {
    const licenses = readFileSync(join(root, 'dist/cli/THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['commander', 'mitata']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });
});
