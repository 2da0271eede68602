// `shardline spread` as its users run it. Oracle: node:crypto with a scan over the ranges.

import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { unwrap } from 'shardline';
import { aggregateRecords } from 'shardline/aggregation';
import { describe, expect, it } from 'vitest';
import listing from '../recordings/data/list-shards-hp-16.json';
import {
  expectedHashKey,
  expectedShardId,
  HP_16,
  runScript,
  runShardline,
  splitOutput,
  writeInput,
} from './command.ts';

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
        '40 records on 4 open shards, 10.0 on average; the busiest, shardId-000000000000, has 3.00 times the average\n',
      ].join(''),
      stderr: '',
    });
  });

  it('warns if keys look like records, and counts them as keys', () => {
    const line = '{"PartitionKey":"a"}';
    const warning =
      'shardline: warning: line 1 looks like JSON, but each line is read as a key; ' +
      'to read records, use --records with spread, advise or plan\n';
    const args = ['spread', '--shard-count', '1'];
    const run = runShardline(args, `${line}\n${line}\n`);
    expect(run).toMatchObject({ status: 0, stderr: warning });
    expect(run.stdout).toContain('2 records on 1 open shard');
    for (const first of ['{', '[', '[{"PartitionKey":"a"}]'])
      expect(runShardline(args, `${first}\n`).stderr).toBe(warning);
    const isPlain = ['{a}', '[a]', '{ ', 'a{"b"', '"a"', `a\n${line}`, ''];
    for (const text of isPlain) expect(runShardline(args, text).stderr).toBe('');
    expect(runShardline([...args, '--records'], line).stderr).toBe('');
    const long = `{"Data":"${'A'.repeat(2000)}","PartitionKey":"a"}`;
    const { status, stderr } = runShardline(args, long);
    expect(status).toBe(1);
    expect(stderr.startsWith(warning)).toBe(true);
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
      `shardId-000000000000  1  100.00% ${'█'.repeat(40)}\n1 record on 1 open shard, 1.0 on average; the busiest, shardId-000000000000, has 1.00 times the average\n`,
    );
  });

  it('charts 1,000 shards on the scale of the busiest', () => {
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

/** Returns records as JSON Lines. */
function toLines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

describe('shardline spread --records', () => {
  it('counts a record where its ExplicitHashKey routes it, not by its partition key', () => {
    const ExplicitHashKey = `${2n ** 128n - 1n}`;
    const records = [{ PartitionKey: 'a' }, { PartitionKey: 'a', ExplicitHashKey }];
    const args = ['spread', '--records', '--shard-count', '4', '--json'];
    const { status, stdout } = runShardline(args, toLines(records));
    expect(status).toBe(0);
    const { shards }: { shards: ShardLoad[] } = JSON.parse(stdout);
    expect(shards.map((shard) => shard.records)).toEqual([1, 0, 0, 1]);
    expect(shards[0]).not.toHaveProperty('bytes');
  });

  it('counts bytes of data and keys, from Data or bytes, where every line has a size', () => {
    const records = [
      { PartitionKey: 'a', Data: Buffer.alloc(9999).toString('base64') },
      { PartitionKey: 'b', bytes: 999 },
      { PartitionKey: 'b', bytes: 1999 },
    ];
    const args = ['spread', '--records', '--shard-count', '4'];
    expect(runShardline(args, toLines(records))).toEqual({
      status: 0,
      stdout: [
        'shard                 records    share  bytes    share\n',
        `shardId-000000000000        1   33.33%  10000   76.92% ${'█'.repeat(40)}\n`,
        'shardId-000000000001        0    0.00%      0    0.00%\n',
        `shardId-000000000002        2   66.67%   3000   23.08% ${'█'.repeat(12)}\n`,
        'shardId-000000000003        0    0.00%      0    0.00%\n',
        '3 records, 13000 bytes, on 4 open shards, 3250.0 bytes on average; the busiest, shardId-000000000000, has 3.08 times the average\n',
        'measured in bytes: the load uses more of 1 MiB per second than of 1,000 records per second\n',
      ].join(''),
      stderr: '',
    });
    const { stdout } = runShardline([...args, '--json'], toLines(records.slice(1)));
    const { bytes, measuredIn, shards } = JSON.parse(stdout);
    expect([bytes, measuredIn]).toEqual([3000, 'bytes']);
    expect(shards[2]).toMatchObject({ bytes: 3000, bytesShare: 1, records: 2, share: 1 });
  });

  it('counts an aggregated record as its user records', () => {
    const users = ['a', 'b', 'b'].map((PartitionKey) => ({ PartitionKey, Data: Buffer.alloc(9) }));
    const { Data, PartitionKey } = unwrap(aggregateRecords(users));
    const line = { PartitionKey, Data: Buffer.from(Data!).toString('base64') };
    const args = ['spread', '--records', '--shard-count', '4', '--top', '1'];
    const { status, stdout } = runShardline(args, toLines([line]));
    expect(status).toBe(0);
    expect(stdout).toContain('shardId-000000000002        2   66.67%     20');
    expect(stdout).toMatch(
      /; user records of 1 aggregated records included\nmeasured in bytes: the service counts an aggregated record as one record\n$/,
    );
  });

  // hot-shard-advisor counts every aggregated record under the key of its carrier, `a`, and prints
  // estimates without their error.
  it('names the keys inside aggregated records, with bounds', () => {
    // The meter counts 2,048 keys at a time. One that comes later has a bound on what was missed.
    const users = Array.from({ length: 8000 }, (_, i) => ({
      PartitionKey: i % 2 === 0 ? 'hot' : i > 7000 && i % 4 === 1 ? 'late' : `user-${i}`,
      Data: Buffer.alloc(9),
    }));
    const lines = [0, 1, 2, 3, 4, 5, 6, 7].map((part) => {
      const { Data } = unwrap(aggregateRecords(users.slice(1000 * part, 1000 * part + 1000)));
      return { PartitionKey: 'a', Data: Buffer.from(Data!).toString('base64') };
    });
    const args = ['spread', '--records', '--shard-count', '4', '--top', '2'];
    const { stdout } = runShardline(args, toLines(lines));
    expect(stdout).toMatch(/^ +4000 +50\.00% +\d+ +\d\d\.\d\d% {2}hot$/m);
    expect(stdout).toMatch(/^ +250 +3\.13-3\.1[4-9]% .* late$/m);
    expect(stdout).not.toMatch(/ a$/m);
    const { stdout: json } = runShardline([...args, '--json'], toLines(lines));
    const [hot, late] = JSON.parse(json).keys;
    expect([hot.records, hot.recordsError]).toEqual([4000, 0]);
    expect([late.records, late.recordsError > 0]).toEqual([250, true]);
  });

  it('measures small records in records, in the chart as on the page', () => {
    const records = [
      ...Array.from({ length: 3 }, () => ({ PartitionKey: 'b', bytes: 9 })),
      { PartitionKey: 'a', bytes: 999 },
    ];
    const html = writeInput('small.html', '');
    const args = ['spread', '--records', '--shard-count', '4', '--top', '1', '--html', html];
    const { stdout } = runShardline(args, toLines(records));
    expect(stdout).toMatch(/^shardId-000000000002 {8}3 {3}75\.00%/m);
    expect(stdout).toContain('measured in records: ');
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('Measured in records: ');
    expect(page).toContain('>shardId-<wbr>000000000002</small>');
    const { stdout: json } = runShardline([...args, '--json'], toLines(records));
    const { measuredIn, hotKeys, shards, keys } = JSON.parse(json);
    expect([measuredIn, hotKeys]).toEqual(['records', 1]);
    expect(shards[0].shardId).toBe('shardId-000000000002');
    expect(keys[0].partitionKey).toBe('b');
  });

  const record = { PartitionKey: 'a', Data: '' };
  const response = { Records: [record], MillisBehindLatest: 0 };

  it.each([
    [
      'the response of GetRecords, as the AWS CLI prints it',
      JSON.stringify(response, null, 4),
      'JSON over several lines',
      '.Records[]? // .',
    ],
    ['records as jq prints them', JSON.stringify(record, null, 2), 'JSON over', '.Records[]? // .'],
    ['a response in one line', JSON.stringify(response), 'a list under Records', '.Records[]'],
    [
      'a request of PutRecords',
      JSON.stringify({ StreamName: 'orders', ...response }),
      'a list under Records',
      '.Records[]',
    ],
    ['a list', JSON.stringify([record]), 'a list', '.[]'],
    ['a list over several lines', JSON.stringify([record], null, 2), 'a list', '.[]'],
  ])('refuses %s, and says how to print records one per line', (_, text, got, filter) => {
    const args = ['spread', '--records', '--shard-count', '1'];
    const { status, stdout, stderr } = runShardline(args, text);
    expect(stdout).toBe('');
    expect(stderr).toContain(`expected one record per line, as JSON, got ${got}`);
    const advice = `Print each record on a line of its own first, with: jq -c '${filter}'`;
    expect(stderr.endsWith(`${advice}\n`)).toBe(true);
    expect(status).toBe(1);
    const file = writeInput('the records.json', text);
    expect(runShardline([...args, file]).stderr.endsWith(`${advice} '${file}'\n`)).toBe(true);
  });

  it('reports bad lines by number and skips them', () => {
    const lines = [
      '{"PartitionKey":"a"}',
      '{"PartitionKey":""}',
      '',
      '{"PartitionKey":"a","ExplicitHashKey":1}',
      '{"PartitionKey":"a","bytes":-1}',
      '\u{feff}[]',
      '{"PartitionKey":"a"}',
    ];
    const args = ['spread', '--records', '--shard-count', '1'];
    const { status, stdout, stderr } = runShardline(args, lines.join('\r\n'));
    expect(stdout).toMatch(/^shardId-000000000000 {2}2 {2}100.00%/);
    expect(status).toBe(1);
    const reports = splitOutput(stderr).map((line) => line.replace('shardline: ', ''));
    expect(reports.map((line) => line.slice(0, 60))).toEqual([
      "line 2: 1 validation error detected: Value at 'partitionKey'",
      'line 3: not JSON: Unexpected end of JSON input',
      'line 4: record.ExplicitHashKey must be a string: got 1',
      'line 5: record.bytes must be an integer from 0 to 10485760: ',
      expect.stringContaining('line 6: not JSON: '),
      'skipped 5 of 7 lines: expected one record per line, as JSON:',
    ]);
  });
});

describe('shardline spread --top', () => {
  const keys = Array.from({ length: 100 }, (_, i) =>
    i % 4 === 0 ? `user-${i}` : 'every\u001bone',
  );

  it('prints the busiest shards and the hottest keys', () => {
    const args = ['spread', '--shard-count', '100', '--top', '2'];
    const { status, stdout } = runShardline(args, `${keys.join('\n')}\n`);
    expect(status).toBe(0);
    const lines = splitOutput(stdout);
    expect(lines.length).toBe(10);
    expect(lines[1]).toMatch(/^shardId-0000000000\d\d {7}75 {3}75\.00% █{40}$/);
    expect(lines[3]).toMatch(/^98 more shards have 2\d\.00% of the records, none more than \d$/);
    expect(lines.slice(5, 8)).toEqual([
      'records   share  partition key',
      '     75  75.00%  every\\u001bone',
      '      1   1.00%  user-0',
    ]);
    expect(lines[9]).toMatch(/^100 records on 100 open shards, 1\.0 on average/);
  });

  it('prints the keys with their bounds as JSON', () => {
    const args = ['spread', '--shard-count', '100', '--top', '1', '--json'];
    const { stdout } = runShardline(args, `${keys.join('\n')}\n`);
    const { records, shards, keys: hottest, hotKeys } = JSON.parse(stdout);
    expect([records, hotKeys]).toEqual([100, 1]);
    expect(shards).toEqual([{ shardId: expect.any(String), records: 75, share: 0.75 }]);
    const hashKey = `${expectedHashKey('every\u001bone')}`;
    const partitionKey = 'every\u001bone';
    expect(hottest).toEqual([{ partitionKey, hashKey, records: 75, recordsError: 0, share: 0.75 }]);
  });

  it.each(['0', '1025', 'x', '1.5'])('refuses %s', (top) => {
    const { status, stderr } = runShardline(['spread', '--shard-count', '2', '--top', top], 'a\n');
    expect(stderr).toContain('Expected a whole number from 1 to 1024.');
    expect(status).toBe(2);
  });
});

describe('shardline spread --html', () => {
  const args = ['spread', '--shard-count', '4', '--html'];

  it('writes a page, and prints the same chart as without', () => {
    const file = writeInput('load.html', 'old');
    const run = runShardline([...args, file], 'a\na\nb\n');
    expect(run).toEqual(runShardline(['spread', '--shard-count', '4'], 'a\na\nb\n'));
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^<!doctype html>\n/);
    expect(page).toMatch(/<\/html>\n$/);
    expect(page).toContain('<p class="lead">standard input</p>');
  });

  it('shows no command on the page if the load is even, although fewer shards are enough', () => {
    const records = Array.from({ length: 999 }, (_, i) => ({
      PartitionKey: `user-${i}`,
      ApproximateArrivalTimestamp: 1.7e9,
    }));
    const file = writeInput('even.html', '');
    runShardline([...args, file, '--records'], toLines(records));
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('<li>Fewer shards are enough: ');
    expect(page).not.toContain('aws kinesis');
  });

  it('keeps the name of a link, and leaves no other file', () => {
    const file = writeInput('real.html', '');
    const link = `${file}.link`;
    symlinkSync(file, link);
    runShardline([...args, link], 'a\n');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['relative', 'new.html'],
    ['absolute', undefined],
  ])('writes the file that a dangling link leads to: %s', (_, target) => {
    const link = `${writeInput('keys.txt', '')}.link`;
    const file = join(dirname(link), 'new.html');
    symlinkSync(`${link}2`, link);
    symlinkSync(target ?? file, `${link}2`);
    runShardline([...args, link], 'a\n');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(`${link}2`).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('finds the target of a dangling link as the system does', () => {
    const folder = dirname(writeInput('keys.txt', ''));
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    symlinkSync('a/b', join(folder, 'shortcut'));
    symlinkSync('shortcut/../new.html', join(folder, 'link.html'));
    runShardline([...args, join(folder, 'link.html')], 'a\n');
    expect(existsSync(join(folder, 'a', 'new.html'))).toBe(true);
    expect(existsSync(join(folder, 'new.html'))).toBe(false);
  });

  it('reports links that lead to each other', () => {
    const link = `${writeInput('keys.txt', '')}.link`;
    symlinkSync(link, link);
    const { status, stderr } = runShardline([...args, link], 'a\n');
    expect(stderr).toContain('too many symbolic links');
    expect(status).toBe(1);
  });

  it.each([
    ['a folder', '.', 'cannot write .: illegal operation on a directory'],
    ['a missing folder', 'no/such/load.html', 'no such file or directory'],
    ...(process.platform === 'linux'
      ? [['a full disk', '/dev/full', 'cannot write /dev/full: no space left on device']]
      : []),
  ])('reports %s', (_, file, message) => {
    const { status, stdout, stderr } = runShardline([...args, file!], 'a\n');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  it.each(['keys', 'shards', 'link', 'hard link'])('leaves its input alone: %s', (name) => {
    const keys = writeInput('kept.txt', 'a\n');
    const shards = writeInput('kept.json', JSON.stringify(listing));
    const link = `${keys}.${randomUUID()}`;
    if (name === 'link') symlinkSync(keys, link);
    if (name === 'hard link') linkSync(keys, link);
    const file = { keys, shards }[name] ?? link;
    const { status, stderr } = runShardline(['spread', keys, '--shards', shards, '--html', file]);
    expect(stderr).toContain('expected a file for --html that is not read');
    expect(status).toBe(2);
    expect(readFileSync(keys, 'utf8')).toBe('a\n');
    expect(readFileSync(shards, 'utf8')).toBe(JSON.stringify(listing));
  });

  it('refuses standard output, which has the chart', () => {
    const { status, stderr } = runShardline([...args, '-'], 'a\n');
    expect(stderr).toContain('expected a file for --html, got -: standard output has the chart');
    expect(status).toBe(2);
  });

  // The page would replace the file, and the chart would be written to one without a name.
  it.runIf(process.platform === 'linux').each(['both.txt', '/dev/stdout'])(
    'refuses the file that is standard output: %s',
    (file) => {
      const script = `echo a | shardline ${args.join(' ')} ${file} > both.txt`;
      const { status, stderr } = runScript(script);
      expect(stderr).toContain(
        `expected a file for --html, got ${file}: standard output has the chart`,
      );
      expect(status).toBe(2);
    },
  );
});
