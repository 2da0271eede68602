// The parts that all commands of `shardline` share: help, version, usage errors and licenses.
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { read } from '../support/repository.ts';
import { HP_16, runShardline } from './command.ts';

describe('shardline', () => {
  it('prints its version', () => {
    expect(runShardline(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each(['--help', 'route --help', 'spread --help', 'decode --help', 'bench --help'])(
    'prints its help for %s',
    (line) => {
      const { status, stdout, stderr } = runShardline(line.split(' '));
      expect(stdout).toMatch(/^Usage: shardline /);
      expect(stdout).toContain('\nExamples:\n');
      expect(Math.max(...stdout.split('\n').map((text) => text.length))).toBeLessThanOrEqual(100);
      expect(stderr).toBe('');
      expect(status).toBe(0);
    },
  );

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
    ['a missing argument', ['decode'], "missing required argument 'sequence-number'"],
  ])('exits with 2 for %s', (_, args, message) => {
    const { status, stdout, stderr } = runShardline(args, 'a\n');
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(2);
  });

  it('ships the licenses of the packages that it bundles', () => {
    const licenses = read('dist/cli/THIRD-PARTY-LICENSES');
    for (const name of ['commander', 'mitata']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });
});
