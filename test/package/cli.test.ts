// The parts that all commands of `shardline` share: help, version, usage errors and licenses.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { read } from '../support/repository.ts';
import { HP_16, runScript, runShardline, writeInput } from './command.ts';

const NUMBER = '49590338271490256608559692538361571095921575989136588898';

describe('shardline', () => {
  it.each(['--version', '-V', 'version'])('prints its version for %s', (arg) => {
    expect(runShardline([arg])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    '--help',
    'route --help',
    'spread --help',
    'advise --help',
    'plan --help',
    'find-key --help',
    'sql --help',
    'decode --help',
    'bench --help',
    'help',
    'help route',
    'help decode',
  ])('prints its help for %s', (line) => {
    const { status, stdout, stderr } = runShardline(line.split(' '));
    expect(stdout).toMatch(/^Usage: shardline /);
    expect(stdout).toContain('\nExamples:\n');
    expect(Math.max(...stdout.split('\n').map((text) => text.length))).toBeLessThanOrEqual(80);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each([
    ['no command', [], 'Usage: shardline'],
    ['an unknown command', ['rout'], "unknown command 'rout'"],
    ['an unknown option', ['route', '--shard-cuont', '3'], "unknown option '--shard-cuont'"],
    ['no shards', ['route'], 'expected --shards or --shard-count, got neither'],
    [
      'both shard options',
      ['route', '--shards', HP_16, '--shard-count', '3'],
      "option '--shards <file>' cannot be used with option '--shard-count <n>'",
    ],
    [
      'standard input for keys and shards',
      ['route', '--shards', '-'],
      'expected standard input for at most one input, got it for 2',
    ],
    ['two files', ['route', 'a', 'b', '--shard-count', '3'], 'too many arguments'],
    ['a missing value', ['route', '--shard-count'], 'argument missing'],
    [
      'an option given twice',
      ['route', '--shard-count', '3', '--shard-count', '4'],
      "option '--shard-count <n>' is given twice",
    ],
    [
      'a flag given twice',
      ['route', '--json', '--shard-count', '3', '--json'],
      "option '--json' is given twice",
    ],
    ['an unknown command with a suggestion', ['rout'], '\n(Did you mean route?)\n'],
    [
      'an unknown option with a suggestion',
      ['route', '--shard-cuont'],
      '\n(Did you mean --shard-count?)\n',
    ],
    ['help of an unknown command', ['help', 'rout'], "unknown command 'rout'"],
    [
      'control characters in an argument',
      ['\u001b[2J\nx'],
      "unknown command '\\u001b[2J\\u000ax'\n",
    ],
    [
      'a forged suggestion',
      ['x\n(Did you mean y?)'],
      "unknown command 'x\\u000a(Did you mean y?)'\n",
    ],
  ])('exits with 2 for %s', (_, args, message) => {
    const { status, stdout, stderr } = runShardline(args, 'a\n');
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stderr).not.toContain('\u001b');
    expect(status).toBe(2);
  });

  it('prints the same help for `help route` and `route --help`', () => {
    expect(runShardline(['help', 'route'])).toEqual(runShardline(['route', '--help']));
    expect(runShardline(['help'])).toEqual(runShardline(['--help']));
  });

  const hasJq = spawnSync('jq', ['--version']).status === 0;

  it.skipIf(process.platform === 'win32' || !hasJq)('has examples that work', () => {
    const event = read('examples/lambda/events/aggregated.json');
    writeInput('event.json', event.replaceAll(/\b4954\d{52}/g, NUMBER));
    writeInput('keys.txt', 'a\nb\n');
    writeInput('records.jsonl', '{"PartitionKey":"a","bytes":9}\n');
    writeInput('orders.csv', '1,2,a\n3,4,b\n');
    const helps = ['', 'route', 'spread', 'advise', 'plan', 'find-key', 'sql', 'decode'].map(
      (name) => runShardline(['help', ...name.split(' ').filter(Boolean)]).stdout,
    );
    const examples = helps.flatMap((help) =>
      [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line]) => line!),
    );
    expect(examples.length).toBeGreaterThan(10);
    for (const example of examples) {
      const { status, stdout, stderr } = runScript(example);
      expect({ example, status, stderr }).toEqual({ example, status: 0, stderr: '' });
      if (!example.includes('>')) expect(stdout).not.toBe('');
    }
  });

  it('ships the licenses of the packages that it bundles', () => {
    const licenses = read('dist/cli/THIRD-PARTY-LICENSES');
    for (const name of ['commander', 'mitata']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });
});
