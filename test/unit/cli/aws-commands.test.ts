import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { formatCommand, formatWait, quoteShell } from '../../../src/cli/aws-commands.ts';

const HOSTILE = [
  '',
  ' ',
  "'",
  "it's",
  "''",
  '"',
  '$(touch x)',
  '`touch x`',
  '$HOME',
  'a;b',
  'a&b|c>d<e',
  'a\nb',
  'a\\',
  "\\'",
  '!!',
  '*',
  '~',
  '#x',
  'a=b',
  '{a,b}',
  '-n',
  'é😀',
  '\u001b[31m',
];

describe('quoteShell', () => {
  it.skipIf(process.platform === 'win32').each(HOSTILE)('is one word of a shell: %j', (text) => {
    for (const shell of ['sh', 'bash']) {
      const script = `printf '%s|' ${quoteShell(text)} ${quoteShell(text)}`;
      const { stdout } = spawnSync(shell, ['-c', script], { encoding: 'utf8' });
      expect(stdout).toBe(`${text}|${text}|`);
    }
  });

  it('leaves plain words as they are', () => {
    const plain = 'shardId-000000000001,a_b.c/d:e@f%g+h';
    expect(quoteShell(plain)).toBe(plain);
  });
});

describe('formatCommand', () => {
  it('names the members of the input as the AWS CLI does', () => {
    const split = {
      operation: 'SplitShard',
      input: { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '12' },
      newShardIds: ['shardId-000000000001', 'shardId-000000000002'],
    } as const;
    expect(formatCommand(split, 'orders')).toBe(
      'aws kinesis split-shard --stream-name orders --shard-to-split shardId-000000000000 --new-starting-hash-key 12',
    );
    const input = { TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' };
    expect(formatCommand({ operation: 'UpdateShardCount', input })).toBe(
      'aws kinesis update-shard-count --stream-name "$STREAM_NAME" --target-shard-count 4 --scaling-type UNIFORM_SCALING',
    );
  });

  it('puts an = before a name that starts with a hyphen', () => {
    expect(formatWait('-x')).toBe('aws kinesis wait stream-exists --stream-name=-x');
  });
});
