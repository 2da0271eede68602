// `shardline plan`, `advise`, `find-key` and `sql` as their users run them. Every plan is made on a
// stream, call by call.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createStream,
  createUniformShardMap,
  hashPartitionKey,
  type Stream,
  toAwsShard,
  unwrap,
} from 'shardline';
import { aggregateRecords } from 'shardline/aggregation';
import { shardSql } from 'shardline/load';
import { describe, expect, it } from 'vitest';
import { expectedHashKey, HP_16, runShardline, splitOutput, writeInput } from './command.ts';

const StreamName = 'orders';

/** A stream and its clock. A reshard takes a second. */
class Service {
  readonly #stream: Stream;
  #nowMs = 1_700_000_000_000;

  constructor(shardCount: number) {
    const context = {
      accountId: '123456789012',
      region: 'us-east-1',
      shardLimit: 1000,
      transitionMs: 1000,
    };
    this.#stream = unwrap(
      createStream({ StreamName, ShardCount: shardCount }, context, this.#nowMs),
    );
    this.wait();
  }

  /** @throws If the stream refuses the call. */
  call({ operation, input }: { operation: string; input: object }): void {
    const request = { StreamName, ...input } as never;
    if (operation === 'SplitShard') unwrap(this.#stream.splitShard(request, this.#nowMs));
    else if (operation === 'MergeShards') unwrap(this.#stream.mergeShards(request, this.#nowMs));
    else unwrap(this.#stream.updateShardCount(request, this.#nowMs));
  }

  wait(): void {
    this.#nowMs += 1000;
  }

  /** Returns the path of a file with the response of ListShards. */
  list(): string {
    const { Shards } = unwrap(this.#stream.listShards({ StreamName }, this.#nowMs));
    return writeInput('listing.json', JSON.stringify({ Shards }));
  }

  get borders(): string[] {
    const { Shards = [] } = unwrap(this.#stream.listShards({ StreamName }, this.#nowMs));
    return Shards.filter(
      ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber == null,
    )
      .map(({ HashKeyRange }) => HashKeyRange?.StartingHashKey ?? '')
      .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  }
}

/** Returns a service whose shards are not uniform. */
function createUneven(): Service {
  const service = new Service(3);
  const make = (count: string): void => {
    const { calls } = plan(['--shards', service.list(), '--count', count]);
    for (const call of calls.slice(0, 3)) {
      service.call(call);
      service.wait();
    }
  };
  make('5');
  make('2');
  return service;
}

interface PrintedPlan {
  readonly calls: readonly { operation: string; input: object; newShardIds: string[] }[];
  readonly shardCountCalls?: readonly { operation: string; input: object }[];
}

function plan(args: readonly string[]): PrintedPlan {
  const { status, stdout, stderr } = runShardline(['plan', ...args, '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Runs a script in which `aws` writes down its arguments, and returns them, one list per call. */
function runScriptOf(script: string): string[][] {
  const log = writeInput('aws.log', '');
  const stub = join(dirname(log), 'aws');
  writeFileSync(
    stub,
    `#!/bin/sh\nfor a in "$@"; do printf '%s\\0' "$a"; done >> '${log}'; echo >> '${log}'\n`,
    {
      mode: 0o755,
    },
  );
  const { status } = spawnSync('sh', ['-e', '-c', script], {
    env: { PATH: `${dirname(stub)}:${process.env['PATH']}`, STREAM_NAME: StreamName },
  });
  expect(status).toBe(0);
  return splitOutput(readFileSync(log, 'utf8')).map((line) => line.split('\0').slice(0, -1));
}

/** Makes the calls that a script makes. A wait must follow each. */
function makeCalls(service: Service, script: string): void {
  const calls = runScriptOf(script);
  for (const [i, [, operation, ...args]] of calls.entries()) {
    if (i % 2 === 1) {
      expect([operation, ...args]).toEqual(['wait', 'stream-exists', '--stream-name', StreamName]);
      service.wait();
      continue;
    }
    const input: Record<string, unknown> = {};
    for (let at = 0; at < args.length; at += 2) {
      const member = toPascal(args[at]!.slice(2));
      input[member] = member === 'TargetShardCount' ? Number(args[at + 1]) : args[at + 1];
    }
    expect(input['StreamName']).toBe(StreamName);
    service.call({ operation: toPascal(operation!), input });
  }
  expect(calls.length % 2).toBe(0);
}

function toPascal(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function uniformBorders(count: number): string[] {
  return createUniformShardMap(count).shards.map(({ startingHashKey }) => `${startingHashKey}`);
}

/** A file of keys, of which one is hot. A test names it by this, and writes it. */
const KEYS = 'keys.txt';

function writeKeys(): string {
  const keys = Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 'hot' : `user-${i % 50}`));
  return writeInput(KEYS, `${keys.join('\n')}\n`);
}

describe('shardline plan', () => {
  it('prints calls that a stream accepts, for 2 to 16 shards', () => {
    const args = ['--shards', new Service(2).list(), '--count', '16'];
    const { calls, shardCountCalls } = plan(args);
    expect(calls.length).toBe(14);
    expect(shardCountCalls?.length).toBe(3);
    for (const list of [calls, shardCountCalls!]) {
      const service = new Service(2);
      for (const call of list) {
        service.call(call);
        service.wait();
      }
      expect(service.borders).toEqual(uniformBorders(16));
    }
  });

  it.skipIf(process.platform === 'win32').each([
    ['--count', '1'],
    ['--count', '4'],
    ['--count', '7'],
    ['--count', '64'],
    ['--balance', KEYS],
    ['--balance', KEYS, '--count', '9'],
  ])('prints a script that a stream accepts, for uneven shards and %s %s', (...given) => {
    const keys = writeKeys();
    const args = given.map((arg) => (arg === KEYS ? keys : arg));
    const service = createUneven();
    const before = service.borders.length;
    const { status, stdout } = runShardline(['plan', '--shards', service.list(), ...args]);
    expect(status).toBe(0);
    makeCalls(service, stdout);
    const asked = args[args.indexOf('--count') + 1];
    expect(service.borders.length).toBe(args.includes('--count') ? Number(asked) : before);
    if (args[0] === '--count') expect(service.borders).toEqual(uniformBorders(Number(asked)));
    // What is left to do is nothing.
    expect(runShardline(['plan', '--shards', service.list(), ...args]).stdout).toBe(
      '# The stream has these shards already.\n',
    );
  });

  it('names the stream', () => {
    const args = ['plan', '--shard-count', '1', '--count', '2'];
    expect(runShardline([...args, '--stream-name', 'a.b-c_D']).stdout).toContain(
      '\naws kinesis wait stream-exists --stream-name a.b-c_D\n',
    );
    expect(runShardline([...args, '--stream-name=-x']).stdout).toContain(' --stream-name=-x ');
    for (const name of [
      '',
      "a'; rm -rf x",
      'file:///etc/passwd',
      '$(x)',
      'a\nb',
      'a'.repeat(129),
    ]) {
      const { status, stderr } = runShardline([...args, `--stream-name=${name}`]);
      expect(stderr).toContain(
        'Expected 1 to 128 letters, digits, underscores, hyphens and periods.',
      );
      expect(status).toBe(2);
    }
  });

  it.each([
    ['no target', [], 'expected --count or --balance, got neither'],
    ['records without a file', ['--count', '3', '--records'], 'expected --balance with --records'],
    ['a count of 0', ['--count', '0'], 'Expected a whole number from 1 to 1048576.'],
    [
      'too many balanced shards',
      ['--count', '10001', '--balance', KEYS],
      'expected at most 10000 shards with --balance, got 10001',
    ],
  ])('refuses %s', (_, given, message) => {
    const keys = writeKeys();
    const args = given.map((arg) => (arg === KEYS ? keys : arg));
    const { status, stdout, stderr } = runShardline(['plan', '--shard-count', '2', ...args]);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it.each([[[]], [['--records']]])('refuses to balance an empty file, with %j', (flags) => {
    const file = writeInput('empty.txt', '');
    const args = ['plan', '--shard-count', '2', '--balance', file, ...flags];
    const { status, stdout, stderr } = runShardline(args);
    expect(stdout).toBe('');
    expect(stderr).toContain(`expected keys or records in ${file}, got none`);
    expect(status).toBe(1);
  });
});

describe('shardline advise', () => {
  it('says that no split helps against a key', () => {
    const { status, stdout } = runShardline(['advise', writeKeys(), '--shard-count', '16']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^The key 'hot' has at least \d\d\.\d % of the records of shardId-/);
    expect(stdout).toContain('no split can divide them');
    expect(stdout).not.toContain('aws kinesis');
  });

  it.skipIf(process.platform === 'win32')('prints a split that a stream accepts', () => {
    // The keys of the lower half are there three times.
    const repeated = Array.from({ length: 300 }, (_, i) => {
      const key = `user-${i}`;
      return `${key}\n`.repeat(hashPartitionKey(key) < 2n ** 127n ? 3 : 1);
    });
    const keys = writeInput('uneven.txt', repeated.join(''));
    const service = new Service(2);
    const args = ['advise', keys, '--shards', service.list()];
    const { stdout } = runShardline([...args, '--stream-name', StreamName]);
    const lines = splitOutput(stdout);
    expect(lines[0]).toMatch(/^Split shardId-00000000000\d, the busiest shard with/);
    const [call] = runScriptOf(lines[1]!);
    expect(call!.slice(0, 4)).toEqual(['kinesis', 'split-shard', '--stream-name', StreamName]);
    const { verdicts, balance } = JSON.parse(runShardline([...args, '--json']).stdout);
    expect(verdicts[0].kind).toBe('split');
    expect(verdicts[0].calls[0].input.NewStartingHashKey).toBe(call!.at(-1));
    service.call(verdicts[0].calls[0]);
    service.wait();
    expect(service.borders.length).toBe(3);
    expect(balance.balancedShare).toBeLessThan(balance.share);
    // The command that it prints works, and takes as many calls as it says.
    const printed = lines.at(-2)!.trim();
    expect(lines.at(-1)).toBe('Each command assumes the present shards: run one, then ask again.');
    expect(printed.startsWith('shardline plan --shards ')).toBe(true);
    const planArgs = ['--shards', args[3]!, '--balance', keys];
    expect(printed).toContain(`--balance ${keys}`);
    expect(plan(planArgs).calls.length).toBe(balance.calls);
  });

  it('proposes nothing if the load is even', () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `user-${i}\n`).join('');
    const { stdout } = runShardline(['advise', '--shard-count', '4'], keys);
    expect(stdout).toMatch(
      /^No split is needed: shardId-\d+, the busiest shard, has 1\.0\d times the average of the records\.\n$/,
    );
  });

  it('compares no user records of aggregated records with the limit of records', () => {
    const users = Array.from({ length: 3000 }, () => ({
      PartitionKey: 'hot',
      Data: Buffer.alloc(9),
    }));
    const { Data } = unwrap(aggregateRecords(users));
    const line = JSON.stringify({
      PartitionKey: 'a',
      Data: Buffer.from(Data!).toString('base64'),
      ApproximateArrivalTimestamp: 1.7e9,
    });
    const args = ['advise', '--records', '--shard-count', '4', '--json'];
    const { verdicts } = JSON.parse(runShardline(args, `${line}\n`).stdout);
    expect(verdicts.map(({ kind }: { kind: string }) => kind)).toEqual([
      'key-over-half',
      'shard-count',
    ]);
    expect(verdicts[1].text).toContain('its limit of 1,048,576 bytes per second');
  });

  it('names the number of shards that is enough, where times are known', () => {
    const lines = Array.from({ length: 5000 }, (_, i) =>
      JSON.stringify({
        PartitionKey: `user-${i}`,
        bytes: 1000,
        ApproximateArrivalTimestamp: 1.7e9,
      }),
    );
    const args = ['advise', '--records', '--shard-count', '4'];
    const { stdout } = runShardline(args, `${lines.join('\n')}\n`);
    expect(stdout).toMatch(/\nUpdateShardCount from 4 to [5-8] keeps the average rate/);
    expect(stdout).toMatch(/\n {2}aws kinesis update-shard-count --stream-name "\$STREAM_NAME"/);
  });

  /** Returns what is printed for one second of records with these keys, over four shards. */
  function adviseOnSecond(keys: readonly string[]): string[] {
    const lines = keys.map(
      (PartitionKey) => `${JSON.stringify({ PartitionKey, ApproximateArrivalTimestamp: 1.7e9 })}\n`,
    );
    const args = ['advise', '--records', '--shard-count', '4', '--stream-name', StreamName];
    return splitOutput(runShardline(args, lines.join('')).stdout);
  }

  const users = Array.from({ length: 12_000 }, (_, i) => `user-${i}`);
  const SCALE = `  aws kinesis update-shard-count --stream-name ${StreamName} --target-shard-count`;

  it('names the command that is enough, or the first step, or that saves shards', () => {
    const busy = adviseOnSecond(users.slice(0, 6000));
    expect(busy.map((line) => line.split(' ').slice(0, 5).join(' '))).toEqual([
      expect.stringMatching(/^Split /),
      '  aws kinesis split-shard',
      'UpdateShardCount from 4 to 7',
      '  aws kinesis update-shard-count',
      'Each command assumes the present',
    ]);
    expect(busy[3]).toBe(`${SCALE} 7 --scaling-type UNIFORM_SCALING`);
    const [, , first, step] = adviseOnSecond(users);
    expect(first).toContain('the load needs at least 12 shards. Start with 8.');
    expect(step).toBe(`${SCALE} 8 --scaling-type UNIFORM_SCALING`);
    const [, fewer, save, ...rest] = adviseOnSecond(users.slice(0, 1000));
    expect(fewer).toMatch(/^Fewer shards are enough: UpdateShardCount from 4 to 2 /);
    expect(save).toBe(`${SCALE} 2 --scaling-type UNIFORM_SCALING`);
    expect(rest).toEqual([]);
  });

  it('names no command if only other keys help', () => {
    const keys = [...users.slice(0, 200), ...new Array(1500).fill('hot')];
    expect(adviseOnSecond(keys)).toEqual([
      expect.stringMatching(/^The key 'hot' has at least 1,500 .* Spread its records over several/),
      expect.stringMatching(/^No UpdateShardCount from 4 .* within its limit/),
    ]);
  });

  it('says so if there are no records', () => {
    expect(runShardline(['advise', '--shard-count', '2']).stdout).toBe('There are no records.\n');
  });
});

describe('shardline find-key', () => {
  it('finds keys that go to each shard', () => {
    const { stdout } = runShardline(['find-key', '--shards', HP_16, '--prefix', 'canary-']);
    const rows = splitOutput(stdout).map((line) => line.split('\t'));
    expect(rows.length).toBe(16);
    const route = runShardline(
      ['route', '--shards', HP_16],
      rows.map(([, , key]) => `${key}\n`).join(''),
    );
    expect(splitOutput(route.stdout).map((line) => line.split('\t')[0])).toEqual(
      rows.map(([shardId]) => shardId),
    );
    const explicit = runShardline(
      ['spread', '--records', '--shards', HP_16, '--json'],
      rows
        .map(([, ExplicitHashKey]) => `${JSON.stringify({ PartitionKey: 'x', ExplicitHashKey })}\n`)
        .join(''),
    );
    const { shards } = JSON.parse(explicit.stdout);
    expect(shards.map(({ records }: { records: number }) => records)).toEqual(rows.map(() => 1));
  });

  it('prints objects with --json, and escapes nothing in a pipe', () => {
    const { stdout } = runShardline(['find-key', '--shard-count', '1', '--prefix', 'é"', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      shardId: 'shardId-000000000000',
      explicitHashKey: '0',
      partitionKey: 'é"0',
    });
    expect(expectedHashKey('é"0') >= 0n).toBe(true);
  });

  it('refuses a prefix that leaves no room', () => {
    const prefix = 'x'.repeat(256);
    const { status, stdout, stderr } = runShardline([
      'find-key',
      '--shard-count',
      '1',
      '--prefix',
      prefix,
    ]);
    expect(stdout).toBe('shardId-000000000000\t0\t-\n');
    expect(stderr).toContain('Member must have length less than or equal to 256');
    expect(status).toBe(1);
  });
});

describe('shardline find-key with a prefix', () => {
  const args = ['find-key', '--shard-count', '12', '--prefix'];

  it.each(['a\tb', 'a\nb', 'a\u0085'])('refuses %j, which would break the table', (prefix) => {
    const { status, stdout, stderr } = runShardline([...args, prefix]);
    expect(stdout).toBe('');
    expect(stderr).toContain('expected --prefix without control characters');
    expect(status).toBe(2);
    const json = runShardline([...args, prefix, '--json']);
    const rows = splitOutput(json.stdout).map((line) => JSON.parse(line));
    expect(rows).toHaveLength(12);
    expect(rows[0].partitionKey.startsWith(prefix)).toBe(true);
  });

  it('counts the shards without a key, of which it reports ten', () => {
    const { status, stdout, stderr } = runShardline([...args, 'x'.repeat(256)]);
    expect(splitOutput(stdout)).toHaveLength(12);
    const reports = splitOutput(stderr);
    expect(reports).toHaveLength(11);
    expect(reports.at(-1)).toBe(
      'shardline: found no partition key for 12 of 12 shards (the first 10 are shown): expected a shorter prefix, or shards with more hash keys',
    );
    expect(status).toBe(1);
  });
});

describe('shardline sql', () => {
  it.each([
    'bigquery',
    'clickhouse',
    'duckdb',
    'mysql',
    'postgresql',
    'redshift',
    'snowflake',
    'spark',
    'trino',
  ] as const)('prints the query of shardSql for %s', (dialect) => {
    const args = [
      'sql',
      '--dialect',
      dialect,
      '--shard-count',
      '3',
      '--table',
      'a.b',
      '--key',
      'k',
    ];
    const options = {
      dialect,
      shards: createUniformShardMap(3).shards.map(toAwsShard),
      table: 'a.b',
      keyColumn: 'k',
    };
    expect(runShardline(args).stdout).toBe(shardSql(options));
    expect(runShardline([...args, '--explicit', 'e']).stdout).toBe(
      shardSql({ ...options, explicitHashKeyColumn: 'e' }),
    );
  });

  it.each([
    [['--dialect', 'sqlite', '--table', 't', '--key', 'k'], 'Allowed choices are bigquery,'],
    [['--dialect', 'duckdb', '--key', 'k'], "required option '--table <name>' not specified"],
    [['--dialect', 'duckdb', '--table', 'a\\b', '--key', 'k'], '--table must be a name without'],
    [['--dialect', 'duckdb', '--table', 't', '--key', 'a\nb'], '--key must be a name without'],
    [
      ['--dialect', 'duckdb', '--table', 'a..b', '--key', 'k'],
      "expected a name for --table, and one on each side of every dot, got 'a..b'",
    ],
    [
      ['--dialect', 'duckdb', '--table', '', '--key', 'k'],
      "expected a name for --table, and one on each side of every dot, got ''",
    ],
  ])('refuses %j', (args, message) => {
    const { status, stdout, stderr } = runShardline(['sql', '--shard-count', '2', ...args]);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
