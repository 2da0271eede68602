// `shardline decode` as its users run it. Oracle of the fields: a number that AWS published, see
// test/recordings/sequence-numbers.json.
import { describe, expect, it } from 'vitest';
import { runShardline, splitOutput } from './command.ts';

const LAMBDA_SAMPLE = '49590338271490256608559692538361571095921575989136588898';

describe('shardline decode', () => {
  it('prints the fields of each sequence number', () => {
    expect(runShardline(['decode', LAMBDA_SAMPLE, '1'])).toEqual({
      status: 0,
      stdout: [
        `sequenceNumber  ${LAMBDA_SAMPLE}\n`,
        'version         2\n',
        'shardId         shardId-000000000006\n',
        'shardIndex      6\n',
        'shardCreatedAt  2018-11-21T04:57:38Z\n',
        'sequenceIndex   1734642199\n',
        'writtenAt       2018-12-17T22:10:50Z\n',
        '\n',
        'sequenceNumber  1\n',
        'version         0\n',
        'shardId         shardId-000000000001\n',
        'shardIndex      1\n',
        'shardCreatedAt  1970-01-01T00:00:00Z\n',
      ].join(''),
      stderr: '',
    });
  });

  it('prints one object per line with --json', () => {
    const { status, stdout } = runShardline(['decode', '--json', LAMBDA_SAMPLE, LAMBDA_SAMPLE]);
    expect(status).toBe(0);
    const fields = {
      sequenceNumber: LAMBDA_SAMPLE,
      version: 2,
      shardId: 'shardId-000000000006',
      shardIndex: 6,
      shardCreatedAt: '2018-11-21T04:57:38Z',
      sequenceIndex: '1734642199',
      writtenAt: '2018-12-17T22:10:50Z',
    };
    expect(splitOutput(stdout).map((line) => JSON.parse(line))).toEqual([fields, fields]);
  });

  it('reports an invalid sequence number, decodes the others, and exits with 1', () => {
    const { status, stdout, stderr } = runShardline(['decode', 'LATEST', LAMBDA_SAMPLE]);
    expect(status).toBe(1);
    expect(stdout).toBe(runShardline(['decode', LAMBDA_SAMPLE]).stdout);
    expect(stderr).toBe(
      "shardline: Invalid sequence number 'LATEST': expected decimal digits without sign, blank or leading zero.\n",
    );
  });

  it('shortens an invalid sequence number of any length', () => {
    const { status, stderr } = runShardline(['decode', '9'.repeat(100_000)]);
    expect(status).toBe(1);
    expect(stderr.length).toBeLessThan(300);
  });
});
