// The command's streams: constant memory, backpressure, readers that close the pipe, a full disk,
// and inputs that are not regular files.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { root } from '../support/repository.ts';
import { commandPath, expectedLine, HP_16, runScript, writeInput } from './command.ts';

/** Prints the peak memory of the process in KiB when it exits. */
const REPORT_MEMORY =
  'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';

const CHUNK = Buffer.from(Array.from({ length: 4096 }, (_, i) => `user-${i + 10_000}\n`).join(''));

/** Writes a chunk `count` times, as fast as the child reads. */
async function feed(child: ChildProcess, chunk: Uint8Array, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (!child.stdin!.write(chunk)) await once(child.stdin!, 'drain');
  }
  child.stdin!.end();
}

async function measurePeakMiB(args: string[], chunk: Uint8Array, count: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', REPORT_MEMORY, commandPath, ...args]);
  let report = '';
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text) => {
    report += text;
  });
  const exit = once(child, 'close');
  await feed(child, chunk, count);
  await exit;
  return Number(report.trimEnd().split('\n').at(-1)) / 1024;
}

describe('memory', () => {
  it('does not grow with the number of keys', async () => {
    // 50 MB in, 250 MB out.
    const chunks = Math.ceil(50e6 / CHUNK.length);
    const args = ['route', '--shard-count', '16'];
    expect(await measurePeakMiB(args, CHUNK, chunks)).toBeLessThan(200);
  });

  it('does not grow with the length of a line', async () => {
    const line = Buffer.alloc(1 << 20, 'x');
    const args = ['route', '--shard-count', '16'];
    expect(await measurePeakMiB(args, line, 300)).toBeLessThan(200);
  });
});

describe('output', () => {
  it('stops reading input while nobody reads the output', async () => {
    const child = spawn(process.execPath, [commandPath, 'route', '--shard-count', '16']);
    child.stdin.on('error', () => {});
    let taken = 0;
    let isStalled = false;
    while (!isStalled && taken < 64e6) {
      taken += CHUNK.length;
      if (child.stdin.write(CHUNK)) continue;
      const patience = AbortSignal.timeout(1500);
      isStalled = await once(child.stdin, 'drain', { signal: patience }).then(
        () => false,
        () => true,
      );
    }
    child.kill();
    expect(isStalled).toBe(true);
    expect(taken).toBeLessThan(8e6);
  });

  it('ends the command without an error when the reader closes the pipe', async () => {
    for (const args of [
      ['route', '--shard-count', '16'],
      ['route', '--json', '--shard-count', '16'],
    ]) {
      const child = spawn(process.execPath, [commandPath, ...args]);
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text;
      });
      // The command exits while input is still being written.
      child.stdin.on('error', () => {});
      const writing = setInterval(() => child.stdin.write(CHUNK), 1);
      await once(child.stdout, 'data');
      child.stdout.destroy();
      const [status] = await once(child, 'close');
      clearInterval(writing);
      expect(stderr).toBe('');
      expect(status).toBe(0);
    }
  });

  it('has each line as soon as the key is read', async () => {
    const child = spawn(process.execPath, [commandPath, 'route', '--shard-count', '16']);
    const exit = once(child, 'close');
    for (const key of ['a', 'b']) {
      child.stdin.write(`${key}\n`);
      const [text] = await once(child.stdout.setEncoding('utf8'), 'data');
      expect(text).toMatch(new RegExp(`\t${key}\n$`));
    }
    child.stdin.end();
    expect((await exit)[0]).toBe(0);
  });
});

const NUMBER = '49590338271490256608559692538361571095921575989136588898';

describe.skipIf(process.platform !== 'linux')('output that cannot be written', () => {
  it.each([
    `decode ${NUMBER}`,
    `decode --json ${NUMBER}`,
    `decode <<< ${NUMBER}`,
    'route --shard-count 3 <<< a',
    'spread --shard-count 3 <<< a',
    '--help',
    'help route',
    'route --help',
    '--version',
    'version',
  ])('exits with 1 and says why: %s', (args) => {
    expect(runScript(`shardline ${args} > /dev/full`)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'shardline: cannot write to standard output: no space left on device\n',
    });
  });
});

describe.skipIf(process.platform === 'win32')('a reader that closes the pipe early', () => {
  it.each([
    `for i in {1..5000}; do echo ${NUMBER}; done | shardline decode | head -n 1`,
    'seq 500000 | shardline route --shard-count 3 | head -n 1',
    'seq 500000 | shardline spread --shard-count 10000 | head -n 1',
    'shardline --help | head -n 1',
  ])('ends the command without an error: %s', (script) => {
    const { stdout, stderr } = runScript(`{ ${script}; echo \${PIPESTATUS[-2]}; }`);
    expect(stdout).toMatch(/^.*\n0\n$/);
    expect(stderr).toBe('');
  });
});

describe.skipIf(process.platform === 'win32')('inputs', () => {
  const shards = root + HP_16;

  it.each([
    [
      'a FIFO',
      `mkfifo keys.fifo; echo a > keys.fifo & shardline route keys.fifo --shards ${shards}`,
    ],
    ['process substitutions', `shardline route <(echo a) --shards <(cat ${shards})`],
    ['the response of the AWS CLI', `shardline route --shards - <(echo a) < ${shards}`],
  ])('may be %s', (_, script) => {
    expect(runScript(script)).toEqual({ status: 0, stdout: expectedLine('a'), stderr: '' });
  });

  it.each(['route --shard-count 1', 'decode'])('count as empty if closed: %s', (args) => {
    // Node replaces a closed standard stream with the null device, so the two look alike.
    expect(runScript(`shardline ${args} <&-`)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(runScript(`shardline ${args} <&- >&-`)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each([
    ['route --shard-count 1 < .', 'cannot read standard input: it is a directory\n'],
    ['spread --shard-count 1 .', 'cannot read .: illegal operation on a directory\n'],
    ['decode < .', 'cannot read standard input: it is a directory\n'],
    ['route --shards . keys.txt', 'cannot read shards from .: illegal operation on a directory\n'],
    [
      'route --shards - keys.txt < .',
      'cannot read shards from standard input: it is a directory\n',
    ],
  ])('must not be a directory: %s', (args, reason) => {
    writeInput('keys.txt', 'a\n');
    const { status, stdout, stderr } = runScript(`shardline ${args}`);
    expect(stderr).toContain(`shardline: ${reason}`);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});
