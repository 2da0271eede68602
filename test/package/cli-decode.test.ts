// `shardline decode` and `shardline bench` as their users meet them. Oracle of the fields: the
// numbers that AWS published, see test/recordings/sequence-numbers.json.
import { describe, expect, it } from 'vitest';
import { shardline } from './command.ts';

const LAMBDA_SAMPLE = '49590338271490256608559692538361571095921575989136588898';

describe('shardline decode', () => {
  it('prints the fields of each number', () => {
    const { status, stdout, stderr } = shardline(['decode', LAMBDA_SAMPLE, '1']);
    expect(stdout).toBe(
      [
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
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('prints an object a line with --json', () => {
    const { status, stdout } = shardline(['decode', '--json', LAMBDA_SAMPLE, LAMBDA_SAMPLE]);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toEqual({
      sequenceNumber: LAMBDA_SAMPLE,
      version: 2,
      shardId: 'shardId-000000000006',
      shardIndex: 6,
      shardCreatedAt: '2018-11-21T04:57:38Z',
      sequenceIndex: '1734642199',
      writtenAt: '2018-12-17T22:10:50Z',
    });
  });

  it('says what is no number, goes on, and exits with 1', () => {
    const { status, stdout, stderr } = shardline(['decode', '--json', 'LATEST', LAMBDA_SAMPLE]);
    expect(status).toBe(1);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe(
      "shardline: Invalid sequence number 'LATEST': expected decimal digits without sign, blank or leading zero.\n",
    );
    const huge = shardline(['decode', '9'.repeat(100_000)]);
    expect(huge.status).toBe(1);
    expect(huge.stderr.length).toBeLessThan(300);
  });

  it('wants a number', () => {
    const { status, stderr } = shardline(['decode']);
    expect(status).toBe(2);
    expect(stderr).toContain("missing required argument 'sequence-number'");
  });
});

describe('shardline bench', () => {
  it('measures each kernel and node:crypto for each kind of key', () => {
    const { status, stdout } = shardline(['bench', '--json']);
    expect(status).toBe(0);
    const { node, rows } = JSON.parse(stdout);
    expect(node).toBe(process.version);
    expect(rows.map(({ keys }: { keys: string }) => keys)).toContain('36, UUID');
    for (const { keysPerSecond } of rows) {
      expect(Object.keys(keysPerSecond)).toEqual([
        'wasm-simd',
        'scalar',
        'one by one',
        'node:crypto',
      ]);
      for (const rate of Object.values(keysPerSecond)) expect(rate).toBeGreaterThan(0);
    }
  });
});
